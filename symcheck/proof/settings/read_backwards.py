"""Worlds of one layer that is read backwards: inputs that span, units that are tied, activations that can be undone.

Tied units have different weights wherever what is assumed allows it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings.equations import Make
from symcheck.proof.text.theory import Theory

#: An odd number prime to P - 1: as an exponent it takes no value twice.
_EXPONENT = 17


def read_backwards(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Makes the worlds; the options are the array that tells units apart and, if there are, what it is multiplied by and what undoes that.

    Raises:
        ValueError: there is no such option.
    """
    if not options:
        raise ValueError("the world read-backwards needs the array that tells units apart")
    own, *scale = options

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        made = basic(rng, assumed, reach)
        if "spanning-inputs" in assumed:
            made.sizes["N"] = max(made.sizes["N"], made.sizes["n"])
        layer = _Layer(made, assumed)
        made.arrays.update({"x": layer.input, "A": layer.combination, "b": layer.bias, own: layer.weight})
        if scale:
            made.arrays.update({scale[0]: layer.scale, scale[1]: layer.reciprocal, own: layer.multiple})
        made.functions.update(_functions(made, assumed))
        return made

    return make


class _Layer:
    """The arrays of a layer, as functions of their indices."""

    def __init__(self, made: World, assumed: frozenset[str]) -> None:
        self.made, self.assumed = made, assumed
        self.tied = bool(assumed & {"tied", "tied-on-opposites"})
        self._inverse: list[list[int]] = []

    def input(self, s: int, j: int) -> int:
        """Independent samples, as many as there are inputs, and then these again; all in one direction where they do not span."""
        if "spanning-inputs" not in self.assumed:
            return self.made.random("sample", s) * self.made.random("direction", j)
        return self.made.random("x", (s - 1) % self.made.sizes["n"] + 1, j)

    def combination(self, j: int, s: int) -> int:
        """The inverse of the matrix of the independent samples."""
        size = self.made.sizes["n"]
        if "spanning-inputs" not in self.assumed:
            return self.made.random("A", j, s)
        if not self._inverse:
            self._inverse = inverse([[self.input(row, k) for k in range(1, size + 1)] for row in range(1, size + 1)])
        if not (1 <= j <= size and 1 <= s <= size):
            return 0 if s > size else self.made.random("A", j, s)  # a wrong step may ask for what is not there
        return self._inverse[j - 1][s - 1]

    def weight(self, i: int, j: int) -> int:
        """Random; for the second of two tied units that of the first, with a change that does not show."""
        first, second = self.made.sizes["first"], self.made.sizes["second"]
        if not self.tied or i != second or first == second:
            return self.made.random("weight", i, j)
        return self.made.random("weight", first, j) + self._change(j)

    def _change(self, j: int) -> int:
        if "spanning-inputs" not in self.assumed:
            # A change across the only direction of the inputs does not show.
            return self._across(j)
        # A change that adds the same to every sample, for which the bias makes up.
        return self._shift() * sum(self.combination(j, s) for s in range(1, self.made.sizes["n"] + 1))

    def _across(self, j: int) -> int:
        if self.made.sizes["n"] == 1 or j > 2:
            return 0
        return self.made.random("direction", 3 - j) * (1 if j == 1 else -1)

    def _shift(self) -> int:
        # With a bias to make up for it, and no opposite inputs, where it would come with the other sign.
        free = not self.assumed & {"zero-biases", "tied-on-opposites"}
        return self.made.random("shift of the bias") if free else 0

    def bias(self, i: int) -> int:
        """0 or random; that of the second of two tied units makes up for its weights."""
        if "zero-biases" in self.assumed:
            return 0
        first, second = self.made.sizes["first"], self.made.sizes["second"]
        if not self.tied or i != second or first == second:
            return self.made.random("bias", i)
        return self.made.random("bias", first) - (self._shift() if "spanning-inputs" in self.assumed else 0)

    def scale(self, j: int) -> int:
        """What all units multiply an input by; the first one is 0 where tied units could not differ otherwise."""
        alike = "spanning-inputs" in self.assumed and not self._shift()
        return 0 if j == 1 and alike and "nonzero-weights" not in self.assumed else self.made.random("scale", j)

    def reciprocal(self, j: int) -> int:
        """What undoes that, if anything does."""
        return pow(self.scale(j), -1, P) if self.scale(j) else self.made.random("reciprocal", j)

    def multiple(self, i: int, j: int) -> int:
        """What a unit multiplies that by, to give its weight; anything where it is multiplied by 0."""
        if not self.scale(j):
            return self.made.random("multiple", i)
        return self.weight(i, j) * pow(self.scale(j), -1, P)


def inverse(matrix: list[list[int]]) -> list[list[int]]:
    """The inverse of a matrix over the field.

    Raises:
        ValueError: it has none.
    """
    size = len(matrix)
    rows = [[*row, *(int(i == k) for k in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column] % P), None)
        if pivot is None:
            raise ValueError("the matrix has no inverse")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        factor = pow(rows[column][column], -1, P)
        rows[column] = [factor * v % P for v in rows[column]]
        for other in set(range(size)) - {column}:
            factor = rows[other][column]
            rows[other] = [(v - factor * w) % P for v, w in zip(rows[other], rows[column], strict=True)]
    return [row[size:] for row in rows]


def _functions(made: World, assumed: frozenset[str]) -> dict[str, Callable[..., int]]:
    """An activation that can be undone, or one of which v and -v together tell v."""
    scale, shift = made.random("scale of sigma"), made.random("shift of sigma")
    root = pow(_EXPONENT, -1, P - 1)

    def power(value: int) -> int:
        return scale * pow(value, _EXPONENT, P) + shift

    def undone(value: int) -> int:
        return pow((value - shift) * pow(scale, -1, P) % P, root, P)

    def half(value: int) -> int:
        return value * pow(2, -1, P) + made.random("even", min(value, P - value))

    if "injective" in assumed:
        return {"sigma": power, "tau": undone, "rho": lambda one, other: undone(one)}
    return {"sigma": half, "rho": lambda one, other: one - other} if "both-sides" in assumed else {}
