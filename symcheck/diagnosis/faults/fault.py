"""A known fault: which lines it replaces by what, in what words, and in which layers it is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symcheck.diagnosis.faults.evaluation import Replaced, Wrong, evaluate_together
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective

#: Lines of a hidden layer; all others have a last layer, too.
_HIDDEN = {"activate", "back", "slope"}


def _always(activation: str, objective: Objective) -> bool:
    return True


@dataclass(frozen=True)
class Fault:
    """A fault as data.

    Attributes:
        wrong: what is wrong. remedy: what to write.
        lines: what is put in the place of which lines of `symcheck.diagnosis.faults.evaluation`.
        each: whether it is tried in every single layer, too.
        everywhere: what is wrong where it is in all layers, if that takes other words.
        fits: whether it can be in code with this activation and this objective.
        vague: whether any other fault that fits says more.
        family: of which fault it is another form; of those that fit the first alone is named.
        of_loss: whether it is that these are the gradients of another loss.
    """

    wrong: str
    lines: Mapping[str, Wrong]
    remedy: str = ""
    each: bool = False
    everywhere: str = ""
    fits: Callable[[str, Objective], bool] = _always
    vague: int = 0
    family: str = ""
    of_loss: bool = False

    def hypotheses(self, deepest: int) -> Iterator[Hypothesis]:
        """The fault in all layers, then in each one, counted from the inputs and from the outputs, and in all but the last.

        Args:
            deepest: the largest number of layers that is tried.
        """
        yield self._hypothesis(self.everywhere or self.wrong, lambda trial: Replaced(self.lines))
        if not self.each:
            return
        hidden = bool(_HIDDEN & set(self.lines))
        places = [*range(1, deepest - hidden + 1), *range(-1, hidden - deepest - 1, -1)]
        # "the last layer" says more than its number, and "hidden layer 1" more than its distance from the outputs.
        for k in places if hidden else sorted(places, key=lambda k: k != -1):
            yield self._hypothesis(f"{self.wrong} in {_place(k, hidden)}", self._in(k, hidden))
        if not hidden:
            # The last layer has lines of its own where a loop goes through the others.
            yield self._hypothesis(f"{self.wrong} in all layers but the last", _below_the_last(self.lines))

    def _in(self, k: int, hidden: bool) -> Callable[[Trial], Replaced]:
        def replaced(trial: Trial) -> Replaced:
            count = trial.depth - hidden
            layer = k if k > 0 else count + 1 + k
            return Replaced(self.lines, (layer,) if 1 <= layer <= count else ())

        return replaced

    def _hypothesis(self, name: str, replaced: Callable[[Trial], Replaced]) -> Hypothesis:
        return Hypothesis(
            name,
            lambda trial: evaluate_together(trial, (replaced(trial),)),
            self.remedy,
            vague=self.vague,
            family=self.family or self.wrong,
            of_loss=self.of_loss,
            replaced=replaced,
        )


def _below_the_last(lines: Mapping[str, Wrong]) -> Callable[[Trial], Replaced]:
    return lambda trial: Replaced(lines, tuple(range(1, trial.depth)))


def _place(k: int, hidden: bool) -> str:
    kind = "hidden layer" if hidden else "layer"
    if k > 0:
        return f"{kind} {k}"
    return f"the last {kind}" if k == -1 else f"the {kind} {-k - 1} below the last"
