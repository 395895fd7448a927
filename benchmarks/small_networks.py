"""Small networks with every kind of symmetry, drawn fast, to hold decision procedures against each other.

Layers are of independent kinds, or built around a planted equitable partition whose blocks are not constant. Then come
faults that keep some of the sums and spoil others, zeroed layers, and units of flipped sign. Weights are multiples of
1/4 of small size, as float64, so that sums cancel often. `small_network` takes any choices, so that it can also shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symcheck.network import HEADS, Network
from symcheck.strategies.architecture import sizes_of
from symcheck.strategies.choices import Choices, Floats, Integers
from symcheck.strategies.layers import BIAS_KINDS, independent_layers, tied_layers
from symcheck.strategies.weight import WEIGHT_KINDS, partition

Arrays = list[Floats]

#: One activation of each symmetry class, and the linear one.
ACTIVATIONS = ("any", "gelu", "relu", "tanh", "identity")


class Generated(Choices):
    """Choices by a numpy generator: multiples of 1/4, from -2 to 2 in arrays and from -1 to 1 alone."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.rng = rng

    def integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def integers(self, low: int, high: int, count: int) -> Integers:
        return self.rng.integers(low, high + 1, count)

    def numbers(self, *shape: int) -> Floats:
        return self.rng.integers(-8, 9, shape) / 4

    generic = numbers

    def number(self) -> float:
        return self.integer(-4, 4) / 4

    def order(self, count: int) -> Integers:
        return self.rng.permutation(count)


def random_network(rng: np.random.Generator, **options: Any) -> Network:
    """`small_network` by a numpy generator: half of independent layers, half planted."""
    return small_network(Generated(rng), **options)


def planted_network(rng: np.random.Generator, **options: Any) -> Network:
    """`small_network` by a numpy generator: all planted, wider and with more faults."""
    return small_network(Generated(rng), **{"planted": 1.0, "max_width": 8, "max_faults": 3, **options})


def small_network(
    c: Choices,
    *,
    planted: float = 0.5,
    activations: Sequence[str] = ACTIVATIONS,
    biases: Sequence[str] = BIAS_KINDS,
    heads: Sequence[str] = HEADS,
    min_depth: int = 2,
    max_depth: int = 6,
    max_width: int = 6,
    max_faults: int = 1,
) -> Network:
    """One network; each option lists what to draw from.

    Inputs and outputs number 1 to 4, hidden units 1 to `max_width` a layer. A share `planted` has an equitable
    partition, followed by 0 to `max_faults` of `FAULTS`. One in five has an activation of its own in each hidden layer.
    """
    sizes = sizes_of(c, (min_depth, max_depth), (1, 4), (1, max_width), (1, 4))
    if c.chance(planted):
        hidden = [partition(c, n, min(n, 3)) for n in sizes[1:-1]]
        weights, vectors = tied_layers(c, [np.arange(sizes[0]), *hidden, np.arange(sizes[-1])], biases)
        for matrix in weights:
            if c.chance(0.12):
                matrix[:] = 0
        faults = c.integer(0, max_faults)
    else:
        faults = 0
        weights, vectors = independent_layers(c, sizes, WEIGHT_KINDS, biases)
    # Faults and flips write to vectors; layers without one lose it again.
    written = [np.zeros(len(w)) if b is None else b for w, b in zip(weights, vectors, strict=True)]
    for _ in range(faults):
        FAULTS[c.one_of(list(FAULTS))](c, weights, written)
    if c.chance(0.4):
        _flip(c, weights, written)
    kept = [None if b is None else w for w, b in zip(written, vectors, strict=True)]
    one = c.one_of(activations)
    names = [c.one_of(activations) for _ in sizes[1:-1]] if c.chance(0.2) else [one] * (len(sizes) - 2)
    return Network(weights, kept, names, c.one_of(heads))


def one_entry(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Change one weight."""
    matrix = c.one_of(weights)
    matrix[_place(c, matrix)] += c.nonzero()


def pair_in_a_row(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Change two weights of a row by opposite amounts: its sum stays."""
    _opposite_pair(c, c.one_of(weights))


def pair_in_a_column(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Change two weights of a column by opposite amounts: its sum stays."""
    _opposite_pair(c, c.one_of(weights).T)


def shifted_column(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Add a constant to one column of the last layer, which a softmax head does not see."""
    weights[-1][:, _index(c, weights[-1].T)] += c.nonzero()


def one_bias(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Change one bias."""
    vector = c.one_of(biases)
    vector[_index(c, vector)] += c.nonzero()


def copied_unit(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Make one hidden unit a copy of another, with the sign of its weights changed on either side, or both."""
    layer = c.integer(0, len(weights) - 2)
    i, k = _index(c, weights[layer]), _index(c, weights[layer])
    incoming, outgoing = c.signs(2)
    weights[layer][k], biases[layer][k] = incoming * weights[layer][i], incoming * biases[layer][i]
    weights[layer + 1][:, k] = outgoing * weights[layer + 1][:, i]


def silenced_unit(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Set what goes into a hidden unit, or out of it, or both, to zero."""
    layer = c.integer(0, len(weights) - 2)
    unit, side = _index(c, weights[layer]), c.integer(0, 2)
    if side != 1:
        weights[layer][unit], biases[layer][unit] = 0, 0
    if side != 0:
        weights[layer + 1][:, unit] = 0


def silenced_layer(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Set a layer's weights, and half the time its biases, to zero."""
    layer = _index(c, weights)
    weights[layer][:] = 0
    if c.chance(0.5):
        biases[layer][:] = 0


#: What is changed after planting, by name; each takes (choices, weights, biases) and writes to them.
FAULTS: dict[str, Callable[[Choices, Arrays, Arrays], None]] = {
    fault.__name__: fault
    for fault in (
        *(one_entry, pair_in_a_row, pair_in_a_column, shifted_column),
        *(one_bias, copied_unit, silenced_unit, silenced_layer),
    )
}


def _flip(c: Choices, weights: Arrays, biases: Arrays) -> None:
    """Change the sign of some hidden units' weights on both sides: an odd activation does not notice."""
    for layer in range(len(weights) - 1):
        signs = c.signs(len(weights[layer]))
        weights[layer] *= signs[:, None]
        weights[layer + 1] *= signs
        biases[layer] *= signs


def _opposite_pair(c: Choices, matrix: Floats) -> None:
    (i, j), k, amount = _place(c, matrix), _index(c, matrix.T), c.nonzero()
    matrix[i, j] += amount
    matrix[i, k] -= amount


def _place(c: Choices, matrix: Floats) -> tuple[int, int]:
    return _index(c, matrix), _index(c, matrix.T)


def _index(c: Choices, of: Sequence[object] | Floats) -> int:
    return c.integer(0, len(of) - 1)
