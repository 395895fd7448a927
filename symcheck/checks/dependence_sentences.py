"""Traces of dependence in words: the plainest pattern that explains them, and what usually lies behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.checks.layers import SMALL
from symcheck.checks.ties import slices_named
from symcheck.distribution.independence import Trace
from symcheck.fans import Layer
from symcheck.types import Array

#: What lies behind a trace that is less than that of independent entries, and behind one that is more.
_CAUSES = {
    "sums": (
        "They are balanced against each other: made to sum to the same, or shuffled from one set of values.",
        "They share a common term: a random number was added to all of their entries.",
    ),
    "magnitudes": (
        "They are of one length or of one set of values: normalized, or shuffled from one vector.",
        "Each has a spread of its own: a random factor, or a scale that varies over the matrix.",
    ),
}


@dataclass(frozen=True)
class DependenceSentences:
    """What is seen of a dependence, its likely cause, and the trace that shows it."""

    sentence: str
    diagnosis: str | None
    trace: Trace


def told(seen: list[tuple[Trace, Layer, Array]], layout: str) -> DependenceSentences:
    """The plainest of what was seen: an exact pattern first, else the least likely trace."""
    trace, layer, w = min(seen, key=lambda row: row[0].p_value)
    mirrored = [row for row in seen if row[0].kind == "transpose"]
    if mirrored and (exact := _mirrored(mirrored[0][2])):
        trace, layer, w = mirrored[0]
        return DependenceSentences(f"the matrix at {layer} {exact}", "Only half of its entries are drawn.", trace)
    for axis, name in ((1, slices_named(0, 2, layout)), (0, slices_named(1, 2, layout))):
        for found, where, matrix in seen:
            steps = np.diff(matrix, axis=axis)
            if found.kind == "step" and (bool((steps >= 0).all()) or bool((steps <= 0).all())):
                sentence = f"the entries along each of the {name} at {where} are sorted"
                return DependenceSentences(sentence, "Draw, and leave the order as it comes.", found)
    return DependenceSentences(f"{_sentence(trace, layout)} at {layer}", _cause(trace), trace)


def _mirrored(w: Array) -> str | None:
    if np.array_equal(w, w.T):
        return "equals its transpose"
    opposite = np.array_equal(np.triu(w, 1), -np.tril(w, -1).T)
    return "is the opposite of its transpose, the diagonal apart" if opposite else None


def _sentence(trace: Trace, layout: str) -> str:
    word = slices_named(trace.axis, 2, layout)
    if trace.kind == "pair":
        return f"{word} {trace.where[0] + 1} and {trace.where[1] + 1} have correlation {trace.measured:+.2g}"
    if trace.kind == "transpose":
        return f"entries and their mirror images have correlation {trace.measured:+.2g}"
    if trace.kind == "step":
        step = ", ".join(f"{k:+d}" if k else "0" for k in trace.where)
        return f"entries a step of ({step}) apart, as (unit, input), have correlation {trace.measured:+.2g}"
    what = "signs" if trace.kind == "sums" else "magnitudes"
    return f"the {what} summed over each of the {word} vary {trace.measured:.2g} times as much as independent ones"


def _cause(trace: Trace) -> str | None:
    if trace.kind == "step" and trace.where in ((1, 1), (1, -1)):
        return "Each row is the one before it, shifted: a circulant or Toeplitz matrix."
    less, more = _CAUSES.get(trace.kind, (None, None))
    return less if trace.measured < 1 else more


def between_draws(trace: Trace) -> DependenceSentences:
    """A correlation of two arrays of one shape that were drawn one after the other."""
    i, j = (k + 1 for k in trace.where)
    return DependenceSentences(
        f"draws {i} and {j} of one shape ({SMALL}) have correlation {trace.measured:+.2g}",
        "What is drawn second repeats a part of the first, so layers of one shape start alike.",
        trace,
    )
