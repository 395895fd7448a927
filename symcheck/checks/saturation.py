"""What the scale of weights does to a unit that saturates: the share of tanh units near 1, for inputs of variance 1."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.stats import norm

from symcheck.types import Array

#: A tanh unit beyond it is within 1 % of its limit.
_NEAR = float(np.arctanh(0.99))
#: Below this share nothing is said: He's weights have 2 %.
_TOLD = 0.5


def gain_of(weights: Array) -> float:
    """g with g^2 = fan_in E[w^2]: the standard deviation of pre-activations of inputs of variance 1 (He et al. 2015, section 2.2).

    Args:
        weights: shape (out, in).
    """
    # What overflows is infinite, and saturates.
    with np.errstate(over="ignore"):
        return sqrt(weights.shape[1] * float(np.mean(np.square(weights, dtype=np.float64))))


def saturated_share(gain: float) -> float:
    """P(|tanh(z)| > 0.99) for z ~ N(0, gain^2)."""
    return float(2 * norm.sf(_NEAR / gain)) if gain > 0 else 0.0


def saturation_note(weights: Array) -> str:
    """That independent weights are so large that most tanh units saturate, or nothing.

    Args:
        weights: shape (out, in), drawn at random.
    """
    gain = gain_of(weights)
    share = saturated_share(gain)
    if share < _TOLD:
        return ""
    shape = f"{weights.shape[1]} -> {weights.shape[0]}"
    return (
        f"as weights these are large: for inputs of variance 1 the pre-activations of {shape} have standard deviation {gain:.3g}, which "
        f"saturates {share:.0%} of tanh units, and a relu layer multiplies the second moment by {float(f'{gain**2 / 2:.2g}'):,g}"
    )
