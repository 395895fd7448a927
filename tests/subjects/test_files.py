"""Weights files: sound ones are read exactly, damaged and hostile ones end in one sentence."""

import json
import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from symcheck.errors import SubjectError
from symcheck.subjects.files import read_arrays

safetensors_numpy = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")


def lying(header: dict, data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


class Trap:
    def __reduce__(self) -> tuple:
        return os.mkdir, ("trap_was_sprung",)


def test_npz_and_safetensors_hold_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng()
    named = {"W": rng.standard_normal((3, 2)), "h": rng.standard_normal((2, 2)).astype(np.float16), "i": np.arange(4)}
    np.savez(tmp_path / "a.npz", **named)
    safetensors_numpy.save_file(named, tmp_path / "a.safetensors")
    for name in ("a.npz", "a.safetensors"):
        read = read_arrays(tmp_path / name)
        assert set(read) == set(named)
        assert all(read[k].dtype == named[k].dtype and np.array_equal(read[k], named[k]) for k in named)


def test_bfloat16_becomes_float32_exactly(tmp_path: Path) -> None:
    exact = np.array([[1.5, -2.0], [0.0078125, -0.0]], np.float32)
    data = (exact.view(np.uint32) >> 16).astype("<u2").tobytes()
    header = {"W": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, len(data)]}}
    (tmp_path / "b.safetensors").write_bytes(lying(header, data))
    read = read_arrays(tmp_path / "b.safetensors")["W"]
    assert read.dtype == np.float32
    assert np.array_equal(read, exact)


def test_pickle_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trap = np.empty((1, 1), object)
    trap[0, 0] = Trap()
    np.savez(tmp_path / "trap.npz", W=trap)
    (tmp_path / "plain.npz").write_bytes(pickle.dumps(Trap()))
    (tmp_path / "trap.safetensors").write_bytes(pickle.dumps(Trap()))
    for name in ("trap.npz", "plain.npz", "trap.safetensors"):
        with pytest.raises(SubjectError):
            read_arrays(tmp_path / name)
    assert not (tmp_path / "trap_was_sprung").exists()


@pytest.mark.parametrize("keep", [0, 1, 10, 100, 0.5, 0.9, -1, -30])
def test_a_truncated_npz(tmp_path: Path, keep: float) -> None:
    np.savez_compressed(tmp_path / "whole.npz", W=np.random.default_rng().standard_normal((50, 40)))
    whole = (tmp_path / "whole.npz").read_bytes()
    cut = int(keep * len(whole)) if isinstance(keep, float) else keep
    (tmp_path / "cut.npz").write_bytes(whole[:cut])
    with pytest.raises(SubjectError, match="damaged|pickled|truncated"):
        read_arrays(tmp_path / "cut.npz")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 7,
        struct.pack("<Q", 2**62) + b"{}",
        lying({"W": {"dtype": "F32", "shape": [1000, 1000], "data_offsets": [0, 16]}}, b"\0" * 16),
        lying({"W": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 1600]}}, b"\0" * 16),
        lying({"W": {"dtype": "F32", "shape": [2, 2], "data_offsets": [16, 0]}}, b"\0" * 16),
        lying({"W": {"dtype": "F99", "shape": [2, 2], "data_offsets": [0, 16]}}, b"\0" * 16),
        lying({"W": {"dtype": "BOOL", "shape": [4, 4], "data_offsets": [0, 16]}}, b"\0" * 16),
        lying({"W": {"dtype": "F32", "shape": [-2, -2], "data_offsets": [0, 16]}}, b"\0" * 16),
        struct.pack("<Q", 5) + b"[1,2]" + b"\0" * 8,
    ],
)
def test_a_safetensors_file_with_a_lying_header(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(SubjectError) as caught:
        read_arrays(tmp_path / "x.safetensors")
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SubjectError, match="there is no file"):
        read_arrays(tmp_path / "none.npz")
