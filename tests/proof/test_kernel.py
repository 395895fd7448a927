"""The kernel: either judge alone stops a false lemma, and an induction needs all its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy

from symcheck.errors import SymcheckError
from symcheck.proof import prove
from symcheck.proof.kernel import judges
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.evaluate import Evaluation
from symcheck.proof.kernel.proofs import Induction, Lemma, Proof
from symcheck.proof.kernel.steps import Step
from symcheck.proof.kernel.terms import Fact, Partial, nested, ranges
from symcheck.proof.settings.indices import L, l, s, t
from symcheck.proof.settings.letters import W, b, h, n, sigma, z
from symcheck.proof.settings.network import INPUT, i, j, k
from symcheck.proof.theorems.constant import CLAIMS, constant_init, tied_lemmas

Change = Callable[[Any], Any]


def lemma_named(proof: Proof, name: str) -> Lemma:
    return next(p for p in proof.parts if isinstance(p, Lemma) and p.goal.name == name)


def with_lemma(proof: Proof, lemma: Lemma) -> Proof:
    """The proof with one lemma replaced, and what follows cut off."""
    number = next(n for n, p in enumerate(proof.parts) if isinstance(p, Lemma) and p.goal.name == lemma.goal.name)
    return replace(proof, parts=(*proof.parts[:number], lemma), conclusions=(lemma.goal.name,))


def row(unit: Any) -> Any:
    return nested(W[t, l, unit, j] * h[t, l - 1, s, j], INPUT)


def without_biases() -> Lemma:
    """Equal rows alone do not give equal pre-activations."""
    goal = lemma_named(constant_init(), "forward").goal
    return Lemma(
        goal,
        (
            Step("definition", z[t, l, s, i], row(i) + b[t, l, i], "", "pre-activation"),
            Step("congruence of sums", row(i) + b[t, l, i], row(k) + b[t, l, k], "", "equal-rows", {i: i, k: k}),
            Step("definition", row(k) + b[t, l, k], z[t, l, s, k], "", "pre-activation", {i: k}),
        ),
        ("equal-rows",),
    )


def wrong_layer() -> Lemma:
    """The gradient has the activation of the layer below, not that of its own layer."""
    true = lemma_named(constant_init(), "gradient")
    wrong = true.goal.right.xreplace({h[t, l - 1, s, j]: h[t, l, s, j]})
    last = replace(true.steps[-1], right=wrong)
    return Lemma(replace(true.goal, right=wrong), (*true.steps[:-1], last))


def wrong_slope() -> Lemma:
    """Backpropagation without the slope of the activation."""
    true = lemma_named(constant_init(), "backpropagation")
    wrong = sum(a for a in true.goal.right.args if isinstance(a, sympy.Sum))
    return Lemma(replace(true.goal, right=wrong), (*true.steps[:-1], replace(true.steps[-1], right=wrong)))


def outputs_tied() -> Lemma:
    """Outputs are not hidden units: their rows need not be equal."""
    true = lemma_named(constant_init(), "forward")
    spread = (*true.goal.ranges[:1], *ranges((l, 1, L)), *true.goal.ranges[2:])
    return replace(true, goal=replace(true.goal, ranges=spread))


def substituted_in_a_derivative() -> Lemma:
    """What holds at a point may not be put under a derivative."""
    one, other = Partial(sigma(l, W[t, l, i, j]), W[t, l, i, j]), Partial(sigma(l, W[t, l, k, j]), W[t, l, i, j])
    goal = Fact("under-a-derivative", one, other, CLAIMS[0].ranges)
    return Lemma(goal, (Step("substitute", one, other, "", "equal-rows", {i: i, k: k}),), ("equal-rows",))


FALSE = [without_biases, wrong_layer, wrong_slope, outputs_tied]


@pytest.mark.parametrize("make", FALSE)
def test_a_false_lemma_is_rejected(make: Callable[[], Lemma]) -> None:
    assert not check_proof(with_lemma(constant_init(), make()))[0]


@pytest.mark.parametrize("make", FALSE)
def test_the_evaluation_alone_stops_it(make: Callable[[], Lemma], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sympy, "simplify", lambda e, **options: sympy.Integer(0))
    monkeypatch.setattr(judges, "difference", lambda left, right: sympy.Integer(0))
    monkeypatch.setattr(judges, "symbolic", lambda step, scope: judges.StepVerdict(True))
    accepted, steps = check_proof(with_lemma(constant_init(), make()))
    assert not accepted
    assert any("the sides differ" in c.verdict.why for c in steps)


@pytest.mark.parametrize("make", FALSE)
def test_sympy_alone_stops_it(make: Callable[[], Lemma], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Evaluation, "number", lambda self, expression, at: 7)
    accepted, steps = check_proof(with_lemma(constant_init(), make()))
    assert not accepted
    assert not any("the sides differ" in c.verdict.why for c in steps)


def test_with_both_judges_bypassed_it_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two tests above test something: it is the judges that stop a false lemma."""
    monkeypatch.setattr(judges, "symbolic", lambda step, scope: judges.StepVerdict(True))
    monkeypatch.setattr(Evaluation, "number", lambda self, expression, at: 7)
    assert check_proof(with_lemma(constant_init(), wrong_layer()))[0]


