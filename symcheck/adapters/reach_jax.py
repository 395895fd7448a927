"""A pure function of jax as a differentiable model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.experimental
import jax.numpy as jnp
import numpy as np

from symcheck.adapters.jitter_jax import Jitter, amounts
from symcheck.adapters.nodes_jax import opened
from symcheck.adapters.operations_jax import absorber
from symcheck.adapters.reach_functions import FunctionModel
from symcheck.adapters.trees import mapped
from symcheck.errors import SubjectError
from symcheck.types import Floats

#: Where it is before jax 0.8.
x64: Any = jax.enable_x64 if hasattr(jax, "enable_x64") else jax.experimental.enable_x64


class Compiled:
    """A function of parameters, inputs and other arrays, compiled where it can be.

    Args:
        function: called with lists of arrays of jax, but for the inputs, which are trees.
    """

    def __init__(self, function: Callable[..., list[Any]]) -> None:
        self._function = function
        self._compiled: Any = None

    def __call__(self, parameters: Sequence[Floats], inputs: Any, *more: Any) -> list[Floats]:
        """What it returns, as arrays of numpy."""
        arrays: list[Any] = []
        mapped(inputs, arrays.append)
        values, fed = [jnp.asarray(p) for p in parameters], [jnp.asarray(one) for one in arrays]
        more = jax.tree.map(jnp.asarray, more)
        if self._compiled is None:
            self._compiled = jax.jit(lambda *parts: self._called(inputs, *parts))
        if self._compiled:
            try:
                return _in_numpy(self._compiled(values, fed, *more))
            except jax.errors.JAXTypeError:
                # What decides by values cannot be compiled.
                self._compiled = False
        return _in_numpy(self._called(inputs, values, fed, *more))

    def _called(self, template: Any, values: list[Any], fed: list[Any], *more: Any) -> list[Any]:
        rest = iter(fed)
        return self._function(values, mapped(template, lambda _: next(rest)), *more)


class Pullback:
    """Gradients of a function of parameters and inputs.

    Args:
        outputs: called with parameters and inputs, returns a list of arrays.
    """

    def __init__(self, outputs: Callable[[Sequence[Any], tuple[Any, ...]], list[Any]]) -> None:
        self._outputs = outputs
        self._compiled = Compiled(self._pulled)

    def __call__(
        self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None = None
    ) -> list[Floats]:
        """The gradient of sum(cotangents * outputs), by reverse-mode differentiation."""
        # With amounts of zero too it is one function, which is compiled once.
        return self._compiled(parameters, inputs, list(cotangents), amounts(jitter))

    def _pulled(self, values: list[Any], inputs: Any, against: list[Any], drawn: Any) -> list[Any]:
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
        plain, closed = opened(params)

        def made(wide: bool) -> None:
            self._wide = wide
            self._compiled, self._pullback = Compiled(self.outputs), Pullback(self.outputs)
            super(JaxModel, self).__init__(lambda tree, *fed: function(closed(tree), *fed), plain, inputs)

        either(made)

    def outputs(self, parameters: Sequence[Any], inputs: tuple[Any, ...]) -> list[Any]:
        """The arrays that the function returns at these parameters."""
        with x64(self._wide):
            return super().outputs([jnp.asarray(p) for p in parameters], mapped(inputs, jnp.asarray))

    def outputs_at(self, parameters: Sequence[Floats], inputs: tuple[Any, ...]) -> list[Floats]:
        """The same, as arrays of numpy; compiled, which loops would be at each call."""
        with x64(self._wide):
            return self._compiled(parameters, inputs)

    def gradient(
        self,
        parameters: Sequence[Floats],
        inputs: tuple[Any, ...],
        cotangents: Sequence[Floats],
        jitter: int | None = None,
    ) -> list[Floats]:
        """By reverse-mode differentiation."""
        with x64(self._wide):
            return self._pullback(parameters, inputs, cotangents, jitter)

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: tuple[Any, ...]) -> str:
        """See `operations_jax.absorber`."""
        with x64(self._wide):
            return absorber(lambda point: self.outputs(point, inputs), start, moved, self.small)


def _in_numpy(parts: Sequence[Any]) -> list[Floats]:
    return [np.asarray(part, np.float64) for part in parts]
