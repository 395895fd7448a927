"""What is asked for is done, or refused in one sentence; and what is printed to repeat it repeats it."""

import json
import math
import os
import shlex
import subprocess
import sys
import unittest.mock
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.checking import check
from symcheck.checks import contract
from symcheck.checks.definition import Check
from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
from symcheck.report import Report
from symcheck.subjects.find import made, split_spec
from symcheck.subjects.repeat import run_again

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
        ({"law": 3}, "a law is given by its name, not by an int"),
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
    assert "an object in memory" in str(report.failures[0].reproduce)


@pytest.mark.parametrize(
    "subject", [unittest.mock.MagicMock(), None, b"bytes", 3, object(), [[]], {1: np.eye(2)}, {"W": "x"}]
)
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


names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
settings_of = st.fixed_dictionaries(
    {
        "law": st.none() | st.sampled_from(["he_normal", "normal(0.1)", "glorot_uniform(gain=2)"]),
        "call": st.none() | st.just("f(shape, rng)"),
        "false_alarm_rate": st.none() | st.just(1e-6),
        "timeout": st.none() | st.just(2.5),
        "seed": st.integers(0, 2**31 - 1),
    }
)


@given(names, settings_of)
def test_a_command_says_all_that_was_given(name: str, given: dict[str, Any]) -> None:
    from symcheck.cli.judging import check as command

    line = run_again(name, True, given)
    if name.isprintable():
        read = command.make_context("check", shlex.split(line)[2:]).params
        assert read["subject"] == name
        assert (read["law"], read["call"], read["seed"]) == (given["law"], given["call"], given["seed"])
        assert read["timeout"] == (given["timeout"] or 10.0)
        assert read["false_alarm"] == (given["false_alarm_rate"] or 1e-9)
    in_memory = run_again(name, False, given)
    told = {k: v for k, v in given.items() if v is not None}
    assert eval(in_memory, {"symcheck": unittest.mock.Mock(check=lambda s, **k: k), "subject": 1}) == told


DRAWING = """
import random
import numpy as np
AT_IMPORT = np.random.standard_normal((4, 3)) * random.random()
def at_import(): return [AT_IMPORT, np.ones((2, 4))]
def drawn(): return [np.random.standard_normal((4, 3)), np.ones((2, 4)) * random.random()]
def sized(layer_dims): return {f"W{i}": np.random.randn(b, a) for i, (a, b) in enumerate(zip(layer_dims, layer_dims[1:]))}
def fitted():
    from sklearn.neural_network import MLPClassifier
    return MLPClassifier((5,))
"""


@pytest.mark.parametrize("attribute", ["at_import", "drawn", "sized"])
def test_a_seed_repeats_a_factory_that_draws(tmp_path: Path, attribute: str) -> None:
    from symcheck.subjects.data import Options
    from symcheck.subjects.opening import open_network

    (tmp_path / "drawing_nets.py").write_text(DRAWING)
    found = [open_network(f"{tmp_path / 'drawing_nets.py'}:{attribute}", Options(seed=s)).weights for s in (5, 5, 6)]
    assert all(np.array_equal(a, b) for a, b in zip(found[0], found[1], strict=True))
    assert not np.array_equal(found[0][0], found[2][0])


def test_a_seed_repeats_what_a_library_initializes(sklearn: Any) -> None:
    from symcheck.subjects.data import Options
    from symcheck.subjects.opening import open_network

    estimator = sklearn.neural_network.MLPClassifier((5,))
    found = [open_network(estimator, Options(seed=s)).weights[0] for s in (5, 5, 6)]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_loading_leaves_the_caller_s_generators_alone() -> None:
    np.random.seed(1)
    expected = np.random.standard_normal(3)
    np.random.seed(1)
    check(lambda: [np.random.standard_normal((3, 2)), np.ones((1, 3))], only="network.finite")
    assert np.array_equal(np.random.standard_normal(3), expected)


NESTED = """
import numpy as np
class Outer:
    class Mlp:
        activation, loss = "identity", "mse"
        def gradients(self, params, X, Y): return [(np.full_like(W, 7.5), np.zeros_like(b)) for W, b in params]
class Bound(Outer.Mlp):
    def __init__(self, activation): self.activation = activation
def make(): return Outer.Mlp()
def make_class(): return Outer.Mlp
def make_bound(activation="identity"): return Bound(activation)
kept = Outer.Mlp()
gradients, activation, loss = kept.gradients, "identity", "mse"
"""


