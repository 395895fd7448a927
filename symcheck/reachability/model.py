"""A differentiable model as the engine sees it: named arrays, and gradients where it asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator

from symcheck.errors import SubjectError, SymcheckError
from symcheck.texts import describe
from symcheck.types import Array, Flags, Floats

#: Scalars in a block.
_AT_ONCE = 1 << 20


@dataclass(frozen=True, eq=False)
class Trainable:
    """One array of parameters that training moves.

    Attributes:
        name: as its library has it, such as ``blocks.0.attn.in_proj_weight``.
        values: theta_0, of any shape and float dtype.
        module: what holds it. Rounding of one parameter's gradient is on the scale of its neighbours' in the module.
    """

    name: str
    values: Array
    module: str


class Differentiable(Protocol):
    """What an adapter makes of a model.

    Attributes:
        parameters: every array that training moves, each once.
        eps: the spacing at 1 of the numbers that gradients are computed in.
        fed: in words, what `batch` draws.
        fixed: whether some of it is the same in every batch.
    """

    @property
    def parameters(self) -> Sequence[Trainable]:
        """The arrays."""

    @property
    def eps(self) -> float:
        """The spacing."""

    @property
    def fed(self) -> str:
        """The words."""

    @property
    def fixed(self) -> bool:
        """Whether it is."""

    def batch(self, rng: Generator) -> Any:
        """Fresh inputs, of the same shapes each time."""

    def output_shapes(self, inputs: Any) -> list[tuple[int, ...]]:
        """Shapes of the outputs that have a gradient."""

    def reordered(self, inputs: Any, order: Array) -> Any | None:
        """The same samples in another order along the first axis; None where that is not its axis of samples."""

    def outputs_at(self, parameters: Sequence[Floats], inputs: Any) -> list[Floats]:
        """The outputs that have a gradient, in the shapes of `output_shapes`."""

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: Any) -> str:
        """The first operation that takes different operands at two points, and of which nothing but rounding differs after it.

        Its name in the library; "" where there is none or the library does not show its operations.
        """

    def padded(self, inputs: Any) -> Mapping[str, Flags]:
        """By parameter the entries of kernels that meet padding alone on inputs of this size, as far as the library shows it."""

    def farther(self, factor: float) -> Differentiable | None:
        """The same model with numbers in its inputs so many times as large; None where they are ids, or must stay where they are."""

    def with_dropout(self) -> Differentiable | None:
        """The same model with dropout as in training; None where it has none, or it cannot be held for a batch."""

    def gradient(
        self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None = None
    ) -> list[Floats]:
        """The gradient of sum(cotangents * outputs), one array for each parameter, zero where nothing leads to it.

        Args:
            parameters: float64, in the shapes of `Trainable.values`.
            cotangents: in the shapes of `output_shapes`.
            jitter: a seed below 2^62 by which what the backward pass computes with, or what the forward pass keeps for it, is moved
                by about an eps, each number of its own, as rounding might have; where the library allows none of it, it is ignored.
        """


def blocks(count: int) -> Iterator[slice]:
    """Of so many scalars, some at a time: what is computed of all those of a large model at once is large itself."""
    return (slice(start, min(start + _AT_ONCE, count)) for start in range(0, count, _AT_ONCE))


class ModelFailure(SubjectError):
    """A model raises where it is asked for something: at these inputs, or at these parameters."""


@contextmanager
def asked(model: Differentiable) -> Iterator[None]:
    """What a model raises while it is asked for something, as one sentence with what it was fed.

    Raises:
        ModelFailure: it raises.
    """
    try:
        yield
    except SymcheckError:
        raise
    except Exception as error:
        raise ModelFailure(
            f"the model fails when fed with {model.fed}: {describe(error)}; "
            "hand over a function inputs(rng) that draws what it takes"
        ) from error


class Layout:
    """Where each parameter lies in the concatenation of all of them, n scalars.

    Attributes:
        count: n.
        ends: shape (parameters,): where each ends.
        modules: what holds them, each once.
    """

    def __init__(self, parameters: Sequence[Trainable]) -> None:
        self.parameters = tuple(parameters)
        self.ends = np.cumsum([p.values.size for p in parameters], dtype=np.int64)
        self.count = int(self.ends[-1]) if len(self.ends) else 0
        self.modules = tuple(dict.fromkeys(p.module for p in parameters))
        number = {name: i for i, name in enumerate(self.modules)}
        self._module = np.array([number[p.module] for p in parameters], np.int32)

    @property
    def slices(self) -> list[slice]:
        """The place of each parameter."""
        starts = [0, *self.ends[:-1].tolist()]
        return [slice(start, end) for start, end in zip(starts, self.ends.tolist(), strict=True)]

    def name_at(self, index: int) -> str:
        """The parameter that a scalar belongs to."""
        return self.parameters[int(self.parameter_at(np.array([index]))[0])].name

    def parameter_at(self, indices: Array) -> Array:
        """The number of the parameter that each scalar belongs to."""
        found = np.empty(len(indices), np.int32)
        for part in blocks(len(indices)):
            found[part] = np.searchsorted(self.ends, indices[part], "right")
        return found

    def module_at(self, indices: Array) -> Array:
        """The number of the module that each scalar belongs to."""
        return self._module[self.parameter_at(indices)] if len(self._module) else np.zeros(0, np.int32)

    def by_module(self, values: Floats) -> Floats:
        """What parameters of one module share, shape (parameters,), once for each of them, shape (modules,)."""
        found = np.zeros(len(self.modules))
        found[self._module] = values
        return found

    def largest(self, values: Floats) -> Floats:
        """For each parameter the largest magnitude in its module, shape (parameters,); NaN where there is one."""
        own = [max(np.max(part), -np.min(part)) if part.size else 0.0 for part in map(values.__getitem__, self.slices)]
        return self.shared(np.array(own, np.float64))

    def shared(self, own: Array) -> Floats:
        """For each parameter the largest in its module of a number of each parameter, shape (parameters,)."""
        most = np.zeros(len(self.modules))
        with np.errstate(invalid="ignore"):
            np.maximum.at(most, self._module, own)
        return np.asarray(most[self._module], np.float64)
