"""Standard deviations and bounds as they stand in code: a number over a fan under a root, and the ways that goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod, sqrt

from symcheck.fans import Layer
from symcheck.laws.families import TRUNCATED_AT_TWO

#: What a number is to the draws, with the standard deviation that it gives them: of a normal law, of the law that is cut
#: off at two standard deviations, the bound of a uniform law on both sides, and the width of one, as in (rand - 0.5) * w.
USES = {"std": 1.0, "parent": TRUNCATED_AT_TWO, "bound": 1 / sqrt(3), "width": 1 / sqrt(12)}


@dataclass(frozen=True)
class Fan:
    """What a formula divides by, as it is written, and how many it is in a layer."""

    text: str
    of: Callable[[Layer], float]


def bare_text(fan: Fan) -> str:
    """A fan without brackets about all of it."""
    return fan.text[1:-1] if fan.text.startswith("(") else fan.text


FAN_IN = Fan("fan_in", lambda l: l.fans.fan_in)
FAN_OUT = Fan("fan_out", lambda l: l.fans.fan_out)
FAN_SUM = Fan("(fan_in + fan_out)", lambda l: l.fans.fan_in + l.fans.fan_out)
#: The same with the kernel size left out.
INPUTS = Fan("inputs", lambda l: l.inputs)
OUTPUTS = Fan("outputs", lambda l: l.out)
ENDS = Fan("(inputs + outputs)", lambda l: l.inputs + l.out)
#: size(0) of an (out, in) matrix, and the right fan of kernels.
MATRIX_OUTPUTS = Fan("(fan_in if kernel else outputs)", lambda l: l.fans.fan_in if l.kernel else l.out)
SHAPE_SUM = Fan("sum(shape)", lambda l: l.inputs + l.out + sum(l.kernel))
PRODUCT = Fan("(fan_in * fan_out)", lambda l: l.fans.fan_in * l.fans.fan_out)
GEOMETRIC = Fan("sqrt(fan_in * fan_out)", lambda l: sqrt(l.fans.fan_in * l.fans.fan_out))
ENTRIES = Fan("prod(shape)", lambda l: l.inputs * l.out * prod(l.kernel))
FANS = (FAN_IN, FAN_OUT, FAN_SUM, INPUTS, OUTPUTS, ENDS, MATRIX_OUTPUTS, SHAPE_SUM, PRODUCT, GEOMETRIC, ENTRIES)

OF_MODE = {"fan_in": FAN_IN, "fan_out": FAN_OUT, "fan_avg": FAN_SUM}

#: Where the root stands: over the whole, nowhere, over the number only, over the fan only; a fan that multiplies; a
#: root over the fan without its kernel size; a sum of fans without its brackets, and one of roots.
FORMS = (
    "root",
    "root_lost",
    "root_over_number",
    "root_over_fan",
    "multiplied",
    "root_over_part",
    "brackets_lost",
    "roots_added",
)


@dataclass(frozen=True)
class SpreadFormula:
    """A number that a standard deviation or a bound is set to.

    Attributes:
        number: under the root, 2 for He's law.
        fan: of :data:`FANS`. form: of :data:`FORMS`. use: of :data:`USES`.
        gain: factor on it.
    """

    number: float
    fan: Fan
    form: str = "root"
    use: str = "std"
    gain: float = 1.0

    def std(self, layer: Layer) -> float:
        """The standard deviation of draws that it is used for."""
        return USES[self.use] * self.value(layer)

    def value(self, layer: Layer) -> float:
        """The number itself."""
        k, n, fans = self.number, self.fan.of(layer), layer.fans
        values: dict[str, Callable[[], float]] = {
            "root": lambda: sqrt(k / n),
            "root_lost": lambda: k / n,
            "root_over_number": lambda: sqrt(k) / n,
            "root_over_fan": lambda: k / sqrt(n),
            "multiplied": lambda: sqrt(n / k),
            "root_over_part": lambda: sqrt(k / layer.inputs) / prod(layer.kernel),
            "brackets_lost": lambda: sqrt(k / fans.fan_in + fans.fan_out),
            "roots_added": lambda: sqrt(k) / (sqrt(fans.fan_in) + sqrt(fans.fan_out)),
        }
        return self.gain * values[self.form]()

    @property
    def text(self) -> str:
        """As it is written in code."""
        k, fan, bare = f"{self.number:g}", self.fan.text, bare_text(self.fan)
        written = {
            "root": f"sqrt({k} / {fan})",
            "root_lost": f"{k} / {fan}",
            "root_over_number": f"sqrt({k}) / {fan}",
            "root_over_fan": f"{k} / sqrt({bare})",
            "multiplied": f"sqrt({bare})" if self.number == 1 else f"sqrt({fan} / {k})",
            "root_over_part": f"sqrt({k} / inputs) / kernel",
            "brackets_lost": "sqrt(c / fan_in + fan_out)",
            "roots_added": f"sqrt({k}) / (sqrt(fan_in) + sqrt(fan_out))",
        }[self.form]
        return written if self.gain == 1 else f"{self.gain:g} * {written}"

    @property
    def sensible(self) -> bool:
        """Whether it is written so at all, and is no other formula under another name."""
        if self.form in ("root_over_number", "root_over_fan"):
            return self.number != 1
        if self.form == "root_over_part":
            return self.fan is FAN_IN
        return self.form not in ("brackets_lost", "roots_added") or self.fan is FAN_SUM


def written_wrongly(number: float, fan: Fan, use: str, gain: float = 1.0) -> Iterator[SpreadFormula]:
    """The formula of a law in every form but the right one."""
    for form in FORMS[1:]:
        formula = SpreadFormula(number, fan, form, use, gain)
        if formula.sensible:
            yield formula
