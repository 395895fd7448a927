"""The network every part of symcheck speaks of: weights (out, in), biases, activation, head."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.errors import NetworkError, an, counted
from symcheck.types import Array

HEADS = ("linear", "softmax")
#: Inputs of which nothing is known.
ANY_INPUTS = (-inf, inf)


@dataclass(frozen=True)
class NotFinite:
    """The first array of a network that holds NaN or infinity.

    Attributes:
        layer: counted from 1. part: ``weight`` or ``bias``.
        number: how many entries are not finite, among ``size``.
        first: the first of them, at ``where``.
    """

    layer: int
    part: str
    number: int
    size: int
    first: Any
    where: list[int]


@dataclass(frozen=True, eq=False, init=False)
class Network:
    """A multilayer perceptron as plain arrays.

    Layer ``l`` computes ``z_l = W_l h_{l-1} + b_l`` and ``h_l = activation(z_l)``; the last layer has no
    activation. The arrays are kept as read-only views: nothing is copied, nothing is written.

    Args:
        weights: one matrix for each layer, shape (out, in); each layer's ``in`` is the previous one's ``out``.
        biases: one vector of shape (out,) for each layer, or None for a layer without; ``biases=None``: no
            layer has one. A bias that is present is trained.
        activation: a name of the activation table for all hidden layers, or one name for each of them.
        head: what the loss does with the last layer: ``"linear"`` (any loss) or ``"softmax"`` (softmax
            cross-entropy, whose output gradients sum to zero).
        inputs: the numbers (low, high) between which every input lies; ``(0, inf)`` says that none is negative,
            as of images. By default nothing is known of them.

    Values may be float16, bfloat16, float32, float64 or integers; whether they are finite is a check of its own.

    Raises:
        NetworkError: shapes that do not chain, empty layers, values that are not real numbers, a number of
            biases or activations that does not fit the number of layers, or inputs that are no interval.
        UnknownActivation: an activation that is not in the table.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    activations: tuple[Activation, ...]
    head: str
    inputs: tuple[float, float]

    def __init__(
        self,
        weights: Sequence[Any],
        biases: Sequence[Any] | None = None,
        activation: str | Activation | Sequence[str | Activation] = "relu",
        head: str = "linear",
        inputs: tuple[float, float] = ANY_INPUTS,
    ) -> None:
        if isinstance(weights, np.ndarray) and weights.ndim == 2:
            raise NetworkError("weights must be a list of matrices, one for each layer; got one matrix")
        matrices = tuple(_real_view(w, f"weights[{i}]", 2) for i, w in enumerate(weights))
        if not matrices:
            raise NetworkError("a network needs at least one weight matrix; got none")
        for i, (low, high) in enumerate(itertools.pairwise(matrices)):
            if high.shape[1] != low.shape[0]:
                raise NetworkError(
                    f"weights[{i + 1}] has shape {high.shape} and takes {counted(high.shape[1], 'input')}, "
                    f"but weights[{i}] of shape {low.shape} gives {low.shape[0]} (matrices are (out, in))"
                )
        if head not in HEADS:
            raise NetworkError(f"head must be linear or softmax, not {head!r}")
        object.__setattr__(self, "weights", matrices)
        object.__setattr__(self, "biases", _biases(biases, matrices))
        object.__setattr__(self, "activations", _activations(activation, len(matrices) - 1))
        object.__setattr__(self, "head", head)
        object.__setattr__(self, "inputs", _interval(inputs))

    @property
    def depth(self) -> int:
        """Number of weight matrices."""
        return len(self.weights)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Layer widths, inputs first."""
        return (self.weights[0].shape[1], *(w.shape[0] for w in self.weights))

    @property
    def arrays(self) -> list[Array]:
        """All weights and biases that there are."""
        return [array for array in (*self.weights, *self.biases) if array is not None]

    def side_below(self, number: int) -> int:
        """1 where all that layer ``number`` (1 for the first) is fed is never negative, -1 where never positive, else 0."""
        below = self.activations[number - 2] if number > 1 else None
        low, high = (below.low, below.high) if below else self.inputs
        return 1 if low >= 0 else -1 if high <= 0 else 0

    def not_finite(self) -> NotFinite | None:
        """Where there first is a NaN or infinity; None when every weight and bias is a number.

        A whole read of the weights, which nothing else needs.
        """
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            for part, array in (("weight", weight), ("bias", bias)):
                if array is None or array.dtype.kind in "iu":
                    continue
                bad = ~np.isfinite(array)
                if number := int(bad.sum()):
                    where = [int(n) for n in np.argwhere(bad)[0]]
                    return NotFinite(i, part, number, array.size, array[tuple(where)], where)
        return None

    def __repr__(self) -> str:
        kinds = sorted({a.name for a in self.activations}) or ["no hidden layer"]
        inputs = "" if self.inputs == ANY_INPUTS else f", inputs={self.inputs}"
        return f"Network({'-'.join(map(str, self.sizes))}, {'/'.join(kinds)}, head={self.head}{inputs})"


def require_network(given: Any, function: str) -> None:
    """Refuse what is no network, such as a list of matrices.

    Raises:
        NetworkError: it is none.
    """
    if not isinstance(given, Network):
        raise NetworkError(
            f"{function} takes a symcheck.Network, not {an(type(given).__name__)}; "
            "symcheck.Network(weights, biases, activation) makes one of lists of arrays"
        )


def is_bfloat16(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype is ml_dtypes' bfloat16, which numpy itself does not know."""
    return dtype.name == "bfloat16"


