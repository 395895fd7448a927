"""What of the smallest example does not matter: with other values in its place the property fails as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from symcheck.strategies.problem import Problem
from symcheck.types import Array

#: With so many other values a property has to fail, one after the other.
DRAWS = 4


def irrelevant(
    arguments: Mapping[str, Any],
    fails: Callable[[Mapping[str, Any]], bool],
    weights: bool,
    biases: bool,
    rng: np.random.Generator,
) -> tuple[str, ...]:
    """The names of the arrays that do not matter: X, Y, W1, b1, ...

    Args:
        arguments: of the property, of which one has to be a problem.
        fails: whether the property fails with other arguments.
        weights: whether weights may be any; where a property draws them in a form of their own they are left as they are.
        biases: whether the layers have any.
    """
    found = [(name, value) for name, value in arguments.items() if isinstance(value, Problem)]
    if len(found) != 1:
        return ()
    name, case = found[0]
    if not fails(arguments):
        # It does not repeat, so that nothing is seen by what it does with other values.
        return ()
    parts = ["X", "Y"]
    if weights:
        layers = range(1, len(case.params) + 1)
        parts += [f"{part}{layer}" for layer in layers for part in ("Wb" if biases else "W")]
    return tuple(
        part for part in parts if all(fails({**arguments, name: _redrawn(case, part, rng)}) for _ in range(DRAWS))
    )


def _redrawn(case: Problem, part: str, rng: np.random.Generator) -> Problem:
    """The problem with one array drawn anew."""

    def drawn(old: Array) -> Array:
        return np.round(rng.standard_normal(old.shape), 2)

    if part == "X":
        return replace(case, X=drawn(case.X))
    if part == "Y":
        return replace(case, Y=drawn(case.Y))
    layer, params = int(part[1:]) - 1, list(case.params)
    W, b = params[layer]
    params[layer] = (drawn(W), b) if part[0] == "W" else (W, drawn(b))
    return replace(case, params=params)
