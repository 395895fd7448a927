"""Ten small convolutional networks as people write them: plain, residual, dense, depthwise, squeezed and attended, with defaults."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn


class Residual(nn.Module):
    """Two convolutions beside the input, or beside a projection of it."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, before: bool = False) -> None:
        super().__init__()
        self.first, self.second = _conv(inputs, outputs, stride), _conv(outputs, outputs)
        self.one, self.two = nn.BatchNorm2d(inputs if before else outputs), nn.BatchNorm2d(outputs)
        self.short = (
            nn.Identity() if inputs == outputs and stride == 1 else nn.Conv2d(inputs, outputs, 1, stride, bias=False)
        )
        self.before = before

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """With normalizations before or behind the convolutions."""
        if self.before:
            return self.short(x) + self.second(torch.relu(self.two(self.first(torch.relu(self.one(x))))))
        return torch.relu(self.short(x) + self.two(self.second(torch.relu(self.one(self.first(x))))))


class Squeezed(nn.Module):
    """Channels scaled by what a small network makes of their means."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, channels // 2, 1), nn.Conv2d(channels // 2, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """In the shape of x."""
        return x * torch.sigmoid(self.up(nn.functional.silu(self.down(x.mean((2, 3), keepdim=True)))))


class Dense(nn.Module):
    """Its output beside its input."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(channels), _conv(channels, growth)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """With more channels than x."""
        return torch.cat([x, self.conv(torch.relu(self.norm(x)))], 1)


class Branches(nn.Module):
    """Convolutions of several sizes, one beside the other."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.paths = nn.ModuleList([nn.Conv2d(inputs, 4, size, padding=size // 2) for size in (1, 3, 5)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Of 12 channels."""
        return torch.cat([nn.functional.gelu(path(x)) for path in self.paths], 1)


class Scaled(nn.Module):
    """A depthwise block whose scale starts at a millionth."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depth, self.norm = nn.Conv2d(width, width, 3, padding=1, groups=width), nn.GroupNorm(1, width)
        self.up, self.down = nn.Conv2d(width, 4 * width, 1), nn.Conv2d(4 * width, width, 1)
        self.scale = nn.Parameter(torch.full((width, 1, 1), 1e-6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """In the shape of x."""
        return x + self.scale * self.down(nn.functional.gelu(self.up(self.norm(self.depth(x)))))


def _conv(inputs: int, outputs: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride, 1, groups=groups, bias=False)


def _inverted() -> list[nn.Module]:
    wide, norm = _conv(16, 16, groups=16), nn.BatchNorm2d
    return [
        nn.Conv2d(8, 16, 1),
        norm(16),
        nn.ReLU6(),
        wide,
        norm(16),
        nn.ReLU6(),
        Squeezed(16),
        nn.Conv2d(16, 8, 1),
        norm(8),
    ]


#: Name -> layers from 3 channels to 8, 12 or 16.
CNNS: dict[str, tuple[Callable[[], list[nn.Module]], int]] = {
    "plain": (
        lambda: [_conv(3, 8), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), _conv(8, 8), nn.BatchNorm2d(8), nn.ReLU()],
        8,
    ),
    "tanh without norms": (lambda: [nn.Conv2d(3, 8, 3), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(8, 8, 3), nn.Tanh()], 8),
    "residual": (lambda: [_conv(3, 8), Residual(8, 8), Residual(8, 16, 2)], 16),
    "residual, norms first": (lambda: [_conv(3, 8), Residual(8, 8, before=True), Residual(8, 16, 2, before=True)], 16),
    "depthwise": (
        lambda: [_conv(3, 8), _conv(8, 8, groups=8), nn.BatchNorm2d(8), nn.SiLU(), nn.Conv2d(8, 16, 1), nn.SiLU()],
        16,
    ),
    "inverted, squeezed": (lambda: [_conv(3, 8), nn.BatchNorm2d(8), *_inverted()], 8),
    "squeeze-excite": (lambda: [_conv(3, 8), nn.BatchNorm2d(8), nn.SiLU(), Squeezed(8), Residual(8, 8)], 8),
    "dense": (lambda: [_conv(3, 8), Dense(8, 4), Dense(12, 4)], 16),
    "branches": (lambda: [nn.Conv2d(3, 8, 3), nn.GELU(), Branches(8)], 12),
    "scaled depthwise": (lambda: [nn.Conv2d(3, 8, 2, 2), nn.GroupNorm(1, 8), Scaled(8), Scaled(8)], 8),
}


def small_cnn(name: str) -> nn.Module:
    """The layers with a pooled linear head."""
    layers, channels = CNNS[name]
    return nn.Sequential(*layers(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 4))
