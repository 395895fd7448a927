"""Small random torch models: linear, convolution, norm, attention, gating and residual parts, from starts that tie and freeze."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.random import Generator
from torch import nn

ACTIVATIONS = (nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.ReLU, nn.LeakyReLU, nn.Softplus)
STARTS = ("default", "constant", "repeated", "partly zero", "zero", "random", "mixed")


class Residual(nn.Module):
    """A branch beside its input, behind a gate or not."""

    def __init__(self, branch: nn.Module, gated: bool) -> None:
        super().__init__()
        self.branch = branch
        self.gate = nn.Parameter(torch.ones(1)) if gated else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """In the shape of x."""
        found = self.branch(x)
        return x + (found if self.gate is None else self.gate * found)


class Gating(nn.Module):
    """One projection times a squashed other one."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.value, self.gate = nn.Linear(inputs, outputs), nn.Linear(inputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Of shape (..., outputs)."""
        return self.value(x) * torch.sigmoid(self.gate(x))


class Attention(nn.Module):
    """Self-attention without its weights."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(width, heads, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """In the shape of x, (samples, positions, width)."""
        return self.attend(x, x, x, need_weights=False)[0]


def random_torch_model(rng: Generator) -> tuple[nn.Module, tuple[int, ...], str]:
    """A model, the shape of a batch for it, and what it is, in words."""
    torch.manual_seed(int(rng.integers(2**31)))
    family = FAMILIES[int(rng.integers(len(FAMILIES)))]
    model, shape = family(rng)
    start = STARTS[int(rng.integers(len(STARTS)))]
    begin(model, start, rng)
    return model.double(), shape, f"{family.__name__.lstrip('_')}, {start}: {' '.join(repr(model).split())}"


def begin(model: nn.Module, start: str, rng: Generator) -> None:
    """Fill the parameters of a model."""
    with torch.no_grad():
        for parameter in model.parameters():
            kind = start if start != "mixed" else STARTS[int(rng.integers(len(STARTS) - 1))]
            values = parameter.numpy()
            if kind == "constant":
                values[...] = rng.choice((0.5, -0.3, 0.1, 1.0))
            elif kind == "repeated":
                axis = int(rng.integers(values.ndim))
                values[...] = np.take(values, np.arange(values.shape[axis]) // 2 * 2, axis)
            elif kind == "zero" or (kind == "partly zero" and rng.random() < 0.5):
                values[...] = 0
            elif kind == "partly zero":
                values *= rng.random(values.shape) < 0.6
            elif kind == "random":
                values[...] = rng.standard_normal(values.shape) * 0.5


def _dense(rng: Generator) -> tuple[nn.Module, tuple[int, ...]]:
    width = inputs = int(rng.integers(2, 6))
    parts: list[nn.Module] = []
    for _ in range(int(rng.integers(1, 4))):
        kind = rng.choice(["linear", "norm", "gating", "residual"])
        wide = int(rng.integers(2, 7))
        if kind == "linear":
            parts += [nn.Linear(width, wide, bias=bool(rng.integers(2))), _activation(rng)]
            width = wide
        elif kind == "norm":
            parts += [
                nn.Linear(width, wide),
                nn.LayerNorm(wide) if rng.integers(2) else nn.BatchNorm1d(wide),
                _activation(rng),
            ]
            width = wide
        elif kind == "gating":
            parts.append(Gating(width, wide))
            width = wide
        else:
            branch = nn.Sequential(nn.Linear(width, wide), _activation(rng), nn.Linear(wide, width))
            parts.append(Residual(branch, bool(rng.integers(2))))
    return nn.Sequential(*parts, nn.Linear(width, int(rng.integers(1, 4)))), (8, inputs)


def _convolution(rng: Generator) -> tuple[nn.Module, tuple[int, ...]]:
    channels = inputs = int(rng.integers(1, 4))
    parts: list[nn.Module] = []
    for _ in range(int(rng.integers(1, 3))):
        wide = 2 * int(rng.integers(1, 4))
        groups = channels if rng.integers(2) and wide % channels == 0 else 1
        norm = rng.choice(["none", "batch", "group", "instance"])
        parts.append(nn.Conv2d(channels, wide, int(rng.choice([1, 3])), padding=1, groups=groups))
        if norm != "none":
            parts.append(
                nn.BatchNorm2d(wide)
                if norm == "batch"
                else nn.GroupNorm(2, wide)
                if norm == "group"
                else nn.GroupNorm(wide, wide)
            )
        parts.append(_activation(rng))
        channels = wide
    if rng.integers(2):
        parts.append(Residual(nn.Conv2d(channels, channels, 3, padding=1), bool(rng.integers(2))))
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * channels, 2)), (8, inputs, 4, 4)


def _attention(rng: Generator) -> tuple[nn.Module, tuple[int, ...]]:
    width = 2 * int(rng.integers(1, 4))
    parts: list[nn.Module] = []
    for _ in range(int(rng.integers(1, 3))):
        if rng.integers(2):
            parts.append(nn.LayerNorm(width))
        parts.append(Residual(Attention(width, int(rng.choice([1, 2]))), bool(rng.integers(2))))
        if rng.integers(2):
            parts.append(Residual(nn.Sequential(nn.Linear(width, 4), _activation(rng), nn.Linear(4, width)), False))
    return nn.Sequential(*parts, nn.Linear(width, 2)), (8, 4, width)


def _recurrent(rng: Generator) -> tuple[nn.Module, tuple[int, ...]]:
    inputs, width = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    kind = (nn.RNN, nn.GRU, nn.LSTM)[int(rng.integers(3))]
    return _Last(kind(inputs, width, batch_first=True), nn.Linear(width, 2)), (8, 4, inputs)


class _Last(nn.Module):
    def __init__(self, recurrent: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.recurrent, self.head = recurrent, head

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.recurrent(x)[0])


def _activation(rng: Generator) -> nn.Module:
    return ACTIVATIONS[int(rng.integers(len(ACTIVATIONS)))]()


FAMILIES: tuple[Callable[[Generator], tuple[nn.Module, tuple[int, ...]]], ...] = (
    _dense,
    _dense,
    _convolution,
    _attention,
    _recurrent,
)
