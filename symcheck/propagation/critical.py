"""The path that second moments take through a stack of layers, and the gains that would lose least of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.propagation import field
from symcheck.propagation.layers import Layer
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
    """What wide layers do to a signal; shape (layers,), or (layers, cases).

    Attributes:
        forward: log of the factor of each layer with its activation on the second moment.
        backward: the same of the squared norm of the gradient, and of small differences of inputs.
        fluctuation: what the layer adds to the variance of the logarithm of the second moment.
    """

    forward: Floats
    backward: Floats
    fluctuation: Floats

    @property
    def loss(self) -> Floats:
        """The largest change of the logarithm anywhere on the way, forward from the inputs or backward to them; shape ()."""
        ahead = np.abs(np.cumsum(self.forward, axis=0)).max(axis=0)
        back = np.abs(np.cumsum(self.backward[::-1], axis=0)).max(axis=0)
        return np.asarray(np.maximum(ahead, back))


def path(
    activations: Sequence[Activation],
    squares: Sequence[Floats | float],
    biases: Sequence[float],
    units: Sequence[int],
    start: float,
) -> Path:
    """The mean-field recursion q = g^2 m + s_b^2, m = E[sigma(sqrt(q) z)^2].

    Args:
        squares: g^2 = fan_in E[w^2] of each layer, a number or one for each case.
        biases: their variance in each layer. units: in each layer. start: the second moment of the inputs.
    """
    moment = np.zeros(np.shape(squares[0])) + start
    ahead, back, noise = [], [], []
    for activation, square, bias, width in zip(activations, squares, biases, units, strict=True):
        q = np.clip(square * moment + bias, _SMALLEST, _LARGEST)
        after = np.clip(field.forward(activation, q), _SMALLEST, _LARGEST)
        ahead.append(np.log(after) - np.log(np.maximum(moment, _SMALLEST)))
        back.append(np.log(np.maximum(square * field.backward(activation, q), _SMALLEST)))
        noise.append(field.fluctuation(activation, np.clip(q, *_FOURTH)) / width)
        moment = after
    return Path(np.stack(ahead), np.stack(back), np.stack(noise))


def of_layers(layers: Sequence[Layer], shift: float = 0.0) -> Path:
    """The path through hidden layers as they are.

    Args:
        shift: of the logarithm of every layer's g^2.
    """
    return path(
        [get_activation(layer.activation or "identity") for layer in layers],
        [layer.gain**2 * float(np.exp(shift)) for layer in layers],
        [layer.bias_square for layer in layers],
        [layer.units for layer in layers],
        layers[0].input_square,
    )


def best_gains(layers: Sequence[Layer]) -> tuple[list[float], Path]:
    """Gains that lose least on the way, one for each layer: those of a unit second moment times one common factor.

    Biases are taken to be zero. Where no factor does better than 1 by a tenth of a unit of the logarithm, it is 1.
    """
    activations = [get_activation(layer.activation or "identity") for layer in layers]
    unit = [activation.gain for activation in activations]
    units = [layer.units for layer in layers]
    start = layers[0].input_square

    def through(factors: Floats) -> Path:
        return path(activations, [(g * factors) ** 2 for g in unit], [0.0] * len(unit), units, start)

    losses = through(_FACTORS).loss
    near = _FACTORS[int(np.argmin(losses))] * _NEARER
    nearer = through(near).loss
    factor = 1.0 if losses[0] <= nearer.min() + 0.1 else float(near[int(np.argmin(nearer))])
    return [g * factor for g in unit], through(np.asarray(factor))
