"""Why samples miss their law, in words with the remedy: of the scale, of the mean, of the distribution's shape."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.diagnosis.mean_sentences import mean_sentence
from symcheck.diagnosis.means import mean_cause
from symcheck.diagnosis.scale_sentences import scale_sentence
from symcheck.diagnosis.scales import scale_cause
from symcheck.distribution.recognise import Observation, alike
from symcheck.distribution.shape import family_of, peculiarity
from symcheck.laws.law import Law


def advice(
    aspect: str, observations: Sequence[Observation], law: Law, worst: Observation, eps: float = 0.0
) -> str | None:
    """Why the samples miss the law in one aspect: scale, mean, bounds or family; None where nothing known fits.

    Args:
        worst: the sample that misses it most plainly.
        eps: machine epsilon of the type the samples were drawn in.
    """
    if aspect == "scale":
        scale = scale_cause(observations, law, eps)
        return None if scale is None else scale_sentence(scale)
    if aspect == "mean":
        mean = mean_cause(observations, law, eps)
        return None if mean is None else mean_sentence(mean)
    return family_advice(worst, law, eps)


def family_advice(observation: Observation, law: Law, eps: float = 0.0) -> str | None:
    """What is peculiar about the distribution of one sample, its scale and mean apart."""
    text = peculiarity(observation.sample, law.family, eps)
    if text is None and family_of(observation.sample) == "unfamiliar":
        right = alike([observation], [law.entry(observation.layer.fans).std])
        the = "The spread is the law's, but the" if right else "The"
        return f"{the} entries follow no distribution of the catalogue."
    return text
