"""The certificate: which units of a network stay tied for ever, as data that can be saved and verified."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from symcheck.errors import NetworkError, SymcheckError
from symcheck.network import HEADS, Network
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.documents import MalformedCertificate, require_agreement
from symcheck.symmetry.optimizers import OPTIMIZER_CLASSES
from symcheck.symmetry.quotient import Quotient, quotient
from symcheck.symmetry.witness import Read

#: Version of the document; a reader refuses others.
VERSION = 1


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

        Raises:
            NetworkError: no network is known, or one of other sizes is given.
        """
        network = network or self.network
        if network is None:
            raise NetworkError("this certificate was loaded without its network; give the network")
        if network.sizes != self.sizes:
            raise NetworkError(f"the certificate is for layers {self.sizes}, but the network has {network.sizes}")
        return quotient(self.layers, network)

    def as_dict(self) -> dict[str, Any]:
        """The certificate as plain data; its keys are stable."""
        names = self.activations
        return {
            "certificate": VERSION,
            "verdict": self.verdict,
            "activation": names[0] if names and len(set(names)) == 1 else list(names),
            "head": self.head,
            "optimizer_class": self.optimizer_class,
            "sizes": list(self.sizes),
            "biases": list(self.biases),
            "layers": [layer.as_dict() for layer in self.layers],
            "witness": [read.as_dict() for read in self.witness],
        }

    def to_json(self) -> str:
        """The certificate as one line of JSON."""
        return json.dumps(self.as_dict(), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """A certificate from its JSON.

        Raises:
            MalformedCertificate: not JSON, another version, missing or misshapen entries, or entries that
                contradict each other, such as a verdict that does not follow from the layers.
        """
        try:
            data = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            raise MalformedCertificate("the certificate is not JSON") from None
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Any) -> Certificate:
        """A certificate from its JSON read as plain data; raises as `from_json` does."""
        if not isinstance(data, dict) or data.get("certificate") != VERSION:
            raise MalformedCertificate(f"this is not a certificate of version {VERSION}")
        try:
            certificate = cls(**_arguments(data))
        except KeyError as error:
            raise MalformedCertificate(f"the certificate has no {error.args[0]!r}") from None
        except (TypeError, ValueError, OverflowError, IndexError) as error:
            if isinstance(error, SymcheckError):
                raise MalformedCertificate(str(error)) from None
            raise MalformedCertificate(f"the certificate is misshapen: {error}") from None
        for key, value in certificate.as_dict().items():
            if key != "layers":
                require_agreement(f"the certificate's {key}", data[key], value)
        for layer, given in zip(certificate.layers, data["layers"], strict=True):
            for key, value in layer.as_dict().items():
                require_agreement(f"{key} of layer {layer.layer}", given[key], value)
        return certificate


def _arguments(data: dict[str, Any]) -> dict[str, Any]:
    sizes = tuple(int(n) for n in data["sizes"])
    if len(sizes) < 2 or min(sizes) < 1:
        raise MalformedCertificate("the certificate's sizes are not those of a network")
    hidden = sizes[1:-1]
    names = data["activation"]
    names = (names,) * len(hidden) if isinstance(names, str) else tuple(names)
    biases = tuple(data["biases"])
    if len(names) != len(hidden) or len(biases) != len(sizes) - 1 or len(data["layers"]) != len(hidden):
        raise MalformedCertificate("the certificate's activations, biases or layers do not fit its sizes")
    if any(not isinstance(b, bool) for b in biases):
        raise MalformedCertificate("the certificate's biases must be true or false")
    for name, known in ((data["head"], HEADS), (data["optimizer_class"], OPTIMIZER_CLASSES)):
        if name not in known:
            raise MalformedCertificate(f"the certificate names {name!r} as head or optimizer class")
    layers = tuple(
        CertifiedLayer.from_dict(i, n, given)
        for i, (n, given) in enumerate(zip(hidden, data["layers"], strict=True), 1)
    )
    witness = tuple(Read.from_dict(step) for step in data["witness"])
    return {
        "sizes": sizes,
        "activations": names,
        "head": data["head"],
        "biases": biases,
        "optimizer_class": data["optimizer_class"],
        "layers": layers,
        "witness": witness,
    }
