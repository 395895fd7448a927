"""The engine on functions whose space is known by hand, and what it refuses."""

import itertools

import autograd.numpy as np
import numpy
import pytest
from autograd.scipy.special import erfc, expit
from small_networks import random_network

from symcheck import SymcheckError, reach
from symcheck.adapters.reach_autograd import AutogradModel
from symcheck.reachability.decide import exact_reach
from symcheck.reachability.elsewhere import from_elsewhere, joined
from symcheck.reachability.space import NoCleanGap, observe


@pytest.fixture
def rng():
    return numpy.random.default_rng()


def perceptron(sigma):
    def apply(params, x):
        *hidden, (W, b) = params
        for V, c in hidden:
            x = sigma(x @ V.T + c)
        return x @ W.T + b

    return apply


def layers(rng, *sizes):
    return [(rng.normal(size=(m, n)) / numpy.sqrt(n), rng.normal(size=m) * 0.1) for n, m in itertools.pairwise(sizes)]


def filled(value, *sizes):
    return [(numpy.full((m, n), value), numpy.full(m, value)) for n, m in itertools.pairwise(sizes)]


def observed(apply, params, inputs):
    found = reach((apply, params), inputs)
    assert found.grade == "observed"
    return found.parameters, found.reachable, found.frozen


X = numpy.ones((8, 5))
SIZES = (5, 16, 16, 3)


@pytest.mark.parametrize(
    ("sigma", "value", "expected"),
    [
        (np.tanh, 0.5, (419, 14, 0)),
        (np.tanh, 0.0, (419, 3, 416)),
        (expit, 0.0, (419, 14, 0)),
        (np.tanh, None, (419, 419, 0)),
    ],
)
def test_figures_of_perceptrons(sigma, value, expected, rng):
    params = layers(rng, *SIZES) if value is None else filled(value, *SIZES)
    assert observed(perceptron(sigma), params, X) == expected


def test_one_planted_pair_costs_its_parameters(rng):
    """Slight: of 419 parameters the 5 + 1 + 16 of one unit are lost; a change of one weight by a millionth brings them back."""
    params = layers(rng, *SIZES)
    (V, c), (W, _), _ = params
    V[7], c[7], W[:, 7] = V[4], c[4], W[:, 4]
    found = reach((perceptron(np.tanh), params), X)
    assert (found.parameters, found.reachable, found.frozen) == (419, 419 - 22, 0)
    pair = [(g.parameter, g.axis, g.tied) for g in found.groups]
    assert pair == [("0.0", 0, ((4, 7),)), ("0.1", 0, ((4, 7),)), ("1.0", 1, ((4, 7),))]
    assert all(g.by_initialization for g in found.groups)
    V[7, 0] *= 1 + 1e-6
    assert reach((perceptron(np.tanh), params), X).reachable == 419


def test_vanishing_is_not_frozen(rng):
    for depth in (10, 40, 80):
        params = layers(rng, 4, *[8] * depth, 2)
        count = sum(W.size + b.size for W, b in params)
        assert observed(perceptron(expit), params, numpy.ones((8, 4))) == (count, count, 0)


def test_opposite_units_are_one_class_with_signs(rng):
    params = [(W, numpy.zeros(len(W))) for W, _ in layers(rng, 3, 4, 2)]
    (V, _), (W, _) = params
    V[2], W[:, 2] = -V[0], -W[:, 0]
    found = reach((perceptron(np.tanh), params), numpy.ones((8, 3)))
    assert found.reachable == found.parameters - (3 + 1 + 2)
    assert numpy.array_equal(found.classes["0.0"][2], -found.classes["0.0"][0])


def normalized(z):
    centred = z - np.mean(z, axis=0)
    return centred / np.sqrt(np.mean(centred**2, axis=0) + 1e-5)


def test_what_the_architecture_freezes_is_told_from_what_the_start_does(rng):
    """Biases before a normalization over the batch never move, wherever they start; zeros on both sides of a product do."""

    def apply(params, x):
        return np.tanh(normalized(x @ params["W"] + params["b"])) @ params["V"] + x @ params["A"] @ params["B"]

    params = {
        "W": rng.normal(size=(4, 6)),
        "b": rng.normal(size=6),
        "V": rng.normal(size=(6, 2)),
        "A": numpy.zeros((4, 2)),
        "B": numpy.zeros((2, 2)),
    }
    found = reach((apply, params), numpy.ones((8, 4)))
    frozen = {f.parameter: (f.frozen, f.of, f.by_initialization) for f in found.frozen_parameters}
    assert frozen == {"b": (6, 6, 0), "A": (8, 8, 8), "B": (4, 4, 4)}
    assert found.architecture == found.parameters - 6


