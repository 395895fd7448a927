"""Random interpretation on networks whose fate is known by hand."""

from itertools import product

import numpy as np
import pytest
from small_networks import ACTIVATIONS, random_network

from symcheck.errors import SymcheckError
from symcheck.exact.field import P
from symcheck.exact.interpretation import HiddenLayer, interpret, interpret_many
from symcheck.exact.units import signed_classes
from symcheck.network import Network

EVERY = pytest.mark.parametrize("name", ACTIVATIONS)


@pytest.fixture
def rng():
    return np.random.default_rng()


def normal(rng, *sizes):
    return [rng.normal(size=shape) for shape in zip(sizes[1:], sizes, strict=False)]


def partition(layer):
    return [int(s) * (int(k) + 1) for k, s in zip(layer.labels, layer.signs, strict=True)]


@EVERY
@pytest.mark.parametrize("head", ["linear", "softmax"])
def test_random_weights_are_broken_from_the_start(name, head, rng):
    weights = normal(rng, 3, 7, 5, 4)
    weights[1][:, 0] = abs(weights[1][:, 0])  # no ReLU is silent
    for layer in interpret(Network(weights, None, name, head), rng).layers:
        assert layer.separates_at == layer.settles_at == 0
        assert not layer.frozen.any()
        assert not layer.zero.any()


@EVERY
@pytest.mark.parametrize("biased", [False, True])
def test_constant_network_stays_tied(name, biased, rng):
    sizes = (3, 4, 5, 2)
    weights = [np.full(shape, 0.5) for shape in zip(sizes[1:], sizes, strict=False)]
    biases = [np.full(n, 0.25) for n in sizes[1:]] if biased else None
    for layer in interpret(Network(weights, biases, name), rng).layers:
        assert len(set(partition(layer))) == 1
        assert layer.separates_at is None
        assert layer.settles_at == 0
        assert not layer.frozen.any()


def test_constant_first_layer_under_random_second_separates_at_one(rng):
    for name in ACTIVATIONS:
        # All weights are positive, so that no ReLU of the second layer is silent while the first is constant.
        second, third = normal(rng, 4, 3, 2)
        network = Network([np.full((4, 3), 0.5), abs(second), third], None, name)
        first, second = interpret(network, rng).layers
        assert (first.separates_at, second.separates_at) == (1, 0), name


def test_zero_first_layer_under_random_second(rng):
    """Dead where sigma and its slope vanish at 0; otherwise one step late."""
    for name, biased in [(n, b) for n in ACTIVATIONS for b in (False, True)]:
        biases = [np.zeros(4), np.zeros(2)] if biased else None
        weights = [np.zeros((4, 3)), *normal(rng, 4, 2)]
        layer = interpret(Network(weights, biases, name), rng).layers[0]
        if name == "relu":
            assert layer.zero.all()
            assert layer.frozen.all()
            assert layer.separates_at is None
        else:
            assert layer.separates_at == 1, name
            assert not layer.zero.any()
            assert not layer.frozen.any()


def test_zero_network(rng):
    """All zero with biases: only output biases move, unless sigma(0) is not 0."""
    weights = [np.zeros((4, 3)), np.zeros((4, 4)), np.zeros((2, 4))]
    biases = [np.zeros(4), np.zeros(4), np.zeros(2)]
    for name in ("gelu", "relu", "tanh"):
        for layer in interpret(Network(weights, biases, name), rng).layers:
            assert layer.zero.all()
            assert layer.frozen.all()
    first, second = interpret(Network(weights, biases, "sigmoid"), rng).layers
    for layer in (first, second):
        assert len(set(partition(layer))) == 1
        assert not layer.zero.any()
        assert not layer.frozen.any()


def test_zero_factor_feeding_another_comes_alive_later(rng):
    """LoRA's shape: a random factor into a zero one is whole after one step, two zero ones never move."""
    down, up, after = normal(rng, 3, 4, 4, 2)
    both = interpret(Network([down, np.zeros_like(up), after], None, "tanh"), rng).layers
    assert [layer.separates_at for layer in both] == [0, 1]
    first, second = interpret(Network([np.zeros_like(down), np.zeros_like(up), after], None, "tanh"), rng).layers
    assert first.zero.all()
    assert first.frozen.all()
    # Its deltas are alive, but there is no input for them to act on.
    assert second.zero.all()
    assert not second.frozen.any()
    # With biases the second layer moves; its weights stay the same from all units of the first, or zero.
    biases = [np.zeros(4), np.zeros(4), np.zeros(2)]
    for name, zero in (("sigmoid", False), ("tanh", True)):
        network = Network([np.zeros_like(down), np.zeros_like(up), after], biases, name)
        first, second = interpret(network, rng).layers
        assert second.separates_at == 1
        assert partition(first) == [1, 1, 1, 1]
        assert first.zero.all() == first.frozen.all() == zero


