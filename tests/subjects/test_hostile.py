"""Hostile subjects: one clear sentence each, the right exit status, never a traceback."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symcheck.asserts import assert_breaks_symmetry
from symcheck.checking import check
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.errors import SymcheckError
from symcheck.subjects.deadline import Deadline

HOSTILE = Path(__file__).with_name("hostile.py")


@pytest.fixture
def judged(cli: Callable[..., Any]) -> Callable[..., tuple[int, dict[str, Any]]]:
    def run(attribute: str, *options: str) -> tuple[int, dict[str, Any]]:
        outcome = cli("check", f"{HOSTILE}:{attribute}", "--json", "-", *options)
        assert "Traceback" not in outcome.out + outcome.err
        return outcome.status, json.loads(outcome.out)

    return run


def finding(report: dict[str, Any], check: str) -> dict[str, Any]:
    return next(f for f in report["findings"] if f["check"] == check)


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("raises", "raises RuntimeError: no luck …"),
        ("takes_no_source", "raises TypeError: first given a RandomState"),
        ("leaves_the_process", "ends the process when it is called (exit status 7)"),
        ("exits", "raises SystemExit: 0"),
        ("is_killed", "killed by SIGKILL"),
        ("returns_none", "returns None"),
        ("returns_a_list", "returns a list; it should return an array"),
        ("returns_text", "returns a str"),
        ("returns_complex", "an array of complex128"),
        ("returns_objects", "an array of object"),
    ],
)
def test_a_call_that_yields_no_weights_is_a_finding(judged: Any, attribute: str, words: str) -> None:
    status, report = judged(attribute)
    assert (status, report["verdict"]) == (1, "failed")
    found = finding(report, "initializer.call")
    assert found["status"] == "error"
    assert words in found["message"]
    assert "\n" not in found["message"]


@pytest.mark.parametrize("attribute", ["busy", "sleeps", "swallows_everything"])
def test_a_call_that_never_returns_is_ended(judged: Any, attribute: str) -> None:
    status, report = judged(attribute, "--timeout", "0.5")
    assert status == 1
    assert "does not return within 0.5 s" in finding(report, "initializer.call")["message"]
    assert report["counts"]["passed"] == 0


def test_a_factory_that_hangs_is_ended_and_said_to_have_been_called(judged: Any) -> None:
    status, report = judged("hangs_while_building", "--timeout", "0.4")
    assert status == 1
    assert report["findings"][0]["message"] == "does not return within 1.2 s when it is called"


def test_a_module_that_hangs_is_said_to_be_imported(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symcheck.subjects.host.LOAD_LIMIT", 2.0)
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(1e6)\n")
    outcome = cli("check", f"{tmp_path / 'slow.py'}:init", "--timeout", "0.4")
    assert outcome.status == 1
    assert "does not return within 2 s when its module is imported" in " ".join(outcome.out.split())


@pytest.mark.parametrize(
    ("attribute", "check", "words"),
    [
        ("returns_nan", "initializer.finite", "not finite"),
        ("returns_wrong_shape", "initializer.shape", "got shape (3, 3), but should be (7, 5)"),
        ("returns_its_buffer", "initializer.shared", "share one array"),
    ],
)
def test_a_wrong_array_is_a_finding(judged: Any, attribute: str, check: str, words: str) -> None:
    status, report = judged(attribute)
    assert status == 1
    assert finding(report, check)["status"] == "failed"
    assert words in finding(report, check)["message"]


@pytest.mark.first(3)
@pytest.mark.parametrize(
    "attribute",
    [
        "returns_float16",
        "returns_read_only",
        "prints",
        "closes_its_streams",
        "wants_the_old_generator",
        "only_matrices",
        "legacy_seed",
        "integer_rng",
    ],
)
def test_what_is_odd_but_right_passes(judged: Any, attribute: str) -> None:
    status, report = judged(attribute, "--law", "he_normal")
    assert (status, report["verdict"]) == (0, "passed"), [f for f in report["findings"] if f["status"] == "failed"]


def test_float16_is_said(judged: Any) -> None:
    assert "float16 (11 bits)" in finding(judged("returns_float16")[1], "initializer.dtype")["message"]


def test_what_only_draws_matrices_is_said(judged: Any) -> None:
    assert any("only matrices" in note for note in judged("only_matrices")[1]["notes"])


@pytest.mark.first(10)
@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("no_such_module_xyz:init", "there is no module named 'no_such_module_xyz'"),
        ("json:no_such_thing", "json has no attribute 'no_such_thing'"),
        ("json:dumpz", "did you mean dump"),
        ("no_such_file.py:init", "there is no file 'no_such_file.py'"),
        (f"{HOSTILE}:NOT_CALLABLE", "is a float: neither an initializer"),
        (f"{HOSTILE}:PLAIN_STRINGS", "PLAIN_STRINGS: W1 has dtype <U1"),
        (f"{HOSTILE}:unclear", "cannot tell how to call"),
        ("math:pi", "is a float"),
        ("none.npz", "there is no file 'none.npz'"),
        ("none.safetensors", "there is no file 'none.safetensors'"),
        ("no_such_law", "no law is named 'no_such_law'"),
        ("", "'' names nothing to check: write package.module:attribute"),
        (str(HOSTILE), "is a file of code: say what in it is to be checked, as in"),
        ("nosuch.py", "there is no file 'nosuch.py'"),
        (str(HOSTILE.parent), "is a folder"),
        ("numpy.random", "write numpy:random or numpy.random:NAME"),
        ("np.random.randn", "write numpy.random:randn"),
        ("np.random.normal(0, 1)", "write numpy.random:normal(0, 1)"),
        ("weights.npy", "symcheck: weights.npy is a single array; save the layers together"),
        ("none.pt", "there is no file 'none.pt'"),
        ("model.onnx", "save the weights as .npz or .safetensors"),
        ("folder/weights", "names nothing to check"),
        ("normal(1", "has a bracket that is not closed: write 'normal(1)'"),
        ("henormal", "no law is named 'henormal'; did you mean he_normal?"),
        ("json:nosuch_", "json has no attribute 'nosuch_'\n"),
        (f"{HOSTILE}:he(foo=1)", "he has no argument 'foo'; it takes shape, rng"),
        (f"{HOSTILE}:returns_non", "did you mean returns_none?"),
        (f"{HOSTILE}:Plain", "is a class whose instances are neither"),
        (":init", "names nothing to check"),
        ("json:", "names nothing to check"),
        ("json:dumps(", "must be literals"),
        (f"{HOSTILE}:he(__import__('os'))", "must be literals"),
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence(cli: Any, subject: str, words: str) -> None:
    outcome = cli("check", subject)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("symcheck: ")
    assert words in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_module_that_raises_when_imported_is_a_failed_subject(cli: Any, tmp_path: Path) -> None:
    for name, text, words in [
        ("raising", "raise ValueError('at import')", "raises ValueError: at import"),
        ("unparsable", "def init(:\n  pass", "raises SyntaxError"),
        ("exiting", "import sys; sys.exit(3)", "raises SystemExit: 3"),
    ]:
        (tmp_path / f"{name}.py").write_text(text)
        outcome = cli("check", f"{tmp_path / name}.py:init")
        assert outcome.status == 1, outcome
        assert words in " ".join(outcome.out.split())
    (tmp_path / "needs.py").write_text("import a_module_nobody_has")
    outcome = cli("check", f"{tmp_path / 'needs'}.py:init")
    assert outcome.status == 2
    assert "needs the module 'a_module_nobody_has', which is not installed" in outcome.err


def test_a_property_that_raises_is_a_failed_subject(judged: Any) -> None:
    status, report = judged("describes.he")
    assert status == 1
    assert "raises OSError: no such property today" in report["findings"][0]["message"]


def test_networks_come_from_factories_and_from_layer_sizes(judged: Any) -> None:
    for attribute, status in [("matrices", 0), ("coursera", 0), ("coursera_zeros", 1)]:
        got, report = judged(attribute)
        assert got == status, report
        assert report["subject"]["kind"] == "network"


def test_debug_shows_the_traceback(cli: Any) -> None:
    from symcheck.errors import SubjectError

    with pytest.raises(SubjectError):
        cli("check", "json:no_such_thing", "--debug")


@pytest.mark.parametrize("name", ["random", "numpy", "json", "nets"])
def test_a_file_may_be_called_like_a_module(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "helper_of_nets.py").write_text("STD = 0.1\n")
    (tmp_path / f"{name}.py").write_text(
        "from helper_of_nets import STD\ndef init(shape, rng): return rng.normal(0, STD, shape)\n"
    )
    monkeypatch.chdir(tmp_path)
    outcome = cli("check", f"{name}.py:init", "--law", "normal(0.1)")
    assert outcome.status == 0, outcome.out + outcome.err


def test_the_working_directory_can_be_imported_from(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_local_nets.py").write_text(
        "import numpy as np\ndef init(shape, rng): return rng.normal(0, .1, shape)\n"
    )
    monkeypatch.chdir(tmp_path)
    assert cli("check", "my_local_nets:init", "--law", "normal(0.1)").status == 0


@pytest.mark.parametrize(("load", "whole"), [(0.0, 10.0), (1.4, 10.0), (2.0, 20.0), (100.0, 40.0)])
def test_a_limit_grows_with_the_load_of_the_machine_and_not_without_end(
    monkeypatch: pytest.MonkeyPatch, load: float, whole: float
) -> None:
    now = [1000.0]
    monkeypatch.setattr(os, "getloadavg", lambda: (load * (os.cpu_count() or 1),) * 3)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    deadline = Deadline(10.0)
    while left := deadline.left():
        now[0] += left
    assert now[0] - 1000 == pytest.approx(whole)


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("dies_at_the_twentieth_call", "(exit status 9)"),
        ("raises_at_the_thirtieth_call", "raises ValueError: once"),
        ("raises_at_the_first_call", "raises ValueError: cold start"),
        ("closes_its_pipes", "closes the pipe through which it answers"),
        ("writes_into_its_pipes", "writes into the pipe through which it answers"),
        ("forks_and_dies", "(exit status 3)"),
    ],
)
def test_one_failing_call_of_many_is_a_finding(judged: Any, attribute: str, words: str) -> None:
    status, report = judged(attribute, "--timeout", "3")
    found = finding(report, "initializer.call")
    assert (status, found["status"]) == (1, "error")
    assert words in found["message"]


def test_a_child_that_outlives_its_parent_holds_nothing_up(judged: Any) -> None:
    assert judged("leaves_a_child_behind")[0] == 0


def test_functions_that_return_functions_come_to_an_end(cli: Callable[..., Any]) -> None:
    outcome = cli("check", f"{HOSTILE}:returns_itself")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "returns a function that returns a function" in outcome.err


def test_a_certificate_of_what_raises_is_one_sentence(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def build():\n    raise RuntimeError('no')\n")
    outcome = cli("certify", f"{tmp_path / 'bad.py'}:build")
    assert outcome.status == 1
    assert outcome.err.endswith("build() raises RuntimeError: no (bad.py, line 2)\n")
    assert "Traceback" not in outcome.err


def test_a_module_is_no_implementation_because_of_a_function_of_that_name(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a_package_of_ours").mkdir()
    (tmp_path / "a_package_of_ours" / "__init__.py").write_text("import a_package_of_ours.inner\n")
    (tmp_path / "a_package_of_ours" / "inner.py").write_text("def update(): pass\n")
    outcome = cli("check", "a_package_of_ours:inner")
    assert outcome.status == 2
    assert "is a module: neither" in outcome.err


def test_objects_that_are_refused_leave_no_thread_behind() -> None:
    before = set(threading.enumerate())
    for _ in range(8):
        with pytest.raises(SymcheckError):
            check(3.5)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive()


def test_an_implementation_is_not_said_to_keep_symmetry() -> None:
    with pytest.raises(SymcheckError, match="is an implementation"):
        assert_breaks_symmetry(CorrectMLP())
