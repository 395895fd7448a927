"""Worlds with a unit that is dead by sign: what is not negative is a small square, so that its sign is that of the integers.

The field has no order. But sums of products of small integers do not reach half of it, so a number of the lower half can
stand for one that is not negative, and a function can be 0 where its argument is at most 0 without being 0 everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings.equations import Make
from symcheck.proof.text.theory import Theory

Array = Callable[..., int]
#: The squares of smaller numbers than this are the numbers that are not negative.
_SMALL = 100


def dead(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """What makes these worlds, from those that the equations make."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        # In half of the worlds there is a hidden layer below that of the unit.
        made = basic(rng, assumed, max(reach, 2) if reach else 0)
        made.arrays |= {**_below(made, assumed), "W": _weights(made, assumed), "v": lambda: _square(made, "v")}
        made.functions |= _activations(made, assumed)
        return made

    return make


def _square(made: World, *key: Any) -> int:
    return (made.random(*key) % _SMALL) ** 2


def _below(made: World, assumed: frozenset[str]) -> dict[str, Array]:
    """Data, biases and learning rates, which are those of the class for the members of a class below the unit."""
    unit = tuple(made.sizes[name] for name in "uPq")
    tied, layer = "inputs" in assumed, unit[0]

    def data(t: int, s: int, block: int, member: int) -> int:
        place = (t, s, block) if tied and layer == 1 else (t, s, block, member)
        return _square(made, "x", *place) if "non-negative-inputs" in assumed else made.random("x", *place)

    def bias(t: int, l: int, block: int, member: int) -> int:
        if (l, block, member) == unit and "non-positive-bias" in assumed:
            return -_square(made, "b", t)
        return made.random("b", t, l, block) if tied and l == layer - 1 else made.random("b", t, l, block, member)

    def rate(t: int, l: int, block: int, member: int, below: int, input_: int) -> int:
        return made.random("rate", *_of_classes(tied, unit, t, l, block, member, below, input_))

    def bias_rate(t: int, l: int, block: int, member: int) -> int:
        return (
            made.random("rate_b", t, l, block)
            if tied and l == layer - 1
            else made.random("rate_b", t, l, block, member)
        )

    return {"x": data, "b": bias, "rate": rate, "rate_b": bias_rate}


def _of_classes(tied: bool, unit: tuple[int, ...], *place: int) -> tuple[int, ...]:
    """The place of a weight, without the member of the class below the unit where that does not matter.

    Into that class and out of it the weights are those of the class; but those into the unit itself may be any.
    """
    t, l, block, member, below, input_ = place
    if tied and l == unit[0] - 1:
        return t, l, block, 0, below, input_
    if tied and l == unit[0] and (l, block, member) != unit:
        return t, l, block, member, below, 0
    return place


def _weights(made: World, assumed: frozenset[str]) -> Array:
    unit = tuple(made.sizes[name] for name in "uPq")
    members = made.arrays["m"]

    def weight(t: int, l: int, block: int, member: int, below: int, input_: int) -> int:
        last = members(l - 1, below)
        if (l, block, member) == unit and input_ == last and "non-positive-sums" in assumed:
            others = sum(weight(t, l, block, member, below, c) for c in range(1, last))
            return -_square(made, "sum", t, below) - others
        return made.random("W", *_of_classes("inputs" in assumed, unit, t, l, block, member, below, input_))

    return weight


def _activations(made: World, assumed: frozenset[str]) -> dict[str, Array]:
    layer = made.sizes["u"]

    def activation(l: int, value: int) -> int:
        if l == layer and "relu" in assumed and not _positive(value):
            return 0
        if l < layer and "non-negative-activations" in assumed:
            return _square(made, "sigma", l, value)
        return made.random("sigma", l, value)

    def slope(l: int, value: int) -> int:
        return (
            0 if l == layer and "slope-of-relu" in assumed and not _positive(value) else made.random("sigma'", l, value)
        )

    return {"sigma": activation, "sigma'": slope}


def _positive(value: int) -> bool:
    return 0 < value % P <= P // 2