@pytest.mark.parametrize(
    ("file", "attribute"),
    [
        ("nested.py", "Outer.Mlp"),
        ("nested.py", "make"),
        ("nested.py", "make_class"),
        ("nested.py", "Bound(activation='identity')"),
        ("nested.py", "make_bound(activation='identity')"),
        ("a folder/my nets.py", "make"),
        ("statistics.py", "Outer.Mlp"),
        ("nested.py", ""),
        ("a folder/my nets.py", ""),
    ],
)
def test_code_that_repeats_a_failure_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, attribute: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(NESTED)
    monkeypatch.chdir(tmp_path)
    subject = f"{file}:{attribute}" if attribute else file
    report = check(subject, only="implementation.gradients_are_those_of_the_loss", timeout=60)
    code = str(report.failures[0].reproduce)
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert "7.5" in done.stdout, code + done.stderr


@pytest.mark.parametrize("name", ["torch", "jax", "keras", "scipy"])
@pytest.mark.parametrize("file", ["{}.py", "beside.py"])
def test_a_file_may_be_called_like_a_library(tmp_path: Path, name: str, file: str) -> None:
    (tmp_path / f"{name}.py").write_text("def init(shape, rng): return rng.normal(0, 1, shape)\n")
    (tmp_path / "beside.py").write_text(f"import {name}\ninit = {name}.init\n")
    report = check(f"{tmp_path / file.format(name)}:init", only=[contract.shape.name])
    assert report.passed, [f.message for f in report.failures]


def test_the_working_folder_may_be_gone(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text("def init(shape, rng): return rng.normal(0, 0.1, shape)\n")
    gone = tmp_path / "gone"
    code = (
        f"import os, sys; os.mkdir({str(gone)!r}); os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); "
        "from symcheck.__main__ import main; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for subject, status in [(f"{tmp_path / 'nets.py'}:init", 0), ("no_such_module_xyz:f", 2)]:
        command = [sys.executable, "-c", code, "check", subject, "--law", "normal(0.1)"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "error", [OverflowError("too large"), ZeroDivisionError(), RecursionError(), SubjectFailure("died", "died")]
)
def test_a_check_that_raises_is_an_error_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(bench: Any) -> Any:
        raise error

    check_of = contract.shape
    wrong = Check(check_of.kind, check_of.aspect, check_of.grade, "", "", "", broken)
    everything = [wrong, contract.finite]
    monkeypatch.setattr("symcheck.checks.runner.checks_of", lambda kind: everything)
    monkeypatch.setattr("symcheck.checks.runner.recognise", broken)
    report = check(he)
    assert [f.status for f in report.findings] == ["error", "passed"]
    assert "which is a fault of symcheck" in report.failures[0].message
    assert any("could not be described" in note for note in report.notes)
    assert report.failures[0].reproduce


def test_a_property_that_raises_is_an_error_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.counterexamples.implementations import CorrectMLP

    def broken(*arguments: Any) -> Any:
        raise OverflowError("too large")

    monkeypatch.setattr("symcheck.suite.properties.run_property", broken)
    report = check(CorrectMLP(), only="implementation.outputs_are_those_of_the_network")
    assert [f.status for f in report.findings] == ["error"]
    assert "this check raises OverflowError: too large" in report.failures[0].message


def test_a_method_that_raises_is_an_error_in_every_property(tmp_path: Path) -> None:
    (tmp_path / "raising.py").write_text(
        "activation, loss = 'tanh', 'mse'\ndef gradients(params, X, Y): raise LookupError('no gradients')\n"
    )
    report = check(str(tmp_path / "raising.py"), timeout=60)
    assert {f.status for f in report.failures} == {"error"}
    assert len(report.failures) > 5
    assert all("gradients raises LookupError: no gradients" in f.message for f in report.failures)


def test_models_of_a_library_are_networks_whatever_attributes_they_have(torch: Any) -> None:
    class Net(torch.nn.Sequential):  # type: ignore[misc,name-defined]
        activation, loss = "relu", "mse"

        def __init__(self) -> None:
            super().__init__(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))

        def initialize(self) -> None: ...

        def update(self) -> None: ...

    for subject in (Net, Net()):
        report: Report = check(subject, only="network.finite")
        assert (report.kind, report.passed) == ("network", True)


@settings(max_examples=10)
@given(st.sampled_from(["shape", "rng", "rows", "cols", "x", "self", "sizes", "l"]), st.booleans())
def test_any_signature_is_called_or_refused_in_one_sentence(name: str, optional: bool) -> None:
    function: Callable[..., Any] = eval(f"lambda {name}{'=None' if optional else ''}: 1 / 0")
    try:
        report = check(function, timeout=60)
    except SymcheckError as error:
        refused = str(error)
    else:
        refused = ""
        assert all(f.status == "error" for f in report.failures)
    assert "\n" not in refused
