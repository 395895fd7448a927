"""Proofs as data: lemmas with their steps, inductions with their cases, hypotheses; and a step with its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Symbol

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.judges import StepVerdict
from symcheck.proof.kernel.steps import Ranks, Step
from symcheck.proof.kernel.terms import Fact, Range, same


@dataclass(frozen=True)
class Lemma:
    """An equation with its chain of steps, and the names of what is given."""

    goal: Fact
    steps: tuple[Step, ...]
    given: tuple[str, ...] = ()


#: The rule of a step, what it makes of the side before, the reason, and what else a `Step` may say, in its order.
Move = tuple[Any, ...]


def chain(goal: Fact, given: Iterable[str], *moves: Move) -> Lemma:
    """A lemma whose every step starts where the one before ends, the first one at the left side of the goal.

    A move that changes nothing, as those about signs do where there are none, is left out.
    """
    steps, left = [], goal.left
    for rule, right, reason, *more in moves:
        if not same(left, right):
            steps.append(Step(rule, left, right, reason, *more))
            left = right
    return Lemma(goal, tuple(steps), tuple(given))


def restated(name: str, fact: Fact, given: Iterable[str], reason: str, at: Mapping[Symbol, Any] | None = None) -> Lemma:
    """A fact under another name, from what is given; ``at`` gives the values of its variables where they are in doubt."""
    return chain(replace(fact, name=name), given, ("substitute", fact.right, reason, fact.name, at or {}))


@dataclass(frozen=True)
class Induction:
    """Claims for every value of an index in its range, from the lowest up or from the highest down.

    Attributes:
        base: one lemma for each claim, its goal the claim at the first value, given the hypotheses.
        step: one lemma for each claim, its goal the claim at the next value, given the claims at this one.
        given: claims of an induction around this one that its lemmas may use.
    """

    name: str
    variable: Symbol
    claims: tuple[Fact, ...]
    base: tuple[Lemma, ...]
    step: tuple[Lemma, ...]
    reason: str
    given: tuple[str, ...] = ()
    downwards: bool = False

    def cases(self, claim: Fact) -> tuple[Fact, Fact]:
        """What the base and the step have to show for a claim: the claim at the first value and at the next one."""
        t = self.variable
        (over,) = (r for r in claim.ranges if r.symbol == t)
        if self.downwards:
            first, following, left = over.high, t - 1, Range(t, over.low + 1, over.high)
        else:
            first, following, left = over.low, t + 1, Range(t, over.low, over.high - 1)
        step = claim.substitute(t, following)
        return claim.substitute(t, first), replace(
            step, ranges=tuple(left if r.symbol == t else r for r in step.ranges)
        )


@dataclass(frozen=True)
class Hypothesis:
    """What is assumed, under one name.

    Attributes:
        facts: equations that hold.
        words: the same in words.
        convenience: why the conclusion does not need it, if so.
        given: claims that have to hold for the facts to hold (an implication is assumed).
        sizes: narrower ranges of the symbols for sizes.
    """

    name: str
    facts: tuple[Fact, ...]
    words: str
    convenience: str = ""
    given: tuple[str, ...] = ()
    sizes: tuple[Range, ...] = ()


def assume(fact: Fact, words: str, convenience: str = "", given: tuple[str, ...] = ()) -> Hypothesis:
    """The hypothesis of one fact, named after it."""
    return Hypothesis(fact.name, (fact,), words, convenience, given)


@dataclass(frozen=True)
class Proof:
    """A theorem with its proof, as data.

    Attributes:
        world: makes a random world in which the facts and the sizes named hold and nothing else is special.
        ranks: where each array stands in the order of computation.
        sizes: the symbols for sizes, with their ranges.
        conclusions: the lemmas that state the theorem; they are given nothing but hypotheses.
        instance_of: of which general theorem this is an instance, and how.
    """

    name: str
    title: str
    statement: str
    hypotheses: tuple[Hypothesis, ...]
    definitions: tuple[Fact, ...]
    parts: tuple[Lemma | Induction, ...]
    conclusions: tuple[str, ...]
    world: Callable[..., World]
    ranks: Ranks = field(default_factory=dict)
    sizes: tuple[Range, ...] = ()
    sources: str = ""
    instance_of: str = ""


@dataclass(frozen=True)
class Checked:
    """A step with its verdict; ``lemma`` and ``part`` say where it stands.

    ``judge`` gives the verdict on any other step in its place; it stops at the first judge that rejects.
    """

    rule: str
    step: Step | None
    claim: Any
    reason: str
    verdict: StepVerdict
    lemma: str
    part: str = ""
    judge: Callable[[Step], StepVerdict] | None = field(default=None, repr=False, compare=False)

    @property
    def accepted(self) -> bool:
        return self.verdict.accepted
