"""Why the theorems on networks need each of their hypotheses: in each case all others hold, and tied units separate."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.proof.necessity import (
    Found,
    integers,
    movement,
    params_from,
    rectified_descent,
    separation,
    separation_after,
    smallest,
    with_memory,
)
from symcheck.reference import optimizer

_APART = "the two hidden units, one block, differ"
_TRAINED = "the two hidden units, one block, are equal at first and differ after training"
_SIGNED = "the two hidden units, of opposite signs, are not each other's negative"
_SIGNED_TRAINED = "the two hidden units are each other's negative at first, and no longer after training"


def row_rates(p: int, q: int) -> list[Any]:
    return [(np.array([[p], [q]], dtype=float), 0.5), (0.5, 0.5)]


def _equal_units(
    x: Any, y: Any, rows: Any = ((1,), (1,)), above: Any = ((1, 1),), biases: Any = (0, 0), **how: Any
) -> float:
    """How far two hidden units, with these weights into and out of them, move apart in training on one sample."""
    return separation(params_from((rows, biases), (above, [0] * len(above))), [x], [y], **how)


def _opposite_units(x: Any, y: Any, rows: Any = ((1,), (-1,)), above: Any = ((1, -1),), **how: Any) -> float:
    """How far two hidden units of opposite signs get from being each other's negative."""
    return _equal_units(x, y, rows, above, signs=_OPPOSITE, **how)


_OPPOSITE = (1, -1)
_PLAIN = (([[1], [1]], [0, 0]), ([[1, 1]], [0]))
_LATER = "after training on it the two hidden units differ"

CONSTANT: dict[str, Found] = {
    "constant-weights": smallest(
        _LATER, 4,
        # One column of the second layer is changed: rows are still equal, and the units start equal.
        lambda u, v, x, y: _equal_units([x], [y], above=[[u, v]]),
        "tanh, W_1 = [[1], [1]], W_2 = [[{}, {}]], zero biases, x = {}, y = {}, rate 0.5",
    ),
    "constant-biases": smallest(
        "the two hidden units differ", 4, lambda p, q, x, y: _equal_units([x], [y], biases=[p, q], tied_at_start=False),
        "tanh, all weights 1, b_1 = [{}, {}], b_2 = [0], x = {}, y = {}, rate 0.5",
    ),
    "shared-rate": smallest(
        _LATER, integers(4, 0, 2), lambda p, q, x, y: _equal_units([x], [y], rates=row_rates(p, q)),
        "tanh, all weights 1, zero biases, x = {2}, y = {3}, learning rates of the rows of W_1: {0} and {1}",
    ),
}

#: Blocks without signs; the hidden units are one block.
EQUITABLE: dict[str, Found] = {
    "row-sums": smallest(
        _APART, 4, lambda p, q, x, y: _equal_units([x], [y], rows=[[p], [q]], tied_at_start=False),
        "tanh, W_1 = [[{}], [{}]], W_2 = [[1, 1]], zero biases, x = {}, y = {}, rate 0.5",
    ),
    "column-sums": smallest(
        _TRAINED, 4, lambda u, v, x, y: _equal_units([x], [y], above=[[u, v]]),
        "tanh, W_1 = [[1], [1]], W_2 = [[{}, {}]], zero biases, x = {}, y = {}, rate 0.5",
    ),
    "equal-biases": smallest(
        _APART, 4, lambda p, q, x, y: _equal_units([x], [y], biases=[p, q], tied_at_start=False),
        "tanh, all weights 1, b_1 = [{}, {}], b_2 = [0], x = {}, y = {}, rate 0.5",
    ),
    "inputs": smallest(
        _APART, 4, lambda u, v, x, y: _equal_units([x, y], [0], rows=[[u, v], [v, u]], tied_at_start=False),
        "tanh, W_1 = [[{0}, {1}], [{1}, {0}]], W_2 = [[1, 1]], zero biases, both inputs one block, x = ({2}, {3}), y = 0",
    ),
    "outputs": smallest(
        _TRAINED, 5, lambda u, v, x, p, q: _equal_units([x], [p, q], above=[[u, v], [v, u]]),
        "tanh, W_1 = [[1], [1]], W_2 = [[{0}, {1}], [{1}, {0}]], zero biases, both outputs one block, x = {2}, "
        "y = ({3}, {4}), rate 0.5",
    ),
    "shared-rate": smallest(
        _TRAINED, 4, lambda p, q, x, y: _equal_units([x], [y], rates=row_rates(p, q)),
        "tanh, all weights 1, zero biases, learning rates of the rows of W_1: {} and {}, x = {}, y = {}",
    ),
}

