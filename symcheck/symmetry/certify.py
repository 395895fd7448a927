"""The decision about a network, as a certificate."""

from __future__ import annotations

from numpy.random import default_rng

from symcheck.network import Network, require_network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.decision import decide
from symcheck.symmetry.liveness import active_units, needs_activity, undecided_units
from symcheck.symmetry.optimizers import optimizer_class
from symcheck.symmetry.search import seek_points
from symcheck.symmetry.training import separations


def certify(network: Network, optimizer: str = "sgd") -> Certificate:
    """Decide which hidden units stay tied for ever, whatever the data and the loss.

    Sound for every activation of the declared symmetry classes, every differentiable loss and all batches; what
    rests on the signs of weights holds for ReLU alone, and for the declared inputs. That units are told apart
    holds for all but exceptional activations of the class; that a ReLU is not dead is shown by an input.
    What is neither is said to be undecided. See docs/promises.md.

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
    wanted = [~u.zero if needed else None for u, needed in zip(units, needs_activity(network, kind), strict=True)]
    # A point proves what it shows however it was found, so the search may be the same for the same network; what is
    # compared by chance is drawn afresh.
    points = seek_points(network, wanted, default_rng(0))
    active = active_units(network, units, kind, points)
    layers = tuple(
        CertifiedLayer(u.labels, u.signs, u.zero, u.frozen, i, p.step, undecided_units(p, u, a), a)
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
