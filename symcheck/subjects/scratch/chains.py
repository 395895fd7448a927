"""Chains: which arrays are the weights and biases of the layers, told by shapes that fit each other in either layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import numpy as np

from symcheck.subjects.scratch.leaves import Leaf, leaves
from symcheck.subjects.scratch.names import is_auxiliary, is_bias, is_weight
from symcheck.subjects.scratch.numbers import numbered
from symcheck.types import Array

LAYOUTS = ("out_in", "in_out")
#: Where a bias lies that is a column (or row) of the weights.
EXTRA = ("", "first", "last")


@dataclass(frozen=True)
class Slots:
    """Where one layer's parameters lie.

    Attributes:
        bias: None where there is none, or it is part of the weights.
        extra: of `EXTRA`: whether a bias is the first or last entry on the axis of inputs, and "" where it is none.
    """

    weight: Leaf
    bias: Leaf | None = None
    extra: str = ""

    @property
    def biased(self) -> bool:
        """Whether the layer has a bias at all."""
        return self.bias is not None or bool(self.extra)


@dataclass(frozen=True)
class Chain:
    """Layers in a row, in one layout."""

    layout: str
    layers: tuple[Slots, ...]
    sizes: tuple[int, ...]

    def read(self, root: Any) -> list[tuple[Array, Array]]:
        """[(W, b), ...] in the chain's layout, b of shape (out,), zero where a layer has none."""
        axis = 1 if self.layout == "out_in" else 0
        pairs = []
        for slots, out in zip(self.layers, self.sizes[1:], strict=True):
            W = np.asarray(slots.weight.read(root), float)
            if slots.extra:
                at = 0 if slots.extra == "first" else -1
                pairs.append((np.delete(W, at, axis), np.take(W, at, axis)))
            else:
                b = np.zeros(out) if slots.bias is None else slots.bias.read(root).reshape(-1)
                # Whole numbers stand for a bias that starts as 0.
                pairs.append((W, b if b.dtype.kind == "f" else b.astype(float)))
        return pairs

    def write(self, root: Any, params: Sequence[tuple[Array, Array]]) -> Any:
        """Set the parameters; gives the root, which is new where it is a tuple."""
        for slots, (W, b) in zip(self.layers, params, strict=True):
            root = slots.weight.write(root, self.whole(slots, W, b))
            if slots.bias is not None:
                root = slots.bias.write(root, np.reshape(b, slots.bias.shape))
        return root

    def whole(self, slots: Slots, W: Array, b: Array) -> Array:
        """The weights with the bias put in where it is part of them."""
        if not slots.extra:
            return W
        axis = 1 if self.layout == "out_in" else 0
        return np.insert(W, 0 if slots.extra == "first" else W.shape[axis], b, axis)

    def at(self, root: Any, sizes: tuple[int, ...]) -> Chain:
        """The same chain as it is in a network of other widths."""
        layers = [Slots(s.weight.at(root), s.bias and s.bias.at(root), s.extra) for s in self.layers]
        return Chain(self.layout, tuple(layers), sizes)

    @property
    def all_slots(self) -> list[Leaf]:
        """Weights and biases as they are kept, layer by layer."""
        return [leaf for s in self.layers for leaf in (s.weight, s.bias) if leaf is not None]


def chains(root: Any, sizes: Sequence[int] | None = None) -> list[Chain]:
    """Every way to read layers out of what is kept, the likeliest first.

    Args:
        sizes: the widths that were asked for, if any were.
    """
    found = leaves(root)
    single = [chain for arrays, own in numbered(found) if sizes in (None, own) for chain in _of_numbers(arrays, own)]
    if single:
        return single
    if sizes is not None:
        return [chain for layout in LAYOUTS for chain in _of_sizes(found, tuple(sizes), layout)]
    return [chain for layout in LAYOUTS for chain in _unknown(found, layout)]


def _of_numbers(arrays: list[Leaf], sizes: tuple[int, ...]) -> list[Chain]:
    """The chain of arrays of single numbers, unit by unit, and input by input where that is another order."""
    depth = len(sizes) - 1
    weights, biases = arrays[:depth], [*arrays[depth:], *[None] * depth][:depth]
    turned = [Leaf(leaf.paths, leaf.shape[::-1], single=True) for leaf in weights]
    orders = [("out_in", weights), *([("in_out", turned)] if depth > 1 else [])]
    return [
        Chain(layout, tuple(Slots(W, b) for W, b in zip(own, biases, strict=True)), sizes) for layout, own in orders
    ]


