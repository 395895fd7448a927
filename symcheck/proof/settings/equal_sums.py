"""Worlds in which sums of entries have the values that hypotheses give them: one entry of each sum makes up the difference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.defined import Index
from symcheck.proof.kernel.evaluate import Evaluator, World
from symcheck.proof.kernel.terms import Fact, Term, instantiate, open_
from symcheck.proof.settings.equations import Make
from symcheck.proof.text.theory import Theory


def equal_sums(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Makes the worlds of hypotheses ``sum(j) x[j] = ...`` that have no variables of their own."""
    facts = {f.name: f for h in theory.hypotheses for f in h.facts if f.left.op == "sum" and not f.ranges}

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        made = basic(rng, assumed, reach)
        for name in sorted(assumed & set(facts)):
            _close(made, facts[name], made.evaluation(tuple(theory.definitions.values())))
        return made

    return make


def _close(made: World, fact: Fact, evaluation: Evaluator) -> None:
    """Give the last entry of the sum on the left what is missing, unless both sides are the same sum."""
    last = _last(fact.left)
    place = tuple(evaluation.integer(i, {}) for i in last.args)
    missing = evaluation.number(fact.right, {}) - evaluation.number(fact.left, {})
    value, before = made.entry(last.head, place) + missing, made.arrays.get(last.head)
    made.arrays[last.head] = _changed(last.head, place, value % P, before or _random(made, last.head))


def _last(sum_: Term) -> Term:
    name, body = open_(sum_)
    if body.op != "entry":
        raise ValueError("the terms of a sum that is given a value are entries of an array")
    return instantiate(body, {name: sum_.args[1]})


def _random(made: World, array: str) -> Callable[..., int]:
    return lambda *place: made.random(array, *place)


def _changed(array: str, where: Index, value: int, otherwise: Callable[..., int]) -> Callable[..., int]:
    return lambda *place: value if place == where else otherwise(*place)
