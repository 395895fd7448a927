"""Sizes and shapes are held to what was asked for before anything is copied."""

import tracemalloc
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.checking import check
from symcheck.errors import NetworkError
from symcheck.fans import Layer
from symcheck.subjects.arrays import parts_from_arrays
from symcheck.subjects.conventions import Convention
from symcheck.subjects.initializer import Initializer
from symcheck.subjects.limits import most_entries
from symcheck.subjects.messages import Draw, Request
from symcheck.texts import plain

GREEDY = Path(__file__).with_name("greedy.py")
#: No test here may hold so many bytes, of the terabytes that are spelled.
FEW = 1 << 24


@pytest.fixture
def lean() -> Any:
    tracemalloc.start()
    yield
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < FEW


def drawn(result: Callable[[tuple[int, ...]], Any], layer: Layer) -> Draw:
    return Initializer(lambda: result, Convention(("shape",)), "out_in").draw(Request(layer, 0))[0]


def view_of(shape: tuple[int, ...], dtype: str = "f8") -> Any:
    return np.broadcast_to(np.zeros((), dtype), shape)


shapes = (
    st.lists(st.integers(0, 9) | st.integers(10**3, 10**5), max_size=4).map(tuple).filter(lambda s: prod(s) < 2**55)
)


@settings(max_examples=50)
@given(shapes, st.integers(1, 40), st.integers(1, 40), st.sampled_from(["f8", "f4", "f2", "i8", "?", "c16", "O", "U3"]))
def test_a_draw_holds_no_more_than_was_asked_for(shape: tuple[int, ...], out: int, inputs: int, dtype: str) -> None:
    draw = drawn(lambda _: view_of(shape, dtype), Layer(out, inputs))
    if draw.error is None:
        assert draw.array is not None
        assert draw.array.shape == shape
        assert draw.array.size <= most_entries((out, inputs))
    elif prod(shape) > most_entries((out, inputs)):
        assert (
            draw.error
            == f"returns an array of shape {shape}, {prod(shape):,} entries, where {out * inputs:,} were asked for"
        )


@pytest.mark.parametrize("shape", [(7, 5), (5, 7), (35,), (7, 6), (3, 3), (7, 5, 1), (35, 35)])
def test_a_wrong_shape_that_is_not_much_larger_comes_as_it_is(shape: tuple[int, ...]) -> None:
    draw = drawn(lambda _: np.ones(shape), Layer(7, 5))
    assert draw.array is not None
    assert draw.array.shape == shape


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("view", "returns an array of shape (1048576, 1048576), 1,099,511,627,776 entries, where 35 were asked for"),
        ("shrunk", "returns an array of shape (1048576, 1048576), 1,099,511,627,776 entries, where 35 were asked for"),
        ("spoofed", "returns an array of object; weights must be real floating-point numbers"),
        ("Views", "forward returns shape (1048576, 1048576) for the outputs"),
        ("Spoofs", "initialize returns dtype object for W of layer 1"),
        ("WithoutEnd", "initialize returns more than 1 layer, but should be 1"),
    ],
)
def test_what_is_far_too_large_or_no_number_is_a_finding(subject: str, words: str) -> None:
    names = {"Views": "outputs_are_those_of_the_network"}
    only = f"implementation.{names.get(subject, 'arguments_are_left_as_they_were[initialize]')}"
    report = check(f"{GREEDY}:{subject}", timeout=60, only=only if subject[0].isupper() else None)
    assert report.failures[0].status == "error"
    assert words in report.failures[0].message


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("view_network", "W1 has shape (1048576, 1048576): 8,796,093,022,208 bytes, more than is left"),
        (
            "repeated_network",
            "W1 is a view that repeats few numbers to shape (4096, 4096), 134,217,728 bytes: pass an array",
        ),
        ("spoofed_network", "W1 has dtype object; weights must be real numbers"),
    ],
)
def test_a_network_that_is_far_too_large_is_refused(cli: Callable[..., Any], subject: str, words: str) -> None:
    for command in ("check", "certify"):
        outcome = cli(command, f"{GREEDY}:{subject}")
        assert outcome.status == 2
        assert words in outcome.err
        assert outcome.err.count("\n") == 1


@pytest.mark.usefixtures("lean")
def test_views_are_not_written_out() -> None:
    for shape in [(2**20, 2**20), (2**30, 1), (1, 2**40), (2**12, 2**12)]:
        with pytest.raises(NetworkError, match="bytes"):
            parts_from_arrays({"W1": view_of(shape)})
        assert drawn(lambda _, shape=shape: view_of(shape), Layer(7, 5)).error


def test_all_arrays_of_a_network_together_are_held_to_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    square = {f"W{i}": np.ones((10, 10)) for i in range(3)}
    monkeypatch.setattr("symcheck.subjects.arrays.network_bytes", lambda: 2400.0)
    assert len(parts_from_arrays(square).weights) == 3
    monkeypatch.setattr("symcheck.subjects.arrays.network_bytes", lambda: 2399.0)
    with pytest.raises(NetworkError, match=r"^W2 has shape \(10, 10\): 800 bytes, more than is left"):
        parts_from_arrays(square)


def test_a_small_view_is_a_network_like_any_other() -> None:
    parts = parts_from_arrays({"W1": view_of((4, 3)), "W2": view_of((2, 4), "f4")})
    assert [w.shape for w in parts.weights] == [(4, 3), (2, 4)]


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 10**30) | st.integers(10**4300, 10**5000), min_size=2, max_size=4, unique=True),
    st.randoms(),
)
def test_numbers_in_names_count_by_their_value_however_long(numbers: list[int], random: Any) -> None:
    digits = [f"{n // 10**4000 or ''}{n % 10**4000:0>{4000 if n >= 10**4000 else 1}}" for n in numbers]
    ordered = [name for _, name in sorted(zip(numbers, digits, strict=True))]
    shuffled = random.sample(ordered, len(ordered))
    # Each matrix holds the number of its place, so that the order can be read off.
    named = {f"W{name}": np.full((3, 3), ordered.index(name)) for name in shuffled}
    assert [int(w[0, 0]) for w in parts_from_arrays(named).weights] == list(range(len(ordered)))


@given(
    st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["²", "W²", "W٣", "b٣", "\ud800"]),
        st.sampled_from([(2, 2), (2,), (1,), ()]),
    )
)
def test_any_names_make_a_network_or_one_sentence(named: dict[str, tuple[int, ...]]) -> None:
    try:
        parts = parts_from_arrays({name: np.ones(shape) for name, shape in named.items()})
    except NetworkError as error:
        sentence = str(error)
    else:
        sentence = ""
        assert len(parts.weights) == sum(shape == (2, 2) for shape in named.values())
    assert sentence == plain(sentence)
