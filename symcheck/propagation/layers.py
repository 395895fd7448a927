"""What is kept of a layer that ran: second moments forward and backward, its weights' scale, and how random it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import nan, sqrt
from typing import Any

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.propagation.ran import Ran
from symcheck.propagation.recognised import activations_between
from symcheck.types import Array, Floats

#: Samples whose passage is tested for itself.
_TESTED = 4
#: Vectors of a weight whose angles are looked at, and how right these are.
_ANGLES, _RIGHT = 8, 1e-5
#: A value this near to a limit of its activation, as a part of the range, is saturated: |tanh| > 0.99.
_SATURATED = 0.005


@dataclass(frozen=True)
class Spread:
    """Of the entries of a weight, about 0.

    Attributes:
        number: how many.
        square, fourth: means of the powers.
        largest: the largest magnitude.
        mean: of the entries themselves.
        orthogonal: whether rows, or columns where these are fewer, are orthogonal and of one length.
    """

    number: int
    square: float
    fourth: float
    largest: float
    mean: float
    orthogonal: bool

    @property
    def log_error(self) -> float:
        """The standard error of log(square) for independent entries."""
        kurtosis = self.fourth / self.square**2 if self.square else 1.0
        return sqrt(max(kurtosis - 1, 0.0) / self.number)


@dataclass(frozen=True)
class Layer:
    """A layer and what became of the signal in it.

    Attributes:
        name, kind, dense: as of `Ran`.
        fan_in, units: of the weight. outputs: of the layer, which are more of a convolution.
        weights: its entries.
        bias_square: their mean square; 0 without biases.
        input_square, output_square: mean square over samples and units, before the activation.
        input_apart: the same of half the difference of two samples: how well inputs can be told apart.
        output_gradient, input_gradient: squared norm, mean over the samples; nan where no gradient came.
        activation: what the next layer's inputs are of these outputs; None where that was not found.
        saturated: share of values near a limit of the activation; None where it has none.
        dead, dead_for_ever: outputs of a rectifier that are 0 on all samples, and those that are on every input.
        forward_p, backward_p: of independent normal weights, the chance to pass each of some samples more weakly; exact.
    """

    name: str
    kind: str
    dense: bool
    fan_in: int
    units: int
    outputs: int
    weights: Spread
    bias_square: float
    input_square: float
    output_square: float
    input_apart: float
    output_gradient: float
    input_gradient: float
    activation: str | None
    saturated: float | None
    dead: int
    dead_for_ever: int
    forward_p: tuple[float, ...]
    backward_p: tuple[float, ...]

    @property
    def gain(self) -> float:
        """sqrt(fan_in E[w^2])."""
        return sqrt(self.fan_in * self.weights.square)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **asdict(self),
            "gain": self.gain,
            "forward_p": list(self.forward_p),
            "backward_p": list(self.backward_p),
        }


def summarised(layers: Sequence[Ran]) -> list[Layer]:
    """The layers of one pass."""
    found = []
    between = activations_between([(one.outputs, above.inputs) for one, above in pairwise(layers)])
    for i, ran in enumerate(layers):
        after, activation = (layers[i + 1].inputs, between[i]) if i + 1 < len(layers) else (None, None)
        found.append(_layer(ran, activation, after, between[i - 1] if i else None))
    return found


def spread(weight: Array) -> Spread:
    """Of an array's entries; shape (units, fan_in)."""
    entries = np.asarray(weight, np.float64)
    squares = np.square(entries)
    return Spread(
        entries.size,
        float(squares.mean()),
        float(np.square(squares).mean()),
        float(np.abs(entries).max()),
        float(entries.mean()),
        _orthogonal(entries),
    )


def _orthogonal(weight: Floats) -> bool:
    """As the first few of them tell: independent ones are at right angles to each other by no chance."""
    few = (weight if len(weight) <= weight.shape[1] else weight.T)[:_ANGLES]
    products = few @ few.T
    lengths = np.diag(products)
    if len(few) < 3 or not lengths.min() > 0:
        return False
    return bool(
        np.abs(products - np.diag(lengths)).max() < _RIGHT * lengths.min() and np.ptp(lengths) < _RIGHT * lengths.min()
    )


