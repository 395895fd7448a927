"""What a proof that somebody wrote lacks: the steps that do not close, at their lines, and those that are left open."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.errors import counted
from symcheck.proof.causes import causes
from symcheck.proof.kernel.check import Checked
from symcheck.proof.text.moves import BLANK
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, Heading, Paragraph
from symcheck.render.formulas.notation import Notation
from symcheck.render.formulas.prose import prose
from symcheck.render.proofs.changed import changed
from symcheck.render.proofs.facts import References
from symcheck.render.proofs.outline import outline
from symcheck.render.proofs.verdict import goal_of, place_of, rejected

#: More steps than these are not told of one by one.
_TOLD = 20


def checked_text(theorem: Theorem, depth: str) -> list[Block]:
    """The blocks of a theorem that somebody wrote: all of it when it closes, what it lacks when it does not."""
    if theorem.accepted or theorem.without:
        return outline(theorem, depth)
    head = [Heading(1, theorem.title, theorem.name), *changed(theorem)]
    return [*head, Paragraph(prose(theorem.statement)), *_lacking(theorem)]


def _lacking(theorem: Theorem) -> Iterator[Block]:
    refs, found = References(theorem), causes(theorem)
    wrong = [c for c in found if c.rule != BLANK]
    open_ = [c for c in found if c.rule == BLANK]
    for heading, steps in (("What does not close", wrong), ("What is left open", open_)):
        if steps:
            yield Heading(2, heading)
        for checked in steps[:_TOLD]:
            yield Heading(3, place_of(checked))
            yield from _open(checked, theorem) if checked.rule == BLANK else rejected(checked, theorem, refs)
        if len(steps) > _TOLD:
            yield Paragraph((f"And {len(steps) - _TOLD} more.",))
    if not theorem.proof.conclusions:
        yield Paragraph(("Nothing is concluded; a theorem ends with: conclude NAME from LEMMA",))
    yield Paragraph((_summary(theorem, wrong, open_),))


def _open(checked: Checked, theorem: Theorem) -> Iterator[Block]:
    notation = Notation.of(goal_of(theorem, checked).ranges)
    left, right = (notation.box(side) for side in checked.claim)
    yield Paragraph(("What leads from ", left, " to ", right, "?"))


def _summary(theorem: Theorem, wrong: list[Checked], open_: list[Checked]) -> str:
    accepted = sum(c.accepted for c in theorem.steps)
    resting = len(theorem.steps) - accepted - len(wrong) - len(open_)
    parts = [f"{counted(len(wrong), 'step')} not accepted"] if wrong else []
    parts += [f"{counted(len(open_), 'step')} left open"] if open_ else []
    parts += [f"{counted(resting, 'step')} resting on these"] if resting else []
    return f"{accepted} of {counted(len(theorem.steps), 'step')} accepted, {', '.join(parts) or 'none rejected'}."
