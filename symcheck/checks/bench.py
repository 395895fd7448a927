"""What a check works on: a subject with its law, the draws already made, and its share of the false-alarm budget."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np

from symcheck.checks.definition import Skip
from symcheck.checks.layers import (
    CHAINED,
    CONVOLUTIONS,
    DENSE,
    KERNELS,
    NARROW,
    NARROWING,
    PROBE,
    SMALL,
    SMALL_CONVOLUTION,
    SUCCESSIVE,
    WIDENING,
    draws_needed,
    with_kernel,
)
from symcheck.distribution.formats import FloatFormat, format_named
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.subjects.data import InitializerFacts
from symcheck.subjects.messages import Draw, Request
from symcheck.subjects.opening import InitializerSubject
from symcheck.types import Array

T = TypeVar("T")

#: Checks of an initializer that may fail by chance, if rarely: the statistical ones, and whether all entries are written.
CHANCES = 10


@dataclass(frozen=True)
class Kernels:
    """How a subject takes to convolution kernels.

    Attributes:
        drawn: layers whose arrays come as they were asked for.
        misshapen: layers whose arrays have another shape. refused: layers for which there is no array.
    """

    drawn: tuple[Layer, ...] = ()
    misshapen: tuple[tuple[Layer, Draw], ...] = ()
    refused: tuple[tuple[Layer, Draw], ...] = ()


@dataclass
class InitializerBench:
    """An initializer with everything drawn from it so far; each draw is made once."""

    subject: InitializerSubject
    law: Law | None
    seed: int
    false_alarm_rate: float
    activation: str = "relu"
    optimizer: str = "sgd"
    shapes: str | None = None
    layout: str = ""
    kernel: tuple[int, ...] = KERNELS[0]
    kernels_only: bool = False
    never_narrows: bool = False
    _drawn: dict[tuple[Any, ...], list[Draw]] = field(default_factory=dict)
    _found: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.layout = self.subject.facts.layout
        if self.subject.facts.dense_only and not self._first(PROBE).error:
            array = self._first(PROBE).array
            if array is not None and array.shape == (PROBE.inputs, PROBE.out):
                self.layout = "in_out"
        refused = self._first(PROBE).kind == self._first(PROBE, seed=9).kind == "raised"
        if self.may_draw_kernels and (refused or self.shapes == "kernels"):
            self._look_for_kernels()

    @property
    def may_draw_kernels(self) -> bool:
        """Whether kernels can be asked for, and are not left out at the user's wish."""
        return not self.description.dense_only and self.shapes != "dense"

    def _look_for_kernels(self) -> None:
        """Whether the subject draws convolution kernels only, of which rank, and perhaps only where layers do not narrow."""
        for kernel in KERNELS:
            if self._first(Layer(*WIDENING, kernel)).array is not None:
                self.never_narrows = self._first(Layer(*NARROWING, kernel)).kind == "raised"
                self.kernel, self.kernels_only = kernel, True
                return

    def asked(self, layer: Layer) -> Layer:
        """The layer that is drawn where a check asks for this one: with a kernel, and widening, where it has to be."""
        return with_kernel(layer, self.kernel, self.never_narrows) if self.kernels_only else layer

    def matrices_needed(self) -> None:
        """Say that a check is about matrices.

        Raises:
            Skip: the subject draws none.
        """
        if self.kernels_only:
            raise Skip("it draws convolution kernels only, and networks are judged as stacks of matrices")

    @property
    def breakdown(self) -> tuple[Layer, Draw] | None:
        """A draw that failed, other than by refusing a kind of shape: it hung or died, or the shape was drawn before, or other
        matrices are drawn."""
        drawn = [(key[0], draw) for key, draws in self._drawn.items() for draw in draws]
        served = {layer for layer, draw in drawn if draw.array is not None}
        matrices = any(not layer.kernel for layer in served)
        for layer, draw in drawn:
            if draw.error and (draw.kind in ("hung", "died") or layer in served or (matrices and not layer.kernel)):
                return layer, draw
        return None

    @property
    def description(self) -> InitializerFacts:
        """What is known of the subject without calling it."""
        return self.subject.facts

    @property
    def called_as(self) -> str:
        """How it is called, with the layout of what comes back."""
        called = self.description.called_as or ""
        return called.replace("(out, in)", f"({self.layout.replace('_', ', ')})")

    def draws(self, layer: Layer, seed: int = 0, count: int = 1, poison: float = float("nan")) -> list[Draw]:
        """Draws for a layer; ``seed`` numbers the streams of this run."""
        layer = self.asked(layer)
        key = (layer, seed, count, repr(poison))
        if key not in self._drawn:
            number = int(np.random.SeedSequence([self.seed, seed]).generate_state(1, np.uint64)[0] >> 2)
            self._drawn[key] = self.subject.draw(Request(layer, number, count, poison))
        return self._drawn[key]

    def array(self, layer: Layer, seed: int = 0) -> Array:
        """The array drawn for a layer, as it came.

        Raises:
            Skip: there is none, or it has the wrong shape or values that are not finite.
        """
        return self._sound(self._first(layer, seed), layer)

    def arrays(self, layer: Layer, count: int, seed: int = 0) -> list[Array]:
        """Several arrays from one stream of randomness."""
        draws = self.draws(layer, seed, count)
        if len(draws) < count and draws[-1].error is None:
            raise Skip("fewer arrays came back than were asked for")
        return [self._sound(draw, layer) for draw in draws]

    def oriented(self, layer: Layer, seed: int = 0) -> Array:
        """The array turned to (out, in, *kernel)."""
        return self.turned(self.array(layer, seed))

    def turned(self, array: Array) -> Array:
        """An array as it came, turned to (out, in, *kernel)."""
        return array if self.layout == "out_in" else np.moveaxis(array, (-1, -2), (0, 1))

    def _settled(self, layer: Layer) -> Draw:
        """The first draw for a layer; where it raised, another, since a shape that is refused is so each time."""
        first = self._first(layer)
        return self._first(layer, seed=9) if first.kind == "raised" else first

    def _first(self, layer: Layer, seed: int = 0) -> Draw:
        return self.draws(layer, seed)[0]

    def _sound(self, draw: Draw, layer: Layer) -> Array:
        if draw.array is None:
            raise Skip(f"no array to judge: the subject {draw.error}")
        if draw.array.shape != self.asked(layer).shape(self.layout):
            raise Skip("no array of the right shape to judge")
        if draw.array.dtype.kind == "f" and not np.isfinite(draw.array).all():
            raise Skip("the array is not finite")
        return draw.array

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that the law is tested on: matrices, unless the subject draws none."""
        if self.kernels_only:
            return self.kernels.drawn or tuple(self.asked(layer) for layer in CONVOLUTIONS[:1])
        return DENSE

    @property
    def compared(self) -> tuple[Layer, ...]:
        """The layers whose entries are compared with each other, also of a kernel where the subject draws them."""
        ranks = {len(layer.kernel) for layer in self.kernels.drawn}
        return (SMALL, SMALL_CONVOLUTION) if len(SMALL_CONVOLUTION.kernel) in ranks else (SMALL,)

    @cached_property
    def small_layers(self) -> tuple[Layer, ...]:
        """The other layers that are drawn: too small to show a slight error, so that each is drawn several times."""
        return tuple(dict.fromkeys(map(self.asked, (SMALL, *CHAINED, PROBE, *NARROW))))

    @cached_property
    def successive(self) -> list[Array]:
        """Arrays of one shape drawn one after the other from one stream of randomness, turned to (out, in)."""
        return [self.turned(array) for array in self.arrays(SMALL, SUCCESSIVE, seed=2)]

    @cached_property
    def repeats(self) -> bool:
        """Whether some of the successive draws are equal, so that pooling them would count one draw twice."""
        return any(np.array_equal(a, b) for a, b in itertools.combinations(self.successive, 2))

    def pooled(self, layer: Layer) -> Array:
        """Independent draws for a small layer, stacked along a new first axis and turned to (out, in, *kernel).

        Raises:
            Skip: as :meth:`arrays`.
        """
        if self.repeats:
            return self.oriented(layer)[None]
        if layer == SMALL:
            return np.stack(self.successive)
        return np.stack([self.turned(array) for array in self.arrays(layer, draws_needed(layer), seed=4)])

    @cached_property
    def kernels(self) -> Kernels:
        """What comes of asking for kernels of each rank, where any can be asked for."""
        if not self.may_draw_kernels:
            return Kernels()
        asked = [(layer, self._settled(layer)) for layer in map(self.asked, CONVOLUTIONS)]
        came = [(layer, draw, draw.array) for layer, draw in asked if draw.array is not None]
        return Kernels(
            tuple(layer for layer, _, array in came if array.shape == layer.shape(self.layout)),
            tuple((layer, draw) for layer, draw, array in came if array.shape != layer.shape(self.layout)),
            tuple((layer, draw) for layer, draw in asked if draw.array is None),
        )

    @cached_property
    def random(self) -> bool:
        """Whether two draws ought to differ: by the law, by what the name promises, or as seen."""
        if self.law is not None:
            return self.law.random
        return self.description.promise == "random" or not self.deterministic

    @cached_property
    def deterministic(self) -> bool:
        """Whether draws from different seeds were all the same."""
        return bool(np.array_equal(self.array(SMALL, 0), self.array(SMALL, 1)))

    @cached_property
    def all_equal(self) -> bool:
        """Whether every entry is one number."""
        array = self.array(SMALL)
        return bool((array == array.flat[0]).all())

    def observations(self) -> list[Observation]:
        """One sample for each layer of the law tests."""
        return [Observation(layer, self.oriented(layer)) for layer in self.layers]

    def share(self, tests: int) -> float:
        """The false-alarm rate of one of a check's tests, so that all of the run's together keep the whole budget."""
        return self.false_alarm_rate / (CHANCES * tests)

    def form(self, layer: Layer) -> FloatFormat:
        """The format of the dtype the subject draws in."""
        return format_named(self._first(layer).dtype)


def once(find: Callable[[InitializerBench], T]) -> Callable[[InitializerBench], T]:
    """Have what a function finds on a bench computed at the first call only."""

    @wraps(find)
    def kept(bench: InitializerBench) -> T:
        if find not in bench._found:
            bench._found[find] = find(bench)
        found: T = bench._found[find]
        return found

    return kept


def promised(law: Law | None) -> Law:
    """The law that a subject is held to.

    Raises:
        Skip: there is none.
    """
    if law is None:
        raise Skip("no law was given and none is documented for this subject")
    return law
