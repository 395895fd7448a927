"""Two mistakes at once, where no single one explains what was got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symcheck.diagnosis.comparing import Leaves, leaves
from symcheck.diagnosis.explaining import Explained, Fits, Got, explain
from symcheck.diagnosis.faults.evaluation import Evaluation, evaluate_together
from symcheck.diagnosis.faults.hypothesis import Hypothesis, right_gradients
from symcheck.diagnosis.trial import Trial
from symcheck.subjects.messages import Answer

#: So many mistakes that explain a part are joined with every other one.
_FIRST = 12


def explain_gradients_by_two(
    seen: Sequence[Got], wrong: Sequence[Got], among: Sequence[Hypothesis], fits: Fits
) -> Explained | None:
    """The pairs of mistakes that give all gradients, of which one alone gives some that are wrong.

    Args:
        wrong: those of ``seen`` on which gradients are wrong.
    """
    got = wrong[0].gradients
    if got is None or isinstance(got, Answer):
        return None
    trial = wrong[0].trial
    for alike in _partial(trial, got, among):
        seconds = [second for second in among if second not in alike and _gives(trial, got, alike[0], second)]
        # Two that give the same on one network may differ on the next.
        pairs = [_together(first, second) for first in alike for second in seconds]
        if pairs and (found := explain(seen, wrong, pairs, fits)) is not None:
            return found
    return None


def explain_gradients_beside(
    first: Hypothesis, seen: Sequence[Got], wrong: Sequence[Got], among: Sequence[Hypothesis], fits: Fits
) -> Explained | None:
    """The mistakes that give all gradients where what gives the outputs is in them, too; they are told alone."""
    got, trial = wrong[0].gradients, wrong[0].trial
    if got is None or isinstance(got, Answer) or first.replaced is None:
        return None
    pairs = [
        replace(second, evaluation=_together(first, second).evaluation)
        for second in among
        if _gives(trial, got, first, second)
    ]
    return explain(seen, wrong, pairs, fits) if pairs else None


def explain_outputs_by_two(
    seen: Sequence[Got], wrong: Sequence[Got], among: Sequence[Hypothesis], fits: Fits
) -> Explained | None:
    """The pairs of mistakes that give all outputs."""
    got, trial = wrong[0].outputs, wrong[0].trial
    if got is None or isinstance(got, Answer):
        return None
    right = evaluate_together(trial, (), outputs_only=True)
    spoiling: list[Hypothesis] = []
    for hypothesis in among:
        given = None if hypothesis.replaced is None else _evaluated(trial, hypothesis, outputs_only=True)
        if given is not None and right is not None and not trial.same([given.outputs], [right.outputs]):
            spoiling.append(hypothesis)
    pairs = [
        _together(first, second)
        for i, first in enumerate(spoiling)
        for second in spoiling[i + 1 :]
        if (both := _evaluated(trial, first, second, outputs_only=True)) is not None
        and trial.same([got], [both.outputs])
    ]
    return explain(seen, wrong, pairs, fits) if pairs else None


def _partial(trial: Trial, got: Leaves, among: Sequence[Hypothesis]) -> list[list[Hypothesis]]:
    """The mistakes that give some of the gradients that are wrong, those together that give the same; those that give most go
    first."""
    right = right_gradients(trial)
    if right is None or len(got) != len(right):
        return []
    kept: list[tuple[list[Hypothesis], Leaves, int]] = []
    for hypothesis in among:
        given = None if hypothesis.replaced is None else _gradients(trial, hypothesis)
        if given is None:
            continue
        hits = [trial.same([g], [w]) for g, w in zip(got, given, strict=True)]
        if any(hit and not trial.same([g], [r]) for hit, g, r in zip(hits, got, right, strict=True)):
            alike = next((group for group, other, _ in kept if trial.same(given, other)), None)
            if alike is None:
                kept.append(([hypothesis], given, sum(hits)))
            else:
                alike.append(hypothesis)
    return [group for group, _, _ in sorted(kept, key=lambda row: -row[2])[:_FIRST]]


def _gives(trial: Trial, got: Leaves, first: Hypothesis, second: Hypothesis) -> bool:
    """Whether two mistakes give the gradients of a network, and the second has a part in that."""
    if second.replaced is None:
        return False
    given = _gradients(trial, first, second)
    if given is None or not trial.same(got, given):
        return False
    alone = _gradients(trial, first)
    return alone is None or not trial.same(alone, given)


def _gradients(trial: Trial, *mistakes: Hypothesis) -> Leaves | None:
    found = _evaluated(trial, *mistakes)
    return None if found is None or found.gradients is None else leaves(found.gradients, trial.biased)


def _evaluated(trial: Trial, *mistakes: Hypothesis, outputs_only: bool = False) -> Evaluation | None:
    replaced = [m.replaced(trial) for m in mistakes if m.replaced is not None]
    return evaluate_together(trial, replaced, outputs_only)


def _together(first: Hypothesis, second: Hypothesis) -> Hypothesis:
    return Hypothesis(
        f"{first.told}; and {second.told}",
        lambda trial: _evaluated(trial, first, second),
        vague=first.vague + second.vague,
        family=f"{first.family or first.name}; {second.family or second.name}",
        halves=(first, second),
    )
