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
    NARROW,
    NARROWING_PROBE,
    PROBE,
    SMALL,
    SMALL_CONVOLUTION,
    SUCCESSIVE,
    WIDENING_PROBE,
    draws_needed,
    with_kernel,
)
from symcheck.distribution.formats import FloatFormat, format_named
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.network import Network, NotFinite
from symcheck.subjects.data import InitializerFacts, NetworkFacts
from symcheck.subjects.messages import Draw, Request
from symcheck.subjects.opening import InitializerSubject
from symcheck.types import Array

T = TypeVar("T")

#: Checks of an initializer that may fail by chance, if rarely: the statistical ones, and whether all entries are written.
CHANCES = 9
#: For each layer of a network: the statistical checks.
CHANCES_PER_LAYER = 6


@dataclass
class InitializerBench:
    """An initializer with everything drawn from it so far; each draw is made once."""

    subject: InitializerSubject
    law: Law | None
    seed: int
    false_alarm_rate: float
    activation: str = "relu"
    optimizer: str = "sgd"
    layout: str = ""
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
        if refused and not self.description.dense_only:
            self._look_for_kernels()

    def _look_for_kernels(self) -> None:
        """Whether the subject draws convolution kernels only, and perhaps only where layers do not narrow."""
        self.kernels_only = self._first(WIDENING_PROBE).array is not None
        self.never_narrows = self.kernels_only and self._first(NARROWING_PROBE).kind == "raised"

    def asked(self, layer: Layer) -> Layer:
        """The layer that is drawn where a check asks for this one: with a kernel, and widening, where it has to be."""
        return with_kernel(layer, self.never_narrows) if self.kernels_only else layer

    def matrices_needed(self) -> None:
        """Say that a check is about matrices.

        Raises:
            Skip: the subject draws none.
        """
        if self.kernels_only:
            raise Skip("it draws convolution kernels only, and networks are judged as stacks of matrices")

    @property
    def breakdown(self) -> tuple[Layer, Draw] | None:
        """A draw that failed, other than by refusing a kind of shape: it hung or died, or the shape was drawn before."""
        drawn = [(key[0], draw) for key, draws in self._drawn.items() for draw in draws]
        served = {layer for layer, draw in drawn if draw.array is not None}
        for layer, draw in drawn:
            if draw.error and (draw.kind in ("hung", "died") or layer in served):
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
        """The layers the law is tested on: convolutions too where the subject draws them."""
        if self.kernels_only:
            return tuple(self.asked(layer) for layer in CONVOLUTIONS)
        return (*DENSE, *(layer for layer in CONVOLUTIONS if self.draws_convolutions))

    @property
    def compared(self) -> tuple[Layer, ...]:
        """The layers whose entries are compared with each other, also of a kernel where the subject draws them."""
        return (SMALL, SMALL_CONVOLUTION) if self.draws_convolutions else (SMALL,)

    @cached_property
    def small_layers(self) -> tuple[Layer, ...]:
        """The other layers that are drawn: too small to show a slight error, so that each is drawn several times."""
        return tuple(dict.fromkeys(map(self.asked, (*self.compared, *CHAINED, PROBE, *NARROW))))

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
    def draws_convolutions(self) -> bool:
        """Whether arrays of more than two axes can be asked for."""
        return not self.description.dense_only and self._first(CONVOLUTIONS[0]).array is not None

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


@dataclass
class NetworkBench:
    """A network with the law its weights are held to, if any."""

    network: Network
    description: NetworkFacts
    law: Law | None
    optimizer: str
    false_alarm_rate: float
    seed: int = 0

    @property
    def alpha(self) -> float:
        """The false-alarm rate of a single test."""
        return self.false_alarm_rate / (CHANCES_PER_LAYER * self.network.depth)

    @cached_property
    def not_finite(self) -> NotFinite | None:
        """Where there first is a weight or bias that is no finite number."""
        return self.network.not_finite()

    def finite_needed(self) -> None:
        """Say that a check is about numbers.

        Raises:
            Skip: some weight or bias is none.
        """
        if self.not_finite:
            raise Skip("some weights are not finite numbers")

    @cached_property
    def certificate(self) -> Any:
        """The certificate of the network's symmetry.

        Raises:
            Skip: there is no hidden layer, some weight is not a finite number, or layers share one array: the updates
                of one then move the other, which the decision about ties does not reckon with.
        """
        if self.network.depth == 1:
            raise Skip("there is no hidden layer")
        self.finite_needed()
        if self.description.shared:
            raise Skip("layers share one array, and a certificate is about layers that are trained apart")
        from symcheck.symmetry import certify

        return certify(self.network, optimizer=self.optimizer)


def promised(law: Law | None) -> Law:
    """The law that a subject is held to.

    Raises:
        Skip: there is none.
    """
    if law is None:
        raise Skip("no law was given and none is documented for this subject")
    return law
