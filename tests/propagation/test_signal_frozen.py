"""Torch modules of which some layers are frozen, get no gradient, or raise on the way back."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest
from torch_stacks import findings, stack

import symcheck
from symcheck.errors import SymcheckError

torch = pytest.importorskip("torch", reason="torch is not installed")
nn: Any = torch.nn if torch else None


@pytest.mark.parametrize("frozen", [1, 4])
def test_frozen_first_layers_are_followed_too(frozen: int) -> None:
    def build() -> Any:
        model = stack(nn.ReLU, 3, 32, sqrt(2))
        for layer in [m for m in model if isinstance(m, nn.Linear)][:frozen]:
            layer.requires_grad_(False)
        return model

    signal = symcheck.signal(build)
    assert [layer.activation for layer in signal.layers] == ["relu"] * 3 + [None]
    assert all(factors.backward > 0 for factors in signal.factors)
    assert signal.reached.trained == 8 - 2 * frozen
    reached = findings(build)["reached"]
    assert reached.status == ("passed" if frozen < 4 else "skipped")


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_layers_that_no_gradient_comes_to_are_followed_forward(mode: Any) -> None:
    class Probe(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = nn.Linear(8, 8), nn.Linear(8, 3)
            self.body.requires_grad_(False)

        def forward(self, x: Any) -> Any:
            with mode():
                x = torch.relu(self.body(x))
            return self.head(x.clone())

    found = findings(Probe(), inputs=torch.randn(16, 8))
    assert found["forward"].status == found["reached"].status == "passed"
    assert found["backward"].status == "skipped"


def test_a_backward_pass_that_raises_is_the_models_failure() -> None:
    class Raises(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            raise RuntimeError("no gradient here")

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            return Raises.apply(self.layer(x))

    with pytest.raises(SymcheckError, match="no gradient here"):
        symcheck.signal(Model(), torch.randn(8, 4))
