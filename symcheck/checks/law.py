"""Does an initializer follow its law? Scale, mean, bounds and family of independent entries, in every shape drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.dependence import dependence
from symcheck.checks.registry import Skip, failed, passed, register
from symcheck.checks.sentences import p_shown
from symcheck.diagnosis.laws import advice
from symcheck.distribution.goodness import Outcome, bounds_test, family_test, mean_test, scale_test, tails
from symcheck.distribution.power import visible_scale_error
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.law import EntryLaw, normal
from symcheck.report import Finding
from symcheck.types import Array

Test = Callable[[Array, EntryLaw, float], Outcome]


@dataclass(frozen=True)
class Sample:
    """What one shape's entries are tested as: all entries, or the ones a sparse law leaves."""

    layer: Layer
    array: Array
    entry: EntryLaw


@dataclass(frozen=True)
class JudgedShape:
    """A sample with the outcome of a test on it."""

    sample: Sample
    outcome: Outcome

    @property
    def figures(self) -> dict[str, Any]:
        """For a finding."""
        o = self.outcome
        return {"measured": o.measured, "expected": o.expected, "p_value": o.p_value}


def samples(bench: InitializerBench) -> list[Sample]:
    """A sample of every shape that is drawn: large ones once, small ones pooled over several draws.

    Raises:
        Skip: there is no law of independent entries, or a large shape cannot be had.
    """
    return bench.once("samples", lambda: _samples(bench))


def _samples(bench: InitializerBench) -> list[Sample]:
    law = bench.law
    if law is None:
        raise Skip("no law was given and none is documented for this subject")
    if not law.independent and law.family != "sparse":
        raise Skip(f"{law.name} is judged by its structure")
    drawn = [(layer, bench.oriented(layer)) for layer in bench.layers]
    for layer in bench.small_layers:
        try:
            drawn.append((layer, bench.pooled(layer)))
        except Skip:
            continue
    if law.independent:
        return [Sample(layer, array, law.entry(layer.fans)) for layer, array in drawn]
    entry = normal(law.std).entry(drawn[0][0].fans)
    left = [(layer, array[array != 0]) for layer, array in drawn if not layer.kernel]
    return [Sample(layer, array, entry) for layer, array in left if array.size]


def _advice(bench: InitializerBench, aspect: str, worst: Sample) -> str | None:
    if bench.law is None or not bench.law.independent:
        return None
    observations = [Observation(s.layer, s.array) for s in samples(bench)]
    as_drawn = next(o for o in observations if o.layer == worst.layer)
    return advice(aspect, observations, bench.law, as_drawn, bench.eps(worst.layer))


def centred(array: Array, entry: EntryLaw) -> Array:
    """The sample moved so that its mean (of a symmetric law: its median, which outliers do not move) is the law's."""
    w = np.asarray(array, dtype=np.float64)
    symmetric = entry.low + entry.high == 2 * entry.mean or not np.isfinite(entry.high)
    return np.asarray(w - ((np.median(w) if symmetric else w.mean()) - entry.mean))


def rescaled(entry: EntryLaw, array: Array) -> EntryLaw:
    """The same distribution with the sample's own scale, so that a wrong scale is not reported three times over.

    The scale is that of the median distance from the mean, which single outliers do not move.
    """
    reach = entry.high - entry.mean if np.isfinite(entry.high) else 8 * entry.std
    grid = entry.mean + np.linspace(0, reach, 100_001)
    inside = tails(entry, grid)[0] - tails(entry, 2 * entry.mean - grid)[0]
    median = grid[int(np.searchsorted(inside, 0.5))] - entry.mean
    ratio = float(np.median(np.abs(np.asarray(array, dtype=np.float64) - entry.mean))) / float(median)
    if ratio == 0 or entry.mean != 0:
        return entry
    return EntryLaw(
        entry.family, 0.0, entry.std * ratio, entry.low * ratio, entry.high * ratio, entry.parent_std * ratio
    )


