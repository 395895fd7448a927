"""Every rule, on random terms in random contexts: what it makes of a term is equal to it, by brute force over small integers.

The terms reuse a few names everywhere, so that a free index is often called like a bound one, and ranges are often empty,
end below their start, or depend on each other.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import NotApplicable, Scope, Step
from symcheck.proof.kernel.terms import (
    Fact,
    Range,
    Term,
    add,
    delta,
    entry,
    function,
    mul,
    number,
    power,
    summed,
    variable,
)
from tests.proof.brute import Model, assignments, differs

NAMES = ("t", "i", "j", "k")
SIZES = {"n": 0, "m": 1}
#: So far a fact holds whose range has no end.
FAR = 14


@st.composite
def indices(draw: st.DrawFn, names: tuple[str, ...]) -> Term:
    """An index: a variable, a number, a size, or one of these shifted."""
    base = draw(
        st.sampled_from(
            [*map(variable, names), number(0), number(1), number(2), entry("n", number(0)), entry("m", number(1))]
        )
    )
    return draw(st.sampled_from([base, base, base + 1, base - 1, base - 2]))


@st.composite
def bodies(draw: st.DrawFn, names: tuple[str, ...], depth: int = 3) -> Term:
    """A term over these variables, with sums that bind some of the same names again."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        place = draw(indices(names))
        return draw(
            st.sampled_from(
                [
                    entry("a", place),
                    entry("b", place, draw(indices(names))),
                    delta(place, draw(indices(names))),
                    number(draw(st.integers(-2, 2))),
                    place if place.op == "variable" else entry("c", place),
                    power(entry("a", place), -1),
                    function("f", entry("a", place)),
                    entry("n", place),
                ]
            )
        )
    kind = draw(st.sampled_from(["add", "mul", "sum", "sum", "sum", "pow"]))
    if kind == "sum":
        name = draw(st.sampled_from(NAMES))
        low, high = draw(indices(names)), draw(indices(names))
        return summed(draw(bodies((*names, name), depth - 1)), (name, low, high))
    if kind == "pow":
        return power(draw(bodies(names, depth - 1)), draw(st.one_of(st.integers(0, 2), indices(names))))
    parts = [draw(bodies(names, depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    return add(*parts) if kind == "add" else mul(*parts)


@st.composite
def contexts(draw: st.DrawFn) -> tuple[Range, ...]:
    """Ranges of some variables, the later ones depending on the earlier ones."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, 3))]
    found: list[Range] = []
    for position, name in enumerate(names):
        before = tuple(names[:position])
        low = draw(st.sampled_from([number(0), number(1), number(-1), *map(variable, before)]))
        high = draw(
            st.sampled_from(
                [None, number(0), number(2), number(3), low + 1, entry("n", number(0)), *map(variable, before)]
            )
        )
        found.append(Range(name, low, high))
    return tuple(found)


def scope(ranges: tuple[Range, ...], *facts: Fact, definitions: frozenset[str] = frozenset()) -> Scope:
    return Scope({f.name: f for f in facts}, definitions, Known({r.name: r for r in ranges}, SIZES))


def models(seed: int, **arrays: object) -> list[Model]:
    return [Model(arrays, None, SIZES, seed + k) for k in range(2)]  # type: ignore[arg-type]


@pytest.mark.first(3)
@pytest.mark.parametrize(
    "rule",
    [
        "algebra",
        "add exponents",
        "sum rule",
        "factor out of a sum",
        "count equal terms",
        "exchange sums",
        "collapse a sum",
        "linearity of E",
    ],
)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_rule_about_sums_changes_no_value(rule: str, data: st.DataObject) -> None:
    ranges = data.draw(contexts())
    term = data.draw(bodies(tuple(r.name for r in ranges)))
    made = RULES[rule](Step(rule, term, term), scope(ranges))(term)
    assert differs(term, made, ranges, models(data.draw(st.integers(0, 1000)))) is None, repr(made)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Fact, dict[str, object]]:
    """A fact with a model in which it holds: an array that is constant in a range of one or two variables."""
    ranges = draw(contexts())
    names = tuple(r.name for r in ranges)
    first = draw(st.sampled_from(names))
    shift = draw(st.integers(-1, 1))
    outside = draw(st.integers(5, 9))
    left, right = entry("a", variable(first) + shift), entry("c", number(0))
    fact = Fact("equal", left, right, ranges)

    def a(at: int) -> object:
        return 7 if at in holds else outside * at

    arrays: dict[str, object] = {"a": a, "c": lambda at: 7, "n": lambda *at: 2, "m": lambda *at: 3}
    # It holds far beyond the places that are tried: their indices are shifted.
    (model, _) = models(0, **arrays)
    holds = {place[first] + shift for place in assignments(ranges, model, horizon=FAR)}
    return fact, arrays


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_putting_a_fact_in_changes_no_value_where_it_holds(data: st.DataObject) -> None:
    fact, arrays = data.draw(facts())
    ranges = data.draw(contexts())
    term = data.draw(bodies(tuple(r.name for r in ranges)))
    rule = data.draw(st.sampled_from(["substitute", "congruence of sums"]))
    names = tuple(r.name for r in ranges)
    at = {v: data.draw(indices(names)) for v in fact.variables if data.draw(st.booleans())}
    step = Step(rule, term, term, uses=("equal",), at=at)
    try:
        made = RULES[rule](step, scope(ranges, fact))(term)
    except NotApplicable:
        return
    # The fact holds in this model as far as the brute force goes; sizes are fixed so that its ranges are those of the model.
    assert differs(term, made, ranges, models(data.draw(st.integers(0, 1000)), **arrays)) is None


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_cases_cover_the_range(data: st.DataObject) -> None:
    ranges = data.draw(contexts())
    names = tuple(r.name for r in ranges)
    name, cut = data.draw(st.sampled_from(names)), data.draw(indices(names))
    low = Fact(
        "low",
        entry("a", variable("q")),
        entry("c", number(0)),
        (Range("q", None, cut if cut.op == "number" else number(1)),),
    )
    high = Fact("high", entry("a", variable("q")), entry("c", number(0)), (Range("q", number(2), None),))
    term = data.draw(bodies(names))
    step = Step("cases", term, term, uses=("low", "high"), through=variable(name), over=(cut,))
    try:
        made = RULES["cases"](step, scope(ranges, low, high))(term)
    except NotApplicable:
        return
    end = int(cut.head) if cut.op == "number" else 1
    arrays = {"a": lambda at: 7 if at <= end or at >= 2 else -5, "c": lambda at: 7}
    assert differs(term, made, ranges, models(data.draw(st.integers(0, 1000)), **arrays)) is None


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_known_of_signs_is_true(data: st.DataObject) -> None:
    ranges = data.draw(contexts())
    names = tuple(r.name for r in ranges)
    known = Known({r.name: r for r in ranges}, SIZES)
    one, other = data.draw(indices(names)), data.draw(indices(names))
    term = data.draw(bodies(names))
    said = known.at_least(one, other), known.nonnegative(term), known.nonzero(term)
    for model in models(data.draw(st.integers(0, 1000))):
        for place in assignments(ranges, model):
            assert not said[0] or model.value(one, place) >= model.value(other, place)
            assert not said[1] or model.value(term, place) >= 0
            assert not said[2] or model.value(term, place) != 0


def test_the_models_are_random_enough() -> None:
    # A model in which all numbers are alike would let anything pass.
    values = {Model(seed=int(np.random.default_rng().integers(1000))).entry("a", (k,)) for k in range(30)}
    assert len(values) > 10
