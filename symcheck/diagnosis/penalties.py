"""A penalty inside gradients: without inputs the first layer's weights have no other gradient.

Where targets equal the outputs, no array has another one, so that biases show theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from symcheck.diagnosis.objectives import gives_all, look
from symcheck.diagnosis.optimizer_steps import walk
from symcheck.diagnosis.stepping import linear
from symcheck.diagnosis.terms import plain, term_of
from symcheck.objective import Objective
from symcheck.penalty import Penalty, Term
from symcheck.strategies.frame import Frame
from symcheck.subjects.data import Offer
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.settlement import Settlement
from symcheck.types import Array, Params

_COUNTS = (2, 5)
#: Smaller than any penalty, and larger than what a step leaves of a gradient that is 0; in double and in single precision.
_LEAST = {"float64": 1e-9, "float32": 1e-6}
_AGREE = {"float64": 1e-7, "float32": 1e-5}


def penalties(subject: Implementation, frame: Frame) -> Iterator[Penalty]:
    """Penalties that the first layer's gradients show, the likeliest first; none where they show none.

    Whether the other layers have it too is not looked at.
    """
    # The first step of a rule that divides by the size of the gradient shows no factor.
    if subject.lacks(("gradients",)):
        return
    counts = _COUNTS if frame.samples is None else (frame.samples,)
    shown = [_of_weights(subject, frame, count) for count in counts]
    first = shown[0]
    if first is None or None in shown:
        return
    sizes = np.array([(s.l2, s.l1) for s in shown if s is not None])
    agree = _AGREE[subject.offer.dtype] * float(np.abs(sizes).max())
    weighted = sizes * np.array(counts)[:, None]
    per_sample = len(counts) > 1 and bool((np.ptp(weighted, axis=0) <= agree * max(counts)).all())
    if not per_sample and (np.ptp(sizes, axis=0) > agree).any():
        return
    by = counts[0] if per_sample else 1
    found = Penalty(plain(first, by, _AGREE["float32"]), Term(), per_sample)
    if first.l1 and (zeros := _without_inputs(subject, frame, counts[0], scale=0.0)) is not None:
        found = replace(found, at_zero=float(np.round(zeros[1].flat[0] / first.l1)))
    yield found
    if subject.offer.biases:
        yield replace(found, biases=found.weights)
        own = _of_biases(subject, frame, counts[0])
        if own and own != first:
            yield replace(found, biases=plain(own, by, _AGREE["float32"]))


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
    for penalty in () if declared else _by_its_steps(subject, frame):
        subject.offer = replace(subject.offer, penalty=penalty)
        found = replace(settled(subject, frame), penalty=penalty)
        whole = all_settled(subject, frame, found)
        if whole or (partly is None and _last_layer_settled(found)):
            if subject.offer.l2 is not None:
                declared_term = replace(penalty.weights, l2=subject.offer.l2)
                subject.offer = replace(subject.offer, penalty=replace(penalty, weights=declared_term))
            if whole:
                return found
            partly = subject.offer, subject.promised, subject.undecided, found
        (subject.offer, subject.promised), subject.undecided = start, ""
    found = settled(subject, frame)
    if partly is None or _last_layer_settled(found):
        return found
    subject.offer, subject.promised, subject.undecided, found = partly
    return found


def _by_its_steps(subject: Implementation, frame: Frame) -> list[Penalty]:
    """The penalties; where gradients are read off steps, by the rule that these show, whose first one may be larger than they."""
    before = subject.offer
    if subject.by_steps and not before.optimizer_named and (taken := walk(subject, frame)) is not None:
        linear(subject, taken)
    found = list(penalties(subject, frame))
    subject.offer = before
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


def _network(frame: Frame, count: int) -> tuple[Params, Array, np.random.Generator]:
    """Parameters of a network that the subject can be, with targets for so many samples."""
    rng = np.random.default_rng(0)
    sizes = frame.nearest((3, 4, 2))
    params = [
        (rng.standard_normal((n, m)) / np.sqrt(m), 0.5 * frame.biases * rng.standard_normal(n))
        for m, n in pairwise(sizes)
    ]
    return params, np.eye(sizes[-1])[rng.integers(0, sizes[-1], count)], rng


def _without_inputs(
    subject: Implementation, frame: Frame, count: int, scale: float = 1.0
) -> tuple[Array, Array] | None:
    """The first layer's weights, multiplied by ``scale``, with their gradient for a batch of zeros of this size."""
    params, Y, _ = _network(frame, count)
    params[0] = scale * params[0][0], params[0][1]
    try:
        return params[0][0], subject.gradients(params, np.zeros((count, params[0][0].shape[1])), Y)[0][0]
    except Misbehaviour:
        return None


def _of_weights(subject: Implementation, frame: Frame, count: int) -> Term | None:
    seen = _without_inputs(subject, frame, count)
    return None if seen is None else _shown(subject, [seen])


def _of_biases(subject: Implementation, frame: Frame, count: int) -> Term | None:
    """The term of the biases, where targets that equal the outputs leave no other gradient of them."""
    params, _, rng = _network(frame, count)
    X = rng.standard_normal((count, params[0][0].shape[1]))
    try:
        slopes = subject.gradients(params, X, subject.forward(params, X))
    except Misbehaviour:
        return None
    return _shown(subject, [(b, db) for (_, b), (_, db) in zip(params, slopes, strict=True)])


def _shown(subject: Implementation, seen: list[tuple[Array, Array]]) -> Term | None:
    """The term that arrays have for their gradients, if it has factors above 0."""
    least, agree = _LEAST[subject.offer.dtype], _AGREE[subject.offer.dtype]
    found = term_of(seen, agree, least)
    return found if found and min(found.l2, found.l1) >= 0 else None
