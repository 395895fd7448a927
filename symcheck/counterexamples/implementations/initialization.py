"""Faults of the initialization."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.objective import Objective
from symcheck.types import Array, Params


class ConstantInitialization(FaultyMLP):
    fault = "every weight starts at 0.5, so that all units of a layer stay equal for ever"
    severity = "gross"
    shown_by = "symmetry"
    likely_mistake = "all weights start equal"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return np.full(shape, 0.5)


class ZeroInitialization(FaultyMLP):
    fault = "every weight starts at zero, so that no hidden unit ever learns"
    severity = "gross"
    shown_by = "symmetry"
    likely_mistake = "all weights start at zero"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return np.zeros(shape)


class FirstLayerZero(FaultyMLP):
    fault = "the first layer starts at zero, which ReLU units never leave"
    severity = "gross"
    shown_by = "symmetry"
    likely_mistake = "first layer starts at zero"
    activation = "relu"

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        (W, b), *rest = super().initialize(sizes, rng)
        return [(np.zeros_like(W), b), *rest]


class UnitDuplicated(FaultyMLP):
    fault = "the last two units of every hidden layer are copies, incoming and outgoing weights alike"
    severity = "slight"
    shown_by = "symmetry"
    likely_mistake = "two units start alike"

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        drawn = super().initialize(sizes, rng)
        for (W, _), (above, _) in pairwise(drawn):
            if len(W) > 1:
                W[-1] = W[-2]
                above[:, -1] = above[:, -2]
        return drawn


class RowsDuplicated(FaultyMLP):
    fault = "one row is drawn for each layer and used for all its units"
    severity = "gross"
    shown_by = "initialize"
    likely_mistake = "rows of W are copies of one another"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return np.repeat(super().draw((1, shape[1]), gain, rng), shape[0], axis=0)


class HeWithoutTheTwo(FaultyMLP):
    fault = "the hidden layers have variance 1 / fan_in where ReLU needs 2 / fan_in"
    severity = "gross"
    shown_by = "initialize"
    likely_mistake = "the factor 2 of He's variance is missing"
    activation = "relu"

    def gain(self) -> float:
        return 1.0


class FanOutInsteadOfFanIn(FaultyMLP):
    fault = "the variance is divided by fan_out, which square layers do not notice"
    severity = "gross"
    shown_by = "initialize"
    likely_mistake = "fan_out instead of fan_in"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return rng.standard_normal(shape) * (gain / sqrt(shape[0]))


class StdFourPercentTooLarge(FaultyMLP):
    fault = "the weights are spread 4 % too far"
    severity = "slight"
    shown_by = "initialize"
    likely_mistake = "std is too large by the factor 1.04"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return 1.04 * super().draw(shape, gain, rng)


class LayersShareOneArray(FaultyMLP):
    fault = "layers of equal shape hold the same array of weights"
    severity = "gross"
    shown_by = "initialize"
    likely_mistake = "weights of layers share one array"
    tried_with = (3, 3, 3, 3)

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        kept: dict[tuple[int, ...], Array] = {}
        return [(kept.setdefault(W.shape, W), b) for W, b in super().initialize(sizes, rng)]


class BiasesShareOneArray(FaultyMLP):
    fault = "the biases of equally wide layers are one array of zeros"
    severity = "slight"
    shown_by = "initialize"
    likely_mistake = "biases of layers share one array"
    tried_with = (3, 3, 3, 3)

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        kept: dict[tuple[int, ...], Array] = {}
        return [(W, kept.setdefault(b.shape, b)) for W, b in super().initialize(sizes, rng)]


class SameArraysAtEveryCall(FaultyMLP):
    fault = "the weights are drawn once for given sizes and handed out again at every later call"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "initialize returns the same arrays at every call"

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._drawn: dict[tuple[int, ...], Params] = {}

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        key = tuple(sizes)
        if key not in self._drawn:
            self._drawn[key] = super().initialize(sizes, rng)
        return self._drawn[key]


class SeedIgnored(FaultyMLP):
    fault = "the generator that is handed over is ignored for a fresh one"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "seed ignored"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return super().draw(shape, gain, np.random.default_rng())


class SeedPinned(FaultyMLP):
    fault = "the generator that is handed over is ignored for one of seed 0"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "seed pinned inside"

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        return super().initialize(sizes, np.random.default_rng(0))


class GlobalGeneratorUsed(FaultyMLP):
    fault = "the weights come from numpy's global generator"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "global numpy random used"

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        return np.random.standard_normal(shape) * (gain / sqrt(shape[1]))


class GlobalGeneratorSeeded(FaultyMLP):
    fault = "the weights are right, but numpy's global generator is seeded on the way"
    severity = "slight"
    shown_by = "purity"
    likely_mistake = "global state of numpy's generator is changed"

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        np.random.seed(0)
        return super().initialize(sizes, rng)


FAULTS: tuple[type[FaultyMLP], ...] = (
    ConstantInitialization,
    ZeroInitialization,
    FirstLayerZero,
    UnitDuplicated,
    RowsDuplicated,
    HeWithoutTheTwo,
    FanOutInsteadOfFanIn,
    StdFourPercentTooLarge,
    LayersShareOneArray,
    BiasesShareOneArray,
    SameArraysAtEveryCall,
    SeedIgnored,
    SeedPinned,
    GlobalGeneratorUsed,
    GlobalGeneratorSeeded,
)
