"""The quotient computes what the full network computes, and trains as it does, with its own learning rates.

Both are trained on the reference by gradient descent, full batches, for STEPS updates. In real arithmetic they never
differ. In floating point each update adds sums of up to WIDTH terms, so the bound is

    STEPS * WIDTH * 2^-52 = 2.3e-11, relative to the largest value compared.

Rates of one layer that are wrong by one part in a hundred come out 4,000 times farther off or more (measured).
"""

import numpy as np
import pytest
from small_networks import planted_network, random_network

from symcheck.errors import NetworkError
from symcheck.network import Network
from symcheck.reference import forward, params_of, train
from symcheck.symmetry import certify
from symcheck.symmetry.certificate import Certificate

WIDTH, STEPS, RATE = 512, 200, 1e-3
BOUND = STEPS * WIDTH * 2.0**-52


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def balanced(rng, rows, columns, scale):
    """Constant row sums and column sums, and no two rows alike."""
    matrix = np.full((rows, columns), scale)
    for _ in range(4 * rows):
        (i, k), (j, m) = rng.choice(rows, 2, replace=False), rng.choice(columns, 2, replace=False)
        matrix[[i, i, k, k], [j, m, j, m]] += rng.integers(-8, 9) * scale * np.array([1, -1, -1, 1])
    return matrix


def constant(rng):
    weights = [np.full((WIDTH, 4), 0.25), np.full((WIDTH, WIDTH), 2.0**-9), np.full((3, WIDTH), 2.0**-8)]
    return Network(weights, [np.full(len(w), 0.125) for w in weights], "tanh")


def equitable(rng):
    """Two classes of unequal size in each hidden layer, with blocks that are not constant."""
    cuts, scale = (192, 320), 2.0**-9
    first = np.concatenate([np.full((cuts[0], 4), 0.25), np.full((cuts[1], 4), -0.5)])
    middle = np.block([[balanced(rng, m, n, s * scale) for n, s in zip(cuts, (1, 2), strict=True)] for m in cuts[::-1]])
    last = np.concatenate([np.full((3, cuts[1]), scale), np.full((3, cuts[0]), -4 * scale)], 1)
    last *= np.array([[4], [8], [-4]])
    biases = [np.zeros(WIDTH), np.repeat([0.25, -0.25], cuts[::-1]), np.zeros(3)]
    return Network([first, middle, last], biases, "softsign")


def opposite(rng):
    """One class up to sign in each hidden layer."""
    network, signs = constant(rng), rng.choice([-1.0, 1.0], (2, WIDTH))
    w, b = network.weights, network.biases
    weights = [w[0] * signs[0][:, None], w[1] * signs[1][:, None] * signs[0], w[2] * signs[1]]
    return Network(weights, [b[0] * signs[0], b[1] * signs[1], b[2]], "tanh")


