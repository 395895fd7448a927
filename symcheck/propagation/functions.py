"""Activations that signals are followed through: those of the package's table, and others that no network is judged with."""

from __future__ import annotations

from math import sqrt

import numpy as np

from symcheck.activations import ACTIVATIONS, Activation, get_activation
from symcheck.propagation.closed_forms import SELU_ALPHA, SELU_SCALE
from symcheck.types import Array, Floats

_TANH_AT, _TANH_CUBE = sqrt(2 / np.pi), 0.044715


def _selu(z: Array) -> Array:
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0.0)))


def _selu_slope(z: Array) -> Array:
    return SELU_SCALE * np.where(z > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(z, 0.0)))


def _mish(z: Array) -> Array:
    return np.asarray(z * np.tanh(np.logaddexp(z, 0.0)))


def _mish_slope(z: Array) -> Array:
    from scipy.special import expit

    inner = np.tanh(np.logaddexp(z, 0.0))
    return np.asarray(inner + z * expit(z) * (1 - inner**2))


def _gelu_tanh(z: Array) -> Array:
    return np.asarray(0.5 * z * (1 + np.tanh(_TANH_AT * (z + _TANH_CUBE * z**3))))


def _gelu_tanh_slope(z: Array) -> Array:
    inner = np.tanh(_TANH_AT * (z + _TANH_CUBE * z**3))
    return np.asarray(0.5 * (1 + inner) + 0.5 * z * (1 - inner**2) * _TANH_AT * (1 + 3 * _TANH_CUBE * z * z))


def _clipped(name: str, low: float, high: float) -> Activation:
    return Activation(
        name,
        "odd" if low else "flat",
        lambda z: np.clip(z, low, high),
        lambda z: ((z > low) & (z < high)).astype(np.float64),
        "",
        monotone=True,
        rectified=low == 0,
        low=low,
        high=high,
    )


def _hardswish_slope(z: Array) -> Floats:
    return np.where(z <= -3, 0.0, np.where(z >= 3, 1.0, z / 3 + 0.5))


#: Those that the table of the package does not hold.
MORE: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation(
            "selu", "zero", _selu, _selu_slope, "", monotone=True, steepest=SELU_SCALE * SELU_ALPHA, low=-1.7581
        ),
        Activation("gelu_tanh", "zero", _gelu_tanh, _gelu_tanh_slope, "", steepest=1.13),
        Activation("mish", "zero", _mish, _mish_slope, "", steepest=1.09),
        _clipped("relu6", 0.0, 6.0),
        _clipped("hardtanh", -1.0, 1.0),
        Activation("hardswish", "zero", lambda z: z * np.clip(z + 3, 0.0, 6.0) / 6, _hardswish_slope, "", steepest=1.5),
    )
}

#: Every name.
NAMES = (*ACTIVATIONS, *MORE)


def function_named(name: str) -> Activation:
    """The activation of a name.

    Raises:
        UnknownActivation: there is none.
    """
    return MORE[name] if name in MORE else get_activation(name)