OPTIMIZERS: dict[str, Found] = {
    **{name: found for name, found in EQUITABLE.items() if name != "shared-rate"},
    "entrywise-rule": smallest(
        _TRAINED, 4,
        lambda p, q, x, y: _equal_units(
            [x] * 3, [y], rows=[[p, q, -p - q], [-p, -q, p + q]], rule=optimizer("sgd", l1=0.5)
        ),
        "tanh, W_1 has the rows (p, q, -p - q) and its negative, p = {}, q = {}: equal sums, W_2 = [[1, 1]], zero biases, "
        "three equal inputs x = {}, y = {}; gradient descent with an L1 penalty, which depends on the sign of each weight",
    ),
    "equal-memory": smallest(
        _TRAINED, 4,
        lambda p, q, x, y: separation_after(with_memory(params_from(*_PLAIN), [[x]], [[y]], [[p], [q]]), [[x]]),
        "tanh, all weights 1, zero biases, momentum whose velocity in W_1 starts at [[{}], [{}]], x = {}, y = {}",
    ),
}

SIGNS: dict[str, Found] = {
    "row-sums": smallest(
        _SIGNED, 4, lambda p, q, x, y: _opposite_units([x], [y], rows=[[p], [q]], tied_at_start=False),
        "tanh, W_1 = [[{}], [{}]], W_2 = [[1, -1]], zero biases, x = {}, y = {}, rate 0.5",
    ),
    "column-sums": smallest(
        _SIGNED_TRAINED, 4, lambda u, v, x, y: _opposite_units([x], [y], above=[[u, v]]),
        "tanh, W_1 = [[1], [-1]], W_2 = [[{}, {}]], zero biases, x = {}, y = {}, rate 0.5",
    ),
    "equal-biases": smallest(
        _SIGNED, 4, lambda p, q, x, y: _opposite_units([x], [y], biases=[p, q], tied_at_start=False),
        "tanh, W_1 = [[1], [-1]], W_2 = [[1, -1]], b_1 = [{}, {}], b_2 = [0], x = {}, y = {}",
    ),
    "inputs": smallest(
        _SIGNED, 4, lambda u, v, x, y: _opposite_units([x, y], [0], rows=[[u, v], [-v, -u]], tied_at_start=False),
        "tanh, W_1 has the rows (u, v) and (-v, -u), u = {}, v = {}, W_2 = [[1, -1]], zero biases, both inputs one "
        "block, x = ({}, {}), y = 0",
    ),
    "outputs": smallest(
        _SIGNED_TRAINED, 5, lambda u, v, x, p, q: _opposite_units([x], [p, q], above=[[u, -v], [v, -u]]),
        "tanh, W_1 = [[1], [-1]], W_2 has the rows (u, -v) and (v, -u), u = {}, v = {}, zero biases, both outputs one "
        "block, x = {}, y = ({}, {}), rate 0.5",
    ),
    "shared-rate": smallest(
        _SIGNED_TRAINED, 4, lambda p, q, x, y: _opposite_units([x], [y], rates=row_rates(p, q)),
        "tanh, W_1 = [[1], [-1]], W_2 = [[1, -1]], zero biases, learning rates of the rows of W_1: {} and {}, x = {}, y = {}",
    ),
    "odd-activation": smallest(
        _SIGNED, 2, lambda x, y: _opposite_units([x], [y], activation="sigmoid", tied_at_start=False),
        "sigmoid, W_1 = [[1], [-1]], W_2 = [[1, -1]], zero biases, x = {}, y = {}",
    ),
}

_LEAVES = "training leaves theta_0 + V: two units whose weights move alike in V differ"

