"""Leaves: arrays inside what a user keeps, be they one array or one vector for each unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.subjects.scratch.places import KEY, Path, get, places, put, put_number, told, values_of
from symcheck.types import Array


@dataclass(frozen=True)
class Leaf:
    """An array by the places that its numbers lie at.

    Attributes:
        paths: one, or one for each unit where every unit keeps its own.
        shape: of the array; units come first.
        stacked: whether there is a place for each unit.
        single: whether there is a place for each number, unit by unit.
    """

    paths: tuple[Path, ...]
    shape: tuple[int, ...]
    stacked: bool = False
    single: bool = False

    @property
    def name(self) -> str:
        """Where it lies, as Python would write it."""
        text = told(self.paths[0])
        if self.stacked or self.single:
            last = told(self.paths[-1])
            return text if text == last else f"{text} to {last}"
        return text

    def at(self, root: Any) -> Leaf:
        """The same leaf as it is in another network: with its number of units, and its shape."""
        if self.single:
            return self
        if not self.stacked:
            return Leaf(self.paths, np.shape(values_of(get(root, self.paths[0]))))
        place = _place(self, root)
        before, after = self.paths[0][:place], self.paths[0][place + 1 :]
        paths = tuple((*before, (KEY, i), *after) for i in range(len(get(root, before))))
        return Leaf(paths, (len(paths), *np.shape(values_of(get(root, paths[0])))), stacked=True)

    def read(self, root: Any) -> Array:
        """The array.

        Raises:
            LookupError, AttributeError, TypeError, ValueError: it is gone.
        """
        if self.single:
            # Targets of shape (1,) make arrays of one number of them.
            return np.array([values_of(get(root, path)) for path in self.paths], float).reshape(self.shape)
        if self.stacked:
            return np.array([values_of(get(root, path)) for path in self.paths])
        return values_of(get(root, self.paths[0]))

    def write(self, root: Any, array: Array) -> Any:
        """Write the array; gives the root, which is new where it is a tuple."""
        if self.single:
            for path, number in zip(self.paths, np.ravel(array), strict=True):
                # It is a number again where a step with a target of shape (1,) has made an array of it.
                root = put_number(root, path, number)
            return root
        if not self.stacked:
            return put(root, self.paths[0], array)
        for path, part in zip(self.paths, array, strict=True):
            root = put(root, path, part)
        return root


def leaves(root: Any) -> list[Leaf]:
    """The arrays inside, in the order in which they are kept; vectors of units that are kept one by one are stacked."""
    raw = list(places(root))
    matrices = [path for path, shape in raw if len(shape) == 2]
    units: dict[tuple[Path, Path], list[tuple[Path, tuple[int, ...]]]] = defaultdict(list)
    single: list[Leaf] = []
    for path, shape in raw:
        at = _unit(path, root)
        if at is None or len(shape) > 1 or any(m[: at + 1] == path[: at + 1] for m in matrices):
            single.append(Leaf((path,), shape))
        else:
            units[path[:at], path[at + 1 :]].append((path, shape))
    stacked = [leaf for same in units.values() if (leaf := _stacked(same, root)) is not None]
    rows = {leaf.paths[0][: _place(leaf, root)] for leaf in stacked if len(leaf.shape) == 2}
    kept = [leaf for leaf in stacked if len(leaf.shape) == 2 or leaf.paths[0][: _place(leaf, root)] in rows]
    taken = {path for leaf in kept for path in leaf.paths}
    alone = [Leaf((path,), shape) for same in units.values() for path, shape in same if path not in taken]
    return [*single, *alone, *kept]


def _place(leaf: Leaf, root: Any) -> int:
    at = _unit(leaf.paths[0], root)
    assert at is not None
    return at


def _unit(path: Path, root: Any) -> int | None:
    """Which step chooses a unit from a list of units, each of which holds more than the numbers themselves.

    Results that are returned beside each other, as all activations and all pre-activations, are no units.
    """
    beside = 1 if isinstance(root, tuple) else 0
    numbers = [i for i, (kind, key) in enumerate(path[:-1]) if i >= beside and kind == KEY and isinstance(key, int)]
    return numbers[-1] if numbers else None


def _stacked(same: list[tuple[Path, tuple[int, ...]]], root: Any) -> Leaf | None:
    at = _unit(same[0][0], root)
    shapes = {shape for _, shape in same}
    order = [path[at][1] for path, _ in same if at is not None]
    if len(shapes) != 1 or order != list(range(len(same))):
        return None
    return Leaf(tuple(path for path, _ in same), (len(same), *same[0][1]), stacked=True)
