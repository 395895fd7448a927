"""The path that second moments take through layers whose surroundings are known, and the gains that would lose least of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from symcheck.activations import Activation
from symcheck.propagation import field
from symcheck.propagation.functions import function_named
from symcheck.propagation.layers import SignalLayer
from symcheck.types import Floats

#: Factors that are tried on the gains that keep a unit second moment.
_FACTORS = np.concatenate([[1.0], np.geomspace(0.125, 8.0, 49)])
#: And these about the best of them.
_NEARER = np.geomspace(1.1**-1, 1.1, 25)
#: Below this nothing is squared without being lost.
_SMALLEST, _LARGEST = 1e-280, 1e280
#: And between these fourth powers are numbers.
_FOURTH = (1e-140, 1e140)


@dataclass(frozen=True)
class Path:
    """What wide layers do to a signal, of shape (layers,) or (layers, cases).

    Attributes:
        forward: log of the factor of each layer, with what follows it, on the second moment.
        backward: the same of the squared norm of the gradient, and of small differences of inputs.
        fluctuation: what the layer adds to the variance of the logarithm of the second moment.
        apart: log of the factor on how far two signals are apart, relative to their size, shape (layers,); None where there are
            several cases, or nobody asked.
        normalized: whether there is a normalization on the way.
        within: the second moment that the activation is fed.
    """

    forward: Floats
    backward: Floats
    fluctuation: Floats
    within: Floats
    apart: Floats | None = None
    normalized: bool = False

    @property
    def loss(self) -> Floats:
        """The largest of both changes of the logarithm, without its sign; shape ()."""
        return np.asarray(np.maximum(*map(np.abs, self.changes)))

    @property
    def changes(self) -> tuple[Floats, Floats]:
        """The largest change of the logarithm on the way, with its sign, forward from the inputs and backward to them; shape ().

        Behind a normalization it does not matter what was lost before, and it is the change over the whole way.
        """
        if self.normalized:
            return np.asarray(self.forward.sum(axis=0)), np.asarray(self.backward.sum(axis=0))
        return _worst(self.forward), _worst(self.backward[::-1])


def _worst(steps: Floats) -> Floats:
    sums = np.cumsum(steps, axis=0)
    return np.asarray(np.take_along_axis(sums, np.abs(sums).argmax(axis=0)[None, ...], axis=0)[0])


@dataclass(frozen=True)
class PathStep:
    """One layer of a path.

    Attributes:
        activation, norm: what follows it. units: of it.
        bias: variance of its biases.
        start: second moment of its inputs, and how far two of them are apart, where these are not what the step before makes of
            its own: after layers of which nothing is predicted.
    """

    activation: Activation
    norm: str
    units: int
    bias: float
    start: tuple[float, float] | None = None


def path(steps: Sequence[PathStep], squares: Sequence[Floats | float], *, parting: bool = False) -> Path:
    """The mean-field recursion q = g^2 m + s_b^2, m = E[sigma(sqrt(q) z)^2]; behind a normalization q is 1.

    A normalization over a layer divides gradients by q, one over the batch by what differs in it: g^2 (m - what all samples have
    in common), by which gradients grow (Yang et al. 2019).

    Args:
        squares: g^2 of each layer, a number or one for each case; of several, what parts signals is computed for their mean.
        parting: whether to tell how two signals part.
    """
    two = parting or any(step.norm == "batch" for step in steps)
    ahead, back, noise, fed, parted_by = [], [], [], [], []
    moment, apart = np.ones(np.shape(squares[0])), 1.0
    for step, square in zip(steps, squares, strict=True):
        if step.start is not None:
            moment = np.zeros(np.shape(square)) + step.start[0]
            apart = step.start[0] if isnan(step.start[1]) else step.start[1]
        q = np.clip(square * moment + step.bias, _SMALLEST, _LARGEST)
        # Biases are the same for two signals, so that they do not part them.
        differ = float(np.mean(square)) * apart
        scale = q if step.norm in ("layer", "rms") else square * apart if step.norm == "batch" else np.ones_like(q)
        within = np.ones_like(q) if step.norm else q
        fed.append(within)
        after = np.clip(field.forward(step.activation, within), _SMALLEST, _LARGEST)
        ahead.append(np.log(after) - np.log(np.maximum(moment, _SMALLEST)))
        slope = square * field.backward(step.activation, within) / np.maximum(scale, _SMALLEST)
        back.append(np.log(np.maximum(slope, _SMALLEST)))
        noise.append(field.fluctuation(step.activation, np.clip(within, *_FOURTH)) / step.units)
        if two:
            between = 1.0 if step.norm == "batch" else differ / float(np.mean(q)) if step.norm else differ
            parted = field.apart(step.activation, float(np.mean(within)), between) if between > 0 else 0.0
            before = apart / max(float(np.mean(moment)), _SMALLEST)
            parted_by.append(np.log(max(parted / float(np.mean(after)) / max(before, _SMALLEST), _SMALLEST)))
            apart = parted
        moment = after
    return Path(
        np.stack(ahead),
        np.stack(back),
        np.stack(noise),
        np.stack(fed),
        np.array(parted_by) if parting else None,
        any(step.norm for step in steps),
    )


def steps_of(layers: Sequence[SignalLayer], *, biased: bool = True, carried: bool = False) -> list[PathStep]:
    """The steps through the layers that are followed by what is known.

    Args:
        biased: whether their biases count.
        carried: whether layers of which nothing is predicted are taken to pass on what the one before them made, and not what was
            measured behind them.
    """
    found: list[PathStep] = []
    fresh = True
    for layer in layers:
        if layer.followed:
            start = (layer.input_square, layer.input_apart) if fresh and (not found or not carried) else None
            found.append(
                PathStep(
                    function_named(layer.activation or "identity"),
                    layer.norm,
                    layer.units,
                    layer.bias_square if biased else 0.0,
                    start,
                )
            )
        fresh = not layer.followed
    return found


def of_layers(layers: Sequence[SignalLayer], shift: float = 0.0, *, biased: bool = True, parting: bool = False) -> Path:
    """The path through the layers that are followed, as they are.

    Args:
        shift: of the logarithm of every layer's g^2.
    """
    squares = [layer.passed * float(np.exp(shift)) for layer in layers if layer.followed]
    return path(steps_of(layers, biased=biased), squares, parting=parting)


def best_gains(layers: Sequence[SignalLayer]) -> tuple[list[float], Path]:
    """Gains that lose least on the way, one for each layer that is followed: those of a unit second moment times one common factor.

    Biases are taken to be zero, and factors are sought where all of a kernel counts. Where no factor does better than 1 by a tenth of a unit of the
    logarithm, it is 1.
    """
    steps = steps_of(layers, biased=False, carried=True)
    unit = [step.activation.gain for step in steps]

    def through(factors: Floats, covered: bool = False) -> Path:
        parts = [layer.coverage if covered else 1.0 for layer in layers if layer.followed]
        return path(steps, [(g * factors) ** 2 * part for g, part in zip(unit, parts, strict=True)])

    losses = through(_FACTORS).loss
    near = _FACTORS[int(np.argmin(losses))] * _NEARER
    nearer = through(near).loss
    factor = 1.0 if losses[0] <= nearer.min() + 0.1 else float(near[int(np.argmin(nearer))])
    return [g * factor for g in unit], through(np.asarray(factor), covered=True)
