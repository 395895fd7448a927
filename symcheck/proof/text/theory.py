"""What a text has said so far: declarations, facts and what each needs; from these a proof is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symcheck.proof.kernel.proofs import Array, Declarations, Hypothesis, Induction, Lemma
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.state import says
from symcheck.proof.kernel.steps import Order, Scope
from symcheck.proof.kernel.terms import Fact, Range
from symcheck.proof.text.vocabulary import Vocabulary


@dataclass
class Theory:
    """Everything declared and stated so far, by name."""

    name: str = ""
    title: str = ""
    statement: str = ""
    sources: str = ""
    instance_of: str = ""
    world: str = "equations"
    arrays: dict[str, Array] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    macros: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    sizes: dict[str, Range] = field(default_factory=dict)
    #: What arrays, functions and sizes stand for.
    meanings: dict[str, str] = field(default_factory=dict)
    order: dict[str, Order] = field(default_factory=dict)
    outputs: list[Fact] = field(default_factory=list)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    definitions: dict[str, Fact] = field(default_factory=dict)
    claims: dict[str, Fact] = field(default_factory=dict)
    parts: list[Lemma | Induction] = field(default_factory=list)
    conclusions: list[str] = field(default_factory=list)
    #: Of each fact, the hypotheses and open claims that it rests on.
    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Of each claim, the variable of its induction; of claims that are shown, what the induction needs.
    variables: dict[str, str] = field(default_factory=dict)
    shown: dict[str, frozenset[str]] = field(default_factory=dict)
    around: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: What the whole text gives a name to, also further below.
    below: frozenset[str] = frozenset()

    @property
    def words(self) -> Vocabulary:
        """What names stand for."""
        return Vocabulary(self.arrays, self.functions, self.macros)

    @property
    def declared(self) -> Declarations:
        """The declarations of the proof."""
        return Declarations(
            dict(self.arrays),
            dict(self.functions),
            tuple(self.sizes.values()),
            dict(self.order),
            tuple(self.outputs),
            dict(self.meanings),
        )

    def facts(self) -> dict[str, Fact]:
        """All facts by name."""
        found = {f.name: f for h in self.hypotheses for f in h.facts}
        found |= {**self.definitions, **self.claims}
        found |= {p.goal.name: p.goal for p in self.parts if isinstance(p, Lemma)}
        return found

    def rests_on(self, names: list[str]) -> frozenset[str]:
        """The hypotheses and open claims that facts rest on; claims that are shown rest on what their induction needs."""
        found: set[str] = set()
        waiting = list(names)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.shown:
                waiting += self.shown[name]
            elif name in self.variables:
                found.add(name)
            else:
                below = self.needs.get(name, frozenset())
                found |= {name} if name in below else set()
                waiting += [n for n in below if n != name]
        return frozenset(found)

    def scope(self, ranges: Mapping[str, Range]) -> Scope:
        """What steps may use, for finding them."""
        facts = self.facts()
        held = {}
        for name in facts:
            rests = self.rests_on([name])
            open_ = [c for c in rests if c in self.variables and c not in self.shown]
            variables = {self.variables[c] for o in open_ for c in (o, *self.around.get(o, ())) if c in self.variables}
            if variables:
                held[name] = frozenset(variables)
        sizes = {a.name: a.least for a in self.arrays.values() if a.least is not None}
        signs = [f for f in facts.values() if f.relation == ">="]
        known = Known({**self.sizes, **ranges}, sizes, lambda t, k: any(says(f, frozenset(), t, k) for f in signs))
        return Scope(facts, frozenset(self.definitions), known, self.order, tuple(self.outputs), held)
