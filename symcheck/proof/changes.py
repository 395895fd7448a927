"""How a text that has the name of a theorem of the library differs from it in what it states."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.proofs import Lemma, Proof
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.library import load


@dataclass(frozen=True)
class Change:
    """A part of a statement that is not the library's.

    Attributes:
        part: what it is: a hypothesis, a definition, a conclusion, a declaration.
        name: its name.
        how: whether it is missing, new, or says something else.
        facts: what it says now.
    """

    part: str
    name: str
    how: Literal["missing", "new", "changed"]
    facts: tuple[Fact, ...] = ()


def changes(proof: Proof) -> tuple[Change, ...]:
    """What differs; nothing for a theorem of a name that the library does not have."""
    if proof.name not in THEOREMS or proof is (own := load(proof.name)):
        return ()
    now, then = _hypotheses(proof), _hypotheses(own)
    guards, guarded = _guards(proof), _guards(own)
    loose = {n for n in guards.keys() & guarded.keys() if guards[n] != guarded[n]}
    return (
        *_between("hypothesis", now, then, loose),
        *_between("definition", {f.name: (f,) for f in proof.definitions}, {f.name: (f,) for f in own.definitions}),
        *_between("conclusion", _conclusions(proof), _conclusions(own)),
        *_declared(proof, own),
    )


def _hypotheses(proof: Proof) -> dict[str, tuple[Fact, ...]]:
    return {h.name: h.facts for h in proof.hypotheses}


def _guards(proof: Proof) -> dict[str, object]:
    """Under what else hypotheses hold."""
    return {h.name: (h.given, h.sizes) for h in proof.hypotheses}


def _conclusions(proof: Proof) -> dict[str, tuple[Fact, ...]]:
    goals = {p.goal.name: p.goal for p in proof.parts if isinstance(p, Lemma)}
    return {name: (goals[name],) for name in proof.conclusions}


def _between(
    part: str, now: Mapping[str, tuple[Fact, ...]], then: Mapping[str, tuple[Fact, ...]], loose: Collection[str] = ()
) -> Iterator[Change]:
    for name, facts in then.items():
        if name not in now:
            yield Change(part, name, "missing")
        elif name in loose or not _all_same(now[name], facts):
            yield Change(part, name, "changed", now[name])
    for name in now.keys() - then.keys():
        yield Change(part, name, "new", now[name])


def _all_same(one: tuple[Fact, ...], other: tuple[Fact, ...]) -> bool:
    return len(one) == len(other) and all(map(_same, one, other))


def _same(one: Fact, other: Fact) -> bool:
    """Whether two facts say the same, over the same ranges."""
    return (
        (one.name, one.relation, one.functions) == (other.name, other.relation, other.functions)
        and same(one.left, other.left)
        and same(one.right, other.right)
        and {r.name: r for r in one.ranges} == {r.name: r for r in other.ranges}
    )


def _declared(proof: Proof, own: Proof) -> Iterator[Change]:
    """Arrays, functions, sizes and outputs that mean something else."""
    now, then = proof.declared, own.declared
    pairs: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("array", now.arrays, then.arrays),
        ("function", now.functions, then.functions),
        ("size", {r.name: r for r in now.sizes}, {r.name: r for r in then.sizes}),
        (
            "output",
            {str(o.left.head): _place(o) for o in now.outputs},
            {str(o.left.head): _place(o) for o in then.outputs},
        ),
    )
    for part, one, other in pairs:
        # What is declared and used by nothing changes no statement.
        yield from (Change(part, n, "changed") for n in other if n in one and one[n] != other[n])


def _place(output: Fact) -> object:
    return output.left, output.right, output.ranges
