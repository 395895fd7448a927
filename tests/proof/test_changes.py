"""Texts that have the name of a theorem of the library: what they state is the library's, or it is said what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcheck.proof import THEOREMS
from symcheck.proof.changes import changes
from symcheck.proof.exercise import exercise
from symcheck.proof.library import proof_of, theorem_text
from symcheck.proof.student import gone_through, unchecked_cases
from symcheck.proof.text.outline import TextError
from symcheck.render.documents.text import as_text
from symcheck.render.proofs import checked_text


def constant_init() -> str:
    text = theorem_text("constant-init")
    assert text is not None
    return text


@pytest.mark.parametrize("name", THEOREMS)
def test_an_exercise_states_what_the_library_states(name: str) -> None:
    assert changes(proof_of(exercise(name, "easy"), "mine.txt")) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        # Grossly: the conclusion is assumed, or left out.
        ("  W[0, l, i, j] = w[l]\n", "  W[0, l, i, j] = 0\n", ("hypothesis", "constant-weights", "changed")),
        ("conclude tied-gradients", "lemma tied-gradients   0 = 0\n#", ("conclusion", "tied-gradients", "missing")),
        ("use backprop", "given more   x\n  w[1] = 0\nuse backprop", ("hypothesis", "more", "new")),
        # Slightly: one end of a range.
        ("for l in 1..L-1\n  needed", "for l in 1..L\n  needed", ("hypothesis", "constant-biases", "changed")),
        ("conclude tied-gradients from", "conclude tied from", ("conclusion", "tied", "new")),
    ],
)
def test_what_is_stated_otherwise_is_named(right: str, wrong: str, found: tuple[str, str, str]) -> None:
    text = constant_init()
    assert right in text
    changed = text.replace(right, wrong)
    assert found in [(c.part, c.name, c.how) for c in changes(proof_of(changed, "mine.txt"))]
    other = changed.replace("theorem constant-init", "theorem mine")
    assert changes(proof_of(other, "mine.txt")) == ()


def test_it_is_said_at_the_top(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(constant_init().replace("  W[0, l, i, j] = w[l]\n", "  W[0, l, i, j] = 1\n"), encoding="utf-8")
    written = " ".join(as_text(checked_text(gone_through(str(file)), "short"), 1000).split())
    at = written.index("This is not constant-init as the library states it")
    assert at < 150
    assert "the hypothesis constant-weights says: W[0, l, i, j] = 1" in written


def test_a_case_that_shows_nothing_is_rejected_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    text = constant_init()
    file.write_text(text, encoding="utf-8")
    assert gone_through(str(file)).accepted
    # With equal weights nothing is shown.
    file.write_text(text.replace("W1 = 0, 1;", "W1 = 1, 1;"), encoding="utf-8")
    with pytest.raises(TextError, match="constant-weights holds in this case") as raised:
        gone_through(str(file))
    assert "W1 = 0, 1;" in text.splitlines()[raised.value.line - 1]


def test_cases_of_other_theorems_are_said_not_to_be_checked() -> None:
    text = constant_init()
    assert not unchecked_cases(proof_of(text, "mine.txt"))
    assert unchecked_cases(proof_of(text.replace("theorem constant-init", "theorem mine"), "mine.txt"))
