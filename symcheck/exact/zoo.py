"""Random small networks with every kind of symmetry, to hold decision procedures against each other.

Weights are multiples of 1/4 of small size, as float64, so that sums cancel often. `random_network` draws
from two families: layers of independent `KINDS`, and networks built around a planted equitable partition
whose blocks are not constant, at times broken in one entry, with zeroed layers or with units of flipped
sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.network import HEADS, Network

Floats = NDArray[np.float64]

#: One activation of each symmetry class, and the linear one.
ACTIVATIONS = ("any", "gelu", "relu", "tanh", "identity")

#: What the biases of a network are; "none" leaves them out, "mixed" chooses for each layer.
BIASES = ("none", "zero", "equal", "random", "mixed")


def random_network(
    rng: Generator,
    *,
    activations: Sequence[str] = ACTIVATIONS,
    biases: Sequence[str] = BIASES,
    heads: Sequence[str] = HEADS,
    min_depth: int = 2,
    max_depth: int = 6,
    max_width: int = 6,
) -> Network:
    """One network; each option lists what to draw from.

    One in five has an activation of its own in each hidden layer. Inputs and outputs number 1 to 4, hidden
    units 1 to `max_width` a layer, most often the same in all layers, which circulants and permutations
    need to be equitable.
    """
    depth = int(rng.integers(min_depth, max_depth + 1))
    sizes = _sizes(rng, depth, max_width)
    family = _planted if rng.random() < 0.5 else _independent
    weights, equal_biases = family(rng, sizes)
    style = str(rng.choice(biases))
    vectors = [_bias(rng, style, equal) for equal in equal_biases]
    _flip_units(rng, weights, vectors)
    if rng.random() < 0.2:
        names = [str(a) for a in rng.choice(activations, depth - 1)]
    else:
        names = [str(rng.choice(activations))] * (depth - 1)
    return Network(weights, vectors, names, str(rng.choice(heads)))


def constant(rng: Generator, rows: int, columns: int) -> Floats:
    """Every entry the same, and not zero."""
    return np.full((rows, columns), _value(rng) or 0.5)


def zero(rng: Generator, rows: int, columns: int) -> Floats:
    """Every entry zero."""
    return np.zeros((rows, columns))


def random(rng: Generator, rows: int, columns: int) -> Floats:
    """Independent entries: multiples of 1/4 from -2 to 2."""
    return np.asarray(rng.integers(-8, 9, (rows, columns)) / 4)


def repeated_rows(rng: Generator, rows: int, columns: int) -> Floats:
    """Rows drawn from one or two different ones."""
    distinct = random(rng, 2, columns)
    return np.asarray(distinct[rng.integers(0, rng.integers(1, 3), rows)])


def repeated_columns(rng: Generator, rows: int, columns: int) -> Floats:
    """Columns drawn from one or two different ones."""
    return repeated_rows(rng, columns, rows).T


def sign_flipped(rng: Generator, rows: int, columns: int) -> Floats:
    """Repeated rows and columns with random signs."""
    signs = rng.choice([-1.0, 1.0], (rows, 1)) * rng.choice([-1.0, 1.0], columns)
    return np.asarray(signs * block(rng, rows, columns))


def permutation(rng: Generator, rows: int, columns: int) -> Floats:
    """A multiple of a permutation matrix; where the shape is not square, of one repeated or cut."""
    ones = np.equal.outer(np.arange(rows) % columns, np.arange(columns) % rows).astype(float)
    return (_value(rng) or 1.0) * ones[rng.permutation(rows)][:, rng.permutation(columns)]


def circulant(rng: Generator, rows: int, columns: int) -> Floats:
    """Each row is the previous one rotated by one place."""
    first = random(rng, 1, columns)[0]
    return np.stack([np.roll(first, i) for i in range(rows)])


def doubly_stochastic(rng: Generator, rows: int, columns: int) -> Floats:
    """Constant row sums and column sums, where the shape is square: a combination of permutations."""
    return permutation(rng, rows, columns) + permutation(rng, rows, columns) + _value(rng)


def block(rng: Generator, rows: int, columns: int) -> Floats:
    """Constant on blocks of a random partition of rows and columns."""
    values = random(rng, 3, 3)
    return values[rng.integers(0, rng.integers(1, 4), rows)][:, rng.integers(0, rng.integers(1, 4), columns)]


def sparse(rng: Generator, rows: int, columns: int) -> Floats:
    """About one non-zero entry a row."""
    return random(rng, rows, columns) * (rng.random((rows, columns)) < 1 / columns)


#: The kinds of a layer's matrix by name; each takes (rng, rows, columns).
KINDS: dict[str, Callable[[Generator, int, int], Floats]] = {
    kind.__name__: kind
    for kind in (
        constant,
        zero,
        random,
        repeated_rows,
        repeated_columns,
        sign_flipped,
        permutation,
        circulant,
        doubly_stochastic,
        block,
        sparse,
    )
}


def equitable_block(rng: Generator, rows: int, columns: int) -> Floats:
    """Constant row sums and column sums without being constant."""
    matrix = np.full((rows, columns), _value(rng))
    if rows > 1 and columns > 1:
        for _ in range(rng.integers(0, 4)):
            i, k = rng.choice(rows, 2, replace=False)
            j, m = rng.choice(columns, 2, replace=False)
            matrix[[i, i, k, k], [j, m, j, m]] += _value(rng) * np.array([1, -1, -1, 1])
    return matrix


def _sizes(rng: Generator, depth: int, max_width: int) -> list[int]:
    common = int(rng.integers(1, max_width + 1))
    hidden = [common if rng.random() < 0.7 else int(rng.integers(1, max_width + 1)) for _ in range(depth - 1)]
    return [int(rng.integers(1, 5)), *hidden, int(rng.integers(1, 5))]


def _independent(rng: Generator, sizes: list[int]) -> tuple[list[Floats], list[Floats]]:
    """Every layer of a kind of its own, or most of them of one; equal biases are equal in the whole layer."""
    names = list(KINDS)
    usual, loyalty = str(rng.choice(names)), rng.choice([0.0, 0.7])
    weights = []
    for rows, columns in zip(sizes[1:], sizes, strict=False):
        name = usual if rng.random() < loyalty else str(rng.choice(names))
        weights.append(KINDS[name](rng, rows, columns))
    return weights, [np.full(rows, _value(rng)) for rows in sizes[1:]]


def _planted(rng: Generator, sizes: list[int]) -> tuple[list[Floats], list[Floats]]:
    """Equitable for a random partition of the hidden layers; equal biases are equal in each class."""
    labels = [rng.integers(0, rng.integers(1, n + 1), n) for n in sizes]
    labels[0], labels[-1] = np.arange(sizes[0]), np.arange(sizes[-1])
    weights, biases = [], []
    for low, high in pairwise(labels):
        matrix = np.zeros((len(high), len(low)))
        for i in np.unique(high):
            for j in np.unique(low):
                rows, columns = np.flatnonzero(high == i), np.flatnonzero(low == j)
                matrix[np.ix_(rows, columns)] = equitable_block(rng, len(rows), len(columns))
        weights.append(matrix)
        biases.append(random(rng, 1, int(high.max()) + 1)[0][high])
    for matrix in weights:
        if rng.random() < 0.12:
            matrix[:] = 0
    if rng.random() < 0.35:
        broken = weights[rng.integers(len(weights))]
        broken[rng.integers(broken.shape[0]), rng.integers(broken.shape[1])] += _value(rng)
    return weights, biases


def _bias(rng: Generator, style: str, equal: Floats) -> Floats | None:
    if style == "mixed":
        style = str(rng.choice(["none", "zero", "equal", "random"]))
    if style == "random":
        return random(rng, 1, len(equal)).ravel()
    choices: dict[str, Floats | None] = {"none": None, "zero": np.zeros(len(equal)), "equal": equal}
    return choices[style]


def _flip_units(rng: Generator, weights: list[Floats], biases: list[Floats | None]) -> None:
    """Change the sign of some hidden units' weights on both sides: an odd activation does not notice."""
    if rng.random() < 0.6:
        return
    for layer in range(len(weights) - 1):
        signs = rng.choice([-1.0, 1.0], weights[layer].shape[0])
        weights[layer] = weights[layer] * signs[:, None]
        weights[layer + 1] = weights[layer + 1] * signs
        bias = biases[layer]
        if bias is not None:
            biases[layer] = bias * signs


def _value(rng: Generator) -> float:
    return float(rng.integers(-4, 5)) / 4
