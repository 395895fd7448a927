"""Facts about a signal on its way through a network, from what was measured and from the theory of wide layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, isfinite, log, nan, sqrt
from typing import Any

import numpy as np

from symcheck.activations import get_activation
from symcheck.propagation.critical import Path, best_gains, of_layers
from symcheck.propagation.defaults import recognised
from symcheck.propagation.layers import Layer
from symcheck.propagation.scale import Scale, scale_of
from symcheck.types import Floats

#: Standard deviations of the logarithm that a network at its best gains stays within, mostly.
USUAL = 2.0
#: Layers are alike whose factors, as logarithms, differ by less than this, and this part more.
_ALIKE = 0.1


@dataclass(frozen=True)
class LayerFactors:
    """What one layer with its activation multiplies second moments by.

    Attributes:
        forward, backward: measured. predicted_forward, predicted_backward: by the scale of its weights; None where nothing is
            predicted.
    """

    name: str
    forward: float
    backward: float
    predicted_forward: float | None
    predicted_backward: float | None


@dataclass(frozen=True)
class Stretch:
    """Consecutive layers that do the same to the signal, where most of it is lost.

    Attributes:
        first, last: their numbers, from 1. of: all layers.
        direction: ``backward`` or ``forward``.
        measured, predicted: the factor of each of them, geometric means.
        law: what their weights look like, or None.
        activation: that follows them.
        gain: of their weights, and the one to use.
        floor: whether random biases keep up the second moment forward.
    """

    first: int
    last: int
    of: int
    name: str
    direction: str
    measured: float
    predicted: float
    law: str | None
    activation: str
    gain: float
    use: float
    floor: bool


@dataclass(frozen=True)
class StackJudged:
    """A stack of layers against the gains that lose least.

    Attributes:
        layers: how many hidden ones.
        scale: of their weights beside the gains that they are held to.
        asked: a gain that the user asked for, or None for those that lose least.
        loss, least_loss: the largest change of the logarithm on the way, predicted for these weights and for the best gains.
        certain: the loss that is certain for the scales that the weights are consistent with.
        usual: what chance does to a network of these widths and depth, one standard deviation of the logarithm.
        stretch: where most is lost.
        by_biases: whether without the biases no more would be lost than chance does.
    """

    layers: int
    scale: Scale
    asked: float | None
    loss: float
    least_loss: float
    certain: float
    usual: float
    stretch: Stretch
    by_biases: bool

    @property
    def excess(self) -> float:
        """What is lost for certain beyond the best."""
        return self.certain - self.least_loss


def hidden_stack(layers: Sequence[Layer]) -> list[Layer]:
    """The layers from the first on that are followed by a known activation."""
    found: list[Layer] = []
    for layer in layers:
        if layer.activation is None or not layer.dense:
            break
        found.append(layer)
    return found


def factors(layers: Sequence[Layer]) -> list[LayerFactors]:
    """Of every layer but the last, whose outputs nothing recorded takes."""
    hidden = hidden_stack(layers)
    found = of_layers(hidden) if hidden and all(h.weights.square for h in hidden) else None
    rows = []
    for i, (layer, above) in enumerate(pairwise(layers)):
        known = found is not None and i < len(hidden)
        rows.append(
            LayerFactors(
                layer.name,
                _ratio(above.input_square, layer.input_square),
                _ratio(layer.input_gradient, above.input_gradient),
                exp(float(found.forward[i])) if known and found is not None else None,
                exp(float(found.backward[i])) if known and found is not None else None,
            )
        )
    return rows


def judged_stack(
    layers: Sequence[Layer], rows: Sequence[LayerFactors], library: str | None, asked: float | None, alpha: float
) -> StackJudged | None:
    """The hidden stack against its best gains; None where there is none whose activations are known and weights not zero."""
    hidden = hidden_stack(layers)
    if not hidden or not all(layer.weights.square for layer in hidden):
        return None
    gains, best = best_gains(hidden)
    held = [asked] * len(hidden) if asked else gains
    scale = scale_of(hidden, held)
    low, high = scale.interval(alpha)
    present = of_layers(hidden)
    centre = log(scale.square)
    shifted = [float(of_layers(hidden, end - centre).loss) for end in np.linspace(low, high, 5)]
    certain = min(float(present.loss), *shifted)
    usual = sqrt(float(best.fluctuation.sum()))
    unbiased = of_layers([replace(layer, bias_square=0.0) for layer in hidden])
    return StackJudged(
        len(hidden),
        scale,
        asked,
        float(present.loss),
        float(best.loss),
        certain,
        usual,
        _stretch(hidden, rows, len(layers), library, held, best),
        any(layer.bias_square for layer in hidden) and float(unbiased.loss - best.loss) <= USUAL * usual,
    )


def _stretch(
    hidden: Sequence[Layer],
    rows: Sequence[LayerFactors],
    of: int,
    library: str | None,
    gains: Sequence[float],
    best: Path,
) -> Stretch:
    found = of_layers(hidden)
    ahead, back = found.forward - best.forward, found.backward - best.backward
    backward = abs(float(back.sum())) >= abs(float(ahead.sum()))
    present, apart = (found.backward, back) if backward else (found.forward, ahead)
    first, last = max(_runs(present), key=lambda run: abs(float(apart[run[0] : run[1] + 1].sum())))
    worst = first + int(np.argmax(np.abs(apart[first : last + 1])))
    measured = [r.backward if backward else r.forward for r in rows[first : last + 1]]
    layer = hidden[worst]
    floor = layer.bias_square > 0 and float(found.backward.sum()) < float(found.forward.sum()) - log(10)
    return Stretch(
        first + 1,
        last + 1,
        of,
        layer.name,
        "backward" if backward else "forward",
        _geometric(measured),
        exp(float(present[first : last + 1].mean())),
        recognised(layer, library),
        get_activation(layer.activation or "identity").name,
        layer.gain,
        gains[worst],
        floor,
    )


def _runs(logarithms: Floats) -> list[tuple[int, int]]:
    """The first and last of consecutive layers that are alike."""
    runs: list[tuple[int, int]] = []
    for i, value in enumerate(logarithms.tolist()):
        if runs:
            first = runs[-1][0]
            mean = float(logarithms[first:i].mean())
            if abs(value - mean) < _ALIKE * (1 + abs(mean)):
                runs[-1] = (first, i)
                continue
        runs.append((i, i))
    return runs


@dataclass(frozen=True)
class Totals:
    """What was measured from the first recorded layer to the last.

    Attributes:
        forward: the second moment of the last layer's inputs beside that of the first one's.
        backward: the squared norm of the gradient at the first layer's inputs beside that at the last one's.
        separation: how far two inputs are apart at the last layer beside the first, each relative to their size.
        usual: one standard deviation of the logarithm, if every layer were of ReLU units.
    """

    forward: float
    backward: float
    separation: float
    usual: float


def totals(layers: Sequence[Layer]) -> Totals:
    """Of all recorded layers."""
    first, last = layers[0], layers[-1]
    usual = sqrt(sum(5 / layer.units for layer in layers[:-1]))
    separation = _ratio(_ratio(last.input_apart, last.input_square), _ratio(first.input_apart, first.input_square))
    return Totals(
        _ratio(last.input_square, first.input_square),
        _ratio(first.input_gradient, last.input_gradient),
        separation,
        usual,
    )


def first_loss(outputs: Any, head: str) -> tuple[float, float]:
    """The loss before training, and what a network that knows nothing has.

    Returns:
        For ``softmax`` the mean cross-entropy over targets of all classes alike, and ln(classes); else the mean squared error for
        independent targets of variance 1, and 1.
    """
    values = np.asarray(outputs, np.float64)
    if head == "softmax":
        top = values.max(axis=1, keepdims=True)
        sums = top[:, 0] + np.log(np.exp(values - top).sum(axis=1))
        return float((sums - values.mean(axis=1)).mean()), log(values.shape[1])
    return 1 + float(np.square(values).mean()), 1.0


def _ratio(a: float, b: float) -> float:
    return a / b if b and isfinite(a) and isfinite(b) else nan


def _geometric(values: Sequence[float]) -> float:
    held = [v for v in values if isfinite(v) and v > 0]
    return exp(sum(map(log, held)) / len(held)) if held else (0.0 if values and all(v == 0 for v in values) else nan)
