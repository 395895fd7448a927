"""What the strategies can produce: a property sees no more than its strategy reaches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, settings

from symcheck import strategies as st
from symcheck.activations import ACTIVATIONS
from symcheck.laws.law import CATALOGUE
from symcheck.reference import OPTIMIZERS
from symcheck.strategies import BIAS_KINDS, WEIGHT_KINDS
from symcheck.symmetry import certify

# The strategy is under test here and no subject: the same examples every time are what is wanted. They still depend on
# what else has been imported, since hypothesis draws from the constants in it, so there must be enough of them.
SEARCH = settings(
    derandomize=True,
    database=None,
    max_examples=20_000,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def reach(strategy, condition):
    return find(strategy, condition, settings=SEARCH)


def distinct_rows(matrix):
    return len(np.unique(matrix, axis=0))


def two_identical_units(network):
    low, high = network.weights[:2]
    return len({(tuple(row), tuple(column)) for row, column in zip(low, high.T, strict=True)}) < len(low)


NETWORKS = {
    "two identical units": two_identical_units,
    "a layer of one unit": lambda n: n.depth > 2 and 1 in n.sizes[1:-1] and max(n.sizes[1:-1]) > 1,
    "a layer of zeros": lambda n: any(not w.any() for w in n.weights),
    "a zero layer between others": lambda n: n.depth > 2 and not n.weights[1].any() and n.weights[0].any(),
    "negative zero": lambda n: any(((w == 0) & np.signbit(w)).any() for w in n.weights),
    "negative biases": lambda n: any(b is not None and (b < 0).any() for b in n.biases),
    "no biases": lambda n: all(b is None for b in n.biases),
    "biases in some layers": lambda n: len({b is None for b in n.biases}) == 2,
    "opposite units": lambda n: any((w[0] == -w[1]).all() and w[0].any() for w in n.weights if len(w) > 1),
    "all different weights": lambda n: all(w.size == len(np.unique(w)) > 5 for w in n.weights[:1]),
    "fractions": lambda n: any((w % 1 != 0).any() for w in n.weights),
    "the widest": lambda n: max(n.sizes[1:-1]) == 6,
    "the deepest": lambda n: n.depth == 4,
    "softmax": lambda n: n.head == "softmax",
    "unequal hidden layers": lambda n: len(set(n.sizes[1:-1])) > 1,
    "a permutation that moves": lambda n: (
        n.weights[1].shape == (3, 3)
        and distinct_rows(n.weights[1]) == 3
        and (np.count_nonzero(n.weights[1], axis=0) == 1).all()
        and (np.count_nonzero(n.weights[1], axis=1) == 1).all()
        and np.count_nonzero(np.diagonal(n.weights[1])) < 3
    ),
}


@pytest.mark.first(5)
@pytest.mark.parametrize("what", NETWORKS)
def test_networks_reach(what):
    reach(st.networks(), NETWORKS[what])


@pytest.mark.parametrize("verdict", ["broken", "tied", "dead"])
def test_networks_reach_every_verdict(verdict):
    reach(st.networks(), lambda n: certify(n).verdict == verdict)


def test_tied_networks_reach_ties_that_are_not_constant():
    network, labels = reach(
        st.tied_networks(),
        lambda drawn: (
            len(drawn[1]) > 1
            and any(
                len(set(of)) == 1 and distinct_rows(w) > 1 for of, w in zip(drawn[1], drawn[0].weights, strict=False)
            )
        ),
    )
    assert certify(network).verdict != "broken"


def test_tied_networks_reach_a_tie_in_one_layer_only():
    reach(st.tied_networks(), lambda drawn: sorted(len(set(of)) == len(of) for of in drawn[1]) == [False, True])


@pytest.mark.parametrize("kind", WEIGHT_KINDS)
def test_every_kind_of_weights_alone(kind):
    matrix = reach(st.weights((3, 3), kinds=[kind]), lambda w: kind == "zero" or w.any())
    assert matrix.shape == (3, 3)


def test_equitable_weights_have_equal_sums_and_can_be_no_constant():
    matrix = reach(st.weights((3, 4), kinds=["equitable"]), lambda w: distinct_rows(w) > 1)
    assert len(set(matrix.sum(axis=0))) == len(set(matrix.sum(axis=1))) == 1


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name):
    reach(st.activations(), lambda drawn: drawn == name)


def test_parametric_activations():
    assert reach(st.activations(parametric=True), lambda a: a.startswith("leaky_relu("))
    assert reach(st.activations(parametric=True), lambda a: a.startswith("elu("))


def test_mixed_activations():
    reach(st.networks(mixed=True), lambda n: len({a.name for a in n.activations}) > 1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(name):
    reach(st.optimizers(), lambda o: type(o) is OPTIMIZERS[name])


@pytest.mark.parametrize("setting", ["l1", "l2", "clip_value", "clip_norm"])
def test_every_penalty_and_clipping(setting):
    reach(st.optimizers(), lambda o: getattr(o, setting))


def test_momentum_of_zero_and_more():
    for condition in (lambda o: o.momentum == 0, lambda o: 0 < o.momentum < 1):
        reach(st.optimizers(names=["momentum"]), condition)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_law(name):
    reach(st.laws(), lambda law: law.name.startswith(name))


@pytest.mark.parametrize("kind", BIAS_KINDS)
def test_every_kind_of_biases_alone(kind):
    vector = reach(st.biases(3, kinds=[kind]), lambda b: True)
    assert (vector is None) == (kind == "none")


SHAPES = {
    "dense": lambda s: len(s) == 2,
    "two kernel axes": lambda s: len(s) == 4 and s[2] != s[3],
    "out and in differ": lambda s: s[0] != s[1],
    "one input": lambda s: s[1] == 1 < s[0],
}


@pytest.mark.parametrize("what", SHAPES)
def test_shapes_reach(what):
    reach(st.shapes(), SHAPES[what])


BATCHES = {
    "one sample": lambda b: len(b[0]) == 1,
    "more than eight": lambda b: len(b[0]) > 8,
    "equal samples": lambda b: len(b[0]) > 1 and (b[0][0] == b[0][1]).all() and b[0][0].any(),
    "all different numbers": lambda b: len(np.unique(b[0])) == b[0].size > 8,
    "zeros": lambda b: not b[0].any(),
    "one class only": lambda b: len(b[1]) > 2 and (b[1] == b[1][0]).all(),
    "every class": lambda b: (b[1].sum(axis=0) > 0).all(),
}


@pytest.mark.parametrize("what", BATCHES)
def test_batches_reach(what):
    reach(st.batches((3, 4, 3), loss="softmax_cross_entropy", max_samples=12), BATCHES[what])


def test_other_targets():
    labels = reach(st.batches((1, 3), loss="softmax_cross_entropy", targets="labels"), lambda b: b[1].max() == 2)[1]
    assert labels.ndim == 1
    mixed = reach(
        st.batches((1, 3), loss="softmax_cross_entropy", targets="probabilities"), lambda b: (b[1] % 1 != 0).any()
    )[1]
    assert (mixed.sum(axis=1) == 1).all()


def test_problems_reach_both_losses_and_dead_relu_units():
    reach(st.problems(), lambda p: p.loss == "mse" and len(p.X) > 1)
    reach(st.problems(), lambda p: p.loss == "softmax_cross_entropy")
    reach(st.problems(activations="relu"), lambda p: ((p.X @ p.params[0][0].T + p.params[0][1]) < 0).all())


def test_seeds_and_rates():
    reach(st.seeds(), lambda s: s > 2**31)
    reach(st.learning_rates(), lambda r: r < 0.01)
    reach(st.architectures(min_depth=1), lambda s: len(s) == 2)
    reach(st.architectures(square=True), lambda s: len(set(s)) == 1 and s[0] > 2 and len(s) > 2)
    reach(st.dyadics(negative_zero=True), lambda v: v == 0 and np.signbit(v))
