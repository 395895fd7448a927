"""flax linen and nnx, equinox and haiku as named parameters, their laws by drawing."""

from typing import Any

import numpy as np
import pytest
from documented import refuted

from symcheck.parameters import Parameter
from symcheck.subjects.named import read_parameters


def read(model: Any) -> dict[str, Parameter]:
    found = read_parameters(model, "model")
    assert found is not None
    return {p.name: p for p in found}


def fresh() -> int:
    return int(np.random.default_rng().integers(2**31))


NNX: dict[str, Any] = {
    "Linear": lambda nnx, r: nnx.Linear(20, 30, rngs=r),
    "LinearGeneral": lambda nnx, r: nnx.LinearGeneral((4, 6), (5, 8), axis=(-2, -1), rngs=r),
    "Einsum": lambda nnx, r: nnx.Einsum("bi,io->bo", (20, 30), (30,), rngs=r),
    "Conv": lambda nnx, r: nnx.Conv(8, 12, (3, 5), feature_group_count=2, rngs=r),
    "Conv1": lambda nnx, r: nnx.Conv(8, 12, 3, rngs=r),
    "ConvTranspose": lambda nnx, r: nnx.ConvTranspose(8, 12, (3, 3), rngs=r),
    "turned": lambda nnx, r: nnx.ConvTranspose(8, 12, (3, 3), transpose_kernel=True, rngs=r),
    "Embed": lambda nnx, r: nnx.Embed(50, 20, rngs=r),
    "MultiHeadAttention": lambda nnx, r: nnx.MultiHeadAttention(4, 24, decode=False, rngs=r),
    "LSTMCell": lambda nnx, r: nnx.LSTMCell(8, 20, rngs=r),
    "OptimizedLSTMCell": lambda nnx, r: nnx.OptimizedLSTMCell(8, 20, rngs=r),
    "GRUCell": lambda nnx, r: nnx.GRUCell(8, 20, rngs=r),
    "SimpleCell": lambda nnx, r: nnx.SimpleCell(8, 20, rngs=r),
    "LayerNorm": lambda nnx, r: nnx.LayerNorm(6, rngs=r),
    "BatchNorm": lambda nnx, r: nnx.BatchNorm(6, rngs=r),
    "GroupNorm": lambda nnx, r: nnx.GroupNorm(6, num_groups=2, rngs=r),
    "RMSNorm": lambda nnx, r: nnx.RMSNorm(6, rngs=r),
    "InstanceNorm": lambda nnx, r: nnx.InstanceNorm(6, rngs=r),
    "PReLU": lambda nnx, r: nnx.PReLU(),
    "LoRA": lambda nnx, r: nnx.LoRA(20, 4, 20, rngs=r),
}


@pytest.mark.parametrize("kind", NNX)
def test_each_nnx_layer_draws_what_is_documented(flax: Any, kind: str) -> None:
    from flax import nnx

    builds = [list(read(NNX[kind](nnx, nnx.Rngs(fresh()))).values()) for _ in range(20)]
    assert builds[0]
    for drawn in zip(*builds, strict=True):
        assert refuted(drawn) is None, drawn[0].name
        assert drawn[0].layer.startswith("flax.nnx.")


def test_an_nnx_layer_that_draws_otherwise_is_told_from_it(flax: Any, jax: Any) -> None:
    from flax import nnx

    for scale in (3.0, 1.1):
        init = jax.nn.initializers.variance_scaling(scale**2, "fan_in", "truncated_normal")
        builds = [read(nnx.Linear(40, 60, kernel_init=init, rngs=nnx.Rngs(fresh())))["kernel"] for _ in range(20)]
        assert refuted(builds)


def test_nnx_modules_of_a_users_own(flax: Any, jax: Any) -> None:
    from flax import nnx

    class Own(nnx.Linear):
        def __init__(self, rngs: Any) -> None:
            super().__init__(3, 3, rngs=rngs)
            self.kernel[...] = self.kernel[...] * 3

    class Net(nnx.Module):
        def __init__(self, rngs: Any) -> None:
            self.layers = nnx.List([nnx.Linear(2, 3, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)])
            self.norm, self.own = nnx.BatchNorm(3, rngs=rngs), Own(rngs)
            self.gain = nnx.Param(jax.numpy.ones(3))
            self.tied = self.layers[0].kernel

    told = read(Net(nnx.Rngs(fresh())))
    assert set(told) == {
        *(
            "layers.0.kernel",
            "layers.0.bias",
            "norm.scale",
            "norm.bias",
            "norm.mean",
            "norm.var",
            "own.kernel",
            "own.bias",
        ),
        "gain",
    }
    assert (told["layers.0.bias"].inputs, told["layers.0.bias"].outputs) == (2, 3)
    assert (told["norm.mean"].role, told["norm.mean"].trained) == ("state", False)
    assert told["own.kernel"].layer == "flax.nnx.Linear"
    assert not told["own.kernel"].documented
    assert told["gain"].layer == ""
    assert told["gain"].trained


