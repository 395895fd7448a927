"""Offers: what of the protocol the code has beside its forward, tried in every form in which samples may come."""

from __future__ import annotations

from symcheck.subjects.scratch.forms import BATCHES, targets_of
from symcheck.subjects.scratch.reading import Reading
from symcheck.subjects.scratch.slopes import find_slopes, find_update
from symcheck.subjects.scratch.stepping import composed_step, direct_step, likelier
from symcheck.subjects.scratch.training import Slopes, Step, Trained, equal_widths, trial_of


def find_training(reading: Reading) -> Trained:
    """Gradients, a step, and an update, as far as the code offers them.

    Code that raises wherever widths differ is tried with equal ones, for it is to be judged and not passed over.
    """
    found = _found(reading, reading.sizes)
    making = reading.keeper.making
    if found.slopes is None and found.step is None and making is not None and making.fits(reading.sizes):
        found = _found(reading, equal_widths(reading.sizes))
    elif found.slopes is not None and found.update is None and found.step is None:
        _take_of_equal_widths(reading, found, found.slopes)
    if found.slopes is None and found.step is None:
        found.slopes = _raising(reading)
    return found


def _take_of_equal_widths(reading: Reading, found: Trained, slopes: Slopes) -> None:
    """An update or a step that raises wherever widths differ, as one that takes another array's gradient does."""
    making, sizes = reading.keeper.making, equal_widths(reading.sizes)
    if making is None or not making.fits(sizes):
        return
    trial = trial_of(reading, slopes.form, slopes.targets, sizes)
    found.update = find_update(trial, slopes)
    step = direct_step(trial, slopes) if found.update is None else None
    found.step = step if step is not None and step.whole else None


def _found(reading: Reading, sizes: tuple[int, ...]) -> Trained:
    found = Trained()
    partly: Step | None = None
    for form in _forms(reading):
        for targets in targets_of(sizes[-1]):
            trial = trial_of(reading, form, targets, sizes)
            slopes = find_slopes(trial)
            if slopes is not None and (found.slopes is None or (slopes.exact and not found.slopes.exact)):
                found.slopes, found.update = slopes, find_update(trial, slopes)
            step = direct_step(trial, found.slopes)
            if step is None and found.slopes is None:
                step = composed_step(trial)
            if step is not None and step.whole:
                found.step = found.step or step
            partly = likelier(partly, step)
    if found.step is None and found.slopes is None and reading.form in BATCHES:
        # A batch that is no multiple of the rate may be one step for each sample.
        single = _single_steps(reading, sizes)
        whole = [step for step in single if step.whole]
        found.step = whole[0] if whole else None
        # A batch that comes in one layout and leaves in the other is a sample that is given as a list.
        if single and (reading.keeper.source.goes_through_samples or reading.form == "crossed"):
            partly = single[0]
    found.step = found.step or partly
    same = found.slopes is not None and found.step is not None
    if same and found.step.operations[-1].name == found.slopes.operations[-1].name:  # type: ignore[union-attr]
        found.step = None
    return found


def _single_steps(reading: Reading, sizes: tuple[int, ...]) -> list[Step]:
    form = "column" if reading.form == "columns" else "row"
    steps = [direct_step(trial_of(reading, form, targets, sizes), None) for targets in targets_of(sizes[-1])]
    return [step for step in steps if step is not None]


def _raising(reading: Reading) -> Slopes | None:
    """A backward by its name that raises whatever it is given: it is offered, so that what it raises is told."""
    trial = trial_of(reading, reading.form, "same", reading.sizes)
    for name in reading.keeper.source.ranked("gradients"):
        for operation in trial.operations(name):
            # A gradient has no learning rate that it could be given.
            given = operation.binding.gives("targets") and not operation.binding.gives("rate")
            if operation.told in reading.problems and given:
                return Slopes((reading.forward, operation), reading.form, "same", [], exact=False)
    return None


def _forms(reading: Reading) -> tuple[str, ...]:
    """Forms of samples in which training is tried.

    Code whose forward takes a batch may train on single samples; that is believed of it only where it goes through
    samples one by one, because a sum over the samples that was forgotten looks the same.
    """
    if known := reading.keeper.source.trains_on:
        return (known,)
    if reading.form in ("vector", "list"):
        whole = ("rows",) if reading.keeper.source.goes_through_samples else ()
        return (reading.form, "row", "labelled", *whole)
    if reading.form in BATCHES and reading.keeper.source.goes_through_samples:
        return (reading.form, *(("column", "vector") if reading.form == "columns" else ("row", "vector", "list")))
    through = reading.form == "column" and reading.keeper.source.goes_through_samples
    return (reading.form, *(("stack",) if reading.form == "row" else ("row",) if through else ()))
