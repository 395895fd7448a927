"""Batches: inputs X and targets Y."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.errors import listed
from symcheck.strategies.choices import DrawnChoices, Floats, built
from symcheck.strategies.validation import integer_bounds, layer_sizes, positive_integer
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
    return built(lambda c: c.entries(c.integer(min_samples, max_samples), features), min_value, max_value)


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
    if loss not in TARGETS:
        raise InvalidArgument(f"loss must be {listed(TARGETS)}, not {loss!r}")
    kind = TARGETS[loss][0] if targets is None else targets
    if kind not in TARGETS[loss]:
        raise InvalidArgument(f"targets under {loss} must be {listed(TARGETS[loss])}, not {targets!r}")

    def build(c: DrawnChoices) -> tuple[Floats, Array]:
        samples = c.integer(min_samples, max_samples)
        X = c.entries(samples, widths[0])
        if kind == "values":
            return X, c.entries(samples, widths[-1])
        # Probabilities are the mean of four unit rows: multiples of 1/4, whose sums are exact.
        parts = 4 if kind == "probabilities" else 1
        labels = c.integers(0, widths[-1] - 1, samples * parts)
        return X, labels if kind == "labels" else np.eye(widths[-1])[labels.reshape(samples, parts)].mean(axis=1)

    return built(build, min_value, max_value)
