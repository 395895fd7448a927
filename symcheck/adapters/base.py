"""What an adapter may override, with the answers of a library that offers nothing of the kind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import combinations
from math import inf
from typing import Any

import numpy as np

from symcheck.adapters.held import AdaptedParameter
from symcheck.types import Array


@dataclass
class NetworkParts:
    """A network as an adapter reads it, already turned to (out, in).

    ``shared`` holds pairs of layers, counted from 1, that train one array; the arrays here may be copies of it.
    """

    weights: list[Array]
    biases: list[Array | None]
    activations: list[str]
    head: str = "linear"
    layout: str = "out_in"
    law: str | None = None
    activation_known: bool = True
    notes: list[str] = field(default_factory=list)
    shared: list[tuple[int, int]] = field(default_factory=list)
    inputs: tuple[float, float] = (-inf, inf)


def pairs_that_share(parameters: Sequence[Sequence[Any]], same: Callable[[Any, Any], bool]) -> list[tuple[int, int]]:
    """Pairs of layers, counted from 1, of which some parameters are the same."""
    numbered = list(enumerate(parameters, 1))
    return [
        (i, j)
        for (i, first), (j, second) in combinations(numbered, 2)
        if any(same(a, b) for a in first for b in second)
    ]


class Adapter:
    """One library; this one is nobody's, and what every other falls back on.

    Attributes:
        draws: whether the library has initializers, called in a way of its own.
        layout: of its weight arrays.
        dtype: what is passed where its initializers ask for one.
        keys: whether its randomness comes from keys.
        dense_only: whether its fans are those of a matrix, so that its laws are held to dense shapes.
    """

    draws = False
    layout = "out_in"
    dtype: str | None = None
    keys = False
    dense_only = False

    def is_network(self, obj: Any) -> bool:
        """Whether the object is a model that `network` is to read."""
        return False

    def network(self, model: Any) -> NetworkParts:
        """Read a model.

        Raises:
            SubjectError: it is none that can be read.
        """
        raise NotImplementedError

    def has_parameters(self, obj: Any) -> bool:
        """Whether the object is one of the library's modules, whose parameters `parameters` tells."""
        return False

    def parameters(self, model: Any) -> list[AdaptedParameter]:
        """Every parameter of a module, by its name in the library.

        Raises:
            SubjectError: they cannot be told.
        """
        raise NotImplementedError

    def storage(self, array: Any) -> Hashable | None:
        """What two of the library's arrays have in common that are stored in the same memory; None for anything else."""
        return None

    def is_factory(self, obj: Any) -> bool:
        """Whether calling the object without arguments makes a subject (``he_normal()``, a model class)."""
        return False

    def is_model_class(self, obj: Any) -> bool:
        """Whether the object is a class of the library's models."""
        return False

    def is_initializer(self, obj: Any) -> bool:
        """Whether the object is an initializer with a configuration that tells its law."""
        return False

    def is_initializer_class(self, obj: Any) -> bool:
        """Whether the object is a class of such initializers."""
        return False

    def instance_law(self, obj: Any) -> str | None:
        """The documented law of such an initializer."""
        return None

    def known_law(self, name: str, **bound: Any) -> str | None:
        """The documented law of the library's function of this name, with the arguments bound to it."""
        return None

    def promises_random(self, name: str) -> bool:
        """Whether a function promises random draws without saying which."""
        return False

    def stands_for(self, obj: Any) -> Any:
        """What a deprecated alias is an alias of; any other object itself."""
        return obj

    def draws_nothing(self, obj: Any) -> str | None:
        """Why an object that sits among the initializers is none."""
        return None

    def of_array(self, array: Array) -> Any | None:
        """The library's own kind of array with these values and dtype; None where numpy's will do."""
        return None

    def to_numpy(self, obj: Any) -> tuple[Array, str] | None:
        """The values of one of the library's arrays with the name of its dtype; None for anything else."""
        return None

    def target(self, shape: tuple[int, ...], poison: float) -> Any:
        """What an in-place initializer is to fill."""
        return np.full(shape, poison, dtype=np.float64)

    def key(self, n: int) -> Any:
        """A key of randomness."""
        raise NotImplementedError

    def rngs(self, n: int) -> Any:
        """A bundle of streams of randomness, as flax's nnx modules take it."""
        raise NotImplementedError

    def poisoned(self) -> AbstractContextManager[object]:
        """While a model is built: memory that is asked for without contents holds NaN, so that what nobody writes is seen."""
        return nullcontext()

    def zoo(self) -> Any:
        """A model of one of each layer, for functions over modules; None where the library has none of them."""
        return None

    def layers(self, model: Any) -> dict[str, Any]:
        """The layers of such a model that have parameters of their own, by name."""
        raise NotImplementedError

    def ops(self) -> Any:
        """The object through which the library computes, where its initializers ask for one."""
        return None

    def seed(self, n: int) -> None:
        """Seed the library's global generators."""

    def save_state(self) -> Any:
        """The state of its global generators."""

    def restore_state(self, state: Any) -> None:
        """Put them back."""
