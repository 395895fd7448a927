"""Applying a recipe to parameters, of which nothing is known but names and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from symcheck.errors import LawError
from symcheck.fans import Fans, layer_of
from symcheck.laws.law import Law
from symcheck.recipes.assignment import (
    AssignedParameter,
    AssignedPart,
    Assignment,
    Fault,
    Group,
    Member,
    NoBlock,
    NoLaw,
    Overlap,
    Unequal,
)
from symcheck.recipes.blocks import Selection
from symcheck.recipes.boxes import Box, without
from symcheck.recipes.patterns import Target
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Equality, Rule


def assign(
    recipe: Recipe,
    shapes: Mapping[str, Sequence[int]],
    layout: str = "out_in",
    fans: Mapping[str, Fans] | None = None,
    library: str | None = None,
) -> Assignment:
    """Apply a recipe to parameters.

    Of the rules that cover an entry the last one decides it, so that general rules come first and exceptions after them, and
    a block can be cut out of a parameter, or a row out of a block.

    A block is an array of its own, of the shape that numpy gives it, and its fans are those of that array: ``w[0:E]`` of a
    (3 E, E) array has fan_in = fan_out = E, and ``experts[0]`` of an (8, E, F) array is a matrix.

    Args:
        shapes: of every parameter, by name.
        layout: of the arrays, as of :class:`symcheck.fans.Layer`.
        fans: of whole parameters, where they are not those of their shape: of grouped and transposed convolutions, of stacks
            of matrices, of biases.
        library: whose own meaning of bare names counts, as in :func:`symcheck.laws.names.parse_law`.

    Raises:
        SymcheckError: unknown layout.
    """
    whole = {name: tuple(map(int, shape)) for name, shape in shapes.items()}
    job = _Assigning(recipe, whole, layout, fans or {}, library)
    parameters = tuple(job.parameter(name) for name in job.shapes)
    groups = [group for equality in recipe.equal if (group := job.group(equality))]
    unmatched = tuple(rule for i, rule in enumerate(recipe.rules) if i not in job.matched)
    overruled = tuple(rule for i, rule in enumerate(recipe.rules) if i in job.matched - job.deciding)
    return Assignment(
        recipe, parameters, tuple(groups), unmatched, overruled, tuple(job.unmatched_targets), tuple(job.faults)
    )


@dataclass
class _Assigning:
    """One application; the first fields are the arguments of :func:`assign`.

    Attributes:
        matched, deciding: rules, by their place in the recipe, that match a parameter, and that have a say in one.
    """

    recipe: Recipe
    shapes: dict[str, tuple[int, ...]]
    layout: str
    fans: Mapping[str, Fans]
    library: str | None
    matched: set[int] = field(default_factory=set)
    deciding: set[int] = field(default_factory=set)
    unmatched_targets: list[tuple[Equality, Target]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def parameter(self, name: str) -> AssignedParameter:
        shape = self.shapes[name]
        covering: list[tuple[int, Selection]] = []
        for i, rule in enumerate(self.recipe.rules):
            if not rule.target.matches(name):
                continue
            self.matched.add(i)
            if selection := self._selection(name, rule.target, rule):
                covering.append((i, selection))
            else:
                # Its block does not fit, which is told; that it decides nothing would be the same once more.
                self.deciding.add(i)
        self._find_overlaps(name, covering)
        parts: list[AssignedPart] = []
        free = Box.whole(shape).parts
        for at, (i, selection) in enumerate(covering):
            free = without(free, selection.box)
            boxes = selection.box.parts
            for _, later in covering[at + 1 :]:
                boxes = without(boxes, later.box)
            if boxes or not selection.box.size:
                self.deciding.add(i)
            if boxes and (part := self._part(name, self.recipe.rules[i], selection, boxes)):
                parts.append(part)
        return AssignedParameter(name, shape, tuple(parts), free)

    def group(self, equality: Equality) -> Group | None:
        members: dict[tuple[str, Box], Member] = {}
        for target in equality.targets:
            names = [name for name in self.shapes if target.matches(name)]
            if not names:
                self.unmatched_targets.append((equality, target))
            for name in names:
                if selection := self._selection(name, target, equality):
                    members[name, selection.box] = Member(name, selection)
        found = tuple(members.values())
        if len({member.selection.shape for member in found}) == 1 and len(found) > 1:
            return Group(equality, found)
        self.faults.append(Unequal(equality, found))
        return None

    def _selection(self, name: str, target: Target, by: Rule | Equality) -> Selection | None:
        shape = self.shapes[name]
        if target.block is None:
            return Selection(Box.whole(shape), shape)
        selection = target.block.of(shape, self.recipe.sizes)
        if isinstance(selection, Selection):
            return selection
        self.faults.append(NoBlock(by, target, name, shape, selection))
        return None

    def _find_overlaps(self, name: str, covering: Sequence[tuple[int, Selection]]) -> None:
        for (i, one), (j, other) in combinations(covering, 2):
            boxes = (one.box, other.box)
            nested = one.box.contains(other.box) or other.box.contains(one.box)
            if not nested and one.box.meets(other.box):
                self.faults.append(Overlap(name, self.recipe.rules[i], self.recipe.rules[j], boxes))

    def _part(self, name: str, rule: Rule, selection: Selection, boxes: tuple[Box, ...]) -> AssignedPart | None:
        fans = self._fans(name, rule, selection)
        try:
            law = rule.promise(self.library, self.recipe.sizes)
            if isinstance(law, Law):
                law = _law_of(law, selection.shape, fans)
        except LawError as error:
            self.faults.append(NoLaw(rule, name, selection.shape, str(error)))
            return None
        return AssignedPart(rule, law, selection, boxes, fans)

    def _fans(self, name: str, rule: Rule, selection: Selection) -> Fans | None:
        """Those of the selection, as far as they are known: where a parameter's own are not those of its shape, which of its
        axes are inputs is not, and its blocks have none."""
        given, shape = self.fans.get(name), self.shapes[name]
        if given and (rule.target.block is None or len(shape) == 1):
            return given
        if len(selection.shape) < 2:
            return None
        fans = layer_of(selection.shape, self.layout).fans
        return fans if given in (None, fans, layer_of(shape, self.layout).fans) else None


def _law_of(law: Law, shape: tuple[int, ...], fans: Fans | None) -> Law:
    """The law as an array of this shape has it.

    Raises:
        LawError: it has none.
    """
    if len(shape) < 2 and (law.needs_matrix or (law.needs_fans and fans is None)):
        raise LawError("an array of fewer than two axes has no fans, rows or columns")
    if law.needs_fans and fans is None:
        raise LawError("the fans of a part of this parameter are not known, and can be written as numbers only")
    return law.at(fans) if fans else law
