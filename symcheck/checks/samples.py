"""What is tested against a law of independent entries: a sample of each shape, with what is wrong elsewhere put aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from symcheck.checks.bench import InitializerBench, once, promised
from symcheck.checks.definition import Skip
from symcheck.distribution.formats import FloatFormat, format_named
from symcheck.distribution.goodness import (
    Outcome,
    beyond_test,
    bounds_test,
    family_test,
    mean_test,
    scale_test,
    two_sided,
)
from symcheck.distribution.moments import median, spread, times_two_to
from symcheck.distribution.recognise import Observation
from symcheck.distribution.rounding import Unrounded, largest_share, unrounded
from symcheck.distribution.survey import Survey
from symcheck.fans import Layer
from symcheck.laws.families import EntryLaw, Normal
from symcheck.laws.law import Law
from symcheck.types import Array

#: How a reason begins that says that the dtype does not let a law be told.
UNDECIDED = "undecided"


#: A scale within this factor of the law's, and its inverse, is near enough to compare draws in the unit of the law.
_NEAR = 1e-30


@dataclass(frozen=True)
class Sample:
    """What one shape's entries are tested as: all entries, or the ones a sparse law leaves.

    Attributes:
        drawn: the entries as they came. promised: their law. Both are what is told of.
        ideal: the ideal draws they may have been rounded from, in the unit in which they are tested.
        among: what was found in all entries, where only some of them, chosen at random, are tested.
    """

    layer: Layer
    drawn: Array
    promised: EntryLaw
    ideal: Unrounded
    among: Survey | None = None

    @property
    def array(self) -> Array:
        """The draws that are tested."""
        return self.ideal.array

    @property
    def entry(self) -> EntryLaw:
        """The law they are tested against."""
        return self.ideal.entry

    @property
    def observation(self) -> Observation:
        """The entries alone."""
        return Observation(self.layer, self.drawn)

    @property
    def too_coarse(self) -> str | None:
        """Why the dtype does not let the law be told; None where it does."""
        if self.ideal.carried:
            return None
        form = self.ideal.form
        share = largest_share(self.entry, form)
        how = f"rounds {100 * share:.3g} % of its draws to one number" if share > 0.5 else "is as coarse as the law"
        return f"{form.name} {how} at {self.layer}"


def sample_of(
    layer: Layer,
    drawn: Array,
    entry: EntryLaw,
    form: FloatFormat,
    rng: np.random.Generator,
    among: Survey | None = None,
) -> Sample:
    """A sample of entries stored in a format."""
    return Sample(layer, drawn, entry, unrounded(drawn, entry, form, rng), among)


def worst(judged: Iterable[tuple[Outcome, Sample]]) -> tuple[Outcome, Sample]:
    """The least likely outcome, with the sample it was seen in."""
    return min(judged, key=lambda row: row[0].p_value)


@once
def samples(bench: InitializerBench) -> list[Sample]:
    """A sample of every shape that is drawn: large ones once, small ones pooled over several draws.

    Raises:
        Skip: there is no law of independent entries, or a large shape cannot be had.
    """
    law = promised(bench.law)
    if not law.independent and law.family != "sparse":
        raise Skip(f"{law.name} is judged by its structure")
    return _taken(bench, law, bench.layers, bench.small_layers)


@once
def kernel_samples(bench: InitializerBench) -> list[Sample]:
    """The same of kernels; only for laws of independent entries.

    Raises:
        Skip: there is none.
    """
    return _taken(bench, promised(bench.law), bench.kernels.drawn, bench.compared[1:])


def _taken(bench: InitializerBench, law: Law, large: Iterable[Layer], small: Iterable[Layer]) -> list[Sample]:
    drawn = [(layer, bench.oriented(layer)) for layer in large]
    for layer in small:
        try:
            drawn.append((layer, bench.pooled(layer)))
        except Skip:
            continue
    if not law.independent:
        left = [(layer, left_by(law, layer, array)) for layer, array in drawn if not layer.kernel]
        drawn = [(layer, array) for layer, array in left if array.size]
    rng = np.random.default_rng(bench.seed)
    return [sample_of(layer, array, law.entry(layer.fans), bench.form(layer), rng) for layer, array in drawn]


def zeros_promised(law: Law, layer: Layer) -> int:
    """How many zeros each column of a sparse law has at least."""
    return ceil(law.sparsity * layer.out)


def left_by(law: Law, layer: Layer, array: Array) -> Array:
    """The entries of a sparse law, of shape (..., out, in), that are draws: those that are not 0, and the zeros beyond the promised
    number."""
    zeros = (array == 0).sum(axis=-2)
    beyond = int(np.maximum(zeros - zeros_promised(law, layer), 0).sum())
    return np.concatenate([array[array != 0], np.zeros(beyond, array.dtype)])


def told_apart(taken: Sequence[Sample]) -> list[Sample]:
    """The samples whose dtype is fine enough for the law.

    Raises:
        Skip: there is none.
    """
    fine = [s for s in taken if s.ideal.carried]
    if not fine:
        raise Skip(f"{UNDECIDED}: {taken[0].too_coarse}")
    return fine


def samples_and_limit(bench: InitializerBench) -> tuple[list[Sample], float]:
    """The samples whose dtype is fine enough, and the false-alarm rate of the test of one of them.

    Raises:
        Skip: as :func:`samples` and :func:`told_apart`.
    """
    taken = samples(bench)
    return told_apart(taken), bench.share(len(taken))


def centred(array: Array, entry: EntryLaw) -> Array:
    """The sample moved so that its mean (of a symmetric law: its median, which outliers do not move) is the law's."""
    w = np.asarray(array, dtype=np.float64)
    return np.asarray(w - ((median(w) if entry.symmetric else w.mean()) - entry.mean))