def judge_scale(sample: Sample, limit: float) -> Outcome:
    """The scale test; where the mean is wrong too, about the sample's own, so that a shift is not called a scale."""
    outcome = scale_test(sample.array, sample.entry)
    if outcome.p_value < limit and mean_test(sample.array, sample.entry).p_value < limit:
        own = scale_test(
            np.asarray(sample.array, np.float64) - (np.mean(sample.array) - sample.entry.mean), sample.entry
        )
        return max(outcome, own, key=lambda o: o.p_value)
    return outcome


def judge_mean(sample: Sample, limit: float) -> Outcome:
    """The mean test; where the scale is wrong too, measured by the sample's own, so that a spread is not called a shift."""
    outcome = mean_test(sample.array, sample.entry)
    own = float(np.std(np.asarray(sample.array, dtype=np.float64)))
    if outcome.p_value < limit and own > sample.entry.std and scale_test(sample.array, sample.entry).p_value < limit:
        confirmed = mean_test(sample.array, EntryLaw("normal", sample.entry.mean, own, -np.inf, np.inf, own))
        return max(outcome, confirmed, key=lambda o: o.p_value)
    return outcome


def aside(sample: Sample, limit: float) -> Sample:
    """The sample with a wrong mean and a wrong scale put aside, for the tests of its shape."""
    array, entry = sample.array, sample.entry
    if judge_mean(sample, limit).p_value < limit:
        array = centred(array, entry)
    if scale_test(array, entry).p_value < limit:
        entry = rescaled(entry, array)
    return Sample(sample.layer, array, entry)


def _worst(judged: Sequence[JudgedShape]) -> JudgedShape:
    return min(judged, key=lambda j: j.outcome.p_value)


def _dependent(bench: InitializerBench) -> bool:
    return bench.law is not None and bench.law.independent and dependence(bench) is not None


def _excuse(bench: InitializerBench, what: str) -> None:
    """A dependence makes averages over the entries stray farther than independent ones may.

    Raises:
        Skip: there is one.
    """
    if _dependent(bench):
        found = dependence(bench)
        raise Skip(
            f"the entries are dependent ({found.check if found else ''}), so {what} may stray by more than chance"
        )


@register(
    "initializer.scale",
    grade="statistical",
    looks_at="The standard deviation is the law's, in every dense and convolution shape that is drawn.",
    causes="A lost factor 2 or square root, swapped fans, a kernel size left out of the fan, truncation that is not "
    "corrected, a wrong layout.",
    remedy="Follow the diagnosis: it names the law or the mistake that fits the measured standard deviations.",
)
def scale(bench: InitializerBench) -> Finding:
    """The standard deviation of the law, in every shape."""
    taken = samples(bench)
    limit = bench.share(len(taken))
    judged = [JudgedShape(s, judge_scale(s, limit)) for s in taken]
    worst = _worst(judged)
    if worst.outcome.p_value >= limit:
        return passed("initializer.scale", f"the law's standard deviation in {len(taken)} shapes", **worst.figures)
    if _dependent(bench) and not _plainly_off(judged):
        _excuse(bench, "their spread")
    law = bench.law
    assert law is not None
    o, layer = worst.outcome, worst.sample.layer
    return failed(
        "initializer.scale",
        f"std {o.measured:.4g} at {layer}, but {law.name} has {o.expected:.4g} "
        f"(ratio {o.measured / o.expected:.4g}, {p_shown(o.p_value)})",
        diagnosis=_advice(bench, "scale", worst.sample),
        **worst.figures,
    )


def _plainly_off(judged: Sequence[JudgedShape]) -> bool:
    """Whether the spread misses the law by one large factor in every shape, which no dependence explains."""
    logs = [log(max(j.outcome.measured / j.outcome.expected, 1e-300)) for j in judged]
    large = logs[:3]
    return min(map(abs, large)) > 0.2 and max(large) - min(large) < 0.2


@register(
    "initializer.mean",
    grade="statistical",
    looks_at="The mean is the law's, in every shape that is drawn.",
    causes="A one-sided uniform draw where a symmetric one is meant, an offset, rounding in low precision.",
    remedy="Draw from [-limit, limit), not from [0, limit).",
)
def mean(bench: InitializerBench) -> Finding:
    """The mean of the law."""
    taken = samples(bench)
    limit = bench.share(len(taken))
    worst = _worst([JudgedShape(s, judge_mean(s, limit)) for s in taken])
    o, s = worst.outcome, worst.sample
    if o.p_value >= limit:
        return passed("initializer.mean", f"the law's mean, {o.expected:g}, in {len(taken)} shapes", **worst.figures)
    _excuse(bench, "their mean")
    return failed(
        "initializer.mean",
        f"mean {o.measured:.4g} at {s.layer} ({(o.measured - o.expected) / s.entry.std:+.2g} standard deviations), but "
        f"should be {o.expected:.4g} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "mean", s),
        **worst.figures,
    )


