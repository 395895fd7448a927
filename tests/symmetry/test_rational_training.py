"""Certificates against training in rational arithmetic, with ReLU itself; what fails shrinks.

The full run is a part of `python benchmarks/agreement.py`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rational_agreement import FAULTS, RULES, compare, false_alive
from structured_networks import linear_chain, rectified_network, structured_network

from symcheck.exact.rational import train
from symcheck.network import Network
from symcheck.strategies import seeds
from symcheck.strategies.choices import built
from symcheck.symmetry import certify
from symcheck.symmetry.certificate import Certificate

drawn_networks = (
    built(lambda c: rectified_network(c, max_depth=4))
    | built(lambda c: structured_network(c, max_depth=4))
    | built(lambda c: linear_chain(c, max_depth=4))
)


def faults(certificate: Certificate, network: Network, rng: np.random.Generator, rule: str) -> dict[str, int]:
    counts = compare(certificate, train(network, rng, rule=rule), same_steps=rule != "entrywise")
    counts["false alive"] = false_alive(certificate, network, rng)
    return {name: counts[name] for name in FAULTS if counts[name]}


@settings(max_examples=50, deadline=None)
@given(network=drawn_networks, seed=seeds(), optimizer=st.sampled_from(["sgd", "sgd", "sgd", *RULES]))
def test_no_training_refutes_a_certificate(network: Network, seed: int, optimizer: str) -> None:
    rng = np.random.default_rng(seed)
    certificate = certify(network, optimizer)
    for rule in RULES[optimizer]:
        assert not faults(certificate, network, rng, rule)


def dead_by_sign() -> Network:
    """Layer 2 is dead by sign, layer 1 alive in two classes, each of two units."""
    weights = [[[1, 1], [1, 1], [2, -1], [2, -1]], [[-1, -1, -1, -1], [-2, -1, 1, -1]], [[1, 1]]]
    return Network([np.array(w, float) for w in weights], [np.zeros(4), np.zeros(2), np.zeros(1)], "relu")


def moving() -> Network:
    """All units are different and alive; those of layer 1 separate at the first update."""
    weights = [[[1, 1], [1, 1]], [[1, 2], [-1, 3]], [[1, 2]]]
    return Network([np.array(w, float) for w in weights], [np.zeros(2), np.zeros(2), np.zeros(1)], "relu")


CLAIMS = {
    "unsound tie": {"labels": [0, 0]},
    "unsound zero": {"zero": [True, False]},
    "unsound frozen": {"frozen": [False, True]},
    "step too late": {"separates_at": 2},
}


@pytest.mark.parametrize("fault", CLAIMS)
@pytest.mark.parametrize("layer", [0, 1])
def test_false_claims_are_refuted_and_true_ones_are_not(fault: str, layer: int) -> None:
    rng, network = np.random.default_rng(), moving()
    certificate = certify(network)
    assert not faults(certificate, network, rng, "sgd")
    claims = {key: np.array(value) if isinstance(value, list) else value for key, value in CLAIMS[fault].items()}
    layers = list(certificate.layers)
    layers[layer] = replace(layers[layer], **claims)
    found = faults(replace(certificate, layers=tuple(layers)), network, rng, "sgd")
    assert set(found) == {fault}


def test_a_unit_that_is_not_active_at_any_point_is_not_taken_for_active() -> None:
    rng, network = np.random.default_rng(), moving()
    certificate = certify(network)
    assert false_alive(certificate, network, rng) == 0
    nowhere = replace(certificate, points=-np.abs(certificate.points))
    assert false_alive(nowhere, network, rng) > 0
    barely = replace(certificate, points=np.array([[5e-324, 0.0]]))
    assert false_alive(barely, network, rng) == 0


def test_what_is_dead_by_sign_is_certified_and_seen_to_be_silent() -> None:
    network = dead_by_sign()
    certificate, trained = certify(network), train(network, np.random.default_rng())
    assert certificate.layers[1].zero.all()
    assert trained.layers[1].zero.all()
    assert trained.layers[1].frozen.all()
    assert certificate.layers[0].frozen.all()
    assert trained.layers[0].frozen.all()
    assert certificate.layers[0].labels.tolist() == trained.layers[0].labels.tolist() == [0, 0, 1, 1]
