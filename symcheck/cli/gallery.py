"""The gallery judged: what becomes of each initialization that the source texts name."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from symcheck.checks.network_strength import collapsed
from symcheck.checks.saturation import gain_of, saturated_share
from symcheck.checks.sentences import layers_named, verdict_sentence
from symcheck.laws.gallery import GALLERY
from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.sentences import verdict_in_words

#: What the figures of the scale are of.
SCALE = (
    "Scale: by what each relu layer multiplies the second moment of a signal (He: 1), where symmetry is broken by independent "
    "weights; and the share of tanh units beyond 0.99 for inputs of variance 1, where that is most of them."
)

#: One activation of each symmetry class that behaves differently at zero.
SHOWN_ACTIVATIONS = ("relu", "tanh", "sigmoid")


@dataclass(frozen=True)
class Exhibit:
    """One row of the gallery.

    Attributes:
        said: how the source texts write it.
        verdicts: for each activation. sentence: the same in words.
        scale: what becomes of a signal, in a few words; "" where the weights do not pass one as independent ones do.
        remark: what the verdicts do not tell: that symmetry is broken in name only.
    """

    name: str
    said: str
    verdicts: dict[str, str]
    sentence: str
    scale: str = ""
    remark: str = ""

    @property
    def verdict_in_words(self) -> str:
        """One verdict, or which activations have which."""
        groups: dict[str, list[str]] = {}
        for activation, verdict in self.verdicts.items():
            groups.setdefault(verdict_in_words(verdict), []).append(activation)
        return "; ".join(v if len(groups) == 1 else f"{v} ({', '.join(names)})" for v, names in groups.items())

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
        remark = _in_name_only(next(iter(certificates.values())), next(iter(networks.values())))
        rows.append(
            Exhibit(name, entry.said, verdicts, sentence, _scale(networks["relu"], set(verdicts.values())), remark)
        )
    return rows


def _scale(network: Network, verdicts: set[str]) -> str:
    """What a layer of these weights does to a signal, by the second moment of the last hidden layer's weights."""
    weights = network.weights[-2]
    if verdicts != {"broken"} or np.ptp(weights) == 0:
        return ""
    gain = gain_of(weights)
    saturated = saturated_share(gain)
    factor = float(f"{gain**2 / 2:.2g}")
    told = f"x {factor:,g}"
    return f"{told}; tanh saturates ({saturated:.0%})" if saturated > 0.5 else told


def _sentence(certificate: Certificate, network: Network) -> str:
    """What was decided; and of a network that is broken, whether it is so in name only."""
    said, weak = verdict_sentence(certificate), _in_name_only(certificate, network)
    return f"{said}, yet {weak}" if weak else said


def _in_name_only(certificate: Certificate, network: Network) -> str:
    weak = collapsed(network) if certificate.verdict == "broken" else []
    return f"in {layers_named(weak)} all units respond to one direction of their input" if weak else ""
