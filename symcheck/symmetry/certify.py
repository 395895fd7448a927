"""The decision about a network, as a certificate."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator, default_rng

from symcheck.network import Network, require_network
from symcheck.symmetry.activity import activity, seek_points
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.decision import decide
from symcheck.symmetry.optimizers import optimizer_class
from symcheck.symmetry.partition import Partition
from symcheck.symmetry.training import EnginesDisagree, separations
from symcheck.types import Flags, Floats


def certify(network: Network, optimizer: str = "sgd") -> Certificate:
    """Decide which hidden units stay tied for ever, whatever the data and the loss.

    Sound for every activation of the declared symmetry classes, every differentiable loss and all batches; what
    rests on the signs of weights holds for ReLU alone, and for the declared inputs. That units are told apart
    holds for all but exceptional activations of the class; that a ReLU is not dead is shown by an input.
    What is neither is said to be undecided. See the page of promises in the README.

    Args:
        network: of any depth; only the weights that are needed are read, so NaN elsewhere goes unseen:
            `Network.not_finite` is the check for it, a whole read of its own.
        optimizer: a name such as ``"adam"`` or a class of `symcheck.symmetry.optimizers`.

    Raises:
        NetworkError: something else than a network was given.
        UnknownOptimizer: no optimizer has this name.
        NotExact: NaN or infinity among the weights that were read.
        EnginesDisagree: a fault of symcheck, found out before it could say something false.
    """
    require_network(network, "certify")
    kind = optimizer_class(optimizer)
    rng = default_rng()
    partition = decide(network, kind, rng)
    units = [layer.units for layer in partition.layers]
    parted = separations(network, units, [layer.separates_at for layer in partition.layers], kind, rng)
    points, active = _activity(network, partition, kind, rng)
    layers = tuple(
        CertifiedLayer(
            *(u.labels, u.signs, u.zero, u.frozen, i, p.step),
            p.undecided if a is None else p.undecided | ~(u.zero | a),
            a,
        )
        for i, (u, p, a) in enumerate(zip(units, parted, active, strict=True), 1)
    )
    return Certificate(
        sizes=network.sizes,
        activations=tuple(a.name for a in network.activations),
        head=network.head,
        inputs=network.inputs,
        biases=tuple(b is not None for b in network.biases),
        optimizer_class=kind,
        layers=layers,
        witness=partition.witness,
        points=points,
        network=network,
    )


def _activity(network: Network, partition: Partition, kind: str, rng: Generator) -> tuple[Floats, list[Flags | None]]:
    """Points at which units that are not zero are active, as many as were found, and which units they are."""
    wanted = [
        ~layer.units.zero if rectified else None
        for layer, rectified in zip(partition.layers, needs_activity(network, kind), strict=True)
    ]
    points = seek_points(network, wanted, rng)
    return points, [
        None if a is None or w is None else active_units(a.seen, a.proved, ~w)
        for a, w in zip(activity(network, points), wanted, strict=True)
    ]


def needs_activity(network: Network, kind: str) -> list[bool]:
    """Hidden layers whose units may be dead without a sign that says so; noise revives any."""
    return [sigma.rectified and kind != "noise" for sigma in network.activations]


def active_units(seen: Flags, proved: Flags, zero: Flags) -> Flags:
    """Units active at some point, of flags of shape (points, units) and (units,).

    Raises:
        EnginesDisagree: a unit that is said to be zero for ever is among them.
    """
    if (proved.any(0) & zero).any():
        raise EnginesDisagree("a unit was proved dead and seen active, so nothing is certified; please report it")
    return np.asarray(seen.any(0) & ~zero)
