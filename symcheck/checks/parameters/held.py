"""What is held to a law: a parameter or a block of one, with all that was drawn of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.distribution.formats import FloatFormat, format_named
from symcheck.distribution.power import visible_scale_error
from symcheck.fans import Fans, Layer
from symcheck.file_arrays import Values, in_memory, same_entries
from symcheck.laws.law import Law
from symcheck.parameters import Parameter
from symcheck.recipes.boxes import Box
from symcheck.types import Array

#: Entries of one parameter that are tested; of a larger one so many are chosen at random.
MOST_ENTRIES = 1 << 20


@dataclass(frozen=True)
class Named(Layer):
    """A layer that is called by the name of its parameter."""

    name: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Held:
    """A parameter, or the boxes of one that a rule decides, with the law they are held to.

    Attributes:
        name: of the parameter, with its block.
        law: without expressions of fans.
        said: the rule, or where the law is documented.
        boxes: disjoint. whole: whether they are one box, so that it has rows and columns.
    """

    name: str
    parameter: Parameter
    law: Law
    said: str
    boxes: tuple[Box, ...]
    fans: Fans | None

    @property
    def values(self) -> Values:
        """Of the whole parameter, in the first build."""
        assert self.parameter.values is not None
        return self.parameter.values

    @property
    def size(self) -> int:
        """Its entries in one build."""
        return sum(box.size for box in self.boxes)

    @property
    def layer(self) -> Named:
        """Where it stands, for figures that depend on fans; a parameter without them counts as a column."""
        fans = self.fans or Fans(1, 1)
        kernel = (fans.kernel,) if fans.kernel > 1 else ()
        return Named(fans.outputs, fans.inputs, kernel, name=self.name)

    @property
    def form(self) -> FloatFormat:
        """The format of the dtype it is stored in."""
        return format_named(self.parameter.dtype)

    def of(self, values: Array) -> Array:
        """Its entries of the parameter's values: an array where it is one box, else in a row."""
        if len(self.boxes) == 1:
            return values[self.boxes[0].slices]
        return np.concatenate([values[box.slices].reshape(-1) for box in self.boxes])

    def differs(self, values: Values | None) -> bool:
        """Whether another build's values of the parameter are not those of the first where the boxes lie."""
        if values is None or values is self.values:
            return False
        return not same_entries(self.of(in_memory(self.values)), self.of(in_memory(values)))


def entries_needed(held: Held, alpha: float, shown: float) -> int:
    """How many entries show a relative error of ``shown`` in the standard deviation; no more than are tested."""
    entry, count = held.law.entry(held.layer.fans), 64
    while count < MOST_ENTRIES and visible_scale_error(entry, count, alpha) > shown:
        count *= 2
    return count
