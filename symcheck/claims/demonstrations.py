"""Minimal cases behind claims that no theorem and no property covers, each computed when it is asked for."""

from __future__ import annotations

import secrets
from itertools import pairwise
from math import erfc, exp, sqrt

import numpy as np

from symcheck.claims.evidence import Shown
from symcheck.errors import counted
from symcheck.types import Array

_XOR = (np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]]))


def _filled(sizes: tuple[int, ...], weight: float) -> list[tuple[Array, Array]]:
    return [(np.full((n_out, n_in), weight), np.zeros(n_out)) for n_in, n_out in pairwise(sizes)]


def a_tied_network_beats_chance() -> Shown:
    """Two classes on a line, which one unit can tell apart."""
    from symcheck.reference import forward, train
    from symcheck.reference.parameters import network_of
    from symcheck.symmetry import certify

    X, Y = np.array([[-1.0], [1.0]]), np.eye(2)
    params = _filled((1, 2, 2), 0.5)
    params[1] = (np.array([[-0.5, -0.5], [0.5, 0.5]]), np.zeros(2))
    verdict = certify(network_of(params, "tanh", "softmax")).verdict
    after = train(params, (X, Y), "tanh", "softmax_cross_entropy", learning_rate=0.5, steps=50)
    right = float((forward(after, X, "tanh").argmax(axis=1) == Y.argmax(axis=1)).mean())
    return Shown(
        "tanh, 1-2-2, W_1 = [[0.5], [0.5]], W_2 = [[-0.5, -0.5], [0.5, 0.5]], x = -1 and 1 of two classes, 50 steps of 0.5",
        "the units are tied for ever, and all samples are classified rightly",
        f"verdict {verdict}, accuracy {right:.0%}",
        verdict == "tied" and right == 1,
    )


def a_frozen_network_ends_at_the_class_prior() -> Shown:
    """Zero weights, three samples of one class and one of the other."""
    from symcheck.reference import forward, train

    X, Y = np.array([[-1.0], [0.5], [1], [2]]), np.eye(2)[[0, 0, 0, 1]]
    after = train(_filled((1, 2, 2), 0.0), (X, Y), "tanh", "softmax_cross_entropy", learning_rate=1.0, steps=200)
    outputs = np.exp(forward(after, X, "tanh"))
    shares = outputs / outputs.sum(axis=1, keepdims=True)
    moved = max(float(np.abs(W).max()) for W, _ in after)
    off = float(np.abs(shares - [0.75, 0.25]).max())
    return Shown(
        "tanh, 1-2-2, all zero, 3 samples of one class and 1 of another, 200 steps of 1",
        "no weight moves, and every sample gets the shares of the classes",
        f"largest weight {moved:g}, shares within {off:.1e} of 3/4 and 1/4",
        moved == 0 and off < 1e-6,
    )


def a_tied_network_has_a_singular_tangent_kernel() -> Shown:
    """The Gram matrix of the gradients of the output at several inputs, for random and for constant weights."""
    from symcheck.reference import gradients

    X = np.array([[1.0, 0], [0, 1], [1, 1], [1, -1], [2, 1], [1, 3], [-1, 2], [3, -2]])
    rng = np.random.default_rng()
    width = 256
    random = [
        (rng.standard_normal((width, 2)), np.zeros(width)),
        (rng.standard_normal((1, width)) * sqrt(2 / width), np.zeros(1)),
    ]
    constant = _filled((2, width, 1), 0.1)
    smallest = {}
    for name, params in (("random", random), ("constant", constant)):
        rows = []
        for x in X:
            # The gradient of mean squared error at a target one half below the output is that of the output.
            from symcheck.reference import forward

            target = forward(params, x[None], "relu") - 0.5
            rows.append(
                np.concatenate(
                    [np.ravel(a) for pair in gradients(params, x[None], target, "relu") for a in pair if a is not None]
                )
            )
        values = np.linalg.eigvalsh(np.array(rows) @ np.array(rows).T)
        smallest[name] = float(values[0] / values[-1])
    return Shown(
        f"relu, 2-{width}-1, 8 inputs no two of which are parallel",
        "the smallest eigenvalue of the tangent kernel is positive for random weights and 0 for constant ones",
        f"over the largest: random {smallest['random']:.1e}, constant {abs(smallest['constant']):.0e}",
        smallest["random"] > 1e-8 and abs(smallest["constant"]) < 1e-12,
    )


def _deterministic(n: int) -> dict[str, Array]:
    from scipy.linalg import hadamard

    k = np.arange(n)
    waves = np.cos(np.pi * np.outer(k, k + 0.5) / n) * np.sqrt(2 / n)
    waves[0] /= sqrt(2)
    return {"identity": np.eye(n), "Hadamard": hadamard(n) / sqrt(n), "sinusoidal": waves}