def test_equal_rows_under_columns_that_differ_do_not_tie(rng):
    """The rows of W1 and the rows and columns of W2 partitioned one by one would tie both layers."""
    weights = [np.array([[1, -0.5], [1, -0.5]]), np.array([[1.0, 2], [0, 3]]), np.array([[1.0, 1]])]
    for biases in (None, [np.full(2, 0.1), np.full(2, 0.1), np.zeros(1)]):
        first, second = interpret(Network(weights, biases, "tanh"), rng).layers
        assert partition(second) == [1, 2]
        assert second.separates_at == 1
        assert first.separates_at == 1


@EVERY
@pytest.mark.parametrize("middle", ["identity", "permutation", "circulant", "equitable"])
def test_distinct_rows_do_not_untie(name, middle, rng):
    matrix = {
        "identity": np.eye(4),
        "permutation": np.eye(4)[rng.permutation(4)],
        "circulant": np.array([np.roll([1.0, -2, 0.5, 3], i) for i in range(4)]),
        "equitable": np.array([[2, 0, 1, 1], [0, 2, 1, 1], [1, 1, 2, 0], [1, 1, 0, 2.0]]),
    }[middle]
    weights = [np.full((4, 3), 0.5), matrix, np.full((2, 4), 0.5)]
    for layer in interpret(Network(weights, [np.ones(4), np.ones(4), np.ones(2)], name), rng).layers:
        assert partition(layer) == [1, 1, 1, 1]
    broken = matrix.copy()
    broken[0, 0] += 2.0**-50
    layers = interpret(Network([weights[0], broken, weights[2]], None, name), rng).layers
    assert all(len(set(partition(layer))) > 1 for layer in layers)
    assert [layer.classes_at(0)[0].max() for layer in layers] == [0, 1]


def test_duplicate_unit(rng):
    first, second, third = normal(rng, 3, 5, 4, 2)
    first[3], second[:, 3] = first[1], second[:, 1]
    layer, other = interpret(Network([first, second, third], None, "gelu"), rng).layers
    assert partition(layer) == [1, 2, 3, 2, 4]
    assert other.separates_at == 0
    second[:, 3] *= 2
    layer, _ = interpret(Network([first, second, third], None, "gelu"), rng).layers
    assert layer.separates_at == 1
    assert layer.classes_at(0)[0].tolist() == [0, 1, 2, 1, 3]


@EVERY
def test_sign_flipped_duplicate_is_anti_tied_only_under_odd_activations(name, rng):
    first, second = normal(rng, 3, 4, 2)
    bias = rng.normal(size=4)
    first[2], second[:, 2], bias[2] = -first[0], -second[:, 0], -bias[0]
    layer = interpret(Network([first, second], [bias, np.zeros(2)], name), rng).layers[0]
    expected = [1, 2, -1, 3] if name in ("tanh", "identity") else [1, 2, 3, 4]
    assert partition(layer) == expected
    assert layer.separates_at == (None if name in ("tanh", "identity") else 0)


def test_activations_of_each_layer_count(rng):
    weights = [np.zeros((3, 2)), *normal(rng, 3, 3, 2)]
    dead, _ = interpret(Network(weights, None, ["relu", "gelu"]), rng).layers
    late, _ = interpret(Network(weights, None, ["gelu", "gelu"]), rng).layers
    assert dead.frozen.all()
    assert late.separates_at == 1


def test_softmax_cannot_see_what_is_common_to_all_outputs(rng):
    """Columns that differ by a constant tie under softmax cross-entropy and not under other losses."""
    first = np.tile(rng.integers(-8, 8, (1, 3)) / 4, (2, 1))
    second = np.array([[0.5, 1.5], [2.0, 3.0], [-1.0, 0.0]])
    for head, expected in (("softmax", [1, 1]), ("linear", [1, 2])):
        layer = interpret(Network([first, second], None, "tanh", head), rng).layers[0]
        assert partition(layer) == expected, head


def test_softmax_of_one_output_trains_nothing(rng):
    layers = interpret(Network(normal(rng, 3, 4, 4, 1), None, "tanh", "softmax"), rng).layers
    assert all(layer.frozen.all() for layer in layers)
    assert all(layer.separates_at == 0 for layer in layers)


def test_zero_last_layer_freezes_for_one_step_only(rng):
    weights = [*normal(rng, 3, 4, 4), np.zeros((2, 4))]
    for layer in interpret(Network(weights, None, "tanh"), rng).layers:
        assert not layer.frozen.any()
        assert layer.separates_at == 0


