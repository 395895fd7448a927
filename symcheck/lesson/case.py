"""A small network in training: its start, its data, its rule, and its numbers after each update, by the reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symcheck.network import Network
from symcheck.reference import forward, gradients, hidden, loss_value
from symcheck.reference.optimizers import SGD
from symcheck.reference.parameters import network_of
from symcheck.types import Floats, NetworkParams

#: Two activations further apart than this part of the larger one are different; nearer ones differ by rounding at most.
NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network that is trained on one batch by gradient descent.

    Attributes:
        key: its name in the address of the page. title: as a textbook calls it.
        activation: of all hidden layers.
        params: [(W, b), ...], W of shape (out, in), every layer with a bias.
        X, Y: shapes (samples, inputs) and (samples, outputs); the loss is the mean squared error.
        rate: the learning rate.
        factors: by which the rate of a layer is multiplied, of shapes that broadcast to W and b.
        l1: what the penalty adds to a gradient, times the sign of the weight.
        masks: for each update a mask of the first hidden layer, None without dropout.
        steps: how many updates are shown.
        layer: the hidden layer that is looked at, counted from 1. pair: two of its units, counted from 0.
        note: what is special about its training, as a sentence, or "".
    """

    key: str
    title: str
    activation: str
    params: NetworkParams
    X: Floats
    Y: Floats
    rate: float = 0.1
    factors: tuple[tuple[Any, Any], ...] | None = None
    l1: float = 0.0
    masks: Floats | None = None
    steps: int = 20
    layer: int = 1
    pair: tuple[int, int] = (0, 1)
    note: str = ""

    @property
    def network(self) -> Network:
        """What is certified."""
        return network_of(self.params, self.activation)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Layer widths, inputs first."""
        return self.network.sizes

    @property
    def optimizer(self) -> str:
        """The class of optimizers that its training belongs to."""
        return "dropout" if self.masks is not None else "coupled" if self.l1 else "sgd"

    @property
    def rates(self) -> list[tuple[Any, Any]]:
        """The learning rate of each layer."""
        return [(self.rate * np.asarray(w), self.rate * np.asarray(b)) for w, b in self.layer_factors]

    @property
    def layer_factors(self) -> tuple[tuple[Any, Any], ...]:
        """What the rate of each layer is multiplied by."""
        return self.factors or ((1.0, 1.0),) * len(self.params)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network after some updates; layers are counted from 0 here, the last one being the outputs.

    Attributes:
        params: [(W, b), ...].
        z, h: of each layer, shape (samples, n_l); ``h`` of the hidden layers only, times the mask that is drawn.
        units: what hidden units compute when none is left out.
        delta: the slope of the loss along each pre-activation, summed over the samples, shape (n_l,).
        gradients: [(dW, db), ...].
        loss: of the batch.
    """

    params: NetworkParams
    z: tuple[Floats, ...]
    h: tuple[Floats, ...]
    units: tuple[Floats, ...]
    delta: tuple[Floats, ...]
    gradients: NetworkParams
    loss: float

    @property
    def output(self) -> Floats:
        """Shape (samples, outputs)."""
        return self.z[-1]


def frames(case: TrainedNetwork) -> Iterator[Snapshot]:
    """The network before the first update and after each one."""
    rule, params = SGD(l1=case.l1), case.params
    state = rule.init(params)
    for step in range(case.steps + 1):
        frame = frame_at(case, params, step)
        yield frame
        params, state = rule.step(params, frame.gradients, state, case.rates)


def frame_at(case: TrainedNetwork, params: NetworkParams, step: int) -> Snapshot:
    """The numbers of a network with the mask of this update."""
    mask = None if case.masks is None else case.masks[step % len(case.masks)]
    # A unit that is left out sends 0: the same as weights of 0 above it.
    seen = params if mask is None else _above(params, mask)
    slopes = gradients(seen, case.X, case.Y, case.activation, "mse")
    z = tuple(forward(seen[: i + 1], case.X, case.activation) for i in range(len(seen)))
    h = tuple(hidden(seen, case.X, case.activation))
    units = tuple(hidden(params, case.X, case.activation))
    if mask is not None:
        slopes, h = _above(slopes, mask), (h[0] * mask, *h[1:])
    delta = tuple(np.asarray(db) for _, db in slopes)
    return Snapshot(params, z, h, units, delta, slopes, loss_value(seen, case.X, case.Y, case.activation, "mse"))


def _above(params: NetworkParams, mask: Floats) -> NetworkParams:
    """Arrays whose second layer does not see the units that are left out."""
    first, (weights, bias), *rest = params
    return [first, (weights * mask, bias), *rest]


def alike(activations: Floats) -> list[int]:
    """For each unit of a layer the class that it is in so far, numbered from 1; with a minus where it is the negative of the first.

    Args:
        activations: shape (samples, units).
    """
    labels: list[int] = []
    firsts: list[int] = []
    for unit, own in enumerate(activations.T):
        found = next(
            ((n, s) for n, first in enumerate(firsts, 1) for s in (1, -1) if _near(own, s * activations[:, first])),
            None,
        )
        if found is None:
            firsts.append(unit)
            found = len(firsts), 1
        labels.append(found[0] * found[1])
    return labels


def _near(one: Floats, other: Floats) -> bool:
    largest = max(float(np.abs(one).max()), float(np.abs(other).max()))
    return bool((np.abs(one - other) <= NEAR * largest).all())


def with_masks(case: TrainedNetwork, rng: np.random.Generator) -> TrainedNetwork:
    """The case with dropout of half of the units, which are drawn for each update."""
    units = case.sizes[1]
    masks = (rng.random((case.steps + 1, units)) < 0.5).astype(float)
    # The first one leaves out the second unit of the pair alone, so that it is seen at once what a mask does.
    masks[0] = 1.0
    masks[0, case.pair[1]] = 0.0
    return replace(case, masks=masks)
