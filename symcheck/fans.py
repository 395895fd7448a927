"""Fan-in and fan-out of a weight array, for dense and convolution shapes in both layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from symcheck.errors import SymcheckError

#: ``out_in``: (out, in, *kernel), as torch, chainer and paddle's convolutions; ``in_out``: (*kernel, in, out), as
#: jax, flax, keras and scikit-learn.
LAYOUTS = ("out_in", "in_out")


@dataclass(frozen=True)
class Fans:
    """How many inputs feed one unit (fan_in) and how many units one input feeds (fan_out).

    Attributes:
        kernel: positions of the kernel that both count; 1 for a matrix.
    """

    fan_in: int
    fan_out: int
    kernel: int = 1

    @property
    def inputs(self) -> int:
        """fan_in without the kernel: input channels."""
        return self.fan_in // self.kernel

    @property
    def outputs(self) -> int:
        """fan_out without the kernel: output channels."""
        return self.fan_out // self.kernel

    def of_mode(self, mode: str) -> float:
        """The number a variance-scaling law divides by: ``fan_in``, ``fan_out`` or ``fan_avg``."""
        if mode == "fan_avg":
            return (self.fan_in + self.fan_out) / 2
        return float(self.fan_in if mode == "fan_in" else self.fan_out)


@dataclass(frozen=True)
class Layer:
    """The shape of one layer's weights, free of layout: ``kernel`` is empty for a dense layer."""

    out: int
    inputs: int
    kernel: tuple[int, ...] = ()

    @property
    def fans(self) -> Fans:
        """fan_in = inputs x kernel size, fan_out = out x kernel size (Glorot and Bengio 2010; He et al. 2015)."""
        receptive = prod(self.kernel)
        return Fans(self.inputs * receptive, self.out * receptive, receptive)

    def shape(self, layout: str) -> tuple[int, ...]:
        """The array shape in a layout.

        Raises:
            SymcheckError: unknown layout.
        """
        if layout == "out_in":
            return (self.out, self.inputs, *self.kernel)
        if layout == "in_out":
            return (*self.kernel, self.inputs, self.out)
        raise SymcheckError(f"layout must be out_in or in_out, not {layout!r}")

    def __str__(self) -> str:
        kernel = f" {'x'.join(map(str, self.kernel))}" if self.kernel else ""
        return f"{self.inputs} -> {self.out}{kernel}"


def layer_of(shape: Sequence[int], layout: str) -> Layer:
    """Read a weight shape of at least two axes as a layer.

    Raises:
        SymcheckError: fewer than two axes, or unknown layout.
    """
    if len(shape) < 2:
        raise SymcheckError(f"a weight array needs at least two axes to have fans; got shape {tuple(shape)}")
    if layout not in LAYOUTS:
        raise SymcheckError(f"layout must be out_in or in_out, not {layout!r}")
    sizes = tuple(int(n) for n in shape)
    if layout == "out_in":
        return Layer(sizes[0], sizes[1], sizes[2:])
    return Layer(sizes[-1], sizes[-2], sizes[:-2])
