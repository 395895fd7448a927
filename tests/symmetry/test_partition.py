"""The partition against the gallery of known cases and against the textbook rules, played out in fractions."""

from itertools import pairwise

import numpy as np
import pytest
from small_networks import random_network
from textbook_rules import CLASSES, Rules

from symcheck.errors import SymcheckError
from symcheck.exact.interpretation import interpret
from symcheck.network import Network
from symcheck.symmetry import certify, verify


def labels(network, optimizer="sgd"):
    return [layer.labels.tolist() for layer in certify(network, optimizer).layers]


def dense(rng, *sizes):
    """Random weights, positive above the first layer: every unit of ReLU is active on some input."""
    first, *others = (rng.normal(size=(n, m)) for m, n in pairwise(sizes))
    return [first, *map(abs, others)]


def zeros(weights):
    return [np.zeros(len(w)) for w in weights]


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


@pytest.mark.parametrize("activation", CLASSES)
class TestGallery:
    def test_random_weights_are_broken_at_the_start(self, rng, activation):
        weights = dense(rng, 3, 7, 5, 2)
        certificate = certify(Network(weights, zeros(weights), activation))
        assert certificate.verdict == "broken"
        assert [layer.separates_at for layer in certificate.layers] == [0, 0]

    def test_constant_weights_tie_every_unit(self, rng, activation):
        weights = [np.full((5, 3), 0.1), np.full((4, 5), 0.1), np.full((2, 4), 0.1)]
        certificate = certify(Network(weights, zeros(weights), activation))
        assert certificate.verdict == "tied"
        assert [layer.classes for layer in certificate.layers] == [1, 1]
        assert [layer.separates_at for layer in certificate.layers] == [None, None]
        assert not any(layer.zero.any() or layer.frozen.any() for layer in certificate.layers)

    def test_equal_incoming_rows_under_random_columns_separate_after_one_step(self, rng, activation):
        weights = [np.full((6, 3), 0.1), rng.normal(size=(2, 6))]
        (layer,) = certify(Network(weights, zeros(weights), activation)).layers
        assert layer.classes == 6
        assert layer.separates_at == 1

    def test_distinct_rows_with_equal_sums_stay_tied(self, rng, activation):
        for middle in (np.eye(6), np.eye(6)[rng.permutation(6)], np.full((6, 6), 0.25) - np.eye(6)):
            weights = [np.full((6, 3), 0.1), middle, np.full((2, 6), 0.1)]
            assert labels(Network(weights, zeros(weights), activation)) == [[0] * 6, [0] * 6]

    def test_units_that_separate_row_wise_and_column_wise_apart_are_not_tied(self, rng, activation):
        # The row partition ties layer 1, the column partition ties layer 2; both together tie nothing.
        weights = [[[1, -0.5], [1, -0.5]], [[1, 2], [0, 3]], [[1, 1]]]
        weights = [np.array(w, float) for w in weights]
        assert labels(Network(weights, zeros(weights), activation)) == [[0, 1], [0, 1]]

    def test_biases_that_differ_separate_units(self, rng, activation):
        weights = [np.full((4, 3), 0.1), np.full((2, 4), 0.1)]
        biases = [np.array([0.5, 0.25, 0.5, 0.5]), np.zeros(2)]
        assert labels(Network(weights, biases, activation)) == [[0, 1, 0, 0]]

    def test_zero_factor_feeding_another_separates_later(self, rng, activation):
        weights = [np.full((4, 3), 0.5), *dense(rng, 4, 5), np.zeros((2, 5))]
        # The constant layer feeds every unit of the next one something positive, so that none is silent.
        weights[1] = abs(weights[1])
        biases = zeros(weights)
        biases[0] += 0.5
        first, second = certify(Network(weights, biases, activation)).layers
        # Layer 1 hears of the random weights only after the zero layer has moved once.
        assert (first.separates_at, second.separates_at) == (2, 0)

    def test_one_clone_among_random_units(self, rng, activation):
        weights = dense(rng, 4, 8, 3)
        weights[0][6] = weights[0][2]
        weights[1][:, 6] = weights[1][:, 2]
        assert labels(Network(weights, None, activation)) == [[0, 1, 2, 3, 4, 5, 2, 6]]
        weights[1][2, 6] = np.nextafter(weights[1][2, 6], 9)
        assert labels(Network(weights, None, activation)) == [list(range(8))]


