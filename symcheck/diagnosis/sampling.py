"""Samples that are left out of gradients, or do not weigh alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from symcheck.diagnosis.comparing import EXACT, Leaves, fitted, same_shapes
from symcheck.diagnosis.faults.evaluation import Evaluation, evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis, nothing, right_gradients
from symcheck.diagnosis.trial import Trial
from symcheck.types import Array

Used = Callable[[int], Array]

#: Weights that differ by less are those of equal samples whose gradients are off in another way, fitted to it.
_EVEN = 1e3 * EXACT


def sample_hypotheses(case: Trial, got: Leaves) -> Iterator[Hypothesis]:
    """Samples that are left out, then any weights of the samples."""
    count = len(case.X)
    if count < 2:
        return
    for name, used in _subsets(count):
        yield Hypothesis(name, _weighed(lambda m, used=used: used(m) / m), family=name)  # type: ignore[misc]
        alone = _weighed(lambda m, used=used: used(m) / max(1, used(m).sum()))  # type: ignore[misc]
        yield Hypothesis(name, alone, family=name)
    weights = _weights(case, got)
    if weights is not None:
        shown = ", ".join(f"{w * count:.4g}" for w in weights)
        told = f": {shown} where all should weigh 1"
        yield Hypothesis(
            "samples do not weigh alike",
            nothing,
            detail=lambda trial: told if trial is case else "",
            vague=1,
            accepts=_by_weights,
        )


def _subsets(count: int) -> Iterator[tuple[str, Used]]:
    yield "the last sample is left out of the gradients", lambda m: np.arange(m) < m - 1
    for n in range(count):
        yield f"sample {n + 1} is left out of the gradients", lambda m, n=n: np.arange(m) != n  # type: ignore[misc]
    yield "only the last sample is used", lambda m: np.arange(m) == m - 1
    for k in range(1, count):
        only = "only the first sample is used" if k == 1 else f"only the first {k} samples are used"
        yield only, lambda m, k=k: np.arange(m) < k  # type: ignore[misc]


def _weighed(weights: Used) -> Callable[[Trial], Evaluation | None]:
    """The pass in which the error of each sample has this weight, where 1/m is right."""

    def evaluation(trial: Trial) -> Evaluation | None:
        by = weights(len(trial.X))[:, None] * len(trial.X)
        return evaluate(trial, {"delta": lambda at, right: right * by})

    return evaluation


def _by_weights(trial: Trial, got: Leaves) -> bool:
    """Whether samples with weights give these gradients; one sample can only be multiplied."""
    if len(trial.X) > 1:
        return _weights(trial, got) is not None
    right = right_gradients(trial)
    return right is not None and fitted(got, [0 * a for a in right], right) is not None


def _weights(case: Trial, got: Leaves) -> Array | None:
    """The weights of the samples, not all the same, with which the sum of their gradients is this; None where there are none."""
    count = len(case.X)
    right = right_gradients(case)
    if count < 2 or right is None or not same_shapes(got, right):
        return None
    each = [right_gradients(replace(case, X=case.X[n : n + 1], Y=case.Y[n : n + 1])) for n in range(count)]
    columns = np.array([np.concatenate([a.ravel() for a in one or right]) for one in each]).T
    target = np.concatenate([a.ravel() for a in got])
    if not (np.isfinite(columns).all() and np.isfinite(target).all()):
        return None
    if case.objective.reduction == "sum":
        columns = columns * count
    weights, _, rank, _ = np.linalg.lstsq(columns, target, rcond=None)
    even = np.ptp(weights) <= _EVEN * float(np.abs(weights).max())
    if even or not rank == count < len(target):
        return None
    ends = np.cumsum([a.size for a in right])[:-1]
    made = [part.reshape(a.shape) for part, a in zip(np.split(columns @ weights, ends), right, strict=True)]
    return np.asarray(weights) if case.same(got, made) else None
