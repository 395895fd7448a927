"""Why means miss a law: one-sided draws, single huge entries, one shift of all shapes, or some shapes that are shifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from symcheck.diagnosis.scale_causes import Disturbed
from symcheck.diagnosis.scales import disturbance
from symcheck.distribution.moments import mean_of
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.law import Law

#: Shifts of so many standard deviations are not told apart.
_IMMENSE = 1e100
#: Standard errors within which two means are one.
_NEAR = 6


@dataclass(frozen=True)
class OneSided:
    """No entry of any shape is negative, where the law has both signs."""


@dataclass(frozen=True)
class Shifted:
    """One shift of all shapes: of so many of the law's standard deviations, or of so much whatever the shape."""

    by: float
    relative: bool


@dataclass(frozen=True)
class ShapesShifted:
    """The shapes that are shifted, with how many of the law's standard deviations."""

    off: tuple[tuple[Layer, float], ...]


MeanCause = Disturbed | OneSided | Shifted | ShapesShifted


def mean_cause(observations: Sequence[Observation], law: Law, eps: float = 0.0) -> MeanCause | None:
    """What is wrong with the means.

    Args:
        eps: machine epsilon of the type the samples were drawn in.
    """
    if what := disturbance(observations, law, eps):
        return Disturbed(what)
    entries = [law.entry(o.layer.fans) for o in observations]
    if all(e.low < 0 and float(np.min(o.sample)) >= 0 for o, e in zip(observations, entries, strict=True)):
        return OneSided()
    shifts = [
        max(-_IMMENSE, min(_IMMENSE, (mean_of(o.sample) - e.mean) / e.std))
        for o, e in zip(observations, entries, strict=True)
    ]
    roots = [sqrt(o.sample.size) for o in observations]
    off = [(o.layer, s) for o, s, root in zip(observations, shifts, roots, strict=True) if abs(s) * root > _NEAR]
    if not off:
        return None
    typical = float(np.average(shifts, weights=np.square(roots)))
    if all(abs(s - typical) * root < _NEAR for s, root in zip(shifts, roots, strict=True)):
        return Shifted(typical, relative=True)
    # In the unit of the first shape's standard deviation, the squares of which stay in the range of numbers.
    units = [e.std / entries[0].std for e in entries]
    absolute = [s * u for s, u in zip(shifts, units, strict=True)]
    precision = [root / u for root, u in zip(roots, units, strict=True)]
    common = float(np.average(absolute, weights=np.square(precision)))
    if all(abs(d - common) * p < _NEAR for d, p in zip(absolute, precision, strict=True)):
        return Shifted(common * entries[0].std, relative=False)
    return ShapesShifted(tuple(off))
