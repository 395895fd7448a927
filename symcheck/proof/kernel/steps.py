"""What a step of a proof says, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Symbol

from symcheck.proof.kernel.terms import Fact, Range

Rewrite = Callable[[Any], Any]
#: For an entry of an array: its step of training, and where within the step it is made and where it is used.
Ranks = Mapping[str, Callable[..., tuple[Any, Any, Any]]]


class NotApplicable(Exception):
    """The rule does not give what the step asks for; the message says why."""


@dataclass(frozen=True)
class Step:
    """One equation of a proof, with the rule that gives it.

    Attributes:
        rule: a name of `rules.RULES`.
        left, right: the two sides.
        reason: why, in words.
        uses: the fact that is put in, for the rules that put one in.
        at: values for variables of that fact; places where they do not fit stay as they are.
        through: for the chain rule, an entry of the arrays that everything passes through, and the limits of
            the sums over them.
    """

    rule: str
    left: Expr
    right: Expr
    reason: str
    uses: str = ""
    at: Mapping[Symbol, Any] = field(default_factory=dict)
    through: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Scope:
    """What a step may use.

    Attributes:
        facts: hypotheses, definitions and proved lemmas by name.
        definitions: the names among them that define arrays.
        context: the ranges of the free indices.
        held: for each fact that rests on induction hypotheses, the indices at whose one value it holds.
        ranks: where the arrays stand in the order of computation.
    """

    facts: Mapping[str, Fact]
    definitions: frozenset[str]
    context: Mapping[Symbol, Range]
    ranks: Ranks
    held: Mapping[str, frozenset[Symbol]] = field(default_factory=dict)
