"""An implementation with one mistake and no other, or with none, in the place of the one that is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck.diagnosis.cause import Cause
from symcheck.diagnosis.causes import ask_no_further
from symcheck.diagnosis.comparing import Leaves, leaves
from symcheck.diagnosis.faults.evaluation import Evaluation, evaluate
from symcheck.diagnosis.optimizer_steps import rule_of
from symcheck.diagnosis.step import Step
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective
from symcheck.reference.optimizers import Optimizer, State
from symcheck.subjects.implementation import Implementation, Misbehaviour, paired
from symcheck.subjects.messages import Answer
from symcheck.types import Array, Params


class StandIn(Implementation):
    """Outputs, gradients and updates of the reference with the mistake of a cause; the rest is the subject's own."""

    def __init__(self, subject: Implementation, cause: Cause | None) -> None:
        # By itself a mistake would have had another objective measured; right code has the one that is meant.
        judged_by = subject.promised if cause is None else cause.judged_by
        super().__init__(_Nowhere(), subject.offer if judged_by is None else subject.offer.held_to(judged_by))
        self.promised, self.undecided, self.settlement = subject.promised, subject.undecided, subject.settlement
        self.name, self.labels = subject.name, subject.labels
        self._subject, self._cause = subject, cause
        self._state: State | None = None
        ask_no_further(self)

    def initialize(self, sizes: Any, seed: int) -> Params:
        """The subject's own start."""
        return self._subject.initialize(sizes, seed)

    def forward(self, params: Any, X: Any) -> Array:
        """Outputs, wrong if the cause spoils them."""
        X = np.asarray(X, float)
        found = self._passed(params, X, np.zeros((len(X), len(params[-1][1]))), "outputs")
        if found.outputs.shape != (len(X), len(params[-1][1])) or not np.isfinite(found.outputs).all():
            raise _odd("forward")
        return found.outputs

    def gradients(self, params: Any, X: Any, Y: Any) -> Params:
        """Gradients, wrong if the cause spoils them; read off a step where the subject's are."""
        if self.by_steps:
            return super().gradients(params, X, Y)
        slopes = self._slopes(params, X, Y)
        clipping = self.offer.clipping if self.offer.clips_in == "gradients" else None
        return slopes if clipping is None else self._whole("gradients", clipping.of(slopes))

    def train_step(self, params: Any, X: Any, Y: Any, learning_rate: float, fresh: bool = True) -> Params:
        """A step of the subject's optimizer, or of the one that it mistakes it for."""
        slopes = self._slopes(params, X, Y, learning_rate)
        moved = self._moved(params, slopes, learning_rate, len(X), lambda n: self._of_sample(params, X, Y, n))
        return self._stepped(params, slopes, learning_rate, fresh) if moved is None else moved

    def update(self, params: Any, gradients: Any, learning_rate: float, fresh: bool | None = None) -> Params:
        """A step along given gradients."""
        moved = self._moved(params, gradients, learning_rate)
        if moved is not None:
            return moved
        forget = self.offer.optimizer != "sgd" if fresh is None else fresh
        return self._stepped(params, gradients, learning_rate, forget)

    def _of_sample(self, params: Any, X: Any, Y: Any, number: int) -> Leaves | None:
        """The gradients of one sample alone."""
        return leaves(self._slopes(params, np.asarray(X)[[number]], np.asarray(Y)[[number]]), (True,) * len(params))

    def _moved(
        self,
        params: Any,
        gradients: Any,
        learning_rate: float,
        samples: int = 1,
        of_sample: Callable[[int], Leaves | None] | None = None,
    ) -> Params | None:
        """The parameters after a step with the mistake of the cause, if it is one of the update."""
        moved = self._cause.moved if self._cause is not None else None
        if moved is None:
            return None
        biased = (True,) * len(params)
        start, slopes = leaves(params, biased), leaves(gradients, biased)
        assert start is not None
        assert slopes is not None
        after = moved(Step(start, slopes, learning_rate, biased, samples, of_sample))
        if after is None:
            raise _odd("update")
        return paired(after)

    def _stepped(self, params: Any, slopes: Any, learning_rate: float, fresh: bool) -> Params:
        wrong = self._cause.rule if self._cause is not None else None
        rule: Optimizer | None = wrong or rule_of(self.offer)
        if rule is None:
            raise _odd("train_step")
        state = rule.init(params) if fresh or self._state is None else self._state
        after, self._state = rule.step(params, slopes, state, learning_rate)
        arrays = [(np.asarray(W), np.asarray(b)) for W, b in after]
        if not all(np.isfinite(a).all() for pair in arrays for a in pair):
            raise _odd("train_step")
        return arrays

    def _slopes(self, params: Any, X: Any, Y: Any, rate: float | None = None) -> Params:
        found = self._passed(params, np.asarray(X, float), np.asarray(Y, float), "gradients", rate)
        if found.gradients is None:
            raise _odd("gradients")
        for (dW, db), (W, b) in zip(found.gradients, params, strict=True):
            if dW.shape != np.shape(W) or db.shape != np.shape(b):
                raise _odd("gradients")
            if not (np.isfinite(dW).all() and np.isfinite(db).all()):
                raise _odd("gradients")
        return [(dW, db * self.offer.biases) for dW, db in found.gradients]

    def _passed(self, params: Any, X: Array, Y: Array, part: str, rate: float | None = None) -> Evaluation:
        objective = self.promised or self.offer.objective
        meant = objective or Objective(output_activation=self.offer.output_activation or "identity")
        layers = [(np.asarray(W, float), np.asarray(b, float)) for W, b in params]
        trial = Trial(layers, (True,) * len(layers), X, Y, self.activation.name, meant, rate)
        wrong = self._cause is not None and self._cause.hypothesis is not None and part in self._cause.spoils
        assert self._cause is not None or not wrong
        found = self._cause.hypothesis.evaluation(trial) if wrong else evaluate(trial, {})  # type: ignore[union-attr]
        if found is None:
            raise _odd(part)
        return found


class _Nowhere:
    """No code is behind it."""

    def open(self, options: Any) -> Any:
        """There is nothing to open."""
        raise NotImplementedError

    def ask(self, message: Any, limit: float, doing: str = "") -> Any:
        """There is nothing to ask."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to end."""


def _odd(method: str) -> Misbehaviour:
    return Misbehaviour(f"{method} gives nothing that can be compared", Answer(error="it raises", kind="raised"))
