"""Proofs as data: what is declared, hypotheses, lemmas with their steps, inductions with their cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.steps import Order, Step
from symcheck.proof.kernel.terms import Fact, Range, Term, instantiate, variable


@dataclass(frozen=True)
class Array:
    """What is declared of an array.

    Attributes:
        domain: a range for each index: where the array means something.
        least: for an array of integers its least value, None for one of numbers.
        random: whether its first index is the outcome.
    """

    name: str
    domain: tuple[Range, ...]
    least: int | None = None
    random: bool = False


@dataclass(frozen=True)
class Declarations:
    """What a theorem speaks of.

    Attributes:
        arrays: by name.
        functions: how many arguments each takes, by name.
        sizes: the variables that stand for one integer each, such as the depth, with their ranges.
        order: where the arrays stand in the order of computation.
        outputs: what is any function of other entries, such as the loss: left depends on the entries in right.
        words: what arrays, functions and sizes stand for, by name.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    functions: Mapping[str, int] = field(default_factory=dict)
    sizes: tuple[Range, ...] = ()
    order: Mapping[str, Order] = field(default_factory=dict)
    outputs: tuple[Fact, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lemma:
    """An equation with its chain of steps, and the names of what is given.

    ``source`` is the text in which it stands, ``line`` where there, and ``lines`` where its steps do.
    """

    goal: Fact
    steps: tuple[Step, ...]
    given: tuple[str, ...] = ()
    line: int = 0
    lines: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Induction:
    """Claims for every value of an index in its range, from the lowest up or from the highest down.

    Attributes:
        base: one lemma for each claim, its goal the claim at the first value, given the hypotheses.
        step: one lemma for each claim, its goal the claim at the next value, given the claims at this one.
        given: claims of an induction around this one that its lemmas may use.
        line, source: where it stands, and in which text.
    """

    name: str
    variable: str
    claims: tuple[Fact, ...]
    base: tuple[Lemma, ...]
    step: tuple[Lemma, ...]
    reason: str
    given: tuple[str, ...] = ()
    downwards: bool = False
    line: int = 0
    source: str = ""

    def cases(self, claim: Fact) -> tuple[Fact, Fact]:
        """What the base and the step have to show for a claim: the claim at the first value and at the next one.

        Raises:
            ValueError: the claim has no range of that variable from which the induction could start.
        """
        t = self.variable
        own = [r for r in claim.ranges if r.name == t and r.kind == "index"]
        start = (own[0].high if self.downwards else own[0].low) if own else None
        # A start that moves with another variable may be further away at every step.
        if start is None or not start.free.isdisjoint(claim.variables):
            raise ValueError(f"{claim.name} has no first value of {t}")
        (over,) = own
        if self.downwards:
            following, left = variable(t) - 1, replace(over, low=None if over.low is None else over.low + 1)
        else:
            following, left = variable(t) + 1, replace(over, high=None if over.high is None else over.high - 1)
        step = at_value(claim, t, following)
        return at_value(claim, t, start), replace(step, ranges=tuple(left if r.name == t else r for r in step.ranges))


def at_value(fact: Fact, name: str, value: Term) -> Fact:
    """The instance at one value of one variable, which no longer ranges unless the value mentions it."""
    change = {name: value}

    def put(end: Term | None) -> Term | None:
        return None if end is None else instantiate(end, change)

    kept = tuple(
        replace(r, low=put(r.low), high=put(r.high)) for r in fact.ranges if r.name != name or name in value.free
    )
    return replace(fact, left=instantiate(fact.left, change), right=instantiate(fact.right, change), ranges=kept)


@dataclass(frozen=True)
class Hypothesis:
    """What is assumed, under one name.

    Attributes:
        facts: equations and inequalities that hold.
        words: the same in words.
        convenience: why the conclusion does not need it, if so.
        given: claims that have to hold for the facts to hold (an implication is assumed).
        sizes: narrower ranges of the sizes.
        needed: the case that shows that it is needed, as it is written in the text.
    """

    name: str
    facts: tuple[Fact, ...]
    words: str
    convenience: str = ""
    given: tuple[str, ...] = ()
    sizes: tuple[Range, ...] = ()
    needed: str = ""


@dataclass(frozen=True)
class Proof:
    """A theorem with its proof, as data.

    Attributes:
        world: makes a random world in which the facts and the sizes named hold and nothing else is special.
        conclusions: the lemmas that state the theorem; they are given nothing but hypotheses.
        instance_of: of which general theorem this is an instance, and how.
    """

    name: str
    title: str
    statement: str
    declared: Declarations
    hypotheses: tuple[Hypothesis, ...]
    definitions: tuple[Fact, ...]
    parts: tuple[Lemma | Induction, ...]
    conclusions: tuple[str, ...]
    world: Callable[..., World]
    sources: str = ""
    instance_of: str = ""


def names_of(parts: Iterable[Lemma | Induction]) -> list[str]:
    """The names of all that is shown."""
    return [n for p in parts for n in ([c.name for c in p.claims] if isinstance(p, Induction) else [p.goal.name])]
