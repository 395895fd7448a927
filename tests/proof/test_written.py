"""What is written reads back as the same term: brackets, signs, fractions, and sums whose indices are called alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.proofs import Array, Lemma
from symcheck.proof.kernel.terms import (
    OUTCOMES,
    Range,
    Term,
    add,
    close,
    delta,
    entry,
    function,
    mul,
    number,
    partial,
    power,
    summed,
    variable,
)
from symcheck.proof.library import load
from symcheck.proof.text.expressions import parsed
from symcheck.proof.text.vocabulary import OUTCOME, Vocabulary
from symcheck.proof.text.written import stated, written

ARRAYS = {
    "a": Array("a", (Range("i"),)),
    "b": Array("b", (Range("i"), Range("j"))),
    "w": Array("w", ()),
    "n": Array("n", (Range("l"),), least=0),
    "z": Array("z", (Range(OUTCOME, number(1), variable(OUTCOMES)), Range("i")), random=True),
}
WORDS = Vocabulary(ARRAYS, {"f": 1, "g": 2, "k0": 0}, {})
NAMES = ("i", "j", "k", "sums", "i_2")


@st.composite
def indices(draw: st.DrawFn, names: tuple[str, ...]) -> Term:
    """An index, as simple or as nested as they come."""
    base = draw(st.sampled_from([*map(variable, names), number(0), number(-1), number(3), entry("n", number(0))]))
    other = draw(st.sampled_from([*map(variable, names), number(2), number(-2)]))
    return draw(st.sampled_from([base, base + 1, base - 2, base * 2, mul(other, base - 1), base - other, other - base]))


@st.composite
def terms(draw: st.DrawFn, names: tuple[str, ...] = NAMES, depth: int = 4, inside: bool = False) -> Term:
    """A term over these variables; the kernel itself would never write some of them."""
    kinds = [
        "add",
        "mul",
        "pow",
        "inverse",
        "sum",
        "sum",
        "function",
        "partial",
        "mean",
        "integral",
        "limit",
        "leaf",
        "minus",
    ]
    kind = draw(st.sampled_from(kinds)) if depth else "leaf"

    def part(more: tuple[str, ...] = (), inner: bool = False) -> Term:
        return draw(terms((*names, *more), depth - 1, inside or inner))

    if kind in ("add", "mul"):
        parts = [part() for _ in range(draw(st.integers(2, 3)))]
        return add(*parts) if kind == "add" else mul(*parts)
    if kind == "minus":
        return mul(number(draw(st.sampled_from([-1, -2]))), part())
    if kind == "pow":
        return power(part(), draw(st.one_of(st.integers(-3, 3).map(number), indices(names))))
    if kind == "inverse":
        return power(part(), -1)
    if kind == "function":
        primes = draw(st.integers(0, 2))
        return draw(
            st.sampled_from([function("f", part(), primes=primes), function("g", part(), part(), primes=primes)])
        )
    if kind == "partial":
        return partial(part(), draw(st.sampled_from([entry("w"), entry("a", draw(indices(names)))])))
    if kind == "sum":
        name = draw(st.sampled_from(NAMES))
        return summed(part((name,)), (name, draw(indices(names)), draw(indices(names))))
    if kind == "mean" and not inside:
        return close("mean", OUTCOME, (), part(inner=True))
    if kind == "integral":
        return close("integral", "r", (number(draw(st.sampled_from([0, -1]))), part()), part(("r",)))
    if kind == "limit":
        return close("limit", "k", (function("infinity"),), part(("k",)))
    place = draw(indices(names))
    leaves = [
        entry("a", place),
        entry("b", place, draw(indices(names))),
        entry("w"),
        function("pi"),
        function("k0"),
        number(draw(st.fractions(-3, 3, max_denominator=4))),
        variable(draw(st.sampled_from(names))),
        delta(place, draw(indices(names))),
    ]
    return draw(st.sampled_from([*leaves, entry("z", variable(OUTCOME), place)] if inside else leaves))


@given(terms())
@settings(max_examples=100, deadline=None)
def test_it_reads_back(term: Term) -> None:
    text = written(term)
    assert same(parsed(text, WORDS), term), text


@pytest.mark.parametrize("name", THEOREMS)
def test_every_fact_of_a_theorem_reads_back(name: str) -> None:
    proof = load(name)
    facts = [*proof.definitions, *(f for h in proof.hypotheses for f in h.facts)]
    facts += [p.goal for p in proof.parts if isinstance(p, Lemma)]
    for fact in facts:
        words = Vocabulary(proof.declared.arrays, {**proof.declared.functions, **dict(fact.functions)}, {})
        for side in (fact.left, fact.right):
            assert same(parsed(written(side), words), side), written(side)
        assert all(f"{function_}/{takes}" in stated(fact) for function_, takes in fact.functions)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("(a[1] - w) w", "a[1] - w w"),
        ("1 / (w a[1])", "1 / w a[1]"),
        ("(sum(i in 1..3) a[i]) w", "sum(i in 1..3) a[i] w + a[i]"),
        ("(-w)^2", "-w^2"),
        ("w^(-2)", "w^2"),
        ("∂(w^2) / ∂w", "(∂w / ∂w)^2"),
    ],
)
def test_what_differs_is_written_in_another_way(text: str, other: str) -> None:
    one, two = (parsed(t, WORDS) for t in (text, other))
    assert written(one) != written(two)
