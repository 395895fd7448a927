"""What initializers are called with: shapes of weight arrays, and seeds."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.errors import listed
from symcheck.fans import LAYOUTS, Layer
from symcheck.strategies.validation import integer_bounds


def shapes(
    *,
    min_out: int = 1,
    max_out: int = 16,
    min_in: int = 1,
    max_in: int = 16,
    min_kernel_dims: int = 0,
    max_kernel_dims: int = 2,
    min_kernel_side: int = 1,
    max_kernel_side: int = 3,
    layout: str = "out_in",
) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of dense layers and convolutions; shrinks to the dense (1, 1).

    Args:
        min_kernel_dims, max_kernel_dims: how many axes a kernel has; 0 is a dense layer.
        layout: ``out_in`` for (out, in, *kernel), ``in_out`` for (*kernel, in, out).

    Raises:
        InvalidArgument: bounds that leave nothing, or an unknown layout.
    """
    integer_bounds(min_out, max_out, "out")
    integer_bounds(min_in, max_in, "in")
    integer_bounds(min_kernel_dims, max_kernel_dims, "kernel_dims", least=0)
    integer_bounds(min_kernel_side, max_kernel_side, "kernel_side")
    if layout not in LAYOUTS:
        raise InvalidArgument(f"layout must be {listed(LAYOUTS)}, not {layout!r}")
    sides = st.integers(min_kernel_side, max_kernel_side)
    kernels = st.lists(sides, min_size=min_kernel_dims, max_size=max_kernel_dims).map(tuple)
    layers = st.builds(Layer, st.integers(min_out, max_out), st.integers(min_in, max_in), kernels)
    return layers.map(lambda layer: layer.shape(layout))


def seeds(*, min_seed: int = 0, max_seed: int = 2**32 - 1) -> st.SearchStrategy[int]:
    """Integers that numpy, torch and jax all take as a seed; shrinks towards 0.

    Raises:
        InvalidArgument: a negative seed, or bounds that leave nothing.
    """
    integer_bounds(min_seed, max_seed, "seed", least=0)
    return st.integers(min_seed, max_seed)
