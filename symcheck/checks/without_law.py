"""What can be told of draws without a law: whether they depend on each other, and whether numbers repeat themselves.

Whatever the law of independent entries, their ranks are a random permutation (ties broken at random), which for as many
entries as are drawn here is as good as independent uniform numbers: symmetric, with a median that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip, UnfiledFinding, failed, passed, warned
from symcheck.checks.dependence_sentences import DependenceSentences, between_draws, told
from symcheck.checks.layers import SMALL, SUCCESSIVE
from symcheck.checks.randomness import not_constant
from symcheck.checks.sentences import p_shown
from symcheck.checks.ties import find_ties, slices_named, ties
from symcheck.distribution.formats import FloatFormat, narrower
from symcheck.distribution.independence import TESTS, Trace, pairs, rearranged, traces
from symcheck.distribution.moments import to_unit
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.types import Array

#: Directions of a matrix whose inner products are all below this share of their lengths are orthogonal on purpose.
_ORTHOGONAL = 1e-3
#: An array that takes no more values than this has a law of few values.
_FEW = 64
#: One number that makes up this share of the entries, and comes this often, was not drawn with them.
_SHARE, _OFTEN = 1e-3, 8
#: So large a share of the entries repeats another number where they come from a table.
_REPEATED = 0.1
#: Coarser dtypes repeat themselves whatever is drawn.
_COARSE = 2.0**-12
_NAME_IT = "if it is meant, name the law with --law"


def compared_matrices(bench: InitializerBench) -> list[tuple[Layer, Array]]:
    """Every array that is looked at for dependence, as (out, the rest)."""
    layers = dict.fromkeys((*map(bench.asked, bench.compared), *bench.layers, *bench.kernels.drawn))
    return [(layer, bench.oriented(layer).reshape(layer.out, -1)) for layer in layers]


def independence_without_law(bench: InitializerBench) -> UnfiledFinding:
    """The check of independence of draws whose law is not known.

    Raises:
        Skip: the subject does not draw, or other checks say more.
    """
    not_constant(bench)
    if not bench.random:
        raise Skip("the same array comes with every seed")
    if find_ties(bench) is not None:
        raise Skip(f"some slices are equal, which says more; see {ties.name}")
    rng = np.random.default_rng(bench.seed)
    matrices = [(layer, w) for layer, w in compared_matrices(bench) if not _orthogonal(w)]
    if not matrices:
        raise Skip("rows or columns are orthogonal, and the entries depend on each other by that")
    limit = bench.share(TESTS * len(matrices) + 3)
    if (pattern := _shuffled(bench, limit)) is not None:
        return pattern
    ranked = [(layer, w, _ranks(w, rng)) for layer, w in matrices]
    seen = [(t, layer, w) for layer, w, x in ranked for t in traces(x, 0.25, rng) if t.p_value < limit]
    plain = [row for row in seen if not _may_be_meant(row[0])]
    if plain:
        return _dependent(failed, told(plain, bench.layout))
    if not bench.repeats:
        stack = np.stack(bench.successive).reshape(SUCCESSIVE, -1)
        if (trace := pairs(_ranks(stack, rng))).p_value < limit:
            return _dependent(failed, between_draws(trace))
    if seen:
        return _dependent(warned, told(seen, bench.layout))
    return passed(f"no correlation, pattern or common term, in {counted(len(matrices), 'shape')}")


def _dependent(verdict: Callable[..., UnfiledFinding], found: DependenceSentences) -> UnfiledFinding:
    message = f"the entries are not independent: {found.sentence} ({p_shown(found.trace.p_value)}); {_NAME_IT}"
    return verdict(
        message,
        measured=found.trace.measured,
        expected="independent",
        p_value=found.trace.p_value,
        diagnosis=found.diagnosis,
    )


def _may_be_meant(trace: Trace) -> bool:
    """Rows that are normalized, balanced or of a spread of their own are initializations too."""
    return trace.kind == "magnitudes" or (trace.kind == "sums" and trace.measured < 1)


def _orthogonal(w: Array) -> bool:
    x, _ = to_unit(w if w.shape[0] <= w.shape[1] else w.T)
    lengths = np.linalg.norm(x, axis=1)
    unit = x / np.where(lengths > 0, lengths, 1.0)[:, None]
    cosines = np.abs(unit @ unit.T)
    np.fill_diagonal(cosines, 0.0)
    return len(x) > 1 and bool(cosines.max() < _ORTHOGONAL)


def _ranks(x: Array, rng: np.random.Generator) -> Array:
    """The ranks of all entries, spread evenly over (-1/2, 1/2); equal entries in random order."""
    # Which of equal entries stands where is random before they are sorted, and so after it, however it is done.
    shuffled = rng.permutation(x.size)
    order = shuffled[np.argsort(x.ravel()[shuffled])]
    ranks = np.empty(x.size)
    ranks[order] = (np.arange(x.size) + 0.5) / x.size - 0.5
    return ranks.reshape(x.shape)


def _shuffled(bench: InitializerBench, limit: float) -> UnfiledFinding | None:
    """Rows or columns of a small matrix that hold the same magnitudes in another order."""
    square = np.asarray(bench.oriented(SMALL), np.float64)
    square = square.reshape(len(square), -1)
    _, counts = np.unique(np.abs(square), return_counts=True)
    # Of shuffled rows each magnitude comes once in every row.
    likeliest = counts.max() / square.size
    for axis, x in enumerate((square, square.T)):
        if np.unique(np.abs(x[0])).size < x.shape[1] / 2:
            continue
        found = rearranged(x, likeliest)
        if found and found[0] < limit:
            i, j = (k + 1 for k in found[1])
            word = slices_named(axis, 2, bench.layout)
            sentence = f"{word} {i} and {j} at {SMALL} hold the same magnitudes in another order"
            cause = "One vector was shuffled or shifted to make many: draw every entry by itself."
            return _dependent(failed, DependenceSentences(sentence, cause, Trace("rearranged", axis, found[0], 1.0)))
    return None


@dataclass(frozen=True)
class StoredArray:
    """An array with the format that it is stored in."""

    layer: Layer
    array: Array
    form: FloatFormat


def atoms_without_law(taken: Sequence[StoredArray], trained: bool = False) -> UnfiledFinding:
    """The check of numbers that repeat themselves, of arrays whose law is not known.

    Args:
        trained: whether the arrays may have been changed since they were drawn, so that nothing is known to be wrong.

    Raises:
        Skip: the dtype is too coarse for it, or no array has more than a few different numbers.
    """
    stored = [s for s in taken if s.form.epsilon < _COARSE]
    if not stored:
        raise Skip(f"without a law nothing is known of how often numbers repeat in {taken[0].form.name}")
    fine = [s for s in stored if np.unique(s.array).size > _FEW]
    if not fine:
        raise Skip(f"no array has more than {_FEW} different numbers, too few to tell whether they repeat themselves")
    verdicts = [v for s in fine if (v := _repeated(s, trained)) is not None]
    first = next((v for v in verdicts if v.status == "failed"), next(iter(verdicts), None))
    left = len(stored) - len(fine)
    besides = f"; {counted(left, 'array')} of at most {_FEW} different numbers not judged" if left else ""
    return first or passed(f"numbers do not repeat themselves, in {counted(len(fine), 'shape')}{besides}")


def _repeated(stored: StoredArray, trained: bool) -> UnfiledFinding | None:
    bad = warned if trained else failed
    values, counts = np.unique(np.asarray(stored.array, np.float64), return_counts=True)
    n, where = int(counts.sum()), f"entries at {stored.layer}"
    nonzero = values != 0
    drawn = int(counts[nonzero].sum())
    # A number of a narrow format is one of every wider one.
    for other in reversed(list(narrower(stored.form))):
        if (fitting := int(counts[nonzero & other.holds(values)].sum())) > drawn / 2:
            return bad(
                f"{fitting:,} of {n:,} {where} are numbers of {other.name}, in an array of {stored.form.name}",
                measured=fitting,
                diagnosis=f"The draws were rounded to {other.name} on the way; the array holds no more than that.",
            )
    most = int(np.argmax(np.where(nonzero, counts, 0)))
    if counts[most] > max(_OFTEN, _SHARE * n):
        share = f"{int(counts[most]):,} of {n:,} {where} are exactly {values[most]:.6g}"
        return bad(
            share, measured=int(counts[most]), diagnosis="They are set and not drawn: a clip, a mask or a default."
        )
    if drawn - int(nonzero.sum()) > _REPEATED * drawn:
        return bad(
            f"only {int(nonzero.sum()):,} of {drawn:,} {where} that are not 0 are different numbers",
            measured=int(nonzero.sum()),
            diagnosis="The draws lie on a grid, or come from a table: they were rounded on the way.",
        )
    if n - drawn > max(_OFTEN, _SHARE * n):
        return warned(
            f"{n - drawn:,} of {n:,} {where} are exactly 0: a mask, or a sparse law; {_NAME_IT}", measured=n - drawn
        )
    return None
