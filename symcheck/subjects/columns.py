"""Whether code over batches of shape (features, samples) keeps its biases as columns of shape (out, 1): asked, or tried."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np

from symcheck.subjects.data import Offer

#: Widths and samples that no array can be mistaken in.
_SIZES, _SAMPLES = (3, 5, 2), 7


def keeps_columns(obj: Any, offer: Offer) -> bool:
    """Whether biases are columns: as ``initialize`` gives them, else as ``forward`` takes them."""
    if not offer.features_first:
        return False
    sizes = _widths(offer)
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        try:
            if "initialize" in offer.methods:
                return np.ndim(obj.initialize(list(sizes), np.random.default_rng(0))[0][1]) == 2
        except Exception:
            return False
        if "forward" not in offer.methods:
            return False
        return not _forward(obj, offer, sizes, (-1,)) and _forward(obj, offer, sizes, (-1, 1))


def _forward(obj: Any, offer: Offer, sizes: Sequence[int], shape: tuple[int, ...]) -> bool:
    """Whether outputs have the right shape where biases have this one."""
    params = [(np.full((n, m), 0.5), np.full(n, 0.5).reshape(shape)) for m, n in pairwise(sizes)]
    params = [(W.T.copy() if offer.layout == "in_out" else W, b) for W, b in params]
    try:
        got = np.shape(obj.forward(params, np.ones((sizes[0], _SAMPLES))))
        return bool(got == (sizes[-1], _SAMPLES))
    except Exception:
        return False


def _widths(offer: Offer) -> list[int]:
    if offer.widths is None:
        return list(_SIZES)
    wanted = [_SIZES[0], *[_SIZES[1]] * (len(offer.widths) - 2), _SIZES[-1]]
    return [n if own is None else own for own, n in zip(offer.widths, wanted, strict=True)]
