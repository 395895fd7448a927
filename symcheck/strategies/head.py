"""Heads of a network, and the losses that go with them."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import strategies as st

from symcheck.network import HEADS
from symcheck.reference.losses import LOSSES
from symcheck.strategies.validation import choices


def heads(*, names: Collection[str] = HEADS) -> st.SearchStrategy[str]:
    """``linear`` or ``softmax``; shrinks to the first.

    Raises:
        InvalidArgument: an unknown head, or none.
    """
    return st.sampled_from(choices(names, "names", HEADS))


def losses(*, names: Collection[str] = tuple(LOSSES)) -> st.SearchStrategy[str]:
    """``mse`` or ``softmax_cross_entropy``; shrinks to the first.

    Raises:
        InvalidArgument: an unknown loss, or none.
    """
    return st.sampled_from(choices(names, "names", LOSSES))
