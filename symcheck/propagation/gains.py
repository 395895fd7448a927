"""The gain of an activation: the factor g with g^2 E[sigma(z)^2] = 1 for z ~ N(0, 1) (He et al. 2015, section 2.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import sqrt
from typing import Any

from symcheck.activations import Function, UnknownActivation, get_activation
from symcheck.displayed import Displayed
from symcheck.errors import SymcheckError, did_you_mean, listed
from symcheck.propagation.closed_forms import ClosedForm, closed_forms
from symcheck.propagation.expectation import Expectation, moments
from symcheck.propagation.functions import MORE, NAMES
from symcheck.propagation.tables import Recommended, recommended


@dataclass(frozen=True)
class SecondMoment:
    """E of a square, by quadrature and in closed form where there is one.

    Attributes:
        quadrature: with its error.
        closed: the number with its formula, or None.
    """

    quadrature: Expectation
    closed: ClosedForm | None

    @property
    def value(self) -> float:
        """The better of the two."""
        return self.closed.value if self.closed else self.quadrature.value

    @property
    def gain(self) -> float:
        """The factor that makes it 1."""
        return 1 / sqrt(self.value)

    @property
    def gain_error(self) -> float:
        """Of the gain: exact to rounding in closed form."""
        error = 4e-16 * self.value if self.closed else self.quadrature.error
        return self.gain * error / (2 * self.value) + 2e-16 * self.gain

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        closed = None if self.closed is None else {"value": self.closed.value, "formula": self.closed.formula}
        return {"quadrature": self.quadrature.value, "error": self.quadrature.error, "closed_form": closed}


@dataclass(frozen=True, repr=False)
class Gain(Displayed):
    """What an activation does to a normal signal, and what keeps its second moment.

    Attributes:
        activation: its name.
        second_moment: E[sigma(z)^2].
        slope: E[sigma'(z)^2]; None where there is no such moment.
        kinks, jumps: where the slope, or the value, is not continuous.
        tables: what libraries recommend.
        called_as: how a user's own function was called; "" for one of the table.
        constant: whether it is the same number everywhere, through which no gradient passes.
    """

    activation: str
    second_moment: SecondMoment
    slope: SecondMoment | None
    kinks: tuple[float, ...]
    jumps: tuple[float, ...]
    tables: tuple[Recommended, ...]
    called_as: str = ""
    constant: bool = False

    @property
    def gain(self) -> float:
        """g with g^2 E[sigma(z)^2] = 1: signals forward keep their second moment."""
        return self.second_moment.gain

    @property
    def backward_gain(self) -> float | None:
        """g with g^2 E[sigma'(z)^2] = 1: gradients keep theirs."""
        return self.slope.gain if self.slope else None

    @property
    def backward_factor(self) -> float | None:
        """What a layer of the forward gain multiplies the second moment of gradients by."""
        return self.gain**2 * self.slope.value if self.slope else None

    @property
    def keeps_both(self) -> bool:
        """Whether one gain keeps the second moment of signals and that of gradients, as far as the errors tell."""
        if self.slope is None or self.backward_factor is None:
            return False
        errors = 2 * (self.second_moment.gain_error / self.gain + self.slope.gain_error / self.slope.gain)
        return abs(self.backward_factor - 1) <= max(1e-9, errors * self.backward_factor)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "activation": self.activation,
            "called_as": self.called_as or None,
            "gain": self.gain,
            "error": self.second_moment.gain_error,
            "second_moment": self.second_moment.as_dict(),
            "backward_gain": self.backward_gain,
            "backward_error": self.slope.gain_error if self.slope else None,
            "slope_second_moment": self.slope.as_dict() if self.slope else None,
            "backward_factor": self.backward_factor,
            "constant": self.constant,
            "kinks": list(self.kinks),
            "jumps": list(self.jumps),
            "tables": [
                {"call": t.call, "gain": t.gain, "relative_error": t.gain / self.gain - 1, "note": t.note or None}
                for t in self.tables
            ],
        }

    def to_json(self) -> str:
        """The same as text."""
        return json.dumps(self.as_dict(), indent=2)


def named_gain(name: str) -> Gain:
    """The gain of an activation by its name.

    Raises:
        UnknownActivation: no such name.
        SymcheckError: an activation that has no gain.
    """
    key = name.strip().lower()
    if key in MORE:
        function = MORE[key].function
        assert function is not None
        return gain_of(function, key)
    try:
        activation = get_activation(name)
    except UnknownActivation as error:
        near = did_you_mean(name, MORE)
        if near and "did you mean" not in str(error):
            raise UnknownActivation(f"no activation is named {name!r}{near}") from None
        more = f", {listed(MORE)}" if "known are" in str(error) else ""
        raise UnknownActivation(f"{error}{more}; your own is FILE.py:function") from None
    if activation.function is None:
        raise SymcheckError(f"{activation.name!r} stands for all activations of its class and has no gain")
    return gain_of(activation.function, activation.name, activation.derivative)


def gain_of(
    function: Function, name: str, derivative: Function | None = None, eps: float = 2.0**-52, called_as: str = ""
) -> Gain:
    """The gain of a function.

    Args:
        function, derivative, eps: as for :func:`symcheck.propagation.expectation.moments`.
        name: canonical where it is an activation of the table; of any other function nothing is looked up.

    Raises:
        SymcheckError: it has none.
    """
    found = moments(function, derivative, eps)
    value, slope = (None, None) if called_as else closed_forms(name)
    return Gain(
        name,
        SecondMoment(found.value, value),
        None if found.slope is None else SecondMoment(found.slope, slope),
        found.kinks,
        found.jumps,
        () if called_as else tuple(recommended(name)),
        called_as,
        found.constant,
    )


#: Every name that has a gain.
GAINS = NAMES
