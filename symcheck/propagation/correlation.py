"""How one layer changes the correlation of two signals (Cho and Saul 2009, section 2; Poole et al. 2016)."""

from __future__ import annotations

from math import acos, pi, sin

import numpy as np

from symcheck.activations import Activation

#: Nodes of the Gauss-Hermite rule in each direction.
_NODES = 80


def relu_coactivation(cosine: float) -> float:
    """P(z > 0 and z' > 0) for standard normal z, z' of this correlation: (pi - theta) / (2 pi).

    Twice it is chi, the slope of `relu_correlation`.
    """
    return (pi - _angle(cosine)) / (2 * pi)


def relu_correlation(cosine: float) -> float:
    """The correlation of the activations of ReLU units at He's scale: (sin theta + (pi - theta) cos theta) / pi.

    It exceeds ``cosine`` unless that is 1: angles contract.
    """
    theta = _angle(cosine)
    return (sin(theta) + (pi - theta) * cosine) / pi


def correlation(activation: Activation, cosine: float) -> float:
    """E[sigma(z) sigma(z')] / E[sigma(z)^2] for standard normal z, z' of this correlation, by Gauss-Hermite quadrature.

    Args:
        activation: a smooth one; at a kink the rule is right to some three digits only.
        cosine: from -1 to 1.
    """
    _angle(cosine)
    function = activation.function
    if function is None:
        raise ValueError(f"{activation.name} has no values")
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    z = nodes[:, None]
    other = cosine * z + np.sqrt(1 - cosine**2) * nodes[None, :]
    products = function(z) * function(other)
    return float(weights @ products @ weights * activation.gain**2)


def _angle(cosine: float) -> float:
    if not -1 <= cosine <= 1:
        raise ValueError(f"a correlation lies between -1 and 1, not at {cosine!r}")
    return acos(cosine)
