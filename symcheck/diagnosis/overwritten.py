"""Derivatives that are assigned where they should be added up, in an order of uses that may change from call to call.

Of a unit that several units above use, one use alone counts: delta_l[j] = delta_(l+1)[k] W_(l+1)[k, j] sigma'(z_l[j]) for one k.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import numpy as np

from symcheck.diagnosis.explaining import Got
from symcheck.diagnosis.faults.evaluation import At, Evaluation, evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.trial import Trial
from symcheck.objective import activated, slope_of
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array, Params

#: How far numbers of one sample may be apart, relative to the largest.
_NEAR = 1e-7
#: Samples of each network that are looked at.
_SAMPLES = 3


def overwritten(subject: Implementation, seen: Sequence[Got]) -> Hypothesis | None:
    """That one use of each unit counts, where gradients of single samples show it on every network.

    Args:
        seen: networks on which gradients are wrong.
    """
    if subject.offer.samples not in (None, 1) or subject.by_steps:
        return None
    chosen, halved = False, True
    for trial in (s.trial for s in seen):
        for i in range(min(_SAMPLES, len(trial.X))):
            x, y = trial.X[i : i + 1], trial.Y[i : i + 1]
            try:
                got = subject.gradients(trial.params, x, y)
            except Misbehaviour:
                return None
            deltas = _deltas(trial, got, x)
            if deltas is None or (picked := _picked(trial, deltas, x)) is None:
                return None
            chosen = chosen or picked
            alone = Trial(trial.params, trial.biased, x, y, trial.activation, trial.objective)
            right = evaluate(alone, {})
            assert right is not None
            assert right.gradients is not None
            halved = halved and _close(2 * deltas[-1], right.gradients[-1][1])
    if not chosen:
        return None
    return Hypothesis(
        "derivatives of a node that is used several times are overwritten: only the last use counts",
        _evaluation(halved),
        "add them up: grad +=, not grad =",
    )


def _entering(trial: Trial, x: Array) -> tuple[list[Array], list[Array]]:
    """What enters each layer, and sigma' of each hidden one, for one sample."""
    entering, slopes = [x[0]], []
    for W, b in trial.params[:-1]:
        z = W @ entering[-1] + b
        entering.append(activated(z[None], trial.activation)[0])
        slopes.append(slope_of(z[None], trial.activation)[0])
    return entering, slopes


def _deltas(trial: Trial, got: Params, x: Array) -> list[Array] | None:
    """Delta of each layer, by which dW and db of one sample are what they are; None where they are those of none."""
    deltas = []
    for (dW, db), h in zip(got, _entering(trial, x)[0], strict=True):
        square = float(h @ h)
        delta = dW @ h / square if square else db
        if not _close(np.outer(delta, h), dW) or (trial.biased[0] and not _close(delta, db)):
            return None
        deltas.append(delta)
    return deltas


def _picked(trial: Trial, deltas: Sequence[Array], x: Array) -> bool | None:
    """Whether some delta is one term of its sum and not the sum; None where one is neither."""
    chosen = False
    _, slopes = _entering(trial, x)
    for layer, slope in enumerate(slopes):
        terms = deltas[layer + 1][:, None] * trial.params[layer + 1][0] * slope
        allowed = _NEAR * float(np.abs(terms).max(initial=0.0))
        if (np.abs(terms - deltas[layer]).min(axis=0) > allowed).any():
            return None
        chosen = chosen or bool((np.abs(terms.sum(axis=0) - deltas[layer]) > allowed).any())
    return chosen


def _evaluation(halved: bool) -> Callable[[Trial], Evaluation | None]:
    """A pass in which the use that counts is another one at every call.

    Args:
        halved: whether an error that is multiplied by itself lost one of its two uses.
    """
    calls = count()

    def evaluation(trial: Trial) -> Evaluation | None:
        turn = next(calls)

        def back(at: At, right: Array) -> Array:
            use = turn % len(at.above)
            return np.asarray(at.delta[:, use : use + 1] @ at.above[use : use + 1])

        return evaluate(trial, {"back": back, "delta": lambda at, right: right / (2 if halved else 1)})

    return evaluation


def _close(got: Array, wanted: Array) -> bool:
    return bool((np.abs(got - wanted) <= _NEAR * float(np.abs(wanted).max(initial=0.0))).all())
