"""Arrays that are no independent draws: constant, identity, Hadamard, orthogonal, sparse; each entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from symcheck.diagnosis.intervals import roundest
from symcheck.distribution.formats import FloatFormat
from symcheck.distribution.orthogonality import gram_rounding
from symcheck.distribution.recognise import Observation
from symcheck.laws.law import CATALOGUE, Law
from symcheck.types import Array

#: A gain is read to this relative error, or to so many spacings of the format, as which rounding counts.
_READ, _ROUNDING = 1e-6, 32.0
#: Zeros of an array that may have been drawn.
_DRAWN_ZEROS = 2


def structure_of(observations: Sequence[Observation], forms: Sequence[FloatFormat]) -> Law | None:
    """The law of structured arrays that every array meets to rounding, or None."""
    tellers: tuple[Callable[[Sequence[Observation], FloatFormat], Law | None], ...] = (
        _constant,
        _centred("identity"),
        _centred("hadamard"),
        _orthogonal,
    )
    coarsest = max(forms, key=lambda form: form.epsilon)
    return next((law for tell in tellers if (law := tell(observations, coarsest)) is not None), None)


def _constant(observations: Sequence[Observation], _: FloatFormat) -> Law | None:
    values = {float(v) for o in observations for v in (np.min(o.sample), np.max(o.sample))}
    if len(values) != 1:
        return None
    value = values.pop()
    named = {0.0: "zeros", 1.0: "ones"}
    return CATALOGUE[named[value]]() if value in named else CATALOGUE["constant"](value)


def _matrices(observation: Observation) -> Array | None:
    """The arrays of an observation, (draws, out, in, *kernel); None where it holds something else."""
    shape, array = observation.layer.shape("out_in"), np.asarray(observation.sample, np.float64)
    return array.reshape(-1, *shape) if array.shape[-len(shape) :] == shape else None


def _centred(name: str) -> Callable[[Sequence[Observation], FloatFormat], Law | None]:
    """Arrays that a law without randomness gives, but for its gain."""

    def tell(observations: Sequence[Observation], form: FloatFormat) -> Law | None:
        from symcheck.reference.samplers import sample

        gains = []
        for o in observations:
            arrays = _matrices(o)
            if arrays is None:
                return None
            unit = sample(CATALOGUE[name](), o.layer.shape("out_in"), np.random.default_rng(0))
            largest = float(np.abs(unit).max())
            gain = float(np.abs(arrays).max()) / largest
            # A single number is a constant, and any sign of it would do.
            allowed = _ROUNDING * form.epsilon * gain * largest
            if unit.size == 1 or gain == 0 or float(np.abs(arrays - gain * unit).max()) > allowed:
                return None
            gains.append(gain)
        return _of_gain(name, gains, form)

    return tell


def _of_gain(name: str, gains: Sequence[float], form: FloatFormat) -> Law | None:
    read = max(_READ, _ROUNDING * form.epsilon)
    if max(gains) > (1 + read) * min(gains):
        return None
    return CATALOGUE[name](roundest(min(gains) * (1 - read), max(gains) * (1 + read)))


def _orthogonal(observations: Sequence[Observation], form: FloatFormat) -> Law | None:
    gains = []
    for o in observations:
        arrays = _matrices(o)
        if arrays is None:
            return None
        flat = arrays.reshape(len(arrays), o.layer.out, -1)
        rows, columns = flat.shape[1:]
        if min(rows, columns) < 2:
            # A single row of a random law has some length, too; it tells of no law.
            continue
        short = flat if rows <= columns else np.swapaxes(flat, 1, 2)
        gram = short @ np.swapaxes(short, 1, 2)
        square = float(np.trace(gram[0])) / gram.shape[1]
        allowed = gram_rounding(rows, columns, form) * square
        if square == 0 or float(np.abs(gram - square * np.eye(gram.shape[1])).max()) > allowed:
            return None
        gains.append(sqrt(square))
    return _of_gain("orthogonal", gains, form) if gains else None


def sparsity_of(observations: Sequence[Observation]) -> float | None:
    """The share of zeros in each column, where all columns of all matrices have as many as one share gives; else None.

    Up to :data:`_DRAWN_ZEROS` more in an array: a generator of few bits draws one now and then.
    """
    low, high = 0.0, 1.0
    for o in observations:
        arrays = _matrices(o)
        if arrays is None:
            return None
        counts = (arrays.reshape(len(arrays), o.layer.out, -1) == 0).sum(axis=1)
        least = int(counts.min())
        if least == 0 or int((counts - least).sum()) > _DRAWN_ZEROS:
            return None
        # ceil(s * rows) = zeros.
        low, high = max(low, (least - 1) / o.layer.out), min(high, least / o.layer.out)
    return None if low >= high or high >= 1 else roundest(low + 1e-9, high)
