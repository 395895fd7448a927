"""Problems: all that one call of an implementation takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcheck.reference.losses import LOSSES
from symcheck.strategies.activation import activations as all_activations
from symcheck.strategies.architecture import Sizes, architectures
from symcheck.strategies.batch import batches
from symcheck.strategies.head import losses
from symcheck.strategies.parameter import parameters
from symcheck.strategies.validation import choices, integer_bounds, number_bounds
from symcheck.strategies.weight import WEIGHT_KINDS
from symcheck.types import Array, NetworkParams


@dataclass(frozen=True, eq=False)
class Problem:
    """Parameters and a batch that fit each other, with the activation and the loss.

    Attributes:
        params: [(W, b), ...], W of shape (out, in). X: shape (samples, n_0). Y: targets.
        activation, loss: names.
    """

    params: NetworkParams
    X: NDArray[np.float64]
    Y: Array
    activation: str
    loss: str

    @property
    def sizes(self) -> Sizes:
        """Widths, inputs first."""
        return (self.params[0][0].shape[1], *(len(W) for W, _ in self.params))


def problems(
    sizes: Sizes | st.SearchStrategy[Sizes] | None = None,
    *,
    activations: str | st.SearchStrategy[str] | None = None,
    loss_names: Collection[str] = tuple(LOSSES),
    weight_kinds: Collection[str] = WEIGHT_KINDS,
    bias_kinds: Collection[str] = ("zero", "equal", "random"),
    min_samples: int = 1,
    max_samples: int = 8,
    min_value: float = -2.0,
    max_value: float = 2.0,
) -> st.SearchStrategy[Problem]:
    """Problems; shrinks to one sample of zeros in a constant 1-1-1 network.

    Args:
        sizes, weight_kinds, bias_kinds, min_value, max_value: as in `parameters`.
        activations: a name or a strategy of names; None takes all with values.
        loss_names: of ``symcheck.reference.LOSSES``; targets of the cross-entropy are unit rows.
        min_samples, max_samples: of the batch.

    Raises:
        InvalidArgument: options that leave nothing.
    """
    every_loss = losses(names=choices(loss_names, "loss_names", LOSSES))
    integer_bounds(min_samples, max_samples, "samples")
    number_bounds(min_value, max_value, "value")
    names = all_activations() if activations is None else activations
    settings: dict[str, Any] = {
        "weight_kinds": weight_kinds,
        "bias_kinds": bias_kinds,
        "min_value": min_value,
        "max_value": max_value,
    }
    # Made once for its checks: options that do not fit are to raise here and not at the first draw.
    parameters((1, 1), **settings)
    widths = architectures() if sizes is None else sizes

    @st.composite
    def composed(draw: Any) -> Problem:
        drawn: Sizes = draw(widths) if isinstance(widths, st.SearchStrategy) else widths
        loss = draw(every_loss)
        X, Y = draw(batches(drawn, loss=loss, min_samples=min_samples, max_samples=max_samples))
        params = draw(parameters(drawn, **settings))
        return Problem(params, X, Y, names if isinstance(names, str) else draw(names), loss)

    return composed()
