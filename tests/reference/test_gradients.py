"""The network's outputs and gradients against a plain forward pass and finite differences of it."""

import warnings
from dataclasses import replace
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest

from symcheck.activations import ACTIVATIONS, UnknownActivation, get_activation
from symcheck.errors import NetworkError, SymcheckError
from symcheck.reference import BatchError, UnknownLoss, forward, gradients, hidden, loss_value

NAMES = (*ACTIVATIONS, "leaky_relu(0.2)", "elu(0.5)")
LOSS_NAMES = ("mse", "softmax_cross_entropy")
STEP = 5e-4
TOLERANCE = 1e-9


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def random_params(rng, depth, biases=True):
    sizes = rng.integers(3, 6, depth + 1)
    return [
        (rng.standard_normal((n_out, n_in)) / sqrt(n_in), rng.standard_normal(n_out) if biases else None)
        for n_in, n_out in pairwise(sizes)
    ]


def random_batch(rng, params, loss, samples=4):
    X = rng.standard_normal((samples, params[0][0].shape[1]))
    outputs = params[-1][0].shape[0]
    if loss == "mse":
        return X, rng.standard_normal((samples, outputs))
    if rng.random() < 0.5:
        return X, rng.integers(0, outputs, samples)
    return X, rng.dirichlet(np.ones(outputs), samples)


def preactivations(params, X, activation):
    """All z_l, computed with plain matrix products."""
    z, found = X, []
    for i, (W, b) in enumerate(params):
        h = activation.function(z) if i else z
        z = h @ W.T + (0 if b is None else b)
        found.append(z)
    return found


def moved(params, direction, t):
    return [(W + t * dW, None if b is None else b + t * db) for (W, b), (dW, db) in zip(params, direction, strict=True)]


def inner(a, b):
    return sum(
        float(np.sum(x * y)) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True) if x is not None
    )


def scaled(direction, params, X, activation):
    """The direction at a length that moves no parameter and no pre-activation by more than its own unit."""
    norm = sqrt(inner(direction, direction))
    if norm == 0:
        return direction
    unit = moved(direction, direction, 1 / norm - 1)
    at, there = (preactivations(moved(params, unit, t), X, activation) for t in (0, STEP))
    speed = max(1.0, *(np.abs(w - z).max() / STEP for z, w in zip(at, there, strict=True)))
    return moved(unit, unit, 1 / speed - 1)


def away_from_kinks(params, X, activation, direction):
    """Whether no hidden pre-activation comes near 0 within the finite difference."""
    at = preactivations(params, X, activation)[:-1]
    for t in (-2 * STEP, 2 * STEP):
        there = preactivations(moved(params, direction, t), X, activation)[:-1]
        if any((np.abs(z) < 3 * np.abs(w - z)).any() for z, w in zip(at, there, strict=True)):
            return False
    return True


def discrepancy(params, X, Y, activation, loss, direction, claimed):
    """Difference between claimed gradients and five-point differences of the loss, relative to 1 + loss."""
    left2, left, right, right2 = (
        loss_value(moved(params, direction, k * STEP), X, Y, activation, loss) for k in (-2, -1, 1, 2)
    )
    difference = (left2 - 8 * left + 8 * right - right2) / (12 * STEP)
    return abs(inner(claimed, direction) - difference) / (1 + abs(right))


def drawn_case(rng, activation, loss, depth, biases):
    """A network, a batch and two directions, its gradient and a random one, away from the kinks."""
    for _ in range(2000):
        params = random_params(rng, depth, biases)
        X, Y = random_batch(rng, params, loss)
        claimed = gradients(params, X, Y, activation, loss)
        noise = [(rng.standard_normal(W.shape), None if b is None else rng.standard_normal(b.shape)) for W, b in params]
        directions = [scaled(d, params, X, activation) for d in (claimed, noise)]
        if all(away_from_kinks(params, X, activation, d) for d in directions):
            return params, X, Y, claimed, directions
    raise AssertionError("no network away from the kinks in 2,000 draws")


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_gradients_agree_with_finite_differences(name, loss):
    seed, rng = fresh()
    activation = get_activation(name)
    for depth in (1, 2, 3, 4, 5):
        for biases in (True, False):
            params, X, Y, claimed, directions = drawn_case(rng, activation, loss, depth, biases)
            for direction in directions:
                error = discrepancy(params, X, Y, activation, loss, direction, claimed)
                assert error < TOLERANCE, f"seed {seed}, depth {depth}, biases {biases}"


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_derivative_wrong_by_a_thousandth_shows_in_the_gradients(name, loss):
    seed, rng = fresh()
    right = get_activation(name)
    wrong = replace(right, derivative=lambda z: 1.001 * right.derivative(z))
    for _ in range(1000):
        params, X, Y, claimed, directions = drawn_case(rng, wrong, loss, 2, True)
        # A dead network, or one nearly so, cannot show it.
        if inner(claimed[:1], claimed[:1]) > 0.01 * (1 + inner(claimed, claimed)):
            break
    assert discrepancy(params, X, Y, wrong, loss, directions[0], claimed) > 10 * TOLERANCE, f"seed {seed}"


