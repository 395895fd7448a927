"""The course of second moments through the layers, point by point: measured, predicted with its band, and at the best gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, nan, sqrt

import numpy as np

from symcheck.propagation import field
from symcheck.propagation.critical import Path, best_gains, of_layers
from symcheck.propagation.functions import function_named
from symcheck.propagation.judged import LayerFactors, Stretch
from symcheck.propagation.layers import SignalLayer
from symcheck.propagation.observed import largest_change
from symcheck.propagation.signal import Signal
from symcheck.types import Floats

#: Half the width of the band in standard deviations.
DEVIATIONS = 2.0
#: The step of a logarithm by which it is seen how far a change is passed on.
_STEP = 1e-3
_FAULTY = ("failed", "warned", "error")


@dataclass(frozen=True)
class SignalLoss:
    """Layers at which a signal is lost.

    Attributes:
        first, last: their numbers, from 1.
        stretch: what is known of their gain; None where only the measured change stands out.
    """

    first: int
    last: int
    stretch: Stretch | None


@dataclass(frozen=True, eq=False)
class Course:
    """One direction, at the inputs of every layer, in the order of the layers; arrays have shape (layers,).

    All are logarithms, nan where nothing is known.

    Attributes:
        direction: ``forward``: of the second moment beside that of the first layer's inputs; ``backward``: of the gradient's
            squared norm beside that at the last layer's inputs.
        measured: geometric means over the builds.
        predicted: by the scale of the weights; where a layer is ``unknown``, what was measured behind it, from which on it is predicted
            again.
        low, high: `DEVIATIONS` standard deviations of chance about the mean logarithm of such networks, to first order in depth
            over width (Hanin 2018); for a batch of like inputs, and so wider than need be for others.
        best: at the gains that lose least; nan unless all layers are predicted.
        unknown: numbers, from 1, of the layers whose factor is not predicted.
        fault: None where nothing is lost.
    """

    direction: str
    measured: Floats
    predicted: Floats
    low: Floats
    high: Floats
    best: Floats
    unknown: tuple[int, ...]
    fault: SignalLoss | None


@dataclass(frozen=True)
class _Step:
    """What one layer does to logarithms: by its factor, measured and predicted, and by chance.

    Attributes:
        noise: variance that it adds. kept: how much of a change before it is there behind it.
    """

    measured: float
    predicted: float
    best: float
    noise: float
    kept: float


def courses(signal: Signal) -> tuple[Course, Course]:
    """Forward and backward."""
    return _course(signal, "forward"), _course(signal, "backward")


def _course(signal: Signal, direction: str) -> Course:
    steps = _steps(signal, direction)
    rows = _points(steps if direction == "forward" else steps[::-1], signal.draws)
    measured, predicted, low, high, best = (row if direction == "forward" else row[::-1] for row in rows.T)
    unknown = tuple(number for number, step in enumerate(steps, 1) if not isfinite(step.predicted))
    return Course(direction, measured, predicted, low, high, best, unknown, _fault(signal, direction))


def _points(steps: Sequence[_Step], draws: int) -> Floats:
    """Sums of the steps with their band, shape (steps + 1, 5), in the order of `Course`."""
    measured = predicted = best = shift = variance = 0.0
    rows = [(0.0, 0.0, 0.0, 0.0, 0.0)]
    for step in steps:
        measured, best = measured + step.measured, best + step.best
        if isfinite(step.predicted):
            predicted += step.predicted
            # The logarithm of a factor of mean 1 lies half its variance below 0, mostly.
            shift = step.kept * shift - step.noise / 2
            variance = step.kept**2 * variance + step.noise
            half = DEVIATIONS * sqrt(variance / draws)
            rows.append((measured, predicted, predicted + shift - half, predicted + shift + half, best))
        else:
            predicted, shift, variance = measured, 0.0, 0.0
            rows.append((measured, measured, measured, measured, best))
    return np.array(rows)


def _steps(signal: Signal, direction: str) -> list[_Step]:
    layers, ahead = signal.layers, direction == "forward"
    known = any(layer.followed for layer in layers)
    found = of_layers(layers) if known else None
    best = best_gains(layers)[1] if signal.stack is not None and signal.stack.whole else None
    steps, place = [], 0
    for layer, row in zip(layers, signal.factors, strict=False):
        factor, promised = (row.forward, row.predicted_forward) if ahead else (row.backward, row.predicted_backward)
        noise, kept, least = _noise_of_sum(layer, row), 1.0, nan
        if layer.followed and found is not None:
            noise, kept = _noise(layer, found, place, ahead)
            least = nan if best is None else float((best.forward if ahead else best.backward)[place])
            place += 1
        steps.append(_Step(_log(factor), _log(promised), least, noise, kept))
    return steps


def _noise(layer: SignalLayer, found: Path, place: int, ahead: bool) -> tuple[float, float]:
    """The variance that a followed layer adds, and what it keeps of a change before it.

    For u with independent normal entries, |D u|^2 varies by 3 Var[s] / (n E[s]^2) for D^2 = diag(s), and |W^T v|^2 by 2 / fan_in.
    """
    activation, q = function_named(layer.activation or "identity"), float(found.within[place])
    if not ahead:
        return 3 * float(field.slope_fluctuation(activation, q)) / layer.units + 2 / layer.fan_in, 1.0
    noise = float(found.fluctuation[place])
    if layer.norm:
        return noise, 0.0
    up, down = (float(field.forward(activation, q * exp(sign * _STEP))) for sign in (1, -1))
    passed = max(0.0, 1 - layer.bias_square / q) if q else 1.0
    return noise, passed * log(up / down) / (2 * _STEP) if min(up, down) > 0 else 1.0


def _noise_of_sum(layer: SignalLayer, row: LayerFactors) -> float:
    """Of |s + w|^2 for a skip s and independent normal entries w: 4 s.w and |w|^2 vary."""
    if layer.added is None or row.predicted_forward is None:
        return nan
    around, through = layer.added[0], layer.passed * layer.input_square + layer.bias_square
    whole = (around + through) ** 2
    return (4 * around * through + 2 * through**2) / (whole * layer.units) if whole else 0.0


def _log(value: float | None) -> float:
    return log(value) if value is not None and isfinite(value) and value > 0 else nan


def _fault(signal: Signal, direction: str) -> SignalLoss | None:
    status = {f.check: f.status for f in signal.report.findings} if signal.report is not None else {}
    stretch = signal.stack.stretch if signal.stack is not None else None
    if status.get("model.gain") in _FAULTY and stretch is not None and stretch.direction == direction:
        return SignalLoss(stretch.first, stretch.last, stretch)
    if status.get(f"model.{direction}") not in _FAULTY:
        return None
    number = largest_change(signal, direction)
    known = stretch is not None and status.get("model.gain") in _FAULTY
    if stretch is not None and known and (number is None or stretch.first <= number <= stretch.last):
        return SignalLoss(stretch.first, stretch.last, stretch)
    return None if number is None else SignalLoss(number, number, None)
