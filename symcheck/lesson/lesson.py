"""All that the lesson shows, computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symcheck.claims.evidence import Bench
from symcheck.lesson.sections.exercises import Exercise, exercises
from symcheck.lesson.sections.hook import Hook, hook
from symcheck.lesson.sections.hypotheses import BrokenCase, hypotheses
from symcheck.lesson.sections.induction import PlayedInduction, induction
from symcheck.lesson.sections.ledger import Ledger, ledger
from symcheck.lesson.sections.scale import Scales, scales
from symcheck.lesson.sections.shown import ShownCase
from symcheck.lesson.sections.traps import starts, trapped
from symcheck.lesson.sections.twin import Twin, twin


@dataclass(frozen=True, eq=False)
class Lesson:
    """The sections, in the order of the argument. ``seed`` is that of all random numbers in them."""

    seed: int
    hook: Hook
    induction: PlayedInduction
    hypotheses: tuple[BrokenCase, ...]
    traps: tuple[ShownCase, ...]
    starts: tuple[ShownCase, ...]
    twin: Twin
    scales: Scales
    ledger: Ledger
    exercises: tuple[Exercise, Exercise]

    @property
    def figures(self) -> tuple[ShownCase, ...]:
        """All networks that are shown in training."""
        return (self.induction.case, *(b.shown for b in self.hypotheses), *self.traps, *self.starts)


def lesson(seed: int, told: Callable[[str], None] | None = None, bench: Bench | None = None) -> Lesson:
    """Compute everything.

    Args:
        seed: of the random numbers. told: is told what is being computed. bench: that runs the evidence for claims.
    """
    tell = told or (lambda text: None)
    rng = np.random.default_rng(seed)
    tell("two networks in training")
    first = hook(rng)
    tell("the induction")
    proof = induction()
    tell("broken hypotheses")
    cases = hypotheses(rng)
    tell("traps")
    traps, named = trapped(rng), starts(rng)
    tell("twins")
    twins = twin(rng)
    tell("scales")
    sizes = scales(rng)
    claims = ledger(lambda name: tell(f"claims: {name}"), bench)
    return Lesson(seed, first, proof, cases, traps, named, twins, sizes, claims, exercises())
