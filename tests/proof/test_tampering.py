"""Every step of every proof, changed a little, is rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import sympy
from sympy import Indexed, Sum

from symcheck.proof.kernel import rules
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.proofs import Checked, Induction, Lemma, Proof
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.steps import Step
from symcheck.proof.kernel.terms import Partial, same
from symcheck.proof.library import ENTRIES, SYMMETRY

#: A step whose sides are 0 stays true when its sign changes: then it is the proof that has to be rejected.
TRUE_ALONE = 3


#: The rules that the theorems on symmetry have to choose from.
OWN_RULES = [name for name, rule in RULES.items() if rule.__module__ == rules.__name__]
INDUCTIVE = [name for name in SYMMETRY if any(isinstance(p, Induction) for p in SYMMETRY[name].proof().parts)]


@cache
def built(name: str) -> Proof:
    return ENTRIES[name].proof()


@cache
def checked_steps(name: str) -> tuple[bool, tuple[Checked, ...]]:
    accepted, steps = check_proof(built(name))
    return accepted, tuple(steps)


@cache
def own_steps(name: str) -> tuple[Checked, ...]:
    """The steps of a theorem that stand in none before it: many of them share backpropagation."""
    before: set[Any] = set()
    for other in SYMMETRY:
        found = {_key(c): c for c in checked_steps(other)[1] if c.step is not None and _key(c) not in before}
        if other == name:
            return tuple(found.values())
        before |= set(found)
    raise KeyError(name)


def _key(c: Checked) -> Any:
    assert c.step is not None
    return c.lemma, c.part, c.step.rule, c.step.left, c.step.right


def changed(e: Any) -> Iterator[Any]:
    """The expression with one thing wrong: a sign, a factor, a term, an index."""
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
    elif isinstance(e, Indexed):
        indices = list(e.indices)
        for n, index in enumerate(indices):
            yield Indexed(e.base, *indices[:n], index + 1, *indices[n + 1 :])
        if len(indices) > 1:
            yield Indexed(e.base, *indices[:-2], indices[-1], indices[-2])
    elif isinstance(e, Sum):
        *inner, (symbol, low, high) = e.limits
        yield Sum(e.function, *inner, (symbol, low, high - 1))
        for other in _inside(e.function):
            yield Sum(other, *e.limits)
    elif isinstance(e, sympy.Function):
        for n, argument in enumerate(e.args):
            for other in _inside(argument) if n + 1 == len(e.args) and not isinstance(e, Partial) else ():
                yield e.func(*e.args[:n], other)


def mutants(step: Step) -> Iterator[Step]:
    for side in ("left", "right"):
        original = getattr(step, side)
        for other in changed(original):
            if not same(other, original):
                yield replace(step, **{side: other})


def tampered(proof: Proof, wanted: Checked, step: Step) -> Proof:
    """The proof with one step replaced."""

    def of_lemma(lemma: Lemma) -> Lemma:
        if lemma.goal.name != wanted.lemma:
            return lemma
        return replace(lemma, steps=tuple(step if s == wanted.step else s for s in lemma.steps))

    def of_part(part: Lemma | Induction) -> Lemma | Induction:
        if isinstance(part, Lemma):
            return of_lemma(part)
        return replace(part, base=tuple(map(of_lemma, part.base)), step=tuple(map(of_lemma, part.step)))

    return replace(proof, parts=tuple(of_part(p) for p in proof.parts))


@pytest.mark.parametrize("name", SYMMETRY)
def test_every_theorem_is_accepted(name: str) -> None:
    accepted, steps = checked_steps(name)
    assert accepted, [(c.lemma, c.claim, c.verdict.why) for c in steps if not c.accepted]
    assert all(c.accepted and c.reason for c in steps)


@pytest.mark.parametrize("name", SYMMETRY)
def test_a_changed_side_is_rejected(name: str) -> None:
    tried, true_alone = 0, []
    for checked in own_steps(name):
        assert checked.step is not None
        assert checked.judge is not None
        assert checked.judge(checked.step).accepted, (checked.lemma, checked.claim)
        for mutant in mutants(checked.step):
            tried += 1
            if checked.judge(mutant).accepted:
                true_alone.append((checked, mutant))
    assert tried >= 2 * len(own_steps(name)) > 0
    # What is put for a zero may be changed and stay zero; such a step no longer fits to its neighbours.
    assert all(_has_zeros(checked) for checked, _ in true_alone), true_alone
    proof = built(name)
    for checked, mutant in true_alone[:: len(true_alone) // TRUE_ALONE + 1]:
        changed_proof = tampered(proof, checked, mutant)
        assert changed_proof != proof
        assert not check_proof(changed_proof)[0], (checked.lemma, mutant)


def _has_zeros(checked: Checked) -> bool:
    """Whether a side of the step is 0, or the step is about something that is 0."""
    step = checked.step
    assert step is not None
    sums = [s for side in (step.left, step.right) for s in side.atoms(Sum)]
    zero = sympy.Integer(0) in (step.left, step.right) or any(s.function == 0 for s in sums)
    return zero or any(word in step.uses for word in ("zero", "frozen", "start-of"))


@pytest.mark.parametrize("name", SYMMETRY)
def test_a_wrong_rule_is_rejected(name: str) -> None:
    for checked in own_steps(name):
        assert checked.step is not None
        assert checked.judge is not None
        for rule in {*OWN_RULES, "nonsense", ""} - {checked.rule}:
            assert not checked.judge(replace(checked.step, rule=rule)).accepted, (checked.lemma, checked.claim, rule)


@pytest.mark.parametrize("name", INDUCTIVE)
def test_a_missing_case_is_rejected(name: str) -> None:
    proof = built(name)
    for part in (p for p in proof.parts if isinstance(p, Induction)):
        for which in ("base", "step"):
            for number, claim in enumerate(part.claims):
                kept = {w: tuple(replace(lemma, steps=()) for lemma in getattr(part, w)) for w in ("base", "step")}
                kept[which] = (*kept[which][:number], *kept[which][number + 1 :])
                less = replace(part, **kept)
                accepted, steps = check_proof(replace(proof, parts=(less,)))
                assert not accepted
                missing = [c for c in steps if "is missing" in c.verdict.why]
                assert [c.verdict.why for c in missing] == [f"the {which} case of {claim.name} is missing"]
                assert not any(c.accepted for c in steps if c.part == "conclusion")
