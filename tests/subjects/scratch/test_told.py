"""Nothing passes in silence: what was not used, left out, misspelt, or drawn from a global generator is said at the top."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from objectives import FORMS

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.errors import SubjectError
from symcheck.report import Report

ONLY = ["implementation.outputs_are_those_of_the_network", "implementation.the_same_seed_gives_the_same_start"]

ODD = """
import numpy as np


class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(n, m) for n, m in zip(sizes, sizes[1:])]
        self.b = [np.zeros(m) for m in sizes[1:]]

    def forward(self, X):
        for W, b in zip(self.W[:-1], self.b[:-1]):
            X = np.tanh(X @ W + b)
        return X @ self.W[-1] + self.b[-1]

    def blame(self, X, Y):
        return None
"""


class _OddlyNamed:
    """A backward that no name tells."""

    activation, loss = "tanh", "mse"

    def forward(self, params: Any, X: Any) -> Any:
        return CorrectMLP().forward(params, X)

    def errors_to_slopes(self, params: Any, X: Any, Y: Any) -> Any:
        return CorrectMLP().gradients(params, X, Y)


def judged(subject: Any, only: list[str] = ONLY) -> Report:
    return symcheck.check(subject, only=only)


def test_a_backward_of_an_unknown_name_is_said_with_the_half_that_is_skipped() -> None:
    notes = judged(_OddlyNamed(), ONLY[:1]).notes
    assert notes[0].startswith("it has no gradients (or train_step) or initialize: every property that needs one is")
    assert notes[0].endswith("not used of it: errors_to_slopes")


def test_a_whole_network_is_told_of_nothing_that_is_skipped() -> None:
    assert not any("is skipped" in note for note in judged(CorrectMLP()).notes)


def test_the_same_is_said_of_code_as_its_author_left_it(tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text(ODD)
    notes = judged(f"{path}:Net").notes
    assert "gradients: none, and no step of training" in notes
    assert "not used: blame" in notes
    assert any(note.startswith("no gradients (or train_step) was found in it: every") for note in notes)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("losss = 'mse'", "declared.losss says nothing here: did you mean loss?"),
        (
            "output_activaton = 'sigmoid'",
            "declared.output_activaton says nothing here: did you mean output_activation?",
        ),
        ("feature_first = True", "declared.feature_first says nothing here: did you mean features_first?"),
        ("loss_history = []", ""),
    ],
)
def test_a_declaration_that_is_misspelt_in_an_authors_file_is_said(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "declared.py"
    path.write_text((FORMS / "forward_backward_class.py").read_text() + f"\n\n{line}\n")
    notes = judged(str(path)).notes
    assert [note for note in notes if "says nothing here" in note] == ([said] if said else [])


def test_a_loss_of_another_name_is_refused_with_the_right_one(tmp_path: Path) -> None:
    path = tmp_path / "declared.py"
    path.write_text((FORMS / "forward_backward_class.py").read_text() + "\n\nloss = 'bce'\n")
    with pytest.raises(SubjectError, match="did you mean binary_cross_entropy"):
        judged(str(path))


def test_what_is_drawn_from_the_global_generator_is_said_once_and_fails_nothing() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[union-attr,index]
    every = [f.check for f in symcheck.check(str(FORMS / "column_network.py"), only=ONLY).findings]
    report = judged(str(FORMS / "column_network.py"), every)
    assert sum("generator that it is not handed" in note for note in report.notes) == 1
    assert report.passed
    assert np.array_equal(np.random.get_state()[1], before)  # type: ignore[index]
