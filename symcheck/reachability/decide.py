"""The space that training can reach: exactly for a multilayer perceptron, observed for any differentiable model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from symcheck.exact.interpretation import exact_field
from symcheck.exact.mlp_refinement import ReachableNetwork, reachable
from symcheck.network import Network
from symcheck.reachability.model import Differentiable, Layout, Trainable
from symcheck.reachability.points import scattered
from symcheck.reachability.result import Reach
from symcheck.reachability.space import observe
from symcheck.types import Array, Floats


def observed_reach(
    model: Differentiable, rng: Generator, *, centred: bool = False, progress: Callable[[int, int], None] | None = None
) -> Reach:
    """From gradients of the model, and what of it the architecture alone ties or freezes.

    Raises:
        SymcheckError, NoCleanGap: as `symcheck.reachability.space.observe`.
    """
    space = observe(model, rng, centred=centred, progress=progress)
    classes = _by_name(space.layout, space.classes.labels * space.classes.signs)
    elsewhere = None
    if space.classes.dimension < space.layout.count:
        start = _Elsewhere(model, scattered(model.parameters, rng))
        other = observe(start, rng, centred=centred, progress=progress)
        elsewhere = _by_name(other.layout, other.classes.labels * other.classes.signs)
    return Reach(classes, space.rounds, "observed", elsewhere, space.gap, model.fed)


def exact_reach(network: Network, rng: Generator, names: Sequence[tuple[str, str | None]] | None = None) -> Reach:
    """Over a prime field with random functions, for every activation of the classes of the network's.

    Args:
        names: of the weight and the bias of each layer; by default ``weights[i]`` and ``biases[i]``.

    Raises:
        NotExact: a weight or bias is NaN or infinite.
    """
    field = exact_field(network, rng)
    called = names or [(f"weights[{i}]", f"biases[{i}]") for i in range(network.depth)]
    found = reachable(network, rng, field=field)
    classes = _named(found, called)
    elsewhere = None
    if found.dimension < found.parameters:
        elsewhere = _named(reachable(_redrawn(network, rng), rng), called)
    return Reach(classes, found.rounds, "exact", elsewhere, fed="random elements of a prime field")


@dataclass(frozen=True, eq=False)
class _Elsewhere:
    """A model with another start."""

    model: Differentiable
    parameters: Sequence[Trainable]

    @property
    def eps(self) -> float:
        return self.model.eps

    @property
    def fed(self) -> str:
        return self.model.fed

    def batch(self, rng: Generator) -> Any:
        return self.model.batch(rng)

    def output_shapes(self, inputs: Any) -> list[tuple[int, ...]]:
        return self.model.output_shapes(inputs)

    def reordered(self, inputs: Any, order: Array) -> Any | None:
        return self.model.reordered(inputs, order)

    def gradient(self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats]) -> list[Floats]:
        return self.model.gradient(parameters, inputs, cotangents)


def _by_name(layout: Layout, labels: Array) -> dict[str, Array]:
    return {
        p.name: labels[place].reshape(p.values.shape) for p, place in zip(layout.parameters, layout.slices, strict=True)
    }


def _named(found: ReachableNetwork, names: Sequence[tuple[str, str | None]]) -> dict[str, Array]:
    classes: dict[str, Array] = {}
    for (weight, bias), w, b in zip(names, found.weights, found.biases, strict=True):
        classes[weight] = w
        if b is not None and bias is not None:
            classes[bias] = b
    return classes


def _redrawn(network: Network, rng: Generator) -> Network:
    weights = [rng.standard_normal(w.shape) for w in network.weights]
    biases = [None if b is None else rng.standard_normal(b.shape) for b in network.biases]
    return Network(weights, biases, network.activations, network.head, network.inputs)
