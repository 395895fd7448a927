"""The numbers beside the lines of a proof, for one network in training."""

from __future__ import annotations

from symcheck.lesson.lines import Sides, quantity, sides
from symcheck.lesson.proofs import ProofLine
from symcheck.lesson.sections.shown import ShownCase


def beside(shown: ShownCase, theorem: str, line: ProofLine, step: int, sign: int = 1) -> Sides | None:
    """What a line says of the two units that a case looks at; None where it compares nothing of them."""
    of = quantity(theorem, line.name)
    # What an induction on layers begins with is said of inputs or outputs, not of the two units.
    if of is None or line.part in ("before", "after") or line.case == "base":
        return None
    return sides(shown.case, shown.history, of, {"base": 0, "step": step + 1}.get(line.part, step), sign)
