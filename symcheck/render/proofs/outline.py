"""Theorems as documents: numbers first, then what is said in general, then why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, Contents, Heading, Ref
from symcheck.render.proofs.changed import changed
from symcheck.render.proofs.facts import References, statement
from symcheck.render.proofs.instances import instances
from symcheck.render.proofs.proof import proof
from symcheck.render.proofs.verdict import without


def outline(theorem: Theorem, depth: str = "full") -> list[Block]:
    """The blocks of a theorem.

    Args:
        theorem: what `symcheck.prove` gives.
        depth: ``short`` names each lemma; ``full`` goes through every step.
    """
    refs = References(theorem)
    other = list(changed(theorem))
    # The numbers of the library speak of its own statement.
    numbers = () if other else instances(theorem, refs)
    first = without(theorem, refs) if theorem.without else numbers
    return [
        Heading(1, theorem.title, theorem.name),
        *other,
        *first,
        *statement(theorem, refs),
        *proof(theorem, depth, refs),
    ]


def collected(
    theorems: Iterable[Theorem], families: Mapping[str, Sequence[str]], depth: str, title: str
) -> list[Block]:
    """The blocks of several theorems, after a table of contents by what they are about."""
    known = {t.name: t for t in theorems}
    parts = tuple(
        (about, tuple(Ref(known[n].title, n) for n in names if n in known)) for about, names in families.items()
    )
    blocks: list[Block] = [Heading(1, title), Contents(tuple(p for p in parts if p[1]))]
    for theorem in known.values():
        blocks += outline(theorem, depth)
    return blocks
