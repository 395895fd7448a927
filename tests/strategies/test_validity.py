"""Bad options raise a sentence when the strategy is made, and all that is drawn is valid and within its bounds."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as hst
from hypothesis.errors import InvalidArgument

import symcheck.strategies
from symcheck import reference
from symcheck import strategies as st
from symcheck.activations import get_activation
from symcheck.exact.interpretation import interpret
from symcheck.fans import layer_of
from symcheck.network import Network
from symcheck.symmetry import certify

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BAD = {
    "max_width=1 is less than min_width=3": lambda: st.architectures(min_width=3, max_width=1),
    "min_depth must be at least 1": lambda: st.architectures(min_depth=0),
    "max_inputs must be an integer": lambda: st.architectures(max_inputs=2.5),
    "side of a square network": lambda: st.architectures(square=True, min_width=5, max_inputs=4),
    "min_out must be at least 1": lambda: st.shapes(min_out=0),
    "layout must be out_in or in_out": lambda: st.shapes(layout="torch"),
    "min_kernel_dims must be at least 0": lambda: st.shapes(min_kernel_dims=-1),
    "names is empty": lambda: st.activations(names=[]),
    "names must be a list of names": lambda: st.activations(names="tanh"),
    "names has 'sofmax'": lambda: st.heads(names=["sofmax"]),
    "names has 'huber'": lambda: st.losses(names=["huber"]),
    "symmetries has 'even'": lambda: st.activations(symmetries=["even"]),
    "no activation of names": lambda: st.activations(names=["relu"], symmetries=["odd"]),
    "kinds has 'unit'": lambda: st.weights(kinds=["unit"]),
    "shape must be two positive integers": lambda: st.weights((3,)),
    "a side of shape must be a positive integer": lambda: st.weights((3, 0)),
    "no multiple of 1/4 lies between": lambda: st.weights(min_value=0.1, max_value=0.2),
    "max_value=-1 is less than min_value=0": lambda: st.networks(min_value=0, max_value=-1),
    "min_value must be a finite number": lambda: st.networks(min_value=float("nan")),
    "bias_kinds has 'unequal'": lambda: st.networks(bias_kinds=["unequal"]),
    "weight_kinds is empty": lambda: st.parameters(weight_kinds=[]),
    "sizes must be two or more positive integers": lambda: st.networks((3,)),
    "have no hidden layer of two units": lambda: st.tied_networks((3, 1, 2)),
    "bias_kinds has 'random'": lambda: st.tied_networks(bias_kinds=["random"]),
    "units must be a positive integer": lambda: st.biases(0),
    "loss must be mse or softmax_cross_entropy": lambda: st.batches((2, 2), loss="l1"),
    "targets under mse must be values": lambda: st.batches((2, 2), targets="labels"),
    "features must be a positive integer": lambda: st.inputs(0),
    "max_samples=1 is less than min_samples=2": lambda: st.problems(min_samples=2, max_samples=1),
    "loss_names has 'l2'": lambda: st.problems(loss_names=["l2"]),
    "names has 'lion'": lambda: st.optimizers(names=["lion"]),
    "min_rate must be greater than 0": lambda: st.learning_rates(min_rate=0),
    "max_seed=1 is less than min_seed=2": lambda: st.seeds(min_seed=2, max_seed=1),
    "min_seed must be at least 0": lambda: st.seeds(min_seed=-1),
    "no law of names": lambda: st.laws(names=["zeros"], random=True),
    "names has 'xavier'": lambda: st.laws(names=["xavier"]),
    "denominator must be a power of two": lambda: st.dyadics(denominator=3),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_options_raise_at_once(message):
    with pytest.raises(InvalidArgument, match=message):
        BAD[message]()


def test_names_are_resolved_lazily_and_all_exist():
    assert all(getattr(symcheck.strategies, name) is not None for name in symcheck.strategies.__all__)
    assert set(symcheck.strategies.__all__) <= set(dir(symcheck.strategies))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        symcheck.strategies.nonsense  # noqa: B018
    code = "import sys, symcheck, symcheck.strategies; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@FEW
@given(st.networks(mixed=True))
def test_networks_are_valid(network):
    assert isinstance(network, Network)
    assert 2 <= network.depth <= 4
    assert all(np.isfinite(w).all() and w.dtype == np.float64 for w in network.weights)
    assert all(b is None or np.isfinite(b).all() for b in network.biases)
    assert all(get_activation(a).function is not None for a in network.activations)
    # Every weight is a float32 too.
    assert all((w == w.astype(np.float32)).all() for w in network.weights)


@FEW
@given(hst.data())
def test_sizes_and_bounds_are_kept(data):
    sizes = data.draw(st.architectures(min_depth=1, max_depth=3, min_width=2, max_width=3, max_inputs=2))
    plain = [
        k for k in st.WEIGHT_KINDS if k in ("constant", "dyadic", "random", "duplicated_rows", "circulant", "block")
    ]
    network = data.draw(st.networks(sizes, weight_kinds=plain, min_value=0.5, max_value=0.75, bias_kinds=["equal"]))
    assert network.sizes == sizes
    assert all(((w >= 0.5) & (w <= 0.75)).all() for w in (*network.weights, *network.biases))


@FEW
@given(st.tied_networks())
def test_planted_ties_are_certified(drawn):
    network, labels = drawn
    assert [len(of) for of in labels] == list(network.sizes[1:-1])
    assert any(len(set(of)) < len(of) for of in labels)
    for layer, of in zip(certify(network).layers, labels, strict=True):
        for unit, label in enumerate(of):
            first = of.index(label)
            assert layer.labels[unit] == layer.labels[first]
            assert layer.signs[unit] == layer.signs[first]


@FEW
@given(st.tied_networks(constant=True), st.seeds())
def test_constant_blocks_are_constant_and_tied_by_the_other_oracle_too(drawn, seed):
    network, labels = drawn
    outer = [tuple(range(network.sizes[0])), *labels, tuple(range(network.sizes[-1]))]
    for matrix, low, high in zip(network.weights, outer, outer[1:], strict=False):
        seen = {}
        for i, j in np.ndindex(matrix.shape):
            assert seen.setdefault((high[i], low[j]), matrix[i, j]) == matrix[i, j]
    for layer, of in zip(interpret(network, np.random.default_rng(seed)).layers, labels, strict=True):
        assert all(layer.labels[i] == layer.labels[of.index(label)] for i, label in enumerate(of))


@FEW
@given(st.problems())
def test_problems_fit_the_reference(problem):
    outputs = reference.forward(problem.params, problem.X, problem.activation)
    slopes = reference.gradients(problem.params, problem.X, problem.Y, problem.activation, problem.loss)
    assert outputs.shape == (len(problem.X), problem.sizes[-1]) == problem.Y.shape
    assert np.isfinite(outputs).all()
    assert all(np.isfinite(dW).all() and np.isfinite(db).all() for dW, db in slopes)
    problem.params[0][0][0, 0] = 1  # may be written to
    if problem.loss == "softmax_cross_entropy":
        assert ((problem.Y == 0) | (problem.Y == 1)).all()
        assert (problem.Y.sum(axis=1) == 1).all()


@FEW
@given(st.optimizers(), st.optimizers(equitable=True), st.learning_rates(min_rate=0.01, max_rate=0.1))
def test_optimizers_and_rates_keep_their_promises(rule, equitable, rate):
    params = [(np.ones((2, 1)), np.ones(2))]
    stepped, _ = rule.step(params, params, rule.init(params), rate)
    assert all(np.isfinite(a).all() for pair in stepped for a in pair)
    assert equitable.l1 == 0
    assert equitable.l2 == 0 or type(equitable).__name__ in ("SGD", "Momentum", "Nesterov")
    assert 0.01 <= rate <= 0.1


@FEW
@given(st.laws(random=True), st.laws(random=False), st.shapes(layout="in_out", min_in=2, max_in=3, max_kernel_dims=3))
def test_laws_and_shapes_keep_their_promises(random, fixed, shape):
    assert random.random
    assert not fixed.random
    assert 2 <= layer_of(shape, "in_out").inputs <= 3
