"""Networks with one fault, made from what the catalogue says that the fault gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symcheck.diagnosis.comparing import Leaves, leaves
from symcheck.diagnosis.faults.evaluation import Evaluation, evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject


@dataclass(frozen=True)
class Kind:
    """What a subject is: its activation and objective, the widths that it is fixed to if it is, and whether it has biases."""

    activation: str
    objective: Objective
    widths: tuple[int | None, ...] | None = None
    biases: bool = True

    def trial(self, params: Any, X: Any, Y: Any) -> Trial:
        layers = [(np.asarray(W, float), np.asarray(b, float)) for W, b in params]
        return Trial(layers, (True,) * len(layers), X, Y, self.activation, self.objective)

    def opened(self, network: Any) -> Implementation:
        subject = open_subject(network, Options())
        subject.offer = replace(subject.offer, widths=self.widths, biases=self.biases)
        return subject


class Faulted:
    """Outputs and gradients as a fault has them; right ones where it is none.

    Attributes:
        spoil: what is done to the gradients afterwards.
    """

    def __init__(
        self,
        kind: Kind,
        fault: Callable[[Trial], Evaluation | None] | None = None,
        spoil: Callable[[Trial, list[Any]], list[Any]] | None = None,
    ) -> None:
        objective = kind.objective
        self.kind, self.fault, self.spoil = kind, fault, spoil
        self.activation, self.output_activation = kind.activation, objective.output_activation
        self.loss, self.reduction, self.loss_factor = objective.loss, objective.reduction, objective.factor

    def forward(self, params: Any, X: Any) -> Any:
        return self._evaluated(params, X, np.zeros((len(X), len(params[-1][1])))).outputs

    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        found = self._evaluated(params, X, Y).gradients
        if found is None:
            raise ValueError("operands could not be broadcast together")
        found = found if self.spoil is None else self.spoil(self.kind.trial(params, X, Y), found)
        return [(dW, db if self.kind.biases else 0 * b) for (dW, db), (_, b) in zip(found, params, strict=True)]

    def _evaluated(self, params: Any, X: Any, Y: Any) -> Evaluation:
        trial = self.kind.trial(params, X, Y)
        found = evaluate(trial, {}) if self.fault is None else self.fault(trial)
        if found is None:
            raise ValueError("shapes not aligned")
        return found


def alike(one: Hypothesis, other: Hypothesis, trial: Trial) -> bool:
    """Whether two faults give the same outputs and gradients."""
    first, second = _given(one, trial), _given(other, trial)
    if first is None or second is None:
        return first is second
    return trial.same(first, second)


def _given(fault: Hypothesis, trial: Trial) -> Leaves | None:
    found = fault.evaluation(trial)
    if found is None:
        return None
    gradients = None if found.gradients is None else leaves(found.gradients, trial.biased)
    return [found.outputs, *(gradients or [])]
