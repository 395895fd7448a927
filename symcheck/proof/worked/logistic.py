"""Logistic regression from zero: two weights, one sample, and a loss without bulges."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp
from typing import Any

import numpy as np

from symcheck.proof.worked.calculation import Worked, compare, listed, show, written
from symcheck.proof.worked.training import layers
from symcheck.reference import gradients, loss_value

SAMPLE, LABEL = (Fraction(1), Fraction(2)), 1
ENDS = (Fraction(0), Fraction(8))


def from_zero() -> Worked:
    """Two weights that start at 0 get different gradients in the first step."""
    start = [Fraction(0), Fraction(0)]
    # Logits 0 and w . x: softmax of these is the logistic function of the second one.
    slopes = gradients(
        _classifier(start), np.array([SAMPLE], float), np.array([LABEL]), "tanh", "softmax_cross_entropy"
    )
    gradient = [Fraction(g) for g in slopes[0][0][1]]
    after = [w - g for w, g in zip(start, gradient, strict=True)]
    output = Fraction(1 / (1 + exp(0)))
    curvature = output * (1 - output) * sum(g * x for g, x in zip(gradient, SAMPLE, strict=True)) ** 2
    return Worked(
        "logistic-regression",
        f"two weights that start at 0, one sample x = {listed(SAMPLE)}, y = {LABEL}, rate 1",
        ("weight 1", "weight 2"),
        (
            compare("weights", "w[k]", *start),
            show("output", "p(z) = p(0)", output),
            compare("gradients", "g[k] = (p(z) - y) x[k]", *gradient, lemma="gradient"),
            compare("weights after the step", "w[k] - g[k]", *after),
            show("loss before and after", "S(z) - y z", [_logistic_loss(w, SAMPLE, LABEL) for w in (start, after)]),
            show(
                "second derivative along the gradient",
                "(g[1] x[1] + g[2] x[2])^2 (1 - p(z)) p(z)",
                curvature,
                lemma="hessian-form",
            ),
        ),
        "Equal weights are no tie here: each has the gradient of its own input, and there is no second unit to compute the "
        "same.",
    )


def squared_error() -> Worked:
    """Squared error behind the logistic function has a bulge, the logistic loss has none."""
    middle = sum(ENDS, Fraction(0)) / 2
    losses = [[_squared_error(w) for w in (*ENDS, middle)], [_logistic_loss([w], (1,), 0) for w in (*ENDS, middle)]]
    squared, logistic = ((bulge, (low + high) / 2) for low, high, bulge in losses)
    return Worked(
        "logistic-regression",
        f"one weight between w = {written(ENDS[0])} and w = {written(ENDS[1])}, one sample x = 1, y = 0",
        (f"at w = {written(middle)}", "mean of the ends"),
        (
            compare("the logistic loss", "S(w) - y w", *logistic, lemma="convex"),
            compare("squared error", "(p(w) - y)^2", *squared),
        ),
        "The logistic loss is lower in the middle; on no line is it higher there. Squared error is: it is not convex, "
        "so where descent ends may depend on where it starts.",
        fails="convex-loss",
    )


def _classifier(weights: Sequence[Any]) -> Any:
    return layers(([[0] * len(weights), weights], 0))


def _logistic_loss(weights: Sequence[Any], x: Sequence[Any], label: int) -> float:
    return loss_value(_classifier(weights), np.array([x], float), np.array([label]), "tanh", "softmax_cross_entropy")


def _squared_error(w: Fraction) -> float:
    params = layers(([[w]], 0), ([[1]], 0))
    return loss_value(params, np.array([[1.0]]), np.array([[0.0]]), "sigmoid", "mse")