@pytest.mark.parametrize("name", NAMES)
def test_forward_and_hidden_are_the_plain_forward_pass(name):
    seed, rng = fresh()
    activation = get_activation(name)
    for depth in (1, 2, 4):
        params = random_params(rng, depth, biases=bool(rng.integers(2)))
        X = rng.standard_normal((5, params[0][0].shape[1]))
        *inside, outputs = preactivations(params, X, activation)
        np.testing.assert_allclose(forward(params, X, name), outputs, atol=1e-13, err_msg=f"seed {seed}")
        layers = hidden(params, X, name)
        assert len(layers) == depth - 1
        for computed, z in zip(layers, inside, strict=True):
            np.testing.assert_allclose(computed, activation.function(z), atol=1e-13, err_msg=f"seed {seed}")


def test_each_hidden_layer_may_have_its_own_activation():
    params = [(np.array([[2.0]]), None)] * 3
    X = np.array([[-1.5]])
    assert forward(params, X, ["relu", "tanh"]) == 0
    assert forward(params, X, ["tanh", "relu"]) == 0
    assert forward(params, X, ["identity", "tanh"]) == 2 * np.tanh(-6.0)
    with pytest.raises(NetworkError, match="1 activations for 2 hidden layers"):
        forward(params, X, ["relu"])


def test_losses_have_the_documented_means():
    params = [(np.eye(3), None)]
    X = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    assert loss_value(params, X, np.zeros((2, 3)), "tanh", "mse") == pytest.approx(14 / 6, rel=1e-15)
    expected = (np.log(np.exp([1, 2, 3]).sum()) - 3 + np.log(3)) / 2
    rows = np.array([[0.0, 0, 1], [1, 0, 0]])
    for Y in (np.array([2, 0]), rows, rows.astype(int)):
        assert loss_value(params, X, Y, "tanh", "softmax_cross_entropy") == pytest.approx(expected, rel=1e-15)
        ((dW, db),) = gradients(params, X, Y, "tanh", "softmax_cross_entropy")
        assert db is None
        np.testing.assert_allclose(dW.sum(axis=0), 0, atol=1e-15)


def test_softmax_cross_entropy_survives_large_outputs():
    params = [(np.eye(2) * 1e6, None)]
    X = np.array([[1.0, -1.0]])
    assert loss_value(params, X, [1], "relu", "softmax_cross_entropy") == 2e6
    ((dW, _),) = gradients(params, X, [1], "relu", "softmax_cross_entropy")
    assert dW.tolist() == [[1, -1], [-1, 1]]
    # Samples of very different size do not disturb each other.
    X = np.array([[1.0, -1.0], [0.0, 0.0], [-1.0, -2.0]])
    for labels, expected in (([0, 0, 0], np.log(2)), ([1, 1, 1], 3e6 + np.log(2))):
        assert 3 * loss_value(params, X, labels, "relu", "softmax_cross_entropy") == pytest.approx(expected, rel=1e-14)


def test_a_zero_relu_network_is_dead():
    seed, rng = fresh()
    params = [(np.zeros(shape), np.zeros(shape[0])) for shape in ((4, 3), (4, 4), (2, 4))]
    first_zero = [params[0], (rng.standard_normal((4, 4)), np.zeros(4)), (rng.standard_normal((2, 4)), None)]
    X, Y = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    for network in (params, first_zero):
        for name, dead in (("relu", True), ("leaky_relu", network is params), ("tanh", network is params)):
            dW, db = gradients(network, X, Y, name)[0]
            assert (not dW.any() and not db.any()) == dead, f"seed {seed}, {name}"


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32_in_every_layer(name, loss):
    seed, rng = fresh()
    params = random_params(rng, 3)
    X, Y = random_batch(rng, params, loss)
    single = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]
    seen = []
    activation = get_activation(name)

    def recorded(function):
        def record(z):
            seen.append(z.dtype)
            return function(z)

        return record

    watched = replace(activation, function=recorded(activation.function), derivative=recorded(activation.derivative))
    in_single = gradients(single, X, Y, watched, loss)
    assert len(seen) == 4
    assert set(seen) == {np.dtype(np.float32)}
    assert forward(single, X, name).dtype == np.float32
    assert {g.dtype for pair in in_single for g in pair} == {np.dtype(np.float32)}
    exact = gradients([(W.astype(np.float64), b.astype(np.float64)) for W, b in single], X, Y, name, loss)
    scale = max(1.0, *(np.abs(g).max() for pair in exact for g in pair))
    if name not in ("relu", "leaky_relu", "leaky_relu(0.2)", "elu(0.5)"):  # rounding may cross their kinks
        for pair, reference in zip(in_single, exact, strict=True):
            for g, r in zip(pair, reference, strict=True):
                assert np.abs(g - r).max() < 1e-4 * scale, f"seed {seed}"


