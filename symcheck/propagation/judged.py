"""Facts about a signal on its way through a network, from what was measured and from the theory of wide layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, isfinite, isnan, log, nan, sqrt
from typing import Any

import numpy as np

from symcheck.propagation.critical import Path, best_gains, of_layers
from symcheck.propagation.defaults import recognised
from symcheck.propagation.functions import function_named
from symcheck.propagation.layers import SignalLayer
from symcheck.propagation.scale import Scale, scale_of
from symcheck.types import Floats

#: Standard deviations of the logarithm that a network at its best gains stays within, mostly.
USUAL = 2.0
#: Layers are alike whose factors, as logarithms, differ by less than this, and this part more.
_ALIKE = 0.1


@dataclass(frozen=True)
class LayerFactors:
    """What one layer, with what follows it, multiplies second moments by.

    Attributes:
        forward, backward, apart: measured: the second moment of signals, the squared norm of the gradient, and how far two inputs
            are apart, relative to their size.
        predicted_forward, predicted_backward, predicted_apart: by the scale of its weights; None where nothing is predicted.
    """

    name: str
    forward: float
    backward: float
    apart: float
    predicted_forward: float | None
    predicted_backward: float | None
    predicted_apart: float | None


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
    """The layers of which something is predicted, against the gains that lose least.

    Attributes:
        layers: how many. whole: whether these are all but the last, one behind the other.
        scale: of their weights beside the gains that they are held to. unit: beside those of a unit second moment forward, which
            `symcheck gain` tells.
        asked: a gain that the user asked for, or None for those that lose least.
        changes: the largest changes of the logarithm on the way, forward and backward, predicted for these weights.
        least_loss: the largest of both, without its sign, at the best gains.
        certain: the loss that is certain for the scales that the weights are consistent with.
        usual: what chance does to a network of these widths and depth, one standard deviation of the logarithm.
        stretch: where most is lost.
        by_biases: whether without the biases no more would be lost than chance does.
        heavy: names of layers whose entries have longer tails than normal ones.
    """

    layers: int
    whole: bool
    scale: Scale
    unit: Scale
    asked: float | None
    changes: tuple[float, float]
    least_loss: float
    certain: float
    usual: float
    stretch: Stretch
    by_biases: bool
    heavy: tuple[str, ...]

    @property
    def excess(self) -> float:
        """What is lost for certain beyond the best."""
        return self.certain - self.least_loss


def factors(layers: Sequence[SignalLayer]) -> list[LayerFactors]:
    """Of every layer but the last, whose outputs nothing recorded takes."""
    known = [layer for layer in layers if layer.followed]
    found = of_layers(layers, parting=True) if known else None
    rows, place = [], 0
    for layer, above in pairwise(layers):
        predicted: list[float | None] = [None] * 3
        if layer.followed and found is not None and found.apart is not None:
            predicted = [exp(float(one[place])) for one in (found.forward, found.backward, found.apart)]
            place += 1
        elif layer.added is not None:
            predicted = _summed(layer, layer.added)
        apart = _ratio(_ratio(above.input_apart, above.input_square), _ratio(layer.input_apart, layer.input_square))
        predicted = [None if value is None or isnan(value) else value for value in predicted]
        if isnan(layer.input_apart):
            predicted[2] = None
        rows.append(
            LayerFactors(
                layer.name,
                _ratio(above.input_square, layer.input_square),
                _ratio(layer.input_gradient, above.input_gradient),
                apart,
                *predicted,
            )
        )
    return rows


def _summed(layer: SignalLayer, added: tuple[float, float]) -> list[float | None]:
    """Second moments of a sum add, since independent weights end the branch, and so do differences; of gradients it takes the sum's."""
    square = layer.passed * layer.input_square + layer.bias_square + added[0]
    differ = layer.passed * layer.input_apart + added[1]
    before = _ratio(layer.input_apart, layer.input_square)
    return [_ratio(square, layer.input_square), None, _ratio(_ratio(differ, square), before)]


def judged_stack(
    layers: Sequence[SignalLayer], rows: Sequence[LayerFactors], library: str | None, asked: float | None, alpha: float
) -> StackJudged | None:
    """The layers of which something is predicted against their best gains; None where there is none."""
    hidden = [layer for layer in layers if layer.followed]
    if not hidden:
        return None
    gains, best = best_gains(layers)
    held = [asked] * len(hidden) if asked else gains
    scale = scale_of(hidden, held)
    low, high = scale.interval(alpha)
    present = of_layers(layers)
    centre = log(scale.square)
    shifted = [float(of_layers(layers, end - centre).loss) for end in np.linspace(low, high, 5)]
    usual = sqrt(float(best.fluctuation.sum()))
    unbiased = of_layers(layers, biased=False)
    return StackJudged(
        len(hidden),
        len(hidden) == len(layers) - 1,
        scale,
        scale_of(hidden, [function_named(layer.activation or "identity").gain for layer in hidden]),
        asked,
        (float(present.changes[0]), float(present.changes[1])),
        float(best.loss),
        min(float(present.loss), *shifted),
        usual,
        _stretch(layers, rows, library, held, present, best),
        any(layer.bias_square for layer in hidden) and float(unbiased.loss - best.loss) <= USUAL * usual,
        tuple(layer.name for layer in hidden if layer.weights.heavy),
    )


def _stretch(
    layers: Sequence[SignalLayer],
    rows: Sequence[LayerFactors],
    library: str | None,
    gains: Sequence[float],
    found: Path,
    best: Path,
) -> Stretch:
    numbers = [i for i, layer in enumerate(layers) if layer.followed]
    ahead, back = found.forward - best.forward, found.backward - best.backward
    backward = abs(float(back.sum())) >= abs(float(ahead.sum()))
    present, apart = (found.backward, back) if backward else (found.forward, ahead)
    runs = _runs(present, numbers)
    first, last = max(runs, key=lambda run: abs(float(apart[run[0] : run[1] + 1].sum())))
    worst = first + int(np.argmax(np.abs(apart[first : last + 1])))
    held = rows[numbers[first] : numbers[last] + 1]
    layer = layers[numbers[worst]]
    floor = layer.bias_square > 0 and float(found.backward.sum()) < float(found.forward.sum()) - log(10)
    return Stretch(
        numbers[first] + 1,
        numbers[last] + 1,
        len(layers),
        "backward" if backward else "forward",
        _geometric([r.backward if backward else r.forward for r in held]),
        exp(float(present[first : last + 1].mean())),
        recognised(layer, library),
        layer.activation or "identity",
        layer.gain,
        gains[worst],
        floor,
    )


def _runs(logarithms: Floats, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last of layers that follow each other and are alike."""
    runs: list[tuple[int, int]] = []
    for i, value in enumerate(logarithms.tolist()):
        if runs and numbers[i] == numbers[i - 1] + 1:
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


def totals(layers: Sequence[SignalLayer]) -> Totals:
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
    with np.errstate(over="ignore"):
        return 1 + float(np.square(values).mean()), 1.0


def _ratio(a: float, b: float) -> float:
    return a / b if b and isfinite(a) and isfinite(b) else nan


def _geometric(values: Sequence[float]) -> float:
    held = [v for v in values if isfinite(v) and v > 0]
    return exp(sum(map(log, held)) / len(held)) if held else (0.0 if values and all(v == 0 for v in values) else nan)
