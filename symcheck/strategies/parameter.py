"""Parameters as the implementation protocol has them: [(W, b), ...]."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import strategies as st

from symcheck.reference.parameters import params_of
from symcheck.strategies.architecture import Sizes
from symcheck.strategies.network import networks
from symcheck.strategies.weight import WEIGHT_KINDS
from symcheck.types import NetworkParams


def parameters(
    sizes: Sizes | st.SearchStrategy[Sizes] | None = None,
    *,
    weight_kinds: Collection[str] = WEIGHT_KINDS,
    bias_kinds: Collection[str] = ("zero", "equal", "random"),
    min_value: float = -2.0,
    max_value: float = 2.0,
) -> st.SearchStrategy[NetworkParams]:
    """[(W, b), ...], W of shape (out, in), b of shape (out,), as float64 arrays that may be written to.

    Arguments, errors and what it shrinks to are those of `networks`; ``bias_kinds`` with ``none`` has layers whose
    b is None, which the reference takes and the protocol does not speak of.
    """
    drawn = networks(
        sizes,
        activations="identity",
        heads="linear",
        weight_kinds=weight_kinds,
        bias_kinds=bias_kinds,
        min_value=min_value,
        max_value=max_value,
    )
    return drawn.map(params_of)