def test_members_of_an_nnx_ensemble_have_the_fans_of_one(flax: Any, jax: Any) -> None:
    from flax import nnx

    made = nnx.vmap(lambda key: nnx.Linear(20, 30, rngs=nnx.Rngs(key)))
    builds = [read(made(jax.random.split(jax.random.key(fresh()), 5)))["kernel"] for _ in range(10)]
    assert builds[0].shape == (5, 20, 30)
    assert refuted(builds) is None


LINEN: dict[str, Any] = {
    "Dense": (lambda nn: nn.Dense(30), (2, 20)),
    "DenseGeneral": (lambda nn: nn.DenseGeneral((5, 8), axis=(-2, -1)), (2, 4, 6)),
    "Conv": (lambda nn: nn.Conv(12, (3, 5), feature_group_count=2), (2, 9, 9, 8)),
    "ConvTranspose": (lambda nn: nn.ConvTranspose(12, (3, 3)), (2, 9, 9, 8)),
    "LayerNorm": (lambda nn: nn.LayerNorm(), (2, 6)),
    "BatchNorm": (lambda nn: nn.BatchNorm(use_running_average=True), (2, 6)),
    "GroupNorm": (lambda nn: nn.GroupNorm(2), (2, 6)),
    "RMSNorm": (lambda nn: nn.RMSNorm(), (2, 6)),
    "PReLU": (lambda nn: nn.PReLU(negative_slope_init=0.25), (2, 6)),
    "MultiHeadDotProductAttention": (lambda nn: nn.MultiHeadDotProductAttention(4), (2, 5, 24)),
    "Sequential": (lambda nn: nn.Sequential([nn.Dense(30), nn.relu, nn.Dense(20)]), (2, 20)),
}


@pytest.mark.parametrize("kind", LINEN)
def test_each_linen_layer_draws_what_is_documented(flax: Any, jax: Any, kind: str) -> None:
    from flax import linen

    make, shape = LINEN[kind]
    module = make(linen)
    builds = [
        list(read((module, module.init(jax.random.key(fresh()), np.ones(shape, "f4")))).values()) for _ in range(20)
    ]
    assert builds[0]
    for drawn in zip(*builds, strict=True):
        assert refuted(drawn) is None, drawn[0].name
        assert drawn[0].layer.startswith("flax.linen.")


@pytest.mark.parametrize("kind", ["LSTMCell", "OptimizedLSTMCell", "GRUCell", "SimpleCell", "Embed"])
def test_linen_layers_that_take_other_inputs(flax: Any, jax: Any, kind: str) -> None:
    from flax import linen

    builds = []
    for _ in range(20):
        key = jax.random.key(fresh())
        if kind == "Embed":
            module, inputs = linen.Embed(50, 20), (np.zeros(2, int),)
        else:
            module = getattr(linen, kind)(20)
            inputs = (module.initialize_carry(key, (2, 8)), np.ones((2, 8), "f4"))
        builds.append(list(read((module, module.init(key, *inputs))).values()))
    for drawn in zip(*builds, strict=True):
        assert refuted(drawn) is None, drawn[0].name


