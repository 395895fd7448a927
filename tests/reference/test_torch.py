"""Gradients and optimizers against PyTorch in float64."""

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest

from symcheck.activations import ACTIVATIONS
from symcheck.reference import gradients, loss_value, optimizer

torch = pytest.importorskip("torch", reason="compares with PyTorch, which is not installed")
functional = torch.nn.functional

IN_TORCH = {
    "identity": lambda z: z,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "leaky_relu(0.2)": lambda z: functional.leaky_relu(z, 0.2),
    "elu": functional.elu,
    "elu(0.5)": lambda z: functional.elu(z, 0.5),
    "gelu": functional.gelu,
    "silu": functional.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    # Its own softplus turns into the identity at a threshold.
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    "softsign": functional.softsign,
    "erf": torch.erf,
    "sin": torch.sin,
}

OPTIMIZER_PAIRS = [
    ("sgd", {}, "SGD", {}),
    ("sgd", {"l2": 0.1}, "SGD", {"weight_decay": 0.1}),
    ("momentum", {}, "SGD", {"momentum": 0.9}),
    ("momentum", {"momentum": 0.5, "l2": 0.1}, "SGD", {"momentum": 0.5, "weight_decay": 0.1}),
    ("nesterov", {}, "SGD", {"momentum": 0.9, "nesterov": True}),
    ("nesterov", {"l2": 0.1}, "SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("rmsprop", {}, "RMSprop", {}),
    ("rmsprop", {"decay": 0.9, "l2": 0.1}, "RMSprop", {"alpha": 0.9, "weight_decay": 0.1}),
    ("adam", {}, "Adam", {}),
    ("adam", {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3}, "Adam", {"betas": (0.8, 0.9), "eps": 1e-3}),
    ("adam", {"l2": 0.1}, "Adam", {"weight_decay": 0.1}),
    ("adamw", {}, "AdamW", {}),
    ("adamw", {"decay": 0.3}, "AdamW", {"weight_decay": 0.3}),
]


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def random_params(rng, depth, biases):
    sizes = rng.integers(4, 9, depth + 1)
    return [
        (rng.standard_normal((n_out, n_in)) / sqrt(n_in), rng.standard_normal(n_out) if biases else None)
        for n_in, n_out in pairwise(sizes)
    ]


def in_torch(params):
    def leaf(array):
        return None if array is None else torch.tensor(array, requires_grad=True)

    return [(leaf(W), leaf(b)) for W, b in params]


def loss_in_torch(tensors, X, Y, name, loss):
    h = torch.tensor(X)
    for i, (W, b) in enumerate(tensors):
        h = functional.linear(IN_TORCH[name](h) if i else h, W, b)
    function = {"mse": functional.mse_loss, "softmax_cross_entropy": functional.cross_entropy}[loss]
    return function(h, torch.tensor(Y))


def test_every_activation_is_compared():
    assert set(ACTIVATIONS) <= set(IN_TORCH)


@pytest.mark.parametrize("targets", ["mse", "probabilities", "labels"])
@pytest.mark.parametrize("name", IN_TORCH)
def test_loss_and_gradients_are_those_of_torch(name, targets):
    seed, rng = fresh()
    for depth in (1, 2, 3, 5):
        params = random_params(rng, depth, biases=bool(rng.integers(2)))
        X = rng.standard_normal((6, params[0][0].shape[1]))
        classes = params[-1][0].shape[0]
        Y = {
            "mse": rng.standard_normal((6, classes)),
            "probabilities": rng.dirichlet(np.ones(classes), 6),
            "labels": rng.integers(0, classes, 6),
        }[targets]
        loss = "mse" if targets == "mse" else "softmax_cross_entropy"
        tensors = in_torch(params)
        expected = loss_in_torch(tensors, X, Y, name, loss)
        expected.backward()
        assert loss_value(params, X, Y, name, loss) == pytest.approx(expected.item(), rel=1e-12)
        # An entry may cancel to nothing; what rounding can do to it is measured by the largest one.
        scale = max(float(t.grad.abs().max()) for pair in tensors for t in pair if t is not None)
        for pair, reference in zip(gradients(params, X, Y, name, loss), tensors, strict=True):
            for gradient, tensor in zip(pair, reference, strict=True):
                assert (gradient is None) == (tensor is None)
                if tensor is not None:
                    error = np.abs(gradient - tensor.grad.numpy()).max()
                    assert error <= 1e-12 * scale, f"seed {seed}, depth {depth}"


@pytest.mark.parametrize(("name", "settings", "theirs", "their_settings"), OPTIMIZER_PAIRS)
def test_optimizers_are_those_of_torch(name, settings, theirs, their_settings):
    seed, rng = fresh()
    params = random_params(rng, 2, biases=True)
    tensors = in_torch(params)
    flat = [t for pair in tensors for t in pair]
    reference = getattr(torch.optim, theirs)(flat, lr=0.01, **their_settings)
    ours = optimizer(name, **settings)
    state = ours.init(params)
    for step in range(15):
        slopes = [tuple(rng.standard_normal(a.shape) for a in pair) for pair in params]
        for tensor, slope in zip(flat, (g for pair in slopes for g in pair), strict=True):
            tensor.grad = torch.tensor(slope)
        reference.step()
        params, state = ours.step(params, slopes, state, 0.01)
        for array, tensor in zip((a for pair in params for a in pair), flat, strict=True):
            expected = tensor.detach().numpy()
            error = np.abs(array - expected).max()
            assert error <= 1e-12 * np.abs(expected).max(), f"seed {seed}, step {step}"


def test_a_slightly_different_optimizer_is_seen():
    seed, rng = fresh()
    params = [(rng.standard_normal((4, 4)), None)]
    tensor = torch.tensor(params[0][0], requires_grad=True)
    reference = torch.optim.Adam([tensor], lr=0.01, betas=(0.9, 0.99901))
    ours = optimizer("adam")
    state = ours.init(params)
    for _ in range(2):
        slope = rng.standard_normal((4, 4))
        tensor.grad = torch.tensor(slope)
        reference.step()
        params, state = ours.step(params, [(slope, None)], state, 0.01)
    assert np.abs(params[0][0] - tensor.detach().numpy()).max() > 1e-10, f"seed {seed}"


def test_training_is_that_of_torch():
    seed, rng = fresh()
    params = random_params(rng, 3, biases=True)
    X = rng.standard_normal((8, params[0][0].shape[1]))
    Y = rng.standard_normal((8, params[-1][0].shape[0]))
    tensors = in_torch(params)
    flat = [t for pair in tensors for t in pair]
    reference = torch.optim.SGD(flat, lr=0.05, momentum=0.9, weight_decay=0.01)
    ours = optimizer("momentum", l2=0.01)
    state = ours.init(params)
    for _ in range(12):
        reference.zero_grad()
        loss_in_torch(tensors, X, Y, "tanh", "mse").backward()
        reference.step()
        params, state = ours.step(params, gradients(params, X, Y, "tanh"), state, 0.05)
    for array, tensor in zip((a for pair in params for a in pair), flat, strict=True):
        expected = tensor.detach().numpy()
        assert np.abs(array - expected).max() <= 1e-12 * np.abs(expected).max(), f"seed {seed}"
