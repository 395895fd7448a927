"""Trees, objects and checkpoints of arrays as named parameters, and what is none of that."""

import tracemalloc
from collections import OrderedDict, UserDict, namedtuple
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import SubjectError
from symcheck.parameters import Parameter
from symcheck.subjects.files import read_weights
from symcheck.subjects.named import Named, read_named, read_parameters
from symcheck.texts import plain

rng = np.random.default_rng()


def _read_file(path: Path) -> Named:
    found = read_named(read_weights(path), path.name)
    assert found is not None
    return found


def read(obj: Any) -> dict[str, Parameter]:
    found = read_parameters(obj, "it")
    assert found is not None
    return {p.name: p for p in found}


def matrix(*shape: int) -> Any:
    return rng.standard_normal(shape or (4, 3))


Pair = namedtuple("Pair", ["weights", "biases"])


@dataclass
class Block:
    W: Any
    b: Any
    size: int = 3
    table: Any = field(default=None, metadata={"static": True})


@dataclass(slots=True)
class Slots:
    W: Any


class Dense:
    def __init__(self) -> None:
        self.W, self.b = matrix(), np.zeros(4)
        self._cache = matrix()
        self.activation, self.learning_rate = np.tanh, 0.1

    @property
    def gradient(self) -> Any:
        raise RuntimeError("not trained yet")


class Net:
    def __init__(self) -> None:
        self.layers = [Dense(), Dense()]
        self.sizes = [4, 4]
        self.parent = self


TREES: dict[str, tuple[Any, list[str]]] = {
    "dictionary": ({"W1": matrix(), "b1": np.zeros(4)}, ["W1", "b1"]),
    "list": ([matrix(), matrix()], ["0", "1"]),
    "pairs": ([(matrix(), np.zeros(4)), (matrix(), None)], ["0.0", "0.1", "1.0"]),
    "named tuple": (Pair([matrix()], [np.zeros(4)]), ["weights.0", "biases.0"]),
    "nested": ({"mlp/~/linear_0": {"w": matrix(), "b": np.zeros(3)}}, ["mlp/~/linear_0.w", "mlp/~/linear_0.b"]),
    "dataclass": ({"x": Block(matrix(), np.zeros(4), table=matrix())}, ["x.W", "x.b"]),
    "slots": (Slots(matrix()), ["W"]),
    "other mappings": (UserDict(a=OrderedDict(b=matrix())), ["a.b"]),
    "keys that are no text": ({1: matrix(), (2, "x"): matrix(), None: matrix()}, ["1", "(2, 'x')", "None"]),
    "array of objects": ({"W": np.array([matrix(2, 3), matrix(4, 2)], dtype=object)}, ["W.0", "W.1"]),
    "lists of numbers": (
        {"W1": [[0.1, 0.2], [0.3, 0.4]], "b1": [0.0, 0.0], "sizes": [2, 2], "rate": 0.1},
        ["W1", "b1"],
    ),
    "object": (Dense(), ["W", "b"]),
    "object of objects": (Net(), ["layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b"]),
    "numbers of numpy": ({"W": matrix(), "gain": np.float32(1)}, ["W", "gain"]),
}


@pytest.mark.parametrize("tree", TREES)
def test_names_are_the_way_to_an_array(tree: str) -> None:
    obj, names = TREES[tree]
    told = read(obj)
    assert list(told) == names
    assert all(p.values is not None and not p.absent for p in told.values())
    assert not any(p.documented or p.layer for p in told.values())


class HoldsVectors:
    def __init__(self) -> None:
        self.history = np.zeros(3)


@pytest.mark.parametrize(
    "obj",
    [
        *(None, 3, "text", b"bytes", np.tanh, np, Dense, [], {}, (), [1, 2], {"a": "b"}, {"a": {"b": []}}, matrix()),
        *(HoldsVectors(), {"w": np.array(["a", "b"])}, {"w": np.array([None, 1], dtype=object)}, lambda shape: shape),
        np.random.default_rng(),
    ],
    ids=lambda o: f"{type(o).__name__}",
)
def test_what_has_no_parameters_is_none(obj: Any) -> None:
    assert read_parameters(obj, "it") is None


