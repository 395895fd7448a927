"""Why samples miss their law, in words with the remedy: of the scale, of the mean, of the distribution's shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from symcheck.diagnosis.scale_sentences import named, scale_sentence
from symcheck.diagnosis.scales import disturbance, scale_cause
from symcheck.distribution.moments import mean_of
from symcheck.distribution.recognise import Observation
from symcheck.distribution.shape import family_of, peculiarity
from symcheck.laws.law import Law

#: Shifts of so many standard deviations are not told apart.
_IMMENSE = 1e100


def advice(
    aspect: str, observations: Sequence[Observation], law: Law, worst: Observation, eps: float = 0.0
) -> str | None:
    """Why the samples miss the law in one aspect: scale, mean, bounds or family; None where nothing known fits.

    Args:
        worst: the sample that misses it most plainly.
        eps: machine epsilon of the type the samples were drawn in.
    """
    if aspect == "scale":
        cause = scale_cause(observations, law, eps)
        return scale_sentence(cause) if cause else None
    if aspect == "mean":
        return mean_advice(observations, law, eps)
    return family_advice(worst, law, eps)


def mean_advice(observations: Sequence[Observation], law: Law, eps: float = 0.0) -> str | None:
    """What is wrong with the mean: one-sided draws, huge entries, one shift of all shapes, or the shifted shapes."""
    if heavy := disturbance(observations, law, eps):
        return f"{heavy} That alone moves the mean."
    entries = [law.entry(o.layer.fans) for o in observations]
    if any(e.low < 0 and float(np.min(o.sample)) >= 0 for o, e in zip(observations, entries, strict=True)):
        return "No entry is negative: the draw is one-sided."
    shifts = [
        max(-_IMMENSE, min(_IMMENSE, (mean_of(o.sample) - e.mean) / e.std))
        for o, e in zip(observations, entries, strict=True)
    ]
    clear = [abs(s) * sqrt(o.sample.size) > 6 for s, o in zip(shifts, observations, strict=True)]
    if sum(clear) == 0:
        return None
    typical = float(np.average(shifts, weights=[o.sample.size for o in observations]))
    near = [abs(s - typical) * sqrt(o.sample.size) < 6 for s, o in zip(shifts, observations, strict=True)]
    if all(near):
        return f"The entries are shifted by {typical:.2g} standard deviations in every shape."
    # In the unit of the first shape's standard deviation, the squares of which stay in the range of numbers.
    units = [e.std / entries[0].std for e in entries]
    off = [s * u for s, u in zip(shifts, units, strict=True)]
    precision = [o.sample.size / u**2 for o, u in zip(observations, units, strict=True)]
    common = float(np.average(off, weights=precision))
    if all(abs(d - common) * sqrt(w) < 6 for d, w in zip(off, precision, strict=True)):
        return f"The entries are shifted by {common * entries[0].std:.2g} whatever the shape."
    shown = [f"{o.layer} ({s:+.2g} sd)" for o, s, c in zip(observations, shifts, clear, strict=True) if c]
    return f"The entries are shifted at {named(shown)}."


def family_advice(observation: Observation, law: Law, eps: float = 0.0) -> str | None:
    """What is peculiar about the distribution of one sample, its scale and mean apart."""
    text = peculiarity(observation.sample, law.family, eps)
    if text is None and family_of(observation.sample) == "unfamiliar":
        return "The spread is the law's, but the entries follow no distribution of the catalogue."
    return text
