"""Training loops, conversion to and from Network, and the reference as an implementation."""

from itertools import pairwise

import numpy as np
import pytest

from symcheck.activations import UnknownActivation, get_activation
from symcheck.errors import NetworkError, UnknownOptimizer
from symcheck.network import Network
from symcheck.reference import (
    BatchError,
    ReferenceMLP,
    UnknownLoss,
    forward,
    gradients,
    loss_value,
    network_of,
    optimizer,
    params_of,
    train,
    trajectory,
)

RNG = np.random.default_rng()


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def random_params(rng, sizes=(3, 4, 2)):
    return [(rng.standard_normal((n_out, n_in)), rng.standard_normal(n_out)) for n_in, n_out in pairwise(sizes)]


def random_batches(rng, count):
    return [(rng.standard_normal((5, 3)), rng.standard_normal((5, 2))) for _ in range(count)]


def same(a, b):
    return all(np.array_equal(x, y) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True))


def test_training_is_the_loop_over_gradients_and_steps():
    seed, rng = fresh()
    params, batches = random_params(rng), random_batches(rng, 3)
    rule = optimizer("adam", l2=0.1)
    current, state, expected = params, rule.init(params), []
    for step in range(7):
        X, Y = batches[step % 3]
        current, state = rule.step(current, gradients(current, X, Y, "gelu"), state, 0.01)
        expected.append(current)
    history = list(trajectory(params, batches, "gelu", "mse", rule, 0.01, 7))
    assert len(history) == 7
    assert all(same(a, b) for a, b in zip(history, expected, strict=True)), f"seed {seed}"
    assert same(train(params, batches, "gelu", "mse", rule, 0.01, 7), expected[-1]), f"seed {seed}"


def test_training_lowers_the_loss():
    seed, rng = fresh()
    params, (X, Y) = random_params(rng), random_batches(rng, 1)[0]
    before = loss_value(params, X, Y, "tanh")
    trained = train(params, (X, Y), "tanh", steps=50, learning_rate=0.001)
    assert loss_value(trained, X, Y, "tanh") < before, f"seed {seed}"


def test_batches_may_be_one_pair_a_sequence_or_an_iterator():
    seed, rng = fresh()
    params, batches = random_params(rng), random_batches(rng, 3)
    once = train(params, batches, "tanh")
    assert same(once, train(params, iter(batches), "tanh")), f"seed {seed}"
    assert same(once, train(params, tuple(batches), "tanh", steps=3)), f"seed {seed}"
    assert same(once, train(params, iter(batches * 2), "tanh", steps=3)), f"seed {seed}"
    assert same(train(params, batches[0], "tanh"), train(params, batches[:1], "tanh")), f"seed {seed}"
    assert same(train(params, batches[0], "tanh", steps=4), train(params, batches[:1] * 4, "tanh")), seed
    two = tuple(batches[:2])
    assert same(train(params, two, "tanh"), train(params, list(two), "tanh")), f"seed {seed}"


def test_no_steps_give_a_copy():
    _, rng = fresh()
    params, batches = random_params(rng), random_batches(rng, 1)
    untouched = train(params, batches, "tanh", steps=0)
    assert same(untouched, params)
    assert not np.shares_memory(untouched[0][0], params[0][0])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"optimizer": "adamm"}, UnknownOptimizer, "no optimizer is named 'adamm'"),
        ({"loss": "hinge"}, UnknownLoss, "no loss is named 'hinge'"),
        ({"activation": "tanhh"}, UnknownActivation, "tanhh"),
        ({"steps": -1}, BatchError, "steps must not be negative, got -1"),
        ({"batches": 3}, BatchError, r"batches must be \(X, Y\) pairs, not int"),
        ({"batches": [1]}, BatchError, r"batches must be \(X, Y\) pairs"),
        ({"batches": [], "steps": 2}, BatchError, "batches ran out after 0 of 2 steps"),
        ({"batches": iter(random_batches(RNG, 1)), "steps": 2}, BatchError, "ran out after 1 of 2 steps"),
        ({"params": [np.ones(3)]}, NetworkError, "params must be a list"),
    ],
)
def test_bad_arguments_get_one_sentence(changes, error, message):
    arguments = {"params": random_params(RNG), "batches": random_batches(RNG, 1), "activation": "tanh"}
    with pytest.raises(error, match=message):
        train(**(arguments | changes))


def test_unknown_names_are_refused_before_the_first_step():
    with pytest.raises(UnknownOptimizer):
        trajectory([(np.ones((1, 1)), None)], [], "tanh", optimizer="adamm")


