"""Training the reference network: batches in, parameters out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, cycle, islice
from typing import Any

import numpy as np

from symcheck.reference.losses import BatchError, Loss, get_loss
from symcheck.reference.mlp import gradients
from symcheck.reference.optimizers import LearningRate, Optimizer
from symcheck.reference.optimizers import optimizer as get_optimizer
from symcheck.reference.parameters import ActivationSpec, network_of, params_of
from symcheck.types import NetworkParams

Batch = tuple[Any, Any]


def train(
    params: Any,
    batches: Batch | Iterable[Batch],
    activation: ActivationSpec,
    loss: str | Loss = "mse",
    optimizer: str | Optimizer = "sgd",
    learning_rate: LearningRate = 0.1,
    steps: int | None = None,
) -> NetworkParams:
    """The parameters after ``steps`` updates; arguments and errors are those of `trajectory`."""
    start = params_of(network_of(params, activation))
    history = trajectory(start, batches, activation, loss, optimizer, learning_rate, steps)
    return deque(chain([start], history), maxlen=1).pop()


def trajectory(
    params: Any,
    batches: Batch | Iterable[Batch],
    activation: ActivationSpec,
    loss: str | Loss = "mse",
    optimizer: str | Optimizer = "sgd",
    learning_rate: LearningRate = 0.1,
    steps: int | None = None,
) -> Iterator[NetworkParams]:
    """The parameters after each update, as new arrays every time.

    Args:
        params: [(W, b), ...].
        batches: one (X, Y) used at every step, a sequence of them used in turn, or an iterator of them.
        activation, loss: as in `symcheck.reference.gradients`.
        optimizer: a name of the table or an optimizer with its settings.
        learning_rate: a number, or a list of (rate of W, rate of b), numbers or arrays.
        steps: how many updates; None goes once through the batches.

    Raises:
        BatchError: an iterator that runs out before ``steps``, or batches that do not fit.
        UnknownOptimizer, UnknownLoss, UnknownActivation, NetworkError: names and arrays that do not fit.
    """
    rule = get_optimizer(optimizer)
    function = get_loss(loss)
    network_of(params, activation)
    if steps is not None and steps < 0:
        raise BatchError(f"steps must not be negative, got {steps}")
    supply = _supply(batches, steps)

    def updates() -> Iterator[NetworkParams]:
        current, state = params, rule.init(params)
        taken = 0
        for batch in supply:
            try:
                X, Y = batch
            except (TypeError, ValueError):
                raise BatchError("batches must be (X, Y) pairs") from None
            slopes = gradients(current, X, Y, activation, function)
            current, state = rule.step(current, slopes, state, learning_rate)
            taken += 1
            yield current
        if steps is not None and taken < steps:
            raise BatchError(f"batches ran out after {taken} of {steps} steps")

    return updates()


def _supply(batches: Any, steps: int | None) -> Iterator[Batch]:
    if isinstance(batches, tuple) and len(batches) == 2 and all(isinstance(b, np.ndarray) for b in batches):
        batches = [batches]
    if isinstance(batches, Sequence):
        return iter(batches) if steps is None else islice(cycle(batches), steps)
    if not isinstance(batches, Iterable):
        raise BatchError(f"batches must be (X, Y) pairs, not {type(batches).__name__}")
    return islice(batches, steps)
