"""How small an error in the scale is seen: the figure that a passed law is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.checks.samples import Sample
from symcheck.distribution.formats import format_named
from symcheck.distribution.power import visible_scale_error
from symcheck.distribution.rounding import unrounded
from symcheck.errors import percent


def kept_by_rounding(sample: Sample, rng: np.random.Generator) -> float:
    """How much of an error in the scale is left to see after rounding: 1 in a fine dtype, 0 where one number is all.

    An error moves what rounds to each number, and not what is drawn for it in its place: of the variance of the squares it moves
    the part between numbers, and not the part within one.
    """
    again = unrounded(sample.drawn, sample.promised, format_named(sample.ideal.form.name), rng).array
    one, other = (np.square(x - sample.entry.mean) for x in (sample.array, again))
    whole = float(np.var(one))
    return max(0.0, 1 - float(np.mean(np.square(one - other))) / (2 * whole)) if whole > 0 else 1.0


def smallest_errors(samples: Sequence[Sample], limit: float, seed: int) -> str:
    """The relative errors in the standard deviation that are seen for certain, in the shapes that show most and least.

    Args:
        limit: the false-alarm rate of one test.
        seed: of the run.
    """
    # Another stream than that of the samples, or else the same digits would be drawn again.
    rng = np.random.default_rng([seed, 1])
    kept = [max(kept_by_rounding(s, rng), 1e-3) for s in samples]
    errors = [visible_scale_error(s.entry, s.array.size, limit) / k for s, k in zip(samples, kept, strict=True)]
    worst = int(np.argmax(errors))
    layer, draws = samples[worst].layer, samples[worst].array.size
    return (
        f"would notice a standard deviation that is off by {percent(min(errors))} in large shapes, and by {percent(errors[worst])} "
        f"in {layer} ({draws:,} draws), all but once in a million runs"
    )
