"""Blocks: the part of a parameter that a rule speaks of, ``[0:E]``, ``[:, 0:64]`` or ``[1]``, as numpy would index it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from symcheck.errors import LawError, RecipeError
from symcheck.laws.expressions import Expression, parse_expression, quoted
from symcheck.recipes.boxes import Box

#: What a bound calls the length of the axis that it stands in.
LENGTH = "size"


@dataclass(frozen=True)
class Misfit:
    """Why a parameter has no such block.

    Attributes:
        kind: ``axes``, it has fewer of them; ``fraction``, a bound is no whole number; ``outside``, one lies beyond the axis;
            ``empty``, no index lies between them; ``undefined``, one divides by zero.
        axis: the axis it is about. bound: as it is written. value: what it comes to. length: of the axis.
    """

    kind: Literal["axes", "fraction", "outside", "empty", "undefined"]
    axis: int
    bound: str
    value: Fraction | None = None
    length: int = 0


@dataclass(frozen=True)
class Selection:
    """A block of one parameter.

    Attributes:
        box: its entries.
        shape: of the block as an array of its own; an axis with a single index is not in it, as in numpy.
    """

    box: Box
    shape: tuple[int, ...]


@dataclass(frozen=True)
class AxisRange:
    """What a block takes of one axis: indices from ``low`` to ``high``, or ``low`` alone where it is ``single``."""

    low: Expression | None = None
    high: Expression | None = None
    single: bool = False

    def ends(self, axis: int, length: int, sizes: Mapping[str, int]) -> tuple[int, int] | Misfit:
        """Start and stop on an axis of this length."""
        known = {**sizes, LENGTH: length}
        ends = []
        for bound, otherwise in ((self.low, 0), (self.high, length)):
            value = _index(bound, axis, length, known) if bound else otherwise
            if isinstance(value, Misfit):
                return value
            ends.append(value)
        start, stop = (ends[0], ends[0] + 1) if self.single else ends
        if self.single and start >= length:
            return Misfit("outside", axis, str(self), Fraction(start), length)
        return (start, stop) if start < stop else Misfit("empty", axis, str(self), None, length)

    def __str__(self) -> str:
        low, high = ("" if bound is None else str(bound) for bound in (self.low, self.high))
        return low if self.single else f"{low}:{high}"


def _index(bound: Expression, axis: int, length: int, known: Mapping[str, int]) -> int | Misfit:
    try:
        value = bound.exact(known)
    except LawError:
        return Misfit("undefined", axis, str(bound), None, length)
    if value.denominator != 1:
        return Misfit("fraction", axis, str(bound), value, length)
    # From the end only where it is written so: size-10 of 5 is a mistake, not the beginning.
    index = int(value) + (length if bound.head == "negative" else 0)
    if not 0 <= index <= length:
        return Misfit("outside", axis, str(bound), value, length)
    return index


@dataclass(frozen=True)
class Block:
    """A block of any parameter that has it; axes that are not named are taken whole."""

    axes: tuple[AxisRange, ...]

    @classmethod
    def parse(cls, text: str, sizes: Collection[str] = ()) -> Block:
        """Read ``[0:E]``, ``[:, 0:64]``, ``[size/3:2*size/3]``, ``[-1]``.

        Args:
            sizes: names that bounds may use beside ``size``, the length of the axis.

        Raises:
            RecipeError: it is no block of this form.
        """
        if not (text.startswith("[") and text.endswith("]")):
            raise RecipeError(f"{quoted(text)} is not a block; one is written [0:64] or [:, 1]")
        return cls(tuple(_axis(part, text, sizes) for part in _split(text[1:-1], ",")))

    def of(self, shape: Sequence[int], sizes: Mapping[str, int]) -> Selection | Misfit:
        """The block of a parameter of this shape, or why it has none."""
        if len(self.axes) > len(shape):
            return Misfit("axes", len(shape), str(self))
        ranges = list(Box.whole(shape).ranges)
        for axis, wanted in enumerate(self.axes):
            ends = wanted.ends(axis, shape[axis], sizes)
            if isinstance(ends, Misfit):
                return ends
            ranges[axis] = ends
        single = {axis for axis, wanted in enumerate(self.axes) if wanted.single}
        kept = tuple(stop - start for axis, (start, stop) in enumerate(ranges) if axis not in single)
        return Selection(Box(tuple(ranges)), kept)

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.axes))}]"


def _axis(text: str, block: str, sizes: Collection[str]) -> AxisRange:
    bounds = _split(text, ":")
    if len(bounds) > 2:
        raise RecipeError(f"a block has no steps: {quoted(block)}")
    read = [_bound(bound, block, sizes) if bound.strip() else None for bound in bounds]
    if len(read) == 2:
        return AxisRange(read[0], read[1])
    if read[0] is None:
        raise RecipeError(f"an axis of the block {quoted(block)} says nothing; a whole axis is written :")
    return AxisRange(read[0], single=True)


def _bound(text: str, block: str, sizes: Collection[str]) -> Expression:
    try:
        bound = parse_expression(text, (LENGTH, *sizes), rational=True)
        value = Fraction(0) if bound.names else bound.exact({})
        if value.denominator != 1:
            raise LawError(f"{bound} is no index; a share of the axis is written {LENGTH}*{bound}")
        if value < 0 and bound.head != "negative":
            raise LawError(f"{bound} is no index, as it comes to {value}")
    except LawError as error:
        hint = (
            "at the end of a pattern, characters to choose from are followed by [:]; a bracket in a name is written [[]"
        )
        raise RecipeError(f"the block {quoted(block)} cannot be read: {error} ({hint})") from None
    return bound


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand in no bracket."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == separator and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
