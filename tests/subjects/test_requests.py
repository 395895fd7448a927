"""What is asked for is done, or refused in one sentence; and what is printed to repeat it repeats it."""

import json
import math
import sys
import unittest.mock
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcheck.checking import check
from symcheck.checks import contract
from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
from symcheck.subjects.find import made, split_spec

ROOT = Path(__file__).resolve().parents[2]


def he(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


MATRICES = [np.eye(3), np.ones((2, 3))]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": "3"}, "the seed must be a whole number, not '3'"),
        ({"seed": 1.5}, "the seed must be a whole number, not 1.5"),
        ({"seed": -1}, "the seed must not be negative"),
        ({"only": ["nosuch"]}, "no check is named 'nosuch'"),
        ({"only": "initializer.scal"}, "no check is named 'initializer.scal'; did you mean initializer.scale"),
        ({"only": [3]}, "no check is named 3"),
        ({"timeout": "3"}, "the time limit must be a number, not '3'"),
        ({"timeout": math.nan}, "the time limit must be positive"),
        ({"false_alarm_rate": None}, "the false-alarm rate must be a number, not None"),
        ({"law": 3}, "a law is given by its name, or by {pattern: name}, not by an int"),
        ({"kind": 3}, "kind must be initializer, network or implementation, not 3"),
        ({"call": 3}, "call must be text, not an int"),
        ({"activation": np.tanh}, "activation must be text, not a ufunc"),
        ({"head": 3}, "head must be text, not an int"),
        ({"layout": []}, "layout must be out_in or in_out, not []"),
    ],
)
def test_settings_that_are_none_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SymcheckError) as caught:
        check(he, **options)
    assert words in str(caught.value)


def test_numbers_of_numpy_and_paths_are_as_good(tmp_path: Path) -> None:
    report = check(he, seed=np.int64(3), timeout=np.float32(60), only=contract.shape.name)
    assert (report.passed, report.seed) == (True, 3)
    json.loads(report.to_json())
    np.savez(tmp_path / "w.npz", W1=np.eye(3), W2=np.ones((2, 3)))
    assert check(tmp_path / "w.npz", only="network.finite").passed
    (tmp_path / "nets.py").write_text("def init(shape, rng): return rng.normal(0, 1, shape)\n")
    assert check(Path(f"{tmp_path / 'nets.py'}:init"), seed=np.uint8(7), only=[contract.shape.name]).passed


def test_an_implementation_knows_the_names_of_its_properties() -> None:
    from symcheck.counterexamples.implementations import CorrectMLP

    with pytest.raises(SymcheckError, match="no check is named 'implementation.nosuch'"):
        check(CorrectMLP(), only=["implementation.nosuch"])
    assert check(CorrectMLP(), only="implementation.outputs_are_those_of_the_network").counts["passed"] == 1


class Refuses:
    """An object that raises whatever is read of it."""

    def __getattribute__(self, name: str) -> Any:
        raise LookupError(f"no {name} today")


class Claims:
    """An object that raises only where it is asked for its name."""

    def __getattr__(self, name: str) -> Any:
        raise LookupError("nameless")

    def __call__(self, shape: Any) -> Any:
        return np.ones(shape)


class Lists(list):  # type: ignore[type-arg]
    def __len__(self) -> int:
        raise LookupError("countless")


class Maps(dict):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise SystemExit(3)


def endless() -> Any:
    return endless()


def leaves() -> Any:
    sys.exit(3)


def interrupts() -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (Refuses, "raises LookupError: no __"),
        (Claims, "raises LookupError: nameless"),
        (lambda: Lists(MATRICES), "raises LookupError: countless"),
        (lambda: Maps(W1=np.eye(2)), "raises SystemExit: 3"),
        (lambda: endless, "endless() raises RecursionError"),
        (lambda: leaves, "leaves() raises SystemExit: 3"),
        (lambda: interrupts, "interrupts() raises KeyboardInterrupt"),
    ],
)
def test_what_an_object_raises_is_a_finding(build: Callable[[], Any], words: str) -> None:
    report = check(build(), timeout=60)
    assert [f.status for f in report.failures] == ["error"]
    assert words in report.failures[0].message
    name, called, _ = words.partition("() raises")
    known = f"symcheck.check({name}, " if called else "an object in memory"
    assert known in str(report.failures[0].reproduce)


@pytest.mark.parametrize("subject", [unittest.mock.MagicMock(), None, b"bytes", 3, object(), [[]], {"W": "x"}])
def test_an_object_that_is_no_subject_is_refused_in_one_sentence(subject: Any) -> None:
    with pytest.raises(SymcheckError) as caught:
        check(subject, timeout=60)
    assert "\n" not in str(caught.value)


def self_referential() -> Any:
    inner: list[Any] = []
    inner.append(inner)
    return inner


def test_a_list_of_itself_is_refused() -> None:
    with pytest.raises(SymcheckError):
        check(self_referential(), timeout=60)


def needs(x: int) -> None: ...


def raises_like_it() -> None:
    raise TypeError("needs() missing 1 required positional argument: 'x'")


class Annotated:
    def __init__(self, *, width: int) -> None: ...


@pytest.mark.parametrize(
    ("make", "positional", "keywords", "error"),
    [
        (needs, (), {}, SubjectError),
        (needs, (1, 2), {}, SubjectError),
        (needs, (), {"y": 1}, SubjectError),
        (Annotated, (), {}, SubjectError),
        (type, (), {}, SubjectError),
        (raises_like_it, (), {}, SubjectFailure),
        (lambda: needs(), (), {}, SubjectFailure),  # type: ignore[call-arg]
        (leaves, (), {}, SubjectFailure),
    ],
)
def test_the_signature_tells_a_wrong_call_from_a_subject_that_raises(
    make: Any, positional: Any, keywords: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        made(make, "it", positional, keywords)


def test_what_fits_is_called() -> None:
    assert made(dict, "dict", ([],), {"a": 1}) == {"a": 1}
    assert made(Annotated, "it", (), {"width": 1}).__class__ is Annotated


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.b:c", ("a.b", "c", {}, [])),
        ('f.py:mk(name="a:b")', ("f.py", "mk", {"name": "a:b"}, [])),
        ("f.py:mk('x(:', [1, {2: ':'}])", ("f.py", "mk", {}, ["x(:", [1, {2: ":"}]])),
        ("C:\\nets\\f.py:O.I.he", ("C:\\nets\\f.py", "O.I.he", {}, [])),
        ("a (1)/f.py:mk(n=2)", ("a (1)/f.py", "mk", {"n": 2}, [])),
        ("a:b/f.py:he", ("a:b/f.py", "he", {}, [])),
        (" f.py:he ", ("f.py", "he", {}, [])),
        ("f.py:é", ("f.py", "é", {}, [])),
    ],
)
def test_the_colon_that_counts(text: str, parts: Any) -> None:
    assert split_spec(text) == parts


@pytest.mark.parametrize(
    "text", ["f.py:mk(", "f.py:mk(x)", "f.py:mk(*[1])", "f.py:mk(" + "(" * 999, "f.py:mk({{}})", ":f", "f:"]
)
def test_arguments_that_are_no_literals(text: str) -> None:
    with pytest.raises(SubjectError):
        split_spec(text)


@pytest.mark.parametrize(
    "text", ["a" * 5000 + ".npz", "a" * 300 + ".py:f", "a\0b.npz", "a\0.py:f", "\0", "a" * 5000, "x/" * 3000]
)
def test_a_text_that_can_name_no_file_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(SymcheckError) as caught:
        check(text)
    assert "\n" not in str(caught.value)
