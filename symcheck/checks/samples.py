"""What is tested against a law of independent entries: a sample of each shape, with what is wrong elsewhere put aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from symcheck.checks.bench import InitializerBench, once, promised
from symcheck.checks.definition import Skip
from symcheck.distribution.goodness import Outcome, mean_test, scale_test
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.families import EntryLaw, Normal
from symcheck.types import Array


@dataclass(frozen=True)
class Sample:
    """What one shape's entries are tested as: all entries, or the ones a sparse law leaves."""

    layer: Layer
    array: Array
    entry: EntryLaw

    @property
    def observation(self) -> Observation:
        """The entries alone."""
        return Observation(self.layer, self.array)


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
    drawn = [(layer, bench.oriented(layer)) for layer in bench.layers]
    for layer in bench.small_layers:
        try:
            drawn.append((layer, bench.pooled(layer)))
        except Skip:
            continue
    if not law.independent:
        left = [(layer, array[array != 0]) for layer, array in drawn if not layer.kernel]
        drawn = [(layer, array) for layer, array in left if array.size]
    return [Sample(layer, array, law.entry(layer.fans)) for layer, array in drawn]


def samples_and_limit(bench: InitializerBench) -> tuple[list[Sample], float]:
    """The samples, and the false-alarm rate of the test of one of them."""
    taken = samples(bench)
    return taken, bench.share(len(taken))


def centred(array: Array, entry: EntryLaw) -> Array:
    """The sample moved so that its mean (of a symmetric law: its median, which outliers do not move) is the law's."""
    w = np.asarray(array, dtype=np.float64)
    return np.asarray(w - ((np.median(w) if entry.symmetric else w.mean()) - entry.mean))


def rescaled(entry: EntryLaw, array: Array) -> EntryLaw:
    """The same distribution with the sample's own scale, so that a wrong scale is not reported three times over.

    The scale is that of the median distance from the mean, which single outliers do not move.
    """
    reach = entry.high - entry.mean if np.isfinite(entry.high) else 8 * entry.std
    grid = entry.mean + np.linspace(0, reach, 100_001)
    inside = entry.tails(grid)[0] - entry.tails(2 * entry.mean - grid)[0]
    median = grid[int(np.searchsorted(inside, 0.5))] - entry.mean
    ratio = float(np.median(np.abs(np.asarray(array, dtype=np.float64) - entry.mean))) / float(median)
    if ratio == 0 or entry.mean != 0:
        return entry
    return entry.scaled(ratio)


def judge_scale(sample: Sample, limit: float) -> Outcome:
    """The scale test; where the mean is wrong too, about the sample's own, so that a shift is not called a scale."""
    outcome = scale_test(sample.array, sample.entry)
    if outcome.p_value < limit and mean_test(sample.array, sample.entry).p_value < limit:
        centre = np.mean(sample.array) - sample.entry.mean
        own = scale_test(np.asarray(sample.array, np.float64) - centre, sample.entry)
        return max(outcome, own, key=lambda o: o.p_value)
    return outcome


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
    array, entry = sample.array, sample.entry
    if judge_mean(sample, limit).p_value < limit:
        array = centred(array, entry)
    if scale_test(array, entry).p_value < limit:
        entry = rescaled(entry, array)
    return Sample(sample.layer, array, entry)