@pytest.mark.parametrize(
    ("activation", "verdict", "steps"),
    [("relu", "dead", None), ("tanh", "broken", 1), ("gelu", "broken", 1), ("sigmoid", "broken", 1)],
)
def test_zero_first_layer_under_random_weights(rng, activation, verdict, steps):
    weights = [np.zeros((5, 3)), *dense(rng, 5, 4)]
    certificate = certify(Network(weights, zeros(weights), activation))
    (layer,) = certificate.layers
    assert certificate.verdict == verdict
    assert layer.separates_at == steps
    assert layer.zero.all() == layer.frozen.all() == (verdict == "dead")


@pytest.mark.parametrize("names", [("relu", "tanh", "gelu"), ("gelu", "relu", "tanh"), ("tanh", "gelu", "relu")])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_zero_layer_is_dead_where_an_activation_from_there_on_is_flat(rng, names, number):
    """All that is above it is at zero too, and a flat activation at zero lets no delta pass."""
    weights = dense(rng, 3, 4, 4, 4, 2)
    weights[number][:] = 0
    network = Network(weights, zeros(weights), names)
    layer, dead = certify(network).layers[number], "relu" in names[number:]
    assert layer.zero.all() == layer.frozen.all() == dead
    assert layer.separates_at == (None if dead else 1)
    assert verify(certify(network).to_json(), network)


def test_deltas_that_agree_by_a_linear_relation_separate_later_than_the_sweeps_tell(rng):
    """Layers 1 and 2 hear of each other after two updates; a relation that no partition shows hides it for one more."""
    first, second = np.array([[-3.0, 2.0, -3.0]] * 2) / 4, np.array([[-1.5, 0.0], [0.0, 0.0]])
    weights = [first, second, np.array([[-1.0, -5.0], [-5.0, -1.0]]) / 4, np.zeros((1, 2)), np.zeros((3, 1))]
    biases = [np.array(b) for b in ([1.5, 1.5], [-0.25, 0.0], [-0.75, -0.75], [-0.75], [1.75, 1.0, 2.0])]
    network = Network(weights, biases, ["gelu", "gelu", "tanh", "any"])
    certificate = certify(network)
    steps = [layer.separates_at for layer in certificate.layers]
    assert steps == [layer.separates_at for layer in interpret(network, rng).layers] == [3, 3, 0, 0]
    assert verify(certificate.to_json(), network)


@pytest.mark.parametrize(("activation", "dead"), [("relu", True), ("tanh", True), ("gelu", True), ("any", False)])
def test_all_zero_weights(activation, dead):
    weights = [np.zeros((4, 3)), np.zeros((4, 4)), np.zeros((2, 4))]
    certificate = certify(Network(weights, zeros(weights), activation))
    assert certificate.verdict == ("dead" if dead else "tied")
    for layer in certificate.layers:
        assert layer.classes == 1
        assert layer.zero.all() == layer.frozen.all() == dead


def test_single_dead_unit_is_told_by_its_flags(rng):
    weights = dense(rng, 3, 5, 2)
    weights[0][2] = 0
    weights[1][:, 2] = 0
    network = Network(weights, zeros(weights), "relu")
    certificate = certify(network)
    (layer,) = certificate.layers
    assert verify(certificate.to_json(), network)
    assert certificate.verdict == "broken"
    assert layer.zero.tolist() == layer.frozen.tolist() == [False, False, True, False, False]
    assert layer.separates_at is None


