"""A wide tied network beside its single-neuron twin, and what no chain of single neurons can fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.lesson.presets import POINTS, VALUES, drawn
from symcheck.proof import prove
from symcheck.proof.theorem import Theorem
from symcheck.reference import forward, loss_value, train, trajectory
from symcheck.reference.optimizers import LearningRate
from symcheck.reference.parameters import params_of
from symcheck.symmetry import certify
from symcheck.types import Floats, NetworkParams

_SIZES, _RATE, _FAST, _SHOWN = (2, 6, 1), 0.1, 0.1, (0, 1, 2, 5, 20)
XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
_LONG = 3000
#: No line separates these classes of the points, so that the loss has a minimum.
_LABELS = np.array([0, 1, 1, 0, 0])


@dataclass(frozen=True)
class TwinRow:
    """Both networks after some updates: outputs at the first point, weights into a unit, and the weights out of it added up."""

    update: int
    outputs: tuple[float, float]
    weights_in: tuple[tuple[float, ...], tuple[float, ...]]
    weights_out: tuple[float, float]


@dataclass(frozen=True)
class Fitted:
    """What training on exclusive or ends at: the outputs at the four points and the loss."""

    title: str
    outputs: tuple[float, ...]
    loss: float


@dataclass(frozen=True, eq=False)
class Twin:
    """The wide network and its twin.

    Attributes:
        sizes: of the wide one and of its twin. rate: of the wide one; factors: by which that of the twin is multiplied, by layer.
        rows: number by number. fitted: on exclusive or. updates: after how many.
        theorems: the quotient, zero biases and logistic regression.
        logistic: the loss of logistic regression from zero and from a random start.
    """

    sizes: tuple[tuple[int, ...], tuple[int, ...]]
    rate: float
    factors: tuple[float, ...]
    rows: tuple[TwinRow, ...]
    fitted: tuple[Fitted, ...]
    updates: int
    theorems: dict[str, Theorem]
    logistic: tuple[float, float]


def twin(rng: np.random.Generator) -> Twin:
    """Train both, number by number, and three networks on exclusive or."""
    wide = drawn("wide", "six units at 0.5", _SIZES, "constant(0.5)", rng, rate=_RATE)
    found = certify(wide.network).quotient()
    single = params_of(found.network)
    steps = _SHOWN[-1]
    batch = (POINTS, VALUES)
    wides = [wide.params, *trajectory(wide.params, batch, "tanh", "mse", "sgd", _RATE, steps)]
    singles = [single, *trajectory(single, batch, "tanh", "mse", "sgd", found.learning_rates(_RATE), steps)]
    rows = []
    for update in _SHOWN:
        two = wides[update], singles[update]
        outputs = [float(forward(p, POINTS, "tanh")[0, 0]) for p in two]
        into = [tuple(float(w) for w in p[0][0][0]) for p in two]
        out = [float(p[1][0].sum()) for p in two]
        rows.append(TwinRow(update, (outputs[0], outputs[1]), (into[0], into[1]), (out[0], out[1])))
    factors = tuple(float(w.flat[0]) for w, _ in found.rate_factors)
    theorems = {name: prove(name) for name in ("quotient", "zero-bias", "logistic-regression")}
    sizes = (wide.sizes, found.network.sizes)
    return Twin(sizes, _RATE, factors, tuple(rows), _on_xor(rng), _LONG, theorems, _logistic(rng))


def _on_xor(rng: np.random.Generator) -> tuple[Fitted, ...]:
    wide = drawn("wide", "eight units at 0.5", (2, 8, 1), "constant(0.5)", rng)
    random = drawn("random", "eight units at random (He)", (2, 8, 1), "he_normal", rng)
    found = certify(wide.network).quotient()
    single = params_of(found.network)
    return (
        _fitted(wide.title, wide.params, _FAST),
        _fitted("its twin of one unit", single, found.learning_rates(_FAST)),
        _fitted(random.title, random.params, _FAST),
    )


def _fitted(title: str, params: NetworkParams, rate: LearningRate) -> Fitted:
    after = train(params, XOR, "tanh", learning_rate=rate, steps=_LONG)
    outputs: Floats = forward(after, XOR[0], "tanh")[:, 0]
    return Fitted(title, tuple(map(float, outputs)), loss_value(after, *XOR, "tanh"))


def _logistic(rng: np.random.Generator) -> tuple[float, float]:
    """Without a hidden layer: the loss that is reached from zero, and from a random start."""
    starts = [(np.zeros((2, 2)), np.zeros(2))], [(rng.standard_normal((2, 2)), rng.standard_normal(2))]
    loss = "softmax_cross_entropy"
    ends = [train(s, (POINTS, _LABELS), "relu", loss, learning_rate=1.0, steps=_LONG) for s in starts]
    zero, random = (loss_value(end, POINTS, _LABELS, "relu", loss) for end in ends)
    return zero, random
