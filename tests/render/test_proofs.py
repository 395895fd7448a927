"""Proofs are told in the order in which they are understood, and what fails is told of in one and the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gone_through import proved

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.proofs import Induction
from symcheck.proof.library import load
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, EquationChain, Heading, Items, Paragraph
from symcheck.render.documents.text import as_text
from symcheck.render.formulas.boxes import Box
from symcheck.render.formulas.text import text
from symcheck.render.proofs import outline, theorem_data
from symcheck.render.proofs.proof import judged
from symcheck.render.proofs.told import ShownInduction, ShownLemma, lemmas_of, told


def words(block: Block) -> str:
    """What a paragraph, a heading or a list says."""
    if isinstance(block, Heading):
        return block.text
    lines = (
        [block.line]
        if isinstance(block, Paragraph)
        else [line for item in block.items for line in item]
        if isinstance(block, Items)
        else []
    )
    return " ".join(
        "".join(p if isinstance(p, str) else text(p) if isinstance(p, Box) else p.text for p in line) for line in lines
    )  # type: ignore[arg-type, misc]


def position(told_: list[str], wanted: str) -> int:
    return next(place for place, said in enumerate(told_) if wanted in said)


def test_an_induction_says_what_it_claims_and_supposes_it_before_it_uses_it() -> None:
    said = [words(b) for b in outline(proved("constant-init"))]
    order = ["It is shown for one t after the other, from t = 0 on, that", "rows: W[t, l, i, j] = W[t, l, k, j]"]
    order += ["Start: rows", "Suppose that they hold at some t", "forward", "backward", "gradient-rows"]
    order += ["Then they hold at t + 1 too", "Step: rows", "True at the start", "tied-for-ever"]
    after = said[position(said, "It is shown") :]
    places = [position(after, one) for one in order]
    assert places == sorted(places)
    assert position(said, "backpropagation") < position(said, "It is shown")


@pytest.mark.parametrize("name", THEOREMS)
def test_no_lemma_uses_a_claim_that_was_not_told(name: str) -> None:
    theorem = proved(name)
    known = {f.name for f in theorem.definitions} | {f.name for h in theorem.assumptions for f in h.facts}

    def go_through(parts: list[ShownLemma | ShownInduction]) -> None:
        for part in parts:
            if isinstance(part, ShownInduction):
                claims = {c.name for c in part.induction.claims}
                for shown in part.base:
                    used(shown)
                known.update(claims)
                go_through(part.inside)
                for shown in part.step:
                    used(shown)
            else:
                used(part)
                known.add(part.goal.name)

    def used(shown: ShownLemma) -> None:
        for checked in shown.steps:
            assert set(checked.step.uses if checked.step else ()) <= known, checked.lemma

    go_through(told(theorem))


@pytest.mark.parametrize("name", THEOREMS)
def test_everything_is_told_once(name: str) -> None:
    theorem = proved(name)
    shown = [id(c) for one in lemmas_of(told(theorem)) for c in one.steps]
    concluded = [c for c in theorem.steps if c.part == "conclusion"]
    assert len(shown) == len(set(shown)) == len(theorem.steps) - len(concluded)
    chains = [b for b in outline(theorem) if isinstance(b, EquationChain)]
    assert sum(len(chain.links) for chain in chains) == len([c for c in theorem.steps if c.step is not None])


def _depth(parts: list[ShownLemma | ShownInduction]) -> int:
    return max((1 + _depth(p.inside) for p in parts if isinstance(p, ShownInduction)), default=0)


@pytest.mark.parametrize("name", THEOREMS)
def test_an_induction_that_uses_the_claims_of_another_stands_inside_it(name: str) -> None:
    theorem = proved(name)
    nested = any(p.given for p in theorem.parts if isinstance(p, Induction))
    assert (_depth(told(theorem)) > 1) == nested


def test_the_numbers_come_first_then_the_statement_then_letters_and_definitions() -> None:
    for name in ("constant-init", "he-gain"):
        headings = [b.text for b in outline(proved(name)) if isinstance(b, Heading) and b.level == 2]
        general = headings[headings.index("In general") :]
        assert headings[0] == "In numbers"
        assert general == ["In general", "Assumed", "Letters", "Definitions", "Proof"]


def test_letters_and_the_loss_are_introduced() -> None:
    written = " ".join(as_text(outline(proved("constant-init")), 1000).split())
    assert "L = 2, 3, ...: the depth" in written
    assert "w[l], c[l]: a value for each layer" in written
    assert "E[t] is any differentiable function of z[t, L, s, o] for s = 1..N, o = 1..n[L]" in written
    assert written.index("E[t] is any differentiable function") < written.index("∂E[t]/∂z[t, l, s, i] for")
    assert "sympy" not in written


@pytest.mark.parametrize("name", THEOREMS)
def test_nothing_is_hidden_or_left_hanging(name: str) -> None:
    written = as_text(outline(proved(name)), 100)
    assert "omega" not in written
    assert "Omega" not in written
    assert not any(sign in written for sign in ("Fresh(", "None", "  :", "()"))


CASES = [
    (name, h.name)
    for name in ("constant-init", "he-gain", "zero-bias", "logistic-regression")
    for h in load(name).hypotheses
]


@pytest.mark.first(8)
@pytest.mark.parametrize(("name", "hypothesis"), CASES)
def test_step_counterexample_and_words_are_about_what_was_dropped(name: str, hypothesis: str) -> None:
    theorem = proved(name, (hypothesis,))
    (dropped,) = theorem.dropped
    written = " ".join(as_text(outline(theorem, "short"), 1000).split())
    first = written.index(f"Without {hypothesis}")
    assert written.index(f"{hypothesis}: ") > first
    assert not theorem.accepted
    assert "The proof does not close. The step that fails is in" in written
    step = theorem.failing_step
    assert step is not None
    if dropped.facts and any(set(c.step.uses) & {f.name for f in dropped.facts} for c in theorem.steps if c.step):
        assert set(step.step.uses if step.step else ()) & {f.name for f in dropped.facts}
        assert "is not assumed" in written
    assert f"line {step.line} of {step.source}" in written
    assert "differ at." not in written
    assert "differ at (" not in written
    if theorem.counterexample is not None:
        assert f"Counterexample: {text_of(theorem)}" in written
    assert theorem_data(theorem)["accepted"] is False


def text_of(theorem: Theorem) -> str:
    assert theorem.counterexample is not None
    return theorem.counterexample.case.split()[0]


def test_what_rests_on_a_failure_is_counted_and_listed_apart() -> None:
    theorem = proved("constant-init", ("constant-biases",))
    written = " ".join(as_text(outline(theorem, "short"), 1000).split())
    assert "2 of 69 steps fail, and 6 rest on these." in written
    assert written.count("REJECTED") == 2
    assert written.count("rests on what is rejected") == len(theorem.proof.conclusions)
    assert written.index("Counterexample") < written.index("No longer shown") < written.index(theorem.statement[:30])
    assert "In general" not in written


def test_one_step_is_told_of_in_the_singular() -> None:
    theorem = proved("constant-init")
    assert judged(theorem).startswith("All 69 steps are accepted")
    assert judged(replace(theorem, steps=theorem.steps[:1])).startswith("The one step is accepted")


def test_a_dropped_hypothesis_is_shown_in_small_numbers() -> None:
    written = " ".join(as_text(outline(proved("constant-init", ("constant-weights",)), "short"), 1000).split())
    assert "In numbers: at l = " in written
    assert "the left side W[0, " in written


def test_short_is_shorter_and_names_every_lemma() -> None:
    theorem = proved("constant-init")
    short, full = (as_text(outline(theorem, depth)) for depth in ("short", "full"))
    assert len(short) < 0.7 * len(full)
    assert all(c.lemma in short for c in theorem.steps if c.part != "conclusion")
    assert all(c.reason.split()[0] in full for c in theorem.steps if c.part != "conclusion")


def test_data_carries_every_step_with_its_acceptance_and_its_place() -> None:
    theorem = proved("constant-init")
    data = theorem_data(theorem)
    assert data["accepted"] is True
    assert data["hypotheses"] == ["constant-weights", "constant-biases", "shared-rate"]
    steps = data["steps"]
    assert isinstance(steps, list)
    assert len(steps) == len(theorem.steps)
    assert all({"rule", "claim", "reason", "accepted"} <= set(step) and step["accepted"] for step in steps)
    assert {step["file"] for step in steps} >= {"theorems/constant-init.txt", "settings/backpropagation.txt"}
    assert all(step["line"] > 0 for step in steps)


def test_data_of_what_does_not_close_has_what_is_left_and_a_counterexample() -> None:
    data = theorem_data(proved("constant-init", ("shared-rate",)))
    assert data["accepted"] is False
    assert data["residual"]
    assert data["counterexample"]
