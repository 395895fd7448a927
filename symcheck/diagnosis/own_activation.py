"""What the hidden units of a forward compute, where that is no activation of the table: seen on one unit over a range of z."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array

_Z = np.linspace(-8.0, 8.0, 65)
#: How far values may be off, relative to the largest.
_AGREE = 1e-7
_SCALES = 2.0 ** np.linspace(-2, 2, 33)
_ROUNDS = 40

#: Activations that are in use and of which the suite knows nothing; SELU with the digits that its authors print.
_OTHERS: dict[str, Callable[[Array], Array]] = {
    "relu6 (relu cut off at 6)": lambda z: np.clip(z, 0, 6),
    "hard tanh (z cut off at -1 and 1)": lambda z: np.clip(z, -1, 1),
    "hard sigmoid (z / 6 + 1/2 cut off at 0 and 1)": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "hard sigmoid (0.2 z + 1/2 cut off at 0 and 1)": lambda z: np.clip(0.2 * z + 0.5, 0, 1),
    "the absolute value of z": np.abs,
    "a tent (1 - |z|, 0 beyond -1 and 1)": lambda z: np.maximum(0, 1 - np.abs(z)),
    "soft shrinkage (z moved by 1/2 towards 0)": lambda z: np.sign(z) * np.maximum(0, np.abs(z) - 0.5),
    "hard shrinkage (z, 0 between -1/2 and 1/2)": lambda z: np.where(np.abs(z) > 0.5, z, 0),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "the tanh approximation of gelu": lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "the square of z": lambda z: z * z,
    "arctan": np.arctan,
    "exp(-z^2)": lambda z: np.exp(-z * z),
}


def own_activation(subject: Implementation, frame: Frame) -> str:
    """What the hidden units compute, in words; "" where it is not found, a unit depends on another one, or outputs go through
    something."""
    sizes = frame.nearest([1, 2, 1])
    if len(sizes) != 3 or frame.samples not in (None, len(_Z)):
        return ""
    W, V = np.zeros((sizes[1], sizes[0])), np.zeros((sizes[2], sizes[1]))
    W[0, 0] = V[0, 0] = 1.0
    X = np.zeros((len(_Z), sizes[0]))
    X[:, 0] = _Z

    def seen_beside(other: float) -> Array:
        W[1:, 0] = other
        return subject.forward([(W, np.zeros(sizes[1])), (V, np.zeros(sizes[2]))], X)[:, 0]

    try:
        seen, again = seen_beside(0.0), seen_beside(0.7)
    except Misbehaviour:
        return ""
    if not seen.any() or not _near(again, seen):
        return ""
    for name, function in _OTHERS.items():
        if _near(seen, function(_Z)):
            return name
    return next((told for name in ACTIVATIONS[1:] if (told := _scaled(seen, name))), "") or _selu(seen)


def _near(seen: Array, wanted: Array) -> bool:
    return bool(np.abs(seen - wanted).max() <= _AGREE * max(float(np.abs(wanted).max()), 1e-3))


def _scaled(seen: Array, name: str) -> str:
    """The activation with its argument and its value multiplied, where that is what was seen."""
    function = get_activation(name).function
    assert function is not None

    def fit(scale: float) -> tuple[float, float, Array]:
        values = np.asarray(function(scale * _Z))
        factor = float(seen @ values) / (float(values @ values) or 1.0)
        return float(np.abs(seen - factor * values).max()), factor, factor * values

    best = min(_SCALES, key=lambda s: fit(float(s))[0])
    low, high = best / _SCALES[1] * _SCALES[0], best * _SCALES[1] / _SCALES[0]
    for _ in range(_ROUNDS):
        # A third of the interval goes each time.
        one, other = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, other) if fit(one)[0] < fit(other)[0] else (one, high)
    for scale in (1.0, float(low + high) / 2):
        _, factor, values = fit(scale)
        if _near(seen, values):
            inner = "z" if np.isclose(scale, 1, rtol=1e-6) else f"{scale:.5g} z"
            return f"{factor:.5g} times {name}({inner})"
    return ""


def _selu(seen: Array) -> str:
    """A line for z > 0 and another multiple of e^z - 1 below it."""
    above, below = _Z > 0, _Z < 0
    slope = float(seen[above] @ _Z[above]) / float(_Z[above] @ _Z[above])
    decay = np.expm1(_Z[below])
    factor = float(seen[below] @ decay) / float(decay @ decay)
    if slope and _near(seen, np.where(above, slope * _Z, factor * np.expm1(np.minimum(_Z, 0)))):
        return f"{slope:.5g} times elu({factor / slope:.5g})"
    return ""
