"""Random networks on which mistakes tell themselves apart, as a shrunk case cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.random import Generator

from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective
from symcheck.strategies.frame import FREE, Frame

#: Widths and samples: unequal widths, where no missing transpose goes unseen, then widths and samples all equal,
#: which even a sum over the wrong axis does not notice, both with three hidden layers, too, and one and no hidden layer.
ORDINARY = (
    ((3, 5, 4, 2), 11),
    ((3, 3, 3, 3), 3),
    ((2, 4, 3), 5),
    ((4, 3, 5, 4, 2), 6),
    ((3, 2), 5),
    ((4, 4, 4, 4, 4), 4),
)
#: Errors that are small beside outputs.
_SMALL = 1e-3


def trials(activation: str, objective: Objective, rng: Generator, frame: Frame = FREE) -> Iterator[Trial]:
    """Networks of ordinary size, in which hardly any number is 0 or large, then pre-activations of exactly 0, large errors, and
    one sample with a small error."""
    for sizes, samples in ORDINARY:
        yield _case(frame, sizes, samples, activation, objective, rng)
    zero = _case(frame, (3, 5, 4, 2), 11, activation, objective, rng)
    for W, b in zero.params[:-1]:
        W[::2], b[::2] = 0.0, 0.0
    yield zero
    large = _case(frame, (3, 5, 4, 2), 11, activation, objective, rng)
    if objective.loss == "squared_error":
        large.Y[...] += 100.0
    elif frame.calm is None:
        large.params[-1][0][...] *= 1e6
    yield large
    yield _nearly_right(_case(frame, (3, 5, 4, 2), 1, activation, objective, rng))


def _nearly_right(trial: Trial) -> Trial:
    """The trial with small errors, whose gradients no limit reaches."""
    outputs = trial.right.forward(trial.params, trial.X)
    if trial.objective.loss == "squared_error" and not trial.objective.classes:
        return replace(trial, Y=outputs + _SMALL * trial.Y)
    if trial.objective.classes:
        # Of one class alone there is no error, and of others none is right.
        chosen = np.eye(outputs.shape[1])[outputs.argmax(axis=1)]
        return replace(trial, Y=chosen)
    return replace(trial, Y=(outputs > (0 if trial.objective.output_activation == "identity" else 0.5)).astype(float))


def _case(
    frame: Frame, wanted: tuple[int, ...], count: int, activation: str, objective: Objective, rng: Generator
) -> Trial:
    sizes, samples = frame.nearest(wanted), frame.samples or count
    params = [
        (rng.standard_normal((n, m)) * sqrt(2 / m), 0.5 * frame.biases * rng.standard_normal(n))
        for m, n in pairwise(sizes)
    ]
    X = rng.standard_normal((samples, sizes[0]))
    Y = objective.targets(rng.standard_normal((samples, sizes[-1])))
    return Trial(params, (frame.biases,) * len(params), X, Y, activation, objective)
