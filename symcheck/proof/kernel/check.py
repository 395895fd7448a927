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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from symcheck.proof.kernel import declared, judges
from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.dependence import order_kept
from symcheck.proof.kernel.evaluate import Evaluator
from symcheck.proof.kernel.founded import unfounded
from symcheck.proof.kernel.judges import StepVerdict
from symcheck.proof.kernel.proofs import Induction, Lemma, Proof
from symcheck.proof.kernel.state import State, scope_of
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, Term


@dataclass(frozen=True)
class Checked:
    """A step with its verdict.

    Attributes:
        rule: its name, ``induction`` for what an induction concludes, ``none`` where steps are missing.
        step: the step, None where there is none.
        claim: both sides.
        reason: why, in words.
        verdict: what the judges say.
        lemma: in which lemma it stands.
        part: ``base``, ``step`` or ``conclusion`` of an induction.
        line: where it stands in its text; 0 where it has none.
        source: the name of that text.
        judge: gives the verdict on any other step in its place, of both judges or only of the ``rules`` or the
            ``worlds``.
    """

    rule: str
    step: Step | None
    claim: tuple[Term, Term]
    reason: str
    verdict: StepVerdict
    lemma: str
    part: str = ""
    line: int = 0
    source: str = ""
    judge: Callable[[Step, str], StepVerdict] | None = field(default=None, repr=False, compare=False)

    @property
    def accepted(self) -> bool:
        """Whether both judges accept it."""
        return self.verdict.accepted


def check_proof(proof: Proof, without: Sequence[str] = ()) -> tuple[bool, list[Checked]]:
    """Whether the proof is accepted, and each step with its verdict.

    Hypotheses named in ``without`` are not there: what uses them fails.

    Raises:
        ValueError: the proof is not one: something is not declared, or stands for two things, or is too large to be checked.
    """
    try:
        return _checked(proof, without)
    except RecursionError as reason:
        raise ValueError("it is nested too deep to be checked") from reason


def _checked(proof: Proof, without: Sequence[str]) -> tuple[bool, list[Checked]]:
    declared.check(proof)
    kept = [h for h in proof.hypotheses if h.name not in without]
    available = {f.name: f for h in kept for f in h.facts}
    sizes = (*proof.declared.sizes, *(r for h in kept for r in h.sizes))
    state = State(
        proof,
        sizes,
        frozenset(h.name for h in kept if h.sizes),
        frozenset(available),
        frozenset(f.name for h in proof.hypotheses for f in h.facts),
        available,
        {f.name: frozenset(h.given) for h in kept for f in h.facts},
        declared.reach(proof),
    )
    scope = scope_of(state, frozenset(), {r.name: r for r in sizes}, frozenset())
    if why := unfounded(proof.definitions, proof.declared.arrays, scope.known) or order_kept(scope):
        raise ValueError(why)
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


def _induction(induction: Induction, state: State) -> Iterator[Checked]:
    t, names = induction.variable, frozenset(c.name for c in induction.claims)
    around = state.declared | frozenset(induction.given)
    verdicts: list[Checked] = []
    needs: set[str] = set()
    if t in state.held_around(induction.given):
        # Given at one value of t, a claim says nothing of the others that this induction goes through.
        raise ValueError(f"{induction.name} goes through {t}, of which {', '.join(induction.given)} holds one value")
    for number, (where, lemmas, given) in enumerate(
        (("base", induction.base, around), ("step", induction.step, around | names))
    ):
        for claim in induction.claims:
            goal = induction.cases(claim)[number]
            found = [p for p in lemmas if _states(p.goal, goal) and frozenset(p.given) <= given]
            if len(found) != 1:
                missing = StepVerdict(False, f"the {where} case of {claim.name} is missing")
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
    return Checked(
        "induction",
        None,
        (claim.left, claim.right),
        induction.reason,
        verdict,
        induction.name,
        part,
        induction.line,
        induction.source,
    )


