"""The kernel: checks proofs, which are data, and does nothing else.

A proof has hypotheses, definitions, lemmas and inductions. A lemma is an equation with a chain of steps from
its left side to its right side. A step is accepted only if both judges of `judges` accept it: the rule named
does turn one side into the other, and both sides agree in random worlds. An induction is accepted only if it
has every base case and every step: the kernel writes down itself what they have to show, from the claims.

What an equation may use is explicit: a lemma names what is `given`, and can be used later only where that is
given too. While an induction hypothesis is given, its index is fixed: it holds at that value alone, and so does
all that depends on it. Inductions may be nested: an induction over the layers may use what is given at a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import IndexedBase, Symbol

from symcheck.proof.kernel import judges
from symcheck.proof.kernel.evaluate import Evaluation
from symcheck.proof.kernel.judges import StepVerdict
from symcheck.proof.kernel.proofs import Checked, Induction, Lemma, Proof
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, same


@dataclass
class _State:
    """What has been proved so far: facts by name, with the names of what each needs."""

    proof: Proof
    sizes: tuple[Range, ...]
    narrowed: frozenset[str]
    hypotheses: frozenset[str]
    declared: frozenset[str]
    available: dict[str, Fact]
    implied: dict[str, frozenset[str]]
    around: dict[str, tuple[str, ...]]
    facts: dict[str, tuple[Fact, frozenset[str]]]
    claims: dict[str, tuple[Symbol, frozenset[str] | None]]
    drawn: dict[tuple[frozenset[str], int], tuple[list[Evaluation], str]]

    def worlds(self, given: frozenset[str], horizon: int) -> tuple[list[Evaluation], str]:
        """Random worlds in which these facts hold, and why they are not such worlds, or nothing."""
        if (given, horizon) not in self.drawn:
            proof = self.proof
            worlds = judges.drawn(proof.world, proof.definitions, given | self.narrowed, horizon)
            self.drawn[given, horizon] = worlds, _unrealised(worlds, [self.available[n] for n in given])
        return self.drawn[given, horizon]

    def reaches(self, given: frozenset[str]) -> frozenset[str]:
        """All that holds when these are given: with the claims that inductions showed from them."""
        reached = given
        while True:
            shown = {name for name, (_, needs) in self.claims.items() if needs is not None and needs <= reached}
            if shown <= reached:
                return frozenset(n for n in reached if self.implied.get(n, frozenset()) <= reached)
            reached |= shown

    def held(self, name: str, assumed: frozenset[str]) -> frozenset[Symbol]:
        """The indices at whose one value a fact holds: those of the assumed claims that it rests on."""
        rests, seen = {name}, set[str]()
        while rests - seen:
            one = (rests - seen).pop()
            seen.add(one)
            if one in assumed:
                continue
            rests |= self.implied.get(one, frozenset())
            rests |= self.facts[one][1] if one in self.facts else frozenset()
            rests |= (self.claims[one][1] or frozenset()) if one in self.claims else frozenset()
        held = [n for one in seen & assumed for n in (one, *self.around[one])]
        return frozenset(self.claims[n][0] for n in held if n in self.claims)


def check_proof(proof: Proof, without: Sequence[str] = ()) -> tuple[bool, list[Checked]]:
    """Whether the proof is accepted, and each step with its verdict.

    Hypotheses named in ``without`` are not there: what uses them fails.
    """
    _named_once(proof)
    kept = [h for h in proof.hypotheses if h.name not in without]
    available = {f.name: f for h in kept for f in h.facts}
    declared = frozenset(f.name for h in proof.hypotheses for f in h.facts)
    state = _State(
        proof,
        (*proof.sizes, *(r for h in kept for r in h.sizes)),
        frozenset(h.name for h in kept if h.sizes),
        frozenset(available),
        declared,
        available,
        {f.name: frozenset(h.given) for h in kept for f in h.facts},
        {},
        {},
        {},
        {},
    )
    for induction in (p for p in proof.parts if isinstance(p, Induction)):
        state.claims.update({c.name: (induction.variable, None) for c in induction.claims})
        state.available.update({c.name: c for c in induction.claims})
        state.around.update({c.name: induction.given for c in induction.claims})
    checked: list[Checked] = []
    for part in proof.parts:
        checked += _induction(part, state) if isinstance(part, Induction) else _lemma(part, state)
    reached = all(n in state.facts and state.facts[n][1] <= state.hypotheses for n in proof.conclusions)
    accepted = bool(checked) and bool(proof.conclusions) and reached and all(c.accepted for c in checked)
    return accepted, checked


def _named_once(proof: Proof) -> None:
    """A name stands for one equation: a lemma named like a definition could be taken for it."""
    names = [f.name for f in proof.definitions] + [f.name for h in proof.hypotheses for f in h.facts]
    for part in proof.parts:
        names += [c.name for c in part.claims] if isinstance(part, Induction) else [part.goal.name]
    if twice := {n for n in names if names.count(n) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))} stands for more than one equation")


def _induction(induction: Induction, state: _State) -> Iterator[Checked]:
    t, names = induction.variable, frozenset(c.name for c in induction.claims)
    around = state.declared | frozenset(induction.given)
    verdicts: list[Checked] = []
    needs: set[str] = set()
    for number, (where, lemmas, given) in enumerate(
        (("base", induction.base, around), ("step", induction.step, around | names))
    ):
        for claim in induction.claims:
            goal = induction.cases(claim)[number]
            found = [p for p in lemmas if _states(p.goal, goal) and frozenset(p.given) <= given]
            if len(found) != 1:
                missing = StepVerdict(False, f"the {where} case of {claim.name} is missing", goal.left - goal.right)
                verdicts.append(_reported(goal, induction, missing, where))
                continue
            needs |= set(found[0].given) - names
            verdicts += _lemma(found[0], state, where)
    complete = all(v.accepted for v in verdicts)
    yield from verdicts
    verdict = StepVerdict(complete, "" if complete else "a base case or a step is not accepted")
    for claim in induction.claims:
        yield _reported(claim, induction, verdict, "conclusion")
        if complete:
            state.claims[claim.name] = (t, frozenset(needs))


def _reported(claim: Fact, induction: Induction, verdict: StepVerdict, part: str) -> Checked:
    return Checked("induction", None, (claim.left, claim.right), induction.reason, verdict, induction.name, part)


def _states(goal: Fact, wanted: Fact) -> bool:
    """Whether a lemma says what is wanted, over the same ranges, names of indices included."""
    own = {r.symbol: r for r in goal.ranges}
    return (
        same(goal.left, wanted.left)
        and same(goal.right, wanted.right)
        and set(own) == {r.symbol for r in wanted.ranges}
        and all(same(own[r.symbol].low, r.low) and _same_end(own[r.symbol].high, r.high) for r in wanted.ranges)
    )


def _same_end(one: Any, other: Any) -> bool:
    return bool(one == other) or (one.is_finite is not False and other.is_finite is not False and same(one, other))


def _lemma(lemma: Lemma, state: _State, part: str = "") -> Iterator[Checked]:
    proof, goal = state.proof, lemma.goal
    given = frozenset(lemma.given) & frozenset(state.available)
    reach = state.reaches(given)
    # A claim that is given, and not yet shown from what is given, holds at one value of its index.
    assumed = frozenset(n for n in given if n in state.claims)
    facts = {f.name: f for f in proof.definitions}
    facts.update({n: state.available[n] for n in reach if n in state.available})
    facts.update({n: f for n, (f, needs) in state.facts.items() if needs <= reach})
    held = {n: indices for n in facts if (indices := state.held(n, assumed))}
    context = {r.symbol: r for r in (*state.sizes, *goal.ranges)}
    scope = Scope(facts, frozenset(f.name for f in proof.definitions), context, proof.ranks, held)
    worlds, unreal = state.worlds(given, horizon=0 if assumed else 1)
    expected, accepted = goal.left, True

    def judge(step: Step) -> StepVerdict:
        return _judge(step, scope, goal, worlds, brief=True)

    for number, step in enumerate(lemma.steps, 1):
        verdict = _judge(step, scope, goal, worlds)
        if verdict.accepted and not same(step.left, expected):
            verdict = StepVerdict(False, "it does not start where the step before ends", step.left - expected)
        elif verdict.accepted and number == len(lemma.steps) and not same(step.right, goal.right):
            verdict = StepVerdict(False, "the last step does not end at the goal", step.right - goal.right)
        elif verdict.accepted and unreal:
            verdict = StepVerdict(False, unreal)
        expected, accepted = step.right, accepted and verdict.accepted
        yield Checked(step.rule, step, (step.left, step.right), step.reason, verdict, goal.name, part, judge)
    if not lemma.steps:
        yield Checked("none", None, (goal.left, goal.right), "", StepVerdict(False, "no steps"), goal.name, part)
    elif accepted and not part:
        state.facts[goal.name] = (goal, frozenset(lemma.given))


def _judge(step: Step, scope: Scope, goal: Fact, worlds: list[Evaluation], brief: bool = False) -> StepVerdict:
    known = {*scope.context, *goal.values}
    symbols = {s for s in step.left.free_symbols | step.right.free_symbols if isinstance(s, Symbol)}
    if stray := symbols - known - _names(step):
        return StepVerdict(False, f"{', '.join(sorted(map(str, stray)))} is not declared")
    second = judges.numeric(step.left, step.right, goal.ranges, worlds)
    if brief and not second.accepted:
        return second
    first = judges.symbolic(step, scope)
    why = "; ".join(v.why for v in (first, second) if not v.accepted)
    return StepVerdict(first.accepted and second.accepted, why, first.residual or second.residual)


def _names(step: Step) -> set[Any]:
    """sympy counts the label of an array among its free symbols."""
    return {b.label for side in (step.left, step.right) for b in side.atoms(IndexedBase)}


def _unrealised(worlds: list[Evaluation], assumed: list[Fact]) -> str:
    """Why a world is none in which the assumptions hold, or nothing."""
    for fact in assumed:
        verdict = judges.numeric(fact.left, fact.right, fact.ranges, worlds)
        if not verdict.accepted:
            return f"{fact.name} does not hold in the world made for it: {verdict.why}"
    return ""
