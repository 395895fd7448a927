"""What a mistake would give on any network, and whether that is what was got."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.comparing import Leaves, leaves, representable
from symcheck.diagnosis.faults.evaluation import Evaluation, Replaced, evaluate
from symcheck.diagnosis.trial import Trial
from symcheck.subjects.messages import Answer
from symcheck.types import Array


def _no_detail(trial: Trial) -> str:
    return ""


def nothing(trial: Trial) -> Evaluation | None:
    """What a mistake gives that cannot be told beforehand."""
    return None


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A mistake with its figures, if it has any.

    Attributes:
        name: what is wrong, in words that are true of every network.
        evaluation: what it gives; None where the shapes do not allow it.
        remedy: what to write instead; "" where the name says it.
        detail: the figures of one network, to follow the name.
        vague: 0 for a mistake that is known, larger for what says less.
        family: the same for one mistake in other places.
        accepts: whether gradients can come from it, of one that is not reproduced.
        narrow: a type, and to how many digits values of it are right, where that is the mistake.
        of_step: whether it is one of the step that gradients are read off, and not of the loss.
        of_loss: whether it is that these are the gradients of another loss.
        replaced: the lines that it replaces on a network, where it is one of lines, so that it can meet another one.
        halves: where it is two mistakes, each of them.
    """

    name: str
    evaluation: Callable[[Trial], Evaluation | None]
    remedy: str = ""
    detail: Callable[[Trial], str] = _no_detail
    vague: int = 0
    family: str = ""
    accepts: Callable[[Trial, Leaves], bool] | None = None
    narrow: tuple[str, int] | None = None
    of_step: bool = False
    of_loss: bool = False
    replaced: Callable[[Trial], Replaced] | None = None
    halves: tuple[Hypothesis, ...] = ()

    @property
    def together(self) -> int:
        """How many mistakes it is."""
        return len(self.halves) or 1

    def sentence(self, trial: Trial) -> str:
        """What is wrong, with the figures of one network."""
        return self.name + self.detail(trial)

    @property
    def told(self) -> str:
        """What is wrong and what to write."""
        return f"{self.name}: {self.remedy}" if self.remedy else self.name

    def gives_gradients(self, trial: Trial, got: Leaves | Answer) -> bool:
        """Whether these gradients, or what came in their place, is what it gives."""
        if isinstance(got, Answer):
            return self._fails(trial, got)
        if self.accepts is not None:
            return gradients_right(trial, got) or self.accepts(trial, got)
        if self.narrow is not None:
            # How many digits are right depends on what cancels in a network; of which type they are does not.
            return representable(got, self.narrow[0])
        found = self.evaluation(trial)
        wrong = None if found is None or found.gradients is None else leaves(found.gradients, trial.biased)
        return wrong is not None and trial.same(got, wrong)

    def _fails(self, trial: Trial, got: Answer) -> bool:
        """Whether code with this mistake raises, or returns other shapes or no numbers."""
        if self.accepts is not None or self.narrow is not None:
            return False
        found = self.evaluation(trial)
        wrong = None if found is None or found.gradients is None else leaves(found.gradients, trial.biased)
        if wrong is None:
            return got.kind == "raised"
        right = leaves(trial.params, trial.biased)
        assert right is not None
        places = [(layer, part) for layer, has in enumerate(trial.biased, 1) for part in ("Wb" if has else "W")]
        off = [(*place, w.shape) for place, w, r in zip(places, wrong, right, strict=True) if w.shape != r.shape]
        if off:
            if got.kind == "raised":
                return True
            assert found is not None
            assert found.gradients is not None
            first, part, shape = off[0]
            # Where biases alone have wrong shapes the weights are there, and all of their layers are known.
            weights = not got.arrays or trial.same(list(got.arrays[::2]), [dW for dW, _ in found.gradients])
            layers = [layer for layer, *_ in off] if part == "b" else [first]
            return got.misshapen == part and list(got.layers) == layers and _alike(got.shape, shape, part) and weights
        bad = [layer for (layer, _), w in zip(places, wrong, strict=True) if not np.isfinite(w).all()]
        return bool(bad) and got.kind == "nonsense" and not got.misshapen and list(got.layers) in ([], bad[:1])

    def gives_outputs(self, trial: Trial, got: Array | Answer) -> bool:
        """Whether these outputs, or what came in their place, is what it gives."""
        if self.narrow is not None and not isinstance(got, Answer):
            return representable([got], self.narrow[0])
        found = self.evaluation(trial)
        if isinstance(got, Answer):
            if found is None:
                return got.kind == "raised"
            wanted = (len(trial.X), trial.sizes[-1])
            return found.outputs.shape != wanted and _alike(got.shape, found.outputs.shape, "outputs")
        return found is not None and found.outputs.shape == got.shape and trial.same([got], [found.outputs])


def _alike(got: Sequence[int], wrong: tuple[int, ...], part: str) -> bool:
    """Whether a shape is one that is meant, in the other layout or, of a bias, as a row or column where one is kept so."""
    if tuple(got) == wrong:
        return True
    if part != "b":
        return tuple(got) == wrong[::-1]
    return len(got) != len(wrong) and [n for n in got if n > 1] == [n for n in wrong if n > 1]


def right_gradients(trial: Trial) -> Leaves | None:
    """The right gradients; None where the arguments do not fit each other."""
    right = evaluate(trial, {})
    return None if right is None or right.gradients is None else leaves(right.gradients, trial.biased)


def gradients_right(trial: Trial, got: Leaves) -> bool:
    """Whether gradients are right."""
    wanted = right_gradients(trial)
    return wanted is not None and trial.same(got, wanted)


def outputs_right(trial: Trial, got: Array) -> bool:
    """Whether outputs are right."""
    right = evaluate(trial, {}, outputs_only=True)
    return right is not None and got.shape == right.outputs.shape and trial.same([got], [right.outputs])
