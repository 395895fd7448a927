"""Gradient colour refinement on models that are not networks, and on networks whose figures are known."""

import numpy as np
import pytest

from symcheck.errors import SymcheckError
from symcheck.exact.field import P, add, encode, multiply, negate, random, total
from symcheck.exact.mlp_refinement import reachable, reachable_many
from symcheck.exact.refinement import SignedClasses, refine
from symcheck.network import Network


@pytest.fixture
def rng():
    return np.random.default_rng()


def signed(space):
    return (space.classes.labels * space.classes.signs).tolist()


def equal_up_to_names(found, expected):
    """Equal partitions into signed classes and zero."""
    found, expected = np.asarray(found), np.asarray(expected)

    def relation(a):
        return np.equal.outer(a, a), np.equal.outer(a, -a)

    return all(np.array_equal(f, e) for f, e in zip(relation(found), relation(expected), strict=True))


def factorisation(rng):
    """Loss c (a . b): the gradient of a is c b, that of b is c a."""

    def gradient(point):
        a, b = np.split(point, 2)
        return multiply(np.concatenate([b, a]), random(rng, (1,)))

    return gradient


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ([1, 1, 2, 2], [1, 1, 2, 2]),
        ([1, 1, 1, 1], [1, 1, 1, 1]),
        ([1, -1, 3, -3], [1, -1, 2, -2]),
        ([1, 2, 2, 1], [1, 2, 2, 1]),
        ([1, -2, 2, 1], [1, 2, 3, 4]),  # a1 and b2 start equal and are driven apart
        ([0, 5, 0, 7], [0, 1, 0, 2]),
        ([0, 0, 0, 0], [0, 0, 0, 0]),
        ([0, 5, 7, 0], [1, 2, 3, 4]),
        ([1, 2, 3, 4], [1, 2, 3, 4]),
    ],
)
def test_product_of_vectors(start, expected, rng):
    """Loss c (a1 b1 + a2 b2) and start (a1, a2, b1, b2), by hand."""
    space = refine(encode(np.array(start)), factorisation(rng), rng)
    assert equal_up_to_names(signed(space), expected)
    assert space.dimension == len(set(map(abs, expected)) - {0})


def test_decay_moves_along_the_start(rng):
    """A sum a + b is moved in equal steps; a cubic of the difference notices when a - b shrinks."""

    def gradient(point):
        a, b = point
        difference = add(a, negate(b))
        cube = multiply(multiply(difference, difference), random(rng, (1,)))
        switched = np.where(difference == encode(np.array([2])), np.uint64(0), cube)
        c = random(rng, (1,))
        return np.concatenate([add(c, switched), add(c, negate(switched))])

    start = encode(np.array([5, 3]))
    assert refine(start, gradient, rng).dimension == 1
    assert refine(start, gradient, rng, np.array([0, 0])).dimension == 1
    assert refine(start, gradient, rng, np.array([1, 1])).dimension == 2
    # Decay of one parameter alone moves the difference as well.
    assert refine(start, gradient, rng, np.array([0, 1])).dimension == 2


def test_classes_split_and_never_join(rng):
    start = SignedClasses.all_frozen(5)
    first = start.refined(np.array([7, 7, 0, 9, 0]), np.array([1, -1, 1, 1, 1], np.int8))
    assert equal_up_to_names(first.labels * first.signs, [1, -1, 0, 2, 0])
    assert first.frozen.tolist() == [False, False, True, False, True]
    # Opposite gradients of opposite members keep them; equal ones would split them.
    kept = first.refined(np.array([3, 3, 0, 3, 0]), np.array([-1, 1, 1, -1, 1], np.int8))
    assert equal_up_to_names(kept.labels * kept.signs, [1, -1, 0, 2, 0])
    split = first.refined(np.array([3, 3, 0, 3, 0]), np.array([1, 1, 1, 1, 1], np.int8))
    assert equal_up_to_names(split.labels * split.signs, [1, 2, 0, 3, 0])
    assert split.dimension == 3
    # A vanishing gradient moves nothing but freezes nothing either; one that vanishes for one member splits.
    idle = first.refined(np.zeros(5, int), np.ones(5, np.int8))
    assert equal_up_to_names(idle.labels * idle.signs, [1, -1, 0, 2, 0])
    assert first.refined(np.array([0, 3, 0, 0, 0]), np.ones(5, np.int8)).dimension == 3
    freed = first.refined(np.array([0, 0, 3, 0, 0]), np.ones(5, np.int8))
    assert equal_up_to_names(freed.labels * freed.signs, [1, -1, 3, 2, 0])


def test_partitions_are_refined_by_gradients_and_no_further(rng):
    """Two members stay together where old labels and the gradients relative to the old signs agree."""
    for _ in range(300):
        n = int(rng.integers(1, 9))
        classes = SignedClasses.all_frozen(n)
        for _ in range(3):
            gradient = rng.integers(-2, 3, n)
            signs = np.where(gradient < 0, -1, np.where(gradient > 0, 1, rng.choice([-1, 1], n))).astype(np.int8)
            refined = classes.refined(np.abs(gradient), signs)
            old, new = classes.labels * classes.signs, refined.labels * refined.signs
            assert (refined.frozen == ((old == 0) & (gradient == 0))).all()
            assert sorted(set(refined.labels.tolist()) - {0}) == list(range(1, refined.dimension + 1))
            for i in range(n):
                for k in range(n):
                    for sign in (1, -1):
                        together = old[i] == sign * old[k] and gradient[i] == sign * gradient[k]
                        if not refined.frozen[[i, k]].any():
                            assert (new[i] == sign * new[k]) == together, (old, gradient)
            classes = refined


