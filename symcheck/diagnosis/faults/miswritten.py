"""Derivatives of activations that are written wrongly, in hidden layers, in the outputs, or in both by one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.objective import Objective, activated, slope_of
from symcheck.types import Array


@dataclass(frozen=True)
class Miswritten:
    """A derivative as it is written of z and h = sigma(z), and as it is meant."""

    activation: str
    written: str
    meant: str
    value: Callable[[Array, Array], Array]

    @property
    def wrong(self) -> str:
        """What is wrong."""
        return f"derivative of {self.activation} is written as {self.written}"

    @property
    def remedy(self) -> str:
        """What to write."""
        return f"it is {self.meant}" + (f", with h = {self.activation}(z)" if "h" in self.meant else "")

    def slope(self, at: At, right: Array) -> Array:
        """In a hidden layer."""
        return np.asarray(self.value(at.z, at.a))

    def delta(self, at: At, right: Array) -> Array:
        """In the derivative of a squared error through these outputs."""
        outputs = activated(at.z, at.objective.link)
        return np.asarray(error_of(at) * self.value(at.z, outputs))


def error_of(at: At) -> Array:
    """The derivative of a squared error by what the output activation gives."""
    outputs = activated(at.z, at.objective.link)
    return np.asarray(2 * at.objective.scale(*outputs.shape) * (outputs - at.trial.Y))


def _tanh_gelu_slope(z: Array, h: Array) -> Array:
    inner = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)
    slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)
    return np.asarray(0.5 * (1 + np.tanh(inner)) + 0.5 * z * (1 - np.tanh(inner) ** 2) * slope)


_SIGMOID, _TANH, _RELU = "h * (1 - h)", "1 - h**2", "z > 0"

MISWRITTEN: tuple[Miswritten, ...] = (
    Miswritten("sigmoid", "h * (1 + h)", _SIGMOID, lambda z, h: h * (1 + h)),
    Miswritten("sigmoid", "1 - h", _SIGMOID, lambda z, h: 1 - h),
    Miswritten("sigmoid", "h", _SIGMOID, lambda z, h: h),
    Miswritten("sigmoid", "1 - h**2", _SIGMOID, lambda z, h: 1 - h**2),
    Miswritten("sigmoid", "h * (h - 1)", _SIGMOID, lambda z, h: h * (h - 1)),
    Miswritten("sigmoid", "h**2 * (1 - h)", _SIGMOID, lambda z, h: h**2 * (1 - h)),
    Miswritten("sigmoid", "z * (1 - z)", _SIGMOID, lambda z, h: z * (1 - z)),
    Miswritten("tanh", "1 - h", _TANH, lambda z, h: 1 - h),
    Miswritten("tanh", "h", _TANH, lambda z, h: h),
    Miswritten("tanh", "1 + h**2", _TANH, lambda z, h: 1 + h**2),
    Miswritten("tanh", "1 + h", _TANH, lambda z, h: 1 + h),
    Miswritten("tanh", "h * (1 - h)", _TANH, lambda z, h: h * (1 - h)),
    Miswritten("tanh", "1 - z**2", _TANH, lambda z, h: 1 - z**2),
    Miswritten("tanh", "(1 - h)**2", _TANH, lambda z, h: (1 - h) ** 2),
    Miswritten("tanh", "h**2 - 1", _TANH, lambda z, h: h**2 - 1),
    Miswritten("relu", "h", _RELU, lambda z, h: h),
    Miswritten("relu", "z <= 0", _RELU, lambda z, h: (z <= 0).astype(float)),
    Miswritten("relu", "z < 0", _RELU, lambda z, h: (z < 0).astype(float)),
    Miswritten("elu", "h below 0", "h + 1 there", lambda z, h: np.where(z > 0, 1.0, h)),
    Miswritten("softsign", "1 / (1 + |z|)", "1 / (1 + |z|)**2", lambda z, h: 1 / (1 + np.abs(z))),
    Miswritten("gelu", "that of its tanh approximation", "that of z * Phi(z) where forward has erf", _tanh_gelu_slope),
    Miswritten("silu", "sigmoid(z)", "s + z * s * (1 - s), with s = sigmoid(z)", lambda z, h: activated(z, "sigmoid")),
    *(
        Miswritten(name, f"{name} itself, called a second time", meant, lambda z, h, name=name: activated(h, name))  # type: ignore[misc]
        for name, meant in (("sigmoid", _SIGMOID), ("tanh", _TANH))
    ),
)


def _through(name: str) -> Callable[[str, Objective], bool]:
    return lambda activation, objective: objective.loss == "squared_error" and objective.link == name


def _both(name: str) -> Callable[[str, Objective], bool]:
    return lambda activation, objective: activation == name and _through(name)(activation, objective)


def _hidden(name: str) -> Callable[[str, Objective], bool]:
    return lambda activation, objective: activation == name


def _same(activation: str, objective: Objective) -> bool:
    return objective.link == activation != "identity" and objective.loss == "squared_error"


def _error(at: At, right: Array) -> Array:
    return error_of(at)


def _error_at_the_output(at: At, right: Array) -> Array:
    return error_of(at) * slope_of(activated(at.z, at.objective.link), at.objective.link)


def _everywhere() -> Iterator[Fault]:
    for miswritten in MISWRITTEN:
        lines: dict[str, Wrong] = {"slope": miswritten.slope, "delta": miswritten.delta}
        yield Fault(miswritten.wrong, lines, miswritten.remedy, fits=_both(miswritten.activation))
    yield Fault(
        "derivative of the activation is missing, of the outputs' too",
        {"slope": lambda at, right: np.ones_like(right), "delta": _error},
        "write delta = (delta @ W) * sigma'(z)",
        fits=_same,
    )
    yield Fault(
        "derivative of the activation is taken at h instead of z, and at the outputs instead of what enters them",
        {"slope": lambda at, right: at.sigma_slope(at.a), "delta": _error_at_the_output},
        "the function that is called differentiates at z, and is given the activation",
        fits=_same,
    )


#: In all layers with the outputs; in the outputs; in hidden layers.
EVERYWHERE: tuple[Fault, ...] = tuple(_everywhere())
OUTPUTS: tuple[Fault, ...] = tuple(
    Fault(f"{m.wrong} in the outputs", {"delta": m.delta}, m.remedy, fits=_through(m.activation)) for m in MISWRITTEN
)
HIDDEN: tuple[Fault, ...] = tuple(
    Fault(m.wrong, {"slope": m.slope}, m.remedy, each=True, fits=_hidden(m.activation)) for m in MISWRITTEN
)