def test_a_quotient_network_follows_its_network():
    seed, rng = fresh()
    labels = np.array([0, 1, 1, 0, 2, 1])
    blocks = random_params(rng, (2, 3, 1))
    counts = np.bincount(labels).astype(float)
    full = [(blocks[0][0][labels], blocks[0][1][labels]), (blocks[1][0][:, labels], blocks[1][1])]
    quotient = [blocks[0], (blocks[1][0] * counts, blocks[1][1])]
    rates = [(0.02 / counts[:, None], 0.02 / counts), (0.02 * counts, 0.02)]
    X, Y = rng.standard_normal((5, 2)), rng.standard_normal((5, 1))
    walks = zip(
        trajectory(full, (X, Y), "tanh", "mse", "sgd", 0.02, 10),
        trajectory(quotient, (X, Y), "tanh", "mse", "sgd", rates, 10),
        strict=True,
    )
    for wide, narrow in walks:
        outputs = forward(wide, X, "tanh"), forward(narrow, X, "tanh")
        np.testing.assert_allclose(*outputs, rtol=1e-9, atol=1e-10, err_msg=f"seed {seed}")


@pytest.mark.parametrize(
    ("dtype", "kept"), [("float32", "float32"), ("float64", "float64"), ("float16", "float64"), ("int8", "float64")]
)
def test_parameters_of_a_network_are_copies(dtype, kept):
    network = Network([np.ones((3, 2), dtype), np.ones((1, 3), dtype)], [np.ones(3, dtype), None], "tanh")
    params = params_of(network)
    assert [(W.dtype, W.shape) for W, _ in params] == [(kept, (3, 2)), (kept, (1, 3))]
    assert params[1][1] is None
    params[0][0][0, 0] = 5
    assert network.weights[0][0, 0] == 1


def test_network_of_parameters():
    params = [(np.ones((3, 2)), np.ones(3)), (np.ones((1, 3)), None)]
    network = network_of(params, "tanh", head="softmax")
    assert network.sizes == (2, 3, 1)
    assert network.biases[1] is None
    assert network.head == "softmax"
    assert network.activations == (get_activation("tanh"),)
    assert same(params_of(network)[:1], params[:1])


def test_the_reference_as_an_implementation():
    seed, rng = fresh()
    model = ReferenceMLP("gelu", "softmax_cross_entropy")
    assert (model.activation, model.loss, model.layout) == ("gelu", "softmax_cross_entropy", "out_in")
    params = model.initialize((3, 4, 2), rng)
    assert [(W.shape, b.shape) for W, b in params] == [((4, 3), (4,)), ((2, 4), (2,))]
    X, Y = rng.standard_normal((5, 3)), rng.integers(0, 2, 5)
    slopes = model.gradients(params, X, Y)
    assert np.array_equal(model.forward(params, X), forward(params, X, "gelu")), f"seed {seed}"
    assert same(slopes, gradients(params, X, Y, "gelu", "softmax_cross_entropy")), f"seed {seed}"
    moved = model.update(params, slopes, 0.1)
    assert all(
        np.array_equal(q, p - 0.1 * g)
        for old, new, slope in zip(params, moved, slopes, strict=True)
        for p, q, g in zip(old, new, slope, strict=True)
    ), f"seed {seed}"
    assert [(W.shape, b.shape) for W, b in model.initialize([2, 1], rng)] == [((1, 2), (1,))]
    for activation in (get_activation("elu(0.5)"), ["tanh"]):
        assert ReferenceMLP(activation).forward(params, X).shape == (5, 2)


def test_initial_weights_have_the_variance_of_the_gain():
    seed, rng = fresh()
    # sum(w^2) / variance is chi-squared with n = 1e6 degrees of freedom: 8 standard deviations are 1.1 %.
    for name in ("relu", "tanh", "sin"):
        params = ReferenceMLP(name).initialize((1000, 1000, 1000), rng)
        for (W, b), gain in zip(params, (get_activation(name).gain, 1.0), strict=True):
            assert abs(1000 * np.mean(W**2) / gain**2 - 1) < 0.012, f"seed {seed}, {name}"
            assert not b.any()


def test_bad_constructions_get_one_sentence():
    with pytest.raises(UnknownLoss, match="no loss is named 'hinge'"):
        ReferenceMLP(loss="hinge")
    with pytest.raises(UnknownActivation, match="tanhh"):
        ReferenceMLP("tanhh")
    rng = np.random.default_rng()
    for sizes in ([3], [3, 0, 1]):
        with pytest.raises(NetworkError, match="sizes must be two or more widths of at least 1"):
            ReferenceMLP().initialize(sizes, rng)
    with pytest.raises(NetworkError, match="1 activations for 2 hidden layers"):
        ReferenceMLP(["tanh"]).initialize([1, 2, 2, 1], rng)
