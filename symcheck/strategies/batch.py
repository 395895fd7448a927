"""Batches: inputs X and targets Y."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.errors import listed
from symcheck.strategies.number import Floats, arrays_between, cycled
from symcheck.strategies.validation import integer_bounds, layer_sizes, number_bounds, positive_integer
from symcheck.types import Array

#: What targets can be under each loss, the usual one first.
TARGETS = {"mse": ("values",), "softmax_cross_entropy": ("one_hot", "labels", "probabilities")}


def inputs(
    features: int, *, min_samples: int = 1, max_samples: int = 8, min_value: float = -2.0, max_value: float = 2.0
) -> st.SearchStrategy[Floats]:
    """X of shape (samples, features): small dyadic fractions, among them equal samples and zeros.

    Raises:
        InvalidArgument: bounds that leave nothing.
    """
    positive_integer(features, "features")
    integer_bounds(min_samples, max_samples, "samples")
    number_bounds(min_value, max_value, "value")
    samples = st.integers(min_samples, max_samples)
    return samples.flatmap(lambda n: _matrices(n, features, min_value, max_value))


def batches(
    sizes: tuple[int, ...],
    *,
    loss: str = "mse",
    targets: str | None = None,
    min_samples: int = 1,
    max_samples: int = 8,
    min_value: float = -2.0,
    max_value: float = 2.0,
) -> st.SearchStrategy[tuple[Floats, Array]]:
    """(X, Y) for a network of these widths; shrinks to one sample of zeros.

    Args:
        sizes: widths n_0, ..., n_L, of which the first and the last matter.
        loss: ``mse`` has targets of shape (samples, n_L) between the bounds.
        targets: under ``softmax_cross_entropy`` ``one_hot`` rows (the default), integer ``labels`` of shape
            (samples,), or ``probabilities``, whose rows sum to exactly one.
        min_value, max_value: bounds of X, and of Y under ``mse``.

    Raises:
        InvalidArgument: unknown loss or targets, or bounds that leave nothing.
    """
    widths = layer_sizes(sizes)
    integer_bounds(min_samples, max_samples, "samples")
    number_bounds(min_value, max_value, "value")
    if loss not in TARGETS:
        raise InvalidArgument(f"loss must be {listed(TARGETS)}, not {loss!r}")
    kind = TARGETS[loss][0] if targets is None else targets
    if kind not in TARGETS[loss]:
        raise InvalidArgument(f"targets under {loss} must be {listed(TARGETS[loss])}, not {targets!r}")

    def batch_of(samples: int) -> st.SearchStrategy[tuple[Floats, Array]]:
        X = _matrices(samples, widths[0], min_value, max_value)
        if kind == "values":
            return st.tuples(X, _matrices(samples, widths[-1], min_value, max_value))
        return st.tuples(X, _classes(samples, widths[-1], kind))

    return st.integers(min_samples, max_samples).flatmap(batch_of)


@lru_cache(maxsize=2**10)
def _matrices(rows: int, columns: int, min_value: float, max_value: float) -> st.SearchStrategy[Floats]:
    return arrays_between(min_value, max_value).map(lambda arrays: arrays((rows, columns)))


@lru_cache(maxsize=2**10)
def _classes(samples: int, classes: int, kind: str) -> st.SearchStrategy[Array]:
    labels = cycled(st.integers(0, classes - 1))
    if kind == "labels":
        return labels.map(lambda chosen: np.resize(chosen, samples))
    if kind == "one_hot":
        return labels.map(lambda chosen: np.eye(classes)[np.resize(chosen, samples)])
    # The mean of four unit rows: multiples of 1/4, whose sums are exact.
    return labels.map(lambda chosen: np.eye(classes)[np.resize(chosen, (samples, 4))].mean(axis=1))