def test_gradient_of_another_shape_is_refused(rng):
    with pytest.raises(SymcheckError, match="shape"):
        refine(np.zeros(3, np.uint64), lambda point: point[:2], rng)


def test_space_contains_training(rng):
    """Ten SGD steps of a quadratic stay in theta_0 + V, whose dimension is the rank of what moves it."""
    matrix = random(rng, (2, 6))
    matrix[:, 3] = matrix[:, 1]
    matrix[:, 4] = negate(matrix[:, 0])
    matrix[:, 5] = 0

    def gradient(point):
        residual = total(multiply(matrix, point), 1)
        return total(multiply(multiply(matrix, residual[:, None]), random(rng, (2, 1))), 0)

    start = random(rng, (6,))
    space = refine(start, gradient, rng)
    assert equal_up_to_names(signed(space), [1, 2, 3, 2, -1, 0])
    point = start
    for _ in range(10):
        point = add(point, multiply(gradient(point), random(rng, (1,))))
    moved = add(point, negate(start))
    assert moved[3] == moved[1]
    assert moved[4] == P - moved[0]
    assert moved[5] == 0
    assert all(moved[:5])


SIZES = (5, 16, 16, 3)


def network(fill, activation, bias=0.0):
    """5-16-16-3; `fill(layer, rows, columns)` gives the matrices, `bias` the biases or their constant."""
    shapes = list(zip(SIZES[1:], SIZES, strict=False))
    biases = [bias(n) if callable(bias) else np.full(n, bias) for n in SIZES[1:]]
    return Network([fill(i, *shape) for i, shape in enumerate(shapes)], biases, activation)


@pytest.mark.parametrize(
    ("kind", "activation", "dimension", "frozen", "rounds"),
    [
        ("random", "tanh", 419, 0, 2),
        ("half", "tanh", 14, 0, 2),
        ("zero", "tanh", 3, 416, 2),
        ("zero", "relu", 3, 416, 2),
        ("zero", "sigmoid", 14, 0, 4),
        ("first zero", "tanh", 419, 0, 3),
        ("first zero", "relu", None, None, None),
        ("identity", "tanh", 14, 0, 2),
    ],
)
def test_reachable_dimension_of_known_networks(kind, activation, dimension, frozen, rounds, rng):
    """Figures as for the same networks in float64, theory of gradient colour refinement.

    First layer zero under relu: the second layer's units are alive where their bias is positive, and train
    that bias and three weights each, besides the three biases of the outputs.
    """
    fills = {
        "random": lambda i, n, m: rng.normal(size=(n, m)),
        "half": lambda i, n, m: np.full((n, m), 0.5),
        "zero": lambda i, n, m: np.zeros((n, m)),
        "first zero": lambda i, n, m: rng.normal(size=(n, m)) * (i > 0),
        "identity": lambda i, n, m: np.eye(n) if n == m else np.full((n, m), 0.5),
    }
    later = {"first zero": lambda n: rng.normal(size=n), "half": 0.5}.get(kind, 0.0)
    subject = network(fills[kind], activation, later)
    if kind == "first zero":
        biases = [np.zeros(16), *subject.biases[1:]]
        if activation == "relu":
            alive = int((biases[1] > 0).sum())
            dimension, frozen, rounds = 4 * alive + 3, 416 - 4 * alive, 2 if alive else 1
        subject = Network(subject.weights, biases, activation)
    result = reachable(subject, rng)
    assert result.parameters == 419
    assert (result.dimension, result.frozen, result.rounds) == (dimension, frozen, rounds)


def test_one_planted_pair_costs_its_parameters(rng):
    weights = [rng.normal(size=s) for s in ((20, 8), (10, 20), (3, 10))]
    weights[0][7], weights[1][:, 7] = weights[0][4], weights[1][:, 4]
    biases = [np.zeros(20), np.zeros(10), np.zeros(3)]
    result = reachable(Network(weights, biases, "gelu"), rng)
    assert result.dimension == result.parameters - (8 + 1 + 10)
    assert np.array_equal(result.weights[0][7], result.weights[0][4])
    assert np.array_equal(result.weights[1][:, 7], result.weights[1][:, 4])
    assert result.biases[0][7] == result.biases[0][4]
    assert len(np.unique(result.layers[0].labels)) == 19
    weights[1][0, 7] = np.nextafter(weights[1][0, 7], 9)
    result = reachable(Network(weights, biases, "relu"), rng)
    assert result.dimension == result.parameters


def test_signed_labels_of_anti_tied_units(rng):
    weights = [rng.normal(size=(3, 4)), rng.normal(size=(2, 3))]
    weights[0][2], weights[1][:, 2] = -weights[0][0], -weights[1][:, 0]
    result = reachable(Network(weights, None, "tanh"), rng)
    assert result.layers[0].labels.tolist() == [0, 1, 0]
    assert result.layers[0].signs.tolist() == [1, 1, -1]
    assert np.array_equal(result.weights[0][2], -result.weights[0][0])
    assert np.array_equal(result.weights[1][:, 2], -result.weights[1][:, 0])
    assert result.biases == (None, None)
    assert result.parameters == 18
    assert result.dimension == 12


def test_union_does_not_mix_networks(rng):
    weights = [rng.normal(size=s) for s in ((3, 2), (2, 3))]
    twins = reachable_many([Network(weights, None, "tanh")] * 3, rng)
    assert [t.dimension for t in twins] == [12] * 3
    assert [t.frozen for t in twins] == [0] * 3


@pytest.mark.parametrize("depths", [(), (2, 3)])
def test_union_needs_one_depth(depths, rng):
    networks = [Network([np.ones((2, 2))] * d) for d in depths]
    with pytest.raises(SymcheckError, match="one depth"):
        reachable_many(networks, rng)
