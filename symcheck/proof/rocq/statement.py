"""What a theorem says, as Rocq is told it: what it speaks of, what it assumes and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symcheck.proof.kernel.terms import Fact, Range, Term, ends


@dataclass(frozen=True)
class Statement:
    """A theorem without its proof.

    Attributes:
        name: of the theorem, such as ``equitable-partitions``.
        title: in one line.
        sizes: numbers such as the depth, with their ranges.
        integers: the number of indices of each array of natural numbers, such as the widths.
        arrays: the number of indices of each array of elements of the ring.
        functions: the number of arguments of each function: indices, and last an element of the ring.
        hypotheses: what is assumed. Beside ``=`` and ``>=``, the relation ``!=`` says that ``left`` is not 0.
        definitions: what the arrays are.
        derived: what the kernel derives from definitions that have no meaning over a ring, as backpropagation from
            derivatives; in Rocq these are premises.
        conclusions: what follows.
    """

    name: str
    title: str
    sizes: tuple[Range, ...]
    integers: Mapping[str, int]
    arrays: Mapping[str, int]
    functions: Mapping[str, int]
    hypotheses: tuple[Fact, ...]
    definitions: tuple[Fact, ...]
    derived: tuple[Fact, ...]
    conclusions: tuple[Fact, ...]

    @property
    def premises(self) -> tuple[Fact, ...]:
        """All that Rocq is given."""
        return (*self.hypotheses, *self.definitions, *self.derived)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All that is said."""
        return (*self.premises, *self.conclusions)

    @property
    def invertible(self) -> frozenset[str]:
        """The arrays whose entries are not 0, as a premise says."""
        return frozenset(f.left.head for f in self.premises if f.relation == "!=" and f.left.op == "entry")

    @property
    def structure(self) -> str:
        """The structure of mathcomp in which all of it has a meaning, and no stronger one."""
        divides = any(t.op == "pow" and t.args[1].op == "number" and t.args[1].head < 0 for t in terms_of(self.facts))
        if any(f.relation == ">=" or any(r.kind in ("nonnegative", "positive") for r in f.ranges) for f in self.facts):
            return "realFieldType" if divides else "realDomainType"
        return "fieldType" if divides else "comRingType"


def terms_of(facts: Iterable[Fact]) -> Iterable[Term]:
    """All terms in facts, those in the ranges too."""
    for fact in facts:
        for said in (fact.left, fact.right, *(end for r in fact.ranges for end in ends(r))):
            yield from said.walk()
