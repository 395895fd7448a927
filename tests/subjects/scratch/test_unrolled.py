"""Parameters that are unrolled into one vector are read, whatever order they are unrolled in and however targets come."""

from __future__ import annotations

from pathlib import Path

import pytest
from objectives import FORMS

import symcheck
from symcheck.report import Report

FILE = FORMS / "unrolled.py"
GRADIENTS = "implementation.gradients_are_those_of_the_loss"
CLASSES = "np.eye(num_labels)[y.astype(int).ravel() - 1]"
SLOPE = " * sigmoidGradient(z2)"

#: What is written otherwise, and what is said of it.
FORMS_OF_IT = {
    "from 1": ([], "y as the number of the class from 1"),
    "from 0": ([(CLASSES, "np.eye(num_labels)[y.astype(int).ravel()]")], "y as the number of the class from 0"),
    "unit rows": (
        [(CLASSES, "y"), ("m = X.shape[0]\n    Y", "m, k = y.shape\n    assert k == num_labels\n    Y")],
        "y as unit rows",
    ),
    "columns": (
        [
            (
                ".reshape(hidden_layer_size, input_layer_size + 1)",
                ".reshape((hidden_layer_size, input_layer_size + 1), order='F')",
            ),
            (".reshape(num_labels, hidden_layer_size + 1)", ".reshape((num_labels, hidden_layer_size + 1), order='F')"),
            ("Theta1_grad.ravel(), Theta2_grad.ravel()", "Theta1_grad.ravel('F'), Theta2_grad.ravel('F')"),
        ],
        "unrolled column by column; bias the first column",
    ),
}


def judged(folder: Path, changes: list[tuple[str, str]], only: list[str] | None = None) -> Report:
    text = FILE.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "exercise.py"
    path.write_text(text)
    return symcheck.check(str(path), only=only)


@pytest.mark.first(1)
@pytest.mark.parametrize("form", FORMS_OF_IT)
def test_right_code_passes_and_it_is_said_how_it_was_read(form: str, tmp_path: Path) -> None:
    changes, said = FORMS_OF_IT[form]
    report = judged(tmp_path, changes)
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert {f.check: f.status for f in report.findings}[GRADIENTS] == "passed"
    assert any(said in note for note in report.notes)
    assert any("lambda_ being 0" in note for note in report.notes)
    assert any(note.startswith("no forward, initialize or update") for note in report.notes)


@pytest.mark.first(1)
@pytest.mark.parametrize("form", FORMS_OF_IT)
@pytest.mark.parametrize(("new", "said"), [("", "derivative"), (" * sigmoidGradient(z2) * 1.00001", "1.00001")])
def test_faulty_code_fails(form: str, new: str, said: str, tmp_path: Path) -> None:
    report = judged(tmp_path, [*FORMS_OF_IT[form][0], (SLOPE, new)], [GRADIENTS])
    assert report.verdict is not None
    assert said in report.verdict.sentences[0]


def test_an_activation_that_no_name_tells_is_said_to_be_missing(tmp_path: Path) -> None:
    text = FILE.read_text().replace("sigmoidGradient", "slope").replace("sigmoid", "squash")
    path = tmp_path / "exercise.py"
    path.write_text(text)
    assert any(
        "not found" in note and "activation = NAME" in note
        for note in symcheck.check(str(path), only=[GRADIENTS]).notes
    )
    path.write_text(text + "\n\nactivation = 'sigmoid'\n")
    (finding,) = symcheck.check(str(path), only=[GRADIENTS]).findings
    assert finding.status == "passed"
