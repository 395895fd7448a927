"""A torch multilayer perceptron as an implementation: ``pytest --symcheck symcheck.adapters.mlp_torch:TorchMLP``.

For a model of your own, hand over what builds it::

    class Mine(TorchMLP):
        activation = "relu"

        def build(self, sizes):
            return MyModule(sizes)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from symcheck.types import Array, Params

_MODULES: dict[str, Any] = {
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
    "gelu": torch.nn.GELU,
    "silu": torch.nn.SiLU,
    "softplus": torch.nn.Softplus,
    "elu": torch.nn.ELU,
    "softsign": torch.nn.Softsign,
}


class TorchMLP:
    """Any module whose Linear layers, in the order of ``modules()``, are the layers of a perceptron.

    Args:
        activation: of the hidden layers; None takes the class's.
        loss: ``mse`` or ``softmax_cross_entropy``; None takes the class's.
    """

    activation = "tanh"
    loss = "mse"

    def __init__(self, activation: str | None = None, loss: str | None = None) -> None:
        self.activation, self.loss = activation or self.activation, loss or self.loss

    def build(self, sizes: Sequence[int]) -> torch.nn.Module:
        """The module for these widths."""
        layers: list[torch.nn.Module] = []
        for i, (inputs, out) in enumerate(pairwise(sizes)):
            layers += [_MODULES[self.activation]()] * (i > 0) + [torch.nn.Linear(inputs, out)]
        return torch.nn.Sequential(*layers)

    def initialize(self, sizes: Sequence[int], rng: np.random.Generator) -> Params:
        """The module's own initialization, seeded from the generator."""
        with torch.random.fork_rng():
            torch.manual_seed(int(rng.integers(2**31)))
            model = self.build(sizes)
        return [(_numpy(layer.weight), _numpy(layer.bias)) for layer in _linear(model)]

    def forward(self, params: Params, X: Array) -> Array:
        """Outputs of the module with these parameters."""
        with torch.no_grad():
            return _numpy(self._loaded(params)(torch.tensor(X, dtype=_dtype(params))))

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        """Gradients by torch's autograd."""
        model = self._loaded(params)
        outputs = model(torch.tensor(X, dtype=_dtype(params)))
        targets = torch.tensor(Y, dtype=_dtype(params))
        if self.loss == "mse":
            loss = torch.nn.functional.mse_loss(outputs, targets)
        else:
            loss = torch.nn.functional.cross_entropy(outputs, targets)
        loss.backward()
        return [(_numpy(layer.weight.grad), _numpy(layer.bias.grad)) for layer in _linear(model)]

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        """One step of ``torch.optim.SGD``."""
        model = self._loaded(params)
        for layer, (dW, db) in zip(_linear(model), gradients, strict=True):
            layer.weight.grad, layer.bias.grad = (torch.tensor(g, dtype=_dtype(params)) for g in (dW, db))
        torch.optim.SGD(model.parameters(), lr=learning_rate).step()
        return [(_numpy(layer.weight), _numpy(layer.bias)) for layer in _linear(model)]

    def _loaded(self, params: Params) -> torch.nn.Module:
        sizes = [params[0][0].shape[1], *(len(b) for _, b in params)]
        with torch.random.fork_rng():
            model = self.build(sizes).to(_dtype(params))
        with torch.no_grad():
            for layer, (W, b) in zip(_linear(model), params, strict=True):
                layer.weight.copy_(torch.tensor(W))
                layer.bias.copy_(torch.tensor(b))
        return model


def _linear(model: torch.nn.Module) -> list[Any]:
    return [m for m in model.modules() if isinstance(m, torch.nn.Linear)]


def _dtype(params: Params) -> Any:
    return torch.float32 if params[0][0].dtype == np.float32 else torch.float64


def _numpy(tensor: Any) -> Array:
    return np.array(tensor.detach().numpy())
