"""What is kept of a layer that ran: second moments forward and backward, its weights' scale, and how random it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import inf, nan, sqrt
from typing import Any

import numpy as np

from symcheck.activations import Activation
from symcheck.propagation.functions import function_named
from symcheck.propagation.ran import Ran
from symcheck.propagation.recognised import Between, between, residual
from symcheck.propagation.spread import Spread, spread
from symcheck.types import Array, Floats

#: Samples whose passage is tested for itself.
_TESTED = 4
#: A value this near to a limit of its activation, as a part of the range, is saturated: |tanh| > 0.99.
_SATURATED = 0.005
#: What of a gradient may come another way, relative to the largest: kinks and rounding to float32.
_BRANCHES = 1e-2


@dataclass(frozen=True)
class SignalLayer:
    """A layer and what became of the signal in it.

    Attributes:
        name, kind, dense: as of `Ran`.
        fan_in, units: of the weight. outputs: of the layer, which are more of a convolution.
        taps, coverage: as of `Ran`.
        weights: its entries.
        bias_square: their mean square; 0 without biases.
        input_square, output_square: mean square over samples and units, before the activation.
        input_apart: the same of half the difference of two samples: how well inputs can be told apart.
        output_gradient, input_gradient: squared norm, mean over the samples; nan where no gradient came.
        activation: what the next layer's inputs are of these outputs; None where that was not found.
        norm: the normalization before it, ``layer``, ``rms``, ``batch`` or "".
        sole: whether the next layer is all that takes these outputs, as their gradient tells.
        added: where its outputs are added to what went around it, the mean square of that, and how far two of its samples are apart.
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
    taps: int
    coverage: float
    weights: Spread
    bias_square: float
    input_square: float
    output_square: float
    input_apart: float
    output_gradient: float
    input_gradient: float
    activation: str | None
    norm: str
    sole: bool
    added: tuple[float, float] | None
    saturated: float | None
    dead: int
    dead_for_ever: int
    forward_p: tuple[float, ...]
    backward_p: tuple[float, ...]

    @property
    def gain(self) -> float:
        """sqrt(fan_in E[w^2])."""
        return sqrt(self.fan_in * self.weights.square)

    @property
    def fan_out(self) -> int:
        """Outputs that each input is sent to, as libraries count them."""
        return self.units * self.taps

    @property
    def passed(self) -> float:
        """What independent weights of this size multiply the second moment by: ``gain`` squared where all of a kernel counts."""
        return self.gain**2 * self.coverage

    @property
    def followed(self) -> bool:
        """Whether what comes after it up to the next layer is known, so that its factor is predicted."""
        return self.activation is not None and self.sole and 0 < self.weights.square < inf

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **asdict(self),
            "gain": self.gain,
            "forward_p": list(self.forward_p),
            "backward_p": list(self.backward_p),
        }


def summarised(layers: Sequence[Ran]) -> list[SignalLayer]:
    """The layers of one pass; what has no finite square is kept as it is."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _summarised(layers)


def _summarised(layers: Sequence[Ran]) -> list[SignalLayer]:
    links = between(
        [(one.outputs, above.inputs) for one, above in pairwise(layers)], [len(one.weight) for one in layers[:-1]]
    )
    inputs, outputs = [one.inputs for one in layers], [one.outputs for one in layers]
    added = [residual(inputs, outputs, i) if link.activation is None else None for i, link in enumerate(links)]
    sole = _sole(layers, links)
    found = []
    for i, ran in enumerate(layers):
        last = i + 1 == len(layers)
        after, link = (None, Between()) if last else (layers[i + 1].inputs, links[i])
        skip = None if last or (place := added[i]) is None else np.asarray(inputs[place], np.float64)
        below = links[i - 1].activation if i else None
        found.append(_layer(ran, link, not last and sole[i], after, below, skip))
    return found


def _sole(layers: Sequence[Ran], links: Sequence[Between]) -> list[bool]:
    """Whether the gradient at a layer's outputs is what comes back through the next layer alone.

    Where neither has any gradient that says nothing, and a layer is taken to be the only one if all of them follow each other.
    """
    chained = all(link.activation is not None for link in links)
    return [
        _only(one, above, link) if link.activation is not None and _moved(one, above) else chained
        for (one, above), link in zip(pairwise(layers), links, strict=True)
    ]


def _moved(one: Ran, above: Ran) -> bool:
    return any(g is not None and bool(np.any(g)) for g in (one.output_gradient, above.input_gradient))


def _only(one: Ran, above: Ran, link: Between) -> bool:
    if one.output_gradient is None or above.input_gradient is None:
        return False
    back = link.back(np.asarray(one.outputs, np.float64), np.asarray(above.input_gradient, np.float64))
    seen = np.asarray(one.output_gradient, np.float64)
    return bool(np.abs(seen - back).max() <= _BRANCHES * np.abs(seen).max())


def apart(values: Floats) -> float:
    """Half the mean squared difference of two samples, mean over the units; shape (samples, units)."""
    if len(values) < 2:
        return nan
    # Differences to one sample first: what all have in common would drown what they do not.
    return float((values - values[0]).var(axis=0, ddof=1).mean())


def _layer(
    ran: Ran, link: Between, sole: bool, after: Array | None, below: str | None, skip: Floats | None
) -> SignalLayer:
    activation = link.activation
    inputs, outputs = np.asarray(ran.inputs, np.float64), np.asarray(ran.outputs, np.float64)
    weight = np.asarray(ran.weight, np.float64)
    known = None if activation is None else function_named(activation)
    dead = 0
    if known is not None and known.rectified and after is not None:
        dead = int((np.asarray(after) == 0).all(axis=0).sum())
    backward = ran.output_gradient is not None and ran.input_gradient is not None
    forward_p, backward_p = _passage(ran, weight, inputs, outputs) if ran.dense and ran.alone else ((), ())
    return SignalLayer(
        ran.name,
        ran.kind,
        ran.dense,
        weight.shape[1],
        weight.shape[0],
        outputs.shape[1],
        ran.taps,
        ran.coverage,
        spread(weight),
        0.0 if ran.bias is None else float(np.square(np.asarray(ran.bias, np.float64)).mean()),
        float(np.square(inputs).mean()),
        float(np.square(outputs).mean()),
        apart(inputs),
        _norm(ran.output_gradient) if backward else nan,
        _norm(ran.input_gradient) if backward else nan,
        activation,
        link.norm,
        sole,
        None if skip is None else (float(np.square(skip).mean()), apart(skip)),
        None if known is None or after is None else _saturation(known, np.asarray(after, np.float64)),
        dead,
        _dead_for_ever(weight, ran.bias, below) if dead and ran.dense and not link.norm else 0,
        forward_p,
        backward_p,
    )


def _norm(gradient: Array | None) -> float:
    return nan if gradient is None else float(np.square(np.asarray(gradient, np.float64)).sum(axis=1).mean())


def _saturation(activation: Activation, values: Floats) -> float | None:
    bounded = np.isfinite(activation.low) and np.isfinite(activation.high)
    if not bounded or not activation.monotone or activation.rectified:
        return None
    margin = _SATURATED * (activation.high - activation.low)
    return float(((values < activation.low + margin) | (values > activation.high - margin)).mean())


def _dead_for_ever(weight: Floats, bias: Array | None, below: str | None) -> int:
    """Units whose inputs are never negative, and whose weights and bias are never positive: 0 on every input."""
    never_negative = below is not None and function_named(below).low >= 0
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
