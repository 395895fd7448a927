"""Steps that leave what is no number: which mistake of an optimizer leaves them in the same entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.optimizer_faults import breaking
from symcheck.diagnosis.optimizer_steps import RATE, STEPS, first_batch
from symcheck.objective import Objective
from symcheck.reference.bounds import evaluate
from symcheck.reference.optimizers import Optimizer
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour, paired
from symcheck.types import Array, NetworkParams, Params

#: Relative agreement of the entries that are numbers.
_AGREE = 1e-4
#: Smaller gradients, beside the largest one, are left out: rounding decides whether they are 0.
_SMALL = 1e-9


@dataclass(frozen=True)
class Broken:
    """Steps of which the last leaves what is no number.

    Attributes:
        taken: the parameters before the first step and after each.
        slopes: the gradients before each step, by the objective that has them; None where they are its own.
    """

    taken: Sequence[Params]
    slopes: Sequence[tuple[Objective | None, Sequence[Params]]]
    rate: float

    def by(self, rules: Sequence[Optimizer]) -> Iterator[tuple[Optimizer, Objective | None, str, Optimizer]]:
        """The rules in which a mistake leaves the same, with the loss, and with the mistake in words and as a rule."""
        for rule in rules:
            for objective, slopes in self.slopes:
                for words, form in breaking(rule):
                    if self._left_by(form, slopes):
                        yield rule, objective, words, form

    def _left_by(self, form: Optimizer, slopes: Sequence[Params]) -> bool:
        state = form.init(self.taken[0])
        for before, after, along in zip(self.taken[:-1], self.taken[1:], slopes, strict=True):
            expected, state = form.step(before, along, state, self.rate)
            if not _same(after, expected, along):
                return False
        return True


def broken_steps(
    subject: Implementation, frame: Frame, objectives: Sequence[Objective] = (), rate: float = RATE
) -> Broken | None:
    """The steps of the subject up to the first that leaves what is no number; None where there is none.

    Args:
        objectives: those whose gradients they may follow, where it shows none.
    """
    start, X, Y, rate = first_batch(subject, frame, rate)
    taken = [start]
    try:
        while len(taken) <= STEPS:
            taken.append(subject.step(taken[-1], X, Y, rate, fresh=len(taken) == 1))
        return None
    except Misbehaviour as error:
        arrays = error.answer.arrays
        if error.answer.misshapen or not arrays or all(np.isfinite(a).all() for a in arrays):
            return None
    along: list[tuple[Objective | None, Sequence[Params]]]
    if subject.by_steps:
        along = [(o, [_slopes(subject, params, X, Y, o) for params in taken]) for o in objectives]
    else:
        try:
            along = [(None, [subject.gradients(params, X, Y) for params in taken])]
        except Misbehaviour:
            return None
    return Broken([*taken, paired(arrays)], along, rate)


def _slopes(subject: Implementation, params: Params, X: Array, Y: Array, objective: Objective) -> Params:
    return evaluate(params, X, objective.targets(Y), subject.activation, objective).gradients


def _same(got: Params, wanted: NetworkParams, slopes: Params) -> bool:
    """Whether the same entries are no numbers, and the others agree."""
    one, other, slope = (
        np.concatenate([np.asarray(a, float).ravel() for pair in pairs for a in pair])
        for pairs in (got, wanted, slopes)
    )
    seen = np.abs(slope) > _SMALL * np.abs(slope).max()
    one, other = one[seen], other[seen]
    numbers = np.isfinite(one)
    if not np.array_equal(numbers, np.isfinite(other)):
        return False
    return bool(np.allclose(one[numbers], other[numbers], rtol=_AGREE, atol=_AGREE))
