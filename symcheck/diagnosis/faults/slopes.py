"""Faults of the derivative of the hidden activation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.objective import slope_of
from symcheck.types import Array

#: sigma'(z) written in h = sigma(z), which code keeps and differentiates by.
_BY_VALUE = {"sigmoid": ("h * (1 - h)", lambda h: h * (1 - h)), "tanh": ("1 - h**2", lambda h: 1 - h**2)}
_MISSING = "derivative of the activation is missing"


def _sigma_given(name: str) -> Wrong:
    return lambda at, right: slope_of(at.z, name)


def _by_value(function: Callable[[Array], Array]) -> Wrong:
    return lambda at, right: function(at.a)


def _at_zero(value: float) -> Wrong:
    return lambda at, right: np.where(at.z == 0, value, right)


def _layer_above(at: At, right: Array) -> Array:
    return at.sigma_slope(at.preactivations[at.layer])


def _layer_below(at: At, right: Array) -> Array:
    return at.sigma_slope(at.preactivations[at.layer - 2] if at.layer > 1 else at.trial.X)


FAULTS: tuple[Fault, ...] = (
    Fault(
        _MISSING, {"slope": lambda at, right: np.ones_like(right)}, "write delta = (delta @ W) * sigma'(z)", each=True
    ),
    Fault(
        "derivative of the activation is taken at h instead of z",
        {"slope": lambda at, right: at.sigma_slope(at.a)},
        "the function that is called differentiates at z, and is given the activation",
        each=True,
    ),
    Fault(
        "h itself stands for the derivative of the activation",
        {"slope": lambda at, right: at.a},
        each=True,
        fits=lambda activation, objective: activation not in ("sigmoid", "tanh", "relu"),
    ),
    Fault(
        "derivative of the activation is applied twice",
        {"slope": lambda at, right: right**2},
        "once in each hidden layer",
        each=True,
    ),
    Fault(
        "derivative of the activation is taken in the layer above",
        {"slope": _layer_above},
        "delta of layer l takes sigma'(z_l), of the layer that it goes back to",
        each=True,
    ),
    Fault(
        "derivative of the activation is taken in the layer below",
        {"slope": _layer_below},
        "delta of layer l takes sigma'(z_l), of the layer that it goes back to",
        each=True,
    ),
    Fault(
        "derivative of the activation is divided by, not multiplied with",
        {"slope": lambda at, right: 1 / right},
        each=True,
    ),
    Fault(
        "derivative of the activation is taken at z without its bias",
        {"slope": lambda at, right: at.sigma_slope(at.z - at.b)},
        each=True,
    ),
    Fault(
        "derivative of the activation is averaged over the samples",
        {"slope": lambda at, right: np.repeat(right.mean(axis=0, keepdims=True), at.samples, axis=0)},
        "each sample has a z of its own",
        each=True,
    ),
    *(
        Fault(
            f"derivative of the activation at 0 is {written}",
            {"slope": _at_zero(value)},
            "every framework takes 0 there: write z > 0, not z >= 0" if value == 1 else "every framework takes 0 there",
            fits=lambda activation, objective: get_activation(activation).kinked,
        )
        for value, written in ((0.5, "1/2"), (1.0, "1"))
    ),
)


def of_other_activations(activation: str) -> Iterator[Fault]:
    """The derivative of each other activation of the table under the declared one."""
    declared = get_activation(activation).name
    for name in (*ACTIVATIONS, "leaky_relu(0.1)", "leaky_relu(0.2)"):
        # The identity's is a derivative missing.
        if name not in (declared, "identity"):
            words = f"derivative is that of {name}, but the activation is {declared}"
            yield Fault(words, {"slope": _sigma_given(name)}, each=True, vague=1)
    for name, (written, by_value) in _BY_VALUE.items():
        if name != declared and declared not in _BY_VALUE:
            words = f"derivative is written as {written}, which is that of {name}, but the activation is {declared}"
            yield Fault(words, {"slope": _by_value(by_value)}, each=True, vague=1)
