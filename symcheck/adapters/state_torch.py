"""A torch model while gradients are taken of it, and exactly as it was afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

_NARROW = (torch.float32, torch.float16, torch.bfloat16)
#: What counts samples while training, whose statistics are of the batch.
_BATCH_NORMS = (torch.nn.modules.batchnorm._BatchNorm,)


class Widened(TorchFunctionMode):  # type: ignore[misc]
    """Calls that ask for a narrower type of floats get float64: many a normalization and softmax computes in float32 always."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in _NARROWING:
            return args[0].double()
        if func in _GROUPED and args[0].dtype is torch.float64 and (args[0].ndim, args[1].ndim) == (2, 3):
            return _grouped(*args, **(kwargs or {}))
        args = tuple(torch.float64 if _narrow(one) else one for one in args)
        return func(*args, **{k: torch.float64 if _narrow(v) else v for k, v in (kwargs or {}).items()})


#: Products of fused experts, which take no float64 themselves.
_GROUPED = tuple(
    found
    for found in (getattr(torch, "_grouped_mm", None), getattr(torch.nn.functional, "grouped_mm", None))
    if found is not None
)
_NARROWING = (torch.Tensor.float, torch.Tensor.half, torch.Tensor.bfloat16)


def _grouped(rows: torch.Tensor, matrices: torch.Tensor, offs: torch.Tensor, **_: Any) -> torch.Tensor:
    """Each group of rows, ended by an offset, times its own matrix; zeros behind the last."""
    ends = offs.tolist()
    parts = [rows[start:end] @ m for start, end, m in zip([0, *ends], ends, matrices, strict=False)]
    return torch.cat([*parts, rows.new_zeros(len(rows) - ends[-1], matrices.shape[-1])])


def _narrow(value: Any) -> bool:
    return isinstance(value, torch.dtype) and value in _NARROW


@contextmanager
def lent(
    model: torch.nn.Module,
    values: Mapping[torch.nn.Parameter, torch.Tensor],
    dtype: torch.dtype,
    seed: int = 0,
    dropout: bool = False,
) -> Iterator[None]:
    """The model with other values in its parameters and its buffers copied to a dtype.

    Modules are in evaluation mode, but for batch normalization, which trains on the statistics of the batch unless it alone was
    put in evaluation mode: so dropout is off, unless it is asked for. What the model draws from global generators is what the
    seed makes it. Parameters, buffers, modes, gradients, the default dtype and all global generators are put back, also after an
    exception; whatever else a model writes to itself while it is called stays.
    """
    parameters = [(p, p.data, p.grad) for p in model.parameters()]
    buffers = [(module, dict(module._buffers)) for module in model.modules()]
    copies = {id(b): _copied(b, dtype) for _, kept in buffers for b in kept.values() if b is not None}
    modes = [(module, module.training) for module in model.modules()]
    default = torch.get_default_dtype()
    try:
        for parameter, data, _ in parameters:
            fresh = values.get(parameter)
            parameter.data = fresh if fresh is not None else _copied(data, dtype)
        for module, kept in buffers:
            module._buffers.update({name: copies[id(b)] for name, b in kept.items() if b is not None})
        for module, _ in modes:
            module.training = dropout or isinstance(module, _BATCH_NORMS)
        for module in _kept_from_training(modes):
            module.training = False
        torch.set_default_dtype(dtype)
        with own_randomness(), torch.enable_grad(), Widened() if dtype is torch.float64 else nullcontext():
            torch.manual_seed(seed)
            random.seed(seed)
            np.random.seed(seed)
            yield
    finally:
        torch.set_default_dtype(default)
        for parameter, data, gradient in parameters:
            # Its gradient first: torch holds it to the dtype of the data.
            parameter.grad = None
            parameter.data = data
            parameter.grad = gradient
        for module, kept in buffers:
            module._buffers.clear()
            module._buffers.update(kept)
        for module, mode in modes:
            module.training = mode


def _kept_from_training(modes: Sequence[tuple[torch.nn.Module, bool]]) -> list[torch.nn.Module]:
    """Batch normalizations that were put in evaluation mode in a model that trains: so they stay while it does."""
    return [m for m, mode in modes if isinstance(m, _BATCH_NORMS) and not mode] if modes[0][1] else []


def normalized_by(model: torch.nn.Module) -> str:
    """What batch normalizations use, in words; empty where there are none."""
    modes = [(module, module.training) for module in model.modules()]
    norms = [m for m, _ in modes if isinstance(m, _BATCH_NORMS)]
    running = [m for m in _kept_from_training(modes) if m.track_running_stats]
    if not norms:
        return ""
    by = (
        "the statistics of the batch, as in training"
        if not running
        else "their running statistics, as the model was put"
    )
    some = f"; {len(running)} of {len(norms)} batch normalizations use" if 0 < len(running) < len(norms) else ""
    return f"{some or '; batch normalizations use'} {by}"


@contextmanager
def own_randomness() -> Iterator[None]:
    """Global generators are as they were afterwards."""
    states = _generators()
    try:
        yield
    finally:
        _restore(states)


def drawn_by(run: Callable[[], object]) -> bool:
    """Whether it draws from global generators of torch, numpy or Python."""
    before, _, own, numbers = _generators()
    run()
    after, _, own_after, numbers_after = _generators()
    alike = torch.equal(before, after) and own == own_after and numbers[2] == numbers_after[2]
    return not (alike and np.array_equal(numbers[1], numbers_after[1]))


def _copied(tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return tensor.detach().to(dtype if tensor.is_floating_point() else tensor.dtype, copy=True)


def _generators() -> tuple[Any, ...]:
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    return torch.random.get_rng_state(), devices, random.getstate(), np.random.get_state()


def _restore(states: tuple[Any, ...]) -> None:
    torch.random.set_rng_state(states[0])
    if states[1] is not None:
        torch.cuda.set_rng_state_all(states[1])
    random.setstate(states[2])
    np.random.set_state(states[3])
