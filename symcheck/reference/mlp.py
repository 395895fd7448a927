"""The reference multilayer perceptron: pure functions of its parameters, differentiated by autograd.

``params`` is a list of (W, b), W of shape (out, in), b of shape (out,) or None; ``X`` is samples x features.
Nothing is written in place. float32 parameters are computed with in float32, all others in float64, and ``X``
and ``Y`` are taken to that dtype. Units with equal weights stay equal to the last bit (see `arithmetic`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from autograd import grad

from symcheck.activations import Activation, get_activation
from symcheck.errors import NetworkError
from symcheck.network import Network
from symcheck.objective import Objective, get_objective
from symcheck.reference.arithmetic import activate, add_bias, contract
from symcheck.reference.losses import LOSSES, BatchError, Loss, get_loss, real_array
from symcheck.reference.optimizers import SGD, LearningRate
from symcheck.reference.parameters import ActivationSpec, arrays_of, computable, network_of, rebuild
from symcheck.types import Array, NetworkParams


def forward(params: Any, X: Any, activation: ActivationSpec) -> Array:
    """Outputs of the last layer, before any softmax: shape (samples, n_L).

    Args:
        params: [(W, b), ...].
        X: shape (samples, n_0).
        activation: a name or an Activation for all hidden layers, or one for each of them.

    Raises:
        NetworkError: parameters that do not form a network.
        UnknownActivation: an activation that is not in the table, or that has no values (``any``).
        BatchError: samples that do not fit the network.
    """
    return _all_layers(params, X, activation)[-1]


def hidden(params: Any, X: Any, activation: ActivationSpec) -> list[Array]:
    """Activations h_1, ..., h_{L-1} of the hidden layers, shapes (samples, n_l); raises as `forward` does."""
    return _all_layers(params, X, activation)[:-1]


def loss_value(params: Any, X: Any, Y: Any, activation: ActivationSpec, loss: str | Loss | Objective = "mse") -> float:
    """The loss on a batch.

    Args:
        params, X, activation: as in `forward`.
        Y: targets of the outputs' shape; for ``softmax_cross_entropy`` class-probability rows (which are not
            required to sum to one) or integer labels of shape (samples,).
        loss: ``mse``, the mean over all entries of the squared error, or ``softmax_cross_entropy``, the mean
            over the samples; or an `Objective`.

    Raises:
        UnknownLoss: a loss that is not in the table.
        NetworkError, UnknownActivation, BatchError: as `forward`, also for targets that do not fit.
    """
    outputs = forward(params, X, activation)
    function = get_loss(loss)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return float(function.function(outputs, function.targets(Y, outputs.shape, outputs.dtype)))


def gradients(
    params: Any, X: Any, Y: Any, activation: ActivationSpec, loss: str | Loss | Objective = "mse"
) -> NetworkParams:
    """Gradients of the loss in the structure of ``params``, by reverse-mode differentiation.

    Arguments and errors are those of `loss_value`; each gradient has the shape of its parameter.
    """
    function = get_loss(loss)
    network = network_of(params, activation)
    layers = computable(network)
    batch = _samples(X, network, layers)
    targets = function.targets(Y, (len(batch), network.sizes[-1]), batch.dtype)

    def objective(arrays: list[Any]) -> Any:
        outputs = _propagate(rebuild(layers, arrays), batch, network.activations)[-1]
        return function.function(outputs, targets)

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return rebuild(layers, grad(objective)(arrays_of(layers)))


def _all_layers(params: Any, X: Any, activation: ActivationSpec) -> list[Array]:
    network = network_of(params, activation)
    layers = computable(network)
    # A network that overflows has infinite or undefined outputs; saying so is for the caller.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _propagate(layers, _samples(X, network, layers), network.activations)


def _propagate(layers: NetworkParams, batch: Array, activations: Sequence[Activation]) -> list[Array]:
    computed = []
    below = batch
    for i, (weights, bias) in enumerate(layers):
        below = contract(below, weights)
        if bias is not None:
            below = add_bias(below, bias)
        if i < len(activations):
            below = activate(below, activations[i])
        computed.append(below)
    return computed


def _samples(X: Any, network: Network, layers: NetworkParams) -> Array:
    array = real_array(X, "X")
    if array.ndim != 2 or array.shape[0] == 0 or array.shape[1] != network.sizes[0]:
        raise BatchError(f"X has shape {array.shape}, expected (samples, {network.sizes[0]}) and not empty")
    return array.astype(layers[0][0].dtype, copy=False)


class ReferenceMLP:
    """The reference as an implementation: `initialize`, `forward`, `gradients`, `update`.

    Args:
        activation: a name or an Activation for all hidden layers, or one for each of them.
        loss: ``mse``, ``softmax_cross_entropy``, or an `Objective`.

    Attributes:
        objective: the loss with its reduction, its factor and the output activation.

    Raises:
        UnknownActivation, UnknownLoss: names that are not in the tables.
    """

    layout = "out_in"

    def __init__(self, activation: ActivationSpec = "tanh", loss: str | Objective = "mse") -> None:
        self.objective = get_objective(loss)
        self._loss = get_loss(self.objective)
        self._activations = (
            get_activation(activation)
            if isinstance(activation, str | Activation)
            else [get_activation(a) for a in activation]
        )
        self.activation = activation
        self.loss = self._loss.name if self._loss.name in LOSSES else self.objective.loss
        self.reduction = self.objective.reduction
        self.loss_factor, self.output_activation = self.objective.factor, self.objective.output_activation

    def initialize(self, sizes: Sequence[int], rng: np.random.Generator) -> NetworkParams:
        """Draw normal weights of variance gain^2 / fan_in (He et al. 2015, section 2.2) and set zero biases.

        The gain is that of the activation which follows the layer, and 1 for the last layer.

        Args:
            sizes: widths n_0, ..., n_L.
            rng: numpy's generator.

        Raises:
            NetworkError: fewer than two sizes, a size below 1, or a number of activations that does not fit.
        """
        widths = [int(n) for n in sizes]
        if len(widths) < 2 or min(widths) < 1:
            raise NetworkError(f"sizes must be two or more widths of at least 1, not {list(sizes)}")
        hidden_layers = len(widths) - 2
        activations = self._activations
        if isinstance(activations, Activation):
            activations = [activations] * hidden_layers
        if len(activations) != hidden_layers:
            raise NetworkError(f"{len(activations)} activations for {hidden_layers} hidden layers")
        gains = [*(a.gain for a in activations), 1.0]
        return [
            (rng.standard_normal((n_out, n_in)) * (gain / sqrt(n_in)), np.zeros(n_out))
            for n_in, n_out, gain in zip(widths, widths[1:], gains, strict=False)
        ]

    def forward(self, params: Any, X: Any) -> Array:
        """Outputs of the last layer, after their activation: see `symcheck.reference.forward`."""
        return self.objective.returned(forward(params, X, self._activations))

    def gradients(self, params: Any, X: Any, Y: Any) -> NetworkParams:
        """Gradients of the loss: see `symcheck.reference.gradients`."""
        return gradients(params, X, Y, self._activations, self._loss)

    def update(self, params: Any, gradients: Any, learning_rate: LearningRate) -> NetworkParams:
        """One step of gradient descent, as new arrays."""
        rule = SGD()
        return rule.step(params, gradients, rule.init(params), learning_rate)[0]
