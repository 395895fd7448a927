"""Faults that normalize z over the batch or over the units of a layer, where a layer is sigma(W h + b)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.types import Array

_WHERE = {0: "over the batch", 1: "over the units of a layer"}
#: What is added to a variance before its root is divided by.
_ADDED = (0.0, 1e-5, 1e-8)


def _centred(array: Array, axis: int) -> Array:
    return np.asarray(array - array.mean(axis=axis, keepdims=True))


def _deviation(array: Array, axis: int, added: float) -> Array:
    return np.asarray(np.sqrt(array.var(axis=axis, keepdims=True) + added))


def _whole(at: At, layer: int, hidden: bool) -> bool:
    """Whether a layer is normalized."""
    return not hidden or layer < at.depth


def _forward(axis: int, added: float | None, hidden: bool) -> Wrong:
    """z less its mean, divided by its standard deviation where ``added`` is a number."""

    def affine(at: At, right: Array) -> Array:
        if not _whole(at, at.layer, hidden):
            return right
        return _centred(right, axis) / (1.0 if added is None else _deviation(right, axis, added))

    return affine


def _backward(axis: int, added: float | None, hidden: bool) -> Mapping[str, Wrong]:
    """The derivatives by z before it was normalized, in the place of those after it."""

    def before(at: At, layer: int) -> Array:
        if not _whole(at, layer, hidden):
            return at.delta
        if added is None:
            return _centred(at.delta, axis)
        W, b = at.trial.params[layer - 1]
        z = at.entering[layer - 1] @ W.T + b
        deviation = _deviation(z, axis, added)
        normal = _centred(z, axis) / deviation
        along = (at.delta * normal).mean(axis=axis, keepdims=True)
        return np.asarray((_centred(at.delta, axis) - normal * along) / deviation)

    return {
        "weights": lambda at, right: before(at, at.layer).T @ at.h,
        "bias": lambda at, right: before(at, at.layer).sum(axis=0),
        "back": lambda at, right: before(at, at.layer + 1) @ at.above,
    }


def _faults() -> Iterator[Fault]:
    for axis, where in _WHERE.items():
        for hidden, layers in ((True, " in the hidden layers"), (False, "")):
            for added in (None, *_ADDED):
                what = f"the mean {where} is subtracted from z" if added is None else f"z is standardized {where}"
                words = f"{what}{layers}"
                affine = {"affine": _forward(axis, added, hidden)}
                remedy = "z = W h + b"
                family = f"{words} (backward too)"
                yield Fault(words, {**affine, **_backward(axis, added, hidden)}, remedy, family=family)
                passed_over = f"{words}, and backward does not go through that"
                yield Fault(passed_over, affine, remedy, family=words)


FAULTS = tuple(_faults())
