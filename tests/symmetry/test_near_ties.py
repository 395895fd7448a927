"""Near ties: found at every distance, named with it, and never mixed with ties."""

import numpy as np
import pytest

from symcheck.network import Network
from symcheck.symmetry import certify
from symcheck.symmetry.near_ties import near_ties


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def planted(rng, distance, activation="relu", sign=1.0, width=40, head="linear"):
    """Unit 7 of layer 1 is unit 3 with a relative change of a given size in one weight."""
    weights = [rng.normal(size=(width, 20)), rng.normal(size=(9, width))]
    biases = [rng.normal(size=width), np.zeros(9)]
    weights[0][7], biases[0][7], weights[1][:, 7] = sign * weights[0][3], sign * biases[0][3], sign * weights[1][:, 3]
    vector = np.concatenate([weights[0][3], biases[0][[3]], weights[1][:, 3]])
    weights[0][7, 5] += distance * np.linalg.norm(vector)
    return Network(weights, biases, activation, head)


@pytest.mark.parametrize("distance", [1e-12, 1e-9, 1e-6, 1e-4, 9e-4])
@pytest.mark.parametrize(("activation", "sign"), [("relu", 1), ("tanh", 1), ("tanh", -1)])
def test_a_planted_near_tie_is_found_with_its_distance(rng, distance, activation, sign):
    network = planted(rng, distance, activation, sign)
    assert certify(network).verdict == "broken"
    (tie,) = near_ties(network)
    assert (tie.layer, tie.units, tie.sign) == (1, (3, 7), sign)
    assert tie.distance == pytest.approx(distance, rel=2e-3)


def test_what_is_farther_is_not_reported(rng):
    assert near_ties(planted(rng, 1.1e-3)) == []
    assert len(near_ties(planted(rng, 1.1e-3), at_most=2e-3)) == 1
    assert near_ties(planted(rng, 1e-5), at_most=1e-6) == []


def test_exact_ties_are_not_near_ties(rng):
    network = planted(rng, 0.0)
    assert certify(network).verdict == "tied"
    assert near_ties(network) == []


def test_opposite_units_are_near_only_under_an_odd_activation(rng):
    assert near_ties(planted(rng, 1e-6, "relu", -1.0)) == []


def test_a_softmax_head_does_not_see_a_common_shift(rng):
    network = planted(rng, 1e-6, head="softmax")
    weights = [w.copy() for w in network.weights]
    weights[1][:, 7] += 3.0
    (tie,) = near_ties(Network(weights, network.biases, "relu", "softmax"))
    assert tie.units == (3, 7)
    assert near_ties(Network(weights, network.biases, "relu", "linear")) == []


def test_units_with_equal_incoming_and_other_outgoing_weights_are_not_near(rng):
    weights = [np.full((6, 4), 0.5), rng.normal(size=(3, 6))]
    assert near_ties(Network(weights, activation="tanh")) == []


def test_a_class_is_represented_once_and_zero_units_not_at_all(rng):
    network = planted(rng, 1e-6)
    weights, biases = [w.copy() for w in network.weights], [b.copy() for b in network.biases]
    for unit in (20, 21):
        weights[0][unit], biases[0][unit], weights[1][:, unit] = weights[0][3], biases[0][3], weights[1][:, 3]
    for unit in (30, 31):
        weights[0][unit], biases[0][unit], weights[1][:, unit] = 0, 0, 0
    weights[1][0, 31] = 1e-9
    network = Network(weights, biases, "relu")
    certificate = certify(network)
    assert certificate.layers[0].zero.nonzero()[0].tolist() == [30, 31]
    assert [tie.units for tie in near_ties(network, certificate)] == [(3, 7)]


def test_every_unit_of_a_crowd_is_in_a_pair(rng):
    weights = [np.ones((60, 8)) + 1e-7 * rng.normal(size=(60, 8)), np.ones((2, 60))]
    found = near_ties(Network(weights, activation="relu"))
    assert {unit for tie in found for unit in tie.units} == set(range(60))
    assert [tie.distance for tie in found] == sorted(tie.distance for tie in found)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_scale_does_not_matter(rng, scale):
    network = planted(rng, 1e-6)
    weights, scaled = [w * scale for w in network.weights], [b * scale for b in network.biases]
    for biases, accuracy in ((scaled, 2e-3), ([np.zeros(40), None], 0.5), (None, 0.5)):
        (tie,) = near_ties(Network(weights, biases, "relu"))
        assert tie.units == (3, 7)
        assert tie.distance == pytest.approx(1e-6, rel=accuracy)


def test_half_precision_copies(rng):
    network = planted(rng, 0.0)
    weights = [w.astype(np.float16) for w in network.weights]
    weights[0][7, 5] = np.nextafter(weights[0][7, 5], np.float16(9))
    biases = [b.astype(np.float16) for b in network.biases]
    (tie,) = near_ties(Network(weights, biases, "relu"))
    assert tie.units == (3, 7)
    assert 0 < tie.distance < 1e-3
