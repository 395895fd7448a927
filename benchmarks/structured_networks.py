"""Small networks whose numbers are chosen to break a decision procedure: floats of every structure, and ReLU's signs.

They start from `small_network`, with its ties and its faults, and then change the numbers: to what agrees modulo a
Mersenne number and differs, to thousands of binades, to low precision and integers, or to rows that no input of a
ReLU layer makes positive. As `small_network`, they take any choices, so that they also shrink.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import ml_dtypes
import numpy as np
from small_networks import ACTIVATIONS, Generated, small_network

from symcheck.network import Network
from symcheck.strategies.choices import Choices

Matrix = np.ndarray[Any, np.dtype[Any]]
Layers = tuple[list[Matrix], list[Matrix | None]]

#: Exponents k of moduli 2^k - 1 in which sums may be compared.
MODULI = (61, 59, 58, 57, 55, 53)
#: Piecewise linear activations: trained by `symcheck.exact.rational` as they are.
PIECEWISE = ("relu", "relu", "relu", "leaky_relu(0.25)", "leaky_relu", "identity")
#: Ranges of inputs; most networks have the first.
RANGES = ((-inf, inf), (0.0, inf), (0.0, 1.0), (-1.0, 1.0), (-inf, 0.0), (0.5, 1.0), (-(2.0**-1074), 1.0))
_DTYPES = ("float16", "bfloat16", "float32", "int8", "int16", "int32", "int64", "uint8")


def structured_network(c: Choices, **options: Any) -> Network:
    """A small network with one or two of `KINDS` of floats."""
    network = small_network(c, **{"max_depth": 5, "max_width": 5, **options})
    weights, biases = _copies(network)
    _restructure(c, weights, biases, c.integer(1, 2))
    return _with(network, weights, biases, RANGES[0] if c.chance(0.8) else c.one_of(RANGES))


def rectified_network(c: Choices, **options: Any) -> Network:
    """A small network, most layers ReLU, in which signs decide; one in four has structured floats besides."""
    names = PIECEWISE if c.chance(0.7) else (*PIECEWISE, *ACTIVATIONS, "sigmoid", "softplus", "elu")
    network = small_network(c, **{"max_depth": 5, "max_faults": 2, "planted": 0.7, "activations": names, **options})
    weights, biases = _copies(network)
    for _ in range(c.integer(1, 3)):
        SIGNS[c.one_of(list(SIGNS))](c, weights, biases)
    if c.chance(0.25):
        _restructure(c, weights, biases, 1)
    return _with(network, weights, biases, RANGES[0] if c.chance(0.5) else c.one_of(RANGES))


def linear_chain(c: Choices, **options: Any) -> Network:
    """Linear layers, mostly without biases, where deltas are related by what no partition shows."""
    return small_network(
        c, **{"activations": ("identity", "identity", "any"), "biases": ("none", "none", "zero"), **options}
    )


def random_structured(rng: np.random.Generator, **options: Any) -> Network:
    """`structured_network` by a numpy generator."""
    return structured_network(Generated(rng), **options)


def random_rectified(rng: np.random.Generator, **options: Any) -> Network:
    """`rectified_network` by a numpy generator."""
    return rectified_network(Generated(rng), **options)


def random_chain(rng: np.random.Generator, **options: Any) -> Network:
    """`linear_chain` by a numpy generator."""
    return linear_chain(Generated(rng), **options)


def powers_of_two(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Every entry of some layers becomes a power of two, of its sign."""
    for matrix in _some(c, weights):
        exponents = np.clip(np.rint(8 * matrix), -60, 60)
        matrix[:] = np.sign(matrix) * 2.0**exponents


