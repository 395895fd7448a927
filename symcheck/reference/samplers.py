"""Reference samplers: an array that follows a law, from a ``numpy.random.Generator``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, sqrt
from typing import Any

import numpy as np

from symcheck.fans import Layer, layer_of
from symcheck.laws.gallery import GALLERY, SIZES
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.network import Network
from symcheck.types import Array, Floats


def sample(law: Law, shape: Sequence[int], rng: np.random.Generator, layout: str = "out_in") -> Floats:
    """Draw a float64 array of ``shape`` (at least two axes) that follows ``law``.

    Raises:
        SymcheckError: fewer than two axes, or unknown layout.
    """
    layer = layer_of(shape, layout)
    if law.independent:
        return law.entry(layer.fans).draw(tuple(shape), rng)
    matrix = _structured(law, layer, rng)
    return matrix if layout == "out_in" else to_in_out(matrix)


def to_in_out(weights: Array) -> Array:
    """Turn (out, in, *kernel) into (*kernel, in, out); its own inverse is :func:`to_out_in`."""
    return np.moveaxis(weights, (0, 1), (-1, -2))


def to_out_in(weights: Array) -> Array:
    """Turn (*kernel, in, out) into (out, in, *kernel)."""
    return np.moveaxis(weights, (-1, -2), (0, 1))


def _structured(law: Law, layer: Layer, rng: np.random.Generator) -> Floats:
    shape = layer.shape("out_in")
    if law.family == "constant":
        return np.full(shape, law.value)
    if law.family == "orthogonal":
        return law.gain * haar_matrix(layer.out, int(np.prod(shape[1:])), rng).reshape(shape)
    if law.family == "sparse":
        flat = law.entry(layer.fans).draw((layer.out, int(np.prod(shape[1:]))), rng)
        zeros = ceil(law.sparsity * layer.out)
        for column in range(flat.shape[1]):
            flat[rng.permutation(layer.out)[:zeros], column] = 0.0
        return flat.reshape(shape)
    centre = tuple((k - 1) // 2 for k in layer.kernel)
    array = np.zeros(shape)
    at_centre: Any = (slice(None), slice(None), *centre)
    array[at_centre] = _plane(law, layer.out, layer.inputs)
    return array


def _plane(law: Law, out: int, inputs: int) -> Floats:
    if law.family == "identity":
        return law.gain * np.eye(out, inputs)
    from scipy.linalg import hadamard

    order = 1 << (max(out, inputs) - 1).bit_length()
    return np.asarray(hadamard(order)[:out, :inputs] * (law.gain / sqrt(order)))


def haar_matrix(rows: int, columns: int, rng: np.random.Generator) -> Floats:
    """A Haar-random matrix with orthonormal rows or columns, whichever are fewer (Mezzadri 2007, section 5)."""
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return q if rows >= columns else q.T


def sample_gallery(name: str, seed: int, activation: str) -> Network:
    """A network of the gallery's widths, drawn as its entry of this name says."""
    rng = np.random.default_rng(seed)
    entry = GALLERY[name]
    law, bias_law = parse_law(entry.weights), parse_law(entry.biases)
    weights = [sample(law, (out, n), rng) for n, out in pairwise(SIZES)]
    biases = [sample(bias_law, (1, n), rng)[0] for n in SIZES[1:]]
    return Network(weights, biases, activation)