@register(
    "initializer.bounds",
    grade="statistical",
    looks_at="The extremes are those of the law: nothing beyond its support, and the support is filled.",
    causes="A truncation that is missing or at another place, a uniform limit that is wrong, single huge outliers.",
    remedy="Compare the largest entry with the law's bound; look for 2 sd against an absolute cut-off.",
)
def bounds(bench: InitializerBench) -> Finding:
    """The extremes of the law."""
    taken = samples(bench)
    limit = bench.share(len(taken))
    kept = [aside(s, limit) for s in taken if _bounds_known(s, limit)]
    if not kept:
        raise Skip("the scale or the mean is wrong, and the bounds with it")
    worst = _worst([JudgedShape(s, bounds_test(s.array, s.entry, bench.eps(s.layer))) for s in kept])
    o, s = worst.outcome, worst.sample
    n, sigmas = np.size(s.array), abs(o.measured - s.entry.mean) / s.entry.std
    figures = {**worst.figures, "expected": o.expected if o.expected == o.expected else "unbounded"}
    if o.p_value >= limit:
        return passed("initializer.bounds", f"extremes as the law has them, {sigmas:.2f} sd among {n:,}", **figures)
    if s.entry.low <= o.measured <= s.entry.high:
        _excuse(bench, "their extremes")
    bound = f"the law ends at {o.expected:.4g}" if np.isfinite(o.expected) else "the law has no bound"
    cut = (
        "The draws are cut off: this is a truncated law (or a uniform one), not the plain normal law."
        if s.entry.family == "normal" and sigmas < 4
        else None
    )
    return failed(
        "initializer.bounds",
        f"largest entry {o.measured:.4g} ({sigmas:.2f} sd) among {n:,} at {s.layer}, but {bound} ({p_shown(o.p_value)})",
        diagnosis=_advice(bench, "bounds", s) or cut,
        **figures,
    )


def _bounds_known(sample: Sample, limit: float) -> bool:
    """Whether the support can be told: that of a bounded law moves with its scale and mean, which are only estimated."""
    right = min(scale_test(sample.array, sample.entry).p_value, mean_test(sample.array, sample.entry).p_value) >= limit
    return right or sample.entry.family == "normal"


@register(
    "initializer.family",
    grade="statistical",
    looks_at="The distribution function is the law's: normal, uniform or truncated normal.",
    causes="Another distribution of the same variance, atoms at a bound, draws rounded to a grid.",
    remedy="Use the generator function that the law names.",
)
def family(bench: InitializerBench) -> Finding:
    """The distribution function of the law."""
    taken = samples(bench)
    limit = bench.share(len(taken))
    kept = [aside(s, limit) for s in taken]
    worst = _worst([JudgedShape(s, family_test(s.array, s.entry, bench.eps(s.layer))) for s in kept])
    o, s = worst.outcome, worst.sample
    word = s.entry.family.replace("_", " ")
    figures = {**worst.figures, "expected": 0.0}
    if o.p_value >= limit:
        return passed("initializer.family", f"{word} ({np.size(s.array):,} draws, gap {o.measured:.2g})", **figures)
    _excuse(bench, "their distribution function")
    return failed(
        "initializer.family",
        f"the distribution function is {o.measured:.3g} away from the {word} law's at {s.layer} ({p_shown(o.p_value)})",
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
    taken = samples(bench)
    limit = bench.share(len(taken))
    return [(s.layer, s.array.size, visible_scale_error(s.entry, s.array.size, limit)) for s in taken]


def looks_like(observations: Sequence[Observation]) -> str:
    """What the draws look like, as a sentence."""
    from symcheck.distribution.recognise import recognise

    return recognise(observations).sentence