def test_roles_are_told_where_names_and_ranks_leave_no_doubt() -> None:
    tree = {
        "fc.weight": matrix(5, 3),
        "fc.bias": np.zeros(5),
        "norm.weight": np.ones(5),
        "norm.bias": np.zeros(5),
        "norm.running_mean": np.zeros(5),
        "dense/kernel": matrix(3, 5),
        "dense/bias": np.zeros(5),
        "gamma": np.ones(3),
        "odd": matrix(),
        "tokens": np.arange(5),
        "embedding": matrix(7, 3),
        "W9": matrix(2, 6),
        "b9": np.zeros(6),
        "attention.c.weight": matrix(4, 12),
        "attention.c.bias": np.zeros(12),
    }
    told = read(tree)
    assert {n: (p.role, p.inputs, p.outputs) for n, p in told.items()} == {
        "fc.weight": ("weight", 3, 5),
        "fc.bias": ("bias", 3, 5),
        "norm.weight": ("other", 0, 0),
        "norm.bias": ("bias", 0, 0),
        "norm.running_mean": ("state", 0, 0),
        "dense/kernel": ("weight", 3, 5),
        "dense/bias": ("bias", 3, 5),
        "gamma": ("scale", 0, 0),
        "odd": ("other", 0, 0),
        "tokens": ("state", 0, 0),
        "embedding": ("table", 0, 0),
        "W9": ("weight", 2, 6),
        "b9": ("bias", 2, 6),
        "attention.c.weight": ("weight", 4, 12),
        "attention.c.bias": ("bias", 4, 12),
    }
    assert not told["tokens"].trained
    assert told["odd"].trained


def test_kernels_have_fans_in_the_layout_of_their_bias_or_their_name() -> None:
    told = read({"a.weight": matrix(8, 4, 3, 3), "b.kernel": matrix(3, 3, 4, 8), "c.W": matrix(3, 3, 4, 8)})
    assert [(p.inputs, p.outputs, p.kernel) for p in told.values()] == [(4, 8, (3, 3)), (4, 8, (3, 3)), (0, 0, ())]


def test_collections_that_are_not_trained_are_state() -> None:
    told = read({"params": {"d": {"kernel": matrix()}}, "batch_stats": {"n": {"mean": np.zeros(3)}}})
    assert (told["batch_stats.n.mean"].role, told["batch_stats.n.mean"].trained) == ("state", False)
    assert (told["params.d.kernel"].role, told["params.d.kernel"].trained) == ("weight", True)


def test_a_checkpoint_in_memory() -> None:
    found = read_named({"step": 3, "params": {"w": matrix()}, "opt_state": [matrix()]}, "it")
    assert found is not None
    assert [p.name for p in found.parameters] == ["w"]
    assert found.notes == ("the weights are those at 'params'; left out: 'step', 'opt_state'",)
    both = read_named({"params": {"w": matrix()}, "head": {"w": matrix()}}, "it")
    assert both is not None
    assert [p.name for p in both.parameters] == ["params.w", "head.w"]


def test_the_same_memory_is_told_and_other_memory_is_not() -> None:
    first = matrix(4, 4)
    tree = {"a": first, "b": first, "c": first.T, "d": first.copy(), "e": first[:2], "f": first[:, :2], "g": first[::2]}
    told = read({**tree, "none": np.zeros(0), "nothing": np.zeros(0)})
    assert {n: p.shares for n, p in told.items() if p.shares} == {"b": "a", "c": "a"}
    assert np.array_equal(told["c"].values, first.T)


def test_values_are_a_copy() -> None:
    array = matrix()
    told = read({"w": array})
    array[...] = 7
    assert not (told["w"].values == 7).any()


def test_what_holds_no_numbers_says_so() -> None:
    told = read(
        {
            "w": matrix(),
            "names": np.array([["a"], ["b"]]),
            "objects": np.array([[None, 1]], dtype=object),
            "records": np.zeros(2, dtype=[("x", "f4")]),
            "days": np.zeros(2, dtype="M8[D]"),
        }
    )
    assert {n: p.absent for n, p in told.items() if p.absent} == {
        "names": "holds text, not numbers",
        "objects": "holds Python objects, not numbers",
        "records": "holds records, not numbers",
        "days": "holds dates, not numbers",
    }


def test_arrays_of_odd_types_and_sizes() -> None:
    told = read(
        {
            "empty": np.zeros((0, 3)),
            "complex": matrix() * 1j,
            "scalar": np.array(2.0),
            "w": matrix(),
            "?": np.ones(2, bool),
        }
    )
    assert told["empty"].shape == (0, 3)
    assert told["complex"].dtype == "complex128"
    assert told["scalar"].shape == ()
    assert told["?"].role == "state"

    class Sub(np.ndarray):
        @property
        def shape(self) -> Any:
            return (1 << 40,)

    assert read({"w": matrix().view(Sub)})["w"].shape == (4, 3)


def test_bfloat16_of_ml_dtypes() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    told = read({n: np.ones((2, 3)).astype(getattr(ml_dtypes, n)) for n in ("bfloat16", "float8_e4m3fn")})
    assert {n: (p.dtype, str(p.values.dtype)) for n, p in told.items() if p.values is not None} == {
        "bfloat16": ("bfloat16", "float32"),
        "float8_e4m3fn": ("float8_e4m3fn", "float32"),
    }


