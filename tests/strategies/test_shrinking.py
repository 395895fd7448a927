"""Failing cases shrink to the smallest network that a reader can follow."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, find, settings

from symcheck import strategies as st

# The strategy is under test here and no subject: the same examples every time are what is wanted.
SEARCH = settings(
    derandomize=True, database=None, max_examples=500, deadline=None, suppress_health_check=list(HealthCheck)
)


def smallest(strategy, condition=lambda value: True):
    return find(strategy, condition, settings=SEARCH)


def integral(arrays):
    return all((np.asarray(a) % 1 == 0).all() and np.abs(a).max() <= 1 for a in arrays if a is not None)


def test_the_smallest_network_is_a_chain_of_ones():
    network = smallest(st.networks())
    assert network.sizes == (1, 1, 1)
    assert [w.tolist() for w in network.weights] == [[[1.0]], [[1.0]]]
    assert [b.tolist() for b in network.biases] == [[0.0], [0.0]]
    assert network.head == "linear"


def test_the_smallest_problem_is_one_sample_of_zeros():
    problem = smallest(st.problems(loss_names=["mse"]))
    assert problem.sizes == (1, 1, 1)
    assert problem.X.tolist() == problem.Y.tolist() == [[0.0]]


def test_the_smallest_tied_network_has_two_units():
    network, labels = smallest(st.tied_networks())
    assert network.sizes == (1, 2, 1)
    assert labels == ((0, 0),)
    assert integral(network.weights)


def test_a_negative_weight_is_minus_one_in_the_chain():
    network = smallest(st.networks(), lambda n: any((w < 0).any() for w in n.weights))
    assert network.sizes == (1, 1, 1)
    assert sorted(float(w.min()) for w in network.weights) == [-1.0, 1.0]


def test_a_negative_bias_is_minus_one_in_the_chain():
    network = smallest(st.networks(), lambda n: any(b is not None and (b < 0).any() for b in n.biases))
    assert network.sizes == (1, 1, 1)
    assert min(float(b.min()) for b in network.biases if b is not None) == -1


def test_a_wide_layer_is_no_wider_than_asked_for():
    network = smallest(st.networks(), lambda n: max(n.sizes[1:-1]) >= 3)
    assert max(network.sizes) == 3
    assert network.sizes[0] == network.sizes[-1] == 1
    assert integral(network.weights)


def test_a_larger_batch_is_no_larger_than_asked_for():
    problem = smallest(st.problems(loss_names=["mse"]), lambda p: len(p.X) >= 3)
    assert problem.sizes == (1, 1, 1)
    assert problem.X.tolist() == problem.Y.tolist() == [[0.0]] * 3


def test_numbers_shrink_to_integers_before_fractions():
    assert smallest(st.dyadics(), lambda v: v > 0) == 1
    assert smallest(st.dyadics(), lambda v: 0 < v < 1) == 0.25
    assert smallest(st.dyadics(min_value=0.3, max_value=0.9)) == 0.5


def test_everything_else_shrinks_to_its_simplest():
    assert smallest(st.shapes()) == (1, 1)
    assert smallest(st.shapes(min_kernel_dims=1)) == (1, 1, 1)
    assert smallest(st.architectures()) == (1, 1, 1)
    assert smallest(st.architectures(min_depth=1)) == (1, 1)
    assert smallest(st.architectures(min_width=3)) == (1, 3, 1)
    assert smallest(st.activations()) == "identity"
    assert smallest(st.activations(linear=False)) == "relu"
    assert smallest(st.activations(linear=False, symmetries=["odd"])) == "tanh"
    assert smallest(st.heads()) == "linear"
    assert smallest(st.losses()) == "mse"
    assert smallest(st.seeds()) == 0
    assert smallest(st.learning_rates()) == 1
    assert repr(smallest(st.optimizers())) == "SGD(l1=0.0, l2=0.0, l2_bias=None, clip_value=None, clip_norm=None)"
    assert smallest(st.weights()).tolist() == [[1.0]]
    assert smallest(st.biases(2)).tolist() == [0.0, 0.0]
    assert smallest(st.laws(names=["he_normal", "zeros"], min_scale=1.0)).name in ("he_normal", "zeros")
