"""What is broken around a subject, or inside a check, is told of and stops nothing else."""

import os
import subprocess
import sys
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
from symcheck.errors import SubjectFailure, SymcheckError
from symcheck.report import Report
from symcheck.subjects.find import find

ROOT = Path(__file__).resolve().parents[2]


def he(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


@pytest.mark.parametrize(
    ("name", "file"), [("torch", "torch.py"), ("torch", "beside.py"), ("keras", "keras.py"), ("scipy", "scipy.py")]
)
def test_a_file_may_be_called_like_a_library(tmp_path: Path, name: str, file: str) -> None:
    (tmp_path / f"{name}.py").write_text("def init(shape, rng): return rng.normal(0, 1, shape)\n")
    (tmp_path / "beside.py").write_text(f"import {name}\ninit = {name}.init\n")
    report = check(f"{tmp_path / file}:init", only=[contract.shape.name])
    assert report.passed, [f.message for f in report.failures]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
@pytest.mark.parametrize("options", [(), ("--json", "-"), ("--html", "/dev/full")])
def test_a_report_that_cannot_be_written_is_one_sentence(options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "symcheck", "check", "zeros", *options]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1


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
    names = ("gradients_are_those_of_the_loss", "gradients_of_a_batch_are_means", "saturated_units_do_not_learn")
    report = check(str(tmp_path / "raising.py"), timeout=60, only=[f"implementation.{name}" for name in names])
    assert [f.status for f in report.findings] == ["error"] * len(names)
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


def test_a_file_that_changed_within_a_second_is_what_it_is_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its old size and time of change, as Python knows it by its bytecode; and nothing is written beside it, nor beside what it imports."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    file, helper = tmp_path / "changing_nets.py", tmp_path / "helper_of_changing_nets.py"
    helper.write_text("zero = 0\n")
    for number in (2, 1):
        file.write_text(f"from helper_of_changing_nets import zero\ndef init(shape):\n    return zero + {number}\n")
        os.utime(file, (1, 1))
        found, *_ = find(f"{file}:init")
        assert found(()) == number
        del sys.modules[found.__module__]
    assert not (tmp_path / "__pycache__").exists()


def test_a_module_is_read_without_bytecode_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets_by_name.py").write_text("def init(shape):\n    return 3\n")
    found, *_ = find("nets_by_name:init")
    assert found(()) == 3
    assert not (tmp_path / "__pycache__").exists()
    assert not sys.dont_write_bytecode
