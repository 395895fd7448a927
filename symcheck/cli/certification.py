"""Certify, save and verify, as the command line offers them."""

from __future__ import annotations

import secrets
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.checks.sentences import network_not_finite
from symcheck.errors import SymcheckError
from symcheck.network import Network
from symcheck.subjects.data import Options
from symcheck.subjects.opening import open_network, subject_name
from symcheck.symmetry import Certificate, Verification, certify, verify
from symcheck.symmetry.drift import rounding_drift
from symcheck.symmetry.grades import grade_sentence, grades

#: Weights above which the drift by rounding is not measured, so that a certificate stays quick.
_MEASURED = 1 << 20


def certify_subject(subject: Any, optimizer: str, options: Options) -> tuple[Certificate, Network, list[str]]:
    """The certificate of a subject opened as a network, with sentences on what it means in practice.

    Raises:
        SymcheckError: it cannot be opened, or holds NaN or infinity.
    """
    notes: list[str] = []
    network = _finite(open_network(subject, options, notes=notes), subject)
    certificate = certify(network, optimizer=optimizer)
    return certificate, network, [*consequences(certificate, network), *notes]


def consequences(certificate: Certificate, network: Network) -> list[str]:
    """What a certificate means: the grade of its ties, the smaller network, the drift by rounding."""
    if certificate.verdict == "broken":
        steps = [layer.separates_at or 0 for layer in certificate.layers]
        if any(steps):
            return [f"All units are apart after {max(steps)} update{'s' if max(steps) > 1 else ''}."]
        return []
    found = grades(certificate, network)
    lines = [f"layer {i}: {grade_sentence(g)}" for i, g in enumerate(found, 1) if g != "untied"]
    if certificate.optimizer_class == "equitable":
        sizes = "-".join(map(str, certificate.quotient(network).network.sizes))
        lines.append(f"Training this network trains a {sizes} network with rescaled learning rates.")
    known = all(a.function is not None for a in network.activations)
    if found and "rounding" in found and known and sum(w.size for w in network.weights) <= _MEASURED:
        drift = rounding_drift(certificate, network, np.random.default_rng())
        measured = [(s, d) for s, d in zip(drift.steps, drift.distances, strict=True) if isfinite(d)]
        shown = ", ".join(f"{d:.0e} after {s} updates" for s, d in measured) or "nothing that could be measured"
        then = "" if len(measured) == len(drift.steps) else "; then this training diverges"
        lines.append(
            f"Trained with ordinary matrix products in float64, tied units are apart by {shown} (measured){then}."
        )
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
    network = _finite(open_network(subject, options, claimed.activations, claimed.head), subject)
    return verify(claimed, network)


def _finite(network: Network, subject: Any) -> Network:
    if found := network.not_finite():
        sentence = network_not_finite(found)
        raise SymcheckError(f"{subject_name(subject)}: {sentence}, and certificates are about real numbers")
    return network


def options_for(**given: Any) -> Options:
    """Options with a fresh seed."""
    return Options(seed=secrets.randbelow(2**31), **given)
