"""Why standard deviations miss a law: the one cause that fits every shape, sought among known ones before any fit."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from symcheck.diagnosis.intervals import roundest
from symcheck.diagnosis.scale_causes import (
    Constant,
    Disturbed,
    Exponents,
    Factor,
    FixedScale,
    LooksLike,
    NoRule,
    OtherLaw,
    ScaleCause,
    SomeShapes,
    Swapped,
)
from symcheck.diagnosis.slips import find_slip
from symcheck.distribution.formulas import OF_MODE
from symcheck.distribution.moments import median
from symcheck.distribution.recognise import (
    ALIKE,
    DIGITS,
    HALF_AND_DOUBLE,
    KNOWN_LAWS,
    Observation,
    SpreadRule,
    alike,
    common_factor,
    exponents,
    fits,
    recognise,
)
from symcheck.distribution.shape import family_of, kurtosis, peculiarity
from symcheck.fans import Layer, layer_of
from symcheck.laws.families import FAMILIES, TRUNCATED_AT_TWO
from symcheck.laws.law import Law

#: A law's standard deviations have to differ so much between shapes before draws are said not to follow them.
_MOVES = 1.1
#: Standard deviations whose squares are numbers.
_ORDINARY = (1e-100, 1e100)


#: Factors that have a cause.
FACTORS = {
    "1/sqrt(2)": 1 / sqrt(2),
    "sqrt(2)": sqrt(2),
    "sqrt(3)": sqrt(3),
    "1/sqrt(3)": 1 / sqrt(3),
    "sqrt(5)": sqrt(5),
    "1/sqrt(5)": 1 / sqrt(5),
    "1/2": 0.5,
    "2": 2.0,
    "0.8796": TRUNCATED_AT_TWO,
    "1/0.8796": 1 / TRUNCATED_AT_TWO,
}


def scale_cause(observations: Sequence[Observation], law: Law, eps: float = 0.0) -> ScaleCause | None:
    """Why the standard deviations miss the law's: the mistake that fits all shapes, or the shapes that are off.

    Args:
        observations: of every shape that was tested, large ones first.
        eps: machine epsilon of the type the samples were drawn in.
    """
    if all(o.std == 0 for o in observations):
        values = {float(np.ravel(o.sample)[0]) for o in observations}
        return Constant(values.pop() if len(values) == 1 else None)
    expected = [law.entry(o.layer.fans).std for o in observations]
    if what := disturbance(observations, law, eps):
        return Disturbed(what)
    if alike(observations, expected):
        return _slightly(observations, law, expected)
    family = family_of(max(observations, key=lambda o: o.sample.size).sample)
    return (
        _swapped(observations, law, expected)
        or _other_law(observations, law, expected, family)
        or find_slip(observations, law, family, most=1)
        or _fixed(observations, law, expected, family)
        or _factor(observations, law, expected)
        or find_slip(observations, law, family)
        or _looks_like(observations)
        or some_shapes(observations, law, expected, ALIKE)
        or _movement(observations, expected)
    )


def _swapped(observations: Sequence[Observation], law: Law, expected: Sequence[float]) -> Swapped | None:
    swapped = [law.entry(Layer(o.layer.inputs, o.layer.out, o.layer.kernel).fans).std for o in observations]
    turned = [law.entry(layer_of(o.layer.shape("out_in"), "in_out").fans).std for o in observations]
    found = any(not np.allclose(s, expected, rtol=ALIKE) and fits(observations, s) for s in (swapped, turned))
    return Swapped() if found else None


def disturbance(observations: Sequence[Observation], law: Law, eps: float) -> str | None:
    """Heavy tails and huge entries make standard deviation and mean jump about though the bulk is right."""
    first = max(observations, key=lambda o: o.sample.size)
    heavy = kurtosis(first.sample) > 1.5 * FAMILIES[law.family].kurtosis
    entry = law.entry(first.layer.fans)
    distances = np.abs(np.asarray(first.sample, dtype=np.float64) - entry.mean)
    close = 0.3 < median(distances) / entry.std < 1.0
    return peculiarity(first.sample, law.family, eps) if heavy and close else None


def _other_law(
    observations: Sequence[Observation], law: Law, expected: Sequence[float], family: str
) -> OtherLaw | None:
    for rule in (*KNOWN_LAWS, *HALF_AND_DOUBLE):
        predicted = [rule.std(o.layer) for o in observations]
        if np.allclose(predicted, expected, rtol=ALIKE):
            continue
        if fits(observations, predicted):
            return OtherLaw(law, rule, _missing(law, rule))
        if family == "truncated_normal" and fits(observations, [TRUNCATED_AT_TWO * p for p in predicted]):
            return OtherLaw(law, rule, _missing(law, rule), cut=True)
    return None


def _missing(law: Law, rule: SpreadRule) -> float | None:
    """He's factor 2, where it is all that LeCun's law lacks."""
    if law.scale is None or rule.mistake or rule.formula.fan is not OF_MODE[law.mode] or law.gain != 1:
        return None
    ratio = law.scale * (2 if law.mode == "fan_avg" else 1) / rule.formula.number
    return ratio if ratio == 2 else None


def _fixed(observations: Sequence[Observation], law: Law, expected: Sequence[float], family: str) -> FixedScale | None:
    std = common_factor(observations, [1.0] * len(observations))
    if max(expected) < _MOVES * min(expected) or not fits(observations, [std] * len(observations)):
        return None
    low, high = (float(f([f(o.sample) for o in observations])) for f in (np.min, np.max))
    error = 5 / sqrt(2 * max(o.sample.size for o in observations))
    return FixedScale(law, roundest(std * (1 - error), std * (1 + error)), family, low, high)


def _factor(observations: Sequence[Observation], law: Law, expected: Sequence[float]) -> Factor | None:
    ratio = common_factor(observations, expected)
    if not alike(observations, [ratio * e for e in expected]):
        return None
    if law.entries is not None and _ORDINARY[0] < law.entries.std < _ORDINARY[1]:
        for power in (-1, 1):
            target = law.entries.std ** (2 if power > 0 else 0.5)
            if fits(observations, [target] * len(observations)):
                return Factor(ratio, squared=power)
    known = (name for name, value in FACTORS.items() if fits(observations, [value * e for e in expected]))
    return Factor(ratio, next(known, ""))


def _slightly(observations: Sequence[Observation], law: Law, expected: Sequence[float]) -> Factor | SomeShapes | None:
    """The form of the law is right in all shapes, a factor near 1 is not."""
    ratio = common_factor(observations, expected)
    if alike(observations, [ratio * e for e in expected], tolerance=0.0):
        return Factor(ratio, slight=True)
    return some_shapes(observations, law, expected, 0.0)


def some_shapes(
    observations: Sequence[Observation], law: Law, expected: Sequence[float], tolerance: float
) -> SomeShapes | None:
    """The shapes that are off, where enough others follow the law that it is not by coincidence.

    Of shapes with unlike sides a square one tells nothing: it has no fans to confuse.
    """
    pairs = list(zip(observations, expected, strict=True))
    off = [(o, o.std / e) for o, e in pairs if not alike([o], [e], tolerance)]
    if not off:
        return None
    if tolerance and not all(alike([o], [e], tolerance) <= alike([o], [e], DIGITS) for o, e in pairs):
        # Some are off by less, and follow the law no more than those.
        return None
    least = min(abs(log(max(ratio, 1e-300))) for _, ratio in off)
    unlike = all(o.layer.out != o.layer.inputs for o, _ in off)
    tellers = sum(
        alike([o], [e], tolerance)
        and 6 / sqrt(2 * o.sample.size) < least
        and not (unlike and o.layer.out == o.layer.inputs)
        for o, e in pairs
    )
    if len(off) > 3 * tellers:
        return None
    shapes = [o for o, _ in off]
    # One shape alone fits some law by chance, unless it is one that divides by the same.
    known = [r for r in KNOWN_LAWS if len({o.layer.fans for o in shapes}) > 1 or _missing(law, r)]
    rule = next((r for r in known if fits(shapes, [r.std(o.layer) for o in shapes])), None)
    return SomeShapes(tuple((o.layer, ratio) for o, ratio in off), len(pairs) - len(off), rule)


def _looks_like(observations: Sequence[Observation]) -> LooksLike | None:
    found = recognise(observations)
    return LooksLike(found.sentence) if found.known else None


def _movement(observations: Sequence[Observation], expected: Sequence[float]) -> Exponents | NoRule:
    layers, stds = [o.layer for o in observations], [o.std for o in observations]
    a, b = exponents(layers, stds)
    fitted = [a * log(o.layer.fans.fan_in) + b * log(o.layer.fans.fan_out) for o in observations]
    rest = np.log(np.maximum(stds, 1e-300)) - np.array(fitted)
    if float(np.ptp(rest)) < 0.5:
        return Exponents(a, b)
    ratios = [o.std / e for o, e in zip(observations, expected, strict=True)]
    low, high = int(np.argmin(ratios)), int(np.argmax(ratios))
    return NoRule((layers[low], ratios[low]), (layers[high], ratios[high]))
