"""Names: of activations, heads and losses."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.activations import ACTIVATIONS, SYMMETRY_CLASSES, get_activation
from symcheck.network import HEADS
from symcheck.reference.losses import LOSSES
from symcheck.strategies.number import dyadics
from symcheck.strategies.validation import choices

#: Simplest to read first: strategies shrink towards the front.
_BY_SIMPLICITY = ("identity", "relu", "tanh", "sigmoid", *ACTIVATIONS)


def activations(
    *,
    names: Collection[str] = ACTIVATIONS,
    symmetries: Collection[str] = SYMMETRY_CLASSES,
    linear: bool = True,
    parametric: bool = False,
) -> st.SearchStrategy[str]:
    """Names of the activation table; shrinks to ``identity``, then ``relu`` and ``tanh``.

    Args:
        names: which to draw from; ``any`` is allowed, and has no values.
        symmetries: symmetry classes to draw from: ``generic``, ``zero``, ``flat``, ``odd``.
        linear: whether the identity is drawn.
        parametric: whether leaky ReLU and ELU come with other slopes too, as ``leaky_relu(0.25)``.

    Raises:
        InvalidArgument: an unknown name or class, or options that leave no activation.
    """
    wanted = choices(names, "names", (*ACTIVATIONS, "any"))
    classes = choices(symmetries, "symmetries", SYMMETRY_CLASSES)
    table = {name: get_activation(name) for name in sorted(wanted, key=(*_BY_SIMPLICITY, "any").index)}
    left = [name for name, row in table.items() if row.symmetry in classes and (linear or not row.linear)]
    if not left:
        raise InvalidArgument(f"no activation of names={list(wanted)} is of the symmetries {list(classes)}")
    plain = st.sampled_from(left)
    with_slope = [name for name in left if name in ("leaky_relu", "elu")] if parametric else []
    if not with_slope:
        return plain
    slopes = dyadics(min_value=0.125, max_value=0.875, denominator=8)
    return plain | st.builds(lambda name, slope: f"{name}({slope:g})", st.sampled_from(with_slope), slopes)


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
