"""Training: how gradients, a step of training and an update are got from the code, found by trying after a forward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.subjects.scratch.chains import Chain
from symcheck.subjects.scratch.forms import BATCHES, TARGETS, presented, presented_targets
from symcheck.subjects.scratch.matching import matched
from symcheck.subjects.scratch.names import bare, calling_role
from symcheck.subjects.scratch.playing import RESULT, STATE, Operation, Place, Play, found_places, snapshot
from symcheck.subjects.scratch.reading import SAMPLES, Params, Reading, random_params
from symcheck.types import Array

#: The rate that is tried: a power of two, so that dividing by it loses nothing.
RATE = 2.0**-7
_MOST_TRIED = 8
_SHIFT = 0.25

Places = list[tuple[Place | None, Place | None]]


@dataclass(frozen=True)
class Slopes:
    """How gradients are got: calls after each other, of which the last gives them.

    Attributes:
        targets: of `TARGETS`. form: of the inputs. places: for each layer of weights and bias.
        exact: whether every gradient has the shape of its parameter.
    """

    operations: tuple[Operation, ...]
    form: str
    targets: str
    places: Places
    exact: bool


@dataclass(frozen=True)
class Step:
    """How one step of training is made.

    Attributes:
        rate: ``argument``, ``attribute``, or "" where the code has no learning rate that can be set.
        new: where the new parameters are.
        pairs: whether it takes a list of samples with their targets.
    """

    operations: tuple[Operation, ...]
    form: str
    targets: str
    rate: str
    new: str
    pairs: bool


@dataclass(frozen=True)
class Update:
    """How parameters are updated, after gradients were got: the call, and where the new parameters are."""

    operation: Operation
    new: str
    rate: str


@dataclass
class Trained:
    """What was found; None for what was not."""

    slopes: Slopes | None = None
    step: Step | None = None
    update: Update | None = None


@dataclass
class _Trial:
    """One network with one batch, on which functions are tried in turn."""

    reading: Reading
    form: str
    targets: str
    params: Params
    X: Array
    Y: Array

    def play(self, root: Any, rate: float) -> Play:
        root = self.reading.chain.write(root, self.params)
        x, y = next(presented(self.X, self.form)), next(presented_targets(self.Y, self.form, self.targets))
        play = Play(self.reading.keeper, root, x, y, rate, SAMPLES if self.form in BATCHES else 1)
        play.place_data()
        play.prepare_step()
        return play


def find_training(reading: Reading) -> Trained:
    """Gradients, a step, and an update, as far as the code offers them."""
    found = Trained()
    rng = np.random.default_rng()
    width = reading.sizes[-1]
    classes = max(width, 2)
    for form in _forms(reading):
        for targets in TARGETS if width == 1 else TARGETS[:2]:
            X = rng.standard_normal((SAMPLES, reading.sizes[0]))
            Y = np.eye(classes)[np.arange(SAMPLES) % classes, :width]
            trial = _Trial(reading, form, targets, random_params(reading.chain, rng), X, Y)
            slopes = _slopes(trial)
            if slopes is not None and (found.slopes is None or (slopes.exact and not found.slopes.exact)):
                found.slopes, found.update = slopes, _update(trial, slopes)
            found.step = found.step or _direct_step(trial, found.slopes)
            if found.slopes is None and found.step is None:
                found.step = _composed_step(trial)
    if (
        found.slopes is not None
        and found.step is not None
        and found.step.operations[-1].name == found.slopes.operations[-1].name
    ):
        found.step = None
    return found


def _forms(reading: Reading) -> tuple[str, ...]:
    """Forms of samples in which training is tried.

    Code whose forward takes a batch may train on single samples; that is believed of it only where it goes through
    samples one by one, because a sum over the samples that was forgotten looks the same.
    """
    if reading.form in ("vector", "list"):
        return (reading.form, "labelled")
    if reading.form in BATCHES and reading.keeper.source.goes_through_samples:
        return (reading.form, *(("column", "vector") if reading.form == "columns" else ("row", "vector", "list")))
    return (reading.form,)


def _slopes(trial: _Trial) -> Slopes | None:
    reading = trial.reading
    for name in reading.keeper.source.ranked("gradients")[:_MOST_TRIED]:
        for operation in _operations(trial, name):
            if not operation.binding.gives("targets") and not _takes_data(trial):
                continue
            operations = () if name == reading.forward.name else (reading.forward,)
            places = _gradients(trial, (*operations, operation), trial.Y)
            if places is not None:
                exact = all(
                    place is None or slot is None or place.leaf.shape == slot.shape
                    for pair, slots in zip(places, reading.chain.layers, strict=True)
                    for place, slot in zip(pair, (slots.weight, slots.bias), strict=True)
                )
                return Slopes((*operations, operation), trial.form, trial.targets, places, exact)
    return None


def _takes_data(trial: _Trial) -> bool:
    making = trial.reading.keeper.making
    return making is not None and making.takes_data


def _operations(trial: _Trial, name: str) -> Iterator[Operation]:
    with trial.reading.keeper.lent(trial.reading.sizes) as root:
        play = trial.play(root, RATE)
        try:
            play.forward(trial.reading.forward)
        except Exception:
            return
        found = list(play.operations(name))
    yield from found


def _gradients(trial: _Trial, operations: Sequence[Operation], Y: Array) -> Places | None:
    """Where the gradients lie that the last call gives, if it leaves the parameters as they are."""
    chain = trial.reading.chain
    with trial.reading.keeper.lent(trial.reading.sizes) as root:
        play = trial.play(root, RATE)
        try:
            for operation in operations[:-1]:
                play.forward(operation)
            before = snapshot(play.root)
            result = play.call(operations[-1])
            places = found_places(play, result, chain, before)
            if changed(chain, trial.params, play.root):
                return None
            pairs = matched(chain, places, play.returned(operations[-1]))
            if pairs is None:
                return None
            first = [play.array_at(place, result) for pair in pairs for place in pair if place is not None]
            if all(not a.any() for a in first):
                return None
        except Exception as error:
            trial.reading.problems.setdefault(operations[-1].told, f"{type(error).__name__}: {error}"[:200])
            return None
    return pairs


def changed(chain: Chain, params: Params, holder: Any) -> bool:
    """Whether what holds the parameters has others than these."""
    try:
        now = chain.read(holder)
    except Exception:
        return False
    return any(
        a.shape == b.shape and not np.array_equal(a, b)
        for p, q in zip(now, params, strict=True)
        for a, b in zip(p, q, strict=True)
    )


def _direct_step(trial: _Trial, slopes: Slopes | None) -> Step | None:
    names = [
        *trial.reading.keeper.source.ranked("train_step")[:_MOST_TRIED],
        *trial.reading.keeper.source.ranked("gradients")[:4],
    ]
    for name in dict.fromkeys(names):
        if slopes is not None and name == slopes.operations[-1].name:
            continue
        for operation in _operations(trial, name):
            binding = operation.binding
            if binding.gives("pairs") and trial.form in BATCHES:
                continue
            if not (
                (binding.gives("targets") and _reached(trial, binding.gives("inputs"), name))
                or binding.gives("pairs")
                or _takes_data(trial)
            ):
                continue
            needs_forward = not binding.gives("pairs") and (name in trial.reading.keeper.source.ranked("gradients"))
            for operations in (
                [(trial.reading.forward, operation)]
                if needs_forward
                else [(operation,), (trial.reading.forward, operation)]
            ):
                if (step := _step(trial, operations, binding.gives("pairs"))) is not None:
                    return step
    return None


def _reached(trial: _Trial, given: bool, name: str) -> bool:
    """Whether the inputs reach a function: as an argument, or kept by the forward before it."""
    return given or name in trial.reading.keeper.source.ranked("gradients")


def _composed_step(trial: _Trial) -> Step | None:
    """Forward, backward and update after each other, where the gradients stay inside."""
    source = trial.reading.keeper.source
    for back in source.ranked("gradients")[:_MOST_TRIED]:
        for first in _operations(trial, back):
            if not first.binding.gives("targets"):
                continue
            for name in source.ranked("update")[:4]:
                for second in _operations(trial, name):
                    step = _step(trial, (trial.reading.forward, first, second), False)
                    if step is not None:
                        return step
    return None


def _step(trial: _Trial, operations: tuple[Operation, ...], pairs: bool) -> Step | None:
    """The step that these calls make, if every weight moves, in proportion to the rate where there is one."""
    moves = []
    new, rate = STATE, ""
    for scale in (1.0, 0.5):
        moved = _moved(trial, operations, RATE * scale, trial.params)
        if moved is None:
            return None
        move, new, rate = moved
        moves.append(move)
    shifted = [(W + _SHIFT, b) for W, b in trial.params]
    other = _moved(trial, operations, RATE, shifted)
    whole, half = moves
    units = 0 if trial.reading.chain.layout == "out_in" else 1
    if other is None or not all(m.any() for m in whole) or not whole[0].any(axis=units).all():
        return None
    shift = np.concatenate([(a - b).ravel() for a, b in zip(other[0], whole, strict=True)])
    if np.median(np.abs(shift + _SHIFT)) < 0.4 * _SHIFT:
        # What comes out does not know where it started: it is a gradient, or starts anew.
        return None
    size = max(float(np.abs(m).max()) for m in whole)
    if rate and any(np.abs(a - 2 * b).max() > 1e-2 * size for a, b in zip(whole, half, strict=True)):
        # What the rate does not scale trains for longer than one step.
        return None
    return Step(operations, trial.form, trial.targets, rate, new, pairs)


def _moved(
    trial: _Trial, operations: Sequence[Operation], rate: float, params: Params
) -> tuple[list[Array], str, str] | None:
    chain = trial.reading.chain
    mine = _Trial(trial.reading, trial.form, trial.targets, params, trial.X, trial.Y)
    with trial.reading.keeper.lent(trial.reading.sizes) as root:
        play = mine.play(root, rate)
        try:
            for operation in operations[:-1]:
                play.forward(operation) if operation == trial.reading.forward else play.call(operation)
            result = play.call(operations[-1])
            for new, holder in ((RESULT, result), (STATE, play.root)):
                if changed(chain, params, holder):
                    after = chain.read(holder)
                    move = [
                        a - b for p, q in zip(after, params, strict=True) for a, b in zip(p[:1], q[:1], strict=True)
                    ]
                    if all(np.isfinite(m).all() for m in move):
                        return move, new, rate_of(play, operations)
        except Exception as error:
            trial.reading.problems.setdefault(operations[-1].told, f"{type(error).__name__}: {error}"[:200])
    return None


def rate_of(play: Play, operations: Sequence[Operation]) -> str:
    """How the learning rate is set."""
    if any(operation.binding.gives("rate") for operation in operations):
        return "argument"
    owner = play.keeper.source.owner if play.keeper.is_module else play.root
    try:
        return "attribute" if any(calling_role(name) == "rate" for name in vars(owner)) else ""
    except TypeError:
        return ""


def gradients_given(play: Play, operation: Operation) -> Any:
    """What a backward returned, as an update takes it: the part that holds gradients where it returns a loss as well."""
    result, names = play.result, play.returned(operation)
    if isinstance(result, tuple) and len(names) == len(result):
        speaking = [
            part
            for name, part in zip(names, result, strict=True)
            if calling_role(name) == "gradients" or bare(name) == "grads"
        ]
        if speaking:
            return speaking[0]
    if (
        isinstance(result, tuple)
        and len(result) == 2
        and np.ndim(result[0]) == 0
        and not isinstance(result[0], dict | list)
    ):
        return result[1]
    return result


def _update(trial: _Trial, slopes: Slopes) -> Update | None:
    reading = trial.reading
    for name in reading.keeper.source.ranked("update")[:_MOST_TRIED]:
        with reading.keeper.lent(reading.sizes) as root:
            play = _after_backward(trial, root, slopes)
            found = list(play.operations(name)) if play is not None else []
        for operation in found:
            with reading.keeper.lent(reading.sizes) as root:
                play = _after_backward(trial, root, slopes)
                if play is None:
                    continue
                try:
                    result = play.call(operation)
                except Exception as error:
                    reading.problems.setdefault(operation.told, f"{type(error).__name__}: {error}"[:200])
                    continue
                for new, holder in ((RESULT, result), (STATE, play.root)):
                    if changed(reading.chain, trial.params, holder):
                        return Update(operation, new, rate_of(play, [operation]))
    return None


def _after_backward(trial: _Trial, root: Any, slopes: Slopes) -> Play | None:
    play = trial.play(root, RATE)
    try:
        for operation in slopes.operations[:-1]:
            play.forward(operation)
        play.call(slopes.operations[-1])
        play.gradients = gradients_given(play, slopes.operations[-1])
    except Exception:
        return None
    return play
