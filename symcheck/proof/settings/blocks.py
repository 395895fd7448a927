"""Worlds of networks in blocks: random partitions and weights, which are equitable only where that is assumed.

That the sums of a block of weights are equal is no equation between entries, so such weights are constructed: random ones, of
which rows and columns are shifted until their sums are those of the block.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.odd import even, odd, signs
from symcheck.proof.text.theory import Theory


def blocks(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """What makes these worlds, from those that the equations make."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        made = basic(rng, assumed, reach)
        if "e" in theory.arrays:
            made.arrays["e"] = signs(made, "e")
            if assumed & {"odd-activation", "even-slope", "forward"}:
                made.functions.update({"sigma": odd(made, "sigma", 1), "sigma'": even(made, "sigma'", 1)})
        made.arrays.update(_weights(made, assumed))
        made.arrays.update(_shared(made, assumed, "F" in theory.arrays))
        return made

    return make


def _signed(made: World) -> Callable[..., int]:
    """The sign of a unit, 1 in worlds that have none."""
    return made.arrays.get("e", lambda *unit: 1)


def _shared(made: World, assumed: frozenset[str], own_loss: bool) -> dict[str, Callable[..., int]]:
    sign, depth, members = _signed(made), made.sizes["L"], made.arrays["m"]

    def data(t: int, s: int, block: int, member: int) -> int:
        if assumed & {"inputs", "forward"}:
            return made.entry("X", (t, s, block)) * sign(0, block, member)
        return made.random("x", t, s, block, member)

    def slope(t: int, s: int, block: int, member: int) -> int:
        if assumed & {"outputs", "backward"}:
            if own_loss:
                return made.entry("slopes of F", (t, s, block)) * pow(members(depth, block), -1, P)
            return made.entry("D", (t, depth, s, block)) * sign(depth, block, member)
        return made.random("slopes of E", t, s, block, member)

    return {"x": data, "slopes of E": slope}


def _weights(made: World, assumed: frozenset[str]) -> dict[str, Callable[..., int]]:
    sign, members = _signed(made), made.arrays["m"]
    equal_rows, equal_columns = bool(assumed & {"row-sums", "rows"}), bool(assumed & {"column-sums", "columns"})

    def column_sum(t: int, layer: int, block: int, below: int) -> int:
        # All entries of a block of weights have one sum, by rows and by columns.
        ratio = members(layer, block) * pow(members(layer - 1, below), -1, P)
        return made.random("R", t, layer, block, below) * ratio

    def weight(t: int, layer: int, block: int, member: int, below: int, input_: int) -> int:
        rows, columns = members(layer, block), members(layer - 1, below)

        def entry(row: int, column: int) -> int:
            return made.random("W", t, layer, block, row, below, column)

        every_row, every_column = range(1, rows + 1), range(1, columns + 1)
        row_sum = made.random("R", t, layer, block, below)
        row = sum(entry(member, j) for j in every_column)
        column = sum(entry(i, input_) for i in every_row)
        value = entry(member, input_)
        if equal_rows:
            value += (row_sum - row) * pow(columns, -1, P)
        if equal_columns:
            value += (column_sum(t, layer, block, below) - column) * pow(rows, -1, P)
        if equal_rows and equal_columns:
            both = sum(entry(i, j) for i in every_row for j in every_column)
            value += both * pow(rows * columns, -1, P) - row_sum * pow(columns, -1, P)
        return value * sign(layer, block, member) * sign(layer - 1, below, input_)

    return {"W": weight, "C": column_sum}
