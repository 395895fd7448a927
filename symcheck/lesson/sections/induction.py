"""The statement, and the induction with its numbers: the lines of the proof, each with what it says of two units."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.lesson.presets import two_units
from symcheck.lesson.proofs import ProofLine, lines
from symcheck.lesson.sections.shown import ShownCase, shown
from symcheck.proof import prove
from symcheck.proof.kernel.proofs import Induction
from symcheck.proof.theorem import Theorem
from symcheck.proof.worked import Worked, worked
from symcheck.render.documents.blocks import Line
from symcheck.render.proofs.facts import References, stated

THEOREM = "constant-init"


@dataclass(frozen=True, eq=False)
class PlayedInduction:
    """The theorem of the lesson.

    Attributes:
        theorem: as the kernel has gone through it. lines: of its proof, playable.
        worked: the first step in numbers. case: the same network in training.
    """

    theorem: Theorem
    lines: tuple[ProofLine, ...]
    worked: Worked
    case: ShownCase

    @property
    def reason(self) -> str:
        """Why the induction gives the conclusion, in words."""
        return self._part.reason

    @property
    def claims(self) -> tuple[tuple[str, Line], ...]:
        """What it shows for every step, by name."""
        return tuple((claim.name, stated(claim)) for claim in self._part.claims)

    @property
    def _part(self) -> Induction:
        return next(part for part in self.theorem.parts if isinstance(part, Induction))


def induction() -> PlayedInduction:
    """Prove it, and train the network of its worked instance."""
    theorem = prove(THEOREM)
    found = lines(theorem, References(theorem), playable=True)
    return PlayedInduction(theorem, found, worked(THEOREM)[0], shown(two_units()))
