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


def constant_convolutions():
    """Channels of one value: of 4 one is left in each layer, and biases before the normalizations never move."""
    layers = [
        nn.Conv2d(3, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.Tanh(),
        nn.Conv2d(4, 4, 3, padding=1),
        nn.BatchNorm2d(4),
    ]
    return filled(nn.Sequential(*layers, nn.Tanh(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)), 0.1)


def grouped_convolutions():
    """Groups see different inputs, so that channels of two of them part, and stay apart where each channel is a group of its own."""
    layers = [nn.Conv2d(4, 8, 3, padding=1, groups=2), nn.Tanh(), nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Tanh()]
    return filled(nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2)), 0.1)


class GPT(nn.Module):
    """Two blocks, 12 wide, with two heads and a causal mask."""

    def __init__(self, tied=False, zero=False):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(11, 12), nn.Parameter(torch.randn(5, 12))
        made = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(12, 2, 24, **made) for _ in range(2))
        self.head = nn.Linear(12, 11, bias=False)
        if tied:
            self.head.weight = self.tokens.weight
        for block in self.blocks:
            for last in (block.self_attn.out_proj, block.linear2) if zero else ():
                filled(last, 0.0)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions
        mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=x.dtype)
        for block in self.blocks:
            x = block(x, src_mask=mask)
        return self.head(x)


class Packed(nn.Module):
    """Attention with packed constant weights and random biases, which part its units."""

    def __init__(self):
        super().__init__()
        self.attend, self.head = nn.MultiheadAttention(4, 2, batch_first=True), nn.Linear(4, 2)
        for parameter in self.attend.parameters():
            nn.init.constant_(parameter, 0.2) if parameter.ndim > 1 else nn.init.normal_(parameter)

    def forward(self, x):
        return self.head(torch.relu(self.attend(x, x, x)[0]))


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
    "convolutions of 0.1": (constant_convolutions, (291, 46, 8), True),
    "grouped convolutions of 0.1": (grouped_convolutions, (250, 64, 0), True),
    "blocks of GPT": (GPT, (2892, 2868, 24), False),
    "blocks of GPT, tied embeddings": (lambda: GPT(tied=True), (2760, 2736, 24), False),
    "blocks of GPT, zero projections": (lambda: GPT(zero=True), (2892, 2868, 24), False),
    "packed attention of 0.2": (Packed, (90, 86, 4), False),
    "sign-dead ReLU": (sign_dead, (215, 3, 212), True),
}
