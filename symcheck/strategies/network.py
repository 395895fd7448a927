"""Networks: of layers of any kind, and built around a partition of units that stay tied; and their parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypedDict, Unpack

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.network import Network
from symcheck.reference.parameters import params_of
from symcheck.strategies.architecture import Sizes, architectures
from symcheck.strategies.choices import DrawnChoices, built
from symcheck.strategies.layers import BIAS_KINDS, independent_layers, tied_layers
from symcheck.strategies.names import activations as all_activations
from symcheck.strategies.names import heads as all_heads
from symcheck.strategies.validation import choices, layer_sizes
from symcheck.strategies.weight import WEIGHT_KINDS, partition
from symcheck.types import NetworkParams

Labels = tuple[tuple[int, ...], ...]


class Entries(TypedDict, total=False):
    """What weights and biases are made of, as options of `networks`."""

    weight_kinds: Collection[str]
    bias_kinds: Collection[str]
    min_value: float
    max_value: float


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
    kinds_of_bias = choices(bias_kinds, "bias_kinds", BIAS_KINDS)
    names, last = given_or(activations, all_activations), given_or(heads, all_heads)
    widths = _sizes(sizes)

    def build(c: DrawnChoices) -> Network:
        drawn = c.draw(widths)
        hidden = len(drawn) - 2
        named = [c.draw(names) for _ in range(hidden)] if mixed and c.chance(0.5) else [c.draw(names)] * hidden
        return Network(*independent_layers(c, drawn, kinds, kinds_of_bias), named, c.draw(last))

    return built(build, min_value, max_value)


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
    names, last = given_or(activations, all_activations), given_or(heads, all_heads)
    if sizes is not None and not isinstance(sizes, st.SearchStrategy) and not _has_room(layer_sizes(sizes)):
        raise InvalidArgument(f"sizes {tuple(sizes)} have no hidden layer of two units that could be tied")
    roomy = _sizes(sizes, min_width=2) if sizes is None else _sizes(sizes).filter(_has_room)

    def build(c: DrawnChoices) -> tuple[Network, Labels]:
        widths = c.draw(roomy)
        hidden = [partition(c, width, width) for width in widths[1:-1]]
        if all(len(set(of)) == len(of) for of in hidden):
            place = c.one_of([i for i, of in enumerate(hidden) if len(of) > 1])
            hidden[place] = np.maximum(hidden[place] - 1, 0)
        labels = tuple(tuple(map(int, of)) for of in hidden)
        classes = [np.arange(widths[0]), *hidden, np.arange(widths[-1])]
        named = c.draw(names)
        return Network(*tied_layers(c, classes, kinds, constant=constant), named, c.draw(last)), labels

    return built(build, min_value, max_value)


def parameters(
    sizes: Sizes | st.SearchStrategy[Sizes] | None = None, **entries: Unpack[Entries]
) -> st.SearchStrategy[NetworkParams]:
    """[(W, b), ...], W of shape (out, in), b of shape (out,), as float64 arrays that may be written to.

    Arguments, errors and what it shrinks to are those of `networks`; ``bias_kinds`` are all but ``none`` unless given,
    which has layers whose b is None: the reference takes them and the protocol does not speak of them.
    """
    settings: Entries = {"bias_kinds": ("zero", "equal", "random"), **entries}
    return networks(sizes, activations="identity", heads="linear", **settings).map(params_of)


def given_or(value: Any, default: Callable[[], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """A strategy of the value, which may be one; of the default where it is None."""
    if value is None:
        return default()
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


def _has_room(sizes: Sizes) -> bool:
    return max(sizes[1:-1], default=0) >= 2


def _sizes(sizes: Any, min_width: int = 1) -> st.SearchStrategy[Sizes]:
    if sizes is not None and not isinstance(sizes, st.SearchStrategy):
        sizes = layer_sizes(sizes)
    return given_or(sizes, lambda: architectures(min_width=min_width))
