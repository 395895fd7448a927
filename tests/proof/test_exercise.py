"""Exercises: what is left out is named when it is checked, and what was left out makes the proof close."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcheck.proof import THEOREMS
from symcheck.proof.causes import causes
from symcheck.proof.exercise import LEVELS, exercise
from symcheck.proof.student import gone_through
from symcheck.proof.text.moves import BLANK, RULE_WORDS
from symcheck.proof.text.outline import TextError
from symcheck.proof.theorem import Theorem


def checked(text: str, folder: Path) -> Theorem:
    file = folder / "exercise.txt"
    file.write_text(text, encoding="utf-8")
    return gone_through(str(file))


def open_lines(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if line.split("#")[0].strip() == BLANK]


SHORT = [("constant-init", "easy"), ("he-gain", "medium"), ("arc-cosine", "medium"), ("signs", "hard")]
LONG = [(name, "medium") for name in THEOREMS] + [("he-gain", "easy")]
CASES = SHORT + [pytest.param(*case, marks=pytest.mark.soak) for case in LONG if case not in SHORT]


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "level"), CASES)
def test_what_is_left_out_is_all_that_is_lacking(name: str, level: str, tmp_path: Path) -> None:
    text = exercise(name, level)
    assert open_lines(text)
    theorem = checked(text, tmp_path)
    assert theorem.name == name
    assert not theorem.accepted
    assert {c.rule for c in causes(theorem)} == {BLANK}
    assert sorted(c.line for c in causes(theorem)) == open_lines(text)


def test_levels_leave_out_more_and_more() -> None:
    easy, medium, hard = (exercise("constant-init", level) for level in LEVELS)
    assert 0 < len(open_lines(easy)) < len(open_lines(medium))
    assert len(hard.splitlines()) < len(medium.splitlines()) - 20
    assert "equal arguments give equal values; a lemma" in easy
    assert "equal arguments give equal values" in medium
    assert "; a lemma" not in medium
    assert "equal arguments give equal values" not in hard
    assert all("needed" not in line.split("#")[0].split() for line in easy.splitlines())


#: What was left out of the easy one, in order.
ANSWERS = ("collapse", "forward", "activations", "constant-weights", "gradient-columns")


def filled(text: str, answers: tuple[str, ...]) -> str:
    waiting = list(answers)
    lines = [
        line.replace(BLANK, waiting.pop(0), 1) if number in open_lines(text) else line
        for number, line in enumerate(text.splitlines(), 1)
    ]
    assert not waiting
    return "\n".join(lines)


def test_an_exercise_that_is_filled_in_is_accepted_and_with_a_wrong_answer_is_not(tmp_path: Path) -> None:
    text = exercise("constant-init", "easy")
    assert checked(filled(text, ANSWERS), tmp_path).accepted
    for wrong in (("collapse", "rows", *ANSWERS[2:]), ("factor", *ANSWERS[1:])):
        theorem = checked(filled(text, wrong), tmp_path)
        assert not theorem.accepted
        assert len(causes(theorem)) == 1


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("lemma", "right", "wrong"),
    [("forward", "biases", "columns"), ("backward", "columns", "biases"), ("gradient-rows", "backward", "activations")],
)
def test_a_wrong_answer_is_the_one_cause_of_what_rests_on_it(
    lemma: str, right: str, wrong: str, tmp_path: Path
) -> None:
    text = filled(exercise("constant-init", "easy"), ANSWERS)
    before, head, after = text.partition(f"lemma {lemma} ")
    theorem = checked(f"{before}{head}{after.replace(f'  {right} ', f'  {wrong} ', 1)}", tmp_path)
    assert [c.lemma for c in causes(theorem)] == [lemma]


def test_an_untouched_exercise_shows_only_what_is_left_open(tmp_path: Path) -> None:
    # Its last lemmas rest on what is left open by side conditions that no step names.
    text = exercise("dead-by-sign", "easy")
    assert sorted(c.line for c in causes(checked(text, tmp_path))) == open_lines(text)


def test_the_head_lists_every_move_of_the_notation() -> None:
    head = " ".join(exercise("constant-init", "hard").partition("theorem ")[0].replace("#", " ").split())
    for move in (*RULE_WORDS, "through", "cases", "every", "reduce", "powers", "antiderivative", "|", "<-"):
        assert move in head


@pytest.mark.parametrize(
    ("lemma", "name", "says"),
    [("forward", "backward", "backward stands below"), ("forward", "forward", "forward is what is to be shown here")],
)
def test_what_is_shown_only_below_is_said_to_stand_there(lemma: str, name: str, says: str, tmp_path: Path) -> None:
    text = filled(exercise("constant-init", "easy"), ANSWERS)
    before, head, after = text.partition(f"lemma {lemma} ")
    with pytest.raises(TextError, match=f"{says}: it can be used only after it is shown"):
        checked(f"{before}{head}{after.replace('  biases ', f'  {name} ', 1)}", tmp_path)


def test_an_unknown_theorem_or_level_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        exercise("nonsense", "easy")
    with pytest.raises(KeyError):
        exercise("constant-init", "nonsense")
