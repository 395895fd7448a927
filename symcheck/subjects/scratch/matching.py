"""Matching: which arrays that a call gives are the gradients of which parameters, by shape and by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symcheck.subjects.scratch.chains import Chain
from symcheck.subjects.scratch.leaves import Leaf
from symcheck.subjects.scratch.places import KEY, told
from symcheck.subjects.scratch.playing import RESULT, Place

#: One word for each of what a parameter may be called.
_WORDS = {"weights": "w", "weight": "w", "biases": "b", "bias": "b"}
_PREFIX = re.compile(r"^_*(gradients?|grads?|nabla|delta|dloss|dl|dj|dc|d|del|g)_*(?=.)")
_SUFFIX = re.compile(r"_*(gradients?|grads?|delta|derivatives?)$")


def named(leaf: Leaf, names: Sequence[str]) -> str:
    """Where a leaf of a result lies, parts of a tuple by the names under which they are returned."""
    path = leaf.paths[0]
    if leaf.stacked or leaf.single:
        return leaf.name
    if len(names) > 1 and path and path[0][0] == KEY and isinstance(path[0][1], int) and path[0][1] < len(names):
        first = names[path[0][1]]
        if first:
            return told(((".", first), *path[1:]))
    return told(path) if path else (names[0] if len(names) == 1 else "")


def key_of(name: str) -> tuple[str, tuple[int, ...]]:
    """What parameter a name speaks of: its word, without what marks a gradient, and its numbers."""
    numbers = tuple(int(n) for n in re.findall(r"\d+", name))
    words = [w for w in re.split(r"[^A-Za-z_]+", name) if w.strip("_")]
    word = words[-1].lower() if words else ""
    for _ in range(2):
        word = _SUFFIX.sub("", _PREFIX.sub("", word)) or word
    word = word.strip("_")
    return _WORDS.get(word, word), numbers


def matched(
    chain: Chain, places: Sequence[Place], names: Sequence[str], own: Sequence[str] = ()
) -> list[tuple[Place | None, Place | None]] | None:
    """For each layer where the gradients of weights and bias lie; None where those of some weights are not found.

    ``names`` are those under which the call returns its parts, ``own`` those under which an initializer does. A gradient of another shape than its parameter's is taken where its name leaves no doubt.
    """
    taken: set[Place] = set()
    pairs: list[tuple[Place | None, Place | None]] = []
    for slots in chain.layers:
        found = []
        for leaf in (slots.weight, slots.bias):
            place = _of(leaf, named(leaf, own), places, names, taken) if leaf is not None else None
            if place is not None:
                taken.add(place)
            found.append(place)
        if found[0] is None:
            return None
        pairs.append((found[0], found[1]))
    return pairs


def _of(slot: Leaf, title: str, places: Sequence[Place], names: Sequence[str], taken: set[Place]) -> Place | None:
    word, numbers = key_of(title)
    best: tuple[float, Place] | None = None
    for order, place in enumerate(places):
        if place in taken:
            continue
        name = named(place.leaf, names if place.where == RESULT else ())
        own, of = key_of(name)
        spoken = own == word and _ends(of, numbers)
        marked = bool(re.search(r"(^|[._'\[])_*(d|grad|nabla|del)|grad", name))
        if place.leaf.shape == slot.shape:
            score = 4.0 * spoken + 2.0 * marked + (place.where == RESULT) + 1
            if place.where != RESULT and not (marked or spoken):
                continue
        elif spoken and (marked or place.where == RESULT) and _alike(place.leaf.shape, slot.shape):
            # Another gradient may have its shape by chance, where this one is returned under its name.
            score = 4.5 if place.where == RESULT and place.leaf.shape == () else 0.5
        else:
            continue
        score -= order * 1e-4
        if best is None or score > best[0]:
            best = (score, place)
    return best[1] if best else None


def _alike(shape: tuple[int, ...], slot: tuple[int, ...]) -> bool:
    """Whether a wrong shape may still be meant for it: a matrix for a matrix, anything for a bias."""
    return min(slot, default=1) == 1 or len(slot) < 2 or len(shape) == 2


def _ends(numbers: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return not wanted or numbers[-len(wanted) :] == wanted