def test_zero_out_weights_alone_do_not_kill_a_unit(rng):
    weights = [*dense(rng, 3, 5), np.zeros((2, 5))]
    certificate = certify(Network(weights, zeros(weights), "relu"))
    assert certificate.verdict == "broken"
    assert not certificate.layers[0].frozen.any()


def test_small_layers_and_none(rng):
    assert certify(Network(dense(rng, 3, 2))).verdict == "broken"
    assert certify(Network(dense(rng, 3, 1, 1, 2), None, "tanh")).verdict == "broken"
    assert certify(Network([np.zeros((1, 3)), np.ones((2, 1))], None, "relu")).verdict == "dead"


@pytest.mark.parametrize("optimizer", ["sgd", "adam_l2"])
def test_anti_tied_units_of_odd_activations_only(rng, optimizer):
    weights = dense(rng, 3, 4, 2)
    weights[0][3], weights[1][:, 3] = -weights[0][1], -weights[1][:, 1]
    biases = [np.array([0.5, 0.25, -1.0, -0.25]), None]
    (layer,) = certify(Network(weights, biases, "tanh"), optimizer).layers
    assert layer.labels.tolist() == [0, 1, 2, 1]
    assert layer.signs.tolist() == [1, 1, 1, -1]
    assert labels(Network(weights, biases, "gelu"), optimizer) == [[0, 1, 2, 3]]
    biases[0][3] = 0.25
    assert labels(Network(weights, biases, "tanh"), optimizer) == [[0, 1, 2, 3]]


@pytest.mark.parametrize("optimizer", ["sgd", "adam_l2"])
@pytest.mark.parametrize("odd", [0, 1, 2])
def test_units_are_anti_tied_where_their_own_activation_is_odd(rng, odd, optimizer):
    weights = dense(rng, 2, 4, 4, 4, 2)
    for number in range(3):
        weights[number][3], weights[number + 1][:, 3] = -weights[number][1], -weights[number + 1][:, 1]
    names = ["gelu"] * 3
    names[odd] = "tanh"
    network = Network(weights, zeros(weights), names)
    certificate = certify(network, optimizer)
    for number, layer in enumerate(certificate.layers):
        assert layer.labels.tolist() == ([0, 1, 2, 1] if number == odd else [0, 1, 2, 3])
        assert layer.signs.tolist() == ([1, 1, 1, -1] if number == odd else [1, 1, 1, 1])
    assert verify(certificate.to_json(), network)


@pytest.mark.parametrize("biased", [False, True])
def test_units_above_a_dead_layer_stay_zero_unless_they_have_a_bias(biased):
    """Their deltas are opposite, so layer 1 never moves; nothing but a bias of their own can move them."""
    weights = [np.zeros((2, 3)), np.ones((2, 2)), np.array([[1.0, -1.0]])]
    for lowest in (None, np.zeros(2)):
        network = Network(weights, [lowest, np.zeros(2) if biased else None, None], "tanh")
        below, above = certify(network).layers
        assert verify(certify(network).to_json(), network)
        assert below.zero.tolist() == below.frozen.tolist() == [True, True]
        assert above.zero.tolist() == [not biased, not biased]
        assert above.labels.tolist() == [0, 0]
        assert above.signs.tolist() == ([1, -1] if biased else [1, 1])
        assert not above.frozen.any()


def test_softmax_head_does_not_see_a_common_shift_of_a_column(rng):
    weights = [np.full((2, 3), 0.5), rng.integers(-9, 9, (3, 2)) / 4]
    weights[1][:, 1] = weights[1][:, 0] + 0.75
    shifted = Network(weights, zeros(weights), "any", "softmax")
    assert labels(shifted) == [[0, 0]]
    assert verify(certify(shifted).to_json(), shifted)
    assert labels(Network(weights, zeros(weights), "any", "linear")) == [[0, 1]]
    weights[1][0, 1] += 0.25
    assert labels(Network(weights, zeros(weights), "any", "softmax")) == [[0, 1]]


