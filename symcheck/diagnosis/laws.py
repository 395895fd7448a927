"""Why samples miss their law, in words with the remedy: of the scale, of the mean, of the distribution's shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from symcheck.distribution.moments import mean_of, median
from symcheck.distribution.recognise import ALIKE, LECUN, Observation, alike, exponents, recognise
from symcheck.distribution.shape import family_of, kurtosis, peculiarity
from symcheck.fans import Layer, layer_of
from symcheck.laws.families import FAMILIES, TRUNCATED_AT_TWO
from symcheck.laws.law import Law

#: Shifts of so many standard deviations are not told apart.
_IMMENSE = 1e100
#: Shapes named one by one in a sentence.
_NAMED = 3


def advice(
    aspect: str, observations: Sequence[Observation], law: Law, worst: Observation, eps: float = 0.0
) -> str | None:
    """Why the samples miss the law in one aspect: scale, mean, bounds or family; None where nothing known fits.

    Args:
        worst: the sample that misses it most plainly.
        eps: machine epsilon of the type the samples were drawn in.
    """
    if aspect == "scale":
        return scale_advice(observations, law, eps)
    if aspect == "mean":
        return mean_advice(observations, law, eps)
    return family_advice(worst, law, eps)


def scale_advice(observations: Sequence[Observation], law: Law, eps: float = 0.0) -> str | None:
    """Why the standard deviations miss the law's: the mistake that fits all shapes, or the shapes that are off.

    Args:
        observations: of every shape that was tested, large ones first.
        eps: machine epsilon of the type the samples were drawn in.
    """
    expected = [law.entry(o.layer.fans).std for o in observations]
    ratios = [o.std / e for o, e in zip(observations, expected, strict=True)]
    if max(ratios) == 0:
        return "Every entry is the same: the scale may have come out as 0 (integer division, a wrong argument)."
    if swapped := _swapped(observations, law, expected):
        return swapped
    if heavy := _heavy(observations, law, eps):
        return f"{heavy} That alone moves the standard deviation."
    found = recognise(observations)
    ratio = float(np.exp(np.average(np.log(np.maximum(ratios, 1e-300)), weights=[o.sample.size for o in observations])))
    steady = alike(observations, [ratio * e for e in expected])
    if alike(observations, expected):
        return _slightly(observations, expected, ratio)
    if steady and abs(ratio / TRUNCATED_AT_TWO - 1) < ALIKE / 2 and found.family == "truncated_normal":
        return (
            "The draws are cut off at two standard deviations and the lost variance is not made good: divide the "
            "standard deviation by 0.87962566 before truncating."
        )
    rule = found.rule
    if law.scale == 2.0 and law.mode == "fan_in" and rule is LECUN:
        return f"This is {rule.words}: the 2 for relu is missing. Write sqrt(2 / fan_in)."
    if rule and rule.mistake:
        return f"This looks like {rule.words}."
    if rule and not np.allclose([rule.std(o.layer) for o in observations], expected, rtol=ALIKE):
        return f"This is {rule.words}, not {law.name}."
    if steady:
        return f"The scale is off by the factor {ratio:.3g} in every shape{_known_factor(ratio)}."
    if some := _some_shapes(observations, expected, ALIKE):
        return some
    if found.known:
        return f"The draws look like this: {found.sentence}."
    return _movement(observations, ratios)


def _swapped(observations: Sequence[Observation], law: Law, expected: Sequence[float]) -> str | None:
    swapped = [law.entry(Layer(o.layer.inputs, o.layer.out, o.layer.kernel).fans).std for o in observations]
    turned = [law.entry(layer_of(o.layer.shape("out_in"), "in_out").fans).std for o in observations]
    for other in (swapped, turned):
        if alike(observations, other) and not np.allclose(other, expected, rtol=ALIKE):
            return (
                "The law fits when fan_in and fan_out are swapped: the array is read as (in, out) where it is (out, in), "
                "or the other way round. Swap them, or pass --layout if the layout was taken wrongly."
            )
    return None


def _heavy(observations: Sequence[Observation], law: Law, eps: float) -> str | None:
    """Heavy tails and huge entries make standard deviation and mean jump about though the bulk is right."""
    first = max(observations, key=lambda o: o.sample.size)
    heavy = kurtosis(first.sample) > 1.5 * FAMILIES[law.family].kurtosis
    entry = law.entry(first.layer.fans)
    distances = np.abs(np.asarray(first.sample, dtype=np.float64) - entry.mean)
    close = 0.3 < median(distances) / entry.std < 1.0
    return peculiarity(first.sample, law.family, eps) if heavy and close else None


def _slightly(observations: Sequence[Observation], expected: Sequence[float], ratio: float) -> str | None:
    """The form of the law is right in all shapes, a factor near 1 is not."""
    if alike(observations, [ratio * e for e in expected], tolerance=0.0):
        return f"The scale is off by {100 * abs(ratio - 1):.2g} % in every shape (factor {ratio:.4g})."
    return _some_shapes(observations, expected, 0.0)


def _some_shapes(observations: Sequence[Observation], expected: Sequence[float], tolerance: float) -> str | None:
    pairs = list(zip(observations, expected, strict=True))
    off = [(o.layer, o.std / e) for o, e in pairs if not alike([o], [e], tolerance)]
    if not 0 < len(off) < len(pairs):
        return None
    shown = [f"{layer} (factor {ratio:.3g})" for layer, ratio in off[:_NAMED]]
    more = f" and {len(off) - _NAMED} more" if len(off) > _NAMED else ""
    return (
        f"Only some shapes are off: {', '.join(shown)}{more}. The other {len(pairs) - len(off)} follow the law, so look for a "
        "case that treats these differently."
    )


def _movement(observations: Sequence[Observation], ratios: Sequence[float]) -> str:
    layers, stds = [o.layer for o in observations], [o.std for o in observations]
    a, b = exponents(layers, stds)
    fitted = [a * log(o.layer.fans.fan_in) + b * log(o.layer.fans.fan_out) for o in observations]
    rest = np.log(np.maximum(stds, 1e-300)) - np.array(fitted)
    if float(np.ptp(rest)) < 0.5:
        return f"The standard deviation moves as fan_in^{a:.2f} fan_out^{b:.2f}, which is no law of the catalogue."
    low, high = int(np.argmin(ratios)), int(np.argmax(ratios))
    return (
        f"The scale follows no rule of the fans: {ratios[low]:.3g} times the law's at {observations[low].layer}, "
        f"{ratios[high]:.3g} times at {observations[high].layer}."
    )


def mean_advice(observations: Sequence[Observation], law: Law, eps: float = 0.0) -> str | None:
    """What is wrong with the mean: one-sided draws, huge entries, one shift of all shapes, or the shifted shapes."""
    if heavy := _heavy(observations, law, eps):
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
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return f"The entries are shifted at {', '.join(shown[:_NAMED])}{more}."


def family_advice(observation: Observation, law: Law, eps: float = 0.0) -> str | None:
    """What is peculiar about the distribution of one sample, its scale and mean apart."""
    text = peculiarity(observation.sample, law.family, eps)
    if text is None and family_of(observation.sample) == "unfamiliar":
        return "The spread is the law's, but the entries follow no distribution of the catalogue."
    return text


def _known_factor(ratio: float) -> str:
    known = {
        1 / sqrt(2): " (1/sqrt(2): a factor 2 is missing in the variance)",
        sqrt(2): " (sqrt(2): the factor 2 is in the variance twice)",
        sqrt(3): " (sqrt(3): a standard deviation was used as the bound's own scale)",
        1 / sqrt(3): " (1/sqrt(3): a uniform bound was set to the standard deviation; it needs sqrt(3) times it)",
        TRUNCATED_AT_TWO: " (0.8796: truncation without correction)",
        1 / TRUNCATED_AT_TWO: " (1/0.8796: corrected for a truncation that does not take place)",
    }
    return next((text for value, text in known.items() if abs(ratio / value - 1) < ALIKE / 2), "")
