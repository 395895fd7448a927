"""Indices of Rocq: no subtraction is cut off at 0, and what may be negative is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rocq_facts import array, equation, said, total, value, within

from symcheck.proof.kernel.terms import ONE, ZERO, Fact, Range, Term, number, variable
from symcheck.proof.rocq import NotWritable

A, B, n = array("A"), array("B"), array("n")
L, N, i, l, t = map(variable, ("L", "N", "i", "l", "t"))


@pytest.mark.parametrize(
    ("range_", "guard"),
    [
        (within(i, 0), ""),
        (within(i, 1), "(1 <= i)%N -> "),
        (within(i, 0, L), "(i <= L)%N -> "),
        (within(i, 1, L), "(1 <= i <= L)%N -> "),
        (within(i, 2, L), "(2 <= i <= L)%N -> "),
        (within(i, 1, L - 1), "(1 <= i < L)%N -> "),
        (within(i, 0, L - 1), "(i.+1 <= L)%N -> "),
        (within(i, 1, L - 2), "(1 <= i)%N -> (i + 2 <= L)%N -> "),
        (within(i, 1, L + 1), "(1 <= i <= L.+1)%N -> "),
        (within(i, L, L + N), "(L <= i <= L + N)%N -> "),
        (within(i, 1, n(L)), "(1 <= i <= n L)%N -> "),
        (within(i, 1, n(L - 1)), "(1 <= i <= n L.-1)%N -> "),
        (within(i, 1, n(L) - 1), "(1 <= i < n L)%N -> "),
        (within(i, L - 1, n(L + 2)), "(L <= i.+1)%N -> (i <= n (L + 2)%N)%N -> "),
        (within(i, 1, number(2) * L), "(1 <= i <= 2 * L)%N -> "),
        (Range("i", kind="real"), ""),
        (Range("i", kind="nonnegative"), "0 <= i -> "),
        (Range("i", kind="positive"), "0 < i -> "),
    ],
)  # fmt: skip
def test_ranges(range_: Range, guard: str) -> None:
    kind = "nat" if range_.kind == "index" else "K"
    assert equation(ONE, ONE, range_) == f"forall i : {kind}, {guard}1 = 1 :> K"


def test_ranges_of_later_variables_rest_on_earlier_ones() -> None:
    fact = Fact("said", B(l - 1, i), A(i), (within(l, 1, L), within(i, 1, n(l - 1)), Range("v", kind="real")))
    assert said(fact) == "forall (l i : nat) (v : K), (1 <= l <= L)%N -> (1 <= i <= n l.-1)%N -> B l.-1 i = A i"
    backwards = replace(fact, ranges=fact.ranges[::-1])
    with pytest.raises(NotWritable, match="nothing is known of l"):
        said(backwards)


@pytest.mark.parametrize(
    ("range_", "index"),
    [
        (within(i, 0, L), i - 1),
        (within(i, 1, L), i - 2),
        (within(i, L - 2, L), i - 1),
        (within(i, n(1), L), i - 1),
        (within(i, 0, L), number(-1)),
        (within(i, 0, L), L - i),
    ],
)
def test_an_index_that_may_be_negative_is_refused(range_: Range, index: Term) -> None:
    # In Rocq 0 - 1 is 0, and A (0 - 1) would be A 0.
    with pytest.raises(NotWritable, match="may be negative|counts down"):
        equation(A(index), ZERO, range_)


@pytest.mark.parametrize(
    ("range_", "index", "text"),
    [
        (within(i, 1, L), i - 1, "i.-1"),
        (within(i, 2, L), i - 2, "(i - 2)%N"),
        (within(i, L - 1, L), i - 1, "i.-1"),
        (within(i, 0, L), L - 2, "(L - 2)%N"),
        (within(i, 0, L), number(0), "0%N"),
        (within(i, 0, L), i + L + 1, "((i + L).+1)%N"),
        (within(i, 0, L), n(i), "(n i)"),
        (within(i, 0, L), n(n(i)) + 1, "(n (n i)).+1"),
        (within(i, 0, L), number(2) * i, "(2 * i)%N"),
    ],
)
def test_an_index_that_is_not_negative_is_written(range_: Range, index: Term, text: str) -> None:
    assert equation(A(index), ZERO, range_).endswith(f"A {text} = 0")


@pytest.mark.parametrize("range_", [within(i, -1, L), within(i, L - 3, L), Range("i", None, L), Range("i")])
def test_a_variable_that_may_be_negative_is_refused(range_: Range) -> None:
    with pytest.raises(NotWritable, match="i may be negative"):
        equation(ONE, ONE, range_)


def test_an_index_of_a_sum_may_be_an_argument_only_where_it_is_in_range() -> None:
    assert value(total(A(t - 1), within(t, 1, L))).endswith("A t.-1")
    with pytest.raises(NotWritable, match=r"the index t\.-1 may be negative"):
        value(total(A(t - 1), within(t, 0, L)))
    with pytest.raises(NotWritable, match="of a sum may be negative"):
        value(total(ONE, within(t, i - 2, L)))
