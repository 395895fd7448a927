"""How a theorem that somebody wrote differs from the one of this name in the library."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.proof.changes import Change, changes
from symcheck.proof.student import unchecked_cases
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, Items, Line, Paragraph
from symcheck.render.proofs.facts import stated

_HOW = {"missing": " is missing", "new": " is new: ", "changed": " says: "}


def changed(theorem: Theorem) -> Iterator[Block]:
    """What differs, and which cases were not looked at."""
    if found := changes(theorem.proof):
        yield Paragraph((f"This is not {theorem.name} as the library states it:",))
        yield Items(tuple(_told(c) for c in found))
    if unchecked_cases(theorem.proof):
        yield Paragraph(
            ("Its lines 'needed' were not checked: cases are judged for the theorems of the library, as they stand.",)
        )


def _told(change: Change) -> tuple[Line, ...]:
    said = f"the {change.part} {change.name}"
    if change.how == "changed" and not change.facts:
        return ((f"{said} is declared in another way",),)
    return ((f"{said}{_HOW[change.how].rstrip()}",), *map(stated, change.facts))
