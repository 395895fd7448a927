"""Networks built to be hard: planted equitable partitions with small faults that a hasty rule overlooks.

Each network starts from a random equitable partition whose blocks are not constant. Then come faults that keep
some of the sums and spoil others: one entry, a pair of entries in a row or in a column, a column shifted as a
softmax head cannot see, copies of a unit with one or both sides negated, units and layers set to zero. Weights
are multiples of 1/4 of small size, as float64, so that sums cancel often.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.exact.zoo import ACTIVATIONS, BIASES, equitable_block
from symcheck.network import HEADS, Network

Floats = NDArray[np.float64]
Layers = list[Floats]


def planted_network(
    rng: Generator,
    *,
    activations: Sequence[str] = ACTIVATIONS,
    biases: Sequence[str] = BIASES,
    heads: Sequence[str] = HEADS,
    min_depth: int = 2,
    max_depth: int = 6,
    max_width: int = 8,
    max_faults: int = 3,
) -> Network:
    """One network; each option lists what to draw from.

    Inputs and outputs number 1 to 4, hidden units 1 to `max_width` a layer; 0 to `max_faults` faults of
    :data:`FAULTS` follow the planted partition.
    """
    depth = int(rng.integers(min_depth, max_depth + 1))
    hidden = [int(n) for n in rng.integers(1, max_width + 1, depth - 1)]
    sizes = [int(rng.integers(1, 5)), *hidden, int(rng.integers(1, 5))]
    labels = [rng.integers(0, min(n, int(rng.integers(1, 4))), n) for n in sizes]
    labels[0], labels[-1] = np.arange(sizes[0]), np.arange(sizes[-1])
    weights = [equitable(rng, high, low) for low, high in pairwise(labels)]
    vectors = [_entries(rng, int(high.max()) + 1)[high] for high in labels[1:]]
    style = str(rng.choice(biases))
    if style == "zero":
        vectors = [np.zeros(len(b)) for b in vectors]
    elif style == "random":
        vectors = [_entries(rng, len(b)) for b in vectors]
    for matrix in weights:
        if rng.random() < 0.12:
            matrix[:] = 0
    names = list(FAULTS)
    for _ in range(rng.integers(0, max_faults + 1)):
        FAULTS[str(rng.choice(names))](rng, weights, vectors)
    if rng.random() < 0.4:
        _flip(rng, weights, vectors)
    absent = rng.random(depth) < {"none": 1.0, "mixed": 0.4}.get(style, 0.0)
    kinds = rng.choice(activations, depth - 1 if rng.random() < 0.2 else 1)
    return Network(
        weights,
        [None if gone else b for gone, b in zip(absent, vectors, strict=True)],
        [str(k) for k in np.resize(kinds, depth - 1)],
        str(rng.choice(heads)),
    )


def equitable(rng: Generator, high: NDArray[np.integer], low: NDArray[np.integer]) -> Floats:
    """A matrix with constant row sums and column sums in each block of two partitions, given as labels."""
    matrix = np.zeros((len(high), len(low)))
    for i in np.unique(high):
        for j in np.unique(low):
            rows, columns = np.flatnonzero(high == i), np.flatnonzero(low == j)
            matrix[np.ix_(rows, columns)] = equitable_block(rng, len(rows), len(columns))
    return matrix


def one_entry(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Change one weight."""
    matrix = _any(rng, weights)
    matrix[_place(rng, matrix)] += _value(rng)


def pair_in_a_row(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Change two weights of a row by opposite amounts: its sum stays."""
    _opposite_pair(rng, _any(rng, weights))


def pair_in_a_column(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Change two weights of a column by opposite amounts: its sum stays."""
    _opposite_pair(rng, _any(rng, weights).T)


def shifted_column(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Add a constant to one column of the last layer, which a softmax head does not see."""
    weights[-1][:, rng.integers(weights[-1].shape[1])] += _value(rng)


def one_bias(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Change one bias."""
    vector = _any(rng, biases)
    vector[rng.integers(len(vector))] += _value(rng)


def copied_unit(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Make one hidden unit a copy of another, with the sign of its weights changed on either side, or both."""
    layer = int(rng.integers(len(weights) - 1))
    i, k = rng.integers(len(weights[layer]), size=2)
    incoming, outgoing = rng.choice([1.0, -1.0], 2)
    weights[layer][k], biases[layer][k] = incoming * weights[layer][i], incoming * biases[layer][i]
    weights[layer + 1][:, k] = outgoing * weights[layer + 1][:, i]


def silenced_unit(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Set what goes into a hidden unit, or out of it, or both, to zero."""
    layer = int(rng.integers(len(weights) - 1))
    unit, side = rng.integers(len(weights[layer])), rng.integers(3)
    if side != 1:
        weights[layer][unit], biases[layer][unit] = 0, 0
    if side != 0:
        weights[layer + 1][:, unit] = 0


def silenced_layer(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Set a layer's weights, and half the time its biases, to zero."""
    layer = int(rng.integers(len(weights)))
    weights[layer][:] = 0
    if rng.random() < 0.5:
        biases[layer][:] = 0


#: What is changed after planting, by name; each takes (rng, weights, biases) and writes to them.
FAULTS: dict[str, Callable[[Generator, Layers, Layers], None]] = {
    fault.__name__: fault
    for fault in (
        one_entry,
        pair_in_a_row,
        pair_in_a_column,
        shifted_column,
        one_bias,
        copied_unit,
        silenced_unit,
        silenced_layer,
    )
}


def _flip(rng: Generator, weights: Layers, biases: Layers) -> None:
    """Change the sign of some hidden units' weights on both sides: an odd activation does not notice."""
    for layer in range(len(weights) - 1):
        signs = rng.choice([-1.0, 1.0], len(weights[layer]))
        weights[layer] *= signs[:, None]
        weights[layer + 1] *= signs
        biases[layer] *= signs


def _opposite_pair(rng: Generator, matrix: Floats) -> None:
    (i, j), k, amount = _place(rng, matrix), rng.integers(matrix.shape[1]), _value(rng)
    matrix[i, j] += amount
    matrix[i, k] -= amount


def _place(rng: Generator, matrix: Floats) -> tuple[int, int]:
    return int(rng.integers(matrix.shape[0])), int(rng.integers(matrix.shape[1]))


def _any(rng: Generator, arrays: Layers) -> Floats:
    return arrays[rng.integers(len(arrays))]


def _entries(rng: Generator, count: int) -> Floats:
    return np.asarray(rng.integers(-8, 9, count) / 4)


def _value(rng: Generator) -> float:
    return float(rng.integers(1, 5) * rng.choice([-1, 1])) / 4
