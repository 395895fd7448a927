"""The parts of a proof in the order in which they are understood: what an induction claims before what uses its claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.proofs import Induction, Lemma
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.theorem import Theorem


@dataclass(frozen=True)
class ShownLemma:
    """A lemma, or a case of an induction, with its steps.

    Attributes:
        goal: what it says.
        steps: with their verdicts.
        part: ``base`` or ``step`` of an induction, or nothing.
    """

    goal: Fact
    steps: tuple[Checked, ...]
    part: str = ""


@dataclass
class ShownInduction:
    """An induction with all that is shown inside of it.

    Attributes:
        induction: what it claims.
        base, step: its cases.
        inside: what follows from its claims at one value of the index, in order: lemmas, and inductions in it.
        conclusion: for each claim whether it is shown.
    """

    induction: Induction
    base: tuple[ShownLemma, ...]
    step: tuple[ShownLemma, ...]
    conclusion: tuple[Checked, ...]
    inside: list[ShownLemma | ShownInduction] = field(default_factory=list)


def told(theorem: Theorem) -> list[ShownLemma | ShownInduction]:
    """The parts of a proof. What rests on a claim that is not shown yet stands inside the induction that shows it."""
    steps: dict[tuple[str, str], list[Checked]] = {}
    for checked in theorem.steps:
        steps.setdefault((checked.lemma, checked.part), []).append(checked)
    made = [_told(part, steps) for part in theorem.parts]
    around = {id(one): _around(place, theorem.parts) for place, one in enumerate(made)}
    top: list[ShownLemma | ShownInduction] = []
    for one in made:
        place = around[id(one)]
        inside = None if place is None else made[place]
        (inside.inside if isinstance(inside, ShownInduction) else top).append(one)
    return top


def _around(place: int, parts: tuple[Lemma | Induction, ...]) -> int | None:
    """The place of the first induction from here on whose claims are used here."""
    given = set(parts[place].given)
    later = range(place + 1, len(parts))
    return next((n for n in later if isinstance(p := parts[n], Induction) and given & {c.name for c in p.claims}), None)


def _told(part: Lemma | Induction, steps: Mapping[tuple[str, str], list[Checked]]) -> ShownLemma | ShownInduction:
    if isinstance(part, Lemma):
        return ShownLemma(part.goal, tuple(steps.get((part.goal.name, ""), ())))
    base, step = (
        tuple(ShownLemma(lemma.goal, tuple(steps.get((lemma.goal.name, where), ())), where) for lemma in lemmas)
        for where, lemmas in (("base", part.base), ("step", part.step))
    )
    return ShownInduction(part, base, step, tuple(steps.get((part.name, "conclusion"), ())))


def lemmas_of(parts: list[ShownLemma | ShownInduction]) -> Iterator[ShownLemma]:
    """All lemmas and cases, in the order in which they are told."""
    for part in parts:
        if isinstance(part, ShownLemma):
            yield part
        else:
            yield from part.base
            yield from lemmas_of(part.inside)
            yield from part.step
