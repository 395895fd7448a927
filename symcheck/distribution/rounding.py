"""The law of a rounded draw: an ideal draw rounded to the dtype it is stored in, and the ideal draw taken back from it.

Given what it was rounded to, an ideal draw has the law's own distribution cut to the numbers that round there. A number
drawn from that (the randomized probability integral transform: Rueschendorf 2009) has the ideal law exactly if, and
only if, the stored one has the rounded law: so tests of the ideal law are tests of the rounded one, at any precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.distribution.formats import FloatFormat
from symcheck.distribution.moments import times_two_to
from symcheck.laws.families import EntryLaw
from symcheck.types import Array, Floats

#: Cells narrower than this share of a standard deviation are left alone: no number of draws that can be held shows it.
_NEGLIGIBLE = 1e-4
#: In a piece of a cell of this share of a standard deviation the density is taken as constant, which changes a variance by
#: less than two parts in 100,000.
_PIECE = 1e-2
_PIECES = 128
#: Entries farther than this from the law's mean, in standard deviations, are put there: no verdict depends on how far.
_FARTHEST = 1e70
#: A law of which so much rounds to one number cannot be told from what is left.
MOST_IN_ONE_NUMBER = 0.5


@dataclass(frozen=True)
class ScaledLaw:
    """A law and the format it is stored in, both divided by 2^exponent.

    The law's standard deviation then lies in [0.5, 1), so that powers of entries neither overflow nor underflow.

    Attributes:
        carried: whether the format is fine enough to tell the law: no one number stands for more than half of it.
    """

    entry: EntryLaw
    form: FloatFormat
    exponent: int
    carried: bool

    def of(self, values: Array) -> Floats:
        """Numbers as they came, in this unit."""
        limit = times_two_to(abs(self.entry.mean) + _FARTHEST, self.exponent)
        return np.ldexp(np.clip(np.asarray(values, np.float64), -limit, limit), -self.exponent)

    def spacing(self, values: Array) -> float:
        """How far apart the numbers about the largest of ``values``, in this unit, are."""
        return float(self.form.spacing(np.abs(values).max(initial=0.0)))

    @property
    def grain(self) -> float:
        """Of the uniform numbers that a sampler may make its draws of: as many bits as the format has behind the point."""
        return self.form.epsilon

    @property
    def slack(self) -> float:
        """How far beyond a bound arithmetic in the format may end: two spacings."""
        return 2 * float(self.form.spacing(_reach(self.entry)))


@dataclass(frozen=True)
class Unrounded(ScaledLaw):
    """A sample as the ideal draws it may have been rounded from; where the law is not carried, as it came."""

    array: Floats


def unit_of(entry: EntryLaw, form: FloatFormat) -> ScaledLaw:
    """The unit in which samples of a law, stored in a format, are looked at."""
    exponent = int(np.frexp(entry.std)[1])
    law, here = entry.times_two_to(-exponent), form.scaled(-exponent)
    return ScaledLaw(law, here, exponent, _carries(here, law))


def unrounded(sample: Array, entry: EntryLaw, form: FloatFormat, rng: np.random.Generator) -> Unrounded:
    """The ideal draws of a sample, of its shape.

    Args:
        form: of the dtype it is stored in.
        rng: of the digits that were rounded away.
    """
    unit = unit_of(entry, form)
    w = unit.of(sample)
    return Unrounded(**vars(unit), array=_taken_back(w, unit.entry, unit.form, rng) if unit.carried else w)


def _taken_back(w: Floats, entry: EntryLaw, form: FloatFormat, rng: np.random.Generator) -> Floats:
    if float(form.spacing(np.abs(w).max(initial=0.0))) <= _NEGLIGIBLE * entry.std or form.bits >= 53:
        return w
    low, high = form.cells(w)
    inside = (high >= entry.low) & (low <= entry.high)
    x = low + (high - low) * rng.random(w.shape)
    x = np.where(inside, np.clip(x, entry.low, entry.high), x)
    coarse = inside & (high - low > _PIECE * entry.std)
    if coarse.any():
        x[coarse] = _within_cells(w[coarse], entry, form, rng, x[coarse])
    return x


def _within_cells(w: Floats, entry: EntryLaw, form: FloatFormat, rng: np.random.Generator, otherwise: Floats) -> Floats:
    """Draws of the law cut to the cell of each of ``w``; ``otherwise`` where the law has nothing in it."""
    values, which = np.unique(w, return_inverse=True)
    low, high = form.cells(values)
    edges = np.clip(low[:, None] + (high - low)[:, None] * np.linspace(0, 1, _PIECES + 1), entry.low, entry.high)
    below, above = entry.tails(edges)
    shares = np.where(edges[:, 1:] < entry.mean, np.diff(below, axis=1), -np.diff(above, axis=1))
    total = shares.sum(axis=1)
    heavy = total > 0
    up_to = np.cumsum(shares / np.where(heavy, total, 1.0)[:, None], axis=1)
    # One increasing list of all cells' shares, a unit apart, so that one search finds every piece.
    ends = (np.minimum(up_to, 1.0) + np.arange(len(values))[:, None]).ravel()
    found = np.searchsorted(ends, which + rng.random(w.size), side="right")
    piece = np.clip(found - which * _PIECES, 0, _PIECES - 1)
    start, end = edges[which, piece], edges[which, piece + 1]
    return np.where(heavy[which], start + (end - start) * rng.random(w.size), otherwise)


def share_of(values: Array, entry: EntryLaw, form: FloatFormat, beside: int = 0) -> Floats:
    """What part of the law rounds to each of ``values``, or to them and ``beside`` numbers on either side.

    Where the numbers are too dense for their edges to be told apart, a bound: the largest density times the width, or all
    that lies as far out.
    """
    values = np.asarray(values, np.float64)
    if form.bits >= 53:
        width = (1 + 2 * beside) * form.spacing(values)
        beyond = np.where(values < entry.mean, entry.tails(values + width)[0], entry.tails(values - width)[1])
        return np.minimum(np.minimum(1.0, beyond), entry.peak * width)
    low, high = form.cells(values)
    low, high = low - beside * form.spacing(values), high + beside * form.spacing(values)
    (below, above), (below_high, above_high) = entry.tails(low), entry.tails(high)
    return np.asarray(np.clip(np.where(values < entry.mean, below_high - below, above - above_high), 0.0, 1.0))


def largest_share(entry: EntryLaw, form: FloatFormat, beside: int = 0) -> float:
    """A bound on what part of the law rounds to any one number, or to it and those ``beside`` it.

    In a binade numbers are equally spaced, and the density of every family falls away from one place: the number of
    each binade next to that place has the largest share, or the one after it where that is a power of two.
    """
    reach = _reach(entry)
    if form.bits >= 53:
        return min(1.0, entry.peak * (1 + 2 * beside) * float(form.spacing(reach)))
    exponents = np.arange(form.least, min(form.exponent_limit, int(np.frexp(reach)[1])) + 1)
    ends = np.ldexp(1.0, exponents.astype(np.int64))
    last = np.maximum(ends - form.spacing(ends / 2), ends / 2)
    mode = min(max(entry.mode, entry.low), entry.high)
    nearest = [(np.clip(sign * mode, ends / 2, last), sign) for sign in (1.0, -1.0)]
    after = [(np.minimum(size + form.spacing(size), last), sign) for size, sign in nearest]
    candidates = np.concatenate([[0.0], *(sign * size for size, sign in (*nearest, *after))])
    spacing = form.spacing(candidates)
    candidates = np.rint(candidates / spacing) * spacing
    return float(share_of(candidates, entry, form, beside).max())


def _carries(form: FloatFormat, entry: EntryLaw) -> bool:
    if form.bits >= 53:
        return float(form.spacing(_reach(entry))) <= _PIECE * entry.std
    return largest_share(entry, form) <= MOST_IN_ONE_NUMBER


def _reach(entry: EntryLaw) -> float:
    """Beyond this the law has less than 1e-17."""
    ends = (entry.low, entry.high) if entry.bounded else (entry.mean - 9 * entry.std, entry.mean + 9 * entry.std)
    return max(map(abs, ends))
