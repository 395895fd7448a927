"""Are the entries of an initializer independent of each other, as its law has them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.checks.bench import InitializerBench, once, promised
from symcheck.checks.definition import Check, Skip, UnfiledFinding, failed, initializer_check, passed
from symcheck.checks.dependence_sentences import DependenceSentences, between_draws, told
from symcheck.checks.layers import SMALL, SUCCESSIVE
from symcheck.checks.randomness import not_constant
from symcheck.checks.sentences import p_shown
from symcheck.checks.ties import find_near_tie, find_ties, near_tie_limit, near_ties, slices_named, ties
from symcheck.checks.without_law import compared_matrices, independence_without_law
from symcheck.distribution.independence import TESTS, Trace, balanced, fair_signs, own_traces, pairs, rearranged, traces
from symcheck.distribution.moments import by_bulk, spread, times_two_to
from symcheck.distribution.rounding import largest_share, unit_of, unrounded
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.laws.families import EntryLaw
from symcheck.laws.law import Law
from symcheck.types import Array

#: Tests of the smallest square matrix for patterns that hold to the last digit, and one between successive draws.
_PATTERNS = 2 * 3 + 1
#: A dependence is confirmed, mean and scale apart, by a trace as unlikely as this. It keeps a wrong law from being called
#: a dependence; the false-alarm rate rests on the tests against the law.
_CONFIRMED = 1e-6


@dataclass(frozen=True)
class Dependence:
    """A dependence between entries: the check that speaks of it, and what is seen."""

    check: Check
    sentence: str = ""
    diagnosis: str | None = None
    p_value: float = 0.0
    measured: float = 1.0


@once
def dependence(bench: InitializerBench) -> Dependence | None:
    """Whether entries depend on each other, by ties, near ties or correlations; only for laws of independent entries.

    Raises:
        Skip: there is no array to judge.
    """
    if bench.all_equal or bench.kernels_only:
        return None
    if find_ties(bench) is not None:
        return Dependence(ties)
    near = find_near_tie(bench)
    if near is not None and near[0].p_value < near_tie_limit(bench):
        return Dependence(near_ties)
    return _search(bench)


def excuse(bench: InitializerBench, what: str) -> None:
    """Leave a figure to the check of independence: a dependence makes averages stray farther than independent ones may.

    Raises:
        Skip: there is one.
    """
    found = dependence(bench) if bench.law is not None and bench.law.independent else None
    if found is not None:
        raise Skip(f"the entries are dependent ({found.check.name}), so {what} may stray by more than chance")


def standard(array: Array, entry: EntryLaw) -> tuple[Array, float]:
    """Entries less their centre, about 1 in size, with the law's median of their magnitudes.

    Those of a law that is not symmetric are taken as their rank F(w) - 1/2, which is.
    """
    if not entry.symmetric:
        return np.asarray(entry.tails(array)[0] - 0.5), 0.25
    x, half = array - entry.mean, float(entry.quantile(0.75)) - entry.mean
    bulk, exponent = by_bulk(x)
    return bulk, times_two_to(half, -exponent)


def _search(bench: InitializerBench) -> Dependence | None:
    law = bench.law
    if law is None or not law.independent:
        raise Skip("only laws of independent entries promise this")
    rng = np.random.default_rng(bench.seed)
    matrices = compared_matrices(bench)
    limit = bench.share(TESTS * len(matrices) + _PATTERNS)
    if (pattern := _pattern(bench, law, limit)) is not None:
        return pattern
    seen: list[tuple[Trace, Layer, Array]] = []
    for layer, w in matrices:
        ideal = unrounded(w, law.entry(layer.fans), bench.form(layer), rng)
        if not ideal.carried:
            continue
        x, half = standard(ideal.array, ideal.entry)
        by_law = traces(x, half, rng)
        if min(t.p_value for t in by_law) >= limit:
            continue
        # A wrong mean or scale makes signs and magnitudes unfair too, so a dependence must be seen without them as well.
        without = own_traces(x, rng)
        both = zip(by_law, without, strict=True)
        seen += [(a, layer, w) for a, b in both if a.p_value < limit and b.p_value < _CONFIRMED]
    if seen:
        return _found(told(seen, bench.layout))
    return None if bench.repeats else _between_draws(bench, law, limit, rng)


def _pattern(bench: InitializerBench, law: Law, limit: float) -> Dependence | None:
    """What all rows or columns of a small matrix have in common to the last digit."""
    unit = unit_of(law.entry(SMALL.fans), bench.form(SMALL))
    square, entry = unit.of(bench.oriented(SMALL)), unit.entry
    # Either sign gives one magnitude.
    likeliest = 2 * (largest_share(entry, unit.form, 1) + unit.grain)
    spacing = unit.spacing(square)
    # Draws on a smaller scale than the law's are dense as their own scale has it.
    density = entry.peak * max(1.0, entry.std / max(spread(square), 5e-324))
    for axis, x in enumerate((square, square.T)):
        # Independent draws of few values agree so by chance: that is another distribution and no dependence.
        if np.unique(np.abs(x[0])).size < x.shape[1] / 2:
            continue
        found = rearranged(x, likeliest)
        if found and found[0] < limit:
            return _rearranged(axis, found, bench.layout)
        word = slices_named(axis, 2, bench.layout)
        for what, p in balanced(x, density, spacing).items():
            if p < limit:
                sentence = f"all {word} at {SMALL} have the same {what}"
                cause = "They were normalized after the draw, which ties the entries of each together."
                return Dependence(independence, sentence, cause, p)
    return None


def _rearranged(axis: int, found: tuple[float, tuple[int, int]], layout: str) -> Dependence:
    p, (i, j) = found
    word = slices_named(axis, 2, layout)
    sentence = f"{word} {i + 1} and {j + 1} at {SMALL} hold the same magnitudes in another order"
    cause = "One vector was shuffled or shifted to make many: draw every entry by itself."
    return Dependence(independence, sentence, cause, p)


def _between_draws(bench: InitializerBench, law: Law, limit: float, rng: np.random.Generator) -> Dependence | None:
    """Arrays drawn one after the other."""
    drawn = np.stack(bench.successive).reshape(SUCCESSIVE, -1)
    ideal = unrounded(drawn, law.entry(SMALL.fans), bench.form(SMALL), rng)
    if not ideal.carried:
        return None
    stack, _ = standard(ideal.array, ideal.entry)
    trace = pairs(stack, 0, fair_signs(stack, rng))
    if trace.p_value >= limit or pairs(stack - stack.mean()).p_value >= _CONFIRMED:
        return None
    return _found(between_draws(trace))


def _found(seen: DependenceSentences) -> Dependence:
    return Dependence(independence, seen.sentence, seen.diagnosis, seen.trace.p_value, seen.trace.measured)


@initializer_check("statistical")
def independence(bench: InitializerBench) -> UnfiledFinding:
    """Entries are independent of each other: no correlation between rows, columns, neighbours, mirror images or
    successive draws, no common term or common spread of a row or column, no row that rearranges another.

    Causes: Sorted or shuffled rows, a symmetric, circulant or Toeplitz matrix, a random term or factor shared by a row
    or column, rows normalized after the draw.
    Remedy: Draw every entry by itself: one call of the generator for the whole shape.
    """
    bench.matrices_needed()
    if bench.law is None:
        return independence_without_law(bench)
    law = promised(bench.law)
    if not law.independent:
        raise Skip(f"the entries of {law.name} depend on each other by its structure")
    not_constant(bench)
    found = dependence(bench)
    if found is None:
        shapes = len(compared_matrices(bench))
        return passed(f"no correlation, pattern or common term, in {counted(shapes, 'shape')}")
    if found.check is not independence:
        raise Skip(f"some slices are (nearly) equal, which says more; see {found.check.name}")
    return failed(
        f"the entries are not independent: {found.sentence} ({p_shown(found.p_value)})",
        measured=found.measured,
        expected="independent",
        p_value=found.p_value,
        diagnosis=found.diagnosis,
    )
