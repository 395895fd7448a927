"""Runs the race: for each seed one split and one order of the images, the same for every initialization."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from symcheck.laws.gallery import GALLERY
from symcheck.laws.names import parse_law
from symcheck.races.result import MISSED, Lane, PairedComparison, Race, interval_of
from symcheck.reference.mlp import forward, gradients, loss_value
from symcheck.reference.optimizers import SGD
from symcheck.reference.samplers import sample
from symcheck.types import Array, NetworkParams

#: What the source texts say of the three: random is better than zero, He's the best (C24).
CLAIMED = (("0.01 * randn", "zeros"), ("he_normal", "zeros"), ("he_normal", "0.01 * randn"))
#: Share of the images that are trained on.
_TRAINED = 0.8
#: Seeds by which the learning rate of each initialization is chosen, which race no more.
_PILOTS = 2
_LOSS = "softmax_cross_entropy"

Told = Callable[[int, int], None]


def run(
    images: Array,
    labels: Array,
    hidden: Sequence[int],
    activation: str,
    seeds: int,
    epochs: int,
    batch: int,
    rates: Sequence[float],
    seed: int,
    told: Told,
    names: Sequence[str] = tuple(GALLERY),
) -> Race:
    """The race; arguments are those of `symcheck.racing.race`, checked.

    Args:
        images: shape (samples, features). labels: shape (samples,), from 0 on.
        told: called with how many of how many trainings are done.
        names: of the gallery, those of `CLAIMED` among them.
    """
    sizes = (images.shape[1], *hidden, int(labels.max()) + 1)
    pilots = _PILOTS if len(rates) > 1 else 0
    total, done = len(names) * (seeds + pilots * len(rates)), 0

    def trained(name: str, number: int, rate: float) -> tuple[Array, Array]:
        nonlocal done
        found = _train(images, labels, sizes, name, activation, epochs, batch, rate, [seed, number])
        told(done := done + 1, total)
        return found

    lanes = []
    for name in names:
        rate = rates[0]
        if pilots:
            ends = [[trained(name, seeds + pilot, r)[0][-1] for pilot in range(pilots)] for r in rates]
            means = np.nan_to_num(np.mean(ends, axis=1), nan=np.inf, posinf=np.inf)
            rate = rates[int(np.argmin(means))]
        losses, accuracies = zip(*(trained(name, number, rate) for number in range(seeds)), strict=True)
        lanes.append(Lane(name, rate, np.array(losses), np.array(accuracies)))
    by_name = {lane.name: lane for lane in lanes}
    compared = tuple(_compared(by_name[first], by_name[second]) for first, second in CLAIMED)
    return Race(sizes, activation, seeds, epochs, batch, tuple(rates), seed, tuple(lanes), compared)


def _compared(first: Lane, second: Lane) -> PairedComparison:
    missed = MISSED / len(CLAIMED)
    with np.errstate(invalid="ignore"):
        accuracy = interval_of(first.accuracies[:, -1] - second.accuracies[:, -1], missed)
        loss = interval_of(first.losses[:, -1] - second.losses[:, -1], missed)
    return PairedComparison(first.name, second.name, accuracy, loss)


def start(name: str, sizes: Sequence[int], rng: np.random.Generator) -> NetworkParams:
    """Weights and biases of these widths, as the gallery's entry of this name draws them."""
    entry = GALLERY[name]
    law, bias = parse_law(entry.weights), parse_law(entry.biases)
    return [(sample(law, (out, n), rng), sample(bias, (1, out), rng)[0]) for n, out in pairwise(sizes)]


def _train(
    images: Array,
    labels: Array,
    sizes: Sequence[int],
    name: str,
    activation: str,
    epochs: int,
    batch: int,
    rate: float,
    seed: Sequence[int],
) -> tuple[Array, Array]:
    """Losses on the images that are trained on and accuracies on the others, shape (epochs + 1,) each."""
    # One generator for the data, so that every initialization sees the same images in the same order.
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(images))
    cut = round(_TRAINED * len(images))
    mean = images[order[:cut]].mean(axis=0)
    X, Y, other, right = (a[part] for part in (order[:cut], order[cut:]) for a in (images - mean, labels))
    params: Any = start(name, sizes, np.random.default_rng([*seed, 1]))
    rule = SGD()
    state = rule.init(params)
    losses, accuracies = [], []
    # What diverges goes on as infinity or NaN, and is told of as such.
    with np.errstate(all="ignore"):
        for epoch in range(epochs + 1):
            if epoch:
                shuffled = rng.permutation(cut)
                for at in range(0, cut, batch):
                    some = shuffled[at : at + batch]
                    slopes = gradients(params, X[some], Y[some], activation, _LOSS)
                    params, state = rule.step(params, slopes, state, rate)
            losses.append(float(loss_value(params, X, Y, activation, _LOSS)))
            outputs = forward(params, other, activation)
            told = (outputs.argmax(axis=1) == right) & np.isfinite(outputs).all(axis=1)
            accuracies.append(float(np.mean(told)))
    return np.array(losses), np.array(accuracies)
