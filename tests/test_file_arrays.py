"""Arrays that stay in their file: every way of reading a part of one gives what the whole holds there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck import file_arrays
from symcheck.errors import SubjectError
from symcheck.file_arrays import FileArray, head_of, in_memory, pieces_of, same_entries

SHAPES = [(), (7,), (5, 3), (3, 5), (4, 3, 2), (1, 9), (2, 3, 2, 2)]


def in_file(folder: Path, array: np.ndarray, before: int = 13) -> FileArray:
    (folder / "a.bin").write_bytes(b"x" * before + array.tobytes() + b"yy")
    return FileArray(str(folder / "a.bin"), before, array.shape, array.dtype.name, array.dtype.str)


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
    assert np.array_equal(head_of(kept, 3), array.reshape(-1)[:3])
    pieces = list(pieces_of(kept))
    assert [at for at, _ in pieces] == list(range(0, max(array.size, 1), 4))
    assert np.array_equal(np.concatenate([piece for _, piece in pieces]), array.reshape(-1))
    if array.ndim > 0:
        last = len(array) - 1
        assert np.array_equal(kept.rows(last, last + 1), array[last:])
    if array.ndim > 1:
        flat = array.reshape(array.shape[0], array.shape[1], -1)
        assert np.array_equal(kept.columns(1, 3), flat[:, 1:3])
        assert np.array_equal(kept.columns(0, 1, rows=1), flat[:1, :1])


def test_bfloat16_comes_as_float32_exactly(tmp_path: Path) -> None:
    exact = np.array([1.5, -2.0, 0.0078125, -0.0, np.inf], np.float32)
    stored = in_file(tmp_path, (exact.view(np.uint32) >> 16).astype("<u2"))
    kept = FileArray(stored.path, stored.offset, stored.shape, "bfloat16", "<u2")
    assert kept.dtype == np.float32
    assert np.array_equal(in_memory(kept), exact)


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    kept = in_file(tmp_path, np.arange(100.0))
    (tmp_path / "a.bin").write_bytes(b"short")
    with pytest.raises(SubjectError, match="became shorter while it was read"):
        kept.array()
    (tmp_path / "a.bin").unlink()
    with pytest.raises(SubjectError, match="cannot read"):
        kept.array()


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
