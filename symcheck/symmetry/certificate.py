"""The certificate: which units of a network stay tied for ever, as data that can be saved and verified."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.random import default_rng

from symcheck.exact.units import Flags, Labels, Signs
from symcheck.network import Network, require_network
from symcheck.symmetry.decision import decide, separation_steps
from symcheck.symmetry.optimizers import optimizer_class
from symcheck.symmetry.witness import Read

if TYPE_CHECKING:
    from symcheck.symmetry.quotient import Quotient


@dataclass(frozen=True, eq=False)
class CertifiedLayer:
    """What is certified of one hidden layer of n units; the arrays have shape (n,).

    Attributes:
        layer: number of the layer, 1 for the first hidden one.
        labels: classes, numbered from 0 by first appearance. Units of one class have activations that are
            equal up to sign, for every input and for ever.
        signs: 1 or -1: units of one class with equal signs are tied, with opposite ones anti-tied. The first
            unit of a class has 1, and so has every unit that is zero for ever.
        zero: the activation is zero for every input and for ever; all such units are one class.
        frozen: no loss has a gradient in the incoming weights and the bias, ever.
        separates_at: the number of updates after which no two units are equal up to sign and none is zero
            (0: the weights tell them apart at the start); None when that never happens. Where it is not 0 and
            the network has more than 16,384 weights it is the earliest possible number.
    """

    layer: int
    labels: Labels
    signs: Signs
    zero: Flags
    frozen: Flags
    separates_at: int | None

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.labels)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.labels.max()) + 1

    @property
    def sentence(self) -> str:
        """What this says, in plain words."""
        from symcheck.symmetry.sentences import layer_sentence

        return layer_sentence(self)


@dataclass(frozen=True, eq=False)
class Certificate:
    """What training can never change about the symmetry of a network.

    Attributes:
        sizes: layer widths, inputs first.
        activations: names, one for each hidden layer.
        head: ``linear`` or ``softmax``.
        biases: whether each layer has a trained bias.
        optimizer_class: the optimizers it holds for; see `symcheck.symmetry.optimizers`.
        layers: the hidden layers, from the inputs on; none for a network without them.
        witness: what to read, in order, to see that no two classes can be one.
        network: the network it was made for; None for a certificate that was loaded.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    head: str
    biases: tuple[bool, ...]
    optimizer_class: str
    layers: tuple[CertifiedLayer, ...]
    witness: tuple[Read, ...]
    network: Network | None = field(default=None, repr=False)

    @property
    def verdict(self) -> str:
        """``dead``: some hidden layer is frozen as a whole; else ``tied``: some class has two units or more;
        else ``broken``: every unit of every hidden layer is a class of its own.

        A network without hidden layers, or with layers of one unit that move, is broken. A single unit that
        is zero for ever among live ones is a class of its own and is told by its flags.
        """
        if any(layer.frozen.all() for layer in self.layers):
            return "dead"
        return "broken" if all(layer.classes == layer.units for layer in self.layers) else "tied"

    def quotient(self, network: Network | None = None) -> Quotient:
        """The smallest network that computes and trains the same; see `symcheck.symmetry.quotient.quotient`.

        Args:
            network: the network certified; not needed unless the certificate was loaded.
        """
        from symcheck.symmetry.quotient import quotient

        return quotient(self, network)

    def as_dict(self) -> dict[str, Any]:
        """The certificate as plain data; its keys are stable."""
        from symcheck.symmetry.documents import as_dict

        return as_dict(self)

    def to_json(self) -> str:
        """The certificate as one line of JSON."""
        return json.dumps(self.as_dict(), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """A certificate from its JSON.

        Raises:
            MalformedCertificate: it is not a certificate, or contradicts itself.
        """
        from symcheck.symmetry.documents import from_json

        return from_json(text)


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
        CertifiedLayer(i, p.units.labels, p.units.signs, p.units.zero, p.units.frozen, step)
        for i, (p, step) in enumerate(zip(partition.layers, steps, strict=True), 1)
    )
    names = tuple(a.name for a in network.activations)
    biases = tuple(b is not None for b in network.biases)
    return Certificate(network.sizes, names, network.head, biases, kind, layers, partition.witness, network)
