"""What a theorem says in numbers: a small case that shows it, and one in which a hypothesis fails."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.proof.theorem import Theorem
from symcheck.proof.worked import CalculationLine, Worked, worked, written
from symcheck.render.documents.blocks import Block, DocumentTable, Heading, Line, Paragraph, Ref
from symcheck.render.formulas.prose import formula, prose
from symcheck.render.proofs.facts import References


def instances(theorem: Theorem, refs: References) -> Iterator[Block]:
    """The calculations beside a theorem."""
    for instance in worked(theorem.name):
        yield Heading(2, f"And without {instance.fails}, in numbers" if instance.fails else "In numbers")
        yield from _instance(instance, refs)


def _instance(instance: Worked, refs: References) -> Iterator[Block]:
    yield Paragraph((*prose(f"{instance.title[0].upper()}{instance.title[1:]}"), "."))
    compared = any(line.compared for line in instance.lines)
    rows = tuple(
        (
            prose(line.words),
            _formula(line.formula),
            *_entries(line, len(instance.columns)),
            *[_relation(line)] * compared,
            _lemma(line, refs),
        )
        for line in instance.lines
    )
    yield DocumentTable(("", "formula", *instance.columns, *["they are"] * compared, "lemma"), rows)
    yield Paragraph(prose(instance.conclusion))


def _formula(written_: str) -> Line:
    whole = formula(written_)
    return prose(written_) if whole is None else (whole,)


def _lemma(line: CalculationLine, refs: References) -> str | tuple[str | Ref]:
    return (refs.to(line.lemma),) if line.lemma else ""


def _entries(line: CalculationLine, columns: int) -> Iterator[str]:
    """A cell for each column; a line may have fewer numbers than there are columns."""
    yield from (", ".join(map(written, entry)) for entry in line.entries)
    yield from [""] * (columns - len(line.entries))


def _relation(line: CalculationLine) -> str:
    if not line.compared:
        return ""
    return "equal" if line.equal else "opposite" if line.opposite else "different"
