"""Which mistakes of the forward pass give the outputs that were got: all that fit, simplest first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.activations import ACTIVATIONS
from symcheck.counterexamples.implementations import forward as forward_faults
from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.diagnosis.candidates import other_activations
from symcheck.diagnosis.comparing import Mistake, agree, fitted, narrow_type
from symcheck.diagnosis.gradients import Trial
from symcheck.objective import Objective, activated
from symcheck.types import Array

_SHIPPED: tuple[type[FaultyMLP], ...] = (
    forward_faults.BiasIgnored,
    forward_faults.BiasAddedTwice,
    forward_faults.OutputActivated,
    forward_faults.ActivationForgotten,
    forward_faults.SingleSampleSqueezed,
    forward_faults.BatchMeanSubtracted,
    forward_faults.LastUnitSwitchedOff,
)


class _TransposeMissing(CorrectMLP):
    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W + b


class _LastBiasMissing(CorrectMLP):
    def propagate(self, params: list[tuple[Array, Array]], X: Array) -> tuple[list[Array], list[Array]]:
        entering, preactivations = super().propagate(params, X)
        return entering, [*preactivations[:-1], preactivations[-1] - params[-1][1]]


class _LayerLinear(CorrectMLP):
    def __init__(self, layer: int, activation: str, objective: Objective) -> None:
        super().__init__(activation, objective)
        self._layer = layer

    def propagate(self, params: list[tuple[Array, Array]], X: Array) -> tuple[list[Array], list[Array]]:
        self._seen = 0
        return super().propagate(params, X)

    def activate(self, z: Array) -> Array:
        self._seen += 1
        return z if self._seen == self._layer else super().activate(z)


def output_mistakes(case: Trial, got: Array) -> Iterator[Mistake]:
    """All mistakes that reproduce the outputs ``got``, which are not right, simplest first."""
    right = case.right.forward(case.params, case.X)
    if got.shape == right.T.shape != right.shape and agree([got], [right.T]):
        yield _plain("outputs are transposed: they must be samples x features")
    z = case.right.propagate(case.params, case.X)[1][-1]
    own = case.objective.output_activation
    with np.errstate(over="ignore", invalid="ignore"):
        if own == "identity" and agree([got], [case.right.softmax(right)]):
            yield _plain("softmax is applied already: the outputs must be what enters it")
        for name in ("identity", "softmax", *ACTIVATIONS):
            if own != "identity" and name != own and agree([got], [activated(z, name)]):
                missing = "the output activation is missing" if name == "identity" else f"the outputs go through {name}"
                yield Mistake("output activation", f"{missing}: {own} is declared, or what the gradients are those of")
                return
    for words, implementation in _implementations(case):
        wrong = _outputs(implementation, case)
        if wrong is not None and wrong.shape == got.shape and agree([got], [wrong]):
            yield _plain(words)
    narrow = narrow_type([got], [right])
    if narrow is not None:
        yield _plain(f"{narrow[0]} inside: the outputs are {narrow[0]} values, right to {narrow[1]} digits")
    factor = fitted([got], [0 * right], [right])
    if factor is not None:
        yield Mistake("factor", f"every output is {factor:.6g} times the right one")


def _implementations(case: Trial) -> Iterator[tuple[str, CorrectMLP]]:
    for fault in _SHIPPED:
        yield fault.likely_mistake, fault(case.activation, case.objective)
    yield "W.T missing in the forward pass", _TransposeMissing(case.activation, case.objective)
    yield "bias of the last layer is not added", _LastBiasMissing(case.activation, case.objective)
    for layer in range(1, len(case.params)):
        yield f"activation is missing in hidden layer {layer}", _LayerLinear(layer, case.activation, case.objective)
    yield from other_activations(case.activation, case.objective)


def _outputs(implementation: CorrectMLP, case: Trial) -> Array | None:
    try:
        with np.errstate(all="ignore"):
            return implementation.forward(case.params, case.X.copy())
    except ValueError:
        return None


def _plain(words: str) -> Mistake:
    return Mistake(words, words)
