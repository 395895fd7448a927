"""Piling: gradients that a backward adds to those of the call before, where nothing sets them back to zero."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from symcheck.subjects.scratch.keeping import seeded
from symcheck.subjects.scratch.matching import named
from symcheck.subjects.scratch.places import get, is_node
from symcheck.subjects.scratch.playing import RESULT, STATE, Operation, Place, Play
from symcheck.subjects.scratch.reading import Reading
from symcheck.subjects.scratch.training import RATE, Slopes, Step, Trained, Trial, Update, gradients_given, trial_of
from symcheck.types import Array

_ZEROING = re.compile(r"zero|reset|clear", re.IGNORECASE)
#: Of the largest gradient: what two calls may differ by in rounding.
_ROUNDED = 1e-9

#: What an author calls between one backward and the next.
Between = Callable[[Play], object]


def piling(reading: Reading, trained: Trained) -> tuple[str, ...]:
    """Names of the gradients to which every backward adds, whatever is called between, or of what adds them inside; () for none.

    Derivatives of a graph of scalars add up by design, and whoever trains one sets them back.
    """
    slopes, step = trained.slopes, trained.step
    try:
        if slopes is None and step is not None and step.rate and step.new == STATE:
            return ("the gradients inside its training step",) if _steps_piled(reading, step) else ()
    except Exception:
        return ()
    if slopes is None or not slopes.places:
        return ()
    try:
        trial = trial_of(reading, slopes.form, slopes.targets, reading.sizes)
        if _of_nodes(trial):
            return ()
        piled: set[Place] | None = None
        for between in _between(trial, slopes, trained.update):
            found = _piled(trial, slopes, between)
            piled = found if piled is None else piled & found
            if not piled:
                return ()
        returned = _returned(trial, slopes.operations[-1])
    except Exception:
        # Code that takes one call and no second one is judged on what it gives at the first.
        return ()
    every = [place for pair in slopes.places for place in pair if place is not None and place in (piled or ())]
    return tuple(named(place.leaf, returned if place.where == RESULT else ()) for place in every)


def _steps_piled(reading: Reading, step: Step) -> bool:
    """Whether a step is larger by the same for every one before it that moved nothing, its rate being 0."""
    trial = trial_of(reading, step.form, step.targets, reading.sizes)
    moves = []
    for before in range(3):
        with seeded(0, *trial.keeper.homes), trial.keeper.lent(trial.chain.sizes) as root:
            for rate in (*[0.0] * before, RATE):
                play = trial.play(root, rate)
                for operation in step.operations:
                    play.forward(operation) if operation == reading.forward else play.call(operation)
                root = play.root
            after = trial.chain.read(root)
        moves.append(np.concatenate([(W - V).ravel() for (W, _), (V, _) in zip(after, trial.params, strict=True)]))
    return _grows(*moves) and np.allclose(moves[1], 2 * moves[0], rtol=_ROUNDED, atol=_ROUNDED * np.abs(moves[0]).max())


def _of_nodes(trial: Trial) -> bool:
    with trial.keeper.lent(trial.chain.sizes) as root:
        first = get(root, trial.chain.layers[0].weight.paths[0])
    return isinstance(first, list) and bool(first) and is_node(first[0])


def _returned(trial: Trial, operation: Operation) -> tuple[str, ...]:
    with trial.keeper.lent(trial.chain.sizes) as root:
        return Play(trial.keeper, root, trial.X).returned(operation)


def _between(trial: Trial, slopes: Slopes, update: Update | None) -> Iterator[Between]:
    """Nothing, an update that moves nothing, and each function whose name says that it sets something back."""
    yield lambda play: None

    def updated(play: Play) -> object:
        assert update is not None
        play.gradients = gradients_given(play, slopes.operations[-1])
        return play.call(update.operation)

    if update is not None and update.rate:
        yield updated
    for name in trial.keeper.source.functions:
        if _ZEROING.search(name):
            yield lambda play, name=name: play.call(next(play.operations(name)))  # type: ignore[misc]


def _piled(trial: Trial, slopes: Slopes, between: Between) -> set[Place]:
    """Where the gradients lie that grow by the same with each of three equal calls."""
    places = [place for pair in slopes.places for place in pair if place is not None]
    seen: list[list[Array]] = []
    with seeded(0, *trial.keeper.homes), trial.keeper.lent(trial.chain.sizes) as root:
        play = trial.play(root, 0.0)
        for number in range(3):
            if number:
                between(play)
            for operation in slopes.operations[:-1]:
                play.forward(operation)
            result = play.call(slopes.operations[-1])
            seen.append([play.array_at(place, result) for place in places])
    return {place for place, *three in zip(places, *seen, strict=True) if _grows(*three)}


def _grows(first: Array, second: Array, third: Array) -> bool:
    step = second - first
    allowed = _ROUNDED * float(np.abs(third).max())
    return bool(np.abs(step).max() > allowed and np.abs(third - second - step).max() <= allowed)