def test_update_rules(rng):
    """Equitable but not constant blocks survive every rule but the coupled one."""
    first, last = np.full((3, 2), 0.5), np.full((1, 3), 0.5)
    constant = Network([first, np.full((3, 3), 0.5), last], None, "tanh")
    uneven = Network([first, np.array([[3.0, 0, 0], [0, 1, 2], [0, 2, 1]]), last], None, "tanh")
    for rule, decay in product(("sgd", "entrywise", "coupled"), (False, True)):
        outcome = interpret(constant, rng, rule=rule, decay=decay)
        assert (outcome.rule, outcome.decay, outcome.steps) == (rule, decay, 6)
        assert all(partition(layer) == [1, 1, 1] for layer in outcome.layers)
        # The swap of units 2 and 3 is a symmetry of the whole network, and stays one.
        expected = [1, 2, 2] if rule == "coupled" else [1, 1, 1]
        layers = interpret(uneven, rng, rule=rule, decay=decay).layers
        assert [partition(layer) for layer in layers] == [expected, expected], (rule, decay)


def test_rules_and_decay_really_act(rng):
    """The signature of a single unit is another one under each rule, from the same draws."""
    network = Network(normal(rng, 2, 1, 1), None, "tanh")
    ends = [
        int(interpret(network, np.random.default_rng(0), rule=rule, decay=decay).layers[0].signatures[-1, 0])
        for rule, decay in product(("sgd", "entrywise", "coupled"), (False, True))
    ]
    assert len(set(ends)) == 6


def test_many_agree_with_one_by_one(rng):
    networks = [random_network(rng) for _ in range(60)]
    for network, together in zip(networks, interpret_many(networks, rng), strict=True):
        alone = interpret(network, rng)
        assert alone.steps == together.steps == network.depth + 3
        assert len(together.layers) == network.depth - 1
        for one, other in zip(alone.layers, together.layers, strict=True):
            assert partition(one) == partition(other)
            assert np.array_equal(one.zero, other.zero)
            assert np.array_equal(one.frozen, other.frozen)
            assert one.separates_at == other.separates_at
            assert one.settles_at == other.settles_at


def test_more_steps_and_samples_change_nothing(rng):
    networks = [random_network(rng) for _ in range(150)]
    usual = interpret_many(networks, rng)
    for other in (interpret_many(networks, rng, 12), interpret_many(networks, rng, samples=4)):
        for a, b in zip(usual, other, strict=True):
            assert [partition(layer) for layer in a.layers] == [partition(layer) for layer in b.layers]


def test_as_many_updates_as_are_asked_for(rng):
    network = Network([np.full((3, 2), 0.5), *normal(rng, 3, 2)], None, "tanh")
    for steps, separates in ((0, None), (1, 1), (2, 1), (9, 1)):
        outcome = interpret(network, rng, steps)
        (layer,) = outcome.layers
        assert outcome.steps == steps
        assert layer.signatures.shape == (steps + 1, 3)
        assert layer.separates_at == separates


def test_layer_summaries():
    signatures = np.array([[0, 0, 5, 5], [0, 7, 5, P - 5], [0, 7, 6, P - 6], [3, 7, 6, P - 6]], np.uint64)
    layer = HiddenLayer(signatures, np.array([True, False, False, False]))
    assert partition(layer) == [1, 2, 3, -3]
    assert layer.classes_at(0)[0].tolist() == [0, 0, 1, 1]
    assert layer.classes_at(1)[1].tolist() == [1, 1, 1, -1]
    assert layer.zero.tolist() == [False] * 4
    assert layer.settles_at == 3
    assert layer.separates_at is None
    alone = HiddenLayer(np.array([[0], [4], [4]], np.uint64), np.array([False]))
    assert alone.separates_at == alone.settles_at == 1


def test_signed_classes():
    labels, signs = signed_classes(np.array([P - 9, 4, 0, 9, 4, P - 9], np.uint64))
    assert labels.tolist() == [0, 1, 2, 0, 1, 0]
    assert signs.tolist() == [1, 1, 1, -1, 1, 1]


def test_no_hidden_layer(rng):
    assert interpret(Network([np.ones((2, 3))]), rng).layers == ()
    assert interpret_many([], rng) == []


def test_single_unit_wide_and_narrow_dtypes(rng):
    weights = [w.astype(np.float16) for w in normal(rng, 40, 100, 1, 3)]
    first, second = interpret(Network(weights, None, "relu"), rng).layers
    assert first.separates_at == second.separates_at == 0


@pytest.mark.parametrize(
    ("options", "message"), [({"rule": "adam"}, "rule"), ({"steps": -1}, "steps"), ({"samples": 0}, "samples")]
)
def test_bad_options(options, message, rng):
    with pytest.raises(SymcheckError, match=message):
        interpret(Network([np.ones((2, 2)), np.ones((2, 2))]), rng, **options)


def test_weights_that_are_not_finite(rng):
    with pytest.raises(SymcheckError, match="NaN"):
        interpret(Network([np.array([[np.nan]]), np.ones((1, 1))]), rng)