def deterministic_matrices_break_symmetry() -> Shown:
    """Identity, Hadamard and cosine matrices in every layer: nothing random, nothing tied."""
    from symcheck.network import Network
    from symcheck.symmetry import certify

    verdicts, isometry = {}, 0.0
    for name, matrix in _deterministic(8).items():
        isometry = max(isometry, float(np.abs(np.linalg.svd(matrix, compute_uv=False) - 1).max()))
        for activation in ("relu", "tanh"):
            network = Network([matrix, matrix, matrix[:3]], [np.zeros(8), np.zeros(8), np.zeros(3)], activation)
            verdicts[name, activation] = certify(network).verdict
    gaussian = np.linalg.svd(np.random.default_rng().standard_normal((8, 8)) / sqrt(8), compute_uv=False)
    broken = all(v == "broken" for v in verdicts.values())
    return Shown(
        "8-8-8-3, relu and tanh, the same identity, Hadamard or cosine matrix in every layer, zero biases",
        "symmetry is broken without any randomness, and each matrix is an isometry, which a Gaussian one is not",
        f"{'symmetry broken in all 6' if broken else verdicts}; singular values within {isometry:.0e} of 1 (a Gaussian: "
        f"{gaussian[-1]:.2f} to {gaussian[0]:.2f})",
        broken and isometry < 1e-12,
    )


def saturation_grows_with_the_scale_of_the_weights() -> Shown:
    """The share of sigmoid units with |z| > 4, exact for normal pre-activations of 100 unit inputs."""
    shares = {scale: erfc(4 / (scale * sqrt(100)) / sqrt(2)) for scale in (0.01, 0.1, 1.0, 10.0)}
    told = ", ".join(f"{scale:g}: {share:.2g}" for scale, share in shares.items())
    values = list(shares.values())
    return Shown(
        "100 inputs of size 1, W ~ N(0, s^2): z ~ N(0, 100 s^2), share of units with |z| > 4 where the slope is below 0.018",
        "it grows with s",
        told,
        values == sorted(values) and values[0] < 1e-100 and values[-1] > 0.9,
    )


def small_weights_make_deep_networks_vanish() -> Shown:
    """0.01 * randn through ten layers of tanh units."""
    from symcheck.reference import hidden

    rng, width, depth = np.random.default_rng(), 64, 10
    params = [(0.01 * rng.standard_normal((width, width)), np.zeros(width)) for _ in range(depth + 1)]
    layers = hidden(params, np.ones((1, width)), "tanh")
    ratio = float((layers[-1] ** 2).sum() / width)
    expected = (1e-4 * width) ** depth
    return Shown(
        f"tanh, {counted(depth, 'layer')} of {width} units, 0.01 * randn",
        "the mean square of the signal falls by 0.01^2 n in each layer",
        f"{ratio:.1e} after {counted(depth, 'layer')} (expected about {expected:.0e})",
        ratio < 1e-15,
    )


def small_weights_do_not_saturate_a_sigmoid() -> Shown:
    """The slope of a sigmoid unit with one input of 1, for a small and a large weight."""

    def slope(w: float) -> float:
        value = 1 / (1 + exp(-w))
        return value * (1 - value)

    return Shown(
        "sigmoid, one input x = 1, weights 0.01 and 10",
        "the small weight has the largest slope there is, 1/4, and sigmoid(0) is 1/2, not 0",
        f"slope {slope(0.01):.6f} at 0.01, {slope(10):.1e} at 10",
        slope(0.01) > 0.2499 and slope(10) < 1e-4,
    )


def a_factor_on_he_explodes() -> Shown:
    """Twice He's weights in ten layers: the mean square grows by 2^(2 L), exactly."""
    from symcheck.reference import hidden

    rng, width, depth = np.random.default_rng(), 16, 10
    he = [(rng.standard_normal((width, width)) * sqrt(2 / width), np.zeros(width)) for _ in range(depth + 1)]
    x = rng.standard_normal((1, width))
    one, twice = ((hidden([(s * W, b) for W, b in he], x, "relu")[-1] ** 2).sum() for s in (1.0, 2.0))
    growth = float(twice / one) if one else 0.0
    return Shown(
        f"relu, {counted(depth, 'layer')} of {width} units, He's weights and twice these, one input",
        "the mean square is 4^10 times as large, to the last bit",
        f"{growth:.0f} times",
        growth == 4.0**depth,
    )


def ones_give_the_sum_of_the_inputs() -> Shown:
    """All ones: each sigmoid unit computes sigmoid(sum of the inputs), at step 0."""
    from symcheck.reference import hidden

    x = np.array([[0.5, -2.0, 0.25]])
    units = hidden(_filled((3, 4, 1), 1.0), x, "sigmoid")[0][0]
    expected = 1 / (1 + exp(1.25))
    return Shown(
        "sigmoid, 3-4-1, all weights 1, zero biases, x = (0.5, -2, 0.25)",
        "every unit is sigmoid(-1.25)",
        f"{units[0]:.10f} for all 4 units",
        bool((units == units[0]).all()) and abs(units[0] - expected) < 1e-15,
    )


