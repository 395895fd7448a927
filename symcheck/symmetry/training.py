"""What a partition leaves open is put to training over a field: steps of separation, and ties it may have missed.

Deltas can agree by linear relations that no partition shows: for a while, so that the sweeps tell too early a
step, or for ever, where layers are linear or lack a bias. Training at random (`symcheck.exact.interpretation`)
sees the relations. A separation that it does not see is not claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError
from symcheck.exact.fields import MERSENNE
from symcheck.exact.interpretation import HiddenLayer, exact_field, interpret
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.types import Flags, Labels

_RULES = {"equitable": "sgd", "coupled": "coupled", "dropout": "dropout", "noise": "noise"}

#: Weights of a network that is trained over GF(2^61 - 1), and over a field of a random prime, in about a second.
MOST_WEIGHTS = 1 << 20
MOST_WEIGHTS_EXACTLY = 1 << 17
#: Its layers, since it takes as many updates until all have heard of each other.
MOST_LAYERS = 64


class EnginesDisagree(SymcheckError, RuntimeError):
    """Training separated units that the partition ties, or moved what it freezes: a fault of symcheck."""


@dataclass(frozen=True, eq=False)
class Separation:
    """When the units of one hidden layer separate.

    Attributes:
        step: number of updates after which no two units are equal up to sign and none is zero; None where that
            is not known to happen.
        undecided: shape (units,): told apart, alive or moving by the partition, and not seen to be so.
        exact: whether training confirmed the step; otherwise it is the earliest that is possible.
    """

    step: int | None
    undecided: Flags
    exact: bool


def separations(
    network: Network, layers: Sequence[UnitClasses], steps: Sequence[int | None], kind: str, rng: Generator
) -> list[Separation]:
    """What can be said of the separation of each hidden layer.

    Args:
        layers: the classes, as a partition has them.
        steps: the earliest steps at which layers may separate, None where their classes forbid it.
        kind: a class of optimizers.
        rng: draws what the training is made of.

    Raises:
        EnginesDisagree: the training refutes the classes.
        NotExact: NaN or infinity among the weights.
    """
    linear = any(a.linear for a in network.activations)
    complete = not linear and all(bias is not None for bias in network.biases)
    # Unless layers are linear, weights that differ tell units apart at the start, and nothing else can. Where all
    # units are tied there is no tie to be missed.
    plain = [
        (step == 0 and not linear) or (step is None and (complete or not units.labels.any()))
        for units, step in zip(layers, steps, strict=True)
    ]
    size = sum(w.size for w in network.weights)
    if all(plain) or size > MOST_WEIGHTS or network.depth > MOST_LAYERS:
        open_ = [not known and not complete for known in plain]
        return [
            Separation(None if doubt else step, np.full(len(units.labels), doubt), known)
            for units, step, doubt, known in zip(layers, steps, open_, plain, strict=True)
        ]
    field = exact_field(network, rng)
    exact = field is MERSENNE or size <= MOST_WEIGHTS_EXACTLY
    trained = interpret(network, rng, rule=_RULES[kind], field=field if exact else MERSENNE).layers
    moving = kind != "noise"
    return [_separation(*one, exact, moving) for one in zip(layers, steps, trained, strict=True)]


def _separation(
    units: UnitClasses, step: int | None, trained: HiddenLayer, exact: bool, by_gradients: bool
) -> Separation:
    seen = trained.units
    refuted = (units.zero & ~seen.zero) | (units.frozen & ~seen.frozen) | _parted(units, seen)
    if refuted.any():
        raise EnginesDisagree(
            "two independent methods disagree about this network, so nothing is certified; please report it"
        )
    open_ = (seen.zero & ~units.zero) | _together(seen.labels, units.labels)
    # Noise moves what has no gradient.
    undecided = open_ | (seen.frozen & ~units.frozen & by_gradients)
    if open_.any():
        return Separation(None, undecided, exact)
    if step is None or not exact:
        return Separation(step, undecided, step is None or step == trained.separates_at)
    return Separation(trained.separates_at, undecided, True)


def _parted(units: UnitClasses, seen: UnitClasses) -> Flags:
    """Units that training tells from the first of their class, or gives another sign."""
    first = np.unique(units.labels, return_index=True)[1][units.labels]
    apart = seen.labels != seen.labels[first]
    opposite = seen.signs * seen.signs[first] != units.signs
    return np.asarray(apart | (opposite & ~seen.zero))


def _together(seen: Labels, labels: Labels) -> Flags:
    """Units that training left together with a unit of another class."""
    first = np.unique(seen, return_index=True)[1][seen]
    differing = labels != labels[first]
    return np.asarray(differing | np.isin(seen, seen[differing]))
