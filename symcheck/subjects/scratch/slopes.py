"""Slopes: where a backward leaves the gradients, and what an update makes of them, found by trying after a forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcheck.subjects.scratch.forms import BATCHES
from symcheck.subjects.scratch.graph import is_built
from symcheck.subjects.scratch.matching import matched
from symcheck.subjects.scratch.memory import begun
from symcheck.subjects.scratch.playing import RESULT, STATE, Operation, Play, found_places, snapshot
from symcheck.subjects.scratch.training import (
    MOST_TRIED,
    RATE,
    Places,
    Slopes,
    Trial,
    Update,
    changed,
    gradients_given,
    rate_of,
)
from symcheck.types import Array


def find_slopes(trial: Trial) -> Slopes | None:
    reading = trial.reading
    for name in trial.keeper.source.ranked("gradients")[:MOST_TRIED]:
        for operation in trial.operations(name):
            if not operation.binding.gives("targets") and not trial.takes_data:
                continue
            # A backward that goes through a batch calls a forward of single samples itself.
            apart = trial.form in BATCHES and reading.form not in BATCHES
            operations = () if apart or name == reading.forward.name else (reading.forward,)
            places = _gradients(trial, (*operations, operation), trial.Y)
            if places is not None:
                exact = all(
                    place is None or slot is None or place.leaf.shape == slot.shape
                    for pair, slots in zip(places, trial.chain.layers, strict=True)
                    for place, slot in zip(pair, (slots.weight, slots.bias), strict=True)
                )
                return Slopes((*operations, operation), trial.form, trial.targets, places, exact)
    return None


def _gradients(trial: Trial, operations: Sequence[Operation], Y: Array) -> Places | None:
    """Where the gradients lie that the last call gives, if it leaves the parameters as they are."""
    chain = trial.chain
    with trial.keeper.lent(trial.chain.sizes) as root:
        play = trial.play(root, RATE)
        try:
            for operation in operations[:-1]:
                play.forward(operation)
            before = snapshot(play.root)
            result = play.call(operations[-1])
            trial.returned(operations[-1])
            places = found_places(play, result, chain, before)
            if changed(chain, trial.params, play.root):
                return None
            pairs = matched(chain, places, play.returned(operations[-1]), trial.keeper.returned())
            if pairs is None:
                return None
            first = [play.array_at(place, result) for pair in pairs for place in pair if place is not None]
            if all(not a.any() for a in first) and not is_built(trial.keeper.source):
                return None
        except Exception as error:
            trial.raised(operations[-1], error)
            return None
    return pairs


def find_update(trial: Trial, slopes: Slopes) -> Update | None:
    for name in trial.keeper.source.ranked("update")[:MOST_TRIED]:
        with trial.keeper.lent(trial.chain.sizes) as root:
            play = _after_backward(trial, root, slopes)
            memory = begun(trial.keeper, root) if play is not None else {}
            found = _operations(play, name, memory) if play is not None else []
        for operation, remembers in found:
            if operation.binding.gives("pairs") or operation.binding.gives("targets"):
                # It gets gradients of its own, and takes none.
                continue
            with trial.keeper.lent(trial.chain.sizes) as root:
                play = _after_backward(trial, root, slopes)
                if play is None:
                    continue
                play.memory = begun(trial.keeper, root) if remembers else {}
                try:
                    result = play.call(operation)
                except Exception as error:
                    trial.raised(operation, error)
                    continue
                rate = rate_of(play, [operation])
                parts = range(len(result)) if remembers and isinstance(result, tuple) else ()
                ways = [Update(operation, RESULT, rate, remembers, part) for part in (None, *parts)]
                for update in (*ways, Update(operation, STATE, rate, remembers)):
                    if changed(trial.chain, trial.params, update.holder(result, play.root)):
                        return replace(update, keeps=not remembers and _keeps(trial, slopes, update))
    return None


def _keeps(trial: Trial, slopes: Slopes, update: Update) -> bool:
    """Whether an update after another one, with other gradients, goes elsewhere than the same one of a fresh instance."""
    if not trial.keeper.source.of_class:
        return False
    other = replace(trial, Y=np.roll(trial.Y, 1, axis=0), X=np.roll(trial.X, 1))
    found = [_after_updates(sequence, slopes, update) for sequence in ((other,), (trial, other))]
    if found[0] is None or found[1] is None:
        return False
    (gradients, alone), (again, later) = found[0], found[1]
    # Gradients that pile up are told apart.
    same = all(np.array_equal(a, b) for a, b in zip(gradients, again, strict=True))
    return same and not all(np.allclose(a, b, rtol=1e-12, atol=1e-14) for a, b in zip(alone, later, strict=True))


def _after_updates(sequence: Sequence[Trial], slopes: Slopes, update: Update) -> tuple[list[Array], list[Array]] | None:
    """The last gradients, and the parameters that the last of these updates of one instance leaves; None where it raises."""
    gradients, after = list[Array](), list[Array]()
    with sequence[0].keeper.lent(sequence[0].chain.sizes) as root:
        for trial in sequence:
            play = _after_backward(trial, root, slopes)
            if play is None:
                return None
            try:
                gradients = [play.array_at(at, play.result) for pair in slopes.places for at in pair if at is not None]
                result = play.call(update.operation)
                after = [np.array(a) for p in trial.chain.read(update.holder(result, play.root)) for a in p]
            except Exception:
                return None
            root = play.root
    return gradients, after


def _operations(play: Play, name: str, memory: dict[str, Any]) -> list[tuple[Operation, bool]]:
    """Ways to call an update, without an optimizer's memory and with it."""
    plain = [(operation, False) for operation in play.operations(name)]
    play.memory = memory
    sources = {f"name:{kept}" for kept in memory}
    with_memory = [o for o in play.operations(name) if any(source in sources for _, source in o.binding.given)]
    return [(operation, True) for operation in with_memory] or plain


def _after_backward(trial: Trial, root: Any, slopes: Slopes) -> Play | None:
    play = trial.play(root, RATE)
    try:
        for operation in slopes.operations[:-1]:
            play.forward(operation)
        play.call(slopes.operations[-1])
        play.gradients = gradients_given(play, slopes.operations[-1])
    except Exception:
        return None
    return play