def test_linen_modules_of_a_users_own(flax: Any, jax: Any) -> None:
    from flax import linen as nn

    class Own(nn.Dense):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            return super().__call__(x)

    class SetUp(nn.Module):
        def setup(self) -> None:
            self.first, self.rest = nn.Dense(3), [Own(3), nn.Dense(3, kernel_init=nn.initializers.he_normal())]
            self.norm = nn.BatchNorm(use_running_average=True)

        def __call__(self, x: Any) -> Any:
            return self.norm(self.rest[1](self.rest[0](self.first(x))))

    class Compact(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            return nn.Dense(3)(x)

    told = {}
    for module in (SetUp(), Compact()):
        told = read((module, module.init(jax.random.key(fresh()), np.ones((1, 2), "f4")))) | told
    assert {n: (p.layer, bool(p.documented)) for n, p in told.items() if n.endswith("kernel")} == {
        "params.first.kernel": ("flax.linen.Dense", True),
        "params.rest_0.kernel": ("flax.linen.Dense", False),
        "params.rest_1.kernel": ("flax.linen.Dense", False),
        "params.Dense_0.kernel": ("", False),
    }
    assert [d.law for d in told["params.rest_1.bias"].documented] == ["zeros"]
    assert told["params.Dense_0.kernel"].role == "weight"
    assert (told["params.Dense_0.bias"].inputs, told["params.Dense_0.bias"].outputs) == (2, 3)
    assert (told["batch_stats.norm.var"].role, told["batch_stats.norm.var"].trained) == ("state", False)


def test_linen_variables_alone_and_with_a_module_that_raises(flax: Any, jax: Any) -> None:
    from flax import linen as nn

    class Raises(nn.Module):
        def setup(self) -> None:
            raise RuntimeError("not today")

    variables = nn.Dense(3).init(jax.random.key(fresh()), np.ones((1, 2), "f4"))
    for subject in (variables, (Raises(), variables), (nn.Dense(3), variables["params"])):
        told = read(subject)
        assert sorted(told) == ["params.bias", "params.kernel"]
        assert (told["params.kernel"].inputs, told["params.kernel"].role) == (2, "weight")
    assert read_parameters(nn.Dense(3), "model") is None


def test_a_train_state_is_read_at_its_parameters(flax: Any, jax: Any) -> None:
    optax = pytest.importorskip("optax")
    from flax import linen as nn
    from flax.training.train_state import TrainState

    module = nn.Dense(3)
    variables = module.init(jax.random.key(fresh()), np.ones((1, 2), "f4"))
    state = TrainState.create(apply_fn=module.apply, params=variables["params"], tx=optax.adam(1e-3))
    assert sorted(read(state)) == ["bias", "kernel"]


EQUINOX: dict[str, Any] = {
    "Linear": lambda nn, k: nn.Linear(20, 30, key=k),
    "scalar": lambda nn, k: nn.Linear("scalar", 30, key=k),
    "Conv1d": lambda nn, k: nn.Conv1d(8, 12, 5, key=k),
    "Conv2d": lambda nn, k: nn.Conv2d(8, 12, (3, 5), groups=2, key=k),
    "Conv3d": lambda nn, k: nn.Conv3d(4, 8, 3, key=k),
    "ConvTranspose2d": lambda nn, k: nn.ConvTranspose2d(8, 12, 3, groups=2, key=k),
    "Embedding": lambda nn, k: nn.Embedding(50, 20, key=k),
    "LSTMCell": lambda nn, k: nn.LSTMCell(8, 20, key=k),
    "GRUCell": lambda nn, k: nn.GRUCell(8, 20, key=k),
    "MultiheadAttention": lambda nn, k: nn.MultiheadAttention(4, 24, key=k),
    "MLP": lambda nn, k: nn.MLP(12, 3, 20, 2, key=k),
    "LayerNorm": lambda nn, k: nn.LayerNorm(6),
    "GroupNorm": lambda nn, k: nn.GroupNorm(2, 6),
    "RMSNorm": lambda nn, k: nn.RMSNorm(6),
}


@pytest.mark.parametrize("kind", EQUINOX)
def test_each_equinox_layer_draws_what_is_documented(equinox: Any, jax: Any, kind: str) -> None:
    builds = [list(read(EQUINOX[kind](equinox.nn, jax.random.key(fresh()))).values()) for _ in range(20)]
    assert builds[0]
    for drawn in zip(*builds, strict=True):
        assert refuted(drawn) is None, drawn[0].name
        assert drawn[0].layer.startswith("equinox.nn.")


def test_equinox_modules_of_a_users_own(equinox: Any, jax: Any) -> None:
    nn, key = equinox.nn, jax.random.key(fresh())

    class Own(nn.Linear):
        def __init__(self, key: Any) -> None:
            super().__init__(3, 3, key=key)

    class Net(equinox.Module):
        layers: list[Any]
        own: Any
        scale: Any
        settings: Any = equinox.field(static=True, default=None)

    net = Net([nn.Linear(2, 3, key=key), jax.nn.relu], Own(key), jax.numpy.ones(3))
    told = read(net)
    assert list(told) == ["layers.0.weight", "layers.0.bias", "own.weight", "own.bias", "scale"]
    assert told["layers.0.bias"].inputs == 2
    assert (told["own.weight"].layer, told["own.weight"].documented) == ("equinox.nn.Linear", ())


def test_members_of_an_equinox_ensemble_have_the_fans_of_one(equinox: Any, jax: Any) -> None:
    made = equinox.filter_vmap(lambda key: equinox.nn.Linear(20, 30, key=key))
    builds = [read(made(jax.random.split(jax.random.key(fresh()), 5)))["weight"] for _ in range(10)]
    assert builds[0].shape == (5, 30, 20)
    assert refuted(builds) is None


def test_haiku_parameters(haiku: Any, jax: Any) -> None:
    net = haiku.transform(lambda x: haiku.nets.MLP([4, 3])(x))
    told = read(net.init(jax.random.key(fresh()), np.ones((1, 2), "f4")))
    assert sorted(told) == ["mlp/~/linear_0.b", "mlp/~/linear_0.w", "mlp/~/linear_1.b", "mlp/~/linear_1.w"]
    first = told["mlp/~/linear_0.w"]
    assert (first.role, first.inputs, first.outputs, first.documented) == ("weight", 2, 4, ())
    assert told["mlp/~/linear_1.b"].inputs == 4


def test_keys_of_randomness_are_no_parameters(jax: Any) -> None:
    tree = {"w": jax.numpy.ones((2, 3)), "key": jax.random.key(0)}
    assert list(read(tree)) == ["w"]
    shared = read({"a": tree["w"], "b": tree["w"], "c": jax.numpy.ones((2, 3))})
    assert [p.shares for p in shared.values()] == ["", "a", ""]
    bf16 = read({"w": jax.numpy.ones((2, 3), "bfloat16")})["w"]
    assert (bf16.dtype, str(bf16.values.dtype)) == ("bfloat16", "float32")  # type: ignore[union-attr]
