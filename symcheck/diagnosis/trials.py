"""Random cases on which mistakes tell themselves apart, as a shrunk case cannot."""

from __future__ import annotations

from collections.abc import Iterator

from numpy.random import Generator

from symcheck.counterexamples.implementations.mlp import CorrectMLP
from symcheck.diagnosis.gradients import Trial
from symcheck.objective import Objective
from symcheck.strategies.frame import FREE, Frame

#: Widths and samples: unequal widths, where no missing transpose goes unseen, then widths and samples all equal,
#: which even a sum over the wrong axis does not notice, and a network without hidden layers.
ORDINARY = (((3, 5, 4, 2), 11), ((3, 3, 3, 3), 3), ((2, 4, 3), 5), ((3, 2), 5))


def ordinary_trials(activation: str, objective: Objective, rng: Generator, frame: Frame = FREE) -> Iterator[Trial]:
    """Cases of ordinary size, in which hardly any number is 0 or large."""
    for sizes, samples in ORDINARY:
        yield _case(frame, sizes, samples, activation, objective, rng)


def special_trials(activation: str, objective: Objective, rng: Generator, frame: Frame = FREE) -> Iterator[Trial]:
    """Cases for what ordinary ones do not show: pre-activations of exactly 0, large errors, one sample."""
    zero = _case(frame, (3, 5, 4, 2), 11, activation, objective, rng)
    for W, b in zero.params[:-1]:
        W[::2], b[::2] = 0.0, 0.0
    yield zero
    large = _case(frame, (3, 5, 4, 2), 11, activation, objective, rng)
    if objective.loss == "squared_error":
        large.Y[...] += 100.0
    else:
        large.params[-1][0][...] *= 1e6
    yield large
    yield _case(frame, (3, 5, 4, 2), 1, activation, objective, rng)


def _case(
    frame: Frame, wanted: tuple[int, ...], count: int, activation: str, objective: Objective, rng: Generator
) -> Trial:
    sizes, samples = frame.nearest(wanted), frame.samples or count
    params = CorrectMLP(activation, objective).initialize(sizes, rng)
    params = [(W, 0.5 * frame.biases * rng.standard_normal(b.shape)) for W, b in params]
    X = rng.standard_normal((samples, sizes[0]))
    Y = objective.targets(rng.standard_normal((samples, sizes[-1])))
    return Trial(params, (frame.biases,) * len(params), X, Y, activation, objective)
