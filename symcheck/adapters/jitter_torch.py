"""A backward pass of torch in stochastic arithmetic: what each operation takes is moved as rounding might have."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

#: Operations that round nothing and compare what they take, or would make NaN of what is moved.
_EXACT = {
    *("eq", "ne", "lt", "le", "gt", "ge", "isnan", "isinf", "isfinite", "nonzero"),
    *("abs", "neg", "sgn", "sign", "pow", "clone", "_to_copy", "_unsafe_view", "zeros_like"),
}
#: Operations that take a logarithm, which is right to an eps, also where it is 0: number of the operand.
_LOGARITHMS = {"_log_softmax_backward_data": 1}


class _Jittered(TorchDispatchMode):  # type: ignore[misc]
    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        if name not in _EXACT:
            eps = min((torch.finfo(one.dtype).eps for one in args if _floats(one)), default=0.0)
            args = tuple(
                # What is written to, or looked at in another shape, stays the same memory.
                one
                if declared.alias_info is not None
                else _moved(one, eps, 1.0 if _LOGARITHMS.get(name) == place else 0.0)
                for place, (one, declared) in enumerate(zip(args, func._schema.arguments, strict=False))
            )
        return func(*args, **(kwargs or {}))


def _floats(one: Any) -> bool:
    return isinstance(one, torch.Tensor) and one.is_floating_point() and one.layout is torch.strided


def _moved(one: Any, eps: float, least: float) -> Any:
    """By 0.5 or 1.5 eps of its own, which no number rounds to the same, and towards 0, so that nothing overflows.

    What is narrower than what it is computed with is a constant, which is what it is: its eps is no rounding of this arithmetic.
    """
    if not _floats(one) or torch.finfo(one.dtype).eps > eps:
        return one
    parts = torch.empty(one.shape, dtype=one.dtype, device=one.device).random_(2)
    if least:
        return one.sub(parts.add_(0.5).mul_(eps))
    return parts.mul_(-eps).add_(1 - eps / 2).mul_(one)


def jittered(seed: int | None) -> AbstractContextManager[object]:
    """While a gradient is taken; None moves nothing. Draws from torch's global generators."""
    if seed is None:
        return nullcontext()
    torch.manual_seed(seed)
    return _Jittered()
