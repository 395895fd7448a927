"""What an implementation gives on several networks of its own kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import default_rng

from symcheck.diagnosis.comparing import NARROW, Leaves, agree, leaves
from symcheck.diagnosis.explaining import Got
from symcheck.diagnosis.objectives import GUARDED
from symcheck.diagnosis.trial import Trial
from symcheck.diagnosis.trials import trials
from symcheck.objective import Objective
from symcheck.reference.rounding import UNIT
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Clipped, Implementation, Misbehaviour
from symcheck.subjects.messages import Answer
from symcheck.types import Array, Params

#: Pre-activations at which probabilities are far from 0 and 1.
_CALM = 4.0
#: What is left of the difference of outputs and targets where gradients would be clipped.
_NEARER = (1.0, 2.0**-4, 2.0**-8, 2.0**-12)
#: Roundings in a step and in the difference of the parameters before and after it.
_STEP = 64.0


def look(subject: Implementation) -> list[Got]:
    """Outputs and gradients on networks that the subject can be."""
    objective = subject.promised or subject.offer.objective
    meant = objective or Objective(output_activation=subject.offer.output_activation or "identity")
    forward, backward = (not subject.lacks((method,)) for method in ("forward", "gradients"))
    found = []
    for case in trials(subject.activation.name, meant, default_rng(0), frame_of_trials(subject)):
        trial = _judged(case, subject)
        try:
            outputs: Array | Answer | None = subject.forward(trial.params, trial.X) if forward else None
        except Misbehaviour as error:
            outputs = error.answer
        if isinstance(outputs, np.ndarray):
            outputs = _before_softmax(subject, trial, outputs)
        gradients: Leaves | Answer | None = None
        if backward:
            # Of gradients whose loss is not known the shapes can be judged.
            Y = trial.Y if objective else np.eye(trial.sizes[-1])[np.arange(len(trial.X)) % trial.sizes[-1]]
            try:
                trial, slopes = _unclipped(subject, trial, Y)
                gradients = leaves(slopes, trial.biased) if objective else None
            except Clipped:
                continue
            except Misbehaviour as error:
                gradients = error.answer if objective else replace(error.answer, arrays=())
        found.append(Got(trial, outputs, gradients))
    return found


def _unclipped(subject: Implementation, trial: Trial, Y: Array) -> tuple[Trial, Params]:
    """Gradients of the trial, or of one with targets nearer to the outputs, where they are so large that they are clipped.

    Raises:
        Clipped: they are everywhere.
    """
    last: Clipped | None = None
    for nearer in _NEARER if trial.objective.loss == "squared_error" else _NEARER[:1]:
        near = Y if nearer == 1 else (outputs := trial.right.forward(trial.params, trial.X)) + nearer * (Y - outputs)
        try:
            return replace(trial, Y=trial.Y if nearer == 1 else near), subject.gradients(trial.params, trial.X, near)
        except Clipped as clipped:
            last = clipped
    assert last is not None
    raise last


def frame_of_trials(subject: Implementation) -> Frame:
    """What the networks have to keep to."""
    objective = subject.offer.objective
    saturates = objective is not None and objective.loss == "binary_cross_entropy"
    return Frame(
        subject.offer.widths, subject.offer.samples, calm=_CALM if saturates else None, biases=subject.offer.biases
    )


def _judged(case: Trial, subject: Implementation) -> Trial:
    """The trial with the tolerance that the subject is due."""
    if subject.offer.classes:
        case = replace(case, Y=np.eye(case.sizes[-1])[np.argmax(case.Y, axis=1)])
    relative = GUARDED if subject.offer.guard else case.relative
    relative = max(relative, NARROW["float32"][1]) if subject.offer.dtype == "float32" else relative
    if not subject.by_steps or not subject.first_step:
        return replace(case, relative=relative)
    unit = UNIT["float32" if subject.offer.dtype == "float32" else "float64"]
    size = max(float(np.abs(a).max()) for pair in case.params for a in pair)
    slack = _STEP * unit * size / (subject.rate * subject.first_step)
    return replace(case, rate=subject.rate, relative=relative, slack=slack)


def _before_softmax(subject: Implementation, trial: Trial, outputs: Array) -> Array:
    """Right outputs in the place of right probabilities: with softmax cross-entropy either may be returned."""
    if subject.offer.loss != "softmax_cross_entropy" or subject.offer.output_activation is not None:
        return outputs
    right = trial.right.forward(trial.params, trial.X)
    return right if agree([outputs], [trial.right.softmax(right)], trial.relative) else outputs
