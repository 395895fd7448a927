"""Does an initializer follow its law? Scale, mean, bounds and family of independent entries, in every shape drawn."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from symcheck.checks.bench import InitializerBench, promised
from symcheck.checks.definition import Skip, UnfiledFinding, failed, figures_of, initializer_check, passed
from symcheck.checks.dependence import excuse
from symcheck.checks.randomness import not_constant
from symcheck.checks.samples import (
    Sample,
    aside,
    bound_beside,
    bounds_known,
    farthest,
    judge_mean,
    judge_scale,
    measured_std,
    samples,
    samples_and_limit,
    told_apart,
    worst,
)
from symcheck.checks.sentences import p_shown
from symcheck.diagnosis.laws import advice
from symcheck.distribution.goodness import Outcome, bounds_test, family_test
from symcheck.distribution.moments import mean_of
from symcheck.distribution.shape import word
from symcheck.errors import counted

#: Checks of a law, one of which must come to a verdict where a law is given.
LAW_ASPECTS = ("scale", "mean", "bounds", "family", "structure")
#: So many standard deviations, and more, are not counted.
_IMMENSE = 1e50
#: What to do where a dtype is too coarse for a law.
_FINER = "Draw in a finer dtype, or hold it to a law of a larger scale."


def _drawn(bench: InitializerBench) -> tuple[list[Sample], float]:
    """The samples and the false-alarm rate of a test of one.

    Raises:
        Skip: as :func:`samples_and_limit`; or every entry is one number, of which nothing else follows.
    """
    taken = samples_and_limit(bench)
    not_constant(bench)
    return taken


def _advice(bench: InitializerBench, aspect: str, seen: Sample) -> str | None:
    if bench.law is None or not bench.law.independent:
        return None
    observations = [s.observation for s in samples(bench)]
    as_drawn = next(o for o in observations if o.layer == seen.layer)
    return advice(aspect, observations, bench.law, as_drawn, seen.ideal.form.epsilon)


@initializer_check("statistical")
def scale(bench: InitializerBench) -> UnfiledFinding:
    """The standard deviation is the law's, in every shape of matrices (of kernels, where no matrices are drawn).

    Causes: A lost factor 2 or square root, swapped fans, a kernel size left out of the fan, truncation that is not
    corrected, a wrong layout.
    Remedy: Follow the diagnosis: it names the law or the mistake that fits the measured standard deviations.
    """
    taken, limit = _drawn(bench)
    outcomes = [judge_scale(s, limit) for s in taken]
    o, s = worst(zip(outcomes, taken, strict=True))
    std, expected = measured_std(s, limit), s.promised.std
    figures = {"measured": std, "expected": expected, "p_value": o.p_value}
    if o.p_value >= limit:
        return _unless_too_coarse(
            bench, passed(f"the law's standard deviation in {counted(len(taken), 'shape')}", **figures)
        )
    if not _plainly_off(outcomes):
        excuse(bench, "their spread")
    return failed(
        f"std {std:.4g} at {s.layer}, but {promised(bench.law).name} has {expected:.4g} "
        f"(ratio {std / expected:.4g}, {p_shown(o.p_value)})",
        diagnosis=_advice(bench, "scale", s),
        **figures,
    )


def _unless_too_coarse(bench: InitializerBench, verdict: UnfiledFinding) -> UnfiledFinding:
    """What passed, unless there are shapes of which it cannot be told: a law that is not tested is not met."""
    coarse = [s.too_coarse for s in samples(bench) if s.too_coarse]
    if not coarse:
        return verdict
    message = f"{promised(bench.law).name} is undecided: {coarse[0]}"
    return UnfiledFinding("error", message, measured="undecided", expected=promised(bench.law).name, diagnosis=_FINER)


def _plainly_off(outcomes: Sequence[Outcome]) -> bool:
    """Whether the spread misses the law by one large factor in every shape, which no dependence explains."""
    large = [log(max(o.measured / o.expected, 1e-300)) for o in outcomes[:3]]
    return min(map(abs, large)) > 0.2 and max(large) - min(large) < 0.2


@initializer_check("statistical")
def mean(bench: InitializerBench) -> UnfiledFinding:
    """The mean is the law's, in every shape that is drawn.

    Causes: A one-sided uniform draw where a symmetric one is meant, an offset, rounding in low precision.
    Remedy: Draw from [-limit, limit), not from [0, limit).
    """
    taken, limit = _drawn(bench)
    o, s = worst((judge_mean(s, limit), s) for s in taken)
    middle, expected = mean_of(s.drawn), s.promised.mean
    figures = {"measured": middle, "expected": expected, "p_value": o.p_value}
    if o.p_value >= limit:
        return passed(f"the law's mean, {expected:g}, in {counted(len(taken), 'shape')}", **figures)
    excuse(bench, "their mean")
    return failed(
        f"mean {middle:.4g} at {s.layer} ({(middle - expected) / s.promised.std:+.2g} of the law's standard deviations), but "
        f"should be {expected:.4g} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "mean", s),
        **figures,
    )


@initializer_check("statistical")
def bounds(bench: InitializerBench) -> UnfiledFinding:
    """The extremes are those of the law: nothing beyond its support, and the support is filled.

    Causes: A truncation that is missing or at another place, a uniform limit that is wrong, single huge outliers.
    Remedy: Compare the largest entry with the law's bound; look for 2 sd against an absolute cut-off.
    """
    taken, limit = _drawn(bench)
    known = [aside(s, limit) for s in taken if bounds_known(s, limit)]
    # What is wrong in most shapes is behind what misses in the others, if too few of their draws show it by themselves.
    if 2 * len(known) < len(taken):
        raise Skip("the scale or the mean is wrong, and the bounds with it")
    o, s = worst((bounds_test(s.array, s.entry, s.ideal.slack, s.ideal.grain), s) for s in told_apart(known))
    n, extreme, bound = np.size(s.drawn), farthest(s), bound_beside(s)
    sigmas = abs(o.measured - s.entry.mean) / s.entry.std
    # Where it was taken to be nearer than it is, by the law's own standard deviation.
    sigmas = sigmas if sigmas < _IMMENSE else abs(extreme - s.promised.mean) / s.promised.std
    figures = {"measured": extreme, "expected": "unbounded" if bound is None else bound, "p_value": o.p_value}
    if o.p_value >= limit:
        return passed(f"extremes as the law has them, {sigmas:.2f} sd among {n:,}", **figures)
    if s.entry.low <= o.measured <= s.entry.high:
        excuse(bench, "their extremes")
    told = "the law has no bound" if bound is None else f"the law ends at {bound:.4g}"
    plain = word(s.entry.family)
    cut = f"The draws are cut off: this is a truncated law (or a uniform one), not the plain {plain} law."
    early = not s.entry.bounded and sigmas < 4
    return failed(
        f"largest entry {extreme:.4g} ({sigmas:.3g} sd) among {n:,} at {s.layer}, but {told} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "bounds", s) or (cut if early else None),
        **figures,
    )


@initializer_check("statistical")
def family(bench: InitializerBench) -> UnfiledFinding:
    """The distribution function is the law's, rounded to the dtype: normal, uniform or truncated normal.

    Causes: Another distribution of the same variance, atoms at a bound, draws rounded to a grid.
    Remedy: Use the generator function that the law names.
    """
    taken, limit = _drawn(bench)
    kept = told_apart([aside(s, limit) for s in taken])
    o, s = worst((family_test(s.array, s.entry, s.ideal.grain), s) for s in kept)
    name = word(s.entry.family)
    figures = {**figures_of(o), "expected": 0.0}
    if o.p_value >= limit:
        return passed(f"{name} ({np.size(s.array):,} draws, gap {o.measured:.2g})", **figures)
    excuse(bench, "their distribution function")
    return failed(
        f"the distribution function is {o.measured:.3g} away from the {name} law's at {s.layer} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "family", s),
        **figures,
    )