def _states(goal: Fact, wanted: Fact) -> bool:
    """Whether a lemma says what is wanted, over the same ranges, names of variables included."""
    own, other = {r.name: r for r in goal.ranges}, {r.name: r for r in wanted.ranges}
    return (
        goal.name == wanted.name
        and goal.relation == wanted.relation
        and not goal.functions
        and not wanted.functions
        and same(goal.left, wanted.left)
        and (goal.relation == ">=" or same(goal.right, wanted.right))
        and set(own) == set(other)
        and all(r.kind == other[n].kind and _same_ends(r, other[n]) for n, r in own.items())
    )


def _same_ends(one: Range, other: Range) -> bool:
    pairs = ((one.low, other.low), (one.high, other.high))
    return all((a is None and b is None) or (a is not None and b is not None and same(a, b)) for a, b in pairs)


def _lemma(lemma: Lemma, state: State, part: str = "") -> Iterator[Checked]:
    goal = lemma.goal
    given = frozenset(lemma.given) & frozenset(state.available)
    # A claim that is given, and not yet shown from what is given, holds at one value of its index.
    assumed = frozenset(n for n in given if n in state.claims)
    ranges = {r.name: r for r in (*state.sizes, *goal.ranges)}
    scope = scope_of(state, state.reaches(given), ranges, assumed)
    worlds, unreal = state.worlds(given, horizon=0 if assumed else 1)
    expected, accepted = goal.left, True

    def judge(step: Step, only: str = "") -> StepVerdict:
        return _judge(step, scope, goal, worlds, only)

    for number, step in enumerate(lemma.steps, 1):
        verdict = _judge(step, scope, goal, worlds)
        if verdict.accepted:
            verdict = _joined(step, expected, goal, number == len(lemma.steps), scope, unreal)
        expected, accepted = step.right, accepted and verdict.accepted
        line = lemma.lines[number - 1] if number <= len(lemma.lines) else lemma.line
        yield Checked(
            step.rule, step, (step.left, step.right), step.reason, verdict, goal.name, part, line, lemma.source, judge
        )
    if not lemma.steps:
        verdict = StepVerdict(False, "no steps")
        if goal.relation == ">=":
            verdict = judges.signed(replace(goal, right=goal.left), scope.known)
        if unreal:
            verdict = StepVerdict(False, unreal)
        accepted = verdict.accepted
        claim = (goal.left, goal.right)
        rule = "sign" if accepted else "none"
        yield Checked(rule, None, claim, "", verdict, goal.name, part, lemma.line, lemma.source)
    if accepted and not part:
        state.facts[goal.name] = (goal, frozenset(lemma.given))


def _joined(step: Step, expected: Term, goal: Fact, last: bool, scope: Scope, unreal: str) -> StepVerdict:
    """Whether an accepted step starts where the one before ends, and the last one ends at the goal."""
    if not same(step.left, expected):
        return StepVerdict(False, "it does not start where the step before ends", step.left - expected)
    if last and goal.relation == ">=":
        verdict = judges.signed(replace(goal, right=step.right), scope.known)
        if not verdict.accepted:
            return verdict
    elif last and not same(step.right, goal.right):
        return StepVerdict(False, "the last step does not end at the goal", step.right - goal.right)
    return StepVerdict(not unreal, unreal)


def _judge(step: Step, scope: Scope, goal: Fact, worlds: list[Evaluator], only: str = "") -> StepVerdict:
    stray = (step.left.free | step.right.free) - set(scope.known.ranges)
    if stray:
        return StepVerdict(False, f"{', '.join(sorted(map(str, stray)))} is not declared")
    if step.left.loose or step.right.loose:
        return StepVerdict(False, "an index is bound by nothing")
    first = second = StepVerdict(True)
    if only != "rules":
        second = judges.numeric(step.left, step.right, goal.ranges, worlds)
    if only != "worlds":
        first = judges.symbolic(step, scope)
    why = "; ".join(v.why for v in (first, second) if not v.accepted)
    accepted = first.accepted and second.accepted
    return StepVerdict(accepted, why, first.residual, second.place, second.values, first.missing)
