"""Units that the theory ties stay equal to the last bit, under every optimizer; others break."""

from itertools import pairwise, product

import numpy as np
import pytest

from symcheck.reference import hidden, optimizer, train, trajectory

DTYPES = (np.float32, np.float64)
WIDTHS = (2, 3, 7, 8, 33)
RULES = [
    ("sgd", {}),
    ("sgd", {"l1": 0.01}),
    ("sgd", {"l2": 0.01}),
    ("sgd", {"clip_value": 0.01}),
    ("sgd", {"clip_norm": 0.01}),
    ("momentum", {}),
    ("nesterov", {}),
    ("rmsprop", {}),
    ("adam", {}),
    ("adam", {"l1": 0.01}),
    ("adam", {"l2": 0.01}),
    ("adamw", {}),
    ("signsgd", {}),
]
IDS = ["-".join([name, *settings]) for name, settings in RULES]
SMOOTH = ("tanh", "gelu", "sigmoid", "softplus", "sin", "elu")


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def batches(rng, features, outputs, loss, count=3, samples=5):
    """Several batches, the loss being one that takes any rows as targets."""
    targets = (
        (lambda: rng.standard_normal((samples, outputs)))
        if loss == "mse"
        else (lambda: rng.dirichlet(np.ones(outputs), samples))
    )
    return [(rng.standard_normal((samples, features)), targets()) for _ in range(count)]


def constant_params(rng, sizes, dtype):
    """Each layer constant, with a value of its own that keeps the pre-activations of order one."""
    return [
        (np.full((n_out, n_in), rng.normal() / n_in, dtype=dtype), np.full(n_out, rng.normal(), dtype=dtype))
        for n_in, n_out in pairwise(sizes)
    ]


def cloned_params(rng, sizes, dtype):
    """Random block-constant weights, and labels: units with one label are clones, scattered."""
    labels = [np.arange(sizes[0]), *(rng.integers(0, 3, n) for n in sizes[1:-1]), np.arange(sizes[-1])]
    params = []
    for below, above in pairwise(labels):
        blocks = rng.standard_normal((above.max() + 1, below.max() + 1)) / len(below)
        bias = rng.standard_normal(above.max() + 1)
        params.append((blocks[np.ix_(above, below)].astype(dtype), bias[above].astype(dtype)))
    return params, labels


def alike(rows):
    """Whether all rows are equal, counting the NaN of a training that diverged as equal to itself."""
    return np.array_equal(rows, np.broadcast_to(rows[:1], rows.shape), equal_nan=True)


def differing_layers(params, labels):
    """Layers with weights or biases that are not bitwise constant on the blocks."""
    found = []
    for i, ((W, b), below, above) in enumerate(zip(params, labels, labels[1:], strict=False)):
        rows = {k: alike(W[above == k]) and alike(b[above == k]) for k in above.tolist()}
        columns = {k: alike(W[:, below == k].T) for k in below.tolist()}
        found += [(i, "row", k) for k, equal in rows.items() if not equal]
        found += [(i, "column", k) for k, equal in columns.items() if not equal]
    return found


@pytest.mark.first(9)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "settings"), RULES, ids=IDS)
def test_constant_layers_stay_bitwise_constant(name, settings, dtype):
    seed, rng = fresh()
    for width in WIDTHS:
        activation = str(rng.choice(SMOOTH))
        sizes = (3, width, width + 1, 2)
        params = constant_params(rng, sizes, dtype)
        labels = [np.arange(3), np.zeros(width, int), np.zeros(width + 1, int), np.arange(2)]
        data = batches(rng, 3, 2, "mse")
        first, *_, last = trajectory(params, data, activation, "mse", optimizer(name, **settings), 0.001, 50)
        assert last[0][0].dtype == dtype
        assert not np.array_equal(first[-1][0], params[-1][0]), f"seed {seed}, width {width}, {activation}"
        assert differing_layers(last, labels) == [], f"seed {seed}, width {width}, {activation}"


@pytest.mark.first(13)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", ["mse", "softmax_cross_entropy"])
@pytest.mark.parametrize(("name", "settings"), RULES, ids=IDS)
def test_scattered_clones_stay_bitwise_equal(name, settings, loss, dtype):
    seed, rng = fresh()
    for width in (5, 9, 33):
        activation = str(rng.choice([*SMOOTH, "relu", "leaky_relu", "softsign"]))
        params, labels = cloned_params(rng, (4, width, width + 2, width, 3), dtype)
        data = batches(rng, 4, 3, loss)
        history = trajectory(params, data, activation, loss, optimizer(name, **settings), 0.002, 12)
        for step, trained in enumerate(history):
            assert differing_layers(trained, labels) == [], f"seed {seed}, {width}, {activation}, step {step}"


def test_equal_outputs_with_equal_targets_stay_bitwise_equal():
    seed, rng = fresh()
    for loss, width in product(("mse", "softmax_cross_entropy"), WIDTHS):
        params = constant_params(rng, (3, 4, width), np.float64)
        X = rng.standard_normal((5, 3))
        Y = rng.random((5, 1)).repeat(width, axis=1) / width
        W, b = train(params, (X, Y), "tanh", loss, "adam", 0.02, 20)[-1]
        assert np.ptp(W, axis=0).max() == 0, f"seed {seed}, {loss}, {width}"
        assert np.ptp(b) == 0, f"seed {seed}, {loss}, {width}"