@pytest.mark.parametrize("dtype", [np.float16, np.int32])
def test_other_dtypes_are_computed_in_float64(dtype):
    params = [(np.array([[1, 2], [3, 4]], dtype=dtype), None), (np.array([[1, 1]], dtype=dtype), None)]
    X = np.array([[1, 1]], dtype=dtype)
    assert forward(params, X, "identity").dtype == np.float64
    assert forward(params, X, "identity") == 10
    assert gradients(params, X, [[0]], "identity")[0][0].tolist() == [[20, 20], [20, 20]]


def test_nothing_is_written_and_nothing_is_shared():
    seed, rng = fresh()
    for loss in LOSS_NAMES:
        params = random_params(rng, 3)
        X, Y = random_batch(rng, params, loss)
        arrays = [X, Y, *(a for pair in params for a in pair)]
        before = [a.copy() for a in arrays]
        results = [forward(params, X, "identity"), *hidden(params, X, "identity")]
        results += [g for pair in gradients(params, X, Y, "identity", loss) for g in pair]
        loss_value(params, X, Y, "identity", loss)
        for array, copy in zip(arrays, before, strict=True):
            assert array.tobytes() == copy.tobytes(), f"seed {seed}"
            array.flags.writeable = False
        assert not any(np.shares_memory(r, a) for r in results for a in arrays), f"seed {seed}"
        gradients(params, X, Y, "identity", loss)


def test_overflow_is_no_warning():
    params = [(np.full((2, 2), 1e200), None), (np.full((2, 2), 1e200), None)]
    with pytest.warns(RuntimeWarning, match="overflow"):
        np.square(params[0][0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in NAMES:
            # Outputs of some 1e200, or infinite ones: their squares are too large in any case.
            assert np.isposinf(loss_value(params, np.ones((1, 2)), np.ones((1, 2)), name, "mse")), name
            for loss in LOSS_NAMES:
                slopes = gradients(params, np.ones((1, 2)), np.ones((1, 2)), name, loss)
                assert [(W.shape, b) for W, b in slopes] == [((2, 2), None)] * 2


PARAMS = [(np.ones((3, 2)), np.ones(3)), (np.ones((2, 3)), None)]
X_GOOD, Y_GOOD = np.ones((4, 2)), np.ones((4, 2))
CROSS = "softmax_cross_entropy"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((PARAMS, np.ones(2), Y_GOOD, "tanh"), BatchError, r"X has shape \(2,\), expected \(samples, 2\)"),
        ((PARAMS, np.ones((4, 3)), Y_GOOD, "tanh"), BatchError, r"X has shape \(4, 3\), expected"),
        ((PARAMS, np.ones((0, 2)), Y_GOOD, "tanh"), BatchError, r"X has shape \(0, 2\)"),
        ((PARAMS, X_GOOD * 1j, Y_GOOD, "tanh"), BatchError, "X has dtype complex128, expected real numbers"),
        ((PARAMS, [["a", "b"]], Y_GOOD, "tanh"), BatchError, "X has dtype"),
        ((PARAMS, [[1, 2], [3]], Y_GOOD, "tanh"), BatchError, "X is not an array of numbers"),
        ((PARAMS, X_GOOD, np.ones(4), "tanh"), BatchError, r"Y has shape \(4,\) .* expected \(4, 2\)"),
        ((PARAMS, X_GOOD, [0, 1, 2, 0], "tanh", CROSS), BatchError, "labels from 0 to 2, expected 0 to 1"),
        ((PARAMS, X_GOOD, [0, -1, 0, 0], "tanh", CROSS), BatchError, "Y has labels from -1"),
        ((PARAMS, X_GOOD, [0.0, 1, 0, 0], "tanh", CROSS), BatchError, "or 4 integer labels"),
        ((PARAMS, X_GOOD, Y_GOOD, "tanh", "hinge"), UnknownLoss, "no loss is named 'hinge'; known are"),
        ((PARAMS, X_GOOD, Y_GOOD, "tanhh"), UnknownActivation, "tanhh"),
        ((PARAMS, X_GOOD, Y_GOOD, "any"), UnknownActivation, "no values"),
        ((PARAMS[::-1] + PARAMS, X_GOOD, Y_GOOD, "tanh"), NetworkError, r"weights\[2\] has shape"),
        ((np.ones((2, 2)), X_GOOD, Y_GOOD, "tanh"), NetworkError, "has 0 dimensions"),
        (([np.ones((2, 3))], X_GOOD, Y_GOOD, "tanh"), NetworkError, "has 1 dimensions"),
        ((3, X_GOOD, Y_GOOD, "tanh"), NetworkError, r"params must be a list of \(W, b\) pairs"),
        (([], X_GOOD, Y_GOOD, "tanh"), NetworkError, "at least one weight matrix"),
    ],
)
def test_bad_arguments_get_one_sentence(arguments, error, message):
    assert issubclass(error, SymcheckError)
    with pytest.raises(error, match=message):
        gradients(*arguments)
    with pytest.raises(error, match=message):
        loss_value(*arguments)
