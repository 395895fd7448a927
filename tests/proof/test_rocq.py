"""Rocq accepts the theorems, and rejects them changed: grossly and slightly."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from rocq_facts import total, within
from rocq_statements import CONSTANT, DEAD, EQUITABLE, INPUT, QUOTIENT, C, I, J, L, W, a, c, l, m, n

from symcheck.proof.kernel.terms import ZERO, Fact, Range, Term, instantiate, mul
from symcheck.proof.rocq import Statement, document, provable

THEOREMS = {one.name: one for one in (EQUITABLE, CONSTANT, QUOTIENT, DEAD)}


@dataclass(frozen=True)
class Verdict:
    """What coqc said.

    Attributes:
        accepted: whether it ended well.
        out: all that it printed.
        in_proof: whether it stopped inside the last proof, having understood what the theorem says.
    """

    accepted: bool
    out: str
    in_proof: bool

    @property
    def rejected(self) -> bool:
        """Whether the proof does not prove what the theorem says."""
        return not self.accepted and self.in_proof


@pytest.fixture
def judge(coqc: Callable[[str], subprocess.CompletedProcess[str]]) -> Callable[..., Verdict]:
    """Let Rocq check the file of these statements."""

    def run(*statements: Statement) -> Verdict:
        text = document(*statements)
        ended = coqc(text)
        stopped = re.search(r"line (\d+), characters [\d-]+:\nError", ended.stdout)
        begins = text[: text.rindex("\nProof.\n")].count("\n") + 2
        return Verdict(ended.returncode == 0, ended.stdout, stopped is not None and int(stopped[1]) > begins)

    return run


def changed(statement: Statement, name: str, change: Callable[[Fact], Fact]) -> Statement:
    """The statement with one of its facts changed."""
    assert name in {f.name for f in statement.facts}
    groups = ("hypotheses", "definitions", "derived", "conclusions")
    told = {g: tuple(change(f) if f.name == name else f for f in getattr(statement, g)) for g in groups}
    assert any(told[g] != getattr(statement, g) for g in groups)
    return replace(statement, **told)


def test_all_theorems_in_one_file(judge: Callable[..., Verdict]) -> None:
    assert set(THEOREMS) == set(provable())
    verdict = judge(*THEOREMS.values())
    assert verdict.accepted, verdict.out
    assert verdict.out.splitlines() == ["Closed under the global context"] * len(THEOREMS)


def reversed_products(term: Term) -> Term:
    """The same with the factors of every product and the terms of every sum the other way round."""
    parts = [reversed_products(p) for p in term.args]
    return Term(term.op, term.head, parts[::-1] if term.op in ("mul", "add") else parts)


@pytest.mark.parametrize("name", THEOREMS)
def test_each_in_a_file_of_its_own_with_factors_and_terms_in_another_order(
    name: str, judge: Callable[..., Verdict]
) -> None:
    groups = ("hypotheses", "definitions", "derived", "conclusions")
    told = THEOREMS[name]
    other = replace(
        told,
        **{
            g: tuple(replace(f, left=f.left, right=reversed_products(f.right)) for f in getattr(told, g))
            for g in groups
        },
    )
    assert document(told) != document(other)
    verdict = judge(other)
    assert verdict.accepted, verdict.out
    assert verdict.out.strip() == "Closed under the global context"


#: Without the premise that it divides by nothing that is 0, the quotient is not even written.
WITHOUT = [(one.name, f.name) for one in THEOREMS.values() for f in one.hypotheses if f.relation != "!="]


@pytest.mark.parametrize(("theorem", "hypothesis"), WITHOUT)
def test_no_hypothesis_can_be_dropped(theorem: str, hypothesis: str, judge: Callable[..., Verdict]) -> None:
    # It says 0 = 0 under the same name, so that the proof does not fail for want of the name.
    def empty(fact: Fact) -> Fact:
        nothing = mul(ZERO, fact.left)
        return replace(fact, left=nothing, right=nothing, relation="=")

    verdict = judge(changed(THEOREMS[theorem], hypothesis, empty))
    assert verdict.rejected, verdict.out


def ranging(name: str, low: Term | int, high: Term | int) -> Callable[[Fact], Fact]:
    """The same fact, one of its variables in another range."""
    put = within(Term("variable", name), low, high)
    return lambda fact: replace(fact, ranges=tuple(put if r.name == name else r for r in fact.ranges))


def exchanged(one: Term, other: Term) -> Callable[[Fact], Fact]:
    """The same fact with one term for another, and the other way round, on its right side."""

    def change(term: Term) -> Term:
        if term in (one, other):
            return other if term == one else one
        return Term(term.op, term.head, [change(p) for p in term.args])

    return lambda fact: replace(fact, right=change(fact.right))


def without_factor(factor: Term) -> Callable[[Fact], Fact]:
    def change(term: Term) -> Term:
        kept = [change(p) for p in term.args if p != factor]
        return Term(term.op, term.head, kept)

    return lambda fact: replace(fact, right=change(fact.right))


def rows_for_columns(fact: Fact) -> Fact:
    return Fact(
        fact.name,
        total(W(0, l, I, a, J, c), INPUT),
        C(0, l, I, J),
        (*fact.ranges[:2], within(a, 1, m(l, I)), fact.ranges[2]),
    )


def one_step_later(fact: Fact) -> Fact:
    t = Term("variable", "t")
    return replace(fact, right=instantiate(fact.right, {"t": t + 1}))


FALSE = {
    "rows for columns": (EQUITABLE, "column-sums", rows_for_columns),
    "rows, but not those of the first layer": (EQUITABLE, "row-sums", ranging("l", 2, L)),
    "columns, but not those of the last layer": (EQUITABLE, "column-sums", ranging("l", 1, L - 1)),
    "rows, but not those of the first block": (EQUITABLE, "row-sums", ranging("I", 2, n(l))),
    "units of the output layer, which have no activation": (EQUITABLE, "tied-for-ever", ranging("l", 1, L)),
    "activations of the next step": (EQUITABLE, "tied-for-ever", one_step_later),
    "row sums that forget how many weights move": (EQUITABLE, "block-weight-update", without_factor(m(l - 1, J))),
    "units are told apart by a bias": (CONSTANT, "constant-biases", ranging("i", 2, n(l))),
    "hidden layers from the second on": (CONSTANT, "constant-biases", ranging("l", 2, L - 1)),
    "equal rows of the output layer": (CONSTANT, "rows-equal-for-ever", ranging("l", 1, L)),
    "the rate |I| / |J|": (QUOTIENT, "block-weight-update", exchanged(m(l - 1, J), m(l, I))),
    "outputs whose number may be 0 in the field": (QUOTIENT, "counted", ranging("l", 0, L - 1)),
    "a class below with a positive sum": (DEAD, "sums-not-positive", ranging("J", 2, n(Term("variable", "u") - 1))),
    "a ReLU that may jump at 0": (DEAD, "relu", lambda f: replace(f, ranges=(Range("r", kind="positive"),))),
}  # fmt: skip


@pytest.mark.parametrize("said", FALSE)
def test_what_is_false_is_rejected(said: str, judge: Callable[..., Verdict]) -> None:
    theorem, fact, change = FALSE[said]
    verdict = judge(changed(theorem, fact, change))
    assert verdict.rejected, verdict.out


TRUE = {
    "inputs are tied too": (EQUITABLE, "tied-for-ever", ranging("l", 0, L - 1)),
    "fewer layers": (EQUITABLE, "tied-for-ever", ranging("l", 2, L - 1)),
    "biases of the last layer are equal too": (CONSTANT, "constant-biases", ranging("l", 1, L)),
    "all other classes": (DEAD, "weights-stay", ranging("J", 2, n(Term("variable", "u") - 1))),
}


@pytest.mark.parametrize("said", TRUE)
def test_what_is_true_though_said_otherwise_is_accepted(said: str, judge: Callable[..., Verdict]) -> None:
    theorem, fact, change = TRUE[said]
    verdict = judge(changed(theorem, fact, change))
    assert verdict.accepted, verdict.out
