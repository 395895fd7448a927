"""Why constant initialization needs each of its hypotheses."""

from __future__ import annotations

import numpy as np

from symcheck.proof.necessity import integers, network, separation, smallest
from symcheck.proof.theorem import Necessity

_APART = "after training on it the two hidden units differ"


def weights() -> Necessity:
    """One column of the second layer is changed: rows are still equal, and the units start equal."""

    def measure(u: int, v: int, x: int, y: int) -> float:
        return separation(network(([[1], [1]], [0, 0]), ([[u, v]], [0])), [[x]], [[y]], "tanh")

    def words(u: int, v: int, x: int, y: int) -> str:
        return f"tanh, W_1 = [[1], [1]], W_2 = [[{u}, {v}]], zero biases, x = {x}, y = {y}, rate 0.5"

    return smallest("constant-weights", integers(4), measure, words, _APART)


def biases() -> Necessity:
    """The weights are constant, the biases are not."""

    def measure(p: int, q: int, x: int, y: int) -> float:
        params = network(([[1], [1]], [p, q]), ([[1, 1]], [0]))
        return separation(params, [[x]], [[y]], "tanh", tied_at_start=False)

    def words(p: int, q: int, x: int, y: int) -> str:
        return f"tanh, all weights 1, b_1 = [{p}, {q}], b_2 = [0], x = {x}, y = {y}, rate 0.5"

    return smallest("constant-biases", integers(4), measure, words, "the two hidden units differ")


def rate() -> Necessity:
    """Everything starts equal, and one unit learns faster."""

    def measure(p: int, q: int, x: int, y: int) -> float:
        rates = [(np.array([[p], [q]], dtype=float), 0.5), (0.5, 0.5)]
        return separation(network(([[1], [1]], [0, 0]), ([[1, 1]], [0])), [[x]], [[y]], "tanh", rates)

    def words(p: int, q: int, x: int, y: int) -> str:
        return f"tanh, all weights 1, zero biases, x = {x}, y = {y}, learning rates of the rows of W_1: {p} and {q}"

    return smallest("shared-rate", integers(4, 0, 2), measure, words, _APART)


CONSTANT = {"constant-weights": weights, "constant-biases": biases, "shared-rate": rate}
