"""Random interpretation: train a network over GF(2^61 - 1) with random functions, and compare its units.

Activation, derivative and loss gradient are random functions that keep only the symmetry class of the
activation and the zero sum of a softmax head's deltas; inputs and learning rates are random. Units that
agree at every step are tied for every activation of the class, every loss and all data, but for a chance of
order 2^-61 for each comparison. It is a test of ties that knows nothing of partitions, and it tells the
step at which units separate. ReLUs that are silent by the signs of their weights
(`symcheck.exact.silence`) give zero as long as they are.

The weights enter by their images in a field. `exact_field` names the one in which nothing is taken for equal
that is not, but for a chance of the order of one over its modulus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError, listed
from symcheck.exact.fields import MERSENNE, Field, RandomPrime
from symcheck.exact.perceptrons import Parameters, Perceptrons
from symcheck.exact.random_functions import RandomFunction
from symcheck.exact.rings import exact_in_field
from symcheck.exact.silence import Silence
from symcheck.exact.units import UnitClasses, signed_classes
from symcheck.network import Network
from symcheck.types import Array, Flags, Labels, Signs

#: Update rules by the class of optimizers they stand for; any of them also takes weight decay.
RULES = ("sgd", "entrywise", "coupled", "dropout", "noise")

# Networks trained together hold about this many weights in a layer: enough to forget the cost of a call.
_ENTRIES = 1 << 15


@dataclass(frozen=True, eq=False)
class HiddenLayer:
    """One hidden layer of n units through `steps` updates.

    Attributes:
        signatures: shape (steps + 1, n). Row t is, for each unit, one random linear combination of its
            activations before update 0 up to before update t: it is zero, equal to or the negative of another
            unit's when all those activations are.
        frozen: shape (n,): delta was zero at every step.
    """

    signatures: Array
    frozen: Flags
    field: Field = MERSENNE

    def classes_at(self, step: int) -> tuple[Labels, Signs]:
        """Labels and signs of the units that have agreed up to sign before `step` updates and earlier."""
        return signed_classes(self.signatures[step], self.field)

    @cached_property
    def units(self) -> UnitClasses:
        """The classes that never separated."""
        labels, signs = self.classes_at(-1)
        return UnitClasses(labels, signs, self.signatures[-1] == 0, self.frozen)

    @property
    def labels(self) -> Labels:
        """Classes of units equal up to sign at every step."""
        return self.units.labels

    @property
    def signs(self) -> Signs:
        """Signs of the units in their classes."""
        return self.units.signs

    @property
    def zero(self) -> Flags:
        """Whether the activation was zero at every step."""
        return self.units.zero

    @property
    def settles_at(self) -> int:
        """The number of updates after which nothing more separates or comes alive."""
        counts = self._counts
        return next(step for step, count in enumerate(counts) if count == counts[-1])

    @property
    def separates_at(self) -> int | None:
        """The number of updates after which no two units are tied or anti-tied, and none is zero.

        None if that never happens.
        """
        alone = (self.signatures.shape[1], 0)
        return next((step for step, count in enumerate(self._counts) if count == alone), None)

    @cached_property
    def _counts(self) -> list[tuple[int, int]]:
        folded = (self.classes_at(step)[0] for step in range(len(self.signatures)))
        return [
            (int(labels.max()) + 1, int(np.count_nonzero(row == 0)))
            for labels, row in zip(folded, self.signatures, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Interpretation:
    """The hidden layers of one network after `steps` updates under an update rule."""

    layers: tuple[HiddenLayer, ...]
    steps: int
    rule: str
    decay: bool


def interpret(
    network: Network,
    rng: Generator,
    steps: int | None = None,
    *,
    rule: str = "sgd",
    decay: bool = False,
    samples: int = 2,
    field: Field = MERSENNE,
) -> Interpretation:
    """Train a network over the field and tell which units never separate.

    Args:
        network: any depth; a network without hidden layers has no layers to tell of.
        rng: draws functions, inputs, cotangents and learning rates.
        steps: number of updates, by default depth + 3.
        rule: ``"sgd"``: a random multiple of the gradient; ``"entrywise"``: a random odd function of the
            history of each gradient entry (Adam, RMSprop, signSGD); ``"coupled"``: the same of gradient
            plus a multiple of the weight (Adam with coupled L2, and L1); ``"dropout"``: ``"sgd"`` with a random
            factor on every hidden unit, one for each input; ``"noise"``: ``"sgd"``, and a random number is
            added to every parameter.
        decay: multiply all parameters by a random number at each step besides (L2 in SGD, AdamW).
        samples: inputs in a batch; each batch is fresh.
        field: where to compute, by default GF(2^61 - 1).

    Raises:
        SymcheckError: no such rule, or a negative number of steps or samples below 1.
        NotExact: a weight or bias is NaN or infinite.
    """
    return interpret_many([network], rng, steps, rule=rule, decay=decay, samples=samples, field=field)[0]


def exact_field(network: Network, rng: Generator) -> Field:
    """GF(2^61 - 1) where equal sums of the network's weights have equal images only, else GF(q) for a random prime q.

    Linear activations multiply weights with each other, and then no bound of sums is enough.
    """
    linear = any(a.linear for a in network.activations)
    # Two sums over a layer, each with the mean of a softmax head's column subtracted.
    return RandomPrime(rng) if linear or not exact_in_field(network.arrays, 4 * max(network.sizes)) else MERSENNE


def interpret_many(
    networks: Iterable[Network],
    rng: Generator,
    steps: int | None = None,
    *,
    rule: str = "sgd",
    decay: bool = False,
    samples: int = 2,
    field: Field = MERSENNE,
) -> list[Interpretation]:
    """`interpret` for each network, in order; training those of one depth together is much faster."""
    if rule not in RULES:
        raise SymcheckError(f"the update rule must be {listed(RULES)}, not {rule!r}")
    if (steps is not None and steps < 0) or samples < 1:
        raise SymcheckError(f"steps must be at least 0 and samples at least 1, not {steps} and {samples}")
    todo = list(networks)
    results: dict[int, Interpretation] = {}
    for indices in _groups(todo):
        together = [todo[i] for i in indices]
        count = together[0].depth + 3 if steps is None else steps
        histories = _train(Perceptrons(together, rng, field), rng, count, rule, decay, samples)
        for place, (index, network) in enumerate(zip(indices, together, strict=True)):
            layers = tuple(
                HiddenLayer(signatures[:, place, :n], np.asarray(deltas[place, :n] == 0, bool), field)
                for (signatures, deltas), n in zip(histories, network.sizes[1:-1], strict=True)
            )
            results[index] = Interpretation(layers, count, rule, decay)
    return [results[i] for i in range(len(todo))]


def _groups(networks: Sequence[Network]) -> list[list[int]]:
    """Indices of networks to train together: equal depth, and widths within a factor of two."""
    kinds: dict[tuple[int, int], list[int]] = {}
    for i, network in enumerate(networks):
        kinds.setdefault((network.depth, max(network.sizes).bit_length()), []).append(i)
    groups = []
    for (_, bits), indices in kinds.items():
        size = max(1, _ENTRIES >> (2 * bits))
        groups += [indices[start : start + size] for start in range(0, len(indices), size)]
    return groups


def _train(
    perceptrons: Perceptrons, rng: Generator, steps: int, rule: str, decay: bool, samples: int
) -> list[tuple[Array, Array]]:
    """For each hidden layer the signatures of activations and of deltas.

    Their shapes are (steps + 1, networks, units) and (networks, units).
    """
    field, parameters = perceptrons.field, perceptrons.initial
    update = _Update(rule, decay, rng, perceptrons)
    silence = Silence(perceptrons.networks, rule, field)
    histories: list[list[Array]] = [[] for _ in parameters[1:]]
    frozen: list[Array] = []
    for step in range(steps + 1):
        mix = field.random(rng, (samples, 1))

        def seen(values: Array, history: list[Array], mix: Array = mix) -> Array:
            mixed = field.total(field.multiply(mix, values), 1)
            return field.add(history[-1], mixed) if history else mixed

        def gate(layer: int, below: Array, step: int = step, seen: Callable[..., Array] = seen) -> Array | None:
            if layer:
                histories[layer - 1].append(seen(below, histories[layer - 1]))
            sofar = histories[layer - 1][-1] if layer else None
            heard = silence.heard(layer, step, sofar, perceptrons.sizes[layer + 1])
            if rule != "dropout":
                return heard
            mask = field.random(rng, (len(perceptrons.networks), samples, perceptrons.sizes[layer + 1]))
            return mask if heard is None else field.multiply(mask, heard)

        slopes, activations = perceptrons.forward(parameters, perceptrons.inputs(rng, samples), gate)
        if histories:
            histories[-1].append(seen(activations[-1], histories[-1]))
        deltas = perceptrons.backward(parameters, slopes, perceptrons.cotangents(rng, samples))
        moved = [field.total(field.multiply(mix, d), 1) for d in deltas[:-1]]
        frozen = [field.add(f, m) for f, m in zip(frozen, moved, strict=True)] if step else moved
        if step < steps:
            parameters = update(parameters, perceptrons.gradients(activations, deltas))
    return [(np.stack(history), deltas) for history, deltas in zip(histories, frozen, strict=True)]


class _Update:
    """A random member of a class of optimizers, with its state."""

    def __init__(self, rule: str, decay: bool, rng: Generator, perceptrons: Perceptrons) -> None:
        self.rule, self.decay, self.rng = rule, decay, rng
        self.field, self.trained = perceptrons.field, perceptrons.trained
        self.momenta: Parameters | None = None

    def __call__(self, parameters: Parameters, gradients: Parameters) -> Parameters:
        if self.rule in ("entrywise", "coupled"):
            if self.rule == "coupled":
                gradients = self._combine(gradients, parameters)
            # A random momentum makes the function one of the whole history of an entry.
            self.momenta = self._combine(gradients, self.momenta or gradients)
            phi = RandomFunction(self.rng, self.field)
            gradients = [(phi.odd(weight), phi.odd(bias)) for weight, bias in self.momenta]
        if self.rule == "noise":
            gradients = [
                (self._disturbed(dw, weights), self._disturbed(db, biases))
                for (dw, db), (weights, biases) in zip(gradients, self.trained, strict=True)
            ]
        rate, keep = self._scalar(), self._scalar()
        return [
            (self._step(weight, dw, rate, keep), self._step(bias, db, rate, keep))
            for (weight, bias), (dw, db) in zip(parameters, gradients, strict=True)
        ]

    def _step(self, values: Array, direction: Array, rate: Array, keep: Array) -> Array:
        field = self.field
        return field.subtract(field.multiply(values, keep) if self.decay else values, field.multiply(direction, rate))

    def _disturbed(self, direction: Array, trained: Flags) -> Array:
        noise = self.field.random(self.rng, direction.shape)
        return self.field.add(direction, np.where(trained, noise, np.zeros_like(noise)))

    def _scalar(self) -> Array:
        return self.field.random(self.rng, (1,))

    def _combine(self, first: Parameters, second: Parameters) -> Parameters:
        field, factor = self.field, self._scalar()
        return [
            (field.add(w, field.multiply(v, factor)), field.add(b, field.multiply(c, factor)))
            for (w, b), (v, c) in zip(first, second, strict=True)
        ]
