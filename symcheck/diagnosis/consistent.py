"""Which laws of the catalogue draws are consistent with, at a rate of error: each is tested as a check would test it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, log, sqrt

import numpy as np

from symcheck.diagnosis.intervals import Interval, common, mean_interval, roundest, std_interval, uniform_ends
from symcheck.distribution.formats import FloatFormat
from symcheck.distribution.goodness import bounds_test, family_test, mean_test, scale_test
from symcheck.distribution.recognise import Observation
from symcheck.distribution.rounding import unrounded
from symcheck.errors import LawError
from symcheck.laws.families import TRUNCATED_AT_TWO
from symcheck.laws.law import CATALOGUE, MODES, Law

#: Tests of one sample against one law.
TESTS = 4
_NAMES = tuple(f"{name}_{kind}" for name, kind in product(("he", "glorot", "lecun"), ("normal", "uniform")))


@dataclass(frozen=True)
class Evidence:
    """Samples with the formats they are stored in, and the rate of error of one test.

    Attributes:
        limit: small enough that the law they were drawn from fails none of the tests but at the rate of error of all.
    """

    observations: Sequence[Observation]
    forms: Sequence[FloatFormat]
    limit: float
    seed: int

    def allows(self, law: Law) -> bool:
        """Whether no test of any sample rejects a law of independent entries.

        A law that a format is too coarse for cannot be ruled out, and is not.
        """
        rng = np.random.default_rng([self.seed, 2])
        return all(self._allows(law, o, form, rng) for o, form in zip(self.observations, self.forms, strict=True))

    def _allows(self, law: Law, o: Observation, form: FloatFormat, rng: np.random.Generator) -> bool:
        entry = law.entry(o.layer.fans)
        # Far from it in scale, nothing has to be sorted to see it.
        if entry.mean == 0 and o.std > 0 and o.std > entry.std * exp(0.5 + 20 / sqrt(o.sample.size)):
            return False
        ideal = unrounded(o.sample, entry, form, rng)
        if not ideal.carried:
            return True
        w, e = ideal.array, ideal.entry
        return (
            scale_test(w, e).p_value >= self.limit
            and mean_test(w, e).p_value >= self.limit
            and bounds_test(w, e, ideal.slack, ideal.grain).p_value >= self.limit
            and family_test(w, e, ideal.grain).p_value >= self.limit
        )


def named_laws() -> Iterator[Law]:
    """The laws of the catalogue that need no number, the plainest first, and the default of torch's layers."""
    for name in _NAMES:
        yield CATALOGUE[name]()
    for name in _NAMES[::2]:
        for cut in ("truncated_normal", "uncorrected_truncated_normal"):
            yield CATALOGUE[name](distribution=cut)
    yield CATALOGUE["lecun_uniform"](1 / sqrt(3))
    for name, mode in product(_NAMES, MODES):
        # In another mode, Glorot's law is LeCun's, and LeCun's is Glorot's.
        other = mode != CATALOGUE[name]().mode and not name.startswith("glorot")
        if other and not (name.startswith("lecun") and mode == "fan_avg"):
            yield CATALOGUE[name](mode=mode)
            if name.endswith("normal"):
                for cut in ("truncated_normal", "uncorrected_truncated_normal"):
                    yield CATALOGUE[name](mode=mode, distribution=cut)


def consistent_laws(evidence: Evidence) -> list[Law]:
    """The laws that are not rejected, the plainest first: those without a number, then those with the roundest ones."""
    return [law for law in (*named_laws(), *fitted_laws(evidence)) if evidence.allows(law)]


def fitted_laws(evidence: Evidence) -> Iterator[Law]:
    """Laws whose numbers are read off the samples, where one choice of them can hold for all shapes."""
    observations, limit = evidence.observations, evidence.limit
    means = common([mean_interval(o, limit) for o in observations])
    mean = 0.0 if means.empty else roundest(means.low, means.high)
    if (stds := _stds(observations, "normal", limit)) is not None:
        yield CATALOGUE["normal"](roundest(stds.low, stds.high), mean)
    ends = [uniform_ends(o.sample, limit) for o in observations]
    low, high = common([low for low, _ in ends]), common([high for _, high in ends])
    both = high & Interval(-low.high, -low.low)
    if not both.empty:
        bound = roundest(both.low, both.high)
        yield from _law("uniform", -bound, bound)
    elif not low.empty and not high.empty:
        yield from _law("uniform", roundest(low.low, low.high), roundest(high.low, high.high))
    if (stds := _stds(observations, "truncated_normal", limit)) is not None and means.low <= 0 <= means.high:
        farthest = max(float(np.abs(o.sample).max()) for o in observations)
        parents = stds.times(1 / TRUNCATED_AT_TWO) & Interval(farthest / 2, _reach(evidence, farthest) / 2)
        if not parents.empty:
            yield from _law("truncated_normal", roundest(parents.low, parents.high))


def _stds(observations: Sequence[Observation], family: str, limit: float) -> Interval | None:
    found = [std_interval(o.sample, family, limit) for o in observations]
    known = [interval for interval in found if interval is not None]
    stds = common(known)
    return None if len(known) < len(found) or stds.empty else stds


def _reach(evidence: Evidence, farthest: float) -> float:
    """How far out a cut at two standard deviations may lie, where the farthest of the draws lies so far out.

    At the cut the density is phi(2) / 0.9545 / std, of which so many draws would have shown a strip, on two sides.
    """
    draws = sum(o.sample.size for o in evidence.observations)
    strip = log(2 / evidence.limit) / (draws * 2 * 0.0565)
    return farthest / max(1 - strip / 2, 0.5)


def _law(name: str, *numbers: float) -> Iterator[Law]:
    try:
        yield CATALOGUE[name](*numbers)
    except LawError:
        return
