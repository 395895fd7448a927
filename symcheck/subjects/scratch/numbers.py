"""Weights that are single numbers, ``w1, w2, b``: the layers that they can be, their order that in which they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from symcheck.subjects.scratch.leaves import Leaf
from symcheck.subjects.scratch.names import is_auxiliary, is_bias, is_weight

#: Numbers that are taken for weights, at most.
_MOST = 24


def numbered(found: Sequence[Leaf]) -> Iterator[tuple[list[Leaf], tuple[int, ...]]]:
    """Weights and biases, each as an array for every layer, with the widths of the layers; nothing where there are arrays.

    Every place must be that of one number. With one hidden layer, few outputs come first,
    then widths that are alike.
    """
    if any(len(leaf.shape) == 2 for leaf in found):
        return
    main = [leaf for leaf in found if leaf.shape == () and not is_auxiliary(leaf.name)]
    biases = [leaf for leaf in main if is_bias(leaf.name)]
    weights = [leaf for leaf in main if is_weight(leaf.name) and leaf not in biases]
    if not 1 < len(weights) <= _MOST:
        return
    for sizes in _sizes(len(weights), len(biases)):
        yield (
            [*_arrays(weights, [(m, n) for n, m in _pairs(sizes)]), *_arrays(biases, [(m,) for m in sizes[1:]])],
            sizes,
        )


def _pairs(sizes: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(sizes))


def _sizes(weights: int, biases: int) -> Iterator[tuple[int, ...]]:
    """The widths that so many weights and biases make; of one layer, or of two."""
    if biases in (0, 1):
        yield weights, 1
    found = []
    for hidden in range(2, weights):
        for out in range(1, weights):
            inputs, rest = divmod(weights - hidden * out, hidden)
            if inputs > 0 and not rest and biases in (0, hidden, hidden + out):
                found.append((inputs, hidden, out))
    yield from sorted(found, key=lambda sizes: (sizes[2], abs(sizes[0] - sizes[1])))


def _arrays(numbers: Sequence[Leaf], shapes: Sequence[tuple[int, ...]]) -> list[Leaf]:
    paths = [leaf.paths[0] for leaf in numbers]
    found: list[Leaf] = []
    for shape in shapes:
        count = shape[0] * (shape[1] if len(shape) == 2 else 1)
        if len(paths) < count:
            return found
        found.append(Leaf(tuple(paths[:count]), shape, single=True))
        paths = paths[count:]
    return found
