"""A last layer that alone differs from the law: zero, of a small gain, or of another scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from symcheck.checks.samples import Sample, judge_family, judge_mean, judge_scale
from symcheck.diagnosis.intervals import roundest
from symcheck.distribution.moments import spread
from symcheck.distribution.recognise import KNOWN_LAWS, SpreadRule, fits
from symcheck.fans import Layer
from symcheck.laws.law import Law

#: A last layer of at most this share of the law's scale is scaled down on purpose: no slip in a formula does so to one layer.
_SMALL = 0.2


@dataclass(frozen=True)
class Head:
    """The last layer of a network, where all others follow the law and it has another scale.

    Attributes:
        kind: ``zero``, ``small`` or ``other``.
        ratio: of its standard deviation to the law's; the roundest that it can be where it is small. expected: the law's.
        rule: the law of the field whose standard deviation it has.
    """

    kind: str
    layer: Layer
    ratio: float
    expected: float
    rule: SpreadRule | None = None


def find_head(taken: Sequence[Sample], limit: float) -> Head | None:
    """The last layer, if it alone misses the law in its scale."""
    last = taken[-1]
    if len(taken) < 2 or judge_scale(last, limit).p_value >= limit:
        return None
    if any(judge_scale(s, limit).p_value < limit for s in taken[:-1]):
        return None
    std = spread(last.drawn)
    if std == 0:
        zero = not np.any(last.drawn)
        return Head("zero", last.layer, 0.0, last.promised.std) if zero else None
    ratio = std / last.promised.std
    shape = judge_family(last, limit)
    sound = judge_mean(last, limit).p_value >= limit and (shape is None or shape.p_value >= limit)
    if not sound:
        return None
    if ratio <= _SMALL:
        error = 5 / sqrt(2 * last.drawn.size)
        gain = roundest(ratio * (1 - error), ratio * (1 + error))
        return Head("small", last.layer, gain, last.promised.std)
    rule = next((r for r in KNOWN_LAWS if fits([last.observation], [r.std(last.layer)])), None)
    return Head("other", last.layer, ratio, last.promised.std, rule)


def head_sentence(head: Head, law: Law) -> str:
    """What the last layer is, and that the others follow the law."""
    others = f"the other layers have the standard deviation of {law.name}"
    if head.kind == "zero":
        return f"the last layer, {head.layer}, is zero, and {others}: a zero head, which the first update moves"
    if head.kind == "small":
        return (
            f"the last layer, {head.layer}, has {head.ratio:g} times the standard deviation of {law.name}, and {others}: "
            "a head of a small gain"
        )
    like = f", the standard deviation of {head.rule.words}" if head.rule else ""
    return (
        f"Only the last layer is off: {head.ratio:.3g} times the law's standard deviation{like}. A head may have a scale of "
        "its own, as no activation follows it; if it is not on purpose, look for what treats it differently."
    )
