"""What of a model is tied or frozen from starts that no initializer chose: by the architecture, that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError
from symcheck.reachability.experiments import Started
from symcheck.reachability.model import Differentiable, Trainable
from symcheck.reachability.points import redrawn, scattered
from symcheck.reachability.space import NoCleanGap, ObservedSpace, observe
from symcheck.types import Array, Flags

#: Quiet rounds from a start at which every scalar has a number of its own: little is left for later ones there.
_GENERIC = 8
#: Starts nearby, of which the first will do that is judged.
_NEAR = 4
#: Starts far away at most. One is enough but where gradients are zero altogether, which a unit that is closed by chance has too.
_FAR = 5


def from_elsewhere(
    model: Differentiable, rng: Generator, centred: bool, progress: Callable[[int, int], None] | None
) -> tuple[Array, Flags]:
    """Signed labels from starts near theta_0 and, where something is frozen or tied there, far away.

    Entries are frozen or tied where they are so from all of them; where the model cannot be judged far away, from the near one.
    Beside them which entries had no gradient at all. Of every second start far away those have their signs turned: what
    closed a unit then opens it.

    Raises:
        SymcheckError: no start nearby can be judged.
    """

    def observed(start: Sequence[Trainable]) -> ObservedSpace:
        return observe(Started(model, start), rng, centred=centred, quiet=_GENERIC, progress=progress)

    def nearby() -> ObservedSpace:
        for _ in range(_NEAR - 1):
            try:
                return observed(scattered(model.parameters, rng))
            except NoCleanGap:
                # Where a unit opens rarely, another start opens it.
                continue
        return observed(scattered(model.parameters, rng))

    near = nearby()
    labels, silent, count = near.classes.labels * near.classes.signs, near.silent, near.layout.count
    # Of a large model each start is large, and its space.
    del near
    start: list[Trainable] = []
    for number in range(_FAR):
        if np.abs(labels).max(initial=0) == count or (number and not silent.any()):
            break
        start = _turned(start, silent) if number % 2 else redrawn(model.parameters, rng)
        try:
            far = observed(start)
        except SymcheckError:
            continue
        labels, silent = joined(labels, far.classes.labels * far.classes.signs), silent & far.silent
    return labels, silent


def joined(first: Array, second: Array) -> Array:
    """Signed labels of what two signed partitions have in common: 0 in both, or alike, with signs, in both."""
    alone = _alone(first)
    alone |= _alone(second)
    labels = np.zeros_like(first)
    # Of a large model nearly all are alone, so that what follows is about few.
    labels[alone] = np.arange(1, np.count_nonzero(alone) + 1, dtype=first.dtype)
    rest = np.flatnonzero(~alone & ((first != 0) | (second != 0)))
    one, two = first[rest], second[rest]
    signs = np.where(one != 0, np.sign(one), np.sign(two))
    keys = np.stack([one * signs, two * signs])
    numbers = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1)
    labels[rest] = (numbers + (np.count_nonzero(alone) + 1)) * signs
    return labels


def _alone(labels: Array) -> Flags:
    """Which entries are in a class of their own."""
    sizes = np.bincount(np.abs(labels), minlength=1)
    sizes[0] = 0
    return np.asarray(sizes[np.abs(labels)] == 1)


def _turned(start: Sequence[Trainable], silent: Flags) -> list[Trainable]:
    turned, at = [], 0
    for p in start:
        mask = silent[at : at + p.values.size].reshape(p.values.shape)
        turned.append(Trainable(p.name, np.where(mask, -p.values, p.values), p.module))
        at += p.values.size
    return turned
