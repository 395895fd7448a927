"""The certificate, random interpretation and gradient refinement tell the same units tied; what fails shrinks.

The full run, on tens of thousands of networks, is `python benchmarks/agreement.py`.
"""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_networks import small_network

from symcheck.exact.interpretation import interpret
from symcheck.exact.mlp_refinement import reachable
from symcheck.network import Network
from symcheck.reference import hidden, optimizer, params_of
from symcheck.reference.mlp import gradients
from symcheck.strategies import networks, seeds, tied_networks
from symcheck.strategies.choices import built
from symcheck.symmetry import certify, verify

#: Of layers of every kind, around a partition of tied units, and around one that faults have spoilt in places.
drawn_networks = (
    networks(mixed=True)
    | tied_networks().map(lambda planted: planted[0])
    | built(lambda c: small_network(c, planted=1.0, max_depth=4, max_faults=3))
)


def complete(network: Network) -> bool:
    """Whether no tie is known to be missed: biases train, and no activation is linear."""
    biased = all(b is not None for b in network.biases)
    return biased and not any(a.linear for a in network.activations)


def same_class(labels: np.ndarray) -> np.ndarray:
    return np.equal.outer(labels, labels)


@settings(max_examples=60, deadline=None)
@given(network=drawn_networks, seed=seeds())
def test_certificate_and_random_interpretation_agree(network: Network, seed: int) -> None:
    certificate, trained = certify(network), interpret(network, np.random.default_rng(seed))
    for claimed, seen in zip(certificate.layers, trained.layers, strict=True):
        together = same_class(claimed.labels)
        assert (same_class(seen.labels) | ~together).all(), "certified as tied, and separated by training"
        relative = np.multiply.outer(claimed.signs, claimed.signs)[together]
        assert (relative == np.multiply.outer(seen.signs, seen.signs)[together]).all(), "wrong sign"
        assert (seen.zero | ~claimed.zero).all(), "certified as zero, and came alive"
        assert (seen.frozen | ~claimed.frozen).all(), "certified as frozen, and moved"
        if complete(network):
            assert (together | ~same_class(seen.labels)).all(), "tied, and not certified"
            assert (claimed.zero == seen.zero).all()
            assert (claimed.frozen == seen.frozen).all()
            assert claimed.separates_at == seen.separates_at


@settings(max_examples=60, deadline=None)
@given(network=drawn_networks, seed=seeds())
def test_gradient_refinement_agrees_without_knowing_layers(network: Network, seed: int) -> None:
    certificate, reached = certify(network), reachable(network, np.random.default_rng(seed))
    for claimed, seen in zip(certificate.layers, reached.layers, strict=True):
        assert (same_class(seen.labels) | ~same_class(claimed.labels)).all()
        if complete(network):
            assert (same_class(seen.labels) == same_class(claimed.labels)).all()
            assert (seen.zero == claimed.zero).all()


@settings(max_examples=60, deadline=None)
@given(planted=tied_networks())
def test_planted_ties_are_certified(planted: tuple[Network, tuple[tuple[int, ...], ...]]) -> None:
    network, labels = planted
    for claimed, of in zip(certify(network).layers, labels, strict=True):
        assert (same_class(claimed.labels) | ~same_class(np.array(of))).all()


@settings(max_examples=60, deadline=None)
@given(network=drawn_networks)
def test_every_certificate_is_verified_without_the_search(network: Network) -> None:
    certificate = certify(network)
    assert verify(certificate.to_json(), network)
    # Units of another network: one weight of the first layer moves by 1.
    moved = [w.copy() for w in network.weights]
    moved[0][0, 0] += 1
    other = Network(moved, network.biases, network.activations, network.head)
    fresh = certify(other)
    same = all(
        np.array_equal(getattr(a, field), getattr(b, field))
        for a, b in zip(certificate.layers, fresh.layers, strict=True)
        for field in ("labels", "signs", "zero", "frozen", "separates_at")
    )
    assert same or not verify(certificate, other), "accepted for a network that it does not describe"


@settings(max_examples=40, deadline=None)
@given(drawn=drawn_networks, seed=seeds(), name=st.sampled_from(["tanh", "sigmoid", "softplus", "gelu", "elu", "relu"]))
def test_training_in_floating_point_never_separates_certified_ties(drawn: Network, seed: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    # Small weights keep training from diverging; scaling all of them keeps every sum's equality.
    network = Network(
        [w / 8 for w in drawn.weights], [None if b is None else b / 8 for b in drawn.biases], name, "linear"
    )
    certificate = certify(network)
    params, rule = params_of(network), optimizer("sgd")
    state = rule.init(params)
    x, y = rng.uniform(-1, 1, (6, network.sizes[0])), rng.uniform(-1, 1, (6, network.sizes[-1]))
    for _ in range(20):
        # Where numbers cancel a unit stands on the kink of relu, and one rounding error decides its slope.
        on_a_kink = name == "relu" and any(((h > 0) & (h < 1e-9)).any() for h in hidden(params, x, name))
        assume(not on_a_kink)
        params, state = rule.step(params, gradients(params, x, y, name), state, 0.05)
    for layer, units in zip(certificate.layers, hidden(params, x, name), strict=True):
        first = np.unique(layer.labels, return_index=True)[1]
        gap = np.abs(units * layer.signs - (units * layer.signs)[:, first[layer.labels]])
        scale = max(1.0, float(np.abs(units).max()))
        assert gap.max() <= 1e-9 * scale
