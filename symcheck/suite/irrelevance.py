"""What of the smallest example does not matter: with other values in its place the property fails as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symcheck.strategies.problem import Problem
from symcheck.types import Array


@dataclass(frozen=True)
class Irrelevant:
    """What may be anything.

    Attributes:
        names: the arrays, X, Y, W1, b1, ..., each with the others as they are.
        whole: whether they are all there are, and may be anything together.
    """

    names: tuple[str, ...] = ()
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.names)


#: With so many other values a property has to fail, one after the other.
DRAWS = 4


def irrelevant(
    arguments: Mapping[str, Any],
    fails: Callable[[Mapping[str, Any]], bool],
    weights: bool,
    biases: bool,
    rng: np.random.Generator,
) -> Irrelevant:
    """The arrays that do not matter.

    Args:
        arguments: of the property, of which one has to be a problem.
        fails: whether the property fails with other arguments.
        weights: whether weights may be any; where a property draws them in a form of their own they are left as they are.
        biases: whether the layers have any.
    """
    found = [(name, value) for name, value in arguments.items() if isinstance(value, Problem)]
    if len(found) != 1:
        return Irrelevant()
    name, case = found[0]
    if not fails(arguments):
        # It does not repeat, so that nothing is seen by what it does with other values.
        return Irrelevant()
    parts = ["X", "Y"]
    if weights:
        layers = range(1, len(case.params) + 1)
        parts += [f"{part}{layer}" for layer in layers for part in ("Wb" if biases else "W")]
    names = tuple(part for part in parts if _always_fails((part,), arguments, name, fails, rng))
    whole = weights and len(names) == len(parts) and _always_fails(names, arguments, name, fails, rng)
    return Irrelevant(names, whole)


def _always_fails(
    parts: Sequence[str],
    arguments: Mapping[str, Any],
    name: str,
    fails: Callable[[Mapping[str, Any]], bool],
    rng: np.random.Generator,
) -> bool:
    """Whether the property fails whatever is drawn in the place of these arrays at once."""

    def drawn() -> Problem:
        case: Problem = arguments[name]
        for part in parts:
            case = _redrawn(case, part, rng)
        return case

    return all(fails({**arguments, name: drawn()}) for _ in range(DRAWS))


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
