"""The theorems of the library, each gone through once for all tests of a process that change nothing of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from symcheck.proof import prove
from symcheck.proof.theorem import Theorem

_kept = cache(prove)


def proved(name: str, without: Sequence[str] = ()) -> Theorem:
    """What `prove` gives.

    Nothing that weakens the kernel, such as the fixture ``one_world``, may stand around a call: the verdict is everyone's.
    """
    return _kept(name, tuple(without))
