"""Gradients of a loss that is not known: whether they can be those of any loss of the outputs at all.

Whatever the loss is, its derivative delta by z_L decides everything below: dW_L = delta^T h_(L-1), and so on down. The delta of
a sample depends on that sample alone, and it is a gradient by z_L, so that its own derivatives are symmetric.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from symcheck.diagnosis.comparing import NARROW, Leaves, agree, all_leaves, fitted
from symcheck.diagnosis.objectives import Seen
from symcheck.objective import activated, slope_of
from symcheck.reference.rounding import UNIT
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array, Params

#: What gradients of any loss owe: they are not 0 whatever the targets, as those of a layer that stays ``still``; ``layers`` below follow from the last one, ``samples`` are added up, ``function``: delta is the
#: gradient of one. "" where nothing is against it.
Against = Literal["", "still", "layers", "samples", "function"]

#: How far numbers may be apart, relative to the largest: roundings of a backpropagation, and of a difference quotient.
_ROUNDED, _DIFFERENCED = 1e-7, 1e-3
#: How far a bias is moved for a difference quotient.
_STEP = 2.0**-16
#: Roundings in a step and in the difference of the parameters before and after it.
_STEPPED = 64.0


def against_any_loss(subject: Implementation, seen: Sequence[Seen]) -> Against:
    """What speaks against these gradients being those of some loss of the outputs.

    Args:
        seen: networks that it can be; where it takes one number of samples alone, only the layers are looked at.
    """
    given = [s.gradients for s in seen if s.gradients is not None]
    if given and not any(np.any(array) for gradients in given for array in gradients[-1]):
        return "still"
    for s in seen:
        if s.gradients is None or not s.biased:
            continue
        try:
            found = _against(subject, s)
        except Misbehaviour:
            continue
        if found:
            return found
    return ""


def _against(subject: Implementation, seen: Seen) -> Against:
    params, X, Y = seen.case.params, seen.case.X, seen.targets
    assert seen.gradients is not None
    if subject.offer.samples not in (None, 1):
        return "" if _follow(subject, params, X, seen.gradients) else "layers"
    singles = [subject.gradients(params, X[i : i + 1], Y[i : i + 1]) for i in range(len(X))]
    if not all(_follow(subject, params, X[i : i + 1], got) for i, got in enumerate(singles)):
        return "layers"
    whole = all_leaves(seen.gradients)
    summed = [np.sum(parts, axis=0) for parts in zip(*map(all_leaves, singles), strict=True)]
    if len(X) > 1 and not _multiple(subject, params, whole, summed):
        return "samples"
    exact = not subject.by_steps and subject.offer.dtype == "float64"
    if exact and subject.offer.biases and not _symmetric(subject, params, X[:1], Y[:1]):
        return "function"
    return ""


def _follow(subject: Implementation, params: Params, X: Array, got: Params) -> bool:
    """Whether the gradients of all layers follow from those of the last one; where these do not tell delta, nothing is said."""
    entering, slopes = [X], []
    for W, b in params[:-1]:
        z = entering[-1] @ W.T + b
        entering.append(activated(z, subject.activation.name))
        slopes.append(slope_of(z, subject.activation.name))
    (dW, db), h = got[-1], entering[-1]
    wide = np.hstack([h, np.ones((len(h), 1))]) if subject.offer.biases else h
    if np.linalg.matrix_rank(wide) < len(wide):
        return True
    known = np.hstack([dW, db[:, None]]) if subject.offer.biases else dW
    delta = np.linalg.lstsq(wide.T, known.T, rcond=None)[0]
    wanted: list[Array] = []
    for layer in range(len(params) - 1, -1, -1):
        wanted = [delta.T @ entering[layer], subject.offer.biases * delta.sum(axis=0), *wanted]
        if layer:
            delta = (delta @ params[layer][0]) * slopes[layer - 1]
    return agree(all_leaves(got), wanted, *_tolerance(subject, params))


def _multiple(subject: Implementation, params: Params, whole: Leaves, summed: Leaves) -> bool:
    """Whether gradients of a batch are one number times their sum over its samples."""
    relative, slack = _tolerance(subject, params)
    if slack:
        square = sum(float((s * s).sum()) for s in summed)
        t = sum(float((w * s).sum()) for w, s in zip(whole, summed, strict=True)) / square if square else 0.0
        return agree(whole, [t * s for s in summed], relative, 2 * len(whole) * slack)
    return fitted(whole, [0 * s for s in summed], summed) is not None or agree(whole, summed, relative)


def _symmetric(subject: Implementation, params: Params, x: Array, y: Array) -> bool:
    """Whether the derivatives of delta by z_L, as the last bias is moved, are symmetric."""
    *below, (W, b) = params
    rows = []
    for unit in np.eye(len(b)):
        up, down = (subject.gradients([*below, (W, b + sign * _STEP * unit)], x, y)[-1][1] for sign in (1, -1))
        rows.append((up - down) / (2 * _STEP))
    jacobian = np.array(rows)
    return bool(np.abs(jacobian - jacobian.T).max() <= _DIFFERENCED * max(float(np.abs(jacobian).max()), _ROUNDED))


def _tolerance(subject: Implementation, params: Params) -> tuple[float, float]:
    narrow = subject.offer.dtype == "float32"
    relative = NARROW["float32"][1] if narrow else _ROUNDED
    if not subject.by_steps or not subject.first_step:
        return relative, 0.0
    size = max(float(np.abs(a).max()) for pair in params for a in pair)
    return relative, _STEPPED * UNIT["float32" if narrow else "float64"] * size / (subject.rate * subject.first_step)