def test_biases_that_are_only_ever_added_move_together(rng):
    def apply(params, x):
        return np.tanh(x @ params["W"] + params["b"] + params["c"])

    params = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4), "c": rng.normal(size=4)}
    found = reach((apply, params), numpy.ones((8, 3)))
    assert (found.parameters, found.reachable, found.architecture) == (20, 16, 16)
    assert [(t.first, t.second, t.entries, t.by_initialization) for t in found.together] == [("b", "c", 4, False)]


def test_points_where_rounding_decides_are_passed_by(rng):
    """Far from theta_0 the gradient is a cosine of 1e17 times the parameters, as where attention saturates."""

    def apply(params, x):
        total = params["b"] + params["c"]
        return x @ params["W"] + total + np.sin(1e17 * np.maximum(0, total - 8)) / 1e17

    params = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4), "c": rng.normal(size=4)}
    assert observed(apply, params, numpy.ones((8, 3))) == (20, 16, 0)


def test_softmax_heads_freeze_a_common_shift_of_two_classes(rng):
    params = layers(rng, 3, 2)
    assert reach((perceptron(np.tanh), params), numpy.ones((8, 3))).reachable == 8
    found = reach((perceptron(np.tanh), params), numpy.ones((8, 3)), head="softmax")
    assert found.reachable == 4
    assert numpy.array_equal(found.classes["0.1"], [found.classes["0.1"][0], -found.classes["0.1"][0]])


@pytest.mark.parametrize("factor", [2e-15, 1e-18])
def test_no_clean_gap_is_refused_by_name(factor, rng):
    """Beside a gradient of size 1 in its module, one of 2e-15 may be rounding; one of 1e-18 vanishes, and comes out the same each time."""

    def apply(params, x):
        return x @ params["layer"]["a"] + factor * (x @ params["layer"]["small"])

    params = {"layer": {"a": rng.normal(size=3), "small": rng.normal(size=3)}}
    with pytest.raises(NoCleanGap, match=r"layer\.small"):
        reach((apply, params), numpy.ones((4, 3)))


def test_a_small_gradient_that_near_points_keep_is_none_of_rounding(rng):
    def apply(params, x):
        return x @ params["layer"]["a"] + 3e-13 * (x @ params["layer"]["small"])

    params = {"layer": {"a": rng.normal(size=3), "small": rng.normal(size=3)}}
    assert observed(apply, params, numpy.ones((4, 3))) == (6, 6, 0)


def test_a_module_drowned_by_rounding_is_refused_by_name(rng):
    def apply(params, x):
        return 1e5 * (x @ params["a"]["w"]) + np.sin(1e17 * (x @ params["b"]["w"])) / 1e17

    params = {"a": {"w": rng.normal(size=3)}, "b": {"w": rng.normal(size=3)}}
    with pytest.raises(NoCleanGap, match=r"in b\.w rounding is as large"):
        reach((apply, params), numpy.ones((4, 3)))


def test_far_smaller_gradients_of_another_module_are_no_doubt(rng):
    def apply(params, x):
        return x @ params["a"]["w"] + 1e-30 * (x @ params["b"]["w"])

    params = {"a": {"w": rng.normal(size=3)}, "b": {"w": rng.normal(size=3)}}
    assert observed(apply, params, numpy.ones((4, 3))) == (6, 6, 0)


