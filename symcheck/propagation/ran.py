"""One layer of a network as it ran on a batch: what a recorder of any library hands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symcheck.types import Array


@dataclass(frozen=True, eq=False)
class Ran:
    """A layer that is linear in its inputs, in the order in which it was called.

    Attributes:
        name: its path in the model.
        kind: its class in its library, such as ``Linear`` or ``Dense``.
        weight: shape (units, fan_in), a kernel flattened.
        bias: shape (units,) or None.
        inputs: shape (samples, inputs) of numbers that it was fed.
        outputs: shape (samples, outputs), before any activation.
        output_gradient: of the loss, shape of ``outputs``; None where no gradient came back.
        input_gradient: that part of the loss's gradient that comes through this layer, shape of ``inputs``.
        dense: whether outputs are ``inputs @ weight.T + bias``, and not a convolution.
        alone: whether the weight was used this once, so that its inputs do not depend on it.
    """

    name: str
    kind: str
    weight: Array
    bias: Array | None
    inputs: Array
    outputs: Array
    output_gradient: Array | None
    input_gradient: Array | None
    dense: bool = True
    alone: bool = True


@dataclass(frozen=True, eq=False)
class Run:
    """One pass forward and backward through a model.

    Attributes:
        layers: in the order in which they were called.
        outputs: of the model, shape (samples, outputs).
        trained: the names of all trainable parameters.
        unreached: those of them whose gradient is zero or that have none.
        fed: in words, what the inputs were.
    """

    layers: Sequence[Ran]
    outputs: Array
    trained: Sequence[str]
    unreached: Sequence[str]
    fed: str
