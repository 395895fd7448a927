"""Problems: all that one call of an implementation takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, Unpack
from unittest import SkipTest

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcheck.errors import counted
from symcheck.objective import Objective, activated, get_objective
from symcheck.reference.losses import LOSSES
from symcheck.strategies.architecture import Sizes, architectures
from symcheck.strategies.batch import batches
from symcheck.strategies.choices import DrawnChoices, Floats, Integers, built
from symcheck.strategies.frame import Frame, current_frame, fixed_sizes
from symcheck.strategies.layers import independent_layers, tied_layers
from symcheck.strategies.names import activations as all_activations
from symcheck.strategies.names import losses
from symcheck.strategies.network import Entries, given_or, parameters
from symcheck.strategies.validation import choices, integer_bounds
from symcheck.strategies.weight import partition
from symcheck.types import Array, Params

Weights = Literal["any", "generic", "constant", "cloned", "zero"]

#: Kinds of weights and of biases.
_KINDS = {"zero": (["zero"], ["zero"]), "constant": (["constant"], ["equal"])}
#: More weights than this are drawn from a generator, and not each by Hypothesis.
_DRAWN_ONE_BY_ONE = 60
_RATES = (0.125, 0.5, 0.03125, 0.3)
_CONSTANTS = st.integers(1, 8).map(lambda k: k / 4 - 1) | st.just(0.5) | st.just(0.1)
_QUARTERS = st.integers(-4, 4).map(lambda k: k / 4)


@dataclass(frozen=True, eq=False)
class Problem:
    """Parameters and a batch that fit each other, with the activation and the loss.

    Attributes:
        params: [(W, b), ...], W of shape (out, in). X: shape (samples, n_0). Y: targets.
        activation, loss: names.
        rate: a learning rate.
        classes: for each hidden layer the class of each unit, where units are clones; else empty.
    """

    params: Params
    X: NDArray[np.float64]
    Y: Array
    activation: str = "identity"
    loss: str = "mse"
    rate: float = field(default=0.125, repr=False)
    classes: tuple[Integers, ...] = field(default=(), repr=False)

    @property
    def sizes(self) -> Sizes:
        """Widths, inputs first."""
        return (self.params[0][0].shape[1], *(len(W) for W, _ in self.params))

    def targets(self, loss: str | Objective) -> Array:
        """Targets of shape (samples, n_L) that a loss takes: Y, 0 and 1 by its sign, or a unit row where it is largest."""
        return get_objective(loss).targets(np.asarray(self.Y))


def problems(
    sizes: Sizes | st.SearchStrategy[Sizes] | None = None,
    *,
    activations: str | st.SearchStrategy[str] | None = None,
    loss_names: Collection[str] = tuple(LOSSES),
    min_samples: int = 1,
    max_samples: int = 8,
    **entries: Unpack[Entries],
) -> st.SearchStrategy[Problem]:
    """Problems; shrinks to one sample of zeros in a constant 1-1-1 network.

    Args:
        sizes, entries: as in `parameters`.
        activations: a name or a strategy of names; None takes all with values.
        loss_names: of ``symcheck.reference.LOSSES``; targets of the cross-entropy are unit rows.
        min_samples, max_samples: of the batch.

    Raises:
        InvalidArgument: options that leave nothing.
    """
    every_loss = losses(names=choices(loss_names, "loss_names", LOSSES))
    integer_bounds(min_samples, max_samples, "samples")
    names, widths = given_or(activations, all_activations), given_or(sizes, architectures)
    # Made once for its checks: options that do not fit are to raise here and not at the first draw.
    parameters((1, 1), **entries)

    def build(c: DrawnChoices) -> Problem:
        drawn, loss = c.draw(widths), c.draw(every_loss)
        X, Y = c.draw(batches(drawn, loss=loss, min_samples=min_samples, max_samples=max_samples))
        return Problem(c.draw(parameters(drawn, **entries)), X, Y, c.draw(names), loss)

    return built(build)


def decimal_problems(
    *,
    weights: Weights = "any",
    hidden: int | None = None,
    min_hidden: int = 0,
    max_hidden: int = 2,
    min_inputs: int = 1,
    min_width: int = 1,
    max_width: int = 4,
    min_outputs: int = 1,
    min_samples: int = 1,
    biases: bool = True,
) -> st.SearchStrategy[Problem]:
    """Problems in numbers of two decimals, for an implementation that brings its activation and its loss.

    Inputs and targets are generic: what a property says of all data must not hang on sums that cancel. Shrinks to 1-1.
    Where the current `Frame` fixes widths, these are taken; they may exceed the largest ones asked for, never fall short.

    Args:
        weights: ``any`` (multiples of 1/4, or normal draws), ``generic`` (normal draws: sums of them do not cancel),
            ``constant`` (one number for each W and each b), ``cloned`` (units repeated, block-constant), or ``zero``.
        hidden: the only number of hidden layers, or None. min_hidden, max_hidden: hidden layers.
        min_width, max_width: units of a hidden layer.
        biases: False sets every bias to zero, as the frame does where layers have none.

    Raises:
        InvalidArgument: bounds that leave nothing.
    """
    if hidden is not None:
        min_hidden = max_hidden = hidden
    integer_bounds(min_hidden, max_hidden, "hidden", least=0)
    integer_bounds(min_width, max_width, "width")
    shape = (min_inputs, max(3, min_inputs)), (min_outputs, max(3, min_outputs)), (min_samples, max(5, min_samples))
    between = st.lists(st.integers(min_width, max_width), min_size=min_hidden, max_size=max_hidden)

    def build(drawn: DrawnChoices) -> Problem:
        frame = current_frame()
        inputs, outputs, samples = (drawn.integer(*bounds) for bounds in shape)
        outputs = max(outputs, frame.outputs)
        if frame.samples is not None:
            if frame.samples < min_samples:
                raise SkipTest(f"it takes {counted(frame.samples, 'sample')} at a time")
            samples = frame.samples
        if frame.widths is None:
            sizes: Sizes = (inputs, *drawn.draw(between), outputs)
        else:
            layers = [drawn.integer(min_width, max_width) for _ in frame.widths[1:-1]]
            least = (min_inputs, min_width, min_outputs)
            sizes = fixed_sizes(frame, (inputs, *layers, outputs), (min_hidden, hidden), least)
            inputs, outputs = sizes[0], sizes[-1]
        wide = sum(n * m for n, m in pairwise(sizes)) > _DRAWN_ONE_BY_ONE
        normal = weights == "generic" or (weights in ("any", "cloned") and (wide or drawn.draw(st.booleans())))
        c = _Decimal(drawn, normal)
        classes = [partition(c, n, max(1, n - 1)) for n in sizes[1:-1]] if weights == "cloned" else []
        if weights == "cloned":
            parts = tied_layers(c, [np.arange(inputs), *classes, np.arange(outputs)], ["equal"], constant=True)
        else:
            parts = independent_layers(c, sizes, *_KINDS.get(weights, (["dyadic"], ["random"])))
        params = [(W, (biases and frame.biases) * b) for W, b in zip(*parts, strict=True) if b is not None]
        X, Y = (np.round(c.rng.standard_normal((samples, n)), 2) for n in (inputs, outputs))
        return Problem(calmed(params, X, frame), X, Y, rate=c.one_of(_RATES), classes=tuple(classes))

    return built(build)


def calmed(params: Params, X: Array, frame: Frame) -> Params:
    """The parameters with the last layer halved until its pre-activations are as small as the frame wants them."""
    if frame.calm is None:
        return params
    h = X
    for W, b in params[:-1]:
        h = activated(h @ W.T + b, frame.hidden)
    *below, (W, b) = params
    while np.abs(h @ W.T + b).max() > frame.calm:
        W, b = W / 2, b / 2
    return [*below, (W, b)]


class _Decimal(DrawnChoices):
    """Normal draws of two decimals, short enough to read in a failure and not on the binary grid, or multiples of 1/4."""

    def __init__(self, drawn: DrawnChoices, normal: bool) -> None:
        super().__init__(drawn.draw, -1.0, 1.0)
        self.normal, self.rng = normal, np.random.default_rng(drawn.integer(0, 2**32 - 1))

    def numbers(self, *shape: int) -> Floats:
        if self.normal:
            return self.generic(*shape)
        count = int(np.prod(shape))
        return np.reshape(self.draw(st.lists(_QUARTERS, min_size=count, max_size=count)), shape)

    def generic(self, *shape: int) -> Floats:
        # Sums over many units would leave every activation saturated.
        size = 0.7 * min(1.0, (8 / max(1, *shape, 1)) ** 0.5)
        drawn: Floats = np.round(size * self.rng.standard_normal(shape), 2)
        return drawn

    def entries(self, *shape: int) -> Floats:
        return self.numbers(*shape)

    def number(self) -> float:
        return float(self.draw(_CONSTANTS))

    nonzero = number
