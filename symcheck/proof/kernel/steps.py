"""What a step of a proof says, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import Fact, Term

Rewrite = Callable[[Term], Term]


class NotApplicable(Exception):
    """The rule does not give what the step asks for; the message says why."""


@dataclass(frozen=True)
class Choice:
    """A function that a step chooses: its variables and its value."""

    variables: tuple[str, ...]
    value: Term


@dataclass(frozen=True)
class Step:
    """One equation of a proof, with the rule that gives it.

    Attributes:
        rule: a name of `rules.RULES`.
        left, right: the two sides.
        reason: why, in words.
        uses: the facts that are put in, for the rules that put some in.
        at: terms for variables of that fact; places where they do not fit stay as they are.
        choose: functions, for rules that take one: by the name in the fact, or ``antiderivative``.
        through: for the chain rule, an entry of the array that everything passes through; for cases, the index.
        over: the names of the variables of ``through`` that are summed over; for cases, the end of the first.
    """

    rule: str
    left: Term
    right: Term
    reason: str = ""
    uses: tuple[str, ...] = ()
    at: Mapping[Any, Term] = field(default_factory=dict)
    choose: Mapping[str, Choice] = field(default_factory=dict)
    through: Term | None = None
    over: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Order:
    """Where an array stands in the order of computation, in terms of its own indices ``variables``.

    Attributes:
        variables: names for its indices.
        step: of training; what an entry is made from belongs to this step or to an earlier one.
        made, used: within the step, where it is made and where it is used: it is made from what is used below.
        late: 0 in the layers; 1 for what comes after all of these, as a loss, 2 for what comes after that.
    """

    variables: tuple[str, ...]
    step: Term
    made: Term
    used: Term
    late: int = 0


@dataclass(frozen=True)
class Scope:
    """What a step may use.

    Attributes:
        facts: hypotheses, definitions and proved lemmas by name.
        definitions: the names among them that define arrays or functions.
        known: the ranges of the free variables, and what is known of signs.
        order: where the arrays stand in the order of computation.
        outputs: entries that are any function of others: what is defined, and the entries that it depends on.
        held: for each fact that rests on induction hypotheses, the variables at whose one value it holds.
    """

    facts: Mapping[str, Fact]
    definitions: frozenset[str]
    known: Known
    order: Mapping[str, Order] = field(default_factory=dict)
    outputs: tuple[Fact, ...] = ()
    held: Mapping[str, frozenset[Any]] = field(default_factory=dict)

    def fact(self, name: str) -> Fact:
        """The fact of that name.

        Raises:
            NotApplicable: it is not available.
        """
        if name not in self.facts:
            raise NotApplicable(f"{name or 'a fact'} is not available here")
        return self.facts[name]