def test_trees_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symcheck.subjects.trees._MOST", 10_000)
    cycle: dict[str, Any] = {"w": matrix()}
    cycle["again"] = [cycle]
    assert list(read(cycle)) == ["w"]
    deep: Any = matrix()
    for _ in range(200):
        deep = [deep]
    with pytest.raises(SubjectError, match="it: it is nested more than 100 deep"):
        read(deep)
    wide: Any = matrix()
    for _ in range(60):
        wide = [wide, wide]
    with pytest.raises(SubjectError, match="it: it is made of more than 10,000 things"):
        read_named([wide, 1], "it")


def test_sizes_are_held_before_anything_is_copied() -> None:
    tracemalloc.start()
    huge, many = np.broadcast_to(0.0, (1 << 20, 1 << 20)), np.broadcast_to(np.float32(0), (1 << 13, 1 << 13))
    for array, words in ((huge, "more than is left of the memory"), (many, "is a view that repeats few numbers")):
        with pytest.raises(SubjectError, match=f"^it: w has shape .* bytes.*{words}|^it: w {words}"):
            read({"w": array})
    assert tracemalloc.get_traced_memory()[1] < 1 << 24
    tracemalloc.stop()


def test_all_arrays_together_are_held_to_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = {f"w{i}": np.ones((10, 10)) for i in range(3)}
    monkeypatch.setattr("symcheck.subjects.named.network_bytes", lambda: 2400.0)
    assert len(read(tree)) == 3
    assert len(read({**tree, "tied": tree["w0"]})) == 4
    monkeypatch.setattr("symcheck.subjects.named.network_bytes", lambda: 2399.0)
    with pytest.raises(SubjectError, match=r"^it: w2 has shape \(10, 10\): 800 bytes, .* for one model"):
        read(tree)


def test_two_parameters_of_one_name_are_refused() -> None:
    with pytest.raises(SubjectError, match="it: two parameters are named 'a.b'"):
        read({"a": {"b": matrix()}, "a.b": matrix()})


class Raises(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise RuntimeError("no")

    def __iter__(self) -> Any:
        return iter(["a"])

    def __len__(self) -> int:
        return 1


def test_what_a_subject_raises_is_its_own_affair() -> None:
    with pytest.raises(RuntimeError, match="no"):
        read_parameters(Raises(), "it")


class Key:
    def __str__(self) -> str:
        raise RuntimeError


def test_a_key_without_a_text() -> None:
    assert list(read({Key(): matrix()})) == ["<Key 0>"]


@given(st.dictionaries(st.text(max_size=6), st.sampled_from([(2, 2), (2,), (), (0,), (1, 1, 1)]), min_size=1))
def test_any_names_are_told_so_that_they_can_be_shown(named: dict[str, tuple[int, ...]]) -> None:
    found = read_parameters({f"x{name}": np.ones(shape) for name, shape in named.items()}, "it")
    assert found is not None
    assert [p.name for p in found] == [plain(f"x{name}") for name in named]


def test_files_of_any_names_and_ranks(tmp_path: Path) -> None:
    arrays = {"conv.weight": matrix(4, 3, 2, 2).astype("f4"), "conv.bias": np.zeros(4, "f2"), "x": np.arange(3)}
    np.savez(tmp_path / "w.npz", **arrays)
    from_npz = _read_file(tmp_path / "w.npz")
    assert {p.name: (p.role, p.dtype) for p in from_npz.parameters} == {
        "conv.weight": ("weight", "float32"),
        "conv.bias": ("bias", "float16"),
        "x": ("state", "int64"),
    }
    safetensors = pytest.importorskip("safetensors.numpy")
    safetensors.save_file(arrays, tmp_path / "w.safetensors")
    again = {p.name: p for p in _read_file(tmp_path / "w.safetensors").parameters}
    assert all(np.array_equal(again[n].values, a) for n, a in arrays.items())
    np.savez(tmp_path / "none.npz")
    assert read_named(read_weights(tmp_path / "none.npz"), "none.npz") is None


def test_bfloat16_in_a_safetensors_file(torch: Any, tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    weight = torch.randn(3, 4).to(torch.bfloat16)
    safetensors.save_file({"weight": weight}, tmp_path / "w.safetensors")
    (told,) = _read_file(tmp_path / "w.safetensors").parameters
    assert told.dtype == "bfloat16"
    assert np.array_equal(told.values, weight.float().numpy())


def test_modules_in_a_tree(torch: Any) -> None:
    told = read({"actor": torch.nn.Linear(3, 2), "critic": [torch.nn.Linear(3, 1)], "log_std": torch.zeros(2)})
    assert list(told) == ["actor.weight", "actor.bias", "critic.0.weight", "critic.0.bias", "log_std"]
    assert told["actor.weight"].layer == "torch.nn.Linear"
