"""torch modules as named parameters: layers, fans, blocks, sharing, what has no values, and the laws by drawing."""

import warnings
from typing import Any

import numpy as np
import pytest
from documented import refuted

from symcheck.parameters import Parameter
from symcheck.subjects.named import read_parameters

LAYERS: dict[str, Any] = {
    "Linear": lambda nn: nn.Linear(48, 40),
    "Bilinear": lambda nn: nn.Bilinear(12, 9, 20),
    "Conv1d": lambda nn: nn.Conv1d(12, 16, 5),
    "Conv2d": lambda nn: nn.Conv2d(12, 16, (3, 5)),
    "Conv3d": lambda nn: nn.Conv3d(4, 8, 3),
    "grouped": lambda nn: nn.Conv2d(16, 32, 3, groups=4),
    "depthwise": lambda nn: nn.Conv2d(32, 64, 3, groups=32),
    "ConvTranspose1d": lambda nn: nn.ConvTranspose1d(12, 20, 5),
    "ConvTranspose2d": lambda nn: nn.ConvTranspose2d(12, 20, 3, groups=2),
    "ConvTranspose3d": lambda nn: nn.ConvTranspose3d(4, 8, 3),
    "Embedding": lambda nn: nn.Embedding(50, 20, padding_idx=3),
    "EmbeddingBag": lambda nn: nn.EmbeddingBag(50, 20, padding_idx=-2),
    "LSTM": lambda nn: nn.LSTM(8, 20, 2, bidirectional=True, proj_size=12),
    "GRU": lambda nn: nn.GRU(8, 20),
    "RNN": lambda nn: nn.RNN(8, 20),
    "LSTMCell": lambda nn: nn.LSTMCell(8, 20),
    "GRUCell": lambda nn: nn.GRUCell(8, 20),
    "RNNCell": lambda nn: nn.RNNCell(8, 20),
    "MultiheadAttention": lambda nn: nn.MultiheadAttention(24, 4, add_bias_kv=True),
    "cross attention": lambda nn: nn.MultiheadAttention(24, 4, kdim=12, vdim=18),
    "Transformer": lambda nn: nn.Transformer(24, 2, 1, 1, 32, batch_first=True),
    "TransformerEncoderLayer": lambda nn: nn.TransformerEncoderLayer(24, 2, 32),
    "LayerNorm": lambda nn: nn.LayerNorm((3, 5)),
    "GroupNorm": lambda nn: nn.GroupNorm(2, 6),
    "RMSNorm": lambda nn: nn.RMSNorm(6),
    "BatchNorm2d": lambda nn: nn.BatchNorm2d(6),
    "InstanceNorm1d": lambda nn: nn.InstanceNorm1d(6, affine=True, track_running_stats=True),
    "SyncBatchNorm": lambda nn: nn.SyncBatchNorm(6),
    "PReLU": lambda nn: nn.PReLU(3, init=0.125),
}


def read(model: Any) -> dict[str, Parameter]:
    found = read_parameters(model, "model")
    assert found is not None
    return {p.name: p for p in found}


@pytest.mark.parametrize("kind", LAYERS)
def test_each_layer_draws_what_is_documented(torch: Any, kind: str) -> None:
    torch.seed()
    builds = [read(LAYERS[kind](torch.nn)) for _ in range(20)]
    for name, parameter in builds[0].items():
        assert refuted([build[name] for build in builds]) is None, name
        assert parameter.layer.startswith("torch.nn.")
        assert parameter.documented[-1].source.startswith("torch.nn.")


@pytest.mark.parametrize("factor", [3.0, 1.1])
def test_a_layer_that_draws_otherwise_is_told_from_it(torch: Any, factor: float) -> None:
    torch.seed()
    builds = []
    for _ in range(20):
        layer = torch.nn.Linear(48, 40)
        with torch.no_grad():
            layer.weight.mul_(factor)
        builds.append(read(layer)["weight"])
    assert refuted(builds)


