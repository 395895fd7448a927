"""The kernel on inductions over layers and steps, nested, upwards and downwards, and on what is assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy
from sympy import Sum

from symcheck.proof.kernel import judges
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.evaluate import Evaluation
from symcheck.proof.kernel.proofs import Checked, Induction, Lemma, Proof, chain
from symcheck.proof.kernel.steps import Step
from symcheck.proof.kernel.terms import ZERO, Fact, ranges
from symcheck.proof.settings import blocks
from symcheck.proof.settings.blocks import D, H, I, a
from symcheck.proof.settings.indices import L, l, s, t
from symcheck.proof.settings.letters import delta, h, n, z
from symcheck.proof.theorems.equitable import equitable_partitions
from symcheck.proof.theorems.signs import signs
from symcheck.proof.theorems.subspace import invariant_subspace
from symcheck.proof.theorems.zero import LOWER, UPPER, zero_init


def named(proof: Proof, name: str) -> Any:
    return next(p for p in proof.parts if (p.name if isinstance(p, Induction) else p.goal.name) == name)


def changed(proof: Proof, name: str, change: Callable[[Any], Any]) -> Proof:
    """The proof with one part replaced, and what follows cut off."""
    number = proof.parts.index(named(proof, name))
    return replace(proof, parts=(*proof.parts[:number], change(proof.parts[number]), *_claims_after(proof, number)))


def _claims_after(proof: Proof, number: int) -> tuple[Induction, ...]:
    # What is given in a lemma may be the claim of an induction that comes later.
    return tuple(p for p in proof.parts[number + 1 :] if isinstance(p, Induction))


def whys(checked: list[Checked], name: str) -> str:
    return "; ".join(c.verdict.why for c in checked if c.lemma == name and not c.accepted)


def test_an_unchanged_part_is_accepted() -> None:
    """What the tests below change is right before they change it."""
    for name in ("forward", "backward"):
        _, steps = check_proof(changed(equitable_partitions(), name, lambda part: part))
        assert not whys(steps, name)


def test_a_layer_may_not_use_the_claim_about_itself() -> None:
    def circular(induction: Induction) -> Induction:
        (step,) = induction.step
        wrong = chain(step.goal, step.given, ("substitute", step.goal.right, "", "forward", {l: l + 1}))
        return replace(induction, step=(wrong,))

    _, steps = check_proof(changed(equitable_partitions(), "forward", circular))
    assert "has no variable l" in whys(steps, "forward")


def test_a_layer_may_not_use_another_step_of_training() -> None:
    def later(induction: Induction) -> Induction:
        (step,) = induction.step
        wrong = tuple(replace(one, at={t: t + 1}) if one.uses == "equal-pre-activations" else one for one in step.steps)
        return replace(induction, step=(replace(step, steps=wrong),))

    _, steps = check_proof(changed(equitable_partitions(), "forward", later))
    assert "has no variable t" in whys(steps, "forward")


def test_an_induction_may_use_only_the_claims_around_it_that_it_names() -> None:
    _, steps = check_proof(changed(equitable_partitions(), "forward", lambda part: replace(part, given=("biases",))))
    assert "the step case of forward is missing" in whys(steps, "forward")


def test_downwards_starts_at_the_top() -> None:
    def upwards(induction: Induction) -> Induction:
        return replace(induction, downwards=False)

    _, steps = check_proof(changed(equitable_partitions(), "backward", upwards))
    assert "the base case of backward is missing" in whys(steps, "backward")
    assert "the step case of backward is missing" in whys(steps, "backward")


@pytest.mark.parametrize(
    ("name", "few"), [("forward", (l, 0, L - 3)), ("forward", (l, 1, L - 2)), ("backward", (l, 3, L))]
)
def test_a_step_has_to_cover_every_value(name: str, few: Any) -> None:
    """A step from layer 1 on, or up to the last but one, leaves a gap."""

    def gap(induction: Induction) -> Induction:
        (step,) = induction.step
        (range_,) = ranges(few)
        spread = tuple(range_ if r.symbol == l else r for r in step.goal.ranges)
        return replace(induction, step=(replace(step, goal=replace(step.goal, ranges=spread)),))

    _, steps = check_proof(changed(equitable_partitions(), name, gap))
    assert f"the step case of {name} is missing" in whys(steps, name)


def test_an_index_of_a_sum_is_not_that_of_an_induction_hypothesis() -> None:
    """The hypothesis holds at one l; under a sum over l it says nothing."""
    proof = equitable_partitions()
    over = (l, 0, L - 1)
    goal = Fact(
        "captured", Sum(h[t, l, s, 1, 1], over), Sum(H[t, l, s, 1], over), ranges((t, 0, sympy.oo), (s, 1, blocks.N))
    )
    wrong = Lemma(
        goal, (Step("congruence of sums", goal.left, goal.right, "", "forward"),), ("rows", "biases", "forward")
    )
    _, steps = check_proof(replace(proof, parts=(wrong, *(p for p in proof.parts if isinstance(p, Induction)))))
    assert "does not turn" in whys(steps, "captured")


@pytest.mark.parametrize(("cut", "works"), [(L - 1, True), (ZERO + 1, True), (L, False), (ZERO, False), (L + 1, False)])
def test_two_cases_have_to_cover_the_range(cut: Any, works: bool) -> None:
    """Layers 1..L-1 and 2..L: cut after 1 or after L - 1, and nowhere outside."""

    def cut_at(lemma: Lemma) -> Lemma:
        (step,) = lemma.steps
        return replace(lemma, steps=(replace(step, through=(l, cut)),))

    proof = zero_init()
    lemma = cut_at(named(proof, "every-weight-frozen"))
    parts = tuple(lemma if isinstance(p, Lemma) and p.goal.name == "every-weight-frozen" else p for p in proof.parts)
    _, steps = check_proof(replace(proof, parts=parts))
    assert bool(whys(steps, "every-weight-frozen")) != works


def test_one_case_is_not_enough() -> None:
    proof = zero_init()
    lemma = named(proof, "every-weight-frozen")
    for names in (LOWER.name, f"{LOWER.name}, {LOWER.name}", f"{UPPER.name}, {LOWER.name}"):
        wrong = replace(lemma, steps=(replace(lemma.steps[0], uses=names),))
        parts = tuple(wrong if p is lemma else p for p in proof.parts)
        assert not check_proof(replace(proof, parts=parts))[0]


def test_an_implication_needs_its_premise() -> None:
    """The gradient lies in V where training is in theta_0 + V, and only there."""
    proof = invariant_subspace()
    fact = next(f for one in proof.hypotheses for f in one.facts if f.name == "gradient-in-V")
    goal = replace(fact, name="anywhere")
    wrong = Lemma(goal, (Step("substitute", goal.left, goal.right, "", "gradient-in-V"),), ("gradient-in-V",))
    accepted, steps = check_proof(replace(proof, parts=(wrong,), conclusions=("anywhere",)))
    assert not accepted
    assert "gradient-in-V is not available here" in whys(steps, "anywhere")


def test_a_name_stands_for_one_equation() -> None:
    proof = equitable_partitions()
    lemma = named(proof, "equal-pre-activations")
    impostor = replace(lemma, goal=replace(lemma.goal, name="delta"))
    with pytest.raises(ValueError, match="delta stands for more than one equation"):
        check_proof(replace(proof, parts=(impostor, *proof.parts)))


def without_column_sums() -> tuple[Proof, Lemma]:
    """Backwards, the weights into a block do not add up to the same number by themselves."""
    proof = equitable_partitions()
    true = named(proof, "backward").step[0]
    return proof, replace(
        true, goal=replace(true.goal, name="false"), given=tuple(g for g in true.given if g != "columns")
    )


def wrong_count() -> tuple[Proof, Lemma]:
    """The change of a row sum has as many terms as the block has members, not one more."""
    proof = equitable_partitions()
    true = named(proof, "training").step[0]
    right = true.steps[-2].right.subs(blocks.m[l - 1, blocks.J], blocks.m[l - 1, blocks.J] + 1)
    goal = replace(true.goal, name="false", right=right)
    return proof, replace(
        true, goal=goal, steps=(*true.steps[:-3], replace(true.steps[-2], left=true.steps[-3].left, right=right))
    )


def wrong_sign() -> tuple[Proof, Lemma]:
    """The activation of a unit has the sign of the unit, not the other one."""
    proof = signs()
    true = next(p for p in proof.parts if isinstance(p, Lemma) and p.goal.name == "tied-for-ever")
    goal = replace(true.goal, name="false", right=-true.goal.right)
    return proof, replace(true, goal=goal, steps=(replace(true.steps[0], right=goal.right),))


def delta_of_the_wrong_layer() -> tuple[Proof, Lemma]:
    proof = equitable_partitions()
    goal = Fact(
        "false",
        delta[t, l, s, I, a],
        D[t, l + 1, s, I],
        ranges((t, 0, sympy.oo), (l, 1, L - 1), (s, 1, blocks.N), (I, 1, n[l]), (a, 1, blocks.m[l, I])),
    )
    given = next(p for p in proof.parts if isinstance(p, Lemma) and p.goal.name == "tied-gradients").given
    return proof, Lemma(goal, (Step("substitute", goal.left, goal.right, "", "backward"),), given)


#: Each is false in every world that is drawn, at some of the places that are tried: a single judge cannot miss it.
FALSE = [without_column_sums, wrong_count, wrong_sign, delta_of_the_wrong_layer]


def rejected(make: Callable[[], tuple[Proof, Lemma]]) -> list[Checked]:
    proof, lemma = make()
    accepted, steps = check_proof(replace(proof, parts=(*proof.parts, lemma), conclusions=("false",)))
    assert not accepted
    found = [c for c in steps if c.lemma == "false"]
    assert any(not c.accepted for c in found)
    return found


@pytest.mark.parametrize("make", FALSE)
def test_a_false_lemma_is_rejected(make: Callable[[], tuple[Proof, Lemma]]) -> None:
    rejected(make)


@pytest.mark.parametrize("make", FALSE)
def test_it_is_rejected_when_sympy_always_says_yes(
    make: Callable[[], tuple[Proof, Lemma]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judges, "symbolic", lambda step, scope: judges.StepVerdict(True))
    assert any("the sides differ" in c.verdict.why for c in rejected(make))


@pytest.mark.parametrize("make", FALSE[:2])
@pytest.mark.parametrize("name", ["simplify", "expand"])
def test_it_is_rejected_when_sympy_reduces_everything_to_zero(
    make: Callable[[], tuple[Proof, Lemma]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof, lemma = make()
    monkeypatch.setattr(sympy, name, lambda e, **options: sympy.Integer(0))
    assert not check_proof(replace(proof, parts=(*proof.parts, lemma), conclusions=("false",)))[0]


@pytest.mark.parametrize("make", FALSE)
def test_it_is_rejected_when_every_value_is_the_same(
    make: Callable[[], tuple[Proof, Lemma]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Evaluation, "number", lambda self, expression, at: 7)
    assert not any("the sides differ" in c.verdict.why for c in rejected(make))


def test_a_wrong_pre_activation_leaves_a_residual() -> None:
    proof = equitable_partitions()
    true = named(proof, "equal-pre-activations")
    short = true.steps[0].right - blocks.b[t, l + 1, I, a]
    wrong = replace(true, steps=(replace(true.steps[0], right=short), *true.steps[1:]))
    _, steps = check_proof(changed(proof, "equal-pre-activations", lambda part: wrong))
    first = next(c for c in steps if c.lemma == "equal-pre-activations")
    assert first.verdict.residual == z[t, l + 1, s, I, a] - short
