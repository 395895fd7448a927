"""What repeats a failure is written in the author's own functions, and gives what was told when it is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from faults import FAULTS
from test_faults import written

import symcheck
from symcheck.report import Finding

FIRST = [f"implementation.{n}" for n in ("outputs_are_those_of_the_network", "gradients_are_those_of_the_loss")]
#: Faults of code whose calls are written down, and of code for which the protocol stands.
OWN = (
    "averaged twice",
    "dW2 in place of W2",
    "bias forgotten in the forward",
    "relu's mask forgotten",
    "softmax over the wrong axis",
    "one gradient in place of another",
    "activation on the wrong array",
)
STANDING = ("error not passed back", "update of the output's weights before they are used", "mask of the inputs")


def first(name: str, folder: Path) -> Finding:
    return symcheck.check(str(written(name, folder)), only=FIRST).failures[0]


def printed(finding: Finding) -> np.ndarray:
    done = subprocess.run([sys.executable, "-c", str(finding.reproduce)], capture_output=True, text=True, check=True)
    return np.fromstring(done.stdout.translate(str.maketrans("", "", "[]")), sep=" ")


def shown(finding: Finding) -> float:
    """The number that the sentence says was got."""
    return float(finding.message.split(" is ")[1].split(",")[0])


#: One of the gradients and one of the outputs, and one for which the protocol stands; the others in a stage of CI.
SHORT = ("averaged twice", "bias forgotten in the forward", "error not passed back")


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in SHORT else pytest.mark.soak) for name in (*OWN, *STANDING)]
)
def test_what_is_printed_is_what_was_told(name: str, tmp_path: Path) -> None:
    finding = first(name, tmp_path)
    got, wrong = printed(finding), shown(finding)
    assert np.isclose(got, wrong, rtol=1e-3, atol=1e-12).any()
    assert ("driver_of" in str(finding.reproduce)) == (name in STANDING)


def test_the_lines_are_the_authors_own_calls(tmp_path: Path) -> None:
    assert "dW2 in place of W2" in FAULTS
    lines = str(first("dW2 in place of W2", tmp_path).reproduce).splitlines()
    assert any(line.startswith("parameters = subject.initialize_parameters(n_x=") for line in lines)
    assert any(line.startswith("parameters['W1'] = np.array(") for line in lines)
    assert "A2, cache = subject.forward_propagation(X, parameters)" in lines
    assert "grads = subject.backward_propagation(parameters, cache, X, Y)" in lines
    assert lines[-1].startswith("print(grads['d")
