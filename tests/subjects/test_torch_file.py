"""Files of ``torch.save`` without torch: the weights as they were saved, and nothing of them run."""

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcheck.errors import SubjectError
from symcheck.parameters import Parameter
from symcheck.subjects.files import read_arrays, read_weights
from symcheck.subjects.named import Named, read_named
from symcheck.texts import plain


def _read_file(path: Path) -> Named:
    found = read_named(read_weights(path), path.name)
    assert found is not None
    return found


def archive(path: Path, pickled: bytes, **storages: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("archive/data.pkl", pickled)
        for key, data in storages.items():
            out.writestr(f"archive/data/{key.lstrip('_')}", data)
    return path


def by_name(path: Path) -> dict[str, Parameter]:
    return {p.name: p for p in _read_file(path).parameters}


class _Global:
    """Pickled as the name of a global, and called with arguments where it has any."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class _Pickler(pickle._Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return obj.pid if isinstance(obj, _Stored) else None

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, _Global):
            self.write(b"c" + f"{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, _Called):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(b"R")
            if obj.state is not None:
                self.save(obj.state)
                self.write(b"b")
        else:
            super().save(obj, save_persistent_id)


class _Called:
    def __init__(self, function: _Global, *arguments: Any, state: Any = None) -> None:
        self.function, self.arguments, self.state = function, arguments, state


class _Stored:
    def __init__(self, kind: str, key: str, count: int) -> None:
        self.pid = ("storage", _Global("torch", kind), key, "cpu", count)


def tensor(kind: str, key: str, count: int, offset: Any, shape: Any, steps: Any, **state: Any) -> _Called:
    rebuild = _Global("torch._utils", "_rebuild_tensor_v2")
    return _Called(rebuild, _Stored(kind, key, count), offset, shape, steps, False, {}, **state)


def pickled(obj: Any) -> bytes:
    out = io.BytesIO()
    _Pickler(out, 2).dump(obj)
    return out.getvalue()


FOUR = np.arange(4, dtype="<f4").tobytes()


def test_a_state_dict_is_read_as_it_was_saved(torch: Any, tmp_path: Path) -> None:
    nn = torch.nn
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Linear(5, 4).to(torch.bfloat16), nn.Embedding(6, 2))
    model.add_module("tied", nn.Linear(2, 6, bias=False))
    model.tied.weight = model[3].weight
    model.add_module("turned", nn.Linear(4, 4, bias=False))
    model.turned.weight = nn.Parameter(torch.randn(4, 4).T)
    for name in ("w.pt", "w.pth", "w.bin"):
        torch.save(model.state_dict(), tmp_path / name)
        told = by_name(tmp_path / name)
        state = model.state_dict()
        assert list(told) == list(state)
        for key, saved in state.items():
            assert np.array_equal(
                told[key].values, saved.float().numpy() if saved.is_floating_point() else saved.numpy()
            )
            assert told[key].dtype == str(saved.dtype).removeprefix("torch.")
            assert told[key].documented == ()
        assert told["tied.weight"].shares == "3.weight"
        assert told["1.num_batches_tracked"].role == "state"
        assert (told["0.weight"].role, told["0.weight"].inputs, told["0.bias"].outputs) == ("weight", 2, 3)


def test_a_checkpoint_is_read_where_the_weights_are(torch: Any, tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    path = tmp_path / "checkpoint.pt"
    for place in ("state_dict", "model"):
        torch.save({place: model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, path)
        found = _read_file(path)
        assert [p.name for p in found.parameters] == ["weight", "bias"]
        assert found.notes == (f"the weights are those at '{place}'; left out: 'optimizer', 'epoch'",)
    torch.save({"model": model.state_dict()}, path)
    assert _read_file(path).notes == ("the weights are those at 'model'",)
    torch.save({"model": model.state_dict(), "head": torch.nn.Linear(2, 2).state_dict()}, path)
    whole = _read_file(path)
    assert [p.name for p in whole.parameters] == ["model.weight", "model.bias", "head.weight", "head.bias"]
    assert whole.notes == ()


def test_a_pickled_module_is_refused_in_one_sentence(torch: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch.save(torch.nn.Linear(3, 2), path)
    with pytest.raises(SubjectError) as refused:
        read_arrays(path)
    assert str(refused.value) == (
        f"{path} holds a pickled torch.nn.modules.linear.Linear, which symcheck does not load; "
        "save the weights alone, torch.save(model.state_dict(), path), or as .npz or .safetensors"
    )


def test_a_saved_tensor_alone_has_no_name(torch: Any, tmp_path: Path) -> None:
    torch.save(torch.ones(3), tmp_path / "one.pt")
    with pytest.raises(SubjectError, match="holds no tensors by name"):
        read_arrays(tmp_path / "one.pt")
    torch.save([torch.ones(3), torch.zeros(2, 2)], tmp_path / "some.pt")
    assert list(read_arrays(tmp_path / "some.pt")) == ["0", "1"]


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "exec"), ("torch.utils", "_rebuild_tensor_v2"), ("torch.nn", "Linear")],
)
def test_nothing_in_a_file_runs(tmp_path: Path, module: str, name: str) -> None:
    ran = tmp_path / "ran"
    text = f"touch {ran}" if module == "os" else f"open({str(ran)!r}, 'w')"
    path = archive(tmp_path / "evil.pt", pickled({"weight": _Called(_Global(module, name), text)}))
    with pytest.raises(SubjectError, match=f"holds a pickled {module}.{name}, which symcheck does not load"):
        read_arrays(path)
    assert not ran.exists()


def test_python_itself_would_have_run_it(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    pickle.loads(pickled(_Called(_Global("os", "mkdir"), str(ran))))
    assert ran.exists()


BEYOND = "larger than what is stored"
FORGED: dict[str, tuple[Any, str]] = {
    "right": (tensor("FloatStorage", "0", 4, 0, (2, 2), (2, 1)), ""),
    "turned": (tensor("FloatStorage", "0", 4, 0, (2, 2), (1, 2)), ""),
    "later": (tensor("FloatStorage", "0", 4, 1, (3,), (1,)), ""),
    "empty": (tensor("FloatStorage", "0", 4, 0, (0, 3), (3, 1)), ""),
    "one too many": (tensor("FloatStorage", "0", 4, 0, (5,), (1,)), BEYOND),
    "too late": (tensor("FloatStorage", "0", 4, 1, (4,), (1,)), BEYOND),
    "too long steps": (tensor("FloatStorage", "0", 4, 0, (2,), (4,)), BEYOND),
    "a wider type": (tensor("DoubleStorage", "0", 4, 0, (3,), (1,)), BEYOND),
    "steps back": (tensor("FloatStorage", "0", 4, 3, (2,), (-1,)), "no|none can have"),
    "before it": (tensor("FloatStorage", "0", 4, -1, (2,), (1,)), "none can have"),
    "a negative length": (tensor("FloatStorage", "0", 4, 0, (-1,), (1,)), "none can have"),
    "steps missing": (tensor("FloatStorage", "0", 4, 0, (2, 2), (1,)), "none can have"),
    "no such storage": (tensor("FloatStorage", "7", 4, 0, (2,), (1,)), "damaged"),
    "repeated": (tensor("FloatStorage", "0", 4, 0, (1 << 20, 1 << 20), (0, 0)), "bytes"),
    "repeated less": (tensor("FloatStorage", "0", 4, 0, (1 << 13, 1 << 13), (0, 0)), "bytes"),
    "a state": (tensor("FloatStorage", "0", 4, 0, (2,), (1,), state={"values": 3}), "a state for what has none"),
    "no storage": (_Called(_Global("torch._utils", "_rebuild_tensor_v2"), "x", 0, (2,), (1,)), "of what is no storage"),
    "no tensor": (_Called(_Global("torch._utils", "_rebuild_parameter"), "x"), "holds no tensors by name"),
    "an unknown type": (tensor("os.system", "0", 4, 0, (2,), (1,)), "does not load"),
}


@pytest.mark.parametrize("forged", FORGED)
def test_tensors_hold_no_more_than_is_stored(tmp_path: Path, forged: str) -> None:
    told, words = FORGED[forged]
    path = archive(tmp_path / "w.pt", pickled({"weight": told}), _0=FOUR)
    if not words:
        assert read_arrays(path)["weight"].size <= 4
        return
    with pytest.raises(SubjectError, match=words) as refused:
        read_arrays(path)
    assert str(refused.value) == plain(refused.value)


def test_a_name_of_the_format_cannot_be_made_to_mean_something_else(tmp_path: Path) -> None:
    rebuild = _Global("torch._utils", "_rebuild_tensor_v2")
    changed = pickled(rebuild)[:-1] + pickled({"function": "x"})[2:-1] + b"b."
    with pytest.raises(SubjectError, match="a state for what has none"):
        read_arrays(archive(tmp_path / "w.pt", changed))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no archive as torch.save writes"),
        (b"\x80\x02}q\x00.", "no archive as torch.save writes since torch 1.6"),
        (b"PK\x03\x04 nonsense", "truncated or damaged"),
    ],
)
def test_other_files(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "w.bin").write_bytes(content)
    with pytest.raises(SubjectError, match=words):
        read_arrays(tmp_path / "w.bin")


def test_other_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.pt", "w") as out:
        out.writestr("readme.txt", "hello")
    with pytest.raises(SubjectError, match=r"none of torch\.save"):
        read_arrays(tmp_path / "w.pt")
    with zipfile.ZipFile(tmp_path / "w.pt", "w") as out:
        out.writestr("x/data.pkl", "hello")
        out.writestr("x/constants.pkl", "hello")
    with pytest.raises(SubjectError, match="TorchScript program"):
        read_arrays(tmp_path / "w.pt")


def test_a_pickle_of_bytes_at_random_makes_arrays_or_one_sentence(tmp_path: Path) -> None:
    rng = np.random.default_rng()
    whole = pickled({"weight": FORGED["right"][0], "b": [1, 2.5, "x"]})
    for _ in range(300):
        changed = bytearray(whole)
        for place in rng.integers(0, len(whole), rng.integers(1, 4)):
            changed[place] = rng.integers(256)
        path = archive(tmp_path / "w.pt", bytes(changed), _0=FOUR)
        try:
            arrays = read_arrays(path)
        except SubjectError as error:
            sentence, arrays = str(error), {}
        else:
            sentence = ""
        assert sentence == plain(sentence)
        assert all(a.size <= 1 << 24 for a in arrays.values())
    assert set(os.listdir(tmp_path)) == {"w.pt"}


def test_values_of_files_are_not_copied(torch: Any, tmp_path: Path) -> None:
    torch.save({"w": torch.ones(3, 4)}, tmp_path / "w.pt")
    arrays = read_arrays(tmp_path / "w.pt")
    found = read_named(arrays, "w.pt")
    assert found is not None
    assert found.parameters[0].values is not None
    assert np.shares_memory(found.parameters[0].values, arrays["w"])
