"""The oracle: a multilayer perceptron on autograd, with its losses, optimizers and training."""

from symcheck.objective import UnknownLoss
from symcheck.reference.losses import LOSSES, BatchError, Loss, get_loss
from symcheck.reference.mlp import ReferenceMLP, forward, gradients, hidden, loss_value
from symcheck.reference.optimizers import OPTIMIZERS, Optimizer, State, optimizer
from symcheck.reference.parameters import network_of, params_of
from symcheck.reference.training import train, trajectory

__all__ = [
    "LOSSES",
    "OPTIMIZERS",
    "BatchError",
    "Loss",
    "Optimizer",
    "ReferenceMLP",
    "State",
    "UnknownLoss",
    "forward",
    "get_loss",
    "gradients",
    "hidden",
    "loss_value",
    "network_of",
    "optimizer",
    "params_of",
    "train",
    "trajectory",
]