def apart(values: Floats) -> float:
    """Half the mean squared difference of two samples, mean over the units; shape (samples, units)."""
    if len(values) < 2:
        return nan
    # Differences to one sample first: what all have in common would drown what they do not.
    return float((values - values[0]).var(axis=0, ddof=1).mean())


def _layer(ran: Ran, activation: str | None, after: Array | None, below: str | None) -> Layer:
    inputs, outputs = np.asarray(ran.inputs, np.float64), np.asarray(ran.outputs, np.float64)
    weight = np.asarray(ran.weight, np.float64)
    known = None if activation is None else get_activation(activation)
    dead = 0
    if known is not None and known.rectified and after is not None:
        dead = int((np.asarray(after) == 0).all(axis=0).sum())
    backward = ran.output_gradient is not None and ran.input_gradient is not None
    forward_p, backward_p = _passage(ran, weight, inputs, outputs) if ran.dense and ran.alone else ((), ())
    return Layer(
        ran.name,
        ran.kind,
        ran.dense,
        weight.shape[1],
        weight.shape[0],
        outputs.shape[1],
        spread(weight),
        0.0 if ran.bias is None else float(np.square(np.asarray(ran.bias, np.float64)).mean()),
        float(np.square(inputs).mean()),
        float(np.square(outputs).mean()),
        apart(inputs),
        _norm(ran.output_gradient) if backward else nan,
        _norm(ran.input_gradient) if backward else nan,
        activation,
        None if known is None or after is None else _saturation(known, np.asarray(after, np.float64)),
        dead,
        _dead_for_ever(weight, ran.bias, below) if dead and ran.dense else 0,
        forward_p,
        backward_p,
    )


def _norm(gradient: Array | None) -> float:
    return nan if gradient is None else float(np.square(np.asarray(gradient, np.float64)).sum(axis=1).mean())


def _saturation(activation: Activation, values: Floats) -> float | None:
    if not (np.isfinite(activation.low) and np.isfinite(activation.high) and activation.monotone):
        return None
    margin = _SATURATED * (activation.high - activation.low)
    return float(((values < activation.low + margin) | (values > activation.high - margin)).mean())


def _dead_for_ever(weight: Floats, bias: Array | None, below: str | None) -> int:
    """Units whose inputs are never negative, and whose weights and bias are never positive: 0 on every input."""
    never_negative = below is not None and get_activation(below).low >= 0
    held = (weight <= 0).all(axis=1) if never_negative else (weight == 0).all(axis=1)
    return int((held if bias is None else held & (np.asarray(bias) <= 0)).sum())


def _passage(ran: Ran, weight: Floats, inputs: Floats, outputs: Floats) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """For independent normal entries of any scale, whatever the input: |W u|^2 / |W|^2 is Beta(m/2, m(n-1)/2) for a unit
    vector u. Given W u, the rest of W is as independent, so that for cotangents v the part of W^T v that is orthogonal to u
    has |.|^2 / (|v|^2 |W - W u u^T|^2) of Beta((n-1)/2, (m-1)(n-1)/2), and layers are independent of each other.
    """
    from scipy.stats import beta

    units, fan_in = weight.shape
    total = float(np.square(weight).sum())
    forward: list[float] = []
    backward: list[float] = []
    if fan_in < 2 or total == 0:
        return (), ()
    bias = 0.0 if ran.bias is None else np.asarray(ran.bias, np.float64)
    for i in range(min(_TESTED, len(inputs))):
        size = float(np.linalg.norm(inputs[i]))
        if not size or not np.isfinite(size):
            continue
        direction, passed = inputs[i] / size, (outputs[i] - bias) / size
        share = float(passed @ passed)
        forward.append(float(beta.cdf(share / total, units / 2, units * (fan_in - 1) / 2)))
        if ran.output_gradient is None or units < 2:
            continue
        cotangent = np.asarray(ran.output_gradient[i], np.float64)
        norm = float(np.linalg.norm(cotangent))
        rest = total - share
        if norm and rest > 0:
            back = (cotangent / norm) @ weight
            across = back - direction * (back @ direction)
            part = float(across @ across) / rest
            backward.append(float(beta.cdf(part, (fan_in - 1) / 2, (units - 1) * (fan_in - 1) / 2)))
    return tuple(forward), tuple(backward)
