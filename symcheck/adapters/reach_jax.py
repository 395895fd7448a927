"""A pure function of jax as a differentiable model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.experimental
import jax.numpy as jnp
import numpy as np

from symcheck.adapters.jitter_jax import Jitter, amounts
from symcheck.adapters.operations_jax import absorber
from symcheck.adapters.reach_functions import FunctionModel, mapped
from symcheck.errors import SubjectError
from symcheck.types import Floats

#: Where it is before jax 0.8.
x64: Any = jax.enable_x64 if hasattr(jax, "enable_x64") else jax.experimental.enable_x64


class Pullback:
    """Gradients of a function of parameters and inputs, compiled where the function can be.

    Args:
        outputs: called with parameters and inputs, returns a list of arrays.
    """

    def __init__(self, outputs: Callable[[Sequence[Any], tuple[Any, ...]], list[Any]]) -> None:
        self._outputs = outputs
        self._compiled: Any = None

    def __call__(
        self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None = None
    ) -> list[Floats]:
        """The gradient of sum(cotangents * outputs), by reverse-mode differentiation."""
        values, against = [jnp.asarray(p) for p in parameters], [jnp.asarray(c) for c in cotangents]
        arrays: list[Any] = []
        mapped(inputs, arrays.append)
        fed = [jnp.asarray(one) for one in arrays]
        # One function for both, which is compiled once.
        drawn = jnp.asarray(amounts(jitter))
        if self._compiled is None:
            self._compiled = jax.jit(lambda *parts: self._pulled(inputs, *parts))
        if self._compiled:
            try:
                return _in_numpy(self._compiled(values, fed, against, drawn))
            except jax.errors.JAXTypeError:
                # What decides by values cannot be compiled.
                self._compiled = False
        return _in_numpy(self._pulled(inputs, values, fed, against, drawn))

    def _pulled(self, template: Any, values: list[Any], fed: list[Any], against: list[Any], drawn: Any) -> list[Any]:
        rest = iter(fed)
        inputs = mapped(template, lambda _: next(rest))
        outputs, pull = jax.vjp(lambda arrays: self._outputs(arrays, inputs), values)
        found: list[Any] = Jitter(drawn).pulled(
            pull, [c.astype(o.dtype) for o, c in zip(outputs, against, strict=True)]
        )[0]
        return found


def either(make: Callable[[bool], None]) -> None:
    """Make something with True or, where that is refused, with False; what refuses both says why it refuses the first.

    Raises:
        SubjectError: both are refused.
    """
    try:
        make(True)
    except SubjectError as refused:
        try:
            make(False)
        except SubjectError:
            raise refused from refused.__cause__


class JaxModel(FunctionModel):
    """See `FunctionModel`. What refuses float64, as a recurrence that begins with zeros of float32 does, is computed in float32."""

    def __init__(self, function: Callable[..., Any], params: Any, inputs: Any) -> None:
        def made(wide: bool) -> None:
            self._wide = wide
            super(JaxModel, self).__init__(function, params, inputs)

        either(made)

    def outputs(self, parameters: Sequence[Any], inputs: tuple[Any, ...]) -> list[Any]:
        """The arrays that the function returns at these parameters."""
        with x64(self._wide):
            return super().outputs([jnp.asarray(p) for p in parameters], mapped(inputs, jnp.asarray))

    def gradient(
        self,
        parameters: Sequence[Floats],
        inputs: tuple[Any, ...],
        cotangents: Sequence[Floats],
        jitter: int | None = None,
    ) -> list[Floats]:
        """By reverse-mode differentiation."""
        if not hasattr(self, "_pullback"):
            self._pullback = Pullback(self.outputs)
        with x64(self._wide):
            return self._pullback(parameters, inputs, cotangents, jitter)

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: tuple[Any, ...]) -> str:
        """See `operations_jax.absorber`."""
        with x64(self._wide):
            return absorber(lambda point: self.outputs(point, inputs), start, moved, self.small)


def _in_numpy(parts: Sequence[Any]) -> list[Floats]:
    return [np.asarray(part, np.float64) for part in parts]
