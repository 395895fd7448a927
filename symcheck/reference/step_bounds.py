"""How far a correct step of an optimizer may be from the reference's, where its gradients are off by so much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.reference.optimizers import Adam, Optimizer, RMSprop, SignSGD, State
from symcheck.reference.parameters import arrays_of, rebuild
from symcheck.types import Array, NetworkParams, Params

#: Roundings of an update, and of the running averages in it.
_ROUNDINGS = 32.0


def step_bounds(
    rule: Optimizer,
    before: Params,
    after: NetworkParams,
    slopes: NetworkParams,
    state: State,
    history: Sequence[Params],
    rate: float,
    unit: float,
) -> Params:
    """Bounds on the parameters after a step.

    Args:
        before, after: the parameters that the step began with, and those of the reference after it.
        slopes: the gradients of this step. history: bounds on those of every step so far.
        state: of the rule after the step. unit: roundoff of what is judged.
    """
    errors = [np.max(each, axis=0) for each in zip(*(arrays_of(h) for h in history), strict=True)]
    bounds = []
    for start, end, slope, error, slots in zip(
        arrays_of(before), arrays_of(after), arrays_of(slopes), errors, state.slots, strict=True
    ):
        moved = np.abs(end - start) / rate
        through = _through(rule, slope, error, moved, slots, state.steps, len(history))
        rounding = _ROUNDINGS * unit * (np.abs(start) + rate * (moved + np.abs(slope)))
        bounds.append(rate * through + rounding)
    return [(w, b) for w, b in rebuild(before, bounds)]


def _through(
    rule: Optimizer, slope: Array, error: Array, moved: Array, slots: tuple[Array, ...], step: int, count: int
) -> Array:
    """What errors of the gradients become in what the learning rate multiplies."""
    if isinstance(rule, SignSGD):
        return np.where(np.abs(slope) <= 2 * error, 2.0, 0.0)
    if not isinstance(rule, Adam | RMSprop):
        # Velocities weigh no earlier gradient by more than 1, and Nesterov's step the last one by at most 2.
        return 4 * count * error
    whole = 1 - rule.beta2**step if isinstance(rule, Adam) else 1.0
    root = np.sqrt(slots[-1] / whole + rule.eps_root)
    below = root + rule.epsilon
    # epsilon stands outside the root, inside it, or beside a root that is not corrected.
    form = rule.epsilon / (np.sqrt(whole) * below) + rule.epsilon / (root * root + rule.epsilon)
    return np.asarray(_ROUNDINGS * error / below + 2 * moved * np.minimum(form, 1.0))
