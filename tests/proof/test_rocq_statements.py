"""What Rocq is told comes from the kernel's proof, and what cannot be told is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rocq_facts import L, rewritten, told, within

from symcheck.proof.kernel.proofs import Induction, Lemma, Proof
from symcheck.proof.library import load
from symcheck.proof.rocq import NotWritable, provable, statement_of
from symcheck.proof.rocq.statement import terms_of


@pytest.mark.parametrize("name", provable())
def test_it_says_what_the_proof_says(name: str) -> None:
    proof, statement = load(name), told(name)
    lemmas = {p.goal.name: p.goal for p in proof.parts if isinstance(p, Lemma)}
    assert statement.conclusions == tuple(lemmas[n] for n in proof.conclusions)
    assumed = {f for h in proof.hypotheses for f in h.facts}
    assert assumed == {f for f in statement.hypotheses if f.relation != "!="}
    assert set(statement.definitions) < set(proof.definitions)
    assert all(t.op != "partial" for t in terms_of(statement.facts))
    # What stands in the place of derivatives is proved from nothing, and said to be given wherever Rocq is named.
    assert {"backpropagation", "gradient", "gradient-of-bias"} <= {f.name for f in statement.derived}
    assert all(lemmas[f.name] == f for f in statement.derived)


def test_it_is_told_that_no_divisor_is_0() -> None:
    assert {f.name for f in told("quotient").hypotheses if f.relation == "!="} == {"m-not-zero"}
    assert all(f.relation == "=" for f in told("equitable-partitions").hypotheses)


def test_a_changed_text_says_something_else() -> None:
    old = "b[0, l, i] = c[l]"
    assert rewritten("constant-init", old, old) == told("constant-init")
    assert rewritten("constant-init", old, "b[0, l, i] = c[1]") != told("constant-init")


def test_a_size_may_be_narrower() -> None:
    proof = load("constant-init")
    first, *others = proof.hypotheses
    deep = within(L, 3)
    statement = statement_of(replace(proof, hypotheses=(replace(first, sizes=(deep,)), *others)))
    assert statement.sizes == (deep, *told("constant-init").sizes[1:])


def with_lemma(name: str, change: Callable[[Lemma], Lemma]) -> Proof:
    proof = load("constant-init")

    def changed(part: Lemma | Induction) -> Lemma | Induction:
        return change(part) if isinstance(part, Lemma) and part.goal.name == name else part

    return replace(proof, parts=tuple(map(changed, proof.parts)))


def test_what_rests_on_hypotheses_is_no_premise() -> None:
    # As a premise it would assume what the theorem shows.
    with pytest.raises(NotWritable, match="gradient of constant-init is shown with derivatives"):
        statement_of(with_lemma("gradient", lambda lemma: replace(lemma, given=("constant-weights",))))
    steps = {p.goal.name: p.steps for p in load("constant-init").parts if isinstance(p, Lemma)}
    with pytest.raises(NotWritable, match="tied-gradients of constant-init is shown with derivatives"):
        statement_of(with_lemma("tied-gradients", lambda lemma: replace(lemma, steps=steps["gradient"], given=())))


def test_implications_are_refused() -> None:
    proof = load("constant-init")
    first, *others = proof.hypotheses
    with pytest.raises(NotWritable, match="constant-weights of constant-init holds only where something else does"):
        statement_of(replace(proof, hypotheses=(replace(first, given=("rows",)), *others)))


def test_the_words_of_a_hypothesis_stand_with_its_first_fact() -> None:
    words = {f.name: f.words for f in told("constant-init").hypotheses}
    assert words["shared-rate"] == "one learning rate a layer; it may change from step to step"
    assert words["shared-bias-rate"] == ""
    silent = replace(load("constant-init"), hypotheses=(replace(load("constant-init").hypotheses[0], facts=()),))
    assert statement_of(silent).hypotheses == ()
