"""The cases of the lesson, named as textbooks name them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from symcheck.laws.names import parse_law
from symcheck.lesson.case import TrainedNetwork, with_masks
from symcheck.reference.samplers import sample
from symcheck.types import Floats, NetworkParams

#: The sample of the two units: two inputs and a target.
INPUT, TARGET = [[1.0, 2.0]], [[0.0]]
#: Five points of the plane, so that no two units agree by chance.
POINTS = np.array([[1.0, 0.5], [-0.5, 1.0], [0.25, -1.0], [-1.0, -0.5], [0.5, 0.75]])
VALUES = np.array([[1.0], [-0.5], [0.5], [-1.0], [0.25]])

#: How much slower a unit learns, and how strong the penalty is.
_SLOW, _PENALTY = 0.5, 0.5
_ADDED = f"To the gradient of each weight {_PENALTY} times its sign is added."
_MASKS = "Before each update a mask is drawn; a unit that it leaves out sends 0. What units compute is shown without it, the lines of the proof with it."


def layers(*pairs: tuple[Any, Any]) -> NetworkParams:
    """Parameters from rows and biases; 0 stands for zero biases."""
    return [(np.array(w, float), np.zeros(len(w)) + np.array(b, float)) for w, b in pairs]


def two_units(
    weights: Any = ((0.5, 0.5), (0.5, 0.5)), above: Any = ((0.5, 0.5),), biases: Any = 0, **more: Any
) -> TrainedNetwork:
    """Two inputs, two units, one output: the smallest network in which something can be tied."""
    settings: dict[str, Any] = {"key": "two-units", "title": "two units at 0.5", "activation": "tanh", **more}
    params = layers((weights, biases), (above, 0))
    return TrainedNetwork(params=params, X=np.array(INPUT), Y=np.array(TARGET), **settings)


def drawn(
    key: str, title: str, sizes: tuple[int, ...], law: str, rng: np.random.Generator, **more: Any
) -> TrainedNetwork:
    """A network whose weights follow a law, biases zero."""
    follow = parse_law(law)
    params: NetworkParams = [(sample(follow, (n_out, n_in), rng), np.zeros(n_out)) for n_in, n_out in pairwise(sizes)]
    return TrainedNetwork(key, title, params=params, X=POINTS, Y=VALUES, **{"activation": "tanh", **more})


def on_points(key: str, title: str, *pairs: tuple[Any, Any], **more: Any) -> TrainedNetwork:
    """A network with these rows and biases, on the five points."""
    return TrainedNetwork(key, title, params=layers(*pairs), X=POINTS, Y=VALUES, **{"activation": "tanh", **more})


def full(rows: int, columns: int, value: float) -> Floats:
    """A matrix of one value."""
    return np.full((rows, columns), value)


def broken(rng: np.random.Generator) -> dict[str, TrainedNetwork]:
    """Cases in which one thing is not as constant initialization has it."""
    half = ((0.5, 0.5), (0.5, 0.5))
    uneven = np.array([[1.5, -0.5, -0.5], [-0.5, 0.5, 0.5], [-0.5, 0.5, 0.5]])
    cases = (
        two_units(((0.5, 0.5), (0.5, 1.0)), key="rows", title="another weight into a unit"),
        two_units(half, ((0.5, 1.0),), key="columns", title="another weight out of a unit"),
        two_units(half, biases=(0.0, 0.25), key="biases", title="another bias"),
        two_units(
            half,
            key="rate",
            title="another learning rate for a unit",
            factors=(([[1.0], [_SLOW]], [1.0, _SLOW]), (1.0, 1.0)),
            note=f"What comes into unit 2 learns at {_SLOW} times the rate.",
        ),
        with_masks(two_units(half, key="dropout", title="dropout", note=_MASKS), rng),
        two_units(half, key="penalty", title="a penalty on |W| (L1)", l1=_PENALTY, note=_ADDED),
        TrainedNetwork(
            "penalty-uneven",
            "the same penalty, where only sums are equal",
            "tanh",
            layers((full(3, 1, 0.5), 0), (uneven, 0), (full(1, 3, 0.5), 0)),
            np.array([[1.0]]),
            np.array([[0.0]]),
            l1=_PENALTY,
            layer=2,
            note=f"{_ADDED} The rows of layer 2 differ, and so do their signs; their sums are equal, and so are those of its columns.",
        ),
        two_units(
            ((0.5, 0.5), (-0.5, -0.5)), ((0.5, -0.5),), key="sign", title="the signs of one unit turned, with tanh"
        ),
        two_units(
            ((0.5, 0.5), (-0.5, -0.5)),
            ((0.5, -0.5),),
            key="sign-sigmoid",
            title="the same signs, with the sigmoid",
            activation="sigmoid",
        ),
    )
    return {case.key: case for case in cases}


def traps(rng: np.random.Generator) -> dict[str, TrainedNetwork]:
    """Cases in which looking at the rows alone gives the wrong answer."""
    circulant = np.array([[0.5, 0.25, 0.0], [0.0, 0.5, 0.25], [0.25, 0.0, 0.5]])
    # All different, so that nothing agrees that is not meant to.
    numbers = rng.choice(np.arange(25, 101), 9, replace=False) / 100
    first, above = numbers[:6].reshape(3, 2), numbers[6:] * [[1.0, -1.0, 1.0]]
    cases = (
        on_points("equal-rows", "equal rows under different columns", (full(3, 2, 0.5), 0), (above, 0)),
        on_points(
            "circulant", "different rows between constant layers",
            (full(3, 2, 0.5), 0), (circulant, 0), (full(1, 3, 0.5), 0), layer=2,
        ),
        on_points(
            "dead", "ReLU fed what is never negative, weights negative",
            (first, 0), (-np.round(first.mean(axis=1, keepdims=True), 3) * np.ones((1, 3)), 0), (above, 0), activation="relu", layer=2,
        ),
        on_points("zero-below", "zero below, random above", (full(3, 2, 0.0), 0), (above, 0)),
        on_points("zero-below-relu", "zero below, random above, with ReLU", (full(3, 2, 0.0), 0), (above, 0), activation="relu"),
        on_points("zero-above", "random below, zero above", (first, 0), (full(1, 3, 0.0), 0)),
        on_points("zero-both", "zero in both", (full(3, 2, 0.0), 0), (full(1, 3, 0.0), 0)),
    )  # fmt: skip
    return {case.key: case for case in cases}


#: Starts that a reader may choose, each as textbooks name it.
STARTS: dict[str, Callable[[np.random.Generator], TrainedNetwork]] = {
    "constant": lambda rng: drawn("constant", "all weights 0.5", (2, 4, 1), "constant(0.5)", rng),
    "zeros": lambda rng: drawn("zeros", "all weights 0", (2, 4, 1), "zeros", rng),
    "ones": lambda rng: drawn("ones", "all weights 1", (2, 4, 1), "constant(1)", rng),
    "small": lambda rng: drawn("small", "0.01 · randn", (2, 4, 1), "0.01 * randn", rng),
    "he": lambda rng: drawn("he", "He: randn · √(2 / fan-in)", (2, 4, 1), "he_normal", rng),
}