def test_the_comparison_sees_the_last_bit():
    _, rng = fresh()
    for place in (0, 1):
        params, labels = cloned_params(rng, (4, 9, 3), np.float64)
        labels[1] = np.zeros(9, int)
        W = np.ones((9, 4)) if place == 0 else np.ones((3, 9))
        params = [(np.ones((9, 4)), np.ones(9)), (np.ones((3, 9)), np.ones(3))]
        assert differing_layers(params, labels) == []
        W[2, 3] = np.nextafter(1.0, 2.0)
        params[place] = (W, params[place][1])
        assert differing_layers(params, labels) == [(place, ("row", "column")[place], 0)]


def test_textbook_counterexample_equal_rows_alone_do_not_tie():
    seed, rng = fresh()
    params = [(np.full((3, 2), 0.5), np.zeros(3)), (rng.standard_normal((2, 3)), np.zeros(2))]
    trained = train(params, batches(rng, 2, 2, "mse", count=1)[0], "tanh", "mse", "sgd", 0.1, 1)
    assert np.abs(trained[0][0] - trained[0][0][0]).max() > 1e-6, f"seed {seed}"


# Row and column sums are constant in each, so that all units of both hidden layers are tied; in all but the
# first, moreover, the rows are rearrangements of one another, and the columns too.
EQUITABLE = {
    "unlike rows": np.array([[1.0, 1, 1], [3, 0, 0], [-1, 2, 2]]) / 3,
    "identity": np.eye(3),
    "permutation": np.eye(3)[[1, 2, 0]],
    "circulant": np.array([[1.0, 2, 0], [0, 1, 2], [2, 0, 1]]) / 3,
}
# Functions of the parameter itself, entry by entry, which may break such ties.
BREAKING = [("sgd", {"l1": 0.5}), ("adam", {"l1": 0.5}), ("adam", {"l2": 0.5}), ("rmsprop", {"l2": 0.5})]
KEEPING = [(n, s) for n, s in RULES if "l1" not in s and (n, s) != ("adam", {"l2": 0.01})]


def spread_of_the_hidden_units(middle, rule, rng, steps=10):
    """Largest difference of two hidden activations after training constant, middle, constant."""
    params = [
        (np.full((3, 2), 0.5), np.full(3, 0.1)),
        (middle, np.full(3, -0.2)),
        (np.full((2, 3), 0.7) * np.array([[0.6], [1.0]]), np.zeros(2)),
    ]
    X, Y = batches(rng, 2, 2, "mse", count=1)[0]
    trained = train(params, (X, Y), "tanh", "mse", rule, 0.01, steps)
    return max(float(np.abs(h - h[:, :1]).max()) for h in hidden(trained, X, "tanh"))


# Ten steps of 0.01 leave ties within 1e-14 and broken ones 1e-4 apart.
BOUND = 1e-8


@pytest.mark.parametrize("middle", EQUITABLE)
def test_equitable_partitions_are_kept_by_functions_of_the_gradient(middle):
    seed, rng = fresh()
    for name, settings in KEEPING:
        spread = spread_of_the_hidden_units(EQUITABLE[middle], optimizer(name, **settings), rng)
        assert spread < BOUND, f"seed {seed}, {name} {settings}"


@pytest.mark.parametrize(("name", "settings"), BREAKING)
def test_functions_of_the_weights_break_partitions_that_are_not_block_constant(name, settings):
    seed, rng = fresh()
    rule = optimizer(name, **settings)
    assert spread_of_the_hidden_units(EQUITABLE["unlike rows"], rule, rng) > BOUND, f"seed {seed}"


@pytest.mark.parametrize("middle", ["identity", "permutation", "circulant"])
def test_they_do_not_break_rows_that_are_rearrangements_of_one_another(middle):
    # An entrywise function of such a matrix has constant row and column sums again.
    seed, rng = fresh()
    for name, settings in BREAKING:
        spread = spread_of_the_hidden_units(EQUITABLE[middle], optimizer(name, **settings), rng)
        assert spread < BOUND, f"seed {seed}, {name} {settings}"


def test_one_step_with_l1_moves_the_row_sums_apart_by_the_signs():
    seed, rng = fresh()
    middle = EQUITABLE["unlike rows"]
    params = [(np.full((3, 2), 0.5), None), (middle, None), (np.full((1, 3), 0.7), None)]
    X, Y = batches(rng, 2, 1, "mse", count=1)[0]
    moved = train(params, (X, Y), "tanh", "mse", optimizer("sgd", l1=0.05), 0.1, 1)[1][0]
    sums = moved.sum(axis=1)
    expected = -0.1 * 0.05 * np.sign(middle).sum(axis=1)
    np.testing.assert_allclose(sums - sums[0], expected - expected[0], atol=1e-13, err_msg=f"seed {seed}")