def test_softmax_over_one_output_has_nothing_to_learn(rng):
    certificate = certify(Network(dense(rng, 3, 4, 1), None, "tanh", "softmax"))
    assert certificate.verdict == "dead"
    assert certificate.layers[0].labels.tolist() == [0, 1, 2, 3]
    assert certificate.layers[0].frozen.all()


@pytest.mark.parametrize("networks", [80, pytest.param(250, marks=pytest.mark.soak)])
@pytest.mark.parametrize("biases", [("zero", "equal", "random"), ("none", "none", "zero", "equal", "random")])
def test_partition_is_that_of_the_rules(rng, biases, networks):
    for _ in range(networks):
        network = random_network(rng, biases=biases, max_width=5, max_depth=5)
        expected = Rules(network)
        full = all(b is not None for b in network.biases)
        for layer in certify(network).layers:
            number = layer.layer
            for i in range(layer.units):
                node = number, (i, 1)
                report = (network, network.weights, network.biases, number, i)
                # Without biases the rules leave some dead units unproved.
                for own, theirs in ((layer.zero[i], expected.zero[node]), (layer.frozen[i], expected.frozen[node])):
                    assert own == theirs or (own and not full), report
                for k in range(i):
                    got = int(layer.labels[i] == layer.labels[k]) * layer.signs[i] * layer.signs[k]
                    want = expected.related(number, i, k)
                    if want == 2 or layer.zero[[i, k]].all():
                        # Zero units are equal and opposite; the rules may miss one of the two.
                        assert layer.labels[i] == layer.labels[k], (report, k)
                        assert layer.zero[[i, k]].all(), (report, k)
                    elif want or full:
                        assert got == want, (report, k)


def test_labels_are_numbered_by_first_appearance_and_signs_start_with_one(rng):
    for _ in range(100):
        for layer in certify(random_network(rng)).layers:
            firsts = [layer.labels.tolist().index(c) for c in range(layer.classes)]
            assert firsts == sorted(firsts)
            assert (layer.signs[firsts] == 1).all()
            assert (layer.signs[layer.zero] == 1).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, "bfloat16"])
def test_any_dtype_and_memory_order(rng, dtype):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    weights = [rng.integers(-9, 9, (4, 3)), rng.integers(-9, 9, (2, 4))]
    weights[0][2], weights[1][:, 2] = weights[0][0], weights[1][:, 0]
    expected = labels(Network(weights, None, "any"))
    cast = [np.asarray(w).astype(dtype) for w in weights]
    assert labels(Network(cast, None, "any")) == expected
    strided = [np.repeat(np.asfortranarray(w), 2, axis=1)[:, ::2] for w in cast]
    for w in strided:
        w.flags.writeable = False
    assert labels(Network(strided, None, "any")) == expected


@pytest.mark.parametrize("lift", [61, 122])
def test_weights_that_only_the_field_confuses_are_told_apart(lift):
    """2^61 = 1 modulo 2^61 - 1, so these sums have equal residues."""
    weights = [np.array([[1.0], [2.0**lift]]), np.ones((1, 2))]
    assert labels(Network(weights, None, "any")) == [[0, 1]]
    weights = [np.ones((2, 1)), np.array([[1.0, 2.0**-lift]])]
    assert labels(Network(weights, None, "any")) == [[0, 1]]
    weights = [np.array([[1.0, -(2.0**lift)], [1.0, -1.0]]), np.array([[1.0, 1.0]])]
    assert labels(Network([np.ones((2, 1)), *weights], None, "any")) == [[0, 1], [0, 1]]
    # A sum that looks like zero would make a unit dead; one that is below zero does.
    weights = [np.ones((2, 1)), np.array([[-1.0, 2.0**lift]]), np.zeros((1, 1))]
    assert not certify(Network(weights, None, "relu")).layers[1].zero.any()
    assert certify(Network([weights[0], -weights[1], weights[2]], None, "relu")).layers[1].zero.all()


