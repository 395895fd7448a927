"""Verifies a certificate against the weights, without the search that found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from symcheck.errors import counted
from symcheck.network import Network, require_network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.conditions import violations
from symcheck.symmetry.documents import MalformedCertificate
from symcheck.symmetry.liveness import active_units, undecided_units
from symcheck.symmetry.replay import ReplayedLayer, classes_of_nodes, replay
from symcheck.symmetry.start import separated_at_start
from symcheck.symmetry.training import EnginesDisagree, separations
from symcheck.symmetry.units import numbered
from symcheck.texts import plain


@dataclass(frozen=True)
class Verification:
    """The outcome; it is true when the certificate holds.

    Attributes:
        ok: whether everything claimed was found to be so.
        reason: why not, in one sentence; None when it holds.
        unchecked: what the certificate says that was not checked, in sentences.
    """

    ok: bool
    reason: str | None = None
    unchecked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.ok


def verify(certificate: Certificate | str | dict[str, Any], network: Network) -> Verification:
    """Check every claim of a certificate against the weights of a network.

    First that what is claimed is kept by every update, then that nothing bolder is: see
    `symcheck.symmetry.conditions` and `symcheck.symmetry.replay`. Then the steps at which units separate, by
    training over a field; in a large network (`symcheck.symmetry.training`) only whether a step is 0. Last, that
    units are active at the certificate's points.

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
            certificate = certificate.to_json()
        read = (
            Certificate.from_json(certificate) if isinstance(certificate, str) else Certificate.from_dict(certificate)
        )
        reason = _mismatch(read, network) or next(violations(read, network, rng), None)
        reason = reason or _incomplete(read, network, rng)
        if reason is not None:
            return Verification(False, plain(reason))
        return _steps_and_activity(read, network, rng)
    except MalformedCertificate as error:
        return Verification(False, plain(str(error)))
    except EnginesDisagree:
        return Verification(False, "training the network at random refutes what is claimed")


def _mismatch(certificate: Certificate, network: Network) -> str | None:
    pairs = {
        "layer sizes": (certificate.sizes, network.sizes),
        "activations": (certificate.activations, tuple(a.name for a in network.activations)),
        "head": (certificate.head, network.head),
        "inputs": (certificate.inputs, network.inputs),
        "biases": (certificate.biases, tuple(b is not None for b in network.biases)),
    }
    for name, (claimed, given) in pairs.items():
        if claimed != given:
            return f"the certificate is for {name} {_plain(claimed)}, but the network has {_plain(given)}"
    return None


def _incomplete(certificate: Certificate, network: Network, rng: Generator) -> str | None:
    """A claim that is less than the whole truth, or a layer that is not apart at the start as it is said to be."""
    kind = certificate.optimizer_class
    if kind == "noise":
        return "nothing is claimed under noise that a witness could show" if certificate.witness else None
    state, at_start = replay(network, kind, certificate.witness, rng)
    for claimed, found in zip(certificate.layers, state.layers, strict=True):
        if reason := _difference(claimed, found):
            return reason
    for claimed, separated in zip(certificate.layers, at_start, strict=True):
        if claimed.separates_at == 0 and not separated:
            return f"the witness does not show that layer {claimed.layer} separates before any update"
    return None


def _steps_and_activity(certificate: Certificate, network: Network, rng: Generator) -> Verification:
    low, high = network.inputs
    if ((certificate.points < low) | (certificate.points > high)).any():
        return Verification(False, "a point of the certificate is none of the inputs that it is said to be for")
    layers, kind = certificate.layers, certificate.optimizer_class
    steps = [None if _forbidden(layer) else 1 if layer.separates_at is None else layer.separates_at for layer in layers]
    parted = separations(network, layers, steps, kind, rng)
    active = active_units(network, layers, kind, certificate.points)
    for layer, known, seen in zip(layers, parted, active, strict=True):
        if layer.separates_at != known.step:
            return Verification(False, f"layer {layer.layer} separates at step {known.step}, not {layer.separates_at}")
        if (seen is None) != (layer.active is None) or (seen is not None and (seen != layer.active).any()):
            return Verification(False, f"the points do not show the active units of layer {layer.layer}")
        if not np.array_equal(undecided_units(known, layer, seen), layer.undecided):
            return Verification(False, f"other units of layer {layer.layer} are undecided than it says")
    return _starts(certificate, network, rng, [known.exact for known in parted])


def _starts(certificate: Certificate, network: Network, rng: Generator, exact: list[bool]) -> Verification:
    """Whether steps that no training confirmed are 0 where the weights tell units apart, and later where not."""
    layers, kind = certificate.layers, certificate.optimizer_class
    asked = [layer for layer, known in zip(layers, exact, strict=True) if layer.separates_at is not None and not known]
    asked += [layer for layer in layers if layer.separates_at == 0 and kind in ("noise", "coupled")]
    if not asked:
        return Verification(True)
    at_start = separated_at_start(network, kind, rng)
    for layer in asked:
        if at_start[layer.layer - 1] != (layer.separates_at == 0):
            return Verification(False, f"layer {layer.layer} does not separate at step {layer.separates_at}")
    late = [layer for layer in asked if layer.separates_at]
    return Verification(
        True,
        unchecked=tuple(
            f"that layer {layer.layer} separates after {counted(layer.separates_at or 0, 'update')}, not earlier or later"
            for layer in late
        ),
    )


def _forbidden(layer: CertifiedLayer) -> bool:
    """Whether the classes leave no step at which the layer separates."""
    return layer.classes < layer.units or bool(layer.zero.any())


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