def _real_view(values: Any, name: str, ndim: int) -> Array:
    try:
        array = np.asarray(values)
    except (ValueError, TypeError):
        raise NetworkError(f"{name} is not an array of numbers: its rows differ in length or are no numbers") from None
    if array.ndim != ndim:
        raise NetworkError(f"{name} has {array.ndim} dimensions (shape {array.shape}), expected {ndim}")
    if array.size == 0:
        raise NetworkError(f"{name} is empty (shape {array.shape}): every layer needs at least one unit")
    real = array.dtype.kind in "iu" or (array.dtype.kind == "f" and array.dtype.itemsize <= 8)
    if not real and not is_bfloat16(array.dtype):
        raise NetworkError(
            f"{name} has dtype {array.dtype}; weights must be float16, bfloat16, float32, float64 or integers"
        )
    view = array.view()
    view.flags.writeable = False
    return view


def _interval(inputs: Any) -> tuple[float, float]:
    try:
        low, high = map(float, inputs)
    except (TypeError, ValueError, OverflowError):
        raise NetworkError(f"inputs must be two numbers (low, high), not {inputs!r}") from None
    if not low < high:
        raise NetworkError(f"inputs from {low:g} to {high:g} are no interval: low must be below high")
    return low, high


def input_range(given: str | Sequence[float]) -> tuple[float, float]:
    """What is said of the inputs: two numbers, or as text ``any``, ``nonnegative``, or two numbers such as ``0,1``.

    Raises:
        NetworkError: none of these.
    """
    if not isinstance(given, str):
        return _interval(given)
    text = given
    named = {"any": ANY_INPUTS, "nonnegative": (0.0, inf)}
    if (found := named.get(text.strip().lower())) is not None:
        return found
    parts = text.split(",")
    if len(parts) != 2:
        raise NetworkError(f"inputs must be any, nonnegative, or two numbers such as 0,1; not {text!r}")
    return _interval(parts)


def _biases(biases: Sequence[Any] | None, matrices: tuple[Array, ...]) -> tuple[Array | None, ...]:
    if biases is None:
        return (None,) * len(matrices)
    if len(biases) != len(matrices):
        raise NetworkError(f"{len(biases)} biases for {len(matrices)} weight matrices")
    vectors = tuple(None if b is None else _real_view(b, f"biases[{i}]", 1) for i, b in enumerate(biases))
    for i, (vector, matrix) in enumerate(zip(vectors, matrices, strict=True)):
        if vector is not None and vector.shape[0] != matrix.shape[0]:
            raise NetworkError(
                f"biases[{i}] has {counted(vector.shape[0], 'entry', 'entries')} for {counted(matrix.shape[0], 'unit')}"
            )
    return vectors


def _activations(activation: str | Activation | Sequence[str | Activation], hidden: int) -> tuple[Activation, ...]:
    if isinstance(activation, str | Activation):
        return (get_activation(activation),) * hidden
    if len(activation) != hidden:
        raise NetworkError(f"{len(activation)} activations for {hidden} hidden layers")
    return tuple(get_activation(a) for a in activation)


def input_range_named(inputs: tuple[float, float]) -> str:
    """Between which numbers the inputs of a network are taken to lie."""
    if inputs == ANY_INPUTS:
        return "any inputs"
    return "inputs >= 0" if inputs == (0.0, inf) else "inputs from {:g} to {:g}".format(*inputs)