def test_values_over_the_whole_range_of_float64():
    tiny, huge = 5e-324, 1.7e308
    weights = [np.array([[tiny, huge], [tiny, huge], [2 * tiny, huge]]), np.ones((2, 3))]
    assert labels(Network(weights, None, "any")) == [[0, 0, 1]]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite_where_it_is_read_is_refused(bad):
    weights = [np.array([[bad, 1.0], [1.0, 1.0]]), np.ones((1, 2))]
    with pytest.raises(SymcheckError, match="NaN or infinity"):
        certify(Network(weights))


class TestOptimizers:
    def test_equal_sums_that_are_not_equal_weights_need_a_linear_rule(self):
        middle = np.array([[4.0, 0.0, -1.0], [0.0, 1.0, 2.0], [-1.0, 2.0, 2.0]])
        weights = [np.full((3, 2), 0.1), middle, np.full((2, 3), 0.1)]
        network = Network(weights, zeros(weights), "any")
        assert labels(network, "adamw") == [[0, 0, 0], [0, 0, 0]]
        for optimizer in ("adam_l2", "l1", "sgd_l1"):
            assert certify(network, optimizer).verdict == "broken"

    def test_equal_weights_in_another_order_stay_tied_under_coupled_rules(self, rng):
        first = rng.normal(size=5)
        circulant = np.stack([np.roll(first, i) for i in range(5)])
        weights = [np.full((5, 2), 0.1), circulant, np.full((2, 5), 0.1)]
        assert labels(Network(weights, zeros(weights), "any"), "adam_l2") == [[0] * 5, [0] * 5]

    def test_masks_keep_only_what_is_zero(self, rng):
        weights = [np.full((3, 2), 0.1), np.full((2, 3), 0.1)]
        assert certify(Network(weights, None, "relu"), "dropout").verdict == "broken"
        dead = [np.zeros((3, 2)), np.full((2, 3), 0.1)]
        assert certify(Network(dead, zeros(dead), "relu"), "dropout").verdict == "dead"
        # Outgoing sums over a class vanish, but masked units of the class do not cancel.
        weights = [np.zeros((1, 2)), np.array([[1.0], [-1.0]]), np.full((2, 2), 0.5)]
        biases = [np.zeros(1), np.ones(2), None]
        network = Network(weights, biases, "gelu")
        assert certify(network, "sgd").layers[0].frozen.all()
        assert not certify(network, "dropout").layers[0].frozen.any()

    def test_noise_keeps_nothing(self):
        certificate = certify(Network([np.zeros((3, 2)), np.zeros((2, 3))], None, "relu"), "noise")
        assert certificate.verdict == "broken"

    def test_unknown_name_is_refused(self):
        with pytest.raises(SymcheckError, match="no optimizer is named 'sgdd'"):
            certify(Network([np.ones((1, 1))]), "sgdd")


@pytest.mark.parametrize("above", [0.0, 1.0])
def test_opposite_units_with_equal_weights_out_of_them_separate(above):
    """Opposite biases make the units opposite at the start; equal columns then give them equal deltas."""
    weights = [np.zeros((2, 1)), np.ones((2, 2)), np.full((2, 2), above)]
    biases = [np.array([0.5, -0.5]), np.array([1.0, 2.0]), np.zeros(2)]
    first = certify(Network(weights, biases, "tanh", "softmax")).layers[0]
    assert first.labels.tolist() == [0, 1]
    weights[1][:, 1] = -1
    first = certify(Network(weights, biases, "tanh", "softmax")).layers[0]
    assert (first.labels.tolist(), first.signs.tolist()) == ([0, 0], [1, -1])
