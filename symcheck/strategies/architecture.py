"""Widths of a multilayer perceptron."""

from __future__ import annotations

from hypothesis import strategies as st

from symcheck.strategies.choices import Choices, built
from symcheck.strategies.validation import integer_bounds

Sizes = tuple[int, ...]
Bounds = tuple[int, int]


def sizes_of(c: Choices, depth: Bounds, inputs: Bounds, width: Bounds, outputs: Bounds) -> Sizes:
    """Widths within bounds; hidden layers are often equally wide."""
    first, last, layers = c.integer(*inputs), c.integer(*outputs), c.integer(*depth)
    if layers > 2 and not c.chance(0.5):
        return (first, *[c.integer(*width)] * (layers - 1), last)
    return (first, *(c.integer(*width) for _ in range(layers - 1)), last)


def architectures(
    *,
    min_depth: int = 2,
    max_depth: int = 4,
    min_inputs: int = 1,
    max_inputs: int = 4,
    min_width: int = 1,
    max_width: int = 6,
    min_outputs: int = 1,
    max_outputs: int = 4,
    square: bool = False,
) -> st.SearchStrategy[Sizes]:
    """Widths (n_0, ..., n_L); shrinks to 1-1-1 where the bounds allow it.

    Hidden layers are often equally wide, which circulants and permutations need to be equitable.

    Args:
        min_depth, max_depth: number of weight matrices; 1 is a network without hidden layers.
        min_width, max_width: of the hidden layers.
        square: one width for all layers, inputs and outputs included, within all bounds.

    Raises:
        InvalidArgument: bounds that leave nothing.
    """
    depth, inputs, width, outputs = (
        (min_depth, max_depth),
        (min_inputs, max_inputs),
        (min_width, max_width),
        (min_outputs, max_outputs),
    )
    for bounds, name in ((depth, "depth"), (inputs, "inputs"), (width, "width"), (outputs, "outputs")):
        integer_bounds(*bounds, name)
    if not square:
        return built(lambda c: sizes_of(c, depth, inputs, width, outputs))
    side = max(min_inputs, min_width, min_outputs), min(max_inputs, max_width, max_outputs)
    integer_bounds(*side, "side of a square network")
    return built(lambda c: (c.integer(*side),) * (c.integer(*depth) + 1))