def _of_sizes(found: list[Leaf], sizes: tuple[int, ...], layout: str) -> list[Chain]:
    choices: list[list[Slots]] = []
    for n, m in pairwise(sizes):
        fitting: list[Slots] = []
        for extra in EXTRA:
            shape = (m, n + bool(extra))
            shape = shape if layout == "out_in" else shape[::-1]
            weights = _best([leaf for leaf in found if leaf.shape == shape], is_weight)
            fitting += [Slots(leaf, None, extra) for leaf in weights[:1]]
        choices.append(fitting)
    if not all(choices):
        return []
    return [chain for layers in product(*choices) for chain in _complete(found, layers, sizes, layout)]


def _complete(found: list[Leaf], layers: Sequence[Slots], sizes: tuple[int, ...], layout: str) -> list[Chain]:
    """The chain with its biases; and with those alone that are called so, for what has their shape may be something else."""
    named = [leaf for leaf in found if is_bias(leaf.name)]
    whole = [_with_biases(among, layers, sizes, layout) for among in (found, named)]
    return [Chain(layout, slots, sizes) for slots in dict.fromkeys(whole)]


def _with_biases(found: list[Leaf], layers: Sequence[Slots], sizes: tuple[int, ...], layout: str) -> tuple[Slots, ...]:
    taken = {slots.weight for slots in layers}
    complete = []
    for slots, out in zip(layers, sizes[1:], strict=True):
        shapes = [(out,), (out, 1), (1, out)] if layout == "out_in" else [(out,), (1, out), (out, 1)]
        shapes += [()] if out == 1 else []
        fitting = [leaf for shape in shapes for leaf in found if leaf.shape == shape and leaf not in taken]
        likely = [leaf for leaf in _best(fitting, is_bias) if is_bias(leaf.name) or leaf.shape != ()]
        if slots.extra or not likely:
            complete.append(slots)
        else:
            near = max(likely, key=lambda leaf: (is_bias(leaf.name), _shared(leaf, slots.weight)))
            taken.add(near)
            complete.append(replace(slots, bias=near))
    return tuple(complete)


def _best(fitting: list[Leaf], speaks: Any) -> list[Leaf]:
    main = [leaf for leaf in fitting if not is_auxiliary(leaf.name)]
    return sorted(main, key=lambda leaf: not speaks(leaf.name))


def _shared(one: Leaf, other: Leaf) -> int:
    """How many steps two places have in common."""
    count = 0
    for a, b in zip(one.paths[0], other.paths[0], strict=False):
        if a != b:
            break
        count += 1
    return count


def _unknown(found: list[Leaf], layout: str) -> list[Chain]:
    matrices = [leaf for leaf in found if len(leaf.shape) == 2 and not is_auxiliary(leaf.name)]
    plain = [leaf for leaf in matrices if not is_bias(leaf.name) and (min(leaf.shape) > 1 or is_weight(leaf.name))]
    named = [leaf for leaf in plain if is_weight(leaf.name)]
    result = []
    for weights in ([named] if named and named != plain else []) + [plain]:
        for extra in EXTRA:
            sizes = _chained(weights, layout, bool(extra))
            if sizes is not None:
                layers = [Slots(leaf, None, extra) for leaf in weights]
                result += _complete(found, layers, sizes, layout)
        if len(weights) > 1:
            result += _first_extended(found, weights, layout)
    return result


def _first_extended(found: list[Leaf], weights: list[Leaf], layout: str) -> list[Chain]:
    """Layers of which the first alone has a bias in its weights: the units that the others have for one are computed ones."""
    rest = _chained(weights[1:], layout, False)
    first = _chained(weights[:1], layout, True)
    if rest is None or first is None or first[-1] != rest[0]:
        return []
    sizes = (first[0], *rest)
    layers = [[Slots(weights[0], None, extra), *(Slots(leaf) for leaf in weights[1:])] for extra in EXTRA[1:]]
    return [Chain(layout, tuple(each), sizes) for each in reversed(layers)]


def _chained(weights: Sequence[Leaf], layout: str, extra: bool) -> tuple[int, ...] | None:
    if not weights:
        return None
    shapes = [leaf.shape if layout == "out_in" else leaf.shape[::-1] for leaf in weights]
    if any(columns - extra < 1 for _, columns in shapes):
        return None
    if any(rows != after - extra for (rows, _), (_, after) in pairwise(shapes)):
        return None
    return (shapes[0][1] - extra, *(rows for rows, _ in shapes))
