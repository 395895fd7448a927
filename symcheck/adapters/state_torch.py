"""A torch model while gradients are taken of it, and exactly as it was afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

#: What counts samples while training, whose statistics are of the batch.
_BATCH_NORMS = (torch.nn.modules.batchnorm._BatchNorm,)


@contextmanager
def lent(
    model: torch.nn.Module, values: Mapping[torch.nn.Parameter, torch.Tensor], dtype: torch.dtype
) -> Iterator[None]:
    """The model with other values in its parameters, its buffers copied to a dtype, and without randomness.

    Modules are in evaluation mode, but for batch normalization, which trains on the statistics of the batch: so dropout is
    off. Parameters, buffers, modes, gradients, the default dtype and all global generators are put back, also after an
    exception; whatever else a model writes to itself while it is called stays.
    """
    parameters = [(p, p.data, p.grad) for p in model.parameters()]
    buffers = [
        (module, name, kept) for module in model.modules() for name, kept in module._buffers.items() if kept is not None
    ]
    copies = {id(kept): _copied(kept, dtype) for _, _, kept in buffers}
    modes = [(module, module.training) for module in model.modules()]
    generators = _generators()
    default = torch.get_default_dtype()
    try:
        for parameter, data, _ in parameters:
            fresh = values.get(parameter)
            parameter.data = fresh if fresh is not None else _converted(data, dtype)
        for module, name, kept in buffers:
            module._buffers[name] = copies[id(kept)]
        for module, _ in modes:
            module.training = isinstance(module, _BATCH_NORMS)
        torch.set_default_dtype(dtype)
        with torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(default)
        for parameter, data, gradient in parameters:
            # Its gradient first: torch holds it to the dtype of the data.
            parameter.grad = None
            parameter.data = data
            parameter.grad = gradient
        for module, name, kept in buffers:
            module._buffers[name] = kept
        for module, mode in modes:
            module.training = mode
        _restore(generators)


def _converted(tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _copied(tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return tensor.detach().clone().to(dtype) if tensor.is_floating_point() else tensor.detach().clone()


def _generators() -> tuple[Any, ...]:
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    return torch.random.get_rng_state(), devices, random.getstate(), np.random.get_state()


def _restore(states: tuple[Any, ...]) -> None:
    torch.random.set_rng_state(states[0])
    if states[1] is not None:
        torch.cuda.set_rng_state_all(states[1])
    random.setstate(states[2])
    np.random.set_state(states[3])
