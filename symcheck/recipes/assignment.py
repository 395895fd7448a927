"""What a recipe says of given parameters: which rule decides which entries, and what in it fits none of them."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.fans import Fans
from symcheck.laws.law import Law
from symcheck.recipes.blocks import Misfit, Selection
from symcheck.recipes.boxes import Box
from symcheck.recipes.patterns import Target
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Equality, Rule, Word


@dataclass(frozen=True)
class AssignedPart:
    """The entries of a parameter that one rule decides.

    Attributes:
        rule: the rule.
        law: what it holds them to, with numbers in place of expressions of the fans.
        selection: the block that it speaks of; the whole parameter where it names none.
        boxes: what is left of it by later rules, disjoint.
        fans: of the block as an array of its own; None where it has fewer than two axes and nobody knows better.
    """

    rule: Rule
    law: Law | Word
    selection: Selection
    boxes: tuple[Box, ...]
    fans: Fans | None


@dataclass(frozen=True)
class AssignedParameter:
    """A parameter with what the recipe says of it.

    Attributes:
        parts: disjoint, in the order of their rules.
        undecided: its entries that no rule covers, as disjoint boxes.
    """

    name: str
    shape: tuple[int, ...]
    parts: tuple[AssignedPart, ...]
    undecided: tuple[Box, ...]


@dataclass(frozen=True)
class NoBlock:
    """A parameter that a pattern matches has no such block."""

    by: Rule | Equality
    target: Target
    parameter: str
    shape: tuple[int, ...]
    misfit: Misfit


@dataclass(frozen=True)
class Overlap:
    """Two blocks of a parameter share entries, and neither lies in the other: one of their bounds is likely off."""

    parameter: str
    first: Rule
    second: Rule
    boxes: tuple[Box, Box]


@dataclass(frozen=True)
class NoLaw:
    """An array cannot have the rule's law; what the rule covers of it is left out of the parts.

    Attributes:
        shape: of the block, or of the whole parameter.
        reason: in words.
    """

    rule: Rule
    parameter: str
    shape: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Member:
    """A parameter, or a block of one, that is meant to be equal to others."""

    parameter: str
    selection: Selection


@dataclass(frozen=True)
class Unequal:
    """What is meant to be equal cannot be: there is only one of it, none at all, or shapes differ."""

    equality: Equality
    members: tuple[Member, ...]


Fault = NoBlock | Overlap | NoLaw | Unequal


@dataclass(frozen=True)
class Group:
    """What an equality comes to: at least two members of one shape."""

    equality: Equality
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Assignment:
    """What a recipe says of given parameters.

    Attributes:
        recipe: the recipe.
        parameters: every parameter, in the order given.
        groups: what is meant to be equal.
        unmatched: rules whose pattern matches no parameter. overruled: rules that match, and decide nothing because later
            ones decide all of it.
        unmatched_targets: patterns of equalities that match no parameter.
        faults: what does not fit.
    """

    recipe: Recipe
    parameters: tuple[AssignedParameter, ...]
    groups: tuple[Group, ...]
    unmatched: tuple[Rule, ...]
    overruled: tuple[Rule, ...]
    unmatched_targets: tuple[tuple[Equality, Target], ...]
    faults: tuple[Fault, ...]

    @property
    def uncovered(self) -> tuple[AssignedParameter, ...]:
        """Parameters of which no rule covers every entry: it is for their values to say whether that matters."""
        return tuple(parameter for parameter in self.parameters if parameter.undecided)
