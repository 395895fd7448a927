"""The theorems about variance: accepted; every changed step rejected; every hypothesis needed; each judge needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sympy
from sympy import Indexed, Sum

from symcheck.proof import theorem
from symcheck.proof.kernel import Checked
from symcheck.proof.rules import RULES
from symcheck.proof.terms import Partial, same
from symcheck.proof.variance import ENTRIES

PROVED = {name: theorem.prove(ENTRIES, name) for name in ENTRIES}
STEPS = [
    pytest.param(c, id=f"{name}-{c.lemma}-{c.part or 'lemma'}-{n}")
    for name, proved in PROVED.items()
    for n, c in enumerate(proved.steps)
    if c.step is not None
]
HYPOTHESES = [
    pytest.param(name, h, id=f"{name}-{h.name}") for name, entry in ENTRIES.items() for h in entry.proof().hypotheses
]


def changed(e: Any) -> Iterator[Any]:
    """The expression with one thing wrong: a sign, a factor, a term, an index, a power, an end of a range."""
    yield -e
    yield from _inside(e)


def _inside(e: Any) -> Iterator[Any]:
    if e.is_Mul or e.is_Add:
        for n in range(len(e.args)):
            rest = [*e.args[:n], *e.args[n + 1 :]]
            yield e.func(*rest)
            if e.is_Add:
                yield e.func(-e.args[n], *rest)
            for other in _inside(e.args[n]):
                yield e.func(other, *rest)
    elif e.is_Pow and e.exp.is_Integer:
        yield sympy.Pow(e.base, e.exp + 1)
        for other in _inside(e.base):
            yield sympy.Pow(other, e.exp)
    elif isinstance(e, Indexed):
        indices = list(e.indices)
        for n, index in enumerate(indices):
            yield Indexed(e.base, *indices[:n], index + 1, *indices[n + 1 :])
            for m in range(n):
                swapped = list(indices)
                swapped[n], swapped[m] = indices[m], indices[n]
                yield Indexed(e.base, *swapped)
    elif isinstance(e, Sum):
        *inner, (symbol, low, high) = e.limits
        yield Sum(e.function, *inner, (symbol, low, high - 1))
        for other in _inside(e.function):
            yield Sum(other, *e.limits)
    elif isinstance(e, sympy.Integral):
        for other in _inside(e.function):
            yield sympy.Integral(other, *e.limits)
    elif isinstance(e, sympy.Function):
        for n, argument in enumerate(e.args):
            for other in _inside(argument) if n + 1 == len(e.args) and not isinstance(e, Partial) else ():
                yield e.func(*e.args[:n], other)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_variance_theorem_is_accepted(name: str) -> None:
    proved = PROVED[name]
    assert proved.accepted, [(c.lemma, c.claim, c.verdict.why) for c in proved.steps if not c.accepted]
    assert all(c.accepted and c.reason for c in proved.steps)


@pytest.mark.parametrize("checked", STEPS)
def test_a_changed_side_is_rejected(checked: Checked) -> None:
    step, judge = checked.step, checked.judge
    assert step is not None
    assert judge is not None
    assert judge(step).accepted
    tried = 0
    for side in ("left", "right"):
        original = getattr(step, side)
        for other in changed(original):
            if same(other, original):
                continue
            tried += 1
            assert not judge(replace(step, **{side: other})).accepted, (side, other)
    assert tried >= 2


@pytest.mark.parametrize("checked", STEPS)
def test_a_wrong_rule_is_rejected(checked: Checked) -> None:
    assert checked.step is not None
    assert checked.judge is not None
    for rule in {*RULES, "nonsense", ""} - {checked.rule}:
        assert not checked.judge(replace(checked.step, rule=rule)).accepted, rule
