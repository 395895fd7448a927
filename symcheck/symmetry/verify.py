"""Verifies a certificate against the weights, without the search that found it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from symcheck.network import Network, require_network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.conditions import violations
from symcheck.symmetry.decision import trained_steps
from symcheck.symmetry.documents import MalformedCertificate
from symcheck.symmetry.replay import ReplayedLayer, classes_of_nodes, replay
from symcheck.symmetry.units import numbered
from symcheck.symmetry.witness import MalformedWitness


@dataclass(frozen=True)
class Verification:
    """The outcome; it is true when the certificate holds.

    Attributes:
        ok: whether everything claimed was found to be so.
        reason: why not, in one sentence; None when it holds.
    """

    ok: bool
    reason: str | None = None

    def __bool__(self) -> bool:
        return self.ok


def verify(certificate: Certificate | str | dict[str, Any], network: Network) -> Verification:
    """Check every claim of a certificate against the weights of a network.

    First that what is claimed is kept by every update, then that nothing bolder is: see
    `symcheck.symmetry.conditions` and `symcheck.symmetry.replay`. Of a step at which units separate it is checked
    whether it is None, 0 or later (0 not under coupled rules; later not where an activation is linear), and in
    networks of up to 16,384 weights the step itself, by training over the field (not under dropout).

    Args:
        certificate: a certificate, its JSON, or its JSON read as plain data.
        network: the network it is said to be of; its weights are read as far as needed.

    Raises:
        NetworkError: something else than a network was given.
        NotExact: NaN or infinity among the weights that were read.
    """
    require_network(network, "verify")
    rng = default_rng()
    try:
        if isinstance(certificate, Certificate):
            certificate = json.dumps(certificate.as_dict())
        read = (
            Certificate.from_json(certificate) if isinstance(certificate, str) else Certificate.from_dict(certificate)
        )
        reason = _mismatch(read, network) or next(violations(read, network, rng), None)
        reason = reason or _incomplete(read, network, rng)
    except (MalformedCertificate, MalformedWitness) as error:
        reason = str(error)
    return Verification(reason is None, reason)


def _mismatch(certificate: Certificate, network: Network) -> str | None:
    pairs = {
        "layer sizes": (certificate.sizes, network.sizes),
        "activations": (certificate.activations, tuple(a.name for a in network.activations)),
        "head": (certificate.head, network.head),
        "biases": (certificate.biases, tuple(b is not None for b in network.biases)),
    }
    for name, (claimed, given) in pairs.items():
        if claimed != given:
            return f"the certificate is for {name} {_plain(claimed)}, but the network has {_plain(given)}"
    return None


def _incomplete(certificate: Certificate, network: Network, rng: Generator) -> str | None:
    """A claim that is less than the whole truth, or a step at which units do not separate."""
    layers = certificate.layers
    kind = certificate.optimizer_class
    if kind == "noise":
        at_start = [True] * len(layers)
    else:
        state, at_start = replay(network, kind, certificate.witness, rng)
        for claimed, found in zip(layers, state.layers, strict=True):
            if reason := _difference(claimed, found):
                return reason
    # Sums of linear units can agree where weights do not; masks of their own tell them apart all the same.
    linear = kind == "equitable" and any(a.linear for a in network.activations)
    for layer, separated in zip(layers, at_start, strict=True):
        never = layer.classes < layer.units or bool(layer.zero.any())
        if (layer.separates_at is None) != never:
            return f"layer {layer.layer} claims a step of separation that its classes contradict"
        refuted = separated and not linear if layer.separates_at else not separated
        if kind != "coupled" and not never and refuted:
            return f"layer {layer.layer} claims to separate at step {layer.separates_at}, which the weights refute"
    steps = trained_steps(network, tuple(layer.separates_at for layer in layers), kind, rng)
    for layer, step in zip(layers, steps, strict=True):
        if layer.separates_at != step:
            return f"layer {layer.layer} separates at step {step}, not {layer.separates_at}"
    return None


def _difference(claimed: CertifiedLayer, found: ReplayedLayer) -> str | None:
    number = claimed.layer
    if not np.array_equal(claimed.zero, found.zero):
        return f"the witness does not show which units of layer {number} are zero"
    if not np.array_equal(claimed.frozen, found.frozen):
        return f"the witness does not show which units of layer {number} are frozen"
    labels, signs, live = classes_of_nodes(found.activations)
    labels = numbered(np.where(found.zero, -1, labels))
    first = np.unique(labels, return_index=True)[1]
    signs = np.where(found.zero, 1, signs * signs[first][labels])
    if not (live | found.zero).all() or not np.array_equal(labels, claimed.labels):
        return f"the witness does not tell apart the classes claimed of layer {number}"
    if not np.array_equal(signs, claimed.signs):
        return f"the witness does not show the signs claimed of layer {number}"
    return None


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    return str(value)