def test_fans_are_torchs_own(torch: Any) -> None:
    nn, fans = torch.nn, torch.nn.init._calculate_fan_in_and_fan_out
    for layer in (nn.Linear(3, 4), nn.Conv2d(4, 8, (3, 5), groups=2), nn.ConvTranspose2d(4, 6, 3, groups=2)):
        told = read(layer)
        counted = told["weight"].fans
        assert counted is not None
        assert (counted.fan_in, counted.fan_out) == fans(layer.weight)
        assert told["bias"].fans == counted


def test_a_matrix_of_a_users_own_has_the_layout_of_its_bias(torch: Any) -> None:
    for shape, width, fans in [((3, 5), 5, (3, 5)), ((5, 3), 5, (3, 5)), ((5, 3), 4, (3, 5)), ((3, 5, 2), 3, (5, 3))]:
        module = torch.nn.Module()
        module.weight = torch.nn.Parameter(torch.zeros(shape))
        module.bias = torch.nn.Parameter(torch.zeros(width))
        for told in read(module).values():
            assert (told.inputs, told.outputs) == fans
            assert told.layer == ""


def test_gates_and_projections_are_blocks(torch: Any) -> None:
    lstm, attention = read(torch.nn.LSTM(3, 5)), read(torch.nn.MultiheadAttention(4, 2))
    assert [(b.name, b.selector) for b in lstm["bias_hh_l0"].blocks] == [
        *(("input", "[0:5]"), ("forget", "[5:10]"), ("cell", "[10:15]"), ("output", "[15:20]"))
    ]
    assert [b.selector for b in attention["in_proj_weight"].blocks] == ["[0:4]", "[4:8]", "[8:12]"]
    assert [d.law for d in attention["out_proj.bias"].documented] == ["zeros"]


def test_a_subclass_is_held_to_its_base_unless_it_draws_itself(torch: Any) -> None:
    nn = torch.nn

    class Same(nn.Linear):
        def forward(self, x: Any) -> Any:
            return x

    class Other(nn.Linear):
        def reset_parameters(self) -> None:
            nn.init.zeros_(self.weight)

    class Attention(nn.MultiheadAttention):
        def _reset_parameters(self) -> None:
            """Draws nothing."""

    same, other = read(Same(3, 4))["weight"], read(Other(3, 4))["weight"]
    assert same.layer == other.layer == "torch.nn.Linear"
    assert same.role == other.role == "weight"
    assert same.documented
    assert not other.documented
    attention = read(Attention(4, 2))
    assert not attention["in_proj_weight"].documented
    assert attention["out_proj.bias"].documented[0].law.startswith("uniform")


def test_shared_frozen_and_kept(torch: Any) -> None:
    nn = torch.nn

    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(6, 4)
            self.head = nn.Linear(4, 6, bias=False)
            self.head.weight = self.table.weight
            self.turned = nn.Linear(6, 4, bias=False)
            self.turned.weight = nn.Parameter(self.table.weight.detach().T)
            self.again = self.head
            self.copied = nn.Parameter(self.table.weight.detach().clone(), requires_grad=False)
            self.register_buffer("mask", torch.ones(3))
            self.register_buffer("positions", torch.arange(3))

    told = read(Tied())
    assert {n: p.shares for n, p in told.items() if p.shares} == {
        "head.weight": "table.weight",
        "turned.weight": "table.weight",
        "again.weight": "table.weight",
    }
    assert told["turned.weight"].shape == (4, 6)
    assert not told["copied"].trained
    assert told["mask"].role == "state"
    assert not told["mask"].trained
    assert "positions" not in told
    assert np.array_equal(told["head.weight"].values, told["table.weight"].values)


def test_values_are_a_copy(torch: Any) -> None:
    layer = torch.nn.Linear(3, 4)
    before = read(layer)["weight"].values
    with torch.no_grad():
        layer.weight.fill_(7)
    assert not (before == 7).any()


