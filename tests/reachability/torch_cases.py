"""Torch models of the tables of gradient colour refinement, each with parameters, reachable and frozen; read by `tests/reachability`."""

import copy
import itertools

import torch
from torch import nn


def stack(activation, *sizes):
    layers = []
    for i, (n, m) in enumerate(itertools.pairwise(sizes)):
        layers += [activation()] * (i > 0) + [nn.Linear(n, m)]
    return nn.Sequential(*layers)


def filled(model, value):
    for parameter in model.parameters():
        nn.init.constant_(parameter, value)
    return model


def identity_between():
    model = filled(stack(nn.Tanh, 5, 16, 16, 3), 0.5)
    nn.init.eye_(model[2].weight)
    return model


def first_zero(activation):
    model = stack(activation, 5, 16, 16, 3)
    filled(model[0], 0.0)
    return model


class LoRA(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.base = nn.Linear(8, 8)
        self.base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(2, 8) * scale)
        self.B = nn.Parameter(torch.zeros(8, 2))

    def forward(self, x):
        return self.base(x) + x @ self.A.T @ self.B.T


class Experts(nn.Module):
    def __init__(self, zero_router):
        super().__init__()
        expert = stack(nn.Tanh, 4, 8, 4)
        self.experts = nn.ModuleList(copy.deepcopy(expert) for _ in range(4))
        self.router = nn.Linear(4, 4)
        if zero_router:
            filled(self.router, 0.0)

    def forward(self, x):
        share = torch.softmax(self.router(x), -1)[..., None]
        return (share * torch.stack([expert(x) for expert in self.experts], -2)).sum(-2)


class Ensemble(nn.Module):
    def __init__(self):
        super().__init__()
        member = stack(nn.Tanh, 3, 6, 2)
        self.members = nn.ModuleList(copy.deepcopy(member) for _ in range(3))

    def forward(self, x):
        return torch.stack([member(x) for member in self.members]).mean(0)


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.recurrent = kind(3, 6, batch_first=True)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.recurrent(x)[0])


class ReZero(nn.Module):
    """A branch behind a gate: one of a zero gate and a zero last layer is mended by training, both together are not."""

    def __init__(self, gate, last):
        super().__init__()
        self.inner, self.outer = nn.Linear(6, 6), nn.Linear(6, 6)
        self.gate = nn.Parameter(torch.full((1,), gate))
        if not last:
            filled(self.outer, 0.0)

    def forward(self, x):
        return x + self.gate * self.outer(torch.tanh(self.inner(x)))


def sign_dead():
    """The second layer of ReLUs is fed by ReLUs and has negative weights."""
    model = stack(nn.ReLU, 6, 12, 8, 3)
    with torch.no_grad():
        model[2].weight.copy_(-model[2].weight.abs())
        model[2].bias.zero_()
    return model


def normalized(norm):
    return nn.Sequential(nn.Conv2d(3, 6, 3), norm, nn.Tanh(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, 3))


def encoder():
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
    return nn.TransformerEncoder(layer, 3, enable_nested_tensor=False)


#: Name -> how it is built, what of it is expected, and whether the initialization is at fault.
TABLE = {
    "default tanh": (lambda: stack(nn.Tanh, 5, 16, 16, 3), (419, 419, 0), False),
    "all 0.5": (lambda: filled(stack(nn.Tanh, 5, 16, 16, 3), 0.5), (419, 14, 0), True),
    "all zero": (lambda: filled(stack(nn.Tanh, 5, 16, 16, 3), 0.0), (419, 3, 416), True),
    "sigmoid all zero": (lambda: filled(stack(nn.Sigmoid, 5, 16, 16, 3), 0.0), (419, 14, 0), True),
    "first layer zero": (lambda: first_zero(nn.Tanh), (419, 419, 0), False),
    "constant, identity, constant": (identity_between, (419, 14, 0), True),
    "LoRA B = 0": (lambda: LoRA(1.0), (32, 32, 0), False),
    "LoRA A = B = 0": (lambda: LoRA(0.0), (32, 0, 32), True),
    "encoder of cloned layers": (encoder, (1800, 1776, 24), False),
    "copied experts, random router": (lambda: Experts(False), (324, 324, 0), False),
    "copied experts, zero router": (lambda: Experts(True), (324, 76, 20), True),
    "cloned ensemble": (Ensemble, (114, 38, 0), True),
    "constant LSTM": (lambda: filled(Recurrent(nn.LSTM), 0.3), (278, 24, 0), True),
    "default GRU": (lambda: Recurrent(nn.GRU), (212, 200, 0), False),
    "zero gate": (lambda: ReZero(0.0, True), (85, 85, 0), False),
    "zero last layer": (lambda: ReZero(1.0, False), (85, 85, 0), False),
    "zero gate and last layer": (lambda: ReZero(0.0, False), (85, 0, 85), True),
    "biases before batch normalization": (lambda: normalized(nn.BatchNorm2d(6)), (255, 249, 6), False),
    "biases before one group a channel": (lambda: normalized(nn.GroupNorm(6, 6)), (255, 249, 6), False),
    "biases before one group": (lambda: normalized(nn.GroupNorm(1, 6)), (255, 255, 0), False),
    "sign-dead ReLU": (sign_dead, (215, 3, 212), True),
}
