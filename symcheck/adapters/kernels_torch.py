"""Which entries of convolutions' kernels meet an input at all: with zeros around a small image, not all of them do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

import numpy as np
import torch

Convolution = torch.nn.modules.conv._ConvNd


class MetKernels:
    """What calls of a model met while `watched` was open."""

    def __init__(self) -> None:
        self._met: dict[Any, list[np.ndarray]] = {}

    @property
    def missed(self) -> int:
        """Entries of the kernels that were called and met zeros of the padding only."""
        share = {m: 1 - float(np.prod([met.mean() for met in by_axis])) for m, by_axis in self._met.items()}
        return sum(round(module.weight.numel() * part) for module, part in share.items())

    @property
    def padded(self) -> dict[int, np.ndarray]:
        """By the identity of a kernel the entries that met padding alone, in its shape."""
        return {
            id(module.weight): np.broadcast_to(~reduce(np.multiply.outer, by_axis), tuple(module.weight.shape))
            for module, by_axis in self._met.items()
        }

    def note(self, module: Any, sizes: tuple[int, ...]) -> None:
        """Args:
        sizes: of the input, along the axes of the kernel.
        """
        found = self._met.setdefault(module, [np.zeros(k, bool) for k in module.kernel_size])
        for axis, met in enumerate(found):
            met |= _met(module, axis, sizes[axis])


@contextmanager
def watched(model: torch.nn.Module) -> Iterator[MetKernels]:
    """Note which entries of kernels meet the inputs of calls."""
    met = MetKernels()
    hooks = [
        module.register_forward_pre_hook(
            lambda m, args: met.note(m, tuple(args[0].shape[-len(m.kernel_size) :])) if args else None
        )
        for module in model.modules()
        if isinstance(module, Convolution)
    ]
    try:
        yield met
    finally:
        for hook in hooks:
            hook.remove()


def _met(module: Any, axis: int, size: int) -> np.ndarray:
    kernel, stride, dilation = module.kernel_size[axis], module.stride[axis], module.dilation[axis]
    offsets = dilation * np.arange(kernel)
    if module.padding_mode != "zeros":
        return np.ones(kernel, bool)
    if module.padding == "same":
        padding = (dilation * (kernel - 1)) // 2
        outputs = size
    else:
        padding = 0 if module.padding == "valid" else module.padding[axis]
        outputs = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    if module.transposed:
        outputs = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + module.output_padding[axis] + 1
        places = stride * np.arange(size)[:, None] - padding + offsets
        return np.asarray(((places >= 0) & (places < outputs)).any(axis=0))
    places = stride * np.arange(max(outputs, 0))[:, None] - padding + offsets
    return np.asarray(((places >= 0) & (places < size)).any(axis=0))
