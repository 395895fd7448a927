"""Widths of a multilayer perceptron."""

from __future__ import annotations

from hypothesis import strategies as st

from symcheck.strategies.validation import integer_bounds

Sizes = tuple[int, ...]


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
    integer_bounds(min_depth, max_depth, "depth")
    integer_bounds(min_inputs, max_inputs, "inputs")
    integer_bounds(min_width, max_width, "width")
    integer_bounds(min_outputs, max_outputs, "outputs")
    if square:
        low, high = max(min_inputs, min_width, min_outputs), min(max_inputs, max_width, max_outputs)
        integer_bounds(low, high, "side of a square network")
        return st.builds(
            lambda side, depth: (side,) * (depth + 1), st.integers(low, high), st.integers(min_depth, max_depth)
        )
    widths = st.integers(min_width, max_width)
    inputs, outputs = st.integers(min_inputs, max_inputs), st.integers(min_outputs, max_outputs)

    def sizes_of(depth: int) -> st.SearchStrategy[Sizes]:
        hidden = st.lists(widths, min_size=depth - 1, max_size=depth - 1).map(tuple)
        if depth > 2:
            hidden = widths.map(lambda width: (width,) * (depth - 1)) | hidden
        return st.builds(lambda first, middle, last: (first, *middle, last), inputs, hidden, outputs)

    of_depth = {depth: sizes_of(depth) for depth in range(min_depth, max_depth + 1)}
    return st.integers(min_depth, max_depth).flatmap(of_depth.__getitem__)
