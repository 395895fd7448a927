"""The door of certificates: certify and verify whatever holds the weights of a network."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.checks.sentences import kinds_of, layers_named, network_not_finite, not_seen_active, not_seen_to_separate
from symcheck.errors import SymcheckError, counted
from symcheck.network import ANY_INPUTS, Network, input_range
from symcheck.subjects.data import Options
from symcheck.subjects.opening import open_network, subject_name
from symcheck.symmetry import Certificate, Verification
from symcheck.symmetry import certify as decided
from symcheck.symmetry import verify as verified
from symcheck.symmetry.drift import rounding_drift
from symcheck.symmetry.grades import grade_sentence, grades

#: Weights above which the drift by rounding is not measured, so that a certificate stays quick.
_MEASURED = 1 << 20


def certify(
    subject: Any,
    optimizer: str = "sgd",
    *,
    activation: str | None = None,
    head: str | None = None,
    inputs: str | Sequence[float] | None = None,
    layout: str | None = None,
) -> Certificate:
    """Decide which hidden units stay tied for ever, whatever the data and the loss; see `symcheck.symmetry.certify`.

    Args:
        subject: a :class:`symcheck.Network`, a list of arrays, a model of a library, or text that names one or a file of
            weights.
        optimizer: what it is to be trained with, by name.
        activation: of the hidden layers (default: the network's own, else relu).
        head: ``linear`` or ``softmax`` (default: the network's own, else linear).
        inputs: (low, high) between which inputs lie, or ``nonnegative`` (default: the network's own, else any).
        layout: ``out_in`` or ``in_out``, where it is not plain.

    Raises:
        SymcheckError: it is no network, holds NaN or infinity, or something is named that does not exist.
        SubjectFailure: it raises or hangs while it is loaded.
    """
    options = options_for(activation=activation, head=head, inputs=inputs, layout=layout)
    return decided(_finite(open_network(subject, options), subject), optimizer=optimizer)


def verify(certificate: Certificate, subject: Any) -> Verification:
    """Check a certificate against weights, without the search that found it; see `symcheck.symmetry.verify`.

    Args:
        subject: as for :func:`certify`; what the weights do not tell is taken from the certificate.

    Raises:
        SymcheckError: it is no network, or holds NaN or infinity.
    """
    return verified(certificate, _network_of(certificate, subject, options_for()))


def certify_subject(subject: Any, optimizer: str, options: Options) -> tuple[Certificate, list[str], list[str]]:
    """The certificate of a subject opened as a network, notes on how it was opened, and sentences on what it means.

    Raises:
        SymcheckError: it cannot be opened, or holds NaN or infinity.
    """
    notes: list[str] = []
    network = _finite(open_network(subject, options, notes=notes), subject)
    certificate = decided(network, optimizer=optimizer)
    return certificate, notes, [*consequences(certificate, network), *scope(certificate, network)]


def scope(certificate: Certificate, network: Network) -> list[str]:
    """What the certificate holds for, and the chance that it is wrong, a sentence for each kind of thing it says."""
    if not network.activations:
        return ["There is no hidden layer, and so nothing to decide."]
    rectified = [layer for layer, a in zip(certificate.layers, network.activations, strict=True) if a.rectified]
    lines, kinds = [], kinds_of(network)
    data = "" if network.inputs == ANY_INPUTS else " with inputs from {:g} to {:g}".format(*network.inputs)
    silent = any(layer.zero.any() for layer in rectified)
    if any(layer.classes < layer.units or layer.zero.any() or layer.frozen.any() for layer in certificate.layers):
        held = "ReLU itself and decay that takes no weight through 0" if silent else f"all {kinds}"
        what = "ties and zeros" if silent else "ties"
        lines.append(
            f"Proved are {what} for {held}, every differentiable loss and all data{data}, in exact arithmetic."
        )
    if any(layer.classes > 1 and not layer.undecided.all() for layer in certificate.layers):
        linear = all(a.linear for a in network.activations)
        named = "" if linear else ": the one named here might be an exception"
        lines.append(
            f"That units can part is {'seen in training at random' if linear else f'proved for almost all {kinds}'}{named}."
        )
    if any(layer.active is not None and layer.active.any() for layer in certificate.layers):
        lines.append("A ReLU is active on an input that is in the certificate; your data need not come near it.")
    return [*lines, f"Chance of taking different sums for equal: below {certificate.chance:.0e}."]


def consequences(certificate: Certificate, network: Network, drift: bool = True) -> list[str]:
    """What a certificate means: the grade of its ties, the smaller network, the drift by rounding.

    Args:
        drift: whether the drift is measured, which trains the network for some steps.
    """
    if certificate.verdict == "broken":
        steps = [layer.separates_at or 0 for layer in certificate.layers]
        if any(steps) and not any(layer.separates_at is None and layer.units > 1 for layer in certificate.layers):
            return [f"All units can be apart after {max(steps)} update{'s' if max(steps) > 1 else ''}."]
        return []
    if certificate.verdict == "undecided":
        open_ = (not_seen_to_separate(certificate), not_seen_active(certificate))
        told = [f"Not proved, and not refuted: {text}." for text in open_ if text]
        if open_[1]:
            told.append(
                "An input that makes them active may exist and was not found, or they are zero now and their bias may yet move."
            )
        return told
    found = grades(certificate, network)
    lines = [
        f"In floating point, {layers_named(places)}: {grade_sentence(grade)}."
        for grade in dict.fromkeys(g for g in found if g != "untied")
        if (places := [i for i, g in enumerate(found, 1) if g == grade])
    ]
    silent = next((layer.layer for layer in certificate.layers if layer.zero.all()), None)
    if silent is not None:
        lines.append(f"The outputs do not depend on the inputs: nothing passes layer {silent}, now or later.")
    elif certificate.optimizer_class == "equitable":
        sizes = "-".join(map(str, certificate.quotient(network).network.sizes))
        lines.append(
            f"Under plain gradient descent it trains as a {sizes} network does, with learning rates of its own for each weight."
        )
    known = all(a.function is not None for a in network.activations)
    small = sum(w.size for w in network.weights) <= _MEASURED
    if drift and {"rounding", "kink"} & set(found) and known and small:
        seen = rounding_drift(certificate, network, np.random.default_rng())
        measured = [(s, d) for s, d in zip(seen.steps, seen.distances, strict=True) if isfinite(d)]
        shown = ", ".join(f"{d:.0e} after {counted(s, 'update')}" for s, d in measured if s) or "an amount not measured"
        then = "" if len(measured) == len(seen.steps) else "; then this training diverges"
        lines.append(f"Measured, with ordinary matrix products in float64: tied units drift apart by {shown}{then}.")
    return lines


def verify_files(certificate: str, subject: Any, options: Options) -> Verification:
    """Verify a saved certificate against weights; what the weights do not tell is taken from the certificate.

    Raises:
        SymcheckError: a file cannot be read, or the first is no certificate.
    """
    try:
        text = Path(certificate).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SymcheckError(f"cannot read the certificate {certificate}: {reason}") from error
    try:
        claimed = Certificate.from_json(text)
    except SymcheckError as error:
        return Verification(False, str(error))
    return verified(claimed, _network_of(claimed, subject, options))


def _network_of(certificate: Certificate, subject: Any, options: Options) -> Network:
    told = (certificate.activations, certificate.head, certificate.inputs)
    return _finite(open_network(subject, options, *told), subject)


def _finite(network: Network, subject: Any) -> Network:
    if found := network.not_finite():
        sentence = network_not_finite(found)
        raise SymcheckError(f"{subject_name(subject)}: {sentence}, and certificates are about real numbers")
    return network


def options_for(**given: Any) -> Options:
    """Options of the command line with a fresh seed.

    Raises:
        NetworkError: ``inputs`` is no range.
    """
    inputs = given.pop("inputs", None)
    return Options(seed=secrets.randbelow(2**31), inputs=None if inputs is None else input_range(inputs), **given)