def test_a_hypothesis_is_not_put_under_a_derivative() -> None:
    proof = constant_init()
    number, induction = induction_of(proof)
    wrong = replace(proof, parts=(substituted_in_a_derivative(), induction), conclusions=("under-a-derivative",))
    accepted, steps = check_proof(wrong)
    assert not accepted
    assert "does not turn" in steps[0].verdict.why


def induction_of(proof: Proof) -> tuple[int, Induction]:
    return next((n, p) for n, p in enumerate(proof.parts) if isinstance(p, Induction))


def with_induction(change: Callable[[Induction], Induction]) -> Proof:
    proof = constant_init()
    number, induction = induction_of(proof)
    return replace(proof, parts=(*proof.parts[:number], change(induction), *proof.parts[number + 1 :]))


@pytest.mark.parametrize("part", ["base", "step"])
@pytest.mark.parametrize("claim", range(3))
def test_an_induction_without_one_case_is_rejected(part: str, claim: int) -> None:
    def drop(induction: Induction) -> Induction:
        lemmas = getattr(induction, part)
        return replace(induction, **{part: (*lemmas[:claim], *lemmas[claim + 1 :])})

    accepted, steps = check_proof(with_induction(drop))
    assert not accepted
    assert any(f"the {part} case of {CLAIMS[claim].name} is missing" in c.verdict.why for c in steps)


def test_a_step_that_assumes_what_it_shows_is_rejected() -> None:
    """The hypothesis of the step holds at t only."""

    def circular(induction: Induction) -> Induction:
        goal = CLAIMS[0].substitute(t, t + 1)
        lemma = Lemma(
            goal,
            (Step("substitute", goal.left, goal.right, "", CLAIMS[0].name, {t: t + 1, i: i, k: k}),),
            (CLAIMS[0].name,),
        )
        return replace(induction, step=(lemma, *induction.step[1:]))

    accepted, steps = check_proof(with_induction(circular))
    assert not accepted
    assert any("has no variable t" in c.verdict.why for c in steps)


def test_a_base_case_that_uses_the_claim_is_rejected() -> None:
    def circular(induction: Induction) -> Induction:
        goal = CLAIMS[0].substitute(t, sympy.Integer(0))
        step = Step("substitute", goal.left, goal.right, "", CLAIMS[0].name, {t: 0, i: i, k: k})
        return replace(induction, base=(Lemma(goal, (step,), (CLAIMS[0].name,)), *induction.base[1:]))

    assert not check_proof(with_induction(circular))[0]


def test_a_base_case_over_a_smaller_range_is_rejected() -> None:
    def smaller(induction: Induction) -> Induction:
        first = induction.base[0]
        few = ranges((l, 1, 1), (i, 1, n[l]), (k, 1, n[l]), (j, 1, n[l - 1]))
        return replace(induction, base=(replace(first, goal=replace(first.goal, ranges=few)), *induction.base[1:]))

    assert not check_proof(with_induction(smaller))[0]


def test_a_conclusion_needs_the_induction() -> None:
    proof = constant_init()
    number, _ = induction_of(proof)
    assert not check_proof(replace(proof, parts=(*proof.parts[:number], *proof.parts[number + 1 :])))[0]


def test_a_lemma_under_the_induction_hypothesis_is_no_conclusion() -> None:
    proof = constant_init()
    assert not check_proof(replace(proof, conclusions=("forward",)))[0]


def test_a_world_that_does_not_realise_what_is_given_is_rejected() -> None:
    proof = constant_init()
    _, induction = induction_of(proof)
    plain = replace(proof, parts=(tied_lemmas()[0], induction), world=lambda rng, assumed: proof.world(rng, set()))
    _, steps = check_proof(plain)
    assert any("does not hold in the world" in c.verdict.why for c in steps if c.lemma == "forward")
    assert not any(c.accepted for c in steps if c.lemma == "forward")


def test_undeclared_symbols_are_rejected() -> None:
    proof = constant_init()
    true = lemma_named(proof, "gradient")
    q, first = sympy.Symbol("q"), true.steps[0]
    stray = replace(first, left=first.left + q, right=first.right + q)
    _, steps = check_proof(with_lemma(proof, replace(true, steps=(stray, *true.steps[1:]))))
    assert any("is not declared" in c.verdict.why for c in steps)


def test_unknown_names_list_what_exists() -> None:
    with pytest.raises(SymcheckError, match="constant-init"):
        prove("nonsense")
    with pytest.raises(SymcheckError, match="constant-weights, constant-biases or shared-rate"):
        prove("constant-init", ("nonsense",))
