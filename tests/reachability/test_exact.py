"""The exact grade equals the partition of units that certificates are made of."""

import numpy as np
import pytest
from small_networks import ACTIVATIONS, random_network

from symcheck import Network, certify, reach


@pytest.fixture
def rng():
    return np.random.default_rng()


def units_alike(found, number, biased):
    """For units of a hidden layer, whether all that moves them is alike, up to sign: weights in, bias, weights out."""
    parts = [found.classes[f"weights[{number}]"], found.classes[f"weights[{number + 1}]"].T]
    if biased:
        parts.append(found.classes[f"biases[{number}]"][:, None])
    rows = np.concatenate(parts, 1)
    return np.array([[np.array_equal(a, b) or np.array_equal(a, -b) for b in rows] for a in rows])


def test_units_are_alike_where_certificates_tie_them(rng):
    tied = 0
    for _ in range(120):
        network = random_network(rng, activations=ACTIVATIONS[:-1])
        found, certificate = reach(network, head=network.head), certify(network)
        for number, layer in enumerate(certificate.layers):
            alike = units_alike(found, number, network.biases[number] is not None)
            equal = np.equal.outer(layer.labels, layer.labels) & ~np.logical_or.outer(layer.zero, layer.zero)
            assert alike[equal].all(), network
            tied += int(equal.sum()) - len(layer.labels)
            weights = found.classes[f"weights[{number}]"]
            assert (weights[layer.frozen] == 0).all(), network
        if certificate.verdict == "broken":
            assert not any(g.by_initialization for g in found.groups if g.axis == 0), network
    assert tied


def test_counts_and_grade(rng):
    sizes = [(16, 5), (16, 16), (3, 16)]
    half = Network([np.full(s, 0.5) for s in sizes], [np.full(s[0], 0.5) for s in sizes], "tanh")
    found = reach(half)
    assert (found.parameters, found.reachable, found.frozen, found.grade, found.architecture) == (
        419,
        14,
        0,
        "exact",
        419,
    )
    assert [(g.parameter, g.axis, g.distinct, g.of) for g in found.groups if "weights" in g.parameter] == [
        ("weights[0]", 0, 1, 16),
        ("weights[1]", 0, 1, 16),
        ("weights[1]", 1, 1, 16),
        ("weights[2]", 1, 1, 16),
    ]
    drawn = reach(Network([rng.normal(size=s) for s in sizes], None, "tanh"))
    assert (drawn.reachable, drawn.frozen, drawn.groups, drawn.elsewhere) == (384, 0, (), None)


def test_weights_whose_images_collide_are_told_apart():
    """2^61 and 1 have one image in GF(2^61 - 1)."""
    slight = Network([np.array([[1.0], [2.0**61]]), np.ones((1, 2))], None, "tanh")
    assert reach(slight).reachable == 4
    tied = Network([np.array([[2.0**61], [2.0**61]]), np.ones((1, 2))], None, "tanh")
    assert reach(tied).reachable == 2


def test_networks_of_arrays_have_reasons():
    rng = np.random.default_rng()
    zero = Network([np.zeros((4, 3)), np.zeros((2, 4))], [np.zeros(4), np.zeros(2)], "relu")
    found = reach(zero)
    assert {r.kind.value for r in found.reasons} == {"zero"}
    constant = Network([np.full((4, 3), 0.5), np.full((2, 4), 0.5)], None, "tanh")
    assert {r.kind.value for r in reach(constant).reasons} == {"equal start"}
    negative = [rng.normal(size=(6, 3)), -np.abs(rng.normal(size=(5, 6))), rng.normal(size=(2, 5))]
    found = reach(Network(negative, None, "relu"))
    assert (found.frozen, found.undecided, found.grade) == (18 + 30 + 10, 0, "exact")
    assert {(r.kind.value, r.changed) for r in found.reasons} == {("sign", ("weights[1]",))}
