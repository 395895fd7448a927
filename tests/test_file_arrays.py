"""Arrays that stay in their file: every way of reading a part of one gives what the whole holds there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck import file_arrays
from symcheck.checks.parameters import pieces
from symcheck.errors import SubjectError
from symcheck.file_arrays import FileArray, different_entries, entries_of, in_memory, pieces_of, same_entries
from symcheck.recipes.boxes import Box

SHAPES = [(), (7,), (5, 3), (3, 5), (4, 3, 2), (1, 9), (2, 3, 2, 2)]


def in_file(folder: Path, array: np.ndarray, before: int = 13) -> FileArray:
    path = folder / "a.bin"
    path.write_bytes(b"x" * before + array.tobytes() + b"yy")
    found = path.stat()
    stamp = found.st_size, found.st_mtime_ns
    return FileArray(str(path), before, array.shape, array.dtype.name, array.dtype.str, stamp)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8])
def test_parts_are_those_of_the_whole(
    tmp_path: Path, shape: tuple[int, ...], dtype: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_arrays, "PIECE", 4)
    array = np.random.default_rng().integers(-9, 9, shape).astype(dtype)
    kept = in_file(tmp_path, array)
    assert (kept.shape, kept.size, kept.ndim, kept.dtype) == (array.shape, array.size, array.ndim, array.dtype)
    assert np.array_equal(in_memory(kept), array)
    assert np.array_equal(entries_of(kept, 0, 3), array.reshape(-1)[:3])
    parts = list(pieces_of(kept))
    assert [at for at, _ in parts] == list(range(0, max(array.size, 1), 4))
    assert np.array_equal(np.concatenate([part for _, part in parts]), array.reshape(-1))
    if array.ndim > 0:
        last = len(array) - 1
        assert np.array_equal(kept.rows(last, last + 1), array[last:])
    if array.ndim > 1:
        flat = array.reshape(array.shape[0], array.shape[1], -1)
        assert np.array_equal(kept.columns(1, 3), flat[:, 1:3])
        assert np.array_equal(kept.columns(0, 1)[:1], flat[:1, :1])


def test_bfloat16_comes_as_float32_exactly(tmp_path: Path) -> None:
    exact = np.array([1.5, -2.0, 0.0078125, -0.0, np.inf], np.float32)
    stored = in_file(tmp_path, (exact.view(np.uint32) >> 16).astype("<u2"))
    kept = replace(stored, stored="bfloat16")
    assert kept.dtype == np.float32
    assert np.array_equal(in_memory(kept), exact)


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    kept = in_file(tmp_path, np.arange(100.0))
    (tmp_path / "a.bin").write_bytes(b"short")
    with pytest.raises(SubjectError, match="changed while it was read"):
        kept.array()
    whole = in_file(tmp_path, np.arange(100.0))
    other = tmp_path / "b.bin"
    other.write_bytes((tmp_path / "a.bin").read_bytes())
    other.replace(tmp_path / "a.bin")
    with pytest.raises(SubjectError, match="changed while it was read"):
        whole.array()
    (tmp_path / "a.bin").unlink()
    with pytest.raises(SubjectError, match="cannot read"):
        kept.array()


@pytest.mark.parametrize("shape", [(6,), (5, 7), (3, 4, 5), (1, 30), (30, 1)])
def test_boxes_in_files_are_those_of_the_whole(
    tmp_path: Path, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng()
    array = rng.normal(size=shape)
    kept = in_file(tmp_path, array)
    for piece, beginning in ((4, 1), (4, 1000), (1000, 1), (1000, 1000)):
        monkeypatch.setattr(pieces, "PIECE", piece)
        monkeypatch.setattr(file_arrays, "PIECE", piece)
        monkeypatch.setattr(pieces, "_BEGINNING", beginning)
        for _ in range(20):
            ends = [sorted(rng.choice(n + 1, 2, replace=False)) for n in shape]
            box = Box(tuple((int(a), int(b)) for a, b in ends))
            wanted = array[box.slices].reshape(-1)
            found = list(pieces.box_pieces(kept, box))
            assert np.array_equal(np.concatenate([p for _, p in found]), wanted)
            assert [at for at, _ in found] == [0, *np.cumsum([p.size for _, p in found])[:-1]]
            assert pieces.equal_boxes((kept, box), (array, box))
            assert np.array_equal(pieces.chosen_of(kept, [box], 10**6, rng), wanted)
            assert set(pieces.chosen_of(kept, [box, box], 5, rng)) <= set(wanted)


@given(entries=st.lists(st.sampled_from([0.0, 1.0, -0.0, np.nan, np.inf]), max_size=9), data=st.data())
def test_same_entries_in_memory_and_in_files(
    tmp_path_factory: pytest.TempPathFactory, entries: list[float], data: st.DataObject
) -> None:
    array = np.array(entries)
    other = array.copy()
    if len(other) and data.draw(st.booleans()):
        other[data.draw(st.integers(0, len(other) - 1))] = data.draw(st.sampled_from([0.0, 2.0, np.nan]))
    folder, beside = (tmp_path_factory.mktemp("same") for _ in range(2))
    kept, twin = in_file(folder, array), in_file(beside, other)
    expected = np.array_equal(array, other, equal_nan=True)
    assert all(same_entries(a, b) == expected for a in (array, kept) for b in (other, twin))
    assert not same_entries(kept, np.append(other, 1.0))
    apart = int(((array != other) & ~(np.isnan(array) & np.isnan(other))).sum())
    assert all(different_entries(a, b) == apart for a in (array, kept) for b in (other, twin))
