"""A signal through torch modules, which are afterwards exactly as they were, also where something raises."""

from __future__ import annotations

import random
from math import sqrt
from typing import Any

import numpy as np
import pytest
from torch_stacks import findings, stack

import symcheck
from symcheck.errors import SymcheckError

torch = pytest.importorskip("torch", reason="torch is not installed")
nn: Any = torch.nn if torch else None


def state_of(model: Any) -> dict[str, Any]:
    return {
        "modes": [m.training for m in model.modules()],
        "parameters": [
            (p.dtype, p.device, p.requires_grad, p.grad is None, p.detach().clone()) for p in model.parameters()
        ],
        "buffers": [(b.dtype, b.clone()) for b in model.buffers()],
        "hooks": [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()],
        "generators": (torch.random.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()),
        "default": torch.get_default_dtype(),
        "enabled": torch.is_grad_enabled(),
    }


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, torch.Tensor):
        return bool(torch.equal(a, b))
    return bool(np.array_equal(a, b)) if isinstance(a, np.ndarray) else a == b


class Broken(nn.Module if torch else object):  # type: ignore[misc]
    """Raises after a number of passes."""

    def __init__(self, passes: int) -> None:
        super().__init__()
        self.first, self.left = nn.Linear(5, 8), passes

    def forward(self, x: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("out of order")
        return self.first(x).tanh()


def many_kinds() -> Any:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(8 * 36, 4),
    )


@pytest.mark.parametrize("half", [False, True])
def test_the_module_and_the_generators_are_as_they_were(half: bool) -> None:
    model = many_kinds()
    if half:
        model = model.to(torch.bfloat16)
    model[0].weight.requires_grad_(False)
    model[1].eval()
    before = state_of(model)
    symcheck.signal(model, torch.randn(6, 3, 8, 8))
    before["generators"] = (torch.random.get_rng_state(), *before["generators"][1:])
    assert same(before, state_of(model))
    generators = state_of(model)["generators"]
    symcheck.signal(model, lambda rng: torch.as_tensor(rng.standard_normal((6, 3, 8, 8))))
    assert same(generators, state_of(model)["generators"])


@pytest.mark.parametrize("layer", [lambda: nn.Linear(6, 6), lambda: nn.Conv1d(3, 6, 3)])
def test_the_generators_are_as_they_were_where_inputs_are_found(layer: Any) -> None:
    model = nn.Sequential(layer(), nn.ReLU(), nn.Flatten())
    before = state_of(model)
    symcheck.signal(model)
    assert same(before, state_of(model))


@pytest.mark.parametrize("passes", [0, 1, 2])
def test_it_is_as_it_was_after_an_exception(passes: int) -> None:
    model = Broken(passes)
    inputs = torch.ones(3, 5)
    before = state_of(model)
    with pytest.raises(Exception, match="out of order"):
        symcheck.signal(model, inputs)
    assert same(before, state_of(model))


@pytest.mark.parametrize(("activation", "use"), [("ReLU", "sqrt(2)"), ("Tanh", "1.2")])
def test_the_default_at_depth_50_is_named_with_what_mends_it(activation: str, use: str) -> None:
    found = findings(stack(getattr(nn, activation), 50, 128))["gain"]
    assert found.status == "failed"
    assert found.diagnosis is not None
    assert found.diagnosis.startswith(
        f"torch's default Linear (uniform, variance 1/(3 fan_in)) under {activation.lower()}"
    )
    assert f"use gain {use}" in found.diagnosis


def test_he_passes_and_dropout_in_place_and_dictionaries_do_not_matter() -> None:
    class Wrapped(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Sequential(stack(nn.ReLU, 20, 64, sqrt(2)), nn.Dropout(0.3))

        def forward(self, x: Any) -> Any:
            return {"logits": self.inner(x), "n": 3}

    found = findings(Wrapped)
    assert all(f.status == "passed" for f in found.values()), found


def test_what_a_hook_sees_is_what_autograd_says() -> None:
    model = stack(nn.Tanh, 3, 6, 1.3)
    x = torch.randn(4, 6, dtype=torch.float64)
    signal = symcheck.signal(model, x)
    with torch.no_grad():
        hidden = x
        for layer, module in zip(signal.layers, [m for m in model if isinstance(m, nn.Linear)], strict=True):
            assert layer.input_square == pytest.approx(float(hidden.square().mean()), rel=1e-9)
            out = hidden @ module.weight.double().T + module.bias.double()
            assert layer.output_square == pytest.approx(float(out.square().mean()), rel=1e-9)
            hidden = out.tanh()
    network = symcheck.Network([m.weight.detach().numpy() for m in model if isinstance(m, nn.Linear)],
                               [m.bias.detach().numpy() for m in model if isinstance(m, nn.Linear)], activation="tanh")  # fmt: skip
    other = symcheck.signal(network, x.numpy())
    for a, b in zip(signal.factors, other.factors, strict=True):
        assert a.forward == pytest.approx(b.forward, rel=1e-9)
        assert a.predicted_backward == pytest.approx(b.predicted_backward, rel=1e-9)


def test_a_residual_stack_that_explodes_is_seen_without_a_prediction() -> None:
    class Residual(nn.Module):  # type: ignore[misc]
        def __init__(self, scale: float) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(64, 64) for _ in range(40))
            self.scale = scale
            for layer in self.layers:
                nn.init.kaiming_normal_(layer.weight)

        def forward(self, x: Any) -> Any:
            for layer in self.layers:
                x = x + self.scale * layer(x).relu()
            return x

    assert findings(Residual(1.0))["forward"].status == "failed"
    assert findings(Residual(0.1))["forward"].status == "passed"


