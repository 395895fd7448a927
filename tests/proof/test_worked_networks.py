"""The worked instances on networks, recomputed in fractions, with a forward and a backward pass written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import tanh
from typing import Any

import pytest

from symcheck.proof.worked import worked
from symcheck.proof.worked.constant import HALF, INPUT, RATE
from symcheck.proof.worked.layer import SAMPLES, SOLVING
from symcheck.proof.worked.partitions import EQUAL_ROWS, EQUITABLE, SIGNS_DIFFER
from symcheck.proof.worked.partitions import RATE as SIXTEENTH

Matrix = Sequence[Sequence[Any]]
Told = Callable[[str, int, str], tuple[Any, ...]]


class ExactMLP:
    """A network of ReLU units in fractions: one sample, squared error, gradient descent."""

    def __init__(self, *weights: Matrix) -> None:
        self.weights = [[[Fraction(w) for w in row] for row in matrix] for matrix in weights]
        self.biases = [[Fraction(0)] * len(matrix) for matrix in weights]

    def run(self, x: Sequence[Any], y: Sequence[Any]) -> None:
        """Forward and backward."""
        self.h, self.z = [[Fraction(v) for v in x]], []
        for matrix, bias in zip(self.weights, self.biases, strict=True):
            sums = [
                sum(w * h for w, h in zip(row, self.h[-1], strict=True)) + b
                for row, b in zip(matrix, bias, strict=True)
            ]
            self.z.append(sums)
            self.h.append([z * (z > 0) for z in sums])
        self.output = self.z[-1]
        self.delta = [[2 * (z - Fraction(t)) / len(y) for z, t in zip(self.output, y, strict=True)]]
        for matrix, sums in zip(reversed(self.weights[1:]), reversed(self.z[:-1]), strict=True):
            above = self.delta[0]
            back = [sum(row[j] * d for row, d in zip(matrix, above, strict=True)) for j in range(len(sums))]
            self.delta.insert(0, [(z > 0) * b for z, b in zip(sums, back, strict=True)])

    def gradient(self, layer: int) -> list[list[Fraction]]:
        return [[d * h for h in self.h[layer]] for d in self.delta[layer]]

    def step(self, rates: Sequence[tuple[Fraction, Fraction]], extra: Callable[[Any], Any] = lambda w: 0) -> None:
        """Gradient descent with (rate of W, rate of b) for each layer, and what a penalty adds to the gradients."""
        for layer, (rate, rate_b) in enumerate(rates):
            slopes = self.gradient(layer)
            self.weights[layer] = [
                [w - rate * (g + extra(w)) for w, g in zip(row, slope, strict=True)]
                for row, slope in zip(self.weights[layer], slopes, strict=True)
            ]
            self.biases[layer] = [
                b - rate_b * (d + extra(b)) for b, d in zip(self.biases[layer], self.delta[layer], strict=True)
            ]

    def sums(self, layer: int) -> list[Fraction]:
        return [sum(row, Fraction(0)) for row in self.weights[layer]]


def sign(value: Any) -> int:
    return (value > 0) - (value < 0)


def tied(values: Any) -> tuple[Any, ...]:
    return tuple(tuple(row) if isinstance(row, list) else row for row in values)


@pytest.mark.parametrize(("number", "second"), [(0, EQUITABLE), (1, EQUAL_ROWS)])
def test_two_layers_of_two_units(told: Told, number: int, second: Matrix) -> None:
    def has(words: str) -> tuple[Any, ...]:
        return told("equitable-partitions", number, words)

    exact = ExactMLP([[1], [1]], second, [[1, 1]])
    exact.run([1], [1])
    assert has("rows of W_2") == second
    assert has("row sums of W_2") == tied(exact.sums(1))
    assert has("column sums of W_2") == tuple(map(sum, zip(*second, strict=True)))
    assert has("deltas of layer 1") == tied(exact.delta[0])
    assert has("gradients of the rows of W_2") == tied(exact.gradient(1))
    exact.step([(SIXTEENTH, SIXTEENTH)] * 3)
    exact.run([1], [1])
    assert has("rows of W_2 after the step") == tied(exact.weights[1])
    assert has("activations of layer 1 after the step") == tied(exact.h[1])
    assert has("activations of layer 2 after the step") == tied(exact.h[2])


def test_momentum_and_a_penalty(told: Told) -> None:
    for number, extra in enumerate((lambda w: 0, lambda w: HALF * sign(w))):
        exact = ExactMLP([[1]] * 3, SIGNS_DIFFER, [[1, 1]])
        exact.run([1], [HALF])
        exact.step([(SIXTEENTH, SIXTEENTH)] * 3, extra)
        assert told("optimizers", number, "rows after one step") == tied(exact.weights[1])
        assert told("optimizers", number, "row sums after one step") == tied(exact.sums(1))
        first = exact.delta
        exact.run([1], [HALF])
        assert told("optimizers", number, "activations after one step") == tied(exact.h[2])
        if number == 1:
            exact.step([(SIXTEENTH, SIXTEENTH)] * 3, extra)
            assert told("optimizers", number, "row sums after two steps") == tied(exact.sums(1))
        else:
            # h_1 = 1 in the first step; the velocity of a weight of W_2 is 1/2 of that of this step plus the gradient.
            velocity = [HALF * d * 1 + e * exact.h[1][0] for d, e in zip(first[1], exact.delta[1], strict=True)]
            after = [s - 3 * SIXTEENTH * v for s, v in zip(exact.sums(1), velocity, strict=True)]
            assert told("optimizers", number, "row sums after two steps") == tied(after)


@pytest.mark.parametrize(("number", "outgoing"), [(0, (HALF, HALF)), (1, (Fraction(1, 4), Fraction(3, 4)))])
def test_the_network_and_its_quotient(told: Told, number: int, outgoing: Sequence[Fraction]) -> None:
    whole, single = ExactMLP([[HALF]] * 2, [outgoing]), ExactMLP([[HALF]], [[1]])
    for network, rates in (
        (whole, [(SIXTEENTH, SIXTEENTH)] * 2),
        (single, [(SIXTEENTH / 2, SIXTEENTH / 2), (SIXTEENTH * 2, SIXTEENTH)]),
    ):
        network.run([2], [0])
        network.step(rates)
    deltas = told("quotient", number, "deltas of the hidden units")
    assert deltas == (tuple(whole.delta[0]), single.delta[0][0])
    whole.run([2], [0])
    single.run([2], [0])
    assert told("quotient", number, "output after it") == (*whole.output, *single.output)
    assert told("quotient", number, "row sum of W_2 after it") == (*whole.sums(1), *single.sums(1))


def test_constant_weights(told: Told) -> None:
    h = tanh(1.5)
    delta = (1 - h**2) / 2 * 2 * h
    assert told("constant-init", 0, "rows of W_1")[0] == (HALF, HALF)
    assert told("constant-init", 0, "output")[0] == pytest.approx(h, rel=1e-14)
    assert told("constant-init", 0, "deltas") == pytest.approx((delta, delta), rel=1e-14)
    rows = told("constant-init", 0, "rows after the step")
    expected = [float(HALF) - float(RATE) * delta * float(x) for x in INPUT]
    assert all(row == pytest.approx(expected, rel=1e-14) for row in rows)
    assert told("constant-rank", 0, "what the layer makes of them") == ((Fraction(3, 2), Fraction(3, 2)),) * 2
    assert told("constant-rank", 1, "minor") == (HALF * 1 - HALF * HALF,)


def test_zero_weights(told: Told) -> None:
    after = [
        told("zero-init", number, f"weights of W_{layer} after two steps") for number in (0, 1) for layer in (1, 2)
    ]
    # sigmoid: W_2 = 1/2 after one step, with b_2 = 1; the output is then 1/2 (1/2 + 1/2) + 1 = 3/2, its slope 1.
    assert after == [(0, 0), (0, 0), (-HALF / 8, -HALF / 8), (HALF - HALF / 2, HALF - HALF / 2)]
    assert told("zero-init", 0, "output before, and after two steps") == ((0, 1),)


def test_signs_and_a_line_of_two_weights(told: Told) -> None:
    assert told("signs", 0, "activations") == pytest.approx((tanh(0.5), -tanh(0.5)), rel=1e-14)
    relu = ExactMLP([[HALF], [-HALF]], [[HALF, -HALF]])
    relu.run([1], [1])
    relu.step([(HALF, HALF)] * 2)
    assert told("signs", 1, "rows of W_1 after the step") == tuple(row[0] for row in relu.weights[0])
    relu.run([1], [1])
    assert told("signs", 1, "activations after the step") == tied(relu.h[1])
    for number, start in enumerate(((HALF, HALF), (HALF, HALF / 2))):
        p, q = start
        slope = 2 * (p * q - 1)
        after = (p - HALF * slope * q, q - HALF * slope * p)
        assert told("invariant-subspace", number, "parameters after a step") == after
        signed = tuple(w - sign(slope) * HALF / 2 for w in start)
        assert told("invariant-subspace", number, "by a step of signSGD instead") == signed


def test_two_samples_tell_the_rows(told: Told) -> None:
    for row, sample in product((0, 1), repeat=2):
        assert sum(SOLVING[row][s] * SAMPLES[s][sample] for s in (0, 1)) == int(row == sample)
    assert [told("zero-bias", 0, f"solved for weight {j}") for j in (1, 2)] == [(1, 2), (2, 1)]
    assert told("zero-bias", 0, "pre-activations, y = [1, -1]") == (-1, 1)
    assert told("zero-bias", 2, "and activations") == (0, 0)
    assert told("separate-supports", 0, "solved for what they read") == ((1, 0), (0, 1))
    first = told("separate-supports", 1, "and activations")
    assert first == pytest.approx((tanh(0.5), tanh(0.5)), rel=1e-14)


@pytest.mark.parametrize(("number", "first", "dead"), [(0, [[1], [1]], True), (1, [[1], [HALF / 2]], False)])
def test_a_unit_dead_by_its_signs(told: Told, number: int, first: Matrix, dead: bool) -> None:
    exact = ExactMLP(first, [[1, -2], [1, 1]], [[1, 1]])
    exact.run([1], [1])
    assert (exact.h[2][0] == 0) == dead
    assert told("dead-by-sign", number, "gradients of the rows") == tied(exact.gradient(1))
    exact.step([(Fraction(1, 64), Fraction(1, 64))] * 3)
    exact.run([2], [1])
    assert told("dead-by-sign", number, "rows of W_2 after the step") == tied(exact.weights[1])
    assert told("dead-by-sign", number, "activations after the step, x = 2") == tied(exact.h[2])
    assert (exact.weights[1][0] == [1, -2]) == dead
    sums = told("dead-by-sign", number, "sums over the classes below")
    assert sums == ((-1, 2) if dead else ((1, -2), (1, 1)))


def test_the_rescaling_identity() -> None:
    exact = ExactMLP([[1, HALF], [1, -HALF / 2]], [[1, 2], [-1, 1]])
    exact.biases[0] = [HALF, HALF / 2]
    exact.run([1, 2], [0, 0])
    products = [line.entries for line in worked("rescaling-identity")[0].lines if line.compared]
    for i, (incoming, outgoing) in enumerate(products):
        slopes, above = exact.gradient(0)[i], [row[i] for row in exact.gradient(1)]
        bias = exact.biases[0][i] * exact.delta[0][i]
        assert incoming[0] == sum(w * g for w, g in zip(exact.weights[0][i], slopes, strict=True)) + bias
        assert outgoing[0] == sum(row[i] * g for row, g in zip(exact.weights[1], above, strict=True))
    assert [line.equal for line in worked("rescaling-identity")[0].lines if line.compared] == [True, True]
    assert [line.equal for line in worked("rescaling-identity")[1].lines if line.compared] == [False, False]
