"""Grades of evidence: which ties hold bit for bit, and how fast rounding separates the others."""

import numpy as np
import pytest

from symcheck.network import Network
from symcheck.reference import ReferenceMLP, hidden, params_of
from symcheck.symmetry import certify
from symcheck.symmetry.drift import rounding_drift
from symcheck.symmetry.grades import GRADES, grade_sentence, grades


def graded(network: Network) -> tuple[str, ...]:
    return grades(certify(network), network)


def duplicated() -> Network:
    rng = np.random.default_rng()
    w1, w2 = rng.standard_normal((6, 4)), rng.standard_normal((3, 6))
    w1[4], w2[:, 4] = w1[1], w2[:, 1]
    return Network([w1, w2], [np.zeros(6), np.zeros(3)], "tanh")


def test_the_grades() -> None:
    rng = np.random.default_rng()
    half, third = np.full((5, 4), 0.5), np.full((3, 5), 1 / 3)
    assert graded(Network([rng.standard_normal((5, 4)), third], activation="tanh")) == ("untied",)
    assert graded(Network([half, third], activation="tanh")) == ("bitwise",)
    assert graded(Network([half, np.eye(5), third], activation="tanh")) == ("rounding", "rounding")
    assert graded(Network([np.zeros((5, 4)), np.zeros((3, 5))])) == ("exact",)
    assert graded(duplicated()) == ("bitwise",)
    hinged = Network([np.array([[-1.0, 2], [-1, 2]]), np.array([[-1.0, 1], [1, 1]]), np.array([[1.0, 1], [0, 1]])])
    assert graded(hinged) == ("kink", "kink")
    assert graded(Network([half, -half[:, [0] * 5], np.ones((2, 5))])) == ("bitwise", "exact")
    assert len({grade_sentence(g) for g in GRADES}) == len(GRADES)


def test_opposite_units_are_graded_as_rounding() -> None:
    w = np.random.default_rng().standard_normal((1, 4))
    network = Network([np.concatenate([w, -w]), np.array([[2.0, -2.0]])], activation="tanh")
    assert certify(network).layers[0].signs.tolist() == [1, -1]
    assert graded(network) == ("rounding",)


def test_equal_biases_matter() -> None:
    network = duplicated()
    bias = np.zeros(6)
    bias[4] = 1e-300
    assert graded(Network(network.weights, [bias, np.zeros(3)], "tanh")) == ("untied",)


@pytest.mark.parametrize(
    "network", [duplicated(), Network([np.full((7, 5), 0.3), np.full((2, 7), 0.1)], activation="relu")]
)
def test_bitwise_ties_stay_bitwise_on_the_reference(network: Network) -> None:
    rng = np.random.default_rng()
    mlp = ReferenceMLP(network.activations[0].name)
    params = params_of(network)
    x, y = rng.standard_normal((20, network.sizes[0])), rng.standard_normal((20, network.sizes[-1]))
    labels = certify(network).layers[0].labels
    for _ in range(30):
        params = mlp.update(params, mlp.gradients(params, x, y), 0.1)
    units = hidden(params, x, network.activations[0])[0]
    units = units[0] if isinstance(units, list) else units
    first = np.unique(labels, return_index=True)[1]
    assert np.array_equal(units, units[:, first[labels]])


def test_drift_is_rounding_for_tied_units_and_large_for_untied_ones() -> None:
    half = np.full((9, 4), 0.5)
    network = Network(
        [half, np.eye(9)[np.random.default_rng().permutation(9)], np.full((2, 9), 0.1)], activation="tanh"
    )
    drift = rounding_drift(certify(network), network, np.random.default_rng())
    assert drift.steps == (0, 10, 100)
    assert max(drift.distances) < 1e-9
    rng = np.random.default_rng()
    broken = Network([half, rng.standard_normal((9, 9)), rng.standard_normal((2, 9))], activation="tanh")
    wrong = rounding_drift(certify(network), broken, rng)
    assert wrong.distances[-1] > 1e-4, "a certificate of another network is refuted by training"


def test_units_with_equal_rows_drift_apart_once_the_first_layer_has_moved() -> None:
    rng = np.random.default_rng()
    half = np.full((9, 4), 0.5)
    tied = certify(Network([half, np.full((2, 9), 0.1)], activation="tanh"))
    untied = Network([half, rng.standard_normal((2, 9))], activation="tanh")
    first, second = rounding_drift(tied, untied, rng, (0, 1)).distances
    assert first < 1e-12 < 1e-6 < second


def test_a_dead_network_does_not_drift() -> None:
    network = Network([np.zeros((3, 2)), np.zeros((2, 3))], [np.zeros(3), np.zeros(2)], "relu")
    assert rounding_drift(certify(network), network, np.random.default_rng()).distances == (0.0, 0.0, 0.0)
    shallow = Network([np.ones((2, 3))])
    assert rounding_drift(certify(shallow), shallow, np.random.default_rng(), (0, 1)).distances == (0.0, 0.0)


def test_training_that_diverges_tells_nothing_of_ties():
    weights = [
        np.full((6, 4), 20.0),
        40 * np.stack([np.roll(np.arange(6.0), i) for i in range(6)]),
        np.full((2, 6), 20.0),
    ]
    network = Network(weights, None, "identity")
    first, *later = rounding_drift(certify(network), network, np.random.default_rng()).distances
    assert first < 1e-12
    assert later == [np.inf, np.inf]


@pytest.mark.parametrize("activation", ["leaky_relu", "elu(0.5)", "leaky_relu(-1)"])
def test_a_sum_that_cancels_at_a_kink_is_graded_as_such(activation: str) -> None:
    rows = np.repeat(np.random.default_rng().normal(size=(1, 4)), 3, 0)
    weights = [rows, np.array([[3.0, -1, -2], [-3, 1, 2]]), np.ones((2, 2))]
    assert graded(Network(weights, [np.zeros(3), np.zeros(2), np.zeros(2)], activation)) == ("kink", "kink")
    shifted = [np.zeros(3), np.ones(2), np.zeros(2)]
    assert "kink" not in graded(Network(weights, shifted, activation)), "a bias keeps the sum off the kink"
    assert "kink" not in graded(Network(weights, None, "elu(1)")), "which has none"


def test_zero_units_whose_gradient_is_a_sum_that_cancels_are_no_more_than_rounding() -> None:
    cancelling = [
        np.array([[0.0, 0], [1, -2], [1, 1]]),
        np.array([[3.0, 1, 1], [-1, 1, 1], [-2, 1, 1]]),
        np.array([[1.0, 1, 1], [-1, -1, -1]]),
    ]
    network = Network(cancelling, None, "tanh")
    assert certify(network).layers[0].zero[0]
    assert graded(network)[0] == "rounding"
    without = [cancelling[0], cancelling[1] * [0, 1, 1], cancelling[2]]
    assert graded(Network(without, None, "tanh"))[0] == "exact", "nothing comes back to it"


def test_drift_is_measured_on_the_declared_inputs() -> None:
    weights = [np.array([[1.0], [-1.0]]), np.array([[1.0, 5.0], [1.0, 7.0]]), np.array([[1.0, 1.0], [2.0, 2.0]])]
    for inputs in ((0, 1), (0, np.inf)):
        network = Network(weights, [np.zeros(2)] * 3, ["relu", "sigmoid"], inputs=inputs)
        assert certify(network).layers[1].classes == 1
        drift = rounding_drift(certify(network), network, np.random.default_rng())
        assert max(drift.distances) < 1e-9
