"""Pure jax functions as an implementation: ``pytest --symcheck symcheck.adapters.mlp_jax:JaxMLP``.

For functions of your own, put them in a subclass::

    class Mine(JaxMLP):
        activation = "relu"
        apply = staticmethod(my_apply)        # (params, X) -> outputs
        init = staticmethod(my_init)          # (key, sizes) -> [(W, b), ...]
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symcheck.types import Array, Params

_FUNCTIONS: dict[str, Any] = {
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "sigmoid": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "elu": jax.nn.elu,
    "softsign": jax.nn.soft_sign,
}


class JaxMLP:
    """``init`` and ``apply`` in jax, differentiated by ``jax.grad``; float64 parameters are computed in float64.

    Args:
        activation: of the hidden layers; None takes the class's.
        loss: ``mse`` or ``softmax_cross_entropy``; None takes the class's.
    """

    activation = "tanh"
    loss = "mse"

    def __init__(self, activation: str | None = None, loss: str | None = None) -> None:
        self.activation, self.loss = activation or self.activation, loss or self.loss

    def init(self, key: Any, sizes: Sequence[int]) -> Any:
        """Parameters from a key."""
        keys = jax.random.split(key, len(sizes) - 1)
        draw = jax.nn.initializers.lecun_normal(in_axis=1, out_axis=0)
        return [(draw(k, (out, n)), jnp.zeros(out)) for k, (n, out) in zip(keys, pairwise(sizes), strict=True)]

    def apply(self, params: Any, X: Any) -> Any:
        """Outputs before any softmax."""
        *hidden, (W, b) = params
        for V, c in hidden:
            X = _FUNCTIONS[self.activation](X @ V.T + c)
        return X @ W.T + b

    def initialize(self, sizes: Sequence[int], rng: np.random.Generator) -> Params:
        """``init`` with a key seeded from the generator."""
        drawn = self.init(jax.random.PRNGKey(int(rng.integers(2**31))), sizes)
        return [(np.array(W), np.array(b)) for W, b in drawn]

    def forward(self, params: Params, X: Array) -> Array:
        """``apply`` on numpy arrays."""
        with _double():
            return np.array(self.apply(_device(params), jnp.asarray(X)))

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        """``jax.grad`` of the loss."""

        def objective(weights: Any) -> Any:
            outputs = self.apply(weights, jnp.asarray(X))
            if self.loss == "mse":
                return jnp.mean((outputs - Y) ** 2)
            return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(outputs), axis=1))

        with _double():
            return [(np.array(dW), np.array(db)) for dW, db in jax.grad(objective)(_device(params))]

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        """One step of gradient descent on the tree of parameters."""
        with _double():
            moved = jax.tree.map(lambda p, g: p - learning_rate * g, _device(params), _device(gradients))
            return [(np.array(W), np.array(b)) for W, b in moved]


def _double() -> AbstractContextManager[Any]:
    """Let float64 stay float64; float32 arrays stay what they are."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)  # type: ignore[no-any-return]
    from jax.experimental import enable_x64

    return enable_x64()  # type: ignore[no-any-return]


def _device(params: Params) -> Any:
    return [(jnp.asarray(W), jnp.asarray(b)) for W, b in params]