def _of_own_scale(sample: Sample, array: Array) -> Unrounded:
    """Draws and law brought to one scale, so that a wrong one is not reported three times over.

    The scale is that of the median distance from 0, which single outliers do not move. Only of laws about 0: another mean
    moves with the scale.
    """
    ideal, entry = replace(sample.ideal, array=array), sample.entry
    if entry.mean != 0:
        return ideal
    reach = entry.high if np.isfinite(entry.high) else 8 * entry.std
    grid = np.linspace(0, reach, 100_001)
    inside = entry.tails(grid)[0] - entry.tails(-grid)[0]
    middle = float(grid[int(np.searchsorted(inside, 0.5))])
    own = median(np.abs(array))
    if _NEAR < own / middle < 1 / _NEAR:
        return replace(ideal, entry=entry.scaled(own / middle))
    # So far off, nothing of the draws is left in the unit of the law: they are given a unit of their own.
    ratio = median(np.abs(sample.drawn)) / times_two_to(middle, sample.ideal.exponent)
    law = sample.promised.scaled(ratio)
    if not (0 < law.std < np.inf and (np.isfinite(law.high - law.low) or not law.bounded)):
        return ideal
    return unrounded(sample.drawn, law, format_named(ideal.form.name), np.random.default_rng())


def judge_scale(sample: Sample, limit: float) -> Outcome:
    """The scale test; where the mean is wrong too, about the sample's own, so that a shift is not called a scale."""
    outcome = scale_test(sample.array, sample.entry)
    if outcome.p_value < limit and mean_test(sample.array, sample.entry).p_value < limit:
        centre = np.mean(sample.array) - sample.entry.mean
        own = scale_test(np.asarray(sample.array, np.float64) - centre, sample.entry)
        return max(outcome, own, key=lambda o: o.p_value)
    return outcome


def measured_std(sample: Sample, limit: float) -> float:
    """The standard deviation of the entries as they came, about the law's mean; where that is wrong, about their own."""
    off = mean_test(sample.array, sample.entry).p_value < limit
    return spread(sample.drawn, None if off else sample.promised.mean)


def judge_mean(sample: Sample, limit: float) -> Outcome:
    """The mean test; where the scale is wrong too, measured by the sample's own, so that a spread is not called a shift."""
    outcome = mean_test(sample.array, sample.entry)
    own = float(np.std(np.asarray(sample.array, dtype=np.float64)))
    if outcome.p_value < limit and own > sample.entry.std and scale_test(sample.array, sample.entry).p_value < limit:
        confirmed = mean_test(sample.array, Normal(sample.entry.mean, own))
        return max(outcome, confirmed, key=lambda o: o.p_value)
    return outcome


def aside(sample: Sample, limit: float) -> Sample:
    """The sample with a wrong mean and a wrong scale put aside, for the tests of its shape."""
    array = sample.array
    if judge_mean(sample, limit).p_value < limit:
        array = centred(array, sample.entry)
    if scale_test(array, sample.entry).p_value < limit:
        return replace(sample, ideal=_of_own_scale(sample, array))
    return replace(sample, ideal=replace(sample.ideal, array=array))


def farthest(sample: Sample) -> float:
    """The entry farthest from the law's mean, as it came."""
    low, high = float(np.min(sample.drawn)), float(np.max(sample.drawn))
    if (all_ := sample.among) is not None and all_.low is not None and all_.high is not None:
        low, high = all_.low, all_.high
    return high if high - sample.promised.mean >= sample.promised.mean - low else low


def bound_beside(sample: Sample) -> float | None:
    """The end of the law's support on that side, if it has one that so many draws show."""
    if not sample.promised.seen_in(np.size(sample.drawn)).bounded:
        return None
    return sample.promised.high if farthest(sample) >= sample.promised.mean else sample.promised.low


def bounds_known(sample: Sample, limit: float) -> bool:
    """Whether the support can be told: that of a bounded law moves with its scale and mean, which are only estimated."""
    right = min(scale_test(sample.array, sample.entry).p_value, mean_test(sample.array, sample.entry).p_value) >= limit
    return right or not sample.entry.bounded


def judge_bounds(sample: Sample, limit: float) -> Outcome | None:
    """The test of extremes, mean and scale put aside; None where they are not known."""
    if not bounds_known(sample, limit):
        return None
    kept = aside(sample, limit)
    if not kept.ideal.carried:
        return None
    outcome = bounds_test(kept.array, kept.entry, kept.ideal.slack, kept.ideal.grain)
    if kept.array is not sample.array or (beyond := _beyond(sample)) is None:
        return outcome
    least = min(outcome, beyond, key=lambda o: o.p_value)
    return replace(least, p_value=two_sided(least.p_value))


def _beyond(sample: Sample) -> Outcome | None:
    """The test of the extremes of all entries, where not all are in the sample."""
    if (among := sample.among) is None or among.low is None or among.high is None:
        return None
    ideal = sample.ideal
    # What was rounded to the smallest entry may have been as large as the end of its cell.
    (_, low), (high, _) = (ideal.form.cells(ideal.of(np.array(x))) for x in (among.low, among.high))
    return beyond_test(among.entries, float(low), float(high), ideal.entry, ideal.slack)


def judge_family(sample: Sample, limit: float) -> Outcome | None:
    """The test of the distribution function, mean and scale put aside; None where the dtype is too coarse for it."""
    kept = aside(sample, limit)
    return family_test(kept.array, kept.entry, kept.ideal.grain) if kept.ideal.carried else None
