"""The activation table: function, derivative, symmetry class, symbolic form and gain of each.

Symmetry class (all that the decision about ties needs to know of an activation):

- ``odd``: sigma(-z) = -sigma(z)
- ``flat``: sigma(0) = 0 and sigma'(0) = 0, by the convention every framework uses at a kink
- ``zero``: sigma(0) = 0
- ``generic``: nothing of the above
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, inf, pi, sqrt
from typing import Any

import numpy as np

from symcheck.errors import SymcheckError, did_you_mean, listed
from symcheck.types import Array

Function = Callable[[Array], Array]

#: Parameters whose squares are floats still.
_LARGEST = 1e100

SYMMETRY_CLASSES = ("generic", "zero", "flat", "odd")


class UnknownActivation(SymcheckError, ValueError):
    """No activation has this name, or its parameter does not fit."""


@dataclass(frozen=True)
class Activation:
    """One row of the table.

    Attributes:
        name: canonical name, with its parameter where that is not the default one.
        symmetry: ``generic``, ``zero``, ``flat`` or ``odd``.
        linear: whether the function is linear.
        function, derivative: elementwise on float arrays of any shape; the derivative of a kink is the one
            every framework takes (0 for ReLU at 0). None for ``any``, which stands for an unknown activation.
        symbolic: the function of ``z`` in sympy's syntax.
        second_moment: E[sigma(z)^2] for z ~ N(0, 1) in closed form, or None where there is none.
        monotone: whether it never decreases.
        homogeneous: whether sigma(a z) = a sigma(z) for a > 0.
        rectified: whether sigma(z) = sigma'(z) = 0 for every z <= 0, as of ReLU.
        steepest: a bound of |sigma'|.
        low, high: numbers between which sigma(z) lies for every z; the tightest ones where they are integers.
    """

    name: str
    symmetry: str
    function: Function | None
    derivative: Function | None
    symbolic: str
    second_moment: float | None = None
    linear: bool = False
    monotone: bool = False
    homogeneous: bool = False
    rectified: bool = False
    steepest: float = 1.0
    low: float = -inf
    high: float = inf

    @property
    def gain(self) -> float:
        """The factor g with g^2 E[sigma(z)^2] = 1 for z ~ N(0, 1) (He et al. 2015, section 2.2)."""
        return 1.0 / sqrt(self.second_moment or _second_moment(self))

    @property
    def kinked(self) -> bool:
        """Whether the slope jumps at 0; an unknown activation may have any."""
        if self.derivative is None:
            return True
        below, above = self.derivative(np.array([-1e-9, 1e-9]))
        return abs(float(above) - float(below)) > 1e-6

    def expression(self) -> Any:
        """The function of the real symbol ``z`` as a sympy expression."""
        import sympy

        return sympy.sympify(self.symbolic, locals={"z": sympy.Symbol("z", real=True)})


@cache
def _second_moment(activation: Activation) -> float:
    from scipy.integrate import quad

    function = activation.function
    if function is None:
        raise UnknownActivation(f"the activation {activation.name!r} stands for all of its class and has no gain")

    def density(z: float) -> float:
        return float(function(np.array(z)) ** 2) * exp(-z * z / 2) / sqrt(2 * pi)

    # Beyond 40 standard deviations the density underflows; the split at 0 keeps kinks off the nodes.
    return float(sum(quad(density, a, b, epsabs=1e-15, epsrel=1e-13, limit=200)[0] for a, b in ((-40, 0), (0, 40))))


def _erf(z: Array) -> Array:
    from scipy.special import erf

    return np.asarray(erf(z))


def _expit(z: Array) -> Array:
    from scipy.special import expit

    return np.asarray(expit(z))


def _ndtr(z: Array) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(z))


def _phi(z: Array) -> Array:
    return np.exp(-0.5 * z * z) / sqrt(2 * pi)


def _kinked(slope: float) -> tuple[Function, Function]:
    return (lambda z: np.where(z > 0, z, slope * z)), (lambda z: np.where(z > 0, 1.0, slope))


def _leaky_relu(slope: float = 0.01) -> Activation:
    function, derivative = _kinked(slope)
    symmetry = "flat" if slope == 0 else "odd" if slope == 1 else "zero"
    return Activation(
        "leaky_relu" if slope == 0.01 else f"leaky_relu({_shown(slope)})",
        symmetry,
        function,
        derivative,
        f"Piecewise((z, z > 0), ({slope!r}*z, True))",
        (1 + slope**2) / 2,
        linear=slope == 1,
        monotone=slope >= 0,
        homogeneous=True,
        rectified=slope == 0,
        steepest=max(1.0, abs(slope)),
        low=0.0 if slope <= 0 else -inf,
    )


def _shown(parameter: float) -> str:
    """A parameter as its name has it, from which it can be read again without a loss."""
    return repr(parameter).removesuffix(".0")


def _elu(alpha: float = 1.0) -> Activation:
    from math import erfc

    def cdf(x: float) -> float:
        return erfc(-x / sqrt(2)) / 2

    negative = exp(2) * cdf(-2) - 2 * exp(0.5) * cdf(-1) + 0.5
    return Activation(
        "elu" if alpha == 1 else f"elu({_shown(alpha)})",
        "flat" if alpha == 0 else "zero",
        lambda z: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0))),
        lambda z: np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0))),
        f"Piecewise((z, z > 0), ({alpha!r}*(exp(z) - 1), True))",
        0.5 + alpha**2 * negative,
        monotone=alpha >= 0,
        homogeneous=alpha == 0,
        rectified=alpha == 0,
        steepest=max(1.0, abs(alpha)),
        low=min(0.0, -alpha),
    )


def _relu() -> Activation:
    derivative = _kinked(0.0)[1]
    symbolic = "Piecewise((z, z > 0), (0, True))"
    return Activation(
        "relu",
        "flat",
        lambda z: np.maximum(z, 0.0),
        derivative,
        symbolic,
        0.5,
        monotone=True,
        homogeneous=True,
        rectified=True,
        low=0.0,
    )


def _rows() -> tuple[Activation, ...]:
    erf_moment = 2 / pi * float(np.arcsin(2 / 3))
    return (
        Activation("identity", "odd", lambda z: z * 1.0, np.ones_like, "z", 1.0, True, True, True),
        _relu(),
        _leaky_relu(),
        _elu(),
        Activation(
            "gelu",
            "zero",
            lambda z: z * _ndtr(z),
            lambda z: _ndtr(z) + z * _phi(z),
            "z*(1 + erf(z/sqrt(2)))/2",
            steepest=1.13,  # at sqrt(2) it is 1.12890
            low=-3 / 16,  # the minimum is -0.16997
        ),
        Activation(
            "silu",
            "zero",
            lambda z: z * _expit(z),
            lambda z: _expit(z) * (1 + z * _expit(-z)),
            "z/(1 + exp(-z))",
            steepest=1.1,  # at 2.3994 it is 1.09984
            low=-9 / 32,  # the minimum is -0.27846
        ),
        Activation("tanh", "odd", np.tanh, lambda z: 1 - np.tanh(z) ** 2, "tanh(z)", monotone=True, low=-1.0, high=1.0),
        Activation(
            "sigmoid",
            "generic",
            _expit,
            lambda z: _expit(z) * _expit(-z),
            "1/(1 + exp(-z))",
            monotone=True,
            low=0.0,
            high=1.0,
        ),
        Activation(
            "softplus", "generic", lambda z: np.logaddexp(z, 0.0), _expit, "log(1 + exp(z))", monotone=True, low=0.0
        ),
        Activation(
            "softsign",
            "odd",
            lambda z: z / (1 + np.abs(z)),
            lambda z: (1 + np.abs(z)) ** -2.0,
            "z/(1 + Abs(z))",
            monotone=True,
            low=-1.0,
            high=1.0,
        ),
        Activation(
            "erf",
            "odd",
            _erf,
            lambda z: 2 / sqrt(pi) * np.exp(-z * z),
            "erf(z)",
            erf_moment,
            monotone=True,
            steepest=1.13,  # 2 / sqrt(pi) is 1.12838
            low=-1.0,
            high=1.0,
        ),
        Activation("sin", "odd", np.sin, np.cos, "sin(z)", (1 - exp(-2)) / 2, low=-1.0, high=1.0),
        Activation("any", "generic", None, None, "Function('sigma')(z)"),
    )


_TABLE = {a.name: a for a in _rows()}
_WITH_PARAMETER: dict[str, Callable[..., Activation]] = {"leaky_relu": _leaky_relu, "elu": _elu}
_ALIASES = {
    "linear": "identity",
    "logistic": "sigmoid",
    "swish": "silu",
    "none": "identity",
    "leakyrelu": "leaky_relu",
    "unknown": "any",
    "expit": "sigmoid",
}

#: Canonical names, in the order of the table.
ACTIVATIONS = tuple(name for name in _TABLE if name != "any")


def get_activation(name: str | Activation) -> Activation:
    """Look an activation up by name: ``"tanh"``, ``"leaky_relu(0.2)"``, ``"elu(alpha=0.5)"``.

    ``"any"`` stands for an activation of which nothing is known (symmetry class ``generic``).

    Raises:
        UnknownActivation: no such name, or a parameter that is not a number, or too large.
    """
    if isinstance(name, Activation):
        return name
    # It is asked for in every layer of every pass.
    return _known(name) if type(name) is str else _named(name)


def _named(name: str) -> Activation:
    match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?:\(\s*(?:\w+\s*=)?\s*([^()]*)\))?\s*", str(name))
    key = _ALIASES.get(match[1].lower(), match[1].lower()) if match else ""
    if match and match[2] and key in _WITH_PARAMETER:
        try:
            value = float(match[2])
        except ValueError:
            value = float("nan")
        if not abs(value) <= _LARGEST:
            raise UnknownActivation(f"the parameter of {name!r} is not a number of at most {_LARGEST:g} in size")
        return _WITH_PARAMETER[key](value)
    if match and not match[2]:
        if key in _WITH_PARAMETER:
            return _WITH_PARAMETER[key]()
        if key in _TABLE:
            return _TABLE[key]
    near = did_you_mean(match[1], [*ACTIVATIONS, *_ALIASES]) if match else ""
    raise UnknownActivation(f"no activation is named {name!r}{near or f'; known are {listed(ACTIVATIONS)}'}")


_known = lru_cache(maxsize=256)(_named)
