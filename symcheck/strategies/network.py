"""Networks: of layers of any kind, and built around a partition of units that stay tied."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.network import Network
from symcheck.strategies.activation import activations as all_activations
from symcheck.strategies.architecture import Sizes, architectures
from symcheck.strategies.bias import BIAS_KINDS, biases
from symcheck.strategies.head import heads as all_heads
from symcheck.strategies.number import Floats, cycled, dyadics
from symcheck.strategies.validation import choices, layer_sizes, number_bounds
from symcheck.strategies.weight import WEIGHT_KINDS, Swap, swap, swapped, weights

Labels = tuple[tuple[int, ...], ...]
Draw = Callable[[st.SearchStrategy[Any]], Any]

_PARTS = cycled(st.integers(0, 5))


def networks(
    sizes: Sizes | st.SearchStrategy[Sizes] | None = None,
    *,
    activations: str | st.SearchStrategy[str] | None = None,
    heads: str | st.SearchStrategy[str] | None = None,
    weight_kinds: Collection[str] = WEIGHT_KINDS,
    bias_kinds: Collection[str] = BIAS_KINDS,
    min_value: float = -2.0,
    max_value: float = 2.0,
    mixed: bool = False,
) -> st.SearchStrategy[Network]:
    """Networks whose layers are each of a kind of their own, or all of one; shrinks to 1-1-1, constant.

    Args:
        sizes: widths, or a strategy of them; None takes `architectures`.
        activations: one name for all hidden layers, or a strategy of names; None takes all with values.
        heads: a head or a strategy of them; None takes both.
        weight_kinds, bias_kinds: of `WEIGHT_KINDS` and `BIAS_KINDS`.
        min_value, max_value: bounds of the numbers that weights and biases are made of.
        mixed: whether hidden layers can have different activations.

    Raises:
        InvalidArgument: options that leave nothing.
    """
    kinds = choices(weight_kinds, "weight_kinds", WEIGHT_KINDS)
    choices(bias_kinds, "bias_kinds", BIAS_KINDS)
    number_bounds(min_value, max_value, "value")
    bounds = {"min_value": min_value, "max_value": max_value}
    names, last = _given(activations, all_activations), _given(heads, all_heads)

    def build(draw: Draw, widths: Sizes) -> Network:
        usual = draw(st.sampled_from(kinds))
        of_layer = kinds if draw(st.booleans()) else (usual,)
        # Weights and bias of a layer are one draw, so that a layer can be deleted as a whole when shrinking.
        layers = [
            draw(st.tuples(weights((n_out, n_in), kinds=of_layer, **bounds), biases(n_out, kinds=bias_kinds, **bounds)))
            for n_in, n_out in pairwise(widths)
        ]
        name = draw(names)
        named = [name] * (len(widths) - 2)
        if mixed and draw(st.booleans()):
            named = [draw(names) for _ in named]
        return Network([w for w, _ in layers], [b for _, b in layers], named, draw(last))

    return _composed(build, _sizes(sizes))


def tied_networks(
    sizes: Sizes | st.SearchStrategy[Sizes] | None = None,
    *,
    activations: str | st.SearchStrategy[str] | None = None,
    heads: str | st.SearchStrategy[str] | None = None,
    bias_kinds: Collection[str] = ("zero", "equal", "none"),
    min_value: float = -2.0,
    max_value: float = 2.0,
    constant: bool = False,
) -> st.SearchStrategy[tuple[Network, Labels]]:
    """(network, labels) around a planted equitable partition: hidden units of one label stay tied for ever.

    ``labels`` has a tuple for each hidden layer; at least two units of some layer share a label. More units may
    be tied than the labels say. Shrinks to 1-2-1 with constant weights.

    Args:
        sizes: widths, or a strategy of them, with a hidden layer of at least two units.
        activations, heads: as in `networks`.
        bias_kinds: ``equal`` biases are equal in each class; ``random`` ones would break ties.
        min_value, max_value: bounds of the numbers that weights and biases are made of.
        constant: whether every block of weights is constant, as optimizers outside the equitable class need.

    Raises:
        InvalidArgument: options that leave nothing, among them sizes without room for a tie.
    """
    kinds = choices(bias_kinds, "bias_kinds", ("zero", "equal", "none"))
    number_bounds(min_value, max_value, "value")
    numbers = cycled(dyadics(min_value=min_value, max_value=max_value))
    moves = st.just([]) if constant else st.lists(st.tuples(st.integers(0, 8), swap(min_value, max_value)), max_size=3)
    of_layer = st.tuples(numbers, moves, st.sampled_from(kinds), numbers)
    names, last = _given(activations, all_activations), _given(heads, all_heads)
    if sizes is not None and not isinstance(sizes, st.SearchStrategy) and max(layer_sizes(sizes)[1:-1], default=0) < 2:
        raise InvalidArgument(f"sizes {tuple(sizes)} have no hidden layer of two units that could be tied")
    roomy = _sizes(sizes, min_width=2) if sizes is None else _sizes(sizes).filter(_has_room)

    def build(draw: Draw, widths: Sizes) -> tuple[Network, Labels]:
        labels = _partition(draw, widths)
        outer = [np.arange(widths[0]), *(np.array(of) for of in labels), np.arange(widths[-1])]
        drawn = [draw(of_layer) for _ in outer[1:]]
        matrices = [
            _equitable(low, high, values, moves)
            for (low, high), (values, moves, _, _) in zip(pairwise(outer), drawn, strict=True)
        ]
        vectors = [
            _class_bias(kind, high, numbers) for high, (_, _, kind, numbers) in zip(outer[1:], drawn, strict=True)
        ]
        return Network(matrices, vectors, draw(names), draw(last)), labels

    return _composed(build, roomy)


def _partition(draw: Draw, widths: Sizes) -> Labels:
    labels = [np.resize(draw(_PARTS), width) % width for width in widths[1:-1]]
    if not any(len(set(of)) < len(of) for of in labels):
        of = draw(st.sampled_from([of for of in labels if len(of) > 1]))
        of[1] = of[0]
    return tuple(tuple(map(int, of)) for of in labels)


def _equitable(low: Floats, high: Floats, values: list[float], moves: list[tuple[int, Swap]]) -> Floats:
    """Blocks of the values in turn, each with equal row sums and equal column sums; moves name their block."""
    blocks = [np.ix_(high == i, low == j) for i in np.unique(high) for j in np.unique(low)]
    matrix = np.zeros((len(high), len(low)))
    for block, value in zip(blocks, np.resize(values, len(blocks)), strict=True):
        matrix[block] = value
    for which, move in moves:
        block = blocks[which % len(blocks)]
        matrix[block] = swapped(matrix[block], [move])
    return matrix


def _class_bias(kind: str, classes: Floats, numbers: list[float]) -> Floats | None:
    if kind == "none":
        return None
    each = np.resize(numbers, int(classes.max()) + 1) if kind == "equal" else np.zeros(int(classes.max()) + 1)
    return np.asarray(each[classes])


def _has_room(sizes: Sizes) -> bool:
    return max(sizes[1:-1], default=0) >= 2


def _sizes(sizes: Any, min_width: int = 1) -> st.SearchStrategy[Sizes]:
    if sizes is None:
        return architectures(min_width=min_width)
    return sizes if isinstance(sizes, st.SearchStrategy) else st.just(layer_sizes(sizes))


def _given(value: Any, default: Callable[[], st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    if value is None:
        return default()
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


def _composed(build: Callable[[Draw, Sizes], Any], sizes: st.SearchStrategy[Sizes]) -> st.SearchStrategy[Any]:
    @st.composite
    def composed(draw: Any) -> Any:
        return build(draw, draw(sizes))

    return composed()