def scaled_layers(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Each layer times a power of two, from denormal to near the largest number."""
    for matrix, bias in zip(weights, biases, strict=True):
        power = 2.0 ** c.one_of((0, -1070, -1000, -500, -61, 61, 500, 1000))
        matrix *= power
        if bias is not None and c.chance(0.5):
            bias *= power


def shifted_by_a_modulus(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Some entries times 2^k: another number with the residue of the old one modulo 2^k - 1."""
    for matrix in _some(c, weights):
        chosen = c.integers(0, 2, matrix.size).reshape(matrix.shape) == 0
        bits = c.one_of(MODULI)
        places = bits * (1 + c.integers(0, 3, matrix.size).reshape(matrix.shape))
        if c.chance(0.5):
            places = -places
        matrix[:] = np.where(chosen, matrix * 2.0**places, matrix)


def rows_by_powers(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Rows of one layer become the first one times powers of two, mostly of a modulus."""
    matrix = c.one_of(weights)
    matrix[0] += matrix[0] == 0
    for i in range(1, len(matrix)):
        matrix[i] = matrix[0] * 2.0 ** (c.one_of((*MODULI, 0, 1)) * c.integer(-3, 3))


def sum_off_by_a_modulus(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Two zeros of a row become 2^k and -1, so that the row's sum changes by 2^k - 1."""
    matrix = c.one_of(weights)
    if c.chance(0.5):
        matrix = matrix.T
    if matrix.shape[1] < 2:
        return
    row, column = c.integer(0, len(matrix) - 1), c.integer(0, matrix.shape[1] - 1)
    other = (column + c.integer(1, matrix.shape[1] - 1)) % matrix.shape[1]
    scale = 2.0 ** c.one_of((0, -10, 300))
    if c.chance(0.5):
        matrix[:] = np.tile(matrix[row], (len(matrix), 1))
        matrix[:, [column, other]] = 0
    matrix[row, [column, other]] = 2.0 ** c.one_of(MODULI) * scale, -scale


def extremes(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Some entries become the largest or the smallest numbers, or -0.0."""
    values = (5e-324, -5e-324, 1e308, -1e308, np.finfo(float).max, 2.0**-1022, 2.0**-537, 2.0**537, -0.0)
    for array in (*_some(c, weights), *[b for b in biases if b is not None and c.chance(0.3)]):
        for _ in range(c.integer(1, 3)):
            array.flat[c.integer(0, array.size - 1)] = c.one_of(values)


def alternating_spans(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """A column 2^-a, 2^-(a - 61) below, sums that need integers above: each layer asks for another ring."""
    small, large = c.one_of(((-1000, -939), (0, 61), (-61, 0), (-1074, 900))), c.one_of((500, 900, 61))
    for matrix in weights:
        rows, columns = np.indices(matrix.shape)
        pattern = c.integer(0, 3)
        if pattern == 0:
            matrix[:] = np.where(rows % 2, 2.0 ** small[1], 2.0 ** small[0])
        elif pattern == 1:
            matrix[:] = np.where((rows - columns) % matrix.shape[1], 1.0, 2.0**large)
        else:
            matrix[:] = 1.0


def low_precision(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Layers of another dtype, each rounded to it; integers with the smallest and the largest."""
    one = c.one_of(_DTYPES)
    for place, matrix in enumerate(weights):
        name = one if c.chance(0.6) else c.one_of(_DTYPES)
        weights[place] = _as(c, matrix, name)
        bias = biases[place]
        if bias is not None and c.chance(0.7):
            biases[place] = _as(c, bias, name)


def negative_rows(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Some rows of a layer become negative, and their biases not positive."""
    place = c.integer(0, len(weights) - 1)
    rows = c.integers(0, 1, len(weights[place])) == 1
    weights[place][rows] = -np.abs(weights[place][rows])
    _lower(biases[place], rows)


def negative_layer(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """A whole layer becomes negative, half the time with biases that are not positive."""
    place = c.integer(0, len(weights) - 1)
    weights[place] = -np.abs(weights[place])
    if c.chance(0.5):
        _lower(biases[place], np.ones(len(weights[place]), bool))


def negative_constant(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """A layer, or its lower half, becomes one negative number."""
    place = c.integer(0, len(weights) - 1)
    start = c.one_of((0, len(weights[place]) // 2))
    weights[place][start:] = -abs(c.nonzero())
    _lower(biases[place], np.arange(len(weights[place])) >= start)


def balanced_rows(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Rows with entries of both signs whose sum is zero, or just below or above it, from equal units below."""
    if len(weights) < 3:
        return
    place = c.integer(1, len(weights) - 2)
    below, matrix = weights[place - 1], weights[place]
    below[:] = below[0]
    if (under := biases[place - 1]) is not None:
        under[:] = under[0]
    excess = c.one_of((0.0, 0.0, -0.25, -(2.0**-40), 2.0**-40))
    if matrix.shape[1] > 1:
        # The columns above agree, or the units below would separate.
        matrix[:] = matrix[:, :1] if c.chance(0.3) else matrix
        matrix[:, -1] = -matrix[:, :-1].sum(1) + excess
        if c.chance(0.5) and len(matrix) > 1:
            matrix[-1] = -matrix[:-1].sum(0)
    _lower(biases[place], np.ones(len(matrix), bool))


def dead_neighbours(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Some units die, and weights out of them become whatever would matter if they lived."""
    place = c.integer(0, len(weights) - 2)
    dead = c.integers(0, 1, len(weights[place])) == 1
    weights[place][dead] = 0 if place == 0 or c.chance(0.3) else -np.abs(weights[place][dead])
    _lower(biases[place], dead)
    weights[place + 1][:, dead] = c.numbers(*weights[place + 1].shape)[:, dead]


def negative_biases(c: Choices, weights: list[Matrix], biases: list[Matrix | None]) -> None:
    """Biases of one sign, by chance of the least size."""
    least = c.chance(0.2)
    for bias in biases:
        if bias is not None and c.chance(0.6):
            bias[:] = -5e-324 if least else -np.abs(bias)


#: Kinds of floats, by name; each takes (choices, weights, biases) and writes to them.
KINDS: dict[str, Callable[[Choices, list[Matrix], list[Matrix | None]], None]] = {
    kind.__name__: kind
    for kind in (
        *(powers_of_two, scaled_layers, shifted_by_a_modulus, rows_by_powers, sum_off_by_a_modulus),
        *(extremes, alternating_spans, low_precision),
    )
}
#: Patterns of signs, by name.
SIGNS: dict[str, Callable[[Choices, list[Matrix], list[Matrix | None]], None]] = {
    kind.__name__: kind
    for kind in (
        *(negative_rows, negative_layer, negative_constant, balanced_rows, dead_neighbours, negative_biases),
        *(negative_rows, balanced_rows),
    )
}


def _restructure(c: Choices, weights: list[Matrix], biases: list[Matrix | None], count: int) -> None:
    names = [c.one_of(list(KINDS)) for _ in range(count)]
    # What is written to afterwards has to be float64.
    with np.errstate(over="ignore", under="ignore"):
        for name in sorted(names, key=lambda name: name == low_precision.__name__):
            KINDS[name](c, weights, biases)
    for array in (*weights, *biases):
        if array is not None and array.dtype == np.float64:
            np.nan_to_num(array, copy=False)


def _copies(network: Network) -> Layers:
    return [np.array(w, float) for w in network.weights], [
        None if b is None else np.array(b, float) for b in network.biases
    ]


def _with(network: Network, weights: list[Matrix], biases: list[Matrix | None], inputs: tuple[float, float]) -> Network:
    return Network(weights, biases, network.activations, network.head, inputs)


def _some(c: Choices, weights: list[Matrix]) -> list[Matrix]:
    return [c.one_of(weights)] if c.chance(0.5) else weights


def _lower(bias: Matrix | None, chosen: Matrix) -> None:
    if bias is not None:
        bias[chosen] = -np.abs(bias[chosen])


def _as(c: Choices, values: Matrix, name: str) -> Matrix:
    if name.startswith(("int", "uint")):
        bounds = np.iinfo(name)
        wide = np.clip(np.rint(4 * np.clip(values, -1e6, 1e6)), max(bounds.min, -(2**40)), min(bounds.max, 2**40))
        integers = wide.astype(name)
        if c.chance(0.4):
            integers.flat[c.integer(0, integers.size - 1)] = c.one_of((bounds.min, bounds.max))
        return integers
    dtype = np.dtype(ml_dtypes.bfloat16) if name == "bfloat16" else np.dtype(name)
    limit = float(ml_dtypes.finfo(dtype).max)
    return np.clip(values, -limit, limit).astype(dtype)
