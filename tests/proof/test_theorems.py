"""The theorems of the library: accepted, and rejected at the right step without any one of their hypotheses."""

from __future__ import annotations

import subprocess
import sys

import pytest
from gone_through import proved as gone_through

from symcheck.errors import SymcheckError
from symcheck.proof import THEOREMS, prove
from symcheck.proof.kernel.proofs import Hypothesis
from symcheck.proof.library import load, theorem_text
from symcheck.proof.theorem import proved

HYPOTHESES = [(name, h.name) for name in THEOREMS for h in load(name).hypotheses]
#: Of which many worlds are searched until one shows what fails; in a stage of CI.
LONG = (("quotient", "column-sums"), ("optimizers", "equal-biases"))
#: Texts of theorems are to be read in one go.
LONGEST = 120


@pytest.mark.parametrize("name", THEOREMS)
def test_a_theorem_is_accepted_in_fresh_worlds(name: str) -> None:
    theorem = gone_through(name)
    assert theorem.accepted, [(c.lemma, c.verdict.why) for c in theorem.steps if not c.accepted]


def hypothesis_of(name: str, hypothesis: str) -> Hypothesis:
    return next(h for h in load(name).hypotheses if h.name == hypothesis)


@pytest.mark.first(10)
@pytest.mark.usefixtures("one_world")
@pytest.mark.parametrize(
    ("name", "hypothesis"), [pytest.param(*row, marks=pytest.mark.soak if row in LONG else ()) for row in HYPOTHESES]
)
def test_without_a_hypothesis_a_step_that_rests_on_it_is_rejected(name: str, hypothesis: str) -> None:
    theorem = proved(load(name), (hypothesis,))
    assert not theorem.accepted
    failing = theorem.failing_step
    assert failing is not None
    assert failing.verdict.why
    assert not failing.verdict.why.rstrip().endswith(("differ at", ":", ";", ","))
    dropped = hypothesis_of(name, hypothesis)
    if dropped.facts and failing.step is not None and failing.step.uses:
        assert set(failing.step.uses) & {f.name for f in dropped.facts} or any(
            f.relation == ">=" for f in dropped.facts
        ), failing
    assert (theorem.counterexample is not None) == bool(dropped.needed)


@pytest.mark.parametrize("name", THEOREMS)
def test_unknown_hypotheses_list_what_exists(name: str) -> None:
    with pytest.raises(SymcheckError) as raised:
        prove(name, ("nonsense",))
    assert all(h.name in str(raised.value) for h in load(name).hypotheses)


def test_unknown_theorems_list_what_exists() -> None:
    with pytest.raises(SymcheckError) as raised:
        prove("nonsense")
    assert all(name in str(raised.value) for name in THEOREMS)


def test_the_names_need_no_sympy() -> None:
    code = "import sys, symcheck.proof; assert symcheck.proof.THEOREMS; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", THEOREMS)
def test_a_text_is_short_and_says_what_it_is(name: str) -> None:
    text, proof = theorem_text(name), load(name)
    assert text is not None
    assert len(text.splitlines()) <= LONGEST
    assert proof.name == name
    assert all((proof.title, proof.statement, proof.conclusions))
    assert all(h.words for h in proof.hypotheses)