@pytest.mark.parametrize(
    ("apply", "said"),
    [
        (lambda p, x: x @ p["W"] * numpy.random.default_rng().normal(), "the model is random"),
        (lambda p, x: np.sqrt(-np.abs(x @ p["W"])), "gradient of W is nan"),
        (lambda p, x: x @ p["W"] * 1e-300, "cannot be told apart"),
        (lambda p, x: x @ p["V"], "does not take"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(apply, said, rng):
    with pytest.raises(SymcheckError, match=said) as refused, numpy.errstate(all="ignore"):
        reach((apply, {"W": rng.normal(size=3)}), numpy.ones((4, 3)))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("model", "inputs", "said"),
    [
        ((np.tanh, {}), X, "no array of floats"),
        ((np.tanh, {"W": numpy.arange(3)}), X, "no array of floats"),
        ((np.tanh, {"W": numpy.ones(3)}), None, "example batch"),
        ("nothing", None, "no module"),
        (3, None, "nothing whose gradients"),
    ],
)
def test_requests_that_cannot_be_carried_out(model, inputs, said):
    with pytest.raises(SymcheckError, match=said):
        reach(model, inputs)


def in_order(labels):
    """Signed labels numbered by first appearance, each class positive where it first appears."""
    flat = numpy.asarray(labels)
    _, first, inverse = numpy.unique(numpy.abs(flat), return_index=True, return_inverse=True)
    return (numpy.argsort(numpy.argsort(first))[inverse] + 1) * numpy.sign(flat) * numpy.sign(flat[first])[inverse]


def test_observed_and_exact_agree_on_random_networks(rng):
    """One in thousands is refused: far below 0 a gelu lets about as much through as rounding leaves beside it."""
    refused = 0
    for _ in range(60):
        network = random_network(rng, activations=("tanh", "gelu", "sigmoid"), max_depth=5)
        params = [(w,) if b is None else (w, b) for w, b in zip(network.weights, network.biases, strict=True)]
        params = [tuple(numpy.array(a, float) for a in layer) for layer in params]

        def apply(params, x, network=network):
            for i, (W, *b) in enumerate(params):
                x = x @ W.T + (b[0] if b else 0.0)
                x = SIGMA[network.activations[i].name](x) if i < network.depth - 1 else x
            return x

        model = AutogradModel(apply, params, rng.normal(size=(8, network.sizes[0])))
        try:
            space = observe(model, rng, centred=network.head == "softmax")
        except NoCleanGap:
            refused += 1
            continue
        exact = exact_reach(network, rng)
        flat = [
            exact.classes[n].ravel()
            for i in range(network.depth)
            for n in (f"weights[{i}]", f"biases[{i}]")
            if n in exact.classes
        ]
        found = in_order(space.classes.labels * space.classes.signs)
        assert numpy.array_equal(found, in_order(numpy.concatenate(flat))), f"{network} {params} {space.gaps}"
    assert refused <= 3


def test_a_gradient_that_is_rounding_alone_is_zero(rng):
    """Every output moves alike, and cotangents sum to zero: what is left is the last digits of nothing."""
    start = [(numpy.zeros((3, 4)),), (numpy.array([[-1.0, 1, -1], [-1, 1, -1]]),)]

    def apply(params, x):
        (first,), (second,) = params
        return np.tanh(x @ first.T) @ second.T

    for _ in range(20):
        space = observe(AutogradModel(apply, start, rng.normal(size=(8, 4))), rng, centred=True)
        assert not space.classes.labels.any()
        # A hundredth of the same weights is no zero, however small the gradient.
        moved = [(0.01 * rng.normal(size=(3, 4)),), (start[1][0] + 1e-12 * rng.normal(size=(2, 3)),)]
        assert observe(AutogradModel(apply, moved, rng.normal(size=(8, 4))), rng, centred=True).classes.labels.any()


SIGMA = {"tanh": np.tanh, "sigmoid": expit, "gelu": lambda z: z * 0.5 * erfc(-z / numpy.sqrt(2))}


def test_what_two_partitions_have_in_common(rng):
    """By brute force: two entries are together where they are so, with one relation of their signs, in both."""
    for _ in range(100):
        count, classes = rng.integers(0, 12), rng.integers(1, 8)
        first, second = (rng.integers(0, classes + 1, count) * rng.choice([-1, 1], count) for _ in range(2))
        labels = joined(first, second)
        assert numpy.array_equal(labels == 0, (first == 0) & (second == 0))
        for i, j in itertools.combinations(numpy.flatnonzero(labels), 2):
            same, opposite = (all(a[i] == sign * a[j] for a in (first, second)) for sign in (1, -1))
            assert (labels[i] == labels[j], labels[i] == -labels[j]) == (same, opposite)


@pytest.mark.parametrize(("refused", "judged"), [(2, True), (100, False)])
def test_another_start_nearby_is_tried_where_one_cannot_be_judged(refused, judged, monkeypatch, rng):
    """What was decided from the start is not refused for the sake of its reasons; where no start will do it is."""
    asked = itertools.count()

    def observed(model, *args, **kwargs):
        if next(asked) < refused:
            raise NoCleanGap("no clean gap")
        return observe(model, *args, **kwargs)

    monkeypatch.setattr("symcheck.reachability.elsewhere.observe", observed)
    model = AutogradModel(perceptron(np.tanh), filled(0.5, 3, 2, 1), rng.normal(size=(4, 3)))
    if judged:
        labels, _ = from_elsewhere(model, rng, False, None)
        assert numpy.unique(numpy.abs(labels)).size == 11
    else:
        with pytest.raises(NoCleanGap):
            from_elsewhere(model, rng, False, None)
