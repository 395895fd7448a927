"""Seeds of random generators."""

from __future__ import annotations

from hypothesis import strategies as st

from symcheck.strategies.validation import integer_bounds


def seeds(*, min_seed: int = 0, max_seed: int = 2**32 - 1) -> st.SearchStrategy[int]:
    """Integers that numpy, torch and jax all take as a seed; shrinks towards 0.

    Raises:
        InvalidArgument: a negative seed, or bounds that leave nothing.
    """
    integer_bounds(min_seed, max_seed, "seed", least=0)
    return st.integers(min_seed, max_seed)