def test_what_has_no_values_says_why(torch: Any) -> None:
    nn = torch.nn
    told = read(nn.Sequential(nn.Linear(2, 2, device="meta"), nn.LazyLinear(3), nn.Linear(2, 2)))
    assert told["0.weight"].absent == "is on the meta device"
    assert told["1.bias"].absent == "has no shape until the model is called for the first time"
    assert told["2.weight"].absent == ""
    assert told["0.weight"].values is None
    sparse = nn.Module()
    sparse.register_parameter("weight", nn.Parameter(torch.eye(3).to_sparse(), requires_grad=False))
    assert read(sparse)["weight"].absent.startswith("cannot be read as an array: ")


def test_lazy_layers_that_were_called_are_held_to_their_law(torch: Any) -> None:
    model = torch.nn.Sequential(torch.nn.LazyLinear(3))
    model(torch.ones(1, 5))
    assert read(model)["0.weight"].documented


def test_parametrized_weights_stand_beside_their_originals(torch: Any) -> None:
    nn = torch.nn
    normed = nn.utils.parametrizations.weight_norm(nn.Linear(30, 20))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hooked = nn.utils.weight_norm(nn.Linear(30, 20))
    for told, originals in (
        (read(normed), ["parametrizations.weight.original0", "parametrizations.weight.original1"]),
        (read(hooked), ["weight_g", "weight_v"]),
    ):
        assert {n for n in told if n not in ("weight", "bias")} == set(originals)
        assert all(told[n].trained and not told[n].documented for n in originals)
        assert not told["weight"].trained
        assert told["weight"].documented
        assert told["bias"].inputs == 30
    assert np.array_equal(read(normed)["weight"].values, normed.weight.detach().numpy())
    spectral = read(nn.utils.parametrizations.spectral_norm(nn.Linear(3, 2)))
    assert not spectral["weight"].documented

    class Broken(nn.Module):
        def forward(self, weight: Any) -> Any:
            if weight.sum() < 1e9:
                raise RuntimeError("never mind")
            return weight

    layer = nn.Linear(3, 2)
    nn.utils.parametrize.register_parametrization(layer, "weight", Broken(), unsafe=True)
    with_broken = read(layer)
    assert with_broken["weight"].absent == "cannot be computed: RuntimeError: never mind"


def test_narrow_types(torch: Any) -> None:
    for dtype in (torch.bfloat16, torch.float16, torch.float64, torch.float8_e4m3fn, torch.complex64):
        module = torch.nn.Module()
        module.register_parameter("weight", torch.nn.Parameter(torch.ones(2, 3).to(dtype), requires_grad=False))
        told = read(module)["weight"]
        assert told.dtype == str(dtype).removeprefix("torch.")
        assert (np.asarray(told.values) == 1).all()


def test_modules_that_are_hostile(torch: Any) -> None:
    nn = torch.nn

    class Raises(nn.Linear):
        @property
        def padding_idx(self) -> Any:
            raise RuntimeError

        def named_parameters(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError

    model = nn.Sequential(Raises(3, 4))
    model[0].add_module("parent", model)
    assert list(read(model)) == ["0.weight", "0.bias"]
    odd = nn.Module()
    odd.add_module("a\x1b[31m", nn.Linear(1, 1))
    odd.register_parameter("none", None)
    odd.register_parameter("empty", nn.Parameter(torch.ones(0, 3)))
    odd.register_parameter("huge", nn.Parameter(torch.ones(1).expand(1 << 12)))
    assert list(read(odd)) == ["empty", "huge", "a\\x1b[31m.weight", "a\\x1b[31m.bias"]


def test_a_view_of_terabytes_is_refused(torch: Any) -> None:
    from symcheck.errors import SubjectError

    module = torch.nn.Module()
    module.register_parameter("huge", torch.nn.Parameter(torch.ones(1).expand(1 << 20, 1 << 20)))
    with pytest.raises(SubjectError, match=r"^model: huge has shape \(1048576, 1048576\): 4,398,046,511,104 bytes"):
        read(module)


def test_a_scripted_module_has_names_and_values(torch: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = read(torch.jit.script(torch.nn.Sequential(torch.nn.Linear(3, 4))))
    assert list(told) == ["0.weight", "0.bias"]
    assert told["0.weight"].role == "weight"
