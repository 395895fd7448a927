"""The decision about a network, as a certificate."""

from __future__ import annotations

from numpy.random import default_rng

from symcheck.network import Network, require_network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.decision import decide, separation_steps
from symcheck.symmetry.optimizers import optimizer_class


def certify(network: Network, optimizer: str = "sgd") -> Certificate:
    """Decide which hidden units stay tied for ever, whatever the data and the loss.

    Sound for every activation of the declared symmetry classes, every differentiable loss and all batches.
    Where biases are trained and activations are not linear, no tie is known to be missed; elsewhere some may be.

    Args:
        network: of any depth; only the weights that are needed are read, so NaN elsewhere goes unseen:
            `Network.not_finite` is the check for it, a whole read of its own.
        optimizer: a name such as ``"adam"`` or a class of `symcheck.symmetry.optimizers`.

    Raises:
        NetworkError: something else than a network was given.
        UnknownOptimizer: no optimizer has this name.
        NotExact: NaN or infinity among the weights that were read.
    """
    require_network(network, "certify")
    kind = optimizer_class(optimizer)
    rng = default_rng()
    partition = decide(network, kind, rng)
    steps = separation_steps(network, partition, kind, rng)
    layers = tuple(
        CertifiedLayer(p.units.labels, p.units.signs, p.units.zero, p.units.frozen, i, step)
        for i, (p, step) in enumerate(zip(partition.layers, steps, strict=True), 1)
    )
    names = tuple(a.name for a in network.activations)
    biases = tuple(b is not None for b in network.biases)
    return Certificate(network.sizes, names, network.head, biases, kind, layers, partition.witness, network)
