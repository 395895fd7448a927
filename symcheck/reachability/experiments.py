"""Experiments that show why parameters are frozen or tied: another start of a few of them, everything else as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError
from symcheck.reachability.model import Differentiable, Layout, Trainable, asked
from symcheck.reachability.points import scattered, unit
from symcheck.reachability.space import observe
from symcheck.types import Array, Flags, Floats

#: Quiet rounds of an experiment: it only has to show that something came alive or apart.
_QUIET = 3
#: Relative change of outputs that is none.
_ROUNDING = 1e-9
_SINGLE = 1e-3
#: How often a way is halved, after which no slope makes a change of so much, relative to the outputs, and a jump does.
_HALVINGS, _JUMP = 45, 1e-6
#: Batches of which one must show a change.
_WAYS = 20


@dataclass(frozen=True, eq=False)
class Started:
    """A model with another start.

    Attributes:
        start: what its parameters are instead.
    """

    model: Differentiable
    start: Sequence[Trainable]

    @property
    def parameters(self) -> Sequence[Trainable]:
        return self.start

    @property
    def eps(self) -> float:
        return self.model.eps

    @property
    def fed(self) -> str:
        return self.model.fed

    @property
    def fixed(self) -> bool:
        return self.model.fixed

    def batch(self, rng: Generator) -> Any:
        return self.model.batch(rng)

    def output_shapes(self, inputs: Any) -> list[tuple[int, ...]]:
        return self.model.output_shapes(inputs)

    def reordered(self, inputs: Any, order: Array) -> Any | None:
        return self.model.reordered(inputs, order)

    def outputs_at(self, parameters: Sequence[Floats], inputs: Any) -> list[Floats]:
        return self.model.outputs_at(parameters, inputs)

    def gradient(
        self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None = None
    ) -> list[Floats]:
        return self.model.gradient(parameters, inputs, cotangents, jitter)

    def farther(self, factor: float) -> Differentiable | None:
        other = self.model.farther(factor)
        return None if other is None else Started(other, self.start)

    def with_dropout(self) -> Differentiable | None:
        return None

    def padded(self, inputs: Any) -> Mapping[str, Flags]:
        return self.model.padded(inputs)

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: Any) -> str:
        return self.model.absorber(start, moved, inputs)


Change = Callable[[Trainable], Array]


class Experiments:
    """On one model, as many as are allowed.

    Args:
        most: new starts that are tried.
    """

    def __init__(self, model: Differentiable, rng: Generator, centred: bool, most: int) -> None:
        self._model, self._rng, self._centred, self._left = model, rng, centred, most
        self._seen: dict[tuple[str, tuple[str, ...]], Mapping[str, Array] | None] = {}
        self._padded: Mapping[str, Flags] | None = None
        self._generic = scattered(model.parameters, rng)
        self.by_name = {p.name: p for p in model.parameters}

    def drawn_anew(self, names: Sequence[str]) -> Mapping[str, Array] | None:
        """Signed labels by name when some parameters start elsewhere; None where that could not be seen."""
        return self._tried("drawn", names, lambda p: scattered([p], self._rng)[0].values)

    def zeros_drawn(self, names: Sequence[str]) -> Mapping[str, Array] | None:
        """The same when only those of their entries do that are zero."""
        return self._tried(
            "zeros", names, lambda p: np.where(np.asarray(p.values) == 0, scattered([p], self._rng)[0].values, p.values)
        )

    def turned(self, name: str, frozen: Flags) -> Mapping[str, Array] | None:
        """The same when the signs of frozen entries of one parameter are turned."""
        return self._tried("turned", [name], lambda p: np.where(frozen, -np.asarray(p.values, np.float64), p.values))

    def _tried(self, how: str, names: Sequence[str], change: Change) -> Mapping[str, Array] | None:
        key = how, tuple(names)
        if key in self._seen:
            return self._seen[key]
        if not self._left:
            return None
        self._left -= 1
        start = [Trainable(p.name, change(p), p.module) if p.name in names else p for p in self._model.parameters]
        try:
            space = observe(Started(self._model, start), self._rng, centred=self._centred, quiet=_QUIET, strict=False)
        except SymcheckError:
            self._seen[key] = None
            return None
        self._seen[key] = found = by_name(space.layout, space.classes.labels * space.classes.signs)
        return found

    def gradient_beside(self, name: str, others: Sequence[str]) -> list[str]:
        """Which of other parameters have a gradient at the start with one parameter drawn anew, and nothing else moved."""
        model, rng = self._model, self._rng
        point = [
            np.asarray((scattered([p], rng)[0] if p.name == name else p).values, np.float64) for p in model.parameters
        ]
        sizes = {one: float(np.abs(g).max(initial=0)) for one, g in self._gradient(point).items()}
        least = max(sizes.values(), default=0.0) * self.rounding
        return [one for one in others if one != name and sizes[one] > least]

    def still(self, name: str, mask: Flags) -> bool:
        """Whether some entries have no gradient at the generic start."""
        found = self._gradient([np.asarray(p.values, np.float64) for p in self._generic])[name]
        return not (np.abs(found[mask]) > self.rounding * np.abs(found).max(initial=0)).any()

    def _gradient(self, point: Sequence[Floats]) -> dict[str, Floats]:
        model, rng = self._model, self._rng
        with asked(model):
            inputs = model.batch(rng)
            found = model.gradient(point, inputs, [rng.standard_normal(s) for s in model.output_shapes(inputs)])
        return dict(zip(self.by_name, found, strict=True))

    def padded(self, name: str, mask: Flags) -> bool:
        """Whether entries are those of a kernel that meet padding alone."""
        if self._padded is None:
            with asked(self._model):
                self._padded = self._model.padded(self._model.batch(self._rng))
        return name in self._padded and not (mask & ~self._padded[name]).any()

    def outputs_change(self, offsets: Mapping[str, Floats], larger: float = 1.0) -> float:
        """By how much outputs at a generic start change, relative to their size, when parameters are moved; 0 if by no bit.

        Args:
            larger: how many times as large the start is made, and the move.
        """
        with asked(self._model):
            before, after, inputs = self._moved(offsets, larger)
            first = self._model.outputs_at(before, inputs)
            second = self._model.outputs_at(after, inputs)
        size = max((float(np.abs(a).max(initial=0)) for a in first), default=0.0) or 1.0
        changed = _largest(first, second) / size
        # Of what overflows nothing is seen.
        return changed if np.isfinite(changed) else 0.0

    def jumps(self, offsets: Mapping[str, Floats], larger: float = 1.0) -> bool:
        """Whether outputs change by a jump somewhere on the way of a move; not where it changes none of some batches."""
        with asked(self._model):
            return next((jump for _ in range(_WAYS) if (jump := self._jump(offsets, larger)) is not None), False)

    def _jump(self, offsets: Mapping[str, Floats], larger: float) -> bool | None:
        before, after, inputs = self._moved(offsets, larger)

        def at(part: float) -> list[Floats]:
            return self._model.outputs_at([a + part * (b - a) for a, b in zip(before, after, strict=True)], inputs)

        start, end, near, far = 0.0, 1.0, at(0.0), at(1.0)
        least = max(self.rounding, _JUMP) * max((float(np.abs(a).max(initial=0)) for a in near), default=0.0)
        if not _largest(near, far) > least:
            return None
        for _ in range(_HALVINGS):
            middle = (start + end) / 2
            found = at(middle)
            if _largest(near, found) > _largest(found, far):
                end, far = middle, found
            else:
                start, near = middle, found
        return _largest(near, far) > least

    def absorbing(self, offsets: Mapping[str, Floats]) -> str:
        """The operation after which nothing of a change is left."""
        with asked(self._model):
            before, after, inputs = self._moved(offsets)
            return self._model.absorber(before, after, inputs)

    def offset(self, name: str, mask: Flags) -> Floats:
        """Random numbers of the size of a parameter's entries where a mask is, zero elsewhere."""
        parameter = self.by_name[name]
        drawn = self._rng.standard_normal(parameter.values.shape) * (2 * unit(parameter))
        return np.asarray(np.where(mask, drawn, 0.0))

    @property
    def rounding(self) -> float:
        """Below which a change of the outputs is none."""
        return _ROUNDING if self._model.eps < 1e-12 else _SINGLE

    def _moved(self, offsets: Mapping[str, Floats], larger: float = 1.0) -> tuple[list[Floats], list[Floats], Any]:
        before = [np.asarray(p.values, np.float64) * larger for p in self._generic]
        after = [
            value + offsets[p.name] * larger if p.name in offsets else value
            for p, value in zip(self._generic, before, strict=True)
        ]
        return before, after, self._model.batch(self._rng)


def _largest(first: Sequence[Floats], second: Sequence[Floats]) -> float:
    """The largest difference."""
    return max((float(np.abs(a - b).max(initial=0)) for a, b in zip(first, second, strict=True)), default=0.0)


def by_name(layout: Layout, labels: Array) -> dict[str, Array]:
    """Labels of all scalars, by parameter and in its shape."""
    return {
        p.name: labels[place].reshape(p.values.shape) for p, place in zip(layout.parameters, layout.slices, strict=True)
    }
