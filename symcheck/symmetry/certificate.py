"""The certificate: which units of a network stay tied for ever, as data that can be saved and verified."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

import numpy as np

from symcheck.displayed import Displayed
from symcheck.errors import NetworkError
from symcheck.network import HEADS, Network
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.documents import (
    MalformedCertificate,
    flags,
    numbers,
    read_json,
    require_agreement,
    require_keys,
    whole_numbers,
)
from symcheck.symmetry.optimizers import OPTIMIZER_CLASSES
from symcheck.symmetry.quotient import Quotient, quotient
from symcheck.symmetry.sentences import verdict_in_words
from symcheck.symmetry.witness import Read
from symcheck.types import Floats

#: Version of the document; a reader refuses others.
VERSION = 2

_KEYS = (
    *("certificate", "verdict", "activation", "head", "inputs", "optimizer_class", "sizes", "biases"),
    *("layers", "witness", "points", "chance"),
)


@dataclass(frozen=True, eq=False, repr=False)
class Certificate(Displayed):
    """What training can never change about the symmetry of a network.

    Attributes:
        sizes: layer widths, inputs first.
        activations: names, one for each hidden layer.
        head: ``linear`` or ``softmax``.
        inputs: (low, high) between which every input lies.
        biases: whether each layer has a trained bias.
        optimizer_class: the optimizers it holds for; see `symcheck.symmetry.optimizers`.
        layers: the hidden layers, from the inputs on; none for a network without them.
        witness: what to read, in order, to see that no two classes can be one.
        points: shape (points, inputs): inputs at which rectified units are active.
        network: the network it was made for; None for a certificate that was loaded.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    head: str
    inputs: tuple[float, float]
    biases: tuple[bool, ...]
    optimizer_class: str
    layers: tuple[CertifiedLayer, ...]
    witness: tuple[Read, ...]
    points: Floats
    network: Network | None = field(default=None, repr=False)

    @property
    def verdict(self) -> str:
        """``dead``: some hidden layer is frozen as a whole; else ``tied``: some class has two units or more;
        else ``undecided``: of some unit it is not known whether it separates, or is dead; else ``broken``: every
        unit of every hidden layer is a class of its own.

        A network without hidden layers, or with layers of one unit that move, is broken. A single unit that
        is zero for ever among live ones is a class of its own and is told by its flags.
        """
        if any(layer.frozen.all() for layer in self.layers):
            return "dead"
        if any(layer.classes < layer.units for layer in self.layers):
            return "tied"
        return "undecided" if any(layer.undecided.any() for layer in self.layers) else "broken"

    @property
    def verdict_in_words(self) -> str:
        """The verdict as it is said: what is broken is the symmetry."""
        return verdict_in_words(self.verdict) if self.layers else "no hidden units"

    @property
    def chance(self) -> float:
        """A bound of the probability that something was taken for equal that is not.

        Over the random numbers drawn for the certificate, which nobody could know beforehand. Sums are compared
        by keyed digests and random combinations modulo 2^61 - 1, pair by pair, each time that weights are read.
        """
        depth = len(self.sizes)
        comparisons = (len(self.witness) + depth * (depth + 4)) * max(self.sizes) ** 2
        return min(1.0, comparisons * 2.0**-58)

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
            "inputs": [bound if isfinite(bound) else None for bound in self.inputs],
            "optimizer_class": self.optimizer_class,
            "sizes": list(self.sizes),
            "biases": list(self.biases),
            "layers": [layer.as_dict() for layer in self.layers],
            "witness": [read.as_dict() for read in self.witness],
            "points": self.points.tolist(),
            "chance": self.chance,
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
        return cls.from_dict(read_json(text))

    @classmethod
    def from_dict(cls, data: Any) -> Certificate:
        """A certificate from its JSON read as plain data; raises as `from_json` does."""
        if not isinstance(data, dict) or data.get("certificate") != VERSION:
            raise MalformedCertificate(f"this is not a certificate of version {VERSION}")
        require_keys("the certificate", data, _KEYS)
        certificate = cls(**_arguments(data))
        for key, value in certificate.as_dict().items():
            if key != "layers":
                require_agreement(f"the certificate's {key}", data[key], value)
        for layer, given in zip(certificate.layers, data["layers"], strict=True):
            for key, value in layer.as_dict().items():
                require_agreement(f"{key} of layer {layer.layer}", given[key], value)
        return certificate


def _arguments(data: dict[str, Any]) -> dict[str, Any]:
    sizes = tuple(whole_numbers("the certificate's sizes", data["sizes"]).tolist())
    if len(sizes) < 2 or min(sizes) < 1:
        raise MalformedCertificate("the certificate's sizes are not those of a network")
    hidden = sizes[1:-1]
    biases = tuple(flags("the certificate's biases", data["biases"], len(sizes) - 1).tolist())
    if not isinstance(data["layers"], list) or len(data["layers"]) != len(hidden):
        raise MalformedCertificate("the certificate's layers do not fit its sizes")
    for key, known in (("head", HEADS), ("optimizer_class", OPTIMIZER_CLASSES)):
        if data[key] not in known:
            raise MalformedCertificate(f"the certificate names no known {key.replace('_', ' ')}")
    layers = tuple(
        CertifiedLayer.from_dict(i, n, given)
        for i, (n, given) in enumerate(zip(hidden, data["layers"], strict=True), 1)
    )
    for key in ("witness", "points"):
        if not isinstance(data[key], list):
            raise MalformedCertificate(f"the certificate's {key} must be a list")
    points = [numbers(f"point {i} of the certificate", one, sizes[0]) for i, one in enumerate(data["points"], 1)]
    return {
        "sizes": sizes,
        "activations": _names(data["activation"], len(hidden)),
        "head": data["head"],
        "inputs": _interval(data["inputs"]),
        "biases": biases,
        "optimizer_class": data["optimizer_class"],
        "layers": layers,
        "witness": tuple(Read.from_dict(step) for step in data["witness"]),
        "points": np.array(points).reshape(len(points), sizes[0]),
    }


def _names(given: Any, count: int) -> tuple[str, ...]:
    names = [given] * count if isinstance(given, str) else given
    if not isinstance(names, list) or len(names) != count or any(type(name) is not str for name in names):
        raise MalformedCertificate("the certificate's activation is neither a name nor one for each hidden layer")
    return tuple(names)


def _interval(given: Any) -> tuple[float, float]:
    if not isinstance(given, list) or len(given) != 2:
        raise MalformedCertificate("the certificate's inputs must be two bounds")
    low, high = given
    return (
        -inf if low is None else float(numbers("the certificate's inputs", [low], 1)[0]),
        inf if high is None else float(numbers("the certificate's inputs", [high], 1)[0]),
    )
