"""The likely mistake behind wrong outputs, gradients or updates: the one that reproduces them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import default_rng

from symcheck.strategies.problem import Problem
from symcheck.subjects.implementation import Implementation, Misbehaviour


def gradient_mistake(subject: Implementation, case: Problem, got: Any) -> str | None:
    """What is wrong with gradients, if it is a known mistake.

    The smallest failing case fits many mistakes, so the subject is asked again on larger ones first.
    """
    from symcheck.diagnosis.mistakes import diagnose_gradients, likely_mistake

    name, loss = subject.activation.name, subject.loss
    found = diagnose_gradients(subject.gradients, name, loss, default_rng(0))
    return found or likely_mistake(case.params, case.X, case.targets(loss), name, loss, got)


def output_mistake(subject: Implementation, case: Problem, got: Any) -> str | None:
    """What is wrong with outputs, if it is a known mistake; larger cases are asked first, as for gradients."""
    from symcheck.diagnosis.mistakes import diagnose_outputs, likely_forward_mistake

    found = diagnose_outputs(subject.forward, subject.activation.name, default_rng(0))
    return found or likely_forward_mistake(case.params, case.X, subject.activation.name, got)


def update_mistake(subject: Implementation, params: Any, gradients: Any, rate: float, got: Any) -> str | None:
    """What is wrong with an update, if it is a known mistake; a larger network is asked first."""
    from symcheck.diagnosis.mistakes import likely_update_mistake

    rng = default_rng(0)
    start, slopes = (
        [(rng.standard_normal(shape), rng.standard_normal(shape[0])) for shape in ((4, 3), (4, 4), (2, 4))]
        for _ in range(2)
    )
    found = likely_update_mistake(start, slopes, 0.3, subject.update(start, slopes, 0.3))
    return found or likely_update_mistake(params, gradients, rate, got)


def call_mistake(subject: Implementation, samples: int, error: Misbehaviour) -> str | None:
    """What is wrong with gradients of a batch of ``samples`` that raise or have other shapes."""
    from symcheck.diagnosis.mistakes import diagnose_gradients

    answer = error.answer
    if answer.misshapen == "b" and answer.shape == (samples,):
        return "db is summed over features instead of samples: write delta.sum(axis=0)"
    if answer.misfit == "transposed":
        return "dW is transposed: write delta.T @ h, not h.T @ delta"
    return diagnose_gradients(subject.gradients, subject.activation.name, subject.loss, default_rng(0))


def precision_mistake(got: Any, exact: Any) -> str | None:
    """Which precision an error of this size comes from; None where it is larger than half precision leaves."""
    pairs = list(zip(_arrays(got), _arrays(exact), strict=True))
    size = max(float(np.abs(b).max()) for _, b in pairs) or 1.0
    error = max(float(np.abs(a - b).max()) for a, b in pairs) / size
    if error > 2.0**-8:
        return None
    if error > 2.0**-16:
        return "float16 inside: something is cast down, or the gradients are finite differences"
    return "float32 inside: something is cast down, or the gradients are finite differences"


def memory_mistake(method: str, results: list[Any]) -> str:
    """Why the same arguments give other results: three calls, one after the other."""
    first, second, third = (np.concatenate([np.ravel(a) for a in _arrays(r)]) for r in results)
    if np.allclose(third - second, second - first, rtol=1e-6, atol=0) and (second != first).any():
        return f"{method} accumulate from call to call: a sum is never set back to zero"
    if (second == third).all():
        return f"{method} uses what the last forward has cached"
    return f"{method} are random: dropout left on, or noise is drawn"


def _arrays(result: Any) -> list[Any]:
    return [a for pair in result for a in pair] if isinstance(result, list) else [result]