def test_every_output_counts() -> None:
    class Two(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body, self.pooler = nn.Linear(8, 8), nn.Linear(8, 2)

        def forward(self, x: Any) -> Any:
            hidden = self.body(x).tanh()
            return {"hidden": hidden, "more": (self.pooler(hidden), None)}

    assert findings(Two())["reached"].status == "passed"


def test_a_layer_that_is_never_called_is_not_reached() -> None:
    class Unused(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.used, self.forgotten = nn.Linear(4, 4), nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            return self.used(x)

    found = findings(Unused())["reached"]
    assert found.status == "failed"
    assert "forgotten.weight, forgotten.bias" in found.message


def test_a_layer_that_is_used_again_is_not_tested_for_independence() -> None:
    class Again(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.table, self.layer, self.head = nn.Embedding(40, 64), nn.Linear(64, 64), nn.Linear(64, 40, bias=False)
            self.head.weight = self.table.weight

        def forward(self, ids: Any) -> Any:
            x = self.table(ids)
            for _ in range(3):
                x = x + self.layer(x)
            return self.head(x)

    signal = symcheck.signal(Again())
    assert [layer.forward_p for layer in signal.layers] == [()] * 4
    assert signal.passages == ()


def test_weights_that_are_used_again_are_no_more_entries() -> None:
    """Counted a hundred times, the chance of one matrix would be a sure deviation."""

    class Again(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(32, 32)
            nn.init.normal_(self.layer.weight, 0.0, 1.05 / sqrt(32))

        def forward(self, x: Any) -> Any:
            for _ in range(101):
                x = torch.tanh(self.layer(x))
            return x

    again = symcheck.signal(Again(), torch.randn(8, 32), gain=1.0)
    assert again.stack is not None
    assert again.stack.layers == 100
    assert again.stack.scale.freedom == 32 * 32


def test_the_same_build_again_is_looked_at_once_and_other_layers_are_refused() -> None:
    def seeded() -> Any:
        with torch.random.fork_rng():
            torch.manual_seed(3)
            return stack(nn.ReLU, 3, 32)

    assert symcheck.signal(seeded).draws == 1
    assert symcheck.signal(lambda: stack(nn.ReLU, 3, 32)).draws == 4
    depths = iter((2, 3, 4, 5))
    with pytest.raises(SymcheckError, match="models of different layers"):
        symcheck.signal(lambda: stack(nn.ReLU, next(depths), 32))


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize(
    ("model", "inputs", "words"),
    [
        (lambda: nn.ReLU(), None, "no inputs were found"),
        (lambda: nn.Linear(3, 3), np.zeros((2, 7), np.float32), "does not take the inputs"),
        (lambda: nn.Linear(3, 3), torch.zeros(0, 3), "hold no numbers"),
        (lambda: nn.Sequential(nn.Linear(3, 0), nn.Linear(0, 3)), torch.zeros(2, 3), "takes or gives no numbers"),
        (lambda: nn.Embedding(3, 3), None, "no Linear or convolution was called"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(model: Any, inputs: Any, words: str) -> None:
    with pytest.raises(SymcheckError, match=words):
        symcheck.signal(model, inputs)


@pytest.mark.parametrize("error", [ValueError, OSError])
def test_inputs_that_raise_and_inputs_without_a_signal_are_one_sentence(error: type[Exception]) -> None:
    def drawn(rng: np.random.Generator) -> Any:
        raise error("gone")

    # Of an OSError the command would say that nothing can be written.
    with pytest.raises(SymcheckError, match=r"inputs\(rng\) raises \w+: gone"):
        symcheck.signal(stack(nn.ReLU, 3, 8), drawn)
    for inputs in (torch.zeros(4, 8), (torch.zeros(4, 8),)):
        with pytest.raises(SymcheckError, match="are all 0"):
            symcheck.signal(stack(nn.ReLU, 3, 8), inputs)
