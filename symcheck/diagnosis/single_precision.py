"""Whether code works in single precision inside, whatever it returns: seen by how rough it is in its parameters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array, Params

#: Relative changes of the parameters: the second difference of a smooth function is their square, single precision leaves
#: more, and what is drawn anew at every call far more.
_CHANGE = 2.0**-20
_ROUGH = (1e-9, 1e-5)
_NETWORKS = 3
#: By how much activations are made smaller, and how much rougher what is rounded to decimals is then at least, relative to its
#: size; single precision is as rough as before.
_SMALLER, _GRID = 2.0**-8, 32.0
SINGLE = (
    "it computes in float32 inside, and is judged with that rounding: where double precision is meant, something casts down "
    '(or say dtype = "float32")'
)


def works_in_single(subject: Implementation, frame: Frame) -> bool:
    """Whether second differences of outputs or gradients are those of single precision on most of several networks.

    A kink within the change looks alike; it lies there on one network in many thousands.
    """
    rng = np.random.default_rng(0)
    sizes = frame.nearest((3, 5, 4, 2))
    rough, gridded = [], 0
    for _ in range(_NETWORKS):
        params = [
            (rng.standard_normal((n, m)) / np.sqrt(m), 0.5 * frame.biases * rng.standard_normal(n))
            for m, n in pairwise(sizes)
        ]
        X = rng.standard_normal((frame.samples or 4, sizes[0]))
        Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], len(X))]
        try:
            rough.append(_roughness(subject, params, X, Y))
            small = [(W * (1.0 if l else _SMALLER), b * _SMALLER) for l, (W, b) in enumerate(params)]
            shrunk, whole = _of_outputs(subject, small, X), _of_outputs(subject, params, X)
            # On a grid what is small may not move at all.
            gridded += not whole / _GRID <= shrunk <= _GRID * whole
        except Misbehaviour:
            continue
    low, high = _ROUGH
    return sum(low < r < high for r in rough) > len(rough) / 2 and gridded <= len(rough) / 2


def _roughness(subject: Implementation, params: Params, X: Array, Y: Array) -> float:
    """The largest second difference, relative to the size, of outputs and, where they are not read off steps, gradients."""
    worst = _of_outputs(subject, params, X)
    if not subject.by_steps and not subject.lacks(("gradients",)):
        worst = max(worst, _bend([[a for pair in subject.gradients(p, X, Y) for a in pair] for p in _shifts(params)]))
    return worst


def _of_outputs(subject: Implementation, params: Params, X: Array) -> float:
    """The same of outputs alone; 0 where there are none."""
    return 0.0 if subject.lacks(("forward",)) else _bend([[subject.forward(p, X)] for p in _shifts(params)])


def _shifts(params: Params) -> list[Params]:
    return [[(W * (1 + c * _CHANGE), b * (1 + c * _CHANGE)) for W, b in params] for c in (-1, 0, 1)]


def _bend(three: list[list[Array]]) -> float:
    low, middle, high = (np.concatenate([np.ravel(a).astype(float) for a in arrays]) for arrays in three)
    return float(np.abs(low - 2 * middle + high).max()) / max(float(np.abs(middle).max()), 1e-12)
