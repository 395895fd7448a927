"""Second moments of activations of a standard normal z, and of their slopes, where they have a closed form.

By Stein's lemma E[z f(z)] = E[f'(z)], with Phi and phi the normal distribution function and density:
E[Phi^2] = 1/3, E[z Phi phi] = 1/(4 pi sqrt(3)) and E[z^2 phi^2] = 3^(-3/2) / (2 pi), which give GELU's; erf's is an arcsine
(Williams 1998); ELU's and SELU's are truncated moments of a log-normal variable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asin, erf, erfc, exp, pi, sqrt

#: Klambauer et al. 2017, equation 14.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


@dataclass(frozen=True)
class ClosedForm:
    """A number with the formula that it was computed by."""

    value: float
    formula: str


def closed_forms(name: str) -> tuple[ClosedForm | None, ClosedForm | None]:
    """E[sigma(z)^2] and E[sigma'(z)^2]; None where none is known.

    Args:
        name: canonical, with its parameter where that is not the default one.
    """
    if name in _FORMS:
        return _FORMS[name]
    if match := re.fullmatch(r"(leaky_relu|elu)\((.+)\)", name):
        return _leaky(float(match[2])) if match[1] == "leaky_relu" else _elu(float(match[2]), 1.0)
    return None, None


def _cdf(x: float) -> float:
    return erfc(-x / sqrt(2)) / 2


def _leaky(slope: float) -> tuple[ClosedForm, ClosedForm]:
    form = ClosedForm((1 + slope**2) / 2, "(1 + a^2)/2")
    return form, form


def _elu(alpha: float, scale: float) -> tuple[ClosedForm, ClosedForm]:
    below = exp(2) * _cdf(-2) - 2 * exp(0.5) * _cdf(-1) + 0.5
    factor = "s^2 (" if scale != 1 else ""
    end = ")" if factor else ""
    value = scale**2 * (0.5 + alpha**2 * below)
    slope = scale**2 * (0.5 + alpha**2 * exp(2) * _cdf(-2))
    return (
        ClosedForm(value, f"{factor}1/2 + a^2 (e^2 Phi(-2) - 2 sqrt(e) Phi(-1) + 1/2){end}"),
        ClosedForm(slope, f"{factor}1/2 + a^2 e^2 Phi(-2){end}"),
    )


def _clipped_at_one() -> tuple[ClosedForm, ClosedForm]:
    inside = erf(1 / sqrt(2))
    density = exp(-0.5) / sqrt(2 * pi)
    return (ClosedForm(1 - 2 * density, "1 - 2 phi(1)"), ClosedForm(inside, "erf(1/sqrt(2))"))


def _clipped_at_six() -> tuple[ClosedForm, ClosedForm]:
    density = exp(-18.0) / sqrt(2 * pi)
    return (
        ClosedForm(0.5 - _cdf(-6) - 6 * density + 36 * _cdf(-6), "1/2 - 6 phi(6) + 35 Phi(-6)"),
        ClosedForm(0.5 - _cdf(-6), "1/2 - Phi(-6)"),
    )


def _both(value: float, formula: str) -> tuple[ClosedForm, ClosedForm]:
    form = ClosedForm(value, formula)
    return form, form


_FORMS: dict[str, tuple[ClosedForm | None, ClosedForm | None]] = {
    "identity": _both(1.0, "1"),
    "relu": _both(0.5, "1/2"),
    "leaky_relu": _leaky(0.01),
    "elu": _elu(1.0, 1.0),
    "selu": _elu(SELU_ALPHA, SELU_SCALE),
    "gelu": (
        ClosedForm(1 / 3 + 1 / (2 * pi * sqrt(3)), "1/3 + 1/(2 pi sqrt(3))"),
        ClosedForm(1 / 3 + 2 / (3 * pi * sqrt(3)), "1/3 + 2/(3 pi sqrt(3))"),
    ),
    "erf": (ClosedForm(2 / pi * asin(2 / 3), "(2/pi) asin(2/3)"), ClosedForm(4 / (pi * sqrt(5)), "4/(pi sqrt(5))")),
    "sin": (ClosedForm((1 - exp(-2)) / 2, "(1 - e^-2)/2"), ClosedForm((1 + exp(-2)) / 2, "(1 + e^-2)/2")),
    "hardtanh": _clipped_at_one(),
    "relu6": _clipped_at_six(),
}
