"""Does an initializer follow its law? Scale, mean, bounds and family of independent entries, in every shape drawn."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from symcheck.checks.bench import InitializerBench, promised
from symcheck.checks.definition import Skip, Verdict, failed, figures_of, initializer_check, passed
from symcheck.checks.dependence import dependence
from symcheck.checks.samples import Sample, aside, judge_mean, judge_scale, samples, samples_and_limit, worst
from symcheck.checks.sentences import p_shown
from symcheck.diagnosis.laws import advice
from symcheck.distribution.goodness import Outcome, bounds_test, family_test, mean_test, scale_test
from symcheck.distribution.power import visible_scale_error
from symcheck.distribution.shape import word
from symcheck.fans import Layer


def _advice(bench: InitializerBench, aspect: str, seen: Sample) -> str | None:
    if bench.law is None or not bench.law.independent:
        return None
    observations = [s.observation for s in samples(bench)]
    as_drawn = next(o for o in observations if o.layer == seen.layer)
    return advice(aspect, observations, bench.law, as_drawn, bench.eps(seen.layer))


def _excuse(bench: InitializerBench, what: str) -> None:
    """A dependence makes averages over the entries stray farther than independent ones may.

    Raises:
        Skip: there is one.
    """
    found = dependence(bench) if bench.law is not None and bench.law.independent else None
    if found is not None:
        raise Skip(f"the entries are dependent ({found.check.name}), so {what} may stray by more than chance")


@initializer_check("statistical")
def scale(bench: InitializerBench) -> Verdict:
    """The standard deviation is the law's, in every dense and convolution shape that is drawn.

    Causes: A lost factor 2 or square root, swapped fans, a kernel size left out of the fan, truncation that is not
    corrected, a wrong layout.
    Remedy: Follow the diagnosis: it names the law or the mistake that fits the measured standard deviations.
    """
    taken, limit = samples_and_limit(bench)
    outcomes = [judge_scale(s, limit) for s in taken]
    o, s = worst(zip(outcomes, taken, strict=True))
    if o.p_value >= limit:
        return passed(f"the law's standard deviation in {len(taken)} shapes", **figures_of(o))
    if not _plainly_off(outcomes):
        _excuse(bench, "their spread")
    return failed(
        f"std {o.measured:.4g} at {s.layer}, but {promised(bench.law).name} has {o.expected:.4g} "
        f"(ratio {o.measured / o.expected:.4g}, {p_shown(o.p_value)})",
        diagnosis=_advice(bench, "scale", s),
        **figures_of(o),
    )


def _plainly_off(outcomes: Sequence[Outcome]) -> bool:
    """Whether the spread misses the law by one large factor in every shape, which no dependence explains."""
    large = [log(max(o.measured / o.expected, 1e-300)) for o in outcomes[:3]]
    return min(map(abs, large)) > 0.2 and max(large) - min(large) < 0.2


@initializer_check("statistical")
def mean(bench: InitializerBench) -> Verdict:
    """The mean is the law's, in every shape that is drawn.

    Causes: A one-sided uniform draw where a symmetric one is meant, an offset, rounding in low precision.
    Remedy: Draw from [-limit, limit), not from [0, limit).
    """
    taken, limit = samples_and_limit(bench)
    o, s = worst((judge_mean(s, limit), s) for s in taken)
    if o.p_value >= limit:
        return passed(f"the law's mean, {o.expected:g}, in {len(taken)} shapes", **figures_of(o))
    _excuse(bench, "their mean")
    return failed(
        f"mean {o.measured:.4g} at {s.layer} ({(o.measured - o.expected) / s.entry.std:+.2g} standard deviations), but "
        f"should be {o.expected:.4g} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "mean", s),
        **figures_of(o),
    )


@initializer_check("statistical")
def bounds(bench: InitializerBench) -> Verdict:
    """The extremes are those of the law: nothing beyond its support, and the support is filled.

    Causes: A truncation that is missing or at another place, a uniform limit that is wrong, single huge outliers.
    Remedy: Compare the largest entry with the law's bound; look for 2 sd against an absolute cut-off.
    """
    taken, limit = samples_and_limit(bench)
    kept = [aside(s, limit) for s in taken if _bounds_known(s, limit)]
    if not kept:
        raise Skip("the scale or the mean is wrong, and the bounds with it")
    o, s = worst((bounds_test(s.array, s.entry, bench.eps(s.layer)), s) for s in kept)
    n, sigmas = np.size(s.array), abs(o.measured - s.entry.mean) / s.entry.std
    figures = {**figures_of(o), "expected": o.expected if o.expected == o.expected else "unbounded"}
    if o.p_value >= limit:
        return passed(f"extremes as the law has them, {sigmas:.2f} sd among {n:,}", **figures)
    if s.entry.low <= o.measured <= s.entry.high:
        _excuse(bench, "their extremes")
    bound = f"the law ends at {o.expected:.4g}" if np.isfinite(o.expected) else "the law has no bound"
    plain = word(s.entry.family)
    cut = f"The draws are cut off: this is a truncated law (or a uniform one), not the plain {plain} law."
    early = not s.entry.bounded and sigmas < 4
    return failed(
        f"largest entry {o.measured:.4g} ({sigmas:.2f} sd) among {n:,} at {s.layer}, but {bound} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "bounds", s) or (cut if early else None),
        **figures,
    )


def _bounds_known(sample: Sample, limit: float) -> bool:
    """Whether the support can be told: that of a bounded law moves with its scale and mean, which are only estimated."""
    right = min(scale_test(sample.array, sample.entry).p_value, mean_test(sample.array, sample.entry).p_value) >= limit
    return right or not sample.entry.bounded


@initializer_check("statistical")
def family(bench: InitializerBench) -> Verdict:
    """The distribution function is the law's: normal, uniform or truncated normal.

    Causes: Another distribution of the same variance, atoms at a bound, draws rounded to a grid.
    Remedy: Use the generator function that the law names.
    """
    taken, limit = samples_and_limit(bench)
    kept = [aside(s, limit) for s in taken]
    o, s = worst((family_test(s.array, s.entry, bench.eps(s.layer)), s) for s in kept)
    name = word(s.entry.family)
    figures = {**figures_of(o), "expected": 0.0}
    if o.p_value >= limit:
        return passed(f"{name} ({np.size(s.array):,} draws, gap {o.measured:.2g})", **figures)
    _excuse(bench, "their distribution function")
    return failed(
        f"the distribution function is {o.measured:.3g} away from the {name} law's at {s.layer} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "family", s),
        **figures,
    )


def visible_errors(bench: InitializerBench) -> list[tuple[Layer, int, float]]:
    """For each shape the number of draws and the relative error in the standard deviation that is seen for certain.

    Raises:
        Skip: as :func:`samples`.
    """
    if bench.law is None or not bench.law.independent:
        return []
    taken, limit = samples_and_limit(bench)
    return [(s.layer, s.array.size, visible_scale_error(s.entry, s.array.size, limit)) for s in taken]
