"""Units with equal or opposite rows or columns, whose weights need not be read until they can matter."""

import numpy as np
import pytest
from small_networks import FAULTS, Generated, planted_network

from symcheck.exact.interpretation import interpret_many
from symcheck.network import Network
from symcheck.symmetry import certify, verify

ACTIVATIONS = ("any", "gelu", "relu", "tanh", "tanh", "erf")


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def with_copies(rng):
    """A planted network in which units are copied, with either sign on either side, and layers are silenced."""
    drawn = planted_network(rng, activations=ACTIVATIONS, biases=["zero", "equal", "random"], min_depth=3, max_faults=0)
    weights, biases = [w.copy() for w in drawn.weights], [b.copy() for b in drawn.biases]
    for _ in range(rng.integers(2, 8)):
        FAULTS["copied_unit"](Generated(rng), weights, biases)
    for name in ("silenced_layer", "shifted_column", "one_entry", "silenced_unit"):
        if rng.random() < 0.3:
            FAULTS[name](Generated(rng), weights, biases)
    return Network(weights, biases, drawn.activations, drawn.head)


@pytest.mark.parametrize(("optimizer", "rule"), [("sgd", "sgd"), ("adam_l2", "coupled")])
def test_certificates_of_copied_units_agree_with_training(rng, optimizer, rule):
    networks = [with_copies(rng) for _ in range(40)]
    for network, run in zip(networks, interpret_many(networks, rng, rule=rule), strict=True):
        certificate = certify(network, optimizer)
        report = network, [w.tolist() for w in network.weights], [b.tolist() for b in network.biases]
        for claimed, seen in zip(certificate.layers, run.layers, strict=True):
            for field in ("labels", "zero", "frozen", "separates_at"):
                assert np.array_equal(getattr(claimed, field), getattr(seen, field)), (report, claimed.layer, field)
            assert np.array_equal(claimed.signs[~claimed.zero], seen.signs[~seen.zero]), (report, claimed.layer)
        assert verify(certificate.to_json(), network), report


@pytest.mark.parametrize("optimizer", ["sgd", "adam_l2"])
@pytest.mark.parametrize("opposite", [False, True])
def test_equal_rows_are_read_once_their_deltas_are_found_opposite(opposite, optimizer):
    """Layer 3 hides for two updates that the columns of the twins of layer 2 are opposite, after their rows were left."""
    first = np.array([[0.0, 0.0], [-3.0, -3.0], [-3.0, -3.0], [-3.0, -3.0], [0.0, 0.0], [0.0, 0.0]]) / 4
    twins = np.array([1.0, 1.0, 4.0, -2.0, 2.0, 0.0]) / 4
    second = np.stack([np.array([-3.0, 0.0, 0.0, 0.0, -3.0, -3.0]) / 4, twins, -twins if opposite else twins])
    third = np.array([[-3, 1, -1], [-3, -3, 3], [1, -1, 1], [-3, -1, 1], [1, -7, 7]]) / 4
    fourth, last = np.array([[-1.0, 0.0, 0.0, -1.0, 0.0]]), np.array([[-2.0], [1.0], [-1.0], [1.0]]) / 4
    weights = [first, second, third, fourth, last]
    network = Network(weights, [np.zeros(len(w)) for w in weights], "tanh")
    certificate = certify(network, optimizer)
    layer = certificate.layers[1]
    assert layer.labels.tolist() == ([0, 1, 1] if opposite else [0, 1, 2])
    assert layer.signs.tolist() == ([1, 1, -1] if opposite else [1, 1, 1])
    assert verify(certificate.to_json(), network)


def test_every_sign_of_a_copy():
    """A copy is tied or opposite only if both sides have the same sign."""
    row, column = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    for incoming in (1, -1):
        for outgoing in (1, -1):
            weights = [np.stack([row, incoming * row]), np.stack([column, outgoing * column], 1)]
            layer = certify(Network(weights, None, "tanh")).layers[0]
            tied = incoming == outgoing
            assert layer.labels.tolist() == ([0, 0] if tied else [0, 1])
            assert layer.signs.tolist() == [1, incoming if tied else 1]
            # Without a common sign at the start they are one up to sign, and the first update separates them.
            assert layer.separates_at == (None if tied else 1)
