"""What names stand for in the notation, and what the arrays say of the ranges of indices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symcheck.errors import SymcheckError
from symcheck.proof.kernel.proofs import Array
from symcheck.proof.kernel.terms import Range, Term, instantiate

#: The variable of the outcome, which random arrays have as their first index and nobody writes.
OUTCOME = "omega"


class NotationError(SymcheckError):
    """What is written is not in the notation."""


@dataclass(frozen=True)
class Vocabulary:
    """What names stand for; a name that is none of these is a variable."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    functions: Mapping[str, int] = field(default_factory=dict)
    macros: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)


def range_of(name: str, terms: list[Term], words: Vocabulary) -> Range | None:
    """The range of a variable from the first entry in which it stands as an index, by what is declared of the array.

    What it counts says more than a size that depends on it, so arrays of sizes come last.
    """
    entries = [e for term in terms for e in term.walk() if e.op == "entry" and e.head in words.arrays]
    for e in sorted(entries, key=lambda e: words.arrays[e.head].least is not None):
        domain = words.arrays[e.head].domain
        for own, index in zip(domain, e.args, strict=True):
            if index.op == "variable" and index.head == name:
                return _placed(own, e, domain)
    return None


def _placed(own: Range, e: Term, domain: tuple[Range, ...]) -> Range | None:
    values = {r.name: a for r, a in zip(domain, e.args, strict=True)}
    low, high = (None if end is None else instantiate_loose(end, values) for end in (own.low, own.high))
    loose = (low is not None and low.loose) or (high is not None and high.loose)
    return None if loose else Range(own.name, low, high)


def instantiate_loose(end: Term, values: Mapping[str, Term]) -> Term | None:
    """The end of a range at these indices, or an open term where an index is bound further out."""
    used = {n: v for n, v in values.items() if n in end.free}
    loose = next((v for v in used.values() if v.loose), None)
    return loose if loose is not None else instantiate(end, used)
