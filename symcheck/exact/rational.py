"""Rational training: the network itself, ReLU and all, trained in exact arithmetic on random data.

`symcheck.exact.interpretation` puts random functions of a symmetry class for each activation, so it knows nothing of
ReLU's sign. Here every number is an integer over a power of two, ReLU is ReLU (with slope 0 at 0), and equality is
equality: units that differ, are active or move on some data refute whoever says that they never do. The converse is
not proved by it: a unit that was silent on the inputs tried may be active on others.

Exact gradients of depth L multiply L - 1 weights, so under gradient descent the digits of a weight grow L - 1 times as
many with each update. Under a random odd function of each gradient entry, of 32 bits (a member of the class of Adam,
RMSprop and signSGD), their number stays what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from symcheck.errors import SymcheckError, listed
from symcheck.exact.dyadic import Dyadic
from symcheck.exact.rational_data import RationalData
from symcheck.exact.rational_functions import KeyedFunction, RationalActivation
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.types import Array, Flags

#: Update rules. ``dropout`` is ``entrywise`` with a random mask on every hidden unit, ``noise`` with noise on every
#: parameter.
RULES = ("sgd", "entrywise", "coupled", "dropout", "noise")

#: One (weight, bias) a layer, of shapes (restarts, out, in) and (restarts, out).
Parameters = list[tuple[Dyadic, Dyadic | None]]


@dataclass(frozen=True, eq=False)
class ObservedLayer(UnitClasses):
    """What was seen of the n units of a hidden layer, in all restarts, samples and steps together.

    Labels and signs tell the units whose activations agreed exactly, or were opposite; ``zero`` those that were silent:
    their activation was never other than zero; ``frozen`` those whose delta was never other than zero.

    Attributes:
        separates_at: the first number of updates after which no two units had agreed up to sign, and none had been
            silent; None if that was not seen.
    """

    separates_at: int | None


@dataclass(frozen=True, eq=False)
class RationalTraining:
    """The hidden layers after training, and the number of updates, which the digits allowed may have cut short."""

    layers: tuple[ObservedLayer, ...]
    steps: int


def train(
    network: Network,
    rng: Generator,
    steps: int | None = None,
    *,
    rule: str = "entrywise",
    decay: bool = False,
    samples: int = 4,
    restarts: int = 3,
    most_bits: int = 1 << 11,
) -> RationalTraining:
    """Train from the network's own weights several times, and tell which units were never told apart.

    Inputs are drawn from the network's range. Activations that are not piecewise linear become random functions of their kind: see
    `symcheck.exact.rational_functions`. Cotangents of the outputs are random; those of a softmax head sum to zero.

    Args:
        network: of any depth.
        rng: draws functions, inputs, cotangents and learning rates.
        steps: number of updates, by default depth + 3.
        rule: ``sgd``: a multiple of the gradient; ``entrywise``: a random odd function of each of its entries;
            ``coupled``: the same of gradient plus a multiple of the weight; ``dropout`` and ``noise``: see `RULES`.
        decay: multiply each weight matrix and each bias by a number in (0, 1] of its own at each step besides, as
            biases are often left out of weight decay.
        samples: inputs in a batch; each batch is fresh.
        restarts: trainings from the same weights, each with data of its own.
        most_bits: no update is made of parameters that have gained more bits than these since the start.

    Raises:
        SymcheckError: no such rule, a number that is out of range, or NaN or infinity among weights or biases.
    """
    if rule not in RULES:
        raise SymcheckError(f"the update rule must be {listed(RULES)}, not {rule!r}")
    count = network.depth + 3 if steps is None else steps
    if count < 0 or samples < 1 or restarts < 1:
        raise SymcheckError(
            f"steps must be at least 0, samples and restarts at least 1, not {count}, {samples} and {restarts}"
        )
    data = RationalData(network, rng, samples, restarts)
    activations = [RationalActivation(a, rng) for a in network.activations]
    update = _Update(rule, decay, rng, data)
    parameters = [(_copies(w, restarts), None if b is None else _copies(b, restarts)) for w, b in data.parameters]
    limit = most_bits + _widest(parameters)
    seen: list[list[Array]] = [[] for _ in activations]
    moved: list[Flags] = [np.zeros(n, bool) for n in network.sizes[1:-1]]
    for step in range(count + 1):
        masks = [data.mask(n) if rule == "dropout" else None for n in network.sizes[1:-1]]
        pre, hidden = _forward(parameters, activations, masks, data.inputs())
        deltas = _backward(parameters, activations, masks, pre, data.cotangents())
        for layer, history in enumerate(seen):
            history.append(hidden[layer + 1].numerators.reshape(-1, network.sizes[layer + 1]))
            moved[layer] |= _nonzero(deltas[layer]).any((0, 1))
        if step == count or _widest(parameters) > limit:
            break
        parameters = update(parameters, _gradients(parameters, hidden, deltas))
    layers = tuple(_observed(history, ~flags) for history, flags in zip(seen, moved, strict=True))
    return RationalTraining(layers, step)


def forward(network: Network, points: ArrayLike, rng: Generator) -> list[Dyadic]:
    """The pre-activations z_1 .. z_L of a network at inputs of shape (points, inputs), each of shape (points, units).

    Exact in every layer that only piecewise linear activations lie below.

    Raises:
        SymcheckError: NaN or infinity among points, weights or biases.
    """
    parameters: Parameters = [
        (Dyadic.of(w), None if b is None else Dyadic.of(b))
        for w, b in zip(network.weights, network.biases, strict=True)
    ]
    activations = [RationalActivation(a, rng) for a in network.activations]
    return _forward(parameters, activations, [None] * len(activations), Dyadic.of(points))[0]


def _widest(parameters: Parameters) -> int:
    return max(values.bits for pair in parameters for values in pair if values is not None)


def _copies(values: Dyadic, restarts: int) -> Dyadic:
    return Dyadic(np.stack([values.numerators] * restarts), values.places)


def _nonzero(values: Dyadic) -> Flags:
    return np.asarray(values.numerators != 0, bool)


def _forward(
    parameters: Parameters, activations: list[RationalActivation], masks: list[Dyadic | None], inputs: Dyadic
) -> tuple[list[Dyadic], list[Dyadic]]:
    """Pre-activations z_1 .. z_L and activations h_0 .. h_{L-1}, each (restarts, samples, units)."""
    pre: list[Dyadic] = []
    hidden = [inputs]
    for layer, (weight, bias) in enumerate(parameters):
        z = hidden[-1] @ weight.transposed
        if bias is not None:
            z = z + Dyadic(bias.numerators[..., None, :], bias.places)
        pre.append(z)
        if layer < len(activations):
            h, mask = activations[layer].function(z), masks[layer]
            hidden.append(h if mask is None else h * mask)
    return pre, hidden


def _backward(
    parameters: Parameters,
    activations: list[RationalActivation],
    masks: list[Dyadic | None],
    pre: list[Dyadic],
    cotangents: Dyadic,
) -> list[Dyadic]:
    """delta_1 .. delta_L, each (restarts, samples, units)."""
    deltas = [cotangents]
    for layer in reversed(range(len(activations))):
        delta, mask = deltas[-1] @ parameters[layer + 1][0] * activations[layer].derivative(pre[layer]), masks[layer]
        deltas.append(delta if mask is None else delta * mask)
    return deltas[::-1]


def _gradients(parameters: Parameters, hidden: list[Dyadic], deltas: list[Dyadic]) -> Parameters:
    """The sum over samples of delta_l h_{l-1}^T, and of delta_l where there is a bias."""
    return [
        (delta.transposed @ h, None if bias is None else delta.total(1))
        for (_, bias), h, delta in zip(parameters, hidden, deltas, strict=True)
    ]


class _Update:
    """A random member of a class of optimizers."""

    def __init__(self, rule: str, decay: bool, rng: Generator, data: RationalData) -> None:
        self._rule, self._decay, self._rng, self._data = rule, decay, rng, data

    def __call__(self, parameters: Parameters, gradients: Parameters) -> Parameters:
        if self._rule == "sgd":
            largest = max((g.magnitude for pair in gradients for g in pair if g is not None and g.bits), default=0)
            rate = self._data.rates(largest)
        else:
            rate = self._data.rates(0)
        phi, coupling = KeyedFunction(self._rng), self._data.rates(0)

        def moved(values: Dyadic, gradient: Dyadic) -> Dyadic:
            if self._rule == "coupled":
                gradient = gradient + values * _broadcast(coupling, values)
            direction = gradient if self._rule == "sgd" else phi.odd(gradient)
            kept = values * _broadcast(self._data.fractions(), values) if self._decay else values
            after = kept - direction * _broadcast(rate, values)
            return after + self._data.noise(values) if self._rule == "noise" else after

        return [
            (moved(weight, dw), None if bias is None or db is None else moved(bias, db))
            for (weight, bias), (dw, db) in zip(parameters, gradients, strict=True)
        ]


def _broadcast(factors: Dyadic, values: Dyadic) -> Dyadic:
    """One factor a restart, over all other dimensions."""
    return Dyadic(factors.numerators.reshape(-1, *[1] * (values.numerators.ndim - 1)), factors.places)


def _observed(history: list[Array], frozen: Flags) -> ObservedLayer:
    """Classes of units by their activations, of which each step has an array (restarts * samples, units)."""
    count = len(frozen)
    labels, signs, silent = [0] * count, [0] * count, np.ones(count, bool)
    separates_at = None
    for step, values in enumerate(history):
        keys: dict[tuple[object, ...], int] = {}
        for unit in range(count):
            column = values[:, unit].tolist()
            # The sign of a unit is that of its first activation that is not zero.
            signs[unit] = signs[unit] or next(((v > 0) - (v < 0) for v in column if v), 0)
            silent[unit] &= not any(column)
            key = (labels[unit], *(column if signs[unit] >= 0 else [-v for v in column]))
            labels[unit] = keys.setdefault(key, len(keys))
        if separates_at is None and len(keys) == count and not silent.any():
            separates_at = step
    classes = np.array(labels, np.intp)
    first = np.unique(classes, return_index=True)[1]
    oriented = np.array([s or 1 for s in signs], np.int8)
    return ObservedLayer(classes, oriented * oriented[first][classes], silent, frozen, separates_at)