SUBSPACE: dict[str, Found] = {
    "gradient-in-V": smallest(
        _LEAVES, 4, lambda u, v, x, y: _equal_units([x], [y], above=[[u, v]]),
        "V: both rows of W_1 and both biases b_1 move alike, all else freely. tanh, W_1 = [[1], [1]], W_2 = [[{}, {}]], x = {}, y = {}",
    ),
    "one-rate": smallest(
        _LEAVES, 4, lambda p, q, x, y: _equal_units([x], [y], rates=row_rates(p, q)),
        "V: the weights of a layer move alike. tanh, all weights 1, learning rates of the rows of W_1: {} and {}, "
        "x = {}, y = {}",
    ),
    "gradient-in-classes": smallest(
        _LEAVES, 4, lambda u, v, x, y: _equal_units([x], [y], above=[[u, v]], rates=0.1, rule="adam"),
        "V: both rows of W_1 are one class, so are both biases b_1. tanh, W_1 = [[1], [1]], W_2 = [[{}, {}]], x = {}, y = {}, Adam",
    ),
    "odd-rule": smallest(
        "training leaves theta_0 + V: units of opposite signs are no longer each other's negative", 2,
        lambda x, y: separation_after(
            rectified_descent(params_from(([[1], [-1]], [0, 0]), ([[1, -1]], [0])), [[x]], [[y]]), [[x]], signs=_OPPOSITE
        ),
        "V: opposite weights move oppositely. tanh, W_1 = [[1], [-1]], W_2 = [[1, -1]], zero biases, x = {}, y = {}, a "
        "rule that follows positive gradients only",
    ),
    "same-rule": smallest(
        _LEAVES, 4, lambda p, q, x, y: _equal_units([x], [y], rates=row_rates(p, q), rule="momentum"),
        "V: the weights of a layer are one class. tanh, all weights 1, momentum with learning rates {} and {} for the rows "
        "of W_1, x = {}, y = {}",
    ),
    "same-memory": smallest(
        _LEAVES, 4,
        lambda p, q, x, y: separation_after(with_memory(params_from(*_PLAIN), [[x]], [[y]], [[p], [q]]), [[x]]),
        "V: the weights of a layer are one class. tanh, all weights 1, momentum whose velocity in W_1 starts at "
        "[[{}], [{}]], x = {}, y = {}",
    ),
}

_MOVES = "a weight moves"

ZERO: dict[str, Found] = {
    "zero-weights": smallest(
        _MOVES, 4, lambda u, v, x, y: movement(params_from(([[u]], [0]), ([[v]], [0])), [[x]], [[y]]),
        "tanh, W_1 = [[{}]], W_2 = [[{}]], zero biases, x = {}, y = {}, rate 0.5",
    ),
    "zero-biases": smallest(
        _MOVES, 3, lambda p, x, y: movement(params_from(([[0]], [p]), ([[0]], [0])), [[x]], [[y]]),
        "tanh, zero weights, b_1 = [{}], b_2 = [0], x = {}, y = {}, rate 0.5",
    ),
    "zero-at-zero": smallest(
        _MOVES, 2, lambda x, y: movement(params_from(([[0]], [0]), ([[0]], [0])), [[x]], [[y]], "sigmoid"),
        "sigmoid, all weights and biases 0, x = {}, y = {}, rate 0.5",
    ),
    "depth": smallest(
        _MOVES, 2, lambda x, y: movement(params_from(([[0]], [0])), [[x]], [[y]]),
        "no hidden layer, W_1 = [[0]], b_1 = [0], x = {}, y = {}, rate 0.5",
    ),
    "shared-rate": smallest(
        "the two hidden units are equal at first and differ after training", 4,
        lambda p, q, x, y: _equal_units(
            [x], [y], rows=[[0], [0]], above=[[0, 0]], activation="sigmoid",
            rates=[(0.5, 0.5), (np.array([[p, q]], dtype=float), 0.5)],
        ),
        "sigmoid, all weights and biases 0, learning rates of the columns of W_2: {} and {}, x = {}, y = {}",
    ),
}
