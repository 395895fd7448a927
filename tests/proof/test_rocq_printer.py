"""What facts become in Gallina: names, sums and brackets, and what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import reduce

import pytest
from rocq_facts import BARE, array, equation, said, sigma, slope, told, total, value, within

from symcheck.proof.kernel import terms
from symcheck.proof.kernel.terms import (
    ONE,
    ZERO,
    Fact,
    Fresh,
    Range,
    Term,
    delta,
    entry,
    mul,
    number,
    open_,
    power,
    variable,
)
from symcheck.proof.rocq import NotWritable, document
from symcheck.proof.rocq.printer import opened

A, B, m, n = map(array, ("A", "B", "m", "n"))
L, c, i, j, k, p, t = map(variable, ("L", "c", "i", "j", "k", "p", "t"))

SETTING = """From mathcomp Require Import all_ssreflect ssralg.
Local Open Scope ring_scope.
Section setting.
Variables (K : comRingType) (A : nat -> K) (sigma sigma' : nat -> K -> K) (n : nat -> nat) (m : nat -> nat -> nat).
Variables (L i j k : nat)."""


WRITTEN = [
    (A(i) + A(j) * A(k), "A i + A j * A k"),
    (mul(A(i) + A(j), A(k)), "(A i + A j) * A k"),
    (mul(A(i), A(j) * A(k)), "A i * (A j * A k)"),
    (A(i) - A(j), "A i - A j"),
    (A(i) - (A(j) - A(k)), "A i - (A j - A k)"),
    (A(i) - A(j) * A(k), "A i - A j * A k"),
    (mul(number(-1), A(i) + A(j)), "- (A i + A j)"),
    (mul(number(-1), A(i), A(j)), "- (A i * A j)"),
    (mul(A(i), number(-1)), "A i * (- 1)"),
    (mul(number(-2), A(i)), "- (2%:R * A i)"),
    (number(3) + A(i), "3%:R + A i"),
    (mul(i, A(i)), "i%:R * A i"),
    (mul(i - 1, A(i)), "(i%:R - 1) * A i"),
    (mul(m(i, j), A(i)), "(m i j)%:R * A i"),
    (mul(L, A(i)), "L%:R * A i"),
    (power(A(i), 2), "(A i) ^+ 2"),
    (power(A(i) + A(j), 2), "(A i + A j) ^+ 2"),
    (mul(power(A(i), 2), A(j)), "(A i) ^+ 2 * A j"),
    (sigma(i, A(i)), "sigma i (A i)"),
    (slope(i - 1, A(i) + A(j)), "sigma' i.-1 (A i + A j)"),
    (mul(sigma(i, A(i)), A(j)), "sigma i (A i) * A j"),
    (mul(delta(i, j), A(i)), "(i == j :> nat)%:R * A i"),
    (mul(total(A(t), within(t, 1, L)), A(i)), "(\\sum_(1 <= t < L.+1) A t) * A i"),
    (mul(A(i), total(A(t) * A(i), within(t, 1, L))), "A i * (\\sum_(1 <= t < L.+1) A t * A i)"),
    (total(A(t) + A(i), within(t, 1, L)), "\\sum_(1 <= t < L.+1) (A t + A i)"),
    (total(A(t), within(t, 1, L)) + A(i), "(\\sum_(1 <= t < L.+1) A t) + A i"),
    (A(i) + total(A(t), within(t, 1, L)), "A i + \\sum_(1 <= t < L.+1) A t"),
    (A(i) - total(A(t), within(t, 1, L)), "A i - \\sum_(1 <= t < L.+1) A t"),
    (total(mul(number(-1), A(t)), within(t, 1, L)), "\\sum_(1 <= t < L.+1) (- A t)"),
    (total(A(t), within(t, 0, L - 1)), "\\sum_(0 <= t < L) A t"),
    (total(A(t), within(t, i, L - 3)), "\\sum_(i <= t < (L - 2)%N) A t"),
    (total(A(t), within(t, 1, n(i - 1))), "\\sum_(1 <= t < (n i.-1).+1) A t"),
]


@pytest.mark.parametrize(("term", "text"), WRITTEN)
def test_brackets_and_sums(term: Term, text: str) -> None:
    assert value(term) == text


def bracketed(term: Term, *around: Range) -> str:
    """The same term with brackets round everything, so that nothing rests on how tightly notations bind."""
    if term.op == "sum":
        name, body = open_(term)
        sign = value(Term("sum", term.head, (*term.args[:2], ONE)), *around).removesuffix("1")
        return f"({sign}{bracketed(body, *around, Range(name, *term.args[:2]))})"
    if term.op in ("add", "pow"):
        parts = [bracketed(p, *around) if term.op == "add" or p == term.args[0] else str(p.head) for p in term.args]
        return reduce(lambda one, other: f"({one} {'+' if term.op == 'add' else '^+'} {other})", parts)
    first = term.args[0] if term.op == "mul" else term
    if first.op == "number" and first.head < 0:
        rest = (number(-first.head), *term.args[1:])
        return f"(- {bracketed(mul(*(r for r in rest if r != ONE or len(rest) == 1)), *around)})"
    if term.op == "mul":
        return reduce(lambda one, other: f"({one} * {other})", [bracketed(p, *around) for p in term.args])
    if term.op == "function":
        applied = value(Term("function", term.head, (*term.args[:-1], A(i))), *around).removesuffix("(A i)")
        return f"({applied}{bracketed(term.args[-1], *around)})"
    return f"({value(term, *around)})"


def test_rocq_reads_the_brackets_as_they_are_meant(coqc: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    lines = [f"Goal {text} = {bracketed(term)}. reflexivity. Qed." for term, text in WRITTEN]
    ended = coqc("\n".join([SETTING, *lines, "End setting."]))
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A i * A j + A k", "A i * (A j + A k)"),
        ("A i - A j - A k", "A i - (A j - A k)"),
        ("- A i * A j", "- (A i * A j)"),
    ],
)
def test_other_brackets_are_another_term(
    one: str, other: str, coqc: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    ended = coqc(f"{SETTING}\nGoal {one} = {other}. reflexivity. Qed.\nEnd setting.")
    assert ended.returncode != 0
    assert "Unable to unify" in ended.stdout


def test_a_sum_reaches_into_sums() -> None:
    equitable = told("equitable-partitions")
    assert said(next(f for f in equitable.definitions if f.name == "pre-activation"), equitable).endswith(
        "z t l s I a = "
        "(\\sum_(1 <= J < (n l.-1).+1) \\sum_(1 <= c < (m l.-1 J).+1) W t l I a J c * h t l.-1 s J c) + b t l I a"
    )


def test_no_variable_is_captured() -> None:
    # The array c and the index c, two sums over the same letter, and the letter of a premise.
    assert equation(entry("c", c), A(c), within(c, 1, L)) == "forall c1 : nat, (1 <= c1 <= L)%N -> c c1 = A c1"
    inner, outer = Fresh("p"), Fresh("p")
    product = mul(B(variable(inner), variable(outer)), A(p))
    term = total(product, Range(outer, ONE, L), Range(inner, ONE, variable(outer)))
    assert equation(term, ZERO, within(p, 1)) == (
        "forall p : nat, (1 <= p)%N -> \\sum_(1 <= p1 < L.+1) \\sum_(1 <= p2 < p1.+1) B p2 p1 * A p = 0"
    )
    with_premise = replace(BARE, hypotheses=(Fact("p", A(number(1)), ZERO),))
    assert said(Fact("said", A(p), ZERO, (within(p, 1),)), with_premise).startswith("forall p1 : nat")


@pytest.mark.parametrize("word", ["forall", "fun", "in", "at", "K", "same"])
def test_words_of_rocq_are_no_names(word: str) -> None:
    assert equation(A(variable(word)), ZERO, Range(word, ONE)).startswith(f"forall {word}1 : nat")
    with pytest.raises(NotWritable, match=f"nothing can be called '{word}'"):
        said(Fact("said", entry(word), ZERO), replace(BARE, arrays={word: 0}))


@pytest.mark.parametrize("name", ["", "1st", "two words", "a-b", "x)", "é", "(* x"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(NotWritable, match="nothing can be called"):
        equation(A(variable(name)), ZERO, Range(name, ONE))
    with pytest.raises(NotWritable, match="nothing can be called"):
        said(Fact("said", entry(name), ZERO), replace(BARE, arrays={name: 0}))


def test_one_name_for_two_things_is_refused() -> None:
    for twice in (
        replace(BARE, hypotheses=(Fact("A", ONE, ONE),)),
        replace(BARE, hypotheses=(Fact("one-law", ONE, ONE), Fact("one_law", ONE, ONE))),
        replace(BARE, integers={"n": 1, "L": 1}),
        replace(BARE, arrays={"n": 1}),
    ):
        with pytest.raises(NotWritable, match="stands for more than one thing"):
            opened(twice)


@pytest.mark.parametrize(
    ("term", "why"),
    [
        (terms.partial(A(i), A(j)), "partial has no meaning"),
        (Term("mean", "w", (ONE,)), "mean has no meaning"),
        (power(A(i), -1), "no premise says is not 0"),
        (power(m(i, j), -1), "no premise says is not 0"),
        (Term("number", number(1).head / 2), "no element of every ring"),
        (power(A(i), i), "exponent"),
        (entry("unheard", i), "not declared"),
        (B(i), "B with 1 indices is not declared"),
        (sigma(i, A(i)).args[1] + Term("function", ("sigma", 0), (i,)), "not declared"),
        (A(A(i)), "not declared"),
        (variable("free"), "nothing is known of free"),
        (A(variable("free")), "free"),
    ],
)
def test_what_has_no_counterpart_is_refused(term: Term, why: str) -> None:
    with pytest.raises(NotWritable, match=why):
        value(term)


def test_a_number_is_no_index() -> None:
    with pytest.raises(NotWritable, match="v may be negative|v is no index"):
        equation(A(variable("v")), ZERO, Range("v", kind="nonnegative"))


def test_relations() -> None:
    assert said(Fact("said", A(L), ZERO, relation=">=")) == "0 <= A L"
    assert said(Fact("said", m(L, L), ZERO, relation="!=")) == "(m L L)%:R != 0 :> K"
    for relation in (">=", "!=", "<"):
        with pytest.raises(NotWritable, match="neither an equation nor compared with 0"):
            said(Fact("said", A(L), ONE, relation=relation))
    with pytest.raises(NotWritable, match="all functions"):
        said(Fact("said", A(L), ZERO, functions=(("f", 1),)))


def test_the_structure_is_no_stronger_than_what_is_said() -> None:
    divided = Fact("divided", power(m(L, L), -1), ONE)
    compared = Fact("compared", A(L), ZERO, relation=">=")
    at_positive = Fact("at-positive", ONE, ONE, (Range("v", kind="positive"),))
    assert BARE.structure == "comRingType"
    assert replace(BARE, hypotheses=(divided,)).structure == "fieldType"
    assert replace(BARE, hypotheses=(compared,)).structure == "realDomainType"
    assert replace(BARE, conclusions=(at_positive,)).structure == "realDomainType"
    assert replace(BARE, hypotheses=(divided, compared)).structure == "realFieldType"


def test_words_do_not_end_their_comment() -> None:
    words, commented = 'Closed *) Axiom all : False. (* "', "(* Closed * ) Axiom all : False. ( * '"
    statement = told("equitable-partitions")
    assert f"{commented}. *)" in document(replace(statement, title=words))
    first, *others = statement.hypotheses
    assert f"{commented} *)" in document(replace(statement, hypotheses=(replace(first, words=words), *others)))


def test_a_theorem_without_a_proof_is_refused() -> None:
    with pytest.raises(NotWritable, match="bare has no proof for Rocq; constant-init, .*quotient have"):
        document(BARE)


def test_a_file_holds_what_it_needs_once() -> None:
    both = document(told("equitable-partitions"), told("quotient"))
    assert both.count("Record in_blocks") == both.count("From mathcomp") == 1
    assert both.count("Print Assumptions") == 2
    assert "Record in_blocks" in document(told("quotient"))
