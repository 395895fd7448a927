"""Weights files: sound ones are read exactly, damaged and hostile ones end in one sentence."""

import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forged_files import archive, described, lying, npy_member

from symcheck.errors import SubjectError
from symcheck.subjects.files import read_arrays

safetensors_numpy = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")


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
        lying({"W": {"dtype": "F8_E5M2", "shape": [4, 4], "data_offsets": [0, 16]}}, b"\0" * 16),
        lying({"W": {"dtype": "F32", "shape": [-2, -2], "data_offsets": [0, 16]}}, b"\0" * 16),
        struct.pack("<Q", 5) + b"[1,2]" + b"\0" * 8,
        lying({"W": {"dtype": "F32", "shape": [0, 2**63], "data_offsets": [0, 0]}}, b""),
        lying({"W": {"dtype": "F32", "shape": [0, 2**64], "data_offsets": [0, 0]}}, b""),
        lying({"W": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 16]}}, b"\0" * 16),
        lying({"W": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 0]}}, b""),
        lying({"W": {"dtype": "F32", "shape": [1] * 70, "data_offsets": [0, 4]}}, b"\0" * 4),
        lying({"\x1b[31m\n" * 2000: {"dtype": "F99", "shape": [2], "data_offsets": [0, 8]}}, b"\0" * 8),
        lying({"\x1b[31m\n" * 2000: {"dtype": "F32", "shape": [0, 2**63], "data_offsets": [0, 0]}}, b""),
        struct.pack("<Q", 200_000) + b"[" * 100_000 + b"]" * 100_000,
        struct.pack("<Q", 500_005) + b'{"a":' * 100_000 + b"1" + b"}" * 5,
        lying({"W": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"\0" * 8).replace(b'{"W"', b'{"W":1,"W"'),
    ],
)
def test_a_safetensors_file_with_a_lying_header(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(SubjectError) as caught:
        read_arrays(tmp_path / "x.safetensors")
    assert "\n" not in str(caught.value)


def test_a_name_that_comes_twice_in_safetensors(tmp_path: Path) -> None:
    tensor = json.dumps({"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]})
    text = f'{{"W": {tensor}, "W": {tensor}}}'.encode()
    (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * 4)
    with pytest.raises(SubjectError, match="two arrays named 'W'"):
        read_arrays(tmp_path / "x.safetensors")


def test_an_ending_in_capitals_is_one_too(cli: Callable[..., Any], tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", W1=np.eye(2), W2=np.eye(2))
    (tmp_path / "a.npz").rename(tmp_path / "A.NPZ")
    safetensors_numpy.save_file({"W1": np.eye(2), "W2": np.eye(2)}, tmp_path / "B.SafeTensors")
    for name in ("A.NPZ", "B.SafeTensors"):
        assert cli("certify", tmp_path / name).status == 0
    assert "format that symcheck does not load" in cli("check", tmp_path / "C.ONNX").err


def test_a_name_of_five_thousand_digits(cli: Callable[..., Any], tmp_path: Path) -> None:
    np.savez(tmp_path / "digits.npz", **{"W" + "1" * 5000: np.eye(3), "W2": np.ones((2, 2)), "v": np.ones((1, 1, 1))})
    outcome = cli("check", tmp_path / "digits.npz", "--kind", "network")
    assert outcome.status == 2
    assert "v has shape (1, 1, 1)" in outcome.err
    np.savez(tmp_path / "digits.npz", **{"W" + "1" * 5000: np.eye(3), "W2": np.ones((2, 2))})
    outcome = cli("check", tmp_path / "digits.npz", "--kind", "network")
    assert "… (4,921 characters more)" in outcome.err


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SubjectError, match="there is no file"):
        read_arrays(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (npy_member(described((10**6, 10**6)), b"\0" * 80), "claims shape (1000000, 1000000) of float64"),
        (npy_member(described((10**30, 10**30)), b"\0" * 80), "claims shape"),
        (npy_member(described((2, 2)), b"\0" * 80), "32 bytes, but carries 80"),
        (npy_member(described((10**6, 10**6), fortran=True), b"\0" * 80), "but carries 80"),
        (npy_member(described((-2, -5)), b"\0" * 80), "impossible shape (-2, -5)"),
        (npy_member(described((5, 2), "|O"), b"\0" * 80), "pickled"),
        (npy_member(described((5, 2), [("x", "|O")]), b"\0" * 80), "pickled"),
        (npy_member(described((5,), [("x", "<f8"), ("y", "<f8")]), b"\0" * 80), "records"),
        (npy_member(described((5,), "<U4"), b"\0" * 80), "text"),
        (npy_member(described((10,), "<f8"), b"\0" * 80, (3, 0)), "version 3"),
        (npy_member(described((10,), "<f8"), b"\0" * 80, (9, 9)), "version 9.9"),
        (npy_member(described((10,), "<zz"), b"\0" * 80), "damaged"),
        (npy_member("{" * 5000, b"\0" * 80), "damaged"),
        (npy_member("[" * 90 + "]" * 90, b""), "damaged"),
        (npy_member(described(("a", 2)), b"\0" * 80), "damaged"),
        (npy_member(" " * 60_000 + described((10,)), b"\0" * 80), "damaged"),
        (npy_member(described((10,)) + " " * (1 << 20), b"\0" * 80, (2, 0)), "damaged"),
        (b"\x93NUM", "damaged"),
        (b"", "damaged"),
    ],
)
def test_a_member_that_lies_about_itself(tmp_path: Path, member: bytes, words: str) -> None:
    path = archive(tmp_path / "lying.npz", [("W1.npy", member)])
    with pytest.raises(SubjectError) as caught:
        read_arrays(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_lies_about_its_sizes(tmp_path: Path, method: int) -> None:
    """The directory of the archive claims 8 TB for the member, and its header agrees."""
    honest = npy_member(described((10**6, 10**6)), b"\0" * 80)
    path = archive(tmp_path / "bomb.npz", [("W1.npy", honest)], compression=method)
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    for claimed in (0xFFFFFFFE, 90):
        data[entry + 24 : entry + 28] = struct.pack("<I", claimed)
        path.write_bytes(data)
        with pytest.raises(SubjectError) as caught:
            read_arrays(path)
        assert "\n" not in str(caught.value)


def test_what_unpacks_to_more_than_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.subjects import npz

    np.savez_compressed(tmp_path / "zeros.npz", W1=np.zeros((100, 100)), W2=np.zeros((100, 100)))
    assert set(read_arrays(tmp_path / "zeros.npz")) == {"W1", "W2"}
    monkeypatch.setattr(npz, "memory", lambda: 100_000.0)
    with pytest.raises(SubjectError, match=r"W2 in .* unpacks to 80,000 bytes, more than the memory"):
        read_arrays(tmp_path / "zeros.npz")


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_members_that_are_no_arrays_or_come_twice(tmp_path: Path) -> None:
    sound = npy_member(described((10,)), b"\0" * 80)
    for members, words in [
        ([("W1.npy", sound), ("readme.txt", b"hello")], "holds 'readme.txt', which is no array"),
        ([("W1.npy", sound), ("W1.npy", sound)], "two arrays named 'W1'"),
    ]:
        with pytest.raises(SubjectError) as caught:
            read_arrays(archive(tmp_path / "odd.npz", members))
        assert words in str(caught.value)
    data = bytearray(archive(tmp_path / "locked.npz", [("W1.npy", sound)]).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.npz").write_bytes(data)
    with pytest.raises(SubjectError, match="is encrypted"):
        read_arrays(tmp_path / "locked.npz")


def test_orders_types_and_shapes_are_read_exactly(tmp_path: Path) -> None:
    rng = np.random.default_rng()
    named = {
        "fortran": np.asfortranarray(rng.standard_normal((4, 3))),
        "big": rng.standard_normal((2, 3)).astype(">f4"),
        "empty": np.zeros((0, 3)),
        "scalar": np.array(2.5),
        "flags": np.array([True, False]),
        "cube": rng.random((2, 3, 4)),
        "complex": rng.random(3) + 1j,
        "folder/W": np.arange(3),
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", **named)
        read = read_arrays(tmp_path / "a.npz")
        assert list(read) == list(named)
        assert all(read[k].dtype == named[k].dtype and np.array_equal(read[k], named[k]) for k in named)
    archive(tmp_path / "lzma.npz", [("W.npy", npy_member(described((2,)), b"\0" * 16))], compression=zipfile.ZIP_LZMA)
    assert read_arrays(tmp_path / "lzma.npz")["W"].shape == (2,)


def test_the_command_line_refuses_a_lying_file_in_one_sentence(cli: Callable[..., Any], tmp_path: Path) -> None:
    path = archive(tmp_path / "lying.npz", [("W1.npy", npy_member(described((10**6, 10**6)), b"\0" * 80))])
    for command in ("check", "certify"):
        outcome = cli(command, str(path))
        assert outcome.status == 2
        assert outcome.err.count("\n") == 1
        assert "W1 in " in outcome.err
