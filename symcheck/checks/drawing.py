"""The figures of a picture, from the draws that the checks have made."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip
from symcheck.checks.samples import samples
from symcheck.distribution.power import visible_scale_error
from symcheck.drawn import Drawn, DrawnEntries, DrawnScale
from symcheck.laws.families import EntryLaw
from symcheck.types import Array, Floats

_SHARES = (np.arange(99) + 0.5) / 99
_BINS = 40
#: The tails that are left out of the density's picture.
_TAIL = 0.001
#: Entries that are larger, or of which the largest is smaller and not 0, leave the range of floating point when they are squared.
_LARGEST, _SMALLEST = 1e100, 1e-100
#: A range less than this part of the entries is one value.
_APART = 1e-9


def figures_of(bench: InitializerBench) -> Drawn:
    """What was drawn in every shape, and how the entries of the largest lie.

    Raises:
        Skip: a shape cannot be had, or its entries are too large or too small to be drawn.
    """
    law = bench.law if bench.law is not None and bench.law.independent else None
    if law is None:
        taken: list[tuple[str, Array, EntryLaw | None]] = [
            (str(layer), bench.oriented(layer), None) for layer in bench.layers
        ]
        alpha = bench.false_alarm_rate
    else:
        tested = samples(bench)
        taken = [(str(s.layer), s.drawn, s.promised) for s in tested]
        alpha = bench.share(len(tested))
    for where, drawn, _ in taken:
        largest = float(np.max(np.abs(drawn), initial=0.0))
        if not (largest == 0 or _SMALLEST <= largest <= _LARGEST):
            raise Skip(f"the entries of {where} are as large as {largest:.2g}, which is beyond what is drawn")
    shape, array, entry = max(taken, key=lambda row: row[1].size)
    scales = tuple(_scale(*row, alpha) for row in taken if row[1].size > 1)
    return Drawn(law.name if law else None, scales, entries_of(shape, array, entry, alpha))


def _scale(shape: str, array: Array, entry: EntryLaw | None, alpha: float) -> DrawnScale:
    w = np.asarray(array, np.float64)
    mean = float(np.mean(w)) if entry is None else entry.mean
    measured = sqrt(float(np.mean(np.square(w - mean))))
    if entry is None:
        return DrawnScale(shape, w.size, measured, None, None)
    return DrawnScale(shape, w.size, measured, entry.std, visible_scale_error(entry, w.size, alpha))


def entries_of(shape: str, array: Array, entry: EntryLaw | None, alpha: float) -> DrawnEntries:
    """The entries of one shape.

    Args:
        alpha: the chance that draws of the law leave the band anywhere.
    """
    w = np.sort(np.asarray(array, np.float64), axis=None)
    quantiles = np.quantile(w, _SHARES)
    ends = [float(np.quantile(w, share)) for share in (_TAIL, 1 - _TAIL)]
    if entry is not None:
        law_ends = [float(entry.quantile(share)) for share in (_TAIL, 1 - _TAIL)]
        ends = [min(ends[0], law_ends[0]), max(ends[1], law_ends[1])]
    largest = max(map(abs, ends))
    if ends[1] - ends[0] <= _APART * largest:
        half = 0.5 * max(1.0, largest)
        ends = [ends[0] - half, ends[1] + half]
    edges = np.linspace(ends[0], ends[1], _BINS + 1)
    density = np.histogram(w, edges)[0] / (w.size * np.diff(edges))
    if entry is None:
        return DrawnEntries(shape, w.size, _SHARES, quantiles, None, None, None, edges, density, None)
    off = sqrt(log(2 / alpha) / (2 * w.size))
    low, promised, high = (_quantiles(entry, _SHARES + shift) for shift in (-off, 0.0, off))
    share = np.diff(entry.tails(edges)[0]) / np.diff(edges)
    return DrawnEntries(shape, w.size, _SHARES, quantiles, promised, low, high, edges, density, share)


def _quantiles(entry: EntryLaw, shares: Sequence[float] | Floats) -> Floats:
    """The law's quantiles; its ends where a share is none."""
    told = np.asarray(shares, float)
    inside = np.clip(told, 1e-12, 1 - 1e-12)
    found = np.array([float(entry.quantile(share)) for share in inside])
    return np.where(told <= 0, entry.low, np.where(told >= 1, entry.high, found))