def two_distinct_units_fit_exclusive_or() -> Shown:
    """relu(a + b) - 2 relu(a + b - 1) is exclusive or."""
    from symcheck.reference import forward

    params = [(np.ones((2, 2)), np.array([0.0, -1.0])), (np.array([[1.0, -2.0]]), np.zeros(1))]
    error = float(np.abs(forward(params, _XOR[0], "relu") - _XOR[1]).max())
    return Shown(
        "relu, 2-2-1, W_1 = [[1, 1], [1, 1]], b_1 = [0, -1], W_2 = [[1, -2]]",
        "two units that differ fit XOR exactly",
        f"largest error {error:g}",
        error == 0,
    )


def one_input_puts_every_kink_at_zero() -> Shown:
    """With one feature and zero biases a ReLU network is linear on each side of 0."""
    from symcheck.reference import forward

    rng = np.random.default_rng()
    params = [(rng.integers(-8, 9, (8, 1)) / 4, np.zeros(8)), (rng.integers(-8, 9, (1, 8)) / 4, np.zeros(1))]
    out = forward(params, np.array([[1.0], [2], [4], [-1], [-2], [-4]]), "relu")[:, 0]
    bend = float(
        max(abs(out[1] - 2 * out[0]), abs(out[2] - 4 * out[0]), abs(out[4] - 2 * out[3]), abs(out[5] - 4 * out[3]))
    )
    return Shown(
        "relu, 1-8-1, random weights, zero biases, at x = 1, 2, 4 and -1, -2, -4",
        "f(c x) = c f(x) for c > 0: all kinks lie at 0 until biases have moved",
        f"deviation {bend:g}",
        bend == 0,
    )


def _constant_is_tied(value: float) -> Shown:
    from symcheck.network import Network
    from symcheck.symmetry import certify

    sizes = (8, 16, 16, 4)
    verdicts = {}
    for activation in ("relu", "tanh", "sigmoid"):
        weights, biases = zip(*_filled(sizes, value), strict=True)
        certificate = certify(Network(list(weights), list(biases), activation))
        verdicts[activation] = (certificate.verdict, [layer.classes for layer in certificate.layers])
    tied = all(verdict == "tied" and classes == [1, 1] for verdict, classes in verdicts.values())
    return Shown(
        f"8-16-16-4, all weights {value:g}, zero biases, relu, tanh and sigmoid",
        "each hidden layer is one class of units, equal for ever: not zero, and tied",
        "verdict tied, 1 class of 16 in each layer" if tied else str(verdicts),
        tied,
    )


def a_constant_of_a_tenth_is_tied() -> Shown:
    """Not zero is not enough."""
    return _constant_is_tied(0.1)


def a_constant_of_a_half_is_tied() -> Shown:
    """A sensible average is tied like any other."""
    return _constant_is_tied(0.5)


def equal_rows_with_unequal_columns_separate() -> Shown:
    """The literal statement, units with the same inputs and parameters, is not sufficient."""
    from symcheck.network import Network
    from symcheck.symmetry import certify

    network = Network([np.array([[1.0], [1.0]]), np.array([[1.0, 2.0]])], [np.zeros(2), np.zeros(1)], "tanh")
    layer = certify(network).layers[0]
    return Shown(
        "tanh, 1-2-1, W_1 = [[1], [1]], W_2 = [[1, 2]], zero biases",
        "both units start equal and are not tied: the first update parts them",
        f"{counted(layer.classes, 'class', 'classes')}, separate at update {layer.separates_at}",
        layer.classes == 2 and layer.separates_at == 1,
    )


def he_learns_digits_first() -> Shown:
    """Digits from the three starts that the source texts compare, five times each."""
    from symcheck.adapters.digits import digits
    from symcheck.races.running import run

    learnt, names = 0.5, ("zeros", "0.01 * randn", "he_normal")
    race = run(*digits(), (32, 32), "relu", 5, 20, 32, (0.3,), secrets.randbelow(2**31), lambda done, of: None, names)
    first = {}
    for lane in race.lanes:
        reached = lane.losses <= learnt
        first[lane.name] = np.where(reached.any(axis=1), reached.argmax(axis=1), race.epochs + 1)
    told = {name: _when(epochs, race.epochs) for name, epochs in first.items()}
    ends = ", ".join(f"{lane.name} {lane.accuracy.mean:.0%}" for lane in race.lanes)
    return Shown(
        f"64-32-32-10, relu, gradient descent of 0.3 in batches of 32 on scikit-learn's digits, {race.epochs} epochs, 5 seeds",
        f"a training loss of {learnt} is reached from He's weights first, from 0.01 * randn later, from zero never",
        "; ".join(f"{name}: {when}" for name, when in told.items()) + f"; accuracy at the end: {ends}",
        bool(first["he_normal"].max() < first["0.01 * randn"].min() and first["zeros"].min() > race.epochs),
    )


def _when(epochs: Array, most: int) -> str:
    low, high = int(epochs.min()), int(epochs.max())
    if low > most:
        return "never"
    return f"after {counted(high, 'epoch')}" if low == high else f"after {low} to {counted(high, 'epoch')}"
