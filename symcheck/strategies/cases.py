"""Small networks with a batch, as the properties of implementations draw them; they shrink to few units and zeros."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from hypothesis import strategies as st

from symcheck.types import Array, Params

Weights = Literal["any", "generic", "constant", "cloned", "zero"]

#: Entries on a grid are multiples of 1 / _GRID from -1 to 1: readable, and sums of them are exact.
_GRID = 4
_RATES = (0.125, 0.5, 0.03125, 0.3)


@dataclass(frozen=True)
class Case:
    """A network with one batch.

    Attributes:
        params: [(W, b), ...], W of shape (out, in).
        X: samples, shape (m, n_0).
        reals: real targets, shape (m, n_L).
        labels: classes, shape (m,).
        rate: a learning rate.
        labels_of_units: for each hidden layer the class of each unit, where units are clones; else empty.
    """

    params: Params
    X: Array
    reals: Array
    labels: Array
    rate: float = 0.125
    labels_of_units: list[Array] = field(default_factory=list)

    @property
    def sizes(self) -> list[int]:
        """Layer widths, inputs first."""
        return [self.params[0][0].shape[1], *(len(b) for _, b in self.params)]

    def targets(self, loss: str) -> Array:
        """Targets of shape (m, n_L) that a loss takes: reals, or one unit row for each label."""
        if loss == "mse":
            return self.reals
        return np.asarray(np.equal.outer(self.labels, np.arange(self.sizes[-1])), dtype=float)

    def __repr__(self) -> str:
        return f"Case({'-'.join(map(str, self.sizes))}, {len(self.X)} samples)"


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    weights: Weights = "any",
    min_hidden: int = 0,
    max_hidden: int = 2,
    min_inputs: int = 1,
    min_width: int = 1,
    max_width: int = 4,
    min_outputs: int = 1,
    min_samples: int = 1,
    biases: bool = True,
) -> Case:
    """Networks with a batch.

    Args:
        weights: ``any`` (grid or normal draws), ``generic`` (normal draws: sums of them do not cancel), ``constant``
            (one number for each W and each b), ``cloned`` (units repeated, block-constant), or ``zero``.
        min_hidden, max_hidden: hidden layers.
        min_width, max_width: units of a hidden layer.
        biases: False sets every bias to zero.
    """
    if not 0 <= min_hidden <= max_hidden or not 1 <= min_width <= max_width:
        raise ValueError("no such networks: the bounds on layers or widths leave nothing")
    inputs = draw(st.integers(min_inputs, max(3, min_inputs)))
    hidden = draw(st.lists(st.integers(min_width, max_width), min_size=min_hidden, max_size=max_hidden))
    outputs = draw(st.integers(min_outputs, max(3, min_outputs)))
    samples = draw(st.integers(min_samples, max(5, min_samples)))
    sizes = [inputs, *hidden, outputs]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    normal = weights == "generic" or (weights in ("any", "cloned") and draw(st.booleans()))

    def entries(*shape: int) -> Array:
        count = int(np.prod(shape))
        if normal:
            return _two_decimals(rng.standard_normal(shape) * 0.7)
        grid = draw(st.lists(st.integers(-_GRID, _GRID), min_size=count, max_size=count))
        return np.array(grid, dtype=float).reshape(shape) / _GRID

    labels: list[Array] = []
    if weights == "zero":
        params = [(np.zeros((o, n)), np.zeros(o)) for n, o in pairwise(sizes)]
    elif weights == "constant":
        values = st.integers(1, 2 * _GRID).map(lambda k: k / _GRID - 1) | st.just(0.5) | st.just(0.1)
        params = [(np.full((o, n), draw(values)), np.full(o, draw(values)) * biases) for n, o in pairwise(sizes)]
    elif weights == "cloned":
        labels = [np.array(draw(_clones(n))) for n in hidden]
        every = [np.arange(inputs), *labels, np.arange(outputs)]
        params = []
        for low, high in pairwise(every):
            block, bias = entries(int(high.max()) + 1, int(low.max()) + 1), entries(int(high.max()) + 1)
            params.append((block[np.ix_(high, low)], bias[high] * biases))
    else:
        params = [(entries(o, n), entries(o) * biases) for n, o in pairwise(sizes)]
    # Inputs and targets are generic: what a property says of all data must not hang on sums that cancel.
    X = _two_decimals(rng.standard_normal((samples, inputs)))
    reals = _two_decimals(rng.standard_normal((samples, outputs)))
    classes = rng.integers(0, outputs, samples)
    return Case(params, X, reals, classes, draw(st.sampled_from(_RATES)), labels)


def _two_decimals(values: Array) -> Array:
    # Short enough to read in a failure, and not on the binary grid: a product rounds.
    return np.round(values, 2)


def _clones(width: int) -> st.SearchStrategy[list[int]]:
    """Classes of units, numbered by first appearance, at least two of one class where there is room."""

    def numbered(raw: list[int]) -> list[int]:
        order = {value: i for i, value in enumerate(dict.fromkeys(raw))}
        return [order[value] for value in raw]

    return st.lists(st.integers(0, max(0, width - 2)), min_size=width, max_size=width).map(numbered)
