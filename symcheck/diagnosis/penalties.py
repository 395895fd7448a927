"""A penalty inside gradients: without inputs the first layer's weights have no other gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np

from symcheck.diagnosis.objectives import gives_all, look
from symcheck.objective import Objective
from symcheck.penalty import Penalty
from symcheck.strategies.frame import Frame
from symcheck.subjects.data import Offer
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.settlement import Settlement
from symcheck.types import Array

_COUNTS = (2, 5)
#: Smaller than any penalty, and larger than what a step leaves of a gradient that is 0.
_LEAST = 1e-9
_AGREE = 1e-7


def penalties(subject: Implementation, frame: Frame) -> Iterator[Penalty]:
    """Penalties that the first layer's gradients show, the likeliest first; none where they show none.

    Whether the other layers have it too, and the biases, is not looked at.
    """
    if subject.lacks(("gradients",)) or ("train_step" in subject.offer.methods and subject.offer.optimizer != "sgd"):
        return
    counts = _COUNTS if frame.samples is None else (frame.samples,)
    shown = [_shown(_without_inputs(subject, frame, count)) for count in counts]
    first = shown[0]
    if first is None or any(s is None for s in shown):
        return
    kind, factor = first
    factors = np.array([s[1] for s in shown if s is not None and s[0] == kind])
    if len(factors) != len(counts):
        return
    per_sample = len(counts) > 1 and np.ptp(factors * counts) <= _AGREE * factors[0] * counts[0]
    if not per_sample and np.ptp(factors) > _AGREE * factors[0]:
        return
    found = Penalty(kind, float(f"{factor * (counts[0] if per_sample else 1):.6g}"), per_sample)
    if kind == "l1" and (zeros := _without_inputs(subject, frame, counts[0], scale=0.0)) is not None:
        found = replace(found, at_zero=float(np.round(zeros[1].flat[0] / factor)))
    yield found
    if subject.offer.biases:
        yield replace(found, biases=True)


def but_for_penalty(
    subject: Implementation, frame: Frame, settled: Callable[[Implementation, Frame], Settlement]
) -> Settlement:
    """The settlement without a penalty inside the gradients, where all of them are those of a loss without it.

    So it is where those of the last layer are, and no loss has them with it: then something below is wrong besides.
    """
    start = subject.offer, subject.promised
    # Where the loss is declared and no penalty is, gradients that have one are wrong.
    declared = subject.offer.objective is not None and subject.offer.l2 is None
    partly: tuple[Offer, Objective | None, str, Settlement] | None = None
    for penalty in () if declared else penalties(subject, frame):
        subject.offer = replace(subject.offer, penalty=penalty)
        found = replace(settled(subject, frame), penalty=penalty)
        whole = all_settled(subject, frame, found)
        if whole or (partly is None and _last_layer_settled(found)):
            if subject.offer.l2 is not None:
                subject.offer = replace(subject.offer, penalty=replace(penalty, factor=subject.offer.l2))
            if whole:
                return found
            partly = subject.offer, subject.promised, subject.undecided, found
        (subject.offer, subject.promised), subject.undecided = start, ""
    found = settled(subject, frame)
    if partly is None or _last_layer_settled(found):
        return found
    subject.offer, subject.promised, subject.undecided, found = partly
    return found


def _last_layer_settled(found: Settlement) -> bool:
    return found.objective is not None and found.parts == "Wb" and not found.by_outputs


def all_settled(subject: Implementation, frame: Frame, found: Settlement) -> bool:
    """Whether all gradients are those of an objective."""
    if found.by_outputs:
        return found.objective is not None and found.whole
    objective, hidden = subject.offer.objective, subject.offer.activation
    shown = [s for s in look(subject, frame) if s.gradients is not None]
    return bool(shown) and None not in (objective, hidden) and gives_all(shown, str(hidden), subject.objective)


def _without_inputs(
    subject: Implementation, frame: Frame, count: int, scale: float = 1.0
) -> tuple[Array, Array] | None:
    """The first layer's weights, multiplied by ``scale``, with their gradient for a batch of zeros of this size."""
    rng = np.random.default_rng(0)
    sizes = frame.nearest((3, 4, 2))
    params = [
        (rng.standard_normal((n, m)) / np.sqrt(m), 0.5 * frame.biases * rng.standard_normal(n))
        for m, n in pairwise(sizes)
    ]
    params[0] = scale * params[0][0], params[0][1]
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], count)]
    try:
        return params[0][0], subject.gradients(params, np.zeros((count, sizes[0])), Y)[0][0]
    except Misbehaviour:
        return None


def _shown(seen: tuple[Array, Array] | None) -> tuple[Literal["l2", "l1"], float] | None:
    """The kind of a penalty with what multiplies it for a batch of this size."""
    if seen is None:
        return None
    W, dW = seen
    for kind, direction in (("l2", W), ("l1", np.sign(W))):
        factor = float(np.sum(dW * direction) / np.sum(direction * direction))
        if factor > _LEAST and _near(dW, factor * direction):
            return ("l2" if kind == "l2" else "l1"), factor
    return None


def _near(got: Array, wanted: Array) -> bool:
    return bool(np.abs(got - wanted).max() <= _AGREE * float(np.abs(wanted).max()) + _LEAST)
