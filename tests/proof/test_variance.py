"""The theorems about variance: accepted, every changed step and every wrong rule rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sympy
from sympy import Indexed, Sum

from symcheck.proof import theorem
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.proofs import Checked, Lemma, Proof
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.terms import Partial, same
from symcheck.proof.library import VARIANCE as ENTRIES

PROVED = {name: theorem.proved(ENTRIES, name) for name in ENTRIES}
STEPS = [
    pytest.param(c, id=f"{name}-{c.lemma}-{c.part or 'lemma'}-{n}")
    for name, proved in PROVED.items()
    for n, c in enumerate(proved.steps)
    if c.step is not None
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
    elif e.is_Pow:
        yield sympy.Pow(e.base, e.exp + 1)
        for other in _inside(e.base):
            yield sympy.Pow(other, e.exp)
        for other in _inside(e.exp):
            yield sympy.Pow(e.base, other)
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
        ((symbol, low, high),) = e.limits
        if high.is_finite is not False:
            yield sympy.Integral(e.function, (symbol, low, high + 1))
        for other in _inside(e.function):
            yield sympy.Integral(other, *e.limits)
    elif isinstance(e, sympy.Limit):
        for other in _inside(e.args[0]):
            yield sympy.Limit(other, *e.args[1:])
    elif isinstance(e, sympy.Function):
        for n, argument in enumerate(e.args):
            for other in _inside(argument) if n + 1 == len(e.args) and not isinstance(e, Partial) else ():
                yield e.func(*e.args[:n], other)


def equal(one: Any, other: Any) -> bool:
    """Whether a change changes nothing: by algebra, or because both are limits and these are the same number."""
    return same(one, other) or (_limit(one) is not None and _limit(one) == _limit(other))


def _limit(e: Any) -> Any:
    """The exact value of a limit, if it is a number that sympy can find."""
    if not isinstance(e, sympy.Limit):
        return None
    try:
        value = e.doit()
    except NotImplementedError:
        return None
    return value if value.is_number else None


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
            if equal(other, original):
                continue
            tried += 1
            assert not judge(replace(step, **{side: other})).accepted, (side, other)
    assert tried >= 2


def test_limits_with_the_same_value_do_not_fit_into_the_proof() -> None:
    """A limit changed to another one of the same value is true alone: it is the proof that has to be rejected."""
    proof, tried = ENTRIES["scale-limit"].proof(), 0
    for checked in PROVED["scale-limit"].steps:
        step = checked.step
        assert step is not None
        for side, original in (("left", step.left), ("right", step.right)):
            for other in changed(original):
                if equal(other, original) and not same(other, original):
                    tried += 1
                    assert not check_proof(_put(proof, step, replace(step, **{side: other})))[0]
    assert tried


def _put(proof: Proof, old: Any, new: Any) -> Proof:
    """The proof with one step replaced."""
    lemmas = [part for part in proof.parts if isinstance(part, Lemma)]
    return replace(proof, parts=tuple(replace(p, steps=tuple(new if s is old else s for s in p.steps)) for p in lemmas))


@pytest.mark.parametrize("checked", STEPS)
def test_a_wrong_rule_is_rejected(checked: Checked) -> None:
    assert checked.step is not None
    assert checked.judge is not None
    for rule in {*RULES, "nonsense", ""} - {checked.rule}:
        assert not checked.judge(replace(checked.step, rule=rule)).accepted, rule
