"""A function of a tree of parameters, ``f(params, *inputs)``, as a differentiable model: what jax and autograd have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.adapters.trees import arrays, as_array, kind, leaves, mapped, rebuilt
from symcheck.errors import SubjectError
from symcheck.reachability.model import Trainable
from symcheck.reachability.points import bits, is_mask, may_be_mask, sample_scales
from symcheck.texts import describe, plain
from symcheck.types import Array, Flags, Floats

#: A relative step that float32 hardly tells apart, and by how much outputs bend along it, relative to their size, in no float64.
_STEP, _BENT = 1e-7, 1e-10
#: Lines that are tried: what is computed in float32 may count little at one point.
_LINES = 6
#: What is said beside the inputs where it is so.
BY_BATCH = "; batch normalizations use the statistics of the batch, as in training"


class FunctionModel:
    """Base of models that are a function and its parameters.

    Attributes:
        what: a model of this kind, in words.

    Args:
        function: called as ``f(params, *inputs)``; returns an array, or a container of arrays.
        params: dictionaries, lists and tuples of arrays and Python floats at any depth.
        inputs: an example, a tuple of examples, or a callable ``inputs(rng)`` that draws one of these.

    Raises:
        SubjectError: no array of floats among the parameters or a complex one, no inputs, or a function that does not take them.
    """

    what = "the function"

    def __init__(self, function: Callable[..., Any], params: Any, inputs: Any) -> None:
        if inputs is None:
            raise SubjectError("a function does not tell what it takes: hand over an example batch beside it")
        self._function, self._tree = function, params
        named = list(leaves(params, ()))
        for path, values in named:
            if values.dtype.kind == "c":
                raise SubjectError(f"{plain(_written(path))} is complex, and reach is about real parameters")
        self._paths = [path for path, _ in named]
        self.parameters: Sequence[Trainable] = [
            Trainable(plain(_written(path), None), values, self.module(path)) for path, values in named
        ]
        if not named:
            raise SubjectError("there is no array of floats among the parameters")
        self._draw, self._inputs = _drawing(inputs), inputs
        self.eps = float(np.finfo(np.float64).eps)
        self.fed = (
            "what the given function draws" if callable(inputs) else f"{_told(inputs)}; shaped as the given example"
        )
        self.fixed = not callable(inputs) and _some_fixed(inputs)
        self._shapes: list[tuple[int, ...]] | None = None
        try:
            self.output_shapes(self.batch(np.random.default_rng()))
            if any(self._narrows() for _ in range(_LINES)):
                self.eps = float(np.finfo(np.float32).eps)
        except SubjectError:
            raise
        except Exception as error:
            raise SubjectError(f"{self.what} does not take the parameters and inputs: {describe(error)}") from error

    def module(self, path: tuple[Any, ...]) -> str:
        """What holds a parameter; one that nothing holds stands for itself."""
        return plain(".".join(map(str, path[:-1])) or ".".join(map(str, path)), None)

    def batch(self, rng: Generator) -> tuple[Any, ...]:
        """A fresh batch."""
        return self._draw(rng)

    def output_shapes(self, inputs: tuple[Any, ...]) -> list[tuple[int, ...]]:
        """Of every array of floats in the output; taken to be the same for every batch."""
        if self._shapes is None:
            outputs = self.outputs([np.asarray(p.values, np.float64) for p in self.parameters], inputs)
            if any(str(one.dtype).rpartition(".")[2] != "float64" for one in outputs):
                self.eps = float(np.finfo(np.float32).eps)
            self._shapes = [np.shape(one) for one in outputs]
        return self._shapes

    def _narrows(self) -> bool:
        """Whether something within computes in less than float64, whatever goes in and comes out: along a line of small steps
        outputs then leave the straight, or do not change.
        """
        rng = np.random.default_rng()
        start, inputs = [np.asarray(p.values, np.float64) for p in self.parameters], self.batch(rng)
        directions = [rng.standard_normal(one.shape) * (1e-3 + np.abs(one)) for one in start]

        def at(step: float) -> list[Floats]:
            return self.outputs_at([one + step * d for one, d in zip(start, directions, strict=True)], inputs)

        def largest(parts: Iterable[Floats]) -> float:
            return max((float(np.abs(one).max(initial=0)) for one in parts), default=0.0)

        before, near, twice, far = at(0), at(_STEP), at(2 * _STEP), at(1.0)
        changed = largest(b - a for a, b in zip(before, near, strict=True))
        bent = largest(a - 2 * b + c for a, b, c in zip(before, near, twice, strict=True))
        still = not changed and largest(b - a for a, b in zip(before, far, strict=True)) > 0
        return still or bent > _BENT * largest(before)

    def reordered(self, inputs: tuple[Any, ...], order: Array) -> tuple[Any, ...] | None:
        """Every input with its samples in another order."""
        found: list[Array] = []
        mapped(inputs, found.append)
        if any(np.ndim(one) == 0 or len(one) != len(order) for one in found):
            return None
        return tuple(mapped(inputs, lambda one: one[order]))

    @property
    def small(self) -> float:
        """A relative change that is rounding."""
        return 1e-9 if self.eps < np.finfo(np.float32).eps else 1e-4

    def outputs(self, parameters: Sequence[Any], inputs: tuple[Any, ...]) -> list[Any]:
        """The arrays that the function returns at these parameters."""
        return arrays(self._function(self.rebuilt(parameters), *inputs))

    def outputs_at(self, parameters: Sequence[Floats], inputs: tuple[Any, ...]) -> list[Floats]:
        """The same, as arrays of numpy."""
        return [np.asarray(one, np.float64) for one in self.outputs(parameters, inputs)]

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: tuple[Any, ...]) -> str:
        """Operations of a function are not seen."""
        return ""

    def farther(self, factor: float) -> FunctionModel | None:
        """The same fed with larger numbers."""
        if callable(self._inputs):
            return None
        other = copy(self)
        other._draw = _drawing(self._inputs, factor)
        return other

    def padded(self, inputs: tuple[Any, ...]) -> dict[str, Flags]:
        """Kernels of a function are not seen."""
        return {}

    def with_dropout(self) -> None:
        """What a function draws is its own."""

    def rebuilt(self, parameters: Sequence[Any]) -> Any:
        """The tree with other arrays in it."""
        return rebuilt(self._tree, (), dict(zip(self._paths, parameters, strict=True)))

    def gradient(
        self,
        parameters: Sequence[Floats],
        inputs: tuple[Any, ...],
        cotangents: Sequence[Floats],
        jitter: int | None = None,
    ) -> list[Floats]:
        """By the library."""
        raise NotImplementedError


def _written(path: tuple[Any, ...]) -> str:
    return ".".join(map(str, path)) or "params"


def _drawing(inputs: Any, factor: float = 1.0) -> Callable[[Generator], tuple[Any, ...]]:
    if callable(inputs):
        made: Callable[[Generator], Any] = inputs
        return lambda rng: _as_tuple(made(rng))
    example = _as_tuple(inputs)
    found: list[Array] = []
    mapped(example, found.append)
    samples = max((len(one) for one in found if one.ndim), default=1)

    def draw(rng: Generator) -> tuple[Any, ...]:
        scales = sample_scales(rng, samples) * factor
        return tuple(mapped(example, lambda one: fresh(one, scales, rng)))

    def fresh(one: Array, scales: Floats, rng: Generator) -> Array:
        if not _drawn(one, len(found)):
            return one
        return bits(one.shape, rng) if _maybe_mask(one, found) else _like(one, scales, rng)

    return draw


def _maybe_mask(one: Array, inputs: Sequence[Array]) -> bool:
    """Whether an input of ones may be a mask: the first is none, where ones stand for a shape."""
    return one is not inputs[0] and may_be_mask(np.asarray(one))


def _drawn(one: Array, inputs: int) -> bool:
    """Whether an example is replaced by normal numbers: floats, but not those of a mask beside other inputs."""
    if kind(one) != "f" or not one.size:
        return False
    values = np.asarray(one)
    return bool(np.isfinite(values).all()) and not (inputs > 1 and is_mask(values))


def _some_fixed(inputs: Any) -> bool:
    found: list[Array] = []
    mapped(_as_tuple(inputs), found.append)
    return not all(_drawn(one, len(found)) for one in found)


def _told(inputs: Any) -> str:
    found: list[Array] = []
    mapped(_as_tuple(inputs), found.append)
    return ", ".join(
        f"{f'{one.dtype} as given' if not _drawn(one, len(found)) else 'ones and zeros' if _maybe_mask(one, found) else 'normal numbers'} "
        f"{np.shape(one)}"
        for one in found
    )


def _like(example: Array, scales: Floats, rng: Generator) -> Floats:
    size = float(np.sqrt(np.mean(np.square(example)))) or 1.0
    drawn = rng.standard_normal(example.shape) * size
    return np.asarray((drawn.T * scales[: len(drawn)]).T if drawn.ndim else drawn * scales[0])


def _as_tuple(inputs: Any) -> tuple[Any, ...]:
    return tuple(
        mapped(inputs if isinstance(inputs, tuple) and not hasattr(inputs, "_fields") else (inputs,), as_array)
    )
