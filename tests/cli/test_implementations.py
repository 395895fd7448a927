"""`symcheck check` on from-scratch networks: the property suite as findings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP, backward
from symcheck.suite.properties import properties

Cli = Callable[..., Any]
MLPS = Path(__file__).parents[1] / "pytest" / "mlps.py"
GRADIENTS = "implementation.gradients_are_those_of_the_loss"


@pytest.fixture
def mlps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    shutil.copy(MLPS, tmp_path / "mlps.py")
    monkeypatch.chdir(tmp_path)
    return "mlps.py"


def test_a_correct_network_passes_every_property_that_applies(cli: Cli, mlps: str) -> None:
    done = cli("check", f"{mlps}:MyMLP", "--json", "-")
    report = json.loads(done.out)
    assert done.status == 0
    assert report["verdict"] == "passed"
    assert report["subject"]["kind"] == "implementation"
    assert report["subject"]["layout"] == "out_in"
    assert "gradients(params, X, Y)" in report["subject"]["called_as"]
    assert report["counts"]["failed"] == 0
    named = {f["check"].partition("[")[0] for f in report["findings"]}
    assert named == {"implementation." + f.__name__.removeprefix("test_") for f in properties()}
    assert report["counts"]["passed"] > 40


def test_a_fault_is_found_named_and_can_be_reproduced(mlps: str) -> None:
    report = symcheck.check(f"{mlps}:DerivativeForgotten", only=[GRADIENTS]).as_dict()
    assert report["verdict"] == "failed"
    (finding,) = report["findings"]
    assert (finding["check"], finding["status"]) == (GRADIENTS, "failed")
    assert "but should be" in finding["message"]
    assert "derivative of the activation is missing" in finding["diagnosis"]
    assert "subject.gradients(params, X, Y)" in finding["reproduce"]
    done = subprocess.run([sys.executable, "-c", finding["reproduce"]], capture_output=True, text=True, check=True)
    # A matrix or a vector: which of them is wrong in the smallest case is not the same for every seed.
    assert np.fromstring(done.stdout.translate(str.maketrans("", "", "[]")), sep=" ").size


def test_what_hangs_is_told_once_on_a_terminal(cli: Cli, mlps: str) -> None:
    done = cli("check", f"{mlps}:Hangs", "--timeout", "1")
    assert done.status == 1
    assert " ".join(done.out.split()).count("gradients does not return within 1 s") <= 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mlps.py:NeedsAnArgument",), "activation"),
        (("mlps.py:MyMLP", "--activation", "relu"), "activation is for initializers and networks"),
        (("mlps.py:MyMLP", "--law", "nonsense"), "nonsense"),
        (("mlps.py:nothing",), "nothing"),
        (("he_normal", "--kind", "implementation"), "he_normal"),
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence(
    cli: Cli, mlps: str, arguments: tuple[str, ...], words: str
) -> None:
    done = cli("check", *arguments)
    assert done.status == 2
    assert words in done.err
    assert "Traceback" not in done.err


def test_objects_are_judged_in_python() -> None:
    for implementation, right in ((CorrectMLP(), True), (backward.FAULTS[0](), False)):
        report = symcheck.check(implementation, only=[GRADIENTS], false_alarm_rate=1e-12)
        assert report.passed == right
        assert [f.check for f in report.findings] == [GRADIENTS]


def test_a_mapping_of_weights_is_a_network_although_it_has_an_update() -> None:
    rng = np.random.default_rng()
    weights = {"W1": rng.standard_normal((4, 3)), "W2": rng.standard_normal((2, 4))}
    assert symcheck.check(weights).kind == "network"


def test_a_property_is_explained(cli: Cli) -> None:
    done = cli("explain", "implementation.tied_units_train_as_one")
    assert done.status == 0
    assert "symcheck prove quotient" in done.out
    assert "C3" in done.out
    assert cli("explain", "implementation.nonsense").status == 2


def test_certify_says_that_it_is_not_for_implementations(cli: Cli, mlps: str) -> None:
    done = cli("certify", f"{mlps}:MyMLP")
    assert done.status == 2
    assert "is an implementation" in done.err
