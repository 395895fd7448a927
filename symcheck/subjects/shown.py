"""A network and a batch in a few words, for sentences on calls that go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from symcheck.errors import counted


def widths(sizes: Sequence[int]) -> str:
    """``3-5-2``."""
    return "-".join(str(int(n)) for n in sizes)


def context(params: Any, X: Any = None) -> str:
    """``3-5-2 network, 4 samples``."""
    sizes = [np.shape(params[0][0])[1], *(len(b) for _, b in params)]
    assert all(np.shape(w) == (out, n) for (w, _), (n, out) in zip(params, pairwise(sizes), strict=True))
    return f"{widths(sizes)} network" + (f", {counted(len(X), 'sample')}" if X is not None else "")
