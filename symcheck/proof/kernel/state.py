"""What has been proved so far in a proof, the worlds in which it is tried, and what a step may use of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from symcheck.proof.kernel import judges
from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.equations import in_ranges
from symcheck.proof.kernel.evaluate import Evaluator
from symcheck.proof.kernel.judges import StepVerdict
from symcheck.proof.kernel.matching import match
from symcheck.proof.kernel.proofs import Proof
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope
from symcheck.proof.kernel.terms import Fact, Range, Term, TooLarge, instantiate, variable


@dataclass
class State:
    """What has been proved so far: facts by name, with the names of what each needs."""

    proof: Proof
    sizes: tuple[Range, ...]
    narrowed: frozenset[str]
    hypotheses: frozenset[str]
    declared: frozenset[str]
    available: dict[str, Fact]
    implied: dict[str, frozenset[str]]
    reach: int
    around: dict[str, tuple[str, ...]] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, frozenset[str]]] = field(default_factory=dict)
    claims: dict[str, tuple[str, frozenset[str] | None]] = field(default_factory=dict)
    drawn: dict[tuple[frozenset[str], int], tuple[list[Evaluator], str]] = field(default_factory=dict)

    def worlds(self, given: frozenset[str], horizon: int) -> tuple[list[Evaluator], str]:
        """Random worlds in which these facts hold, and why they are not such worlds, or nothing."""
        if (given, horizon) not in self.drawn:
            proof = self.proof
            try:
                worlds = judges.drawn(proof.world, proof.definitions, given | self.narrowed, horizon, self.reach)
            except (ArithmeticError, LookupError, RecursionError, TypeError) as reason:
                said = f"{reason.args[0]} is missing" if isinstance(reason, KeyError) else str(reason)
                raise ValueError(f"no world can be made for it: {said}") from reason
            # Two definitions of one entry that contradict each other do so in any world.
            definitions = () if self.drawn else proof.definitions
            unreal = unrealised(worlds, definitions, [self.available[n] for n in sorted(given)])
            self.drawn[given, horizon] = worlds, unreal
        return self.drawn[given, horizon]

    def reaches(self, given: frozenset[str]) -> frozenset[str]:
        """All that holds when these are given: with the claims that inductions showed from them."""
        reached = given
        while True:
            shown = {name for name, (_, needs) in self.claims.items() if needs is not None and needs <= reached}
            if shown <= reached:
                return frozenset(n for n in reached if self.implied.get(n, frozenset()) <= reached)
            reached |= shown

    def held(self, name: str, assumed: frozenset[str]) -> frozenset[str]:
        """The variables at whose one value a fact holds: those of the assumed claims that it rests on."""
        rests, seen = {name}, set[str]()
        while rests - seen:
            one = (rests - seen).pop()
            seen.add(one)
            if one in assumed:
                continue
            rests |= self.implied.get(one, frozenset())
            rests |= self.facts[one][1] if one in self.facts else frozenset()
            rests |= (self.claims[one][1] or frozenset()) if one in self.claims else frozenset()
        return self.held_around(seen & assumed)

    def held_around(self, assumed: Iterable[str]) -> frozenset[str]:
        """The variables of these claims, and of those that are given to their inductions."""
        held, waiting = set[str](), list(assumed)
        while waiting:
            new = set(self.around.get(one := waiting.pop(), ())) - held
            held |= {one, *new}
            waiting += new
        return frozenset(self.claims[n][0] for n in held if n in self.claims)


def scope_of(state: State, reach: frozenset[str], ranges: dict[str, Range], assumed: frozenset[str]) -> Scope:
    proof = state.proof
    facts = {f.name: f for f in proof.definitions}
    facts.update({n: state.available[n] for n in reach if n in state.available})
    facts.update({n: f for n, (f, needs) in state.facts.items() if needs <= reach})
    held = {n: variables for n in facts if (variables := state.held(n, assumed))}
    signs = [(f, held.get(n, frozenset())) for n, f in facts.items() if f.relation == ">="]
    known = Known(
        ranges,
        {a.name: a.least for a in proof.declared.arrays.values() if a.least is not None},
        lambda term, around: any(says(f, fixed, term, around) for f, fixed in signs),
    )
    definitions = frozenset(f.name for f in proof.definitions)
    return Scope(facts, definitions, known, proof.declared.order, proof.declared.outputs, held)


def says(fact: Fact, held: frozenset[str], term: Term, known: Known) -> bool:
    """Whether a fact ``left >= 0`` says of a term that it is not negative."""
    found = match(fact.left, term, fact.variables, {v: variable(v) for v in fact.variables if v in held})
    return (
        found is not None
        and set(found) == set(fact.variables)
        and same(instantiate(fact.left, found), term)
        and in_ranges(fact, found, known)
    )


def unrealised(worlds: list[Evaluator], definitions: Sequence[Fact], assumed: list[Fact]) -> str:
    """Why a world is none in which the assumptions hold, or nothing.

    Where an assumption says what an entry is that is computed, its definition is left out of account.
    """
    for number, fact in enumerate((*definitions, *assumed)):
        try:
            if fact.relation == ">=":
                verdict = judges.signs_hold(fact.left, fact.ranges, worlds)
            else:
                verdict = judges.numeric(
                    fact.left, fact.right, fact.ranges, worlds, number >= len(definitions), judges.TRIED
                )
        except (TypeError, ValueError, ZeroDivisionError, TooLarge) as reason:
            verdict = StepVerdict(False, str(reason))
        if not verdict.accepted and verdict.why != "no instance of it was found to evaluate":
            return f"{fact.name} does not hold in the world made for it: {verdict.why}"
    return ""
