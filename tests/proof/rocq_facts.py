"""What facts for Rocq are built with, and how they are read back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from symcheck.proof.kernel.terms import ZERO, Fact, Range, Term, entry, function, number, summed, variable
from symcheck.proof.library import load, made, shared, theorem_text
from symcheck.proof.rocq import Statement, statement_of
from symcheck.proof.rocq.printer import opened
from symcheck.proof.text.elaborate import elaborated


def term(value: Term | int) -> Term:
    return value if isinstance(value, Term) else number(value)


def array(name: str) -> Callable[..., Term]:
    return lambda *indices: entry(name, *map(term, indices))


def within(name: Term, low: Term | int, high: Term | int | None = None) -> Range:
    return Range(name.head, term(low), None if high is None else term(high))


def total(body: Term, *ranges: Range) -> Term:
    return summed(body, *((r.name, r.low, r.high) for r in ranges))


def sigma(l: Term, v: Term) -> Term:
    return function("sigma", l, v)


def slope(l: Term, v: Term) -> Term:
    return function("sigma", l, v, primes=1)


L, N, i, j, k = map(variable, ("L", "N", "i", "j", "k"))

#: Nothing: for facts of two arrays.
BARE = Statement(
    "bare",
    "Nothing",
    (within(L, 2), within(N, 1)),
    {"n": 1, "m": 2},
    {"A": 1, "B": 2, "c": 1},
    {"sigma": 2},
    (),
    (),
    (),
    (),
)


@cache
def told(theorem: str) -> Statement:
    """What a theorem of the library says."""
    return statement_of(load(theorem))


def rewritten(theorem: str, old: str, new: str) -> Statement:
    """What a theorem says when one place is changed in its text, or in a text that it uses."""
    places = []

    def change(text: str | None) -> str | None:
        places.extend(re.findall(re.escape(old), text or ""))
        return text and text.replace(old, new)

    text = change(theorem_text(theorem))
    assert text is not None
    statement = statement_of(made(elaborated(text, theorem, lambda name: change(shared(name)))))
    assert len(places) == 1, f"{old} stands in {len(places)} places"
    return statement


def said(fact: Fact, statement: Statement = BARE) -> str:
    """The fact as Rocq is told it, in one line."""
    with_fact = replace(statement, conclusions=(*statement.conclusions, fact))
    return " ".join(opened(with_fact)[0].fact(fact).split())


def equation(left: Term, right: Term, *ranges: Range) -> str:
    return said(Fact("said", left, right, ranges))


def value(term: Term, *ranges: Range) -> str:
    """A term, where indices i, j and k from 1 on are known."""
    said_of_it = equation(term, ZERO, *(within(v, 1) for v in (i, j, k)), *ranges)
    return said_of_it.rpartition(" -> ")[2].removesuffix(" :> K").removesuffix(" = 0")
