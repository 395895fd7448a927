"""The gallery judged: what becomes of each initialization that the source texts name."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from symcheck.checks.network_strength import collapsed
from symcheck.checks.sentences import layers_named, verdict_sentence
from symcheck.laws.gallery import GALLERY
from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate

#: One activation of each symmetry class that behaves differently at zero.
SHOWN_ACTIVATIONS = ("relu", "tanh", "sigmoid")


@dataclass(frozen=True)
class Exhibit:
    """One row of the gallery: the verdict for each activation, and in words for the first one."""

    name: str
    said: str
    verdicts: dict[str, str]
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """The row as plain data."""
        return asdict(self)


def judge_gallery() -> list[Exhibit]:
    """Certify each initialization of the gallery, for each of the shown activations."""
    from symcheck.reference.samplers import sample_gallery
    from symcheck.symmetry import certify

    seed, rows = secrets.randbelow(2**31), []
    for name, entry in GALLERY.items():
        networks = {a: sample_gallery(name, seed, a) for a in SHOWN_ACTIVATIONS}
        certificates = {a: certify(network) for a, network in networks.items()}
        verdicts = {a: str(c.verdict) for a, c in certificates.items()}
        sentences = {a: _sentence(c, networks[a]) for a, c in certificates.items()}
        said: dict[str, list[str]] = {}
        for activation, text in sentences.items():
            said.setdefault(text, []).append(activation)
        sentence = "; ".join(t if len(said) == 1 else f"{', '.join(names)}: {t}" for t, names in said.items())
        rows.append(Exhibit(name, entry.said, verdicts, sentence))
    return rows


def _sentence(certificate: Certificate, network: Network) -> str:
    """What was decided; and of a network that is broken, whether it is so in name only."""
    said = verdict_sentence(certificate)
    weak = collapsed(network) if certificate.verdict == "broken" else []
    return f"{said}, yet in {layers_named(weak)} all respond to one direction of their input" if weak else said
