"""A function of autograd's numpy as a differentiable model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from autograd.core import VJPNode, backward_pass, vspace
from autograd.tracer import trace

from symcheck.adapters.reach_functions import FunctionModel
from symcheck.types import Floats

#: Operations that choose by comparing what they keep, or would make NaN of an exponent that is moved.
_EXACT = {"maximum", "minimum", "fmax", "fmin", "max", "min", "amax", "amin", "clip", "sort", "power"}


class AutogradModel(FunctionModel):
    """See `FunctionModel`."""

    def gradient(
        self,
        parameters: Sequence[Floats],
        inputs: tuple[Any, ...],
        cotangents: Sequence[Floats],
        jitter: int | None = None,
    ) -> list[Floats]:
        """By reverse-mode differentiation of sum(cotangents * outputs)."""

        def objective(arrays: list[Any]) -> Any:
            outputs = self.outputs(arrays, inputs)
            return sum((output * c).sum() for output, c in zip(outputs, cotangents, strict=True))

        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            node = VJPNode if jitter is None else _jittered(jitter)
            value, end = trace(node.new_root(), objective, list(parameters))
            found = [np.zeros(p.shape) for p in parameters] if end is None else backward_pass(vspace(value).ones(), end)
            return [np.asarray(part, np.float64) for part in found]


def _jittered(seed: int) -> type[VJPNode]:
    """Operations of which what is kept for the backward pass, and the gradient that comes to them, is moved by 0.5 to 7.5 eps of its
    own, towards 0: there it is summed over what was broadcast, and what is moved alike would cancel.
    """
    rng = np.random.default_rng(seed)

    def moved(one: Any) -> Any:
        # What is narrower than what it is computed with is a constant, which is what it is.
        if not isinstance(one, np.ndarray) or one.dtype != np.float64:
            return one
        return one * (1 - np.finfo(one.dtype).eps * (0.5 + rng.integers(0, 8, one.shape, np.int8)))

    class Jittered(VJPNode):  # type: ignore[misc]
        __slots__ = ()

        def __init__(self, value: Any, fun: Any, args: Any, kwargs: Any, places: Any, parents: Any) -> None:
            if fun.__name__ not in _EXACT:
                value, args = moved(value), tuple(moved(one) for one in args)
            super().__init__(value, fun, args, kwargs, places, parents)
            vjp = self.vjp  # type: ignore[has-type]
            self.vjp = lambda gradient: vjp(moved(gradient))  # type: ignore[misc]

    return Jittered
