"""Losses of the error that are linear far from 0, which gradients may be those of where they are of none of the table.

Huber's loss (Huber 1964) is half the square of an error up to a limit and linear beyond, so that its derivative is the error, cut
off at the limit; that of the absolute error is its sign.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.diagnosis.objectives import Seen
from symcheck.subjects.implementation import Implementation
from symcheck.types import Array, Params

#: How far derivatives may be from those of the loss, relative to the largest.
_AGREE = 1e-6


def robust_loss(subject: Implementation, seen: Sequence[Seen], output: str) -> str:
    """The loss in words; "" where the gradients of the last layer are those of none.

    Args:
        output: the output activation; only of linear outputs the derivative by z is that by the error.
    """
    if output != "identity":
        return ""
    limits = [_limit(subject, s) for s in seen if s.gradients is not None and s.outputs is not None and s.biased]
    known = [limit for limit in limits if limit is not None and limit < np.inf]
    if not known or None in limits:
        return ""
    if not any(known):
        return "the absolute error"
    if np.ptp(known) > _AGREE * max(known):
        return ""
    return f"Huber's loss, which cuts errors off at {known[0]:.6g}"


def _limit(subject: Implementation, seen: Seen) -> float | None:
    """Where the derivative by the error is cut off: 0 where it is the sign, infinity where nothing is; None where it is neither."""
    assert seen.gradients is not None
    assert seen.outputs is not None
    delta = _last_delta(subject, seen.case.params, seen.case.X, seen.gradients)
    if delta is None:
        return np.inf
    errors = seen.outputs - seen.targets
    smallest = np.unravel_index(int(np.argmin(np.abs(errors))), errors.shape)
    most = float(np.abs(delta).max())
    slope = float(delta[smallest] / errors[smallest])
    if slope <= 0 or not np.isfinite(slope):
        return None
    limit = most / slope
    if np.abs(delta - slope * np.clip(errors, -limit, limit)).max() > _AGREE * most:
        return None
    if limit <= (1 + _AGREE) * np.abs(errors).min():
        return 0.0
    return limit if (np.abs(errors) > limit * (1 + _AGREE)).any() else float(np.inf)


def _last_delta(subject: Implementation, params: Params, X: Array, gradients: Params) -> Array | None:
    """The derivatives by z of the last layer that its gradients show, of shape (samples, n_L); None where they show none."""
    function = subject.activation.function
    if function is None:
        return None
    h = X
    for W, b in params[:-1]:
        h = function(h @ W.T + b)
    dW, db = gradients[-1]
    wide = np.hstack([h, np.ones((len(h), 1))]) if subject.offer.biases else h
    if np.linalg.matrix_rank(wide) < len(wide):
        return None
    known = np.hstack([dW, db[:, None]]) if subject.offer.biases else dW
    return np.asarray(np.linalg.lstsq(wide.T, known.T, rcond=None)[0])
