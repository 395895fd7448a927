"""The derivative of the hidden activation as a backward pass has it, measured on one layer, where no known mistake writes it.

With W = 0 the pre-activations of the last hidden layer are its biases, and one sample gives db = sigma'(b) * (V^T delta).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from symcheck.activations import get_activation
from symcheck.diagnosis.faults.evaluation import At, Evaluation, Replaced, evaluate_together
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.looking import frame_of_trials
from symcheck.diagnosis.trial import Trial
from symcheck.objective import activated, slope_of
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.messages import Answer
from symcheck.types import Array

#: Where the slope is told, from the middle outwards, and by how much of its size it has to be off there.
_TOLD, _OFF = (1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 8.0, -8.0), 1e-9
_WIDTH = 64


class MeasuredSlope:
    """The slope that a backward multiplies by, a function of z; every value is asked for once."""

    def __init__(self, subject: Implementation) -> None:
        self._subject, self._known = subject, dict[float, float]()
        self._sizes = frame_of_trials(subject).nearest((1, _WIDTH, 2))

    @property
    def measurable(self) -> bool:
        """Whether there is a hidden layer whose pre-activations biases alone can set."""
        return len(self._sizes) > 2 and self._subject.offer.biases and not self._subject.by_steps

    def of(self, z: Array) -> Array:
        """The slopes at these pre-activations, of their shape.

        Raises:
            Misbehaviour: the subject raises.
        """
        wanted = [float(v) for v in np.unique(z) if float(v) not in self._known]
        width = self._sizes[-2]
        for start in range(0, len(wanted), width):
            some = wanted[start : start + width]
            self._known |= dict(zip(some, self._asked([*some, *[0.0] * (width - len(some))]), strict=False))
        return np.array([self._known[float(v)] for v in np.ravel(z)]).reshape(np.shape(z))

    def _asked(self, z: list[float]) -> list[float]:
        sizes, subject = self._sizes, self._subject
        params = [(np.zeros((n, m)), np.zeros(n)) for m, n in pairwise(sizes)]
        params[-2] = params[-2][0], np.array(z)
        sent = activated(np.array(z), subject.activation.name)
        # Outputs stay small, so that the error of the first one is no rounding.
        params[-1][0][0] = 1 / (len(z) * max(1.0, float(np.abs(sent).max())))
        samples = subject.offer.samples or 1
        Y = np.zeros((samples, sizes[-1]))
        Y[:, 0] = 1.0
        gradients = subject.gradients(params, np.zeros((samples, sizes[0])), Y)
        back = params[-1][0].T @ gradients[-1][1]
        if not np.isfinite(back).all() or not back.all():
            raise Misbehaviour("the last layer has no error", Answer(error="none"))
        return [float(v) + 0.0 for v in gradients[-2][1] / back]


def measured_slope(subject: Implementation) -> Hypothesis | None:
    """That the slope is the function that was measured, which is not the derivative; None where it cannot be measured or is right."""
    measured = MeasuredSlope(subject)
    if not measured.measurable:
        return None
    name, at = subject.activation.name, np.array(_TOLD)
    try:
        got = measured.of(at)
    except Misbehaviour:
        return None
    wanted = slope_of(at, name)
    off = np.abs(got - wanted) > _OFF * np.maximum(np.abs(wanted), 1.0)
    if not off.any() or not np.isfinite(got).all():
        return None
    first = int(np.argmax(off))
    words = (
        f"derivative of {get_activation(name).name} is wrong: at z = {at[first]:g} backward multiplies by {got[first]:.6g}, "
        f"where the slope is {wanted[first]:.6g}"
    )

    def slope(at: At, right: Array) -> Array:
        return measured.of(at.z)

    def replaced(trial: Trial) -> Replaced:
        return Replaced({"slope": slope})

    def evaluation(trial: Trial) -> Evaluation | None:
        try:
            return evaluate_together(trial, (replaced(trial),))
        except Misbehaviour:
            return None

    return Hypothesis(words, evaluation, vague=1, replaced=replaced)
