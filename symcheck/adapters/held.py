"""A parameter as its library holds it: described, its values not yet looked at, so that sizes can be judged first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from symcheck.parameters import Parameter


@dataclass(frozen=True, eq=False)
class Held:
    """What an adapter tells of a parameter.

    Attributes:
        parameter: all but its values, its dtype and with whom it shares memory.
        array: the library's own array; None where the parameter is absent.
    """

    parameter: Parameter
    array: Any = None

    def below(self, path: str) -> Held:
        """The same as a part of something larger."""
        name = self.parameter.name
        return replace(self, parameter=replace(self.parameter, name=joined(path, name)))


def joined(*names: str) -> str:
    """A dotted name of parts, of which empty ones are left out."""
    return ".".join(name for name in names if name)
