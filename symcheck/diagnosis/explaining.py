"""Which mistakes explain what was got on all of several networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from symcheck.diagnosis.comparing import Leaves
from symcheck.diagnosis.faults.catalogue import known_hypotheses
from symcheck.diagnosis.faults.hypothesis import Hypothesis, gradients_right, outputs_right
from symcheck.diagnosis.fitted import clipped_on_one_side, fitted_hypotheses
from symcheck.diagnosis.outputs import fitted_outputs
from symcheck.diagnosis.trial import Trial
from symcheck.subjects.messages import Answer
from symcheck.types import Array
from symcheck.verdict import Extent


@dataclass(frozen=True, eq=False)
class Got:
    """What an implementation gave on one network; an `Answer` in the place of arrays that it did not give, None where it
    was not asked."""

    trial: Trial
    outputs: Array | Answer | None = None
    gradients: Leaves | Answer | None = None

    @property
    def outputs_wrong(self) -> bool:
        """Whether there are outputs, and wrong ones."""
        got = self.outputs
        return got is not None and not isinstance(got, Answer) and not outputs_right(self.trial, got)

    @property
    def gradients_wrong(self) -> bool:
        """Whether there are gradients, and wrong ones."""
        got = self.gradients
        return got is not None and not isinstance(got, Answer) and not gradients_right(self.trial, got)

    @property
    def failed(self) -> bool:
        """Whether it raised, or returned what cannot be compared."""
        return isinstance(self.outputs, Answer) or isinstance(self.gradients, Answer)


@dataclass(frozen=True, eq=False)
class Explained:
    """The mistakes that explain something.

    Attributes:
        every: the mistakes that give it, simplest first, in all their forms.
        networks: how many were looked at.
        extent: the networks that they explain, where these are not all: on the others nothing is wrong.
    """

    every: tuple[Hypothesis, ...]
    networks: int
    extent: Extent = field(default_factory=Extent)

    @property
    def mistakes(self) -> list[Hypothesis]:
        """Those which the networks do not tell apart, each in one form."""
        return simplest(self.every)


Fits = Callable[[Hypothesis, Got], bool]


def gives_gradients(hypothesis: Hypothesis, got: Got) -> bool:
    """Whether a mistake gives the gradients that were got."""
    return got.gradients is None or hypothesis.gives_gradients(got.trial, got.gradients)


def gives_outputs(hypothesis: Hypothesis, got: Got) -> bool:
    """Whether a mistake gives the outputs that were got."""
    return got.outputs is None or hypothesis.gives_outputs(got.trial, got.outputs)


def candidates(seen: Sequence[Got], stepping: bool = False, own: Iterable[Hypothesis] = ()) -> list[Hypothesis]:
    """The known mistakes, and those with a figure that the first wrong gradients show.

    Args:
        stepping: whether gradients are read off training steps. own: those that are known of this subject alone.
    """
    first = next((s for s in seen if s.gradients_wrong), seen[0])
    trial = first.trial
    widest = max((max(s.trial.sizes[1:-1], default=0) for s in seen), default=0)
    deepest = max(s.trial.depth for s in seen)
    found = [*own, *known_hypotheses(trial.activation, trial.objective, widest, deepest, stepping, trial.rate)]
    if first.gradients_wrong and first.gradients is not None and not isinstance(first.gradients, Answer):
        found += fitted_hypotheses(trial, first.gradients)
        off = [(s.trial, s.gradients) for s in seen if s.gradients_wrong]
        found += clipped_on_one_side([(t, got) for t, got in off if got is not None and not isinstance(got, Answer)])
    shown = next((s for s in seen if s.outputs_wrong), None)
    if shown is not None and shown.outputs is not None and not isinstance(shown.outputs, Answer):
        found += fitted_outputs(shown.trial, shown.outputs)
    return found


def explain(seen: Sequence[Got], wrong: Sequence[Got], among: Iterable[Hypothesis], fits: Fits) -> Explained | None:
    """The mistakes that give what was got on all networks.

    Where none does, those that give it on all networks on which there is something, and where there is none of these,
    those that give it on all that are wrong: what cannot be computed for a shape may be no mistake at all.

    Args:
        wrong: those of ``seen`` on which something is wrong; at least one.
    """
    failed = [s for s in seen if s.failed and s not in wrong]
    right = [s for s in seen if s not in wrong and s not in failed]
    found: tuple[list[Hypothesis], ...] = ([], [], [])
    for hypothesis in among:
        if all(fits(hypothesis, s) for s in wrong):
            everywhere = all(fits(hypothesis, s) for s in right)
            found[2 if not everywhere else int(not all(fits(hypothesis, s) for s in failed))].append(hypothesis)
    rank = next((i for i, some in enumerate(found) if some), None)
    if rank is None:
        return None
    return Explained(tuple(found[rank]), len(seen), extent_of(wrong, right) if rank == 2 else Extent())


def extent_of(wrong: Sequence[Got], right: Sequence[Got]) -> Extent:
    """On which networks something is wrong, and on which nothing is."""
    parts = [tuple((s.trial.sizes, len(s.trial.X)) for s in part) for part in (wrong, right)]
    return Extent(parts[0], parts[1])


def simplest(found: Sequence[Hypothesis]) -> list[Hypothesis]:
    """One of each name and of each family, without what says less than another."""
    least = min((h.vague for h in found), default=0)
    kept: list[Hypothesis] = []
    names: set[str] = set()
    for hypothesis in found:
        if hypothesis.vague == least and not {hypothesis.name, hypothesis.family or hypothesis.name} & names:
            kept.append(hypothesis)
            names |= {hypothesis.name, hypothesis.family or hypothesis.name}
    return kept
