"""Interpretation and refinement give one answer on random networks, and these are of every kind."""

import numpy as np
import pytest
from small_networks import ACTIVATIONS, Generated, random_network

from symcheck.exact.interpretation import interpret, interpret_many
from symcheck.exact.mlp_refinement import reachable_many
from symcheck.network import Network
from symcheck.strategies.weight import KINDS

FIELDS = ("labels", "signs", "zero", "frozen")


def described(network):
    arrays = "\n".join(
        f"W {w.tolist()} b {None if b is None else b.tolist()}"
        for w, b in zip(network.weights, network.biases, strict=True)
    )
    return f"{network} {[a.name for a in network.activations]}\n{arrays}"


def compare(networks, rng, decay=False):
    """(network, layer, field, interpretation, refinement) where they differ."""
    trained = interpret_many(networks, rng, decay=decay)
    refined = reachable_many(networks, rng, decay=decay)
    for network, one, other in zip(networks, trained, refined, strict=True):
        for i, (a, b) in enumerate(zip(one.layers, other.layers, strict=True)):
            for field in FIELDS:
                if not np.array_equal(getattr(a, field), getattr(b, field)):
                    yield network, i, field, a, b


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("decay", [False, True])
def test_engines_agree_where_activations_are_not_linear(depth, decay):
    seed = np.random.SeedSequence().entropy
    rng = np.random.default_rng(seed)
    options = {"activations": ACTIVATIONS[:-1], "min_depth": depth, "max_depth": depth}
    networks = [random_network(rng, **options) for _ in range(150)]
    for network, layer, field, a, b in compare(networks, rng, decay):
        values = getattr(a, field).tolist(), getattr(b, field).tolist()
        pytest.fail(f"layer {layer + 1} {field}: {values} (seed {seed})\n{described(network)}")


def test_refinement_is_sound_for_linear_networks():
    """It may miss ties of linear networks, never tie what separates or freeze what moves."""
    seed = np.random.SeedSequence().entropy
    rng = np.random.default_rng(seed)
    networks = [random_network(rng, activations=["identity"], min_depth=4, max_depth=4) for _ in range(200)]
    for network, layer, _, a, b in compare(networks, rng):
        where = f"layer {layer + 1} (seed {seed})\n{described(network)}"
        tied = np.equal.outer(b.labels * 2 + (b.signs < 0), b.labels * 2 + (b.signs < 0))
        separated = ~np.equal.outer(a.labels * 2 + (a.signs < 0), a.labels * 2 + (a.signs < 0))
        assert not np.any(tied & separated), where
        assert not np.any(b.zero & ~a.zero), where
        assert not np.any(b.frozen & ~a.frozen), where


def test_decay_and_entrywise_rules_keep_the_same_ties():
    """As theory says of equitable partitions; ties of linear networks may have other reasons."""
    rng = np.random.default_rng()
    networks = [random_network(rng, activations=ACTIVATIONS[:-1]) for _ in range(200)]
    plain, decayed, entrywise = (
        interpret_many(networks, rng, **options) for options in ({}, {"decay": True}, {"rule": "entrywise"})
    )
    for network, *outcomes in zip(networks, plain, decayed, entrywise, strict=True):
        for layers in zip(*(o.layers for o in outcomes), strict=True):
            for field in FIELDS:
                first, *others = (getattr(layer, field) for layer in layers)
                assert all(np.array_equal(first, other) for other in others), described(network)


def test_decay_revives_what_only_a_cancellation_kept_dead():
    """h_2 = w_2 b_1 + b_2 = 1 - 1, and w_3 = 0 has no other input; decay scales the two terms differently."""
    rng = np.random.default_rng()
    weights, biases = [np.zeros((1, 2)), np.eye(1), np.zeros((1, 1))], [np.ones(1), -np.ones(1), np.zeros(1)]
    network = Network(weights, biases, "identity")
    for decay in (False, True):
        for layers in (
            interpret(network, rng, decay=decay).layers,
            reachable_many([network], rng, decay=decay)[0].layers,
        ):
            assert [bool(layer.frozen[0]) for layer in layers] == [not decay] * 2
            assert bool(layers[1].zero[0]) is not decay


def test_coupled_rules_tie_no_more_than_sgd():
    rng = np.random.default_rng()
    networks = [random_network(rng, activations=ACTIVATIONS[:-1]) for _ in range(300)]
    fewer = 0
    for network, a, b in zip(
        networks, interpret_many(networks, rng), interpret_many(networks, rng, rule="coupled"), strict=True
    ):
        for one, other in zip(a.layers, b.layers, strict=True):
            assert other.labels.max() >= one.labels.max(), described(network)
            assert not np.any(other.zero & ~one.zero), described(network)
            fewer += other.labels.max() > one.labels.max()
    assert fewer  # about one layer in thirteen


def test_random_networks_reach_every_outcome():
    """The rarest occurs in 2.7 % of networks, so the odds of missing it in 1,000 are below 1e-11."""
    rng = np.random.default_rng()
    networks = [random_network(rng) for _ in range(1000)]
    layers = [layer for result in interpret_many(networks, rng) for layer in result.layers]
    signed = [layer.labels * 2 + (layer.signs < 0) for layer in layers]
    assert any(len(np.unique(s)) < len(s) for s in signed)
    assert any(np.any(layer.signs < 0) for layer in layers)
    assert any(layer.zero.any() and not layer.zero.all() for layer in layers)
    assert any(layer.frozen.any() and not layer.zero.any() for layer in layers)
    assert any(layer.frozen.any() and not layer.frozen.all() for layer in layers)
    assert {0, 1, 2, None} <= {layer.separates_at for layer in layers}
    assert {n.depth for n in networks} == {2, 3, 4, 5, 6}
    assert {n.head for n in networks} == {"linear", "softmax"}
    assert {a.name for n in networks for a in n.activations} == set(ACTIVATIONS)
    assert any(len(set(n.activations)) > 1 for n in networks)
    absent = {(sum(b is None for b in n.biases), n.depth) for n in networks}
    assert any(count == 0 for count, _ in absent)
    assert any(count == depth for count, depth in absent)
    assert any(0 < count < depth for count, depth in absent)
    assert {1, 6} <= {size for n in networks for size in n.sizes[1:-1]}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_have_the_shape_asked_for(kind):
    c = Generated(np.random.default_rng())
    for rows, columns in ((1, 1), (1, 4), (4, 1), (3, 3), (2, 5), (5, 2)):
        matrix = KINDS[kind](c, rows, columns)
        assert matrix.shape == (rows, columns)
        assert np.array_equal(matrix * 4, np.round(matrix * 4))


def test_options_limit_random_networks():
    rng = np.random.default_rng()
    options = {"activations": ["relu"], "biases": ["none"], "heads": ["softmax"]}
    for _ in range(50):
        network = random_network(rng, **options, min_depth=3, max_depth=3, max_width=2)
        assert network.depth == 3
        assert network.head == "softmax"
        assert {a.name for a in network.activations} == {"relu"}
        assert set(network.biases) == {None}
        assert max(network.sizes[1:-1]) <= 2
