"""Convolutions, normalizations, branches and factors that start at zero, in torch: right ones pass, wrong ones are named."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from torch_stacks import findings

import symcheck

torch = pytest.importorskip("torch", reason="torch is not installed")
nn: Any = torch.nn if torch else None


def convolutional(gain: float, depth: int = 10, norm: bool = False) -> Any:
    """Strides, padding, groups and a transposed convolution among them, and a dense layer behind a flattening."""
    kinds = [
        nn.Conv2d(3, 16, 3, padding=1),
        nn.Conv2d(16, 24, 4, stride=2, padding=1),
        nn.ConvTranspose2d(24, 16, 4, stride=2, padding=1),
        nn.Conv2d(16, 16, 5, padding="same", groups=2),
        *(nn.Conv2d(16, 16, 3, padding=1 + i % 2, dilation=1 + i % 2) for i in range(depth - 4)),
    ]
    layers: list[Any] = []
    for layer in kinds:
        # Of a convolution fan_in is what torch counts; of a transposed one that is the inputs and the kernel too.
        fan_in = layer.in_channels // layer.groups * int(np.prod(layer.kernel_size))
        nn.init.normal_(layer.weight, 0, gain / sqrt(fan_in))
        nn.init.zeros_(layer.bias)
        layers += [layer, *([nn.BatchNorm2d(layer.out_channels)] if norm else []), nn.ReLU(inplace=True)]
    head = nn.Linear(16 * 64, 5)
    return nn.Sequential(*layers, nn.Flatten(), head)


@pytest.mark.parametrize("norm", [False, True])
def test_the_factors_of_convolutions_are_what_is_predicted(norm: bool) -> None:
    signal = symcheck.signal(convolutional(sqrt(2), norm=norm), torch.randn(16, 3, 8, 8))
    assert [(layer.activation, layer.norm) for layer in signal.layers[:-1]] == [("relu", "batch" if norm else "")] * 10
    # A kernel of 4 at stride 2 meets 2 inputs along each of two axes, and 1 at the two outputs of the border.
    assert signal.layers[2].coverage == pytest.approx(((6 * 2 + 2) / 8 / 4) ** 2, rel=1e-9)
    for row in signal.factors:
        for seen, theory in ((row.forward, row.predicted_forward), (row.backward, row.predicted_backward)):
            assert theory is not None
            # Seven standard deviations of a layer of 16 channels.
            assert abs(log(seen / theory)) < 7 * sqrt(5 / 16)
    together = sum(log(row.forward / (row.predicted_forward or 1)) for row in signal.factors)
    assert abs(together) < 7 * sqrt(10 * 5 / 16)


@pytest.mark.parametrize("gain", [1 / sqrt(3), 4.0])
def test_a_convolution_off_its_gain_is_named_with_what_mends_it(gain: float) -> None:
    found = findings(convolutional(gain, 14), inputs=torch.randn(16, 3, 8, 8))
    assert found["gain"].status == "failed"
    assert found["gain"].diagnosis is not None
    assert "use gain sqrt(2), variance 2/fan_in" in found["gain"].diagnosis
    assert findings(convolutional(gain, 14, norm=True), inputs=torch.randn(16, 3, 8, 8))["gain"].status == "passed"


class Block(nn.Module if torch else object):  # type: ignore[misc]
    """Of a residual network, with its last scale at 1 or at 0."""

    def __init__(self, zero: bool, detached: bool) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(8), nn.BatchNorm2d(8)
        self.detached = detached
        if zero:
            nn.init.zeros_(self.bn2.weight)

    def forward(self, x: Any) -> Any:
        branch = self.bn2(self.two(self.bn1(self.one(x)).relu()))
        return torch.relu(x + (branch.detach() if self.detached else branch))


def residual(zero: bool, detached: bool = False) -> Any:
    blocks = [Block(zero, detached) for _ in range(6)]
    return nn.Sequential(nn.Conv2d(3, 8, 3), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))


@pytest.mark.parametrize("zero", [False, True])
def test_a_residual_network_passes_also_where_its_branches_start_at_zero(zero: bool) -> None:
    found = findings(residual(zero), inputs=torch.randn(16, 3, 8, 8))
    assert all(f.status in ("passed", "skipped") for f in found.values()), found
    assert ("start at zero: 1.one.weight" in found["reached"].message) == zero


@pytest.mark.parametrize("zero", [False, True])
def test_a_branch_that_is_detached_is_never_reached(zero: bool) -> None:
    reached = findings(residual(zero, detached=True), inputs=torch.randn(16, 3, 8, 8))["reached"]
    assert reached.status == "failed"
    assert "does not reach 36 of" in reached.message


@pytest.mark.parametrize("norm", ["Identity", "BatchNorm1d", "LayerNorm"])
def test_a_layer_whose_outputs_are_taken_twice_is_not_predicted(norm: str) -> None:
    class Skip(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(32, 32) for _ in range(4))
            self.norm = getattr(nn, norm)(32)

        def forward(self, x: Any) -> Any:
            first = self.layers[0](x)
            second = self.layers[1](self.norm(first).tanh())
            third = self.layers[2](self.norm(second).tanh())
            return self.layers[3](third.tanh()) + first

    signal = symcheck.signal(Skip(), torch.randn(16, 32))
    assert [row.predicted_backward is None for row in signal.factors] == [True, False, False]


def test_layers_of_a_post_norm_transformer_pass_and_what_is_not_followed_is_said() -> None:
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    model = nn.Sequential(nn.TransformerEncoder(layer, 4, enable_nested_tensor=False), nn.Linear(16, 3))
    signal = symcheck.signal(model, torch.randn(8, 6, 16))
    assert signal.passed
    assert signal.not_followed[0] == "0.layers.0.self_attn (MultiheadAttention)"
    assert [row.predicted_forward is not None for row in signal.factors] == [True, False] * 4


def test_one_layer_that_is_followed_decides_nothing() -> None:
    class Recurrent(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.lstm, self.head = nn.LSTM(4, 8, batch_first=True), nn.Linear(8, 2)

        def forward(self, x: Any) -> Any:
            return self.head(self.lstm(x)[0])

    signal = symcheck.signal(Recurrent(), torch.randn(8, 5, 4))
    assert signal.not_followed == ("lstm (LSTM)",)
    found = findings(Recurrent(), inputs=torch.randn(8, 5, 4))
    assert {found[name].status for name in ("gain", "forward", "backward", "separation")} == {"skipped"}


@pytest.mark.parametrize("name", ["SELU", "Hardswish", "Mish", "ReLU6", "GELU"])
def test_activations_that_no_network_is_judged_with_are_recognised(name: str) -> None:
    layers = [part for _ in range(3) for part in (nn.Linear(64, 64), getattr(nn, name)())]
    signal = symcheck.signal(nn.Sequential(*layers, nn.Linear(64, 2)), 9 * torch.randn(32, 64))
    assert signal.layers[0].activation == name.lower()


@pytest.mark.parametrize("scale", [1.0, 0.2])
def test_second_moments_of_residual_branches_add(scale: float) -> None:
    class Residual(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(64, 64) for _ in range(24))
            for layer in self.layers:
                nn.init.normal_(layer.weight, 0, scale / 8)

        def forward(self, x: Any) -> Any:
            for one, two in zip(self.layers[::2], self.layers[1::2], strict=True):
                x = x + two(one(x).tanh())
            return x

    signal = symcheck.signal(Residual(), torch.randn(64, 64))
    ends = signal.factors[1::2]
    assert [layer.added is not None for layer in signal.layers[1:-1:2]] == [True] * 11
    assert sum(log(row.forward / (row.predicted_forward or 1)) for row in ends) == pytest.approx(0, abs=1.0)
    assert sum(log(row.apart / (row.predicted_apart or 1)) for row in ends) == pytest.approx(0, abs=1.0)
