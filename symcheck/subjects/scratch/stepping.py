"""Stepping: which calls make one step of training, found by what becomes of the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcheck.subjects.scratch.forms import BATCHES, batches
from symcheck.subjects.scratch.keeping import seeded
from symcheck.subjects.scratch.playing import RESULT, STATE, Operation
from symcheck.subjects.scratch.reading import Params
from symcheck.subjects.scratch.sources import words_of
from symcheck.subjects.scratch.training import MOST_TRIED, RATE, Slopes, Step, Trial, changed, rate_of
from symcheck.types import Array

_SHIFT = 0.25
#: What draws samples out of all.
_DRAWING = {"choice", "choices", "sample", "randint", "integers", "permutation", "shuffle"}
#: Of the largest move: what a multiple of the learning rate may differ by in rounding.
_LINEAR = 1e-9
#: Of one parameter, in two moves of which one is doubled.
_ROUNDINGS = 8
#: By how much a step with a mistake in it, or several small ones, may differ from one.
_BENT = 0.1


def direct_step(trial: Trial, slopes: Slopes | None) -> Step | None:
    names = [*trial.keeper.source.ranked("train_step")[:MOST_TRIED], *trial.keeper.source.ranked("gradients")[:4]]
    partly: Step | None = None
    for name in dict.fromkeys(names):
        if slopes is not None and name == slopes.operations[-1].name:
            continue
        for operation in trial.operations(name):
            binding = operation.binding
            if binding.gives("pairs") and trial.form in BATCHES:
                continue
            if not (
                (binding.gives("targets") and _reached(trial, binding.gives("inputs"), name))
                or binding.gives("pairs")
                or trial.takes_data
            ):
                continue
            needs_forward = not binding.gives("pairs") and (name in trial.keeper.source.ranked("gradients"))
            for operations in (
                [(trial.reading.forward, operation)]
                if needs_forward
                else [(operation,), (trial.reading.forward, operation)]
            ):
                step = _step(trial, operations, binding.gives("pairs") and _together(trial, operations))
                if step is not None and step.whole:
                    return step
                partly = likelier(partly, step)
    return partly


def likelier(one: Step | None, other: Step | None) -> Step | None:
    """The first of two steps, or the one that leaves numbers."""
    if one is None or (other is not None and other.finite and not one.finite):
        return other
    return one


def _reached(trial: Trial, given: bool, name: str) -> bool:
    """Whether the inputs reach a function: as an argument, or kept by the forward before it."""
    return given or name in trial.keeper.source.ranked("gradients")


def composed_step(trial: Trial) -> Step | None:
    """Forward, backward and update after each other, where the gradients stay inside."""
    source = trial.keeper.source
    partly: Step | None = None
    for back in source.ranked("gradients")[:MOST_TRIED]:
        for first in trial.operations(back):
            if not first.binding.gives("targets"):
                continue
            for name in source.ranked("update")[:4]:
                for second in trial.operations(name):
                    step = _step(trial, (trial.reading.forward, first, second), False)
                    if step is not None and step.whole:
                        return step
                    partly = likelier(partly, step)
    return partly


def _step(trial: Trial, operations: tuple[Operation, ...], pairs: bool) -> Step | None:
    """The step that these calls make, if every weight moves, in proportion to the rate where there is one."""
    moves = []
    new, rate = STATE, ""
    for scale in (1.0, 0.5):
        moved = _moved(trial, operations, RATE * scale, trial.params)
        if moved is None:
            return None
        move, new, rate = moved
        if not all(np.isfinite(m).all() for m in move):
            # It is a step by its name, and to be judged as one.
            return Step(operations, trial.form, trial.targets, rate, new, pairs, whole=False, finite=False)
        moves.append(move)
    shifted = [(W + _SHIFT, b) for W, b in trial.params]
    other = _moved(trial, operations, RATE, shifted)
    whole, half = moves
    units = 0 if trial.chain.layout == "out_in" else 1
    if other is None or not any(m.any() for m in whole):
        return None
    every = all(m.any() for m in whole) and bool(whole[0].any(axis=units).all())
    shift = np.concatenate([(a - b).ravel() for a, b in zip(other[0], whole, strict=True)])
    if np.allclose(shift, -_SHIFT, atol=1e-3 * _SHIFT):
        # What comes out does not know where it started.
        return None
    if new == RESULT and not rate and operations[-1].name in trial.keeper.source.ranked("gradients"):
        # Gradients in the structure of the parameters.
        return None
    size = max(float(np.abs(m).max()) for m in whole)
    bend, squared = (
        max(float(np.abs(a - n * b).max()) for a, b in zip(whole, half, strict=True)) / size for n in (2, 4)
    )
    bend = bend if rate else 0.0
    # A sample that is classified well moves parameters by hardly more than their rounding.
    linear = (
        _LINEAR + _ROUNDINGS * float(np.finfo(float).eps) * max(float(np.abs(W).max()) for W, _ in trial.params) / size
    )
    # A rate that is applied twice is a mistake in one step, as a run of several never is.
    if bend > _BENT and squared > linear:
        # It trains for long, or the rate has nothing to do with it.
        return None
    again = _moved(trial, operations, RATE, trial.params, seed=1)
    if again is None or any(np.abs(a - b).max() > _LINEAR * size for a, b in zip(whole, again[0], strict=True)):
        # It draws the samples that it takes.
        return None
    if trial.form in BATCHES and _draws(trial, operations[-1].name):
        # So does what depends on their order, where its generator always starts alike.
        turned = _moved(replace(trial, X=trial.X[::-1], Y=trial.Y[::-1]), operations, RATE, trial.params)
        if turned is None or any(np.abs(a - b).max() > _LINEAR * size for a, b in zip(whole, turned[0], strict=True)):
            return None
    return Step(operations, trial.form, trial.targets, rate, new, pairs, every and bool(bend <= linear))


def _draws(trial: Trial, name: str) -> bool:
    """Whether a function, or what it calls of its author's, draws samples by what it mentions."""
    source = trial.keeper.source
    functions = [getattr(source.owner, own, None) for own in source.reached({name})]
    return any(_DRAWING & words_of(function) for function in functions if callable(function))


