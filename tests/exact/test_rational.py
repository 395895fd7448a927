"""Training in exact arithmetic sees what is known of hand-made networks, and ReLU as it is."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from symcheck.activations import get_activation
from symcheck.errors import SymcheckError
from symcheck.exact.dyadic import Dyadic
from symcheck.exact.rational import RULES, forward, train
from symcheck.exact.rational_functions import RationalActivation
from symcheck.network import Network


@pytest.fixture
def rng():
    return np.random.default_rng()


def network(weights, activation="relu", head="linear", biased=True):
    matrices = [np.array(w, float) for w in weights]
    return Network(matrices, [np.zeros(len(w)) for w in matrices] if biased else None, activation, head)


finite = st.floats(allow_nan=False, allow_infinity=False)
matrices = arrays(np.float64, (2, 3), elements=finite)


def fractions(values: Dyadic) -> list[Fraction]:
    return [n * Fraction(2) ** -values.places for n in values.numerators.flat]


@given(matrices, matrices)
def test_dyadic_arithmetic_is_that_of_fractions(a, b):
    x, y = Dyadic.of(a), Dyadic.of(b)
    left, right = [Fraction(v) for v in a.flat], [Fraction(v) for v in b.flat]
    assert fractions(x) == left
    assert fractions(x + y) == [p + q for p, q in zip(left, right, strict=True)]
    assert fractions(x - y) == [p - q for p, q in zip(left, right, strict=True)]
    assert fractions(x * y) == [p * q for p, q in zip(left, right, strict=True)]
    grams = [sum(left[3 * i + j] * right[3 * k + j] for j in range(3)) for i in range(2) for k in range(2)]
    assert fractions(x @ y.transposed) == grams
    assert fractions(x.total(0)) == [left[j] + left[3 + j] for j in range(3)]


@pytest.mark.parametrize("value", [np.int64(-(2**63)), np.uint64(2**64 - 1), np.float16(2**-24), np.float32(0.1)])
def test_dyadic_takes_every_kind_of_number(value):
    assert fractions(Dyadic.of(np.array([value]))) == [Fraction(value.item())]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(value, rng):
    with pytest.raises(SymcheckError, match="no exact value"):
        train(network([[[value]], [[1]]]), rng)


@pytest.mark.parametrize("rule", ["sgd", "entrywise", "coupled"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "any", "identity"])
def test_equal_units_agree_in_every_training(rule, activation, rng):
    found = train(network([np.full((3, 2), 0.5), np.ones((1, 3))], activation), rng, rule=rule).layers[0]
    assert found.labels.tolist() == [0, 0, 0]
    assert found.separates_at is None


def test_equal_rows_under_different_columns_separate_at_the_first_update(rng):
    found = train(network([np.full((3, 2), 0.5), [[1, 2, 4]]], "identity"), rng, rule="sgd")
    assert found.layers[0].separates_at == 1
    assert found.layers[0].labels.tolist() == [0, 1, 2]


def test_the_partition_that_intersects_rows_and_columns_is_refuted(rng):
    found = train(network([[[1, -0.5], [1, -0.5]], [[1, 2], [0, 3]], [[1, 1]]], "relu"), rng)
    assert found.layers[1].labels.tolist() == [0, 1]


@pytest.mark.parametrize("activation", ["identity", "tanh"])
def test_opposite_units_are_opposite(activation, rng):
    found = train(network([[[1, 2], [-1, -2]], [[3, -3]]], activation), rng).layers[0]
    assert found.labels.tolist() == [0, 0]
    assert found.signs.tolist() == [1, -1]


def test_zero_weights_kill_relu_and_delay_tanh(rng):
    zero = [np.zeros((2, 2)), [[1, 2]]]
    dead = train(network(zero, "relu"), rng).layers[0]
    assert dead.zero.all()
    assert dead.frozen.all()
    late = train(network(zero, "tanh"), rng).layers[0]
    assert not late.zero.any()
    assert late.separates_at == 1


@pytest.mark.parametrize(
    "weights",
    [
        # Negative weights from units that are never negative, and sums of either sign that are not positive.
        [[[1], [-1]], [[-1, -1], [-2, -1]], [[1, 1]]],
        [[[1], [1]], [[2, -3], [1, -2]], [[1, 1]]],
        # relu(x) - relu(2 x), which no sign of a sum shows.
        [[[1], [2]], [[1, -1]], [[1]]],
    ],
)
def test_units_that_no_input_activates_are_silent_and_frozen(weights, rng):
    for biased in (False, True):
        if biased and weights[1] == [[1, -1]]:
            continue  # the bias of the first layer can move, but nothing moves it
        layer = train(network(weights, biased=biased), rng).layers[1]
        assert layer.zero.all()
        assert layer.frozen.all()
    slightly = [weights[0], -np.array(weights[1], float) * 2.0**-40, weights[2]]
    assert not train(network(slightly), rng).layers[1].zero.any()


def test_a_positive_bias_of_the_least_size_activates(rng):
    weights = [np.array([[1.0]]), np.array([[-1.0]]), np.array([[1.0]])]
    alive = Network(weights, [np.zeros(1), np.array([5e-324]), np.zeros(1)], "relu")
    assert not train(alive, rng).layers[1].zero.any()


@pytest.mark.parametrize(("inputs", "silent"), [((0.0, inf), True), ((0.0, 1.0), True), ((-inf, inf), False)])
def test_inputs_keep_to_their_range(inputs, silent, rng):
    weights, biases = [np.array([[-1.0, -2.0]]), np.array([[1.0]])], [np.zeros(1), np.zeros(1)]
    found = train(Network(weights, biases, inputs=inputs), rng).layers[0]
    assert found.zero.all() == silent
    slightly_below = Network(weights, biases, inputs=(-(2.0**-40), inputs[1]))
    assert not train(slightly_below, rng).layers[0].zero.any()


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "gelu", "silu", "elu", "elu(0.3)", "elu(-0.5)", "tanh", "sin"])
def test_values_of_random_functions_keep_the_bounds_of_the_activation(name, rng):
    sigma = get_activation(name)
    values = fractions(RationalActivation(sigma, rng).function(Dyadic.of(np.arange(-300, 301))))
    assert all(sigma.low <= v <= sigma.high for v in values)
    assert (values[300] == 0) == (sigma.symmetry != "generic")
    assert all(v != 0 for k, v in enumerate(values) if k != 300)
    if sigma.symmetry == "odd":
        assert values == [-v for v in reversed(values)]


@pytest.mark.parametrize("other", [2.0**61, 2.0**59, 2.0**-61, -(2.0**122)])
def test_weights_that_agree_modulo_a_mersenne_number_are_told_apart(other, rng):
    weights = [np.array([[1.0], [other]]), np.ones((2, 2)), np.ones((1, 2))]
    assert train(network(weights, "any"), rng).layers[0].separates_at == 0


def test_thousands_of_binades_are_spanned(rng):
    found = train(network([[[2.0**-1074], [2.0**-1073]], [[2.0**1000, 1.0], [1.0, 2.0**1000]], [[1, 1]]], "any"), rng)
    assert found.layers[0].labels.tolist() == [0, 1]


def test_two_outputs_of_a_softmax_head_balance(rng):
    frozen = train(network([np.zeros((2, 1)), np.ones((3, 2))], "tanh", "softmax"), rng, rule="sgd").layers[0]
    assert frozen.frozen.all()
    assert not train(network([np.zeros((2, 1)), np.ones((3, 2))], "tanh"), rng, rule="sgd").layers[0].frozen.any()


def test_dropout_separates_copies_and_keeps_the_dead(rng):
    copies = network([np.ones((2, 1)), np.ones((1, 2))], "tanh")
    assert train(copies, rng, rule="dropout").layers[0].labels.tolist() == [0, 1]
    dead = network([np.zeros((2, 1)), np.ones((1, 2))], "relu")
    assert train(dead, rng, rule="dropout").layers[0].zero.all()


def test_noise_separates_everything_after_the_first_update(rng):
    assert train(network([np.ones((3, 1)), np.ones((1, 3))], "identity"), rng, rule="noise").layers[0].separates_at == 1


def test_digits_allowed_cut_gradient_descent_short(rng):
    deep = network([np.full((2, 2), 0.5)] * 6, "identity")
    short = train(deep, rng, rule="sgd", most_bits=64)
    assert 1 <= short.steps < 9
    assert train(deep, rng, rule="entrywise").steps == 9


@pytest.mark.parametrize("options", [{"rule": "adam"}, {"steps": -1}, {"samples": 0}, {"restarts": 0}])
def test_options_out_of_range_are_refused(options, rng):
    with pytest.raises(SymcheckError):
        train(network([[[1.0]], [[1.0]]]), rng, **options)


def test_every_rule_takes_a_network_without_hidden_layers(rng):
    for rule in RULES:
        assert train(network([[[1.0]]]), rng, rule=rule).layers == ()


def test_pre_activations_are_exact(rng):
    net = Network([np.array([[0.1, 1e308]]), np.array([[3.0]])], [np.array([-1.0]), None], "relu")
    first, last = forward(net, [[3, 0], [1, 2**80], [0, -1]], rng)
    exact = [3 * Fraction(0.1) - 1, Fraction(0.1) + 2**80 * Fraction(1e308) - 1, -Fraction(1e308) - 1]
    assert fractions(first) == exact
    assert fractions(last) == [3 * max(z, 0) for z in exact]
