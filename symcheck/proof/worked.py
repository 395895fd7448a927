"""A worked instance beside the general proof: a 2-2-1 network in numbers, one gradient step, on the reference.

What is rational is computed exactly; tanh and what comes after it are floats of the reference, shown to six digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symcheck.reference import forward, gradients, hidden, loss_value, trajectory
from symcheck.types import Params

HALF, RATE = Fraction(1, 2), Fraction(1, 10)
INPUT, TARGET = (Fraction(1), Fraction(2)), Fraction(0)


@dataclass(frozen=True)
class Line:
    """One line of the calculation.

    Attributes:
        lemma: the lemma of the general proof that it is an instance of, or nothing.
        words: what is computed.
        formula: how, in the notation of the proof.
        first, second: the numbers of both units; ``second`` is empty where there is one number only.
        equal: whether both units have the same numbers, to the last bit; None where there is one number only.
    """

    lemma: str
    words: str
    formula: str
    first: str
    second: str = ""
    equal: bool | None = None


@dataclass(frozen=True)
class Worked:
    """A calculation line by line.

    Attributes:
        theorem: the name of the theorem.
        title: what is calculated.
        lines: the calculation.
        conclusion: what it shows.
    """

    theorem: str
    title: str
    lines: tuple[Line, ...]
    conclusion: str


def all_weights_half() -> Worked:
    """All weights 1/2, zero biases: both hidden units do the same, before and after a gradient step."""
    return Worked(
        "constant-init",
        "a 2-2-1 network, tanh, all weights 1/2, zero biases, x = (1, 2), y = 0, rate 1/10",
        _lines([[HALF, HALF], [HALF, HALF]]),
        "Both units get the same row, the same activation and the same step: training this network trains one unit.",
    )


def one_weight_changed() -> Worked:
    """The same with one other weight: the units are different from the start, and learn differently."""
    return Worked(
        "constant-init",
        "the same network with one weight changed: W_1[2, 2] = 1",
        _lines([[HALF, HALF], [HALF, Fraction(1)]]),
        "The rows differ, so the units compute different functions and get different steps: two units learn.",
    )


#: The worked instances beside each theorem: the right case, and the case in which a hypothesis does not hold.
WORKED = {"constant-init": (all_weights_half, one_weight_changed)}


def worked(theorem: str) -> tuple[Worked, ...]:
    """The worked instances beside a theorem; none for most."""
    return tuple(make() for make in WORKED.get(theorem, ()))


def _lines(rows: list[list[Fraction]]) -> tuple[Line, ...]:
    params: Params = [(np.array(rows, dtype=float), np.zeros(2)), (np.array([[HALF, HALF]], dtype=float), np.zeros(1))]
    X, Y = np.array([INPUT], dtype=float), np.array([[TARGET]], dtype=float)
    exact = [sum((w * x for w, x in zip(row, INPUT, strict=True)), Fraction(0)) for row in rows]
    h = hidden(params, X, "tanh")[0][0]
    out = float(forward(params, X, "tanh")[0, 0])
    slopes = gradients(params, X, Y, "tanh", "mse")
    above = 2 * (out - float(TARGET))
    delta = slopes[0][1]
    assert delta is not None
    (after,) = trajectory(params, (X, Y), "tanh", "mse", "sgd", float(RATE), 1)
    again = hidden(after, X, "tanh")[0][0]
    losses = [loss_value(p, X, Y, "tanh", "mse") for p in (params, after)]
    return (
        _pair("", "rows of W_1", "W[0, 1, i, j]", rows[0], rows[1]),
        _pair("forward", "pre-activations", "z[i] = W[i, 1] x[1] + W[i, 2] x[2]", [exact[0]], [exact[1]]),
        _pair("equal-activations", "activations", "h[i] = tanh(z[i])", [h[0]], [h[1]]),
        Line("", "output", "z = 1/2 h[1] + 1/2 h[2]", _number(out)),
        Line("", "slope of the loss (z - y)^2", "delta = 2 (z - y)", _number(above)),
        _pair("backward", "deltas", "delta[i] = (1 - h[i]^2) W_2[1, i] delta", [delta[0]], [delta[1]]),
        _pair("gradient-rows", "gradients of the rows", "G[i, j] = delta[i] x[j]", slopes[0][0][0], slopes[0][0][1]),
        _pair(
            "gradient-columns", "gradients of W_2", "G[1, i] = delta h[i]", [slopes[1][0][0, 0]], [slopes[1][0][0, 1]]
        ),
        _pair(
            "equal-rows",
            "rows after the step",
            "W[1, 1, i, j] = W[0, 1, i, j] - 1/10 G[i, j]",
            after[0][0][0],
            after[0][0][1],
        ),
        _pair("tied-for-ever", "activations after the step", "h[i]", [again[0]], [again[1]]),
        Line("", "loss before and after", "(z - y)^2", f"{_number(losses[0])}, then {_number(losses[1])}"),
    )


def _pair(lemma: str, words: str, formula: str, first: Iterable[Any], second: Iterable[Any]) -> Line:
    one, other = list(first), list(second)
    shown = [", ".join(_number(v) for v in values) for values in (one, other)]
    return Line(lemma, words, formula, shown[0], shown[1], bool(one == other))


def _number(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else f"{value:.6f}"