def _together(trial: Trial, operations: tuple[Operation, ...]) -> bool:
    """Whether a list of samples makes one step, and not one after the other; what is neither is one that has to be judged."""
    pairs = [(x, y) for x, y, _ in batches(trial.X[:2], trial.Y[:2], trial.form, trial.targets)]
    moves = [_moved(trial, operations, RATE, trial.params, pairs=each) for each in (pairs, pairs[:1], pairs[1:])]
    if any(move is None for move in moves):
        return True
    both, *each = [np.concatenate([m.ravel() for m in move[0]]) for move in moves if move is not None]
    size = max(float(np.abs(m).max()) for m in each)
    if any(float(np.abs(both - share * sum(each)).max()) <= _LINEAR * size for share in (0.5, 1.0)):
        return True
    # Steps after each other add up, those of a velocity to more; what takes another share of a sample is neither.
    shares = np.linalg.lstsq(np.array(each).T, both, rcond=None)[0]
    off = float(np.abs(both - np.array(each).T @ shares).max())
    return off <= _BENT * size and not (abs(shares[1] - 1) <= _BENT and shares[0] >= 1 - _BENT)


def _moved(
    trial: Trial,
    operations: Sequence[Operation],
    rate: float,
    params: Params,
    seed: int = 0,
    pairs: list[tuple[Any, Any]] | None = None,
) -> tuple[list[Array], str, str] | None:
    chain = trial.chain
    mine = replace(trial, params=params)
    with seeded(seed, *trial.keeper.homes), trial.keeper.lent(trial.chain.sizes) as root:
        play = mine.play(root, rate)
        play.pairs = pairs
        try:
            for operation in operations[:-1]:
                play.forward(operation) if operation == trial.reading.forward else play.call(operation)
            result = play.call(operations[-1])
            trial.returned(operations[-1])
            for new, holder in ((RESULT, result), (STATE, play.root)):
                if changed(chain, params, holder):
                    after = chain.read(holder)
                    trial.reading.moving.add(operations[-1].name)
                    move = [
                        a - b for p, q in zip(after, params, strict=True) for a, b in zip(p[:1], q[:1], strict=True)
                    ]
                    return move, new, rate_of(play, operations)
            trial.reading.still.add(operations[-1].told)
        except Exception as error:
            trial.raised(operations[-1], error)
    return None
