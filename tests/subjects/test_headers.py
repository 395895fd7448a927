"""Any header of a weights file is read or refused in one sentence."""

from pathlib import Path

import pytest
from forged_files import archive, described, lying, npy_member
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symcheck.errors import SubjectError
from symcheck.subjects.files import read_arrays

pytest.importorskip("safetensors", reason="safetensors is not installed")

integers = st.integers(-2, 2**66) | st.sampled_from([2**31, 2**32, 2**63 - 1, 2**63, 2**64])
tensors = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F64", "F32", "BF16", "I8", "BOOL", "F8_E4M3"]),
        "shape": st.lists(integers | st.integers(0, 3), max_size=3),
        "data_offsets": st.tuples(st.integers(0, 64) | integers, st.integers(0, 64) | integers),
    }
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=3), tensors, max_size=2), st.integers(0, 64))
def test_any_header_of_safetensors_is_read_or_refused_in_one_sentence(tmp_path: Path, header: dict, size: int) -> None:
    file = tmp_path / "any.safetensors"
    file.write_bytes(lying(header, bytes(size)))
    try:
        arrays = read_arrays(file)
    except SubjectError as error:
        sentence = str(error)
    else:
        sentence = ""
        assert sum(a.size for a in arrays.values()) <= size
    assert "\n" not in sentence


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(integers | st.integers(0, 3), max_size=4),
    st.sampled_from(["<f8", "|u1", ">f2", "|O", "<U2"]),
    st.integers(0, 64),
)
def test_any_header_of_npz_is_read_or_refused_in_one_sentence(
    tmp_path: Path, shape: list, descr: str, size: int
) -> None:
    path = archive(tmp_path / "any.npz", [("W1.npy", npy_member(described(tuple(shape), descr), bytes(size)))])
    try:
        arrays = read_arrays(path)
    except SubjectError as error:
        sentence = str(error)
    else:
        sentence = ""
        assert arrays["W1"].shape == tuple(shape)
    assert "\n" not in sentence