def partly_zero(rng):
    """Constant, but a third of the units of each hidden layer has no weights and no bias."""
    network = constant(rng)
    weights, biases = [w.copy() for w in network.weights], [b.copy() for b in network.biases]
    for layer in range(2):
        units = rng.choice(WIDTH, WIDTH // 3, replace=False)
        weights[layer][units], biases[layer][units] = 0, 0
        weights[layer + 1][:, units] = 0
    return Network(weights, biases, "relu")


CASES = {constant: (1, 1), equitable: (2, 2), opposite: (1, 1), partly_zero: (1, 1)}


def trained(network, rates, x, y):
    name = network.activations[0].name
    params = train(params_of(network), (x, y), name, learning_rate=rates, steps=STEPS)
    return params, forward(params, x, name)


def apart(one, other):
    return float(np.abs(one - other).max() / max(np.abs(one).max(), np.abs(other).max()))


def class_sums(params, certificate, quotient):
    """The full network's parameters as the quotient has them: sums over classes, of the first unit of each."""
    inputs, outputs = np.arange(certificate.sizes[0])[:, None], np.arange(certificate.sizes[-1])[:, None]
    members, signs = [list(inputs)], [np.ones(len(inputs))]
    for layer, classes in zip(certificate.layers, quotient.classes, strict=True):
        members.append([np.flatnonzero((layer.labels == c) & ~layer.zero) for c in classes])
        signs.append(layer.signs)
    members.append(list(outputs))
    for i, (w, b) in enumerate(params):
        rows = [units[0] for units in members[i + 1]]
        yield np.stack([(w[rows][:, units] * signs[i][units]).sum(1) for units in members[i]], 1), b[rows]


@pytest.mark.parametrize("build", CASES)
def test_the_quotient_trains_as_the_full_network(rng, build):
    network = build(rng)
    certificate = certify(network)
    quotient = certificate.quotient()
    assert quotient.network.sizes[1:-1] == CASES[build]
    x, y = rng.uniform(-1, 1, (8, 4)), rng.uniform(-1, 1, (8, 3))
    name = network.activations[0].name
    start = forward(params_of(network), x, name)
    assert apart(start, forward(params_of(quotient.network), x, name)) <= WIDTH * 2.0**-52

    full, outputs = trained(network, RATE, x, y)
    small, predictions = trained(quotient.network, quotient.learning_rates(RATE), x, y)
    assert apart(outputs, predictions) <= BOUND
    for (w, b), (r, c) in zip(class_sums(full, certificate, quotient), small, strict=True):
        assert apart(w, r) <= BOUND
        assert apart(b, c) <= BOUND
    # Training did something, so that agreement means something.
    assert apart(start, outputs) > 1e-2

    gross = trained(quotient.network, RATE, x, y)[1]
    assert apart(outputs, gross) > 1e3 * BOUND
    for layer in range(3):
        rates = quotient.learning_rates(RATE)
        rates[layer] = (rates[layer][0] * 1.01, rates[layer][1])
        assert apart(outputs, trained(quotient.network, rates, x, y)[1]) > 10 * BOUND
        rates = quotient.learning_rates(RATE)
        rates[layer] = (rates[layer][0], rates[layer][1] * 1.01)
        assert apart(outputs, trained(quotient.network, rates, x, y)[1]) > 10 * BOUND


@pytest.mark.parametrize("draw", [random_network, planted_network])
def test_quotients_of_random_networks_train_as_they_do(rng, draw):
    for name in ("tanh", "sigmoid", "gelu", "relu"):
        for _ in range(12):
            drawn = draw(rng, activations=[name], heads=["linear"], max_depth=4)
            biases = [None if b is None else b / 8 for b in drawn.biases]
            network = Network([w / 8 for w in drawn.weights], biases, name)
            quotient = certify(network).quotient()
            assert all(a <= b for a, b in zip(quotient.network.sizes, network.sizes, strict=True))
            x, y = rng.uniform(-1, 1, (5, network.sizes[0])), rng.uniform(-1, 1, (5, network.sizes[-1]))
            params = train(params_of(network), (x, y), name, learning_rate=0.05, steps=20)
            small = train(
                params_of(quotient.network), (x, y), name, learning_rate=quotient.learning_rates(0.05), steps=20
            )
            gap = np.abs(forward(params, x, name) - forward(small, x, name)).max()
            assert gap <= BOUND * max(1.0, np.abs(forward(params, x, name)).max()), (network.weights, network.biases)


def test_a_network_without_ties_is_its_own_quotient(rng):
    network = Network([rng.normal(size=(6, 3)), rng.normal(size=(2, 6))], [np.zeros(6), np.ones(2)], "tanh")
    quotient = certify(network).quotient()
    for a, b in zip(quotient.network.weights, network.weights, strict=True):
        assert np.array_equal(a, b)
    assert all((w == 1).all() and (b == 1).all() for w, b in quotient.rate_factors)


def test_the_rates_of_a_constant_network_are_those_of_a_chain():
    weights = [np.full((512, 1), 0.5), np.full((512, 512), 0.25), np.full((1, 512), 0.125)]
    quotient = certify(Network(weights, activation="tanh")).quotient()
    assert quotient.network.sizes == (1, 1, 1, 1)
    assert [w.item() for w in quotient.network.weights] == [0.5, 128.0, 64.0]
    assert [w.item() for w, _ in quotient.rate_factors] == [1 / 512, 1.0, 512.0]
    assert [sizes.tolist() for sizes in quotient.sizes] == [[512], [512]]


def test_frozen_weights_do_not_move_in_the_quotient(rng):
    network = Network([np.zeros((4, 3)), rng.normal(size=(4, 4)), np.zeros((2, 4))], activation="relu")
    quotient = certify(network).quotient()
    assert [w.shape for w, _ in quotient.rate_factors] == [w.shape for w in quotient.network.weights]
    assert all((w == 0).all() for w, _ in quotient.rate_factors)
    # A layer of zero units keeps one of them, which stands for them all.
    assert quotient.network.sizes == (3, 1, 1, 2)
    assert [classes.tolist() for classes in quotient.classes] == [[0], [0]]
    assert [sizes.tolist() for sizes in quotient.sizes] == [[4], [4]]


def test_a_loaded_certificate_needs_its_network(rng):
    network = Network([np.ones((3, 2)), np.ones((1, 3))])
    loaded = Certificate.from_json(certify(network).to_json())
    with pytest.raises(NetworkError, match="give the network"):
        loaded.quotient()
    assert loaded.quotient(network).network.sizes == (2, 1, 1)
    with pytest.raises(NetworkError, match="is for layers"):
        loaded.quotient(Network([np.ones((4, 2)), np.ones((1, 4))]))
