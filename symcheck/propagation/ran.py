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
        taps: positions of a kernel; 1 of a dense layer.
        coverage: the part of a kernel's positions that meets the inputs, mean over the outputs: what padding, and the stride of a
            transposed convolution, leave of ``fan_in``.
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
    taps: int = 1
    coverage: float = 1.0


@dataclass(frozen=True, eq=False)
class ModelPass:
    """One pass forward and backward through a model.

    Attributes:
        layers: in the order in which they were called.
        outputs: of the model, shape (samples, outputs).
        trained: the names of all trainable parameters.
        unreached: those of them whose gradient is zero or that have none, now and after a few steps of training.
        fed: in words, what the inputs were.
        late: those whose gradient is zero now, and is not after a few steps: behind factors that start at zero.
        not_followed: in words, modules with weights of their own that are no layers here, such as recurrent ones.
    """

    layers: Sequence[Ran]
    outputs: Array
    trained: Sequence[str]
    unreached: Sequence[str]
    fed: str
    late: Sequence[str] = ()
    not_followed: Sequence[str] = ()
