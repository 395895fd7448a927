"""Expected failures are the user's, have a reason, and are failures once they pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symcheck.pytest.expected import BadExpectation, check_names, read_expected

WRONG = ("--symcheck", "mlps.py:Views", "-k", "own and update or as_they_were and update or an_update_is")


def test_an_expected_failure_is_one_and_a_stale_one_fails(run: Any, folder: Path) -> None:
    listed = folder / "known.txt"
    listed.write_text(
        "# ours\nresults_are_arrays_of_their_own[update]: it updates in place\n"
        "test_arguments_are_left_as_they_were: it updates in place  # issue 3\n"
    )
    ran = run(*WRONG, "--symcheck-xfail", "known.txt")
    assert ran.status == 0, ran.out
    assert (ran.count("xfailed"), ran.count("passed")) == (2, 1)
    listed.write_text("an_update_is_a_step_of_descent: it was wrong once\n")
    ran = run("--symcheck", "mlps.py:MyMLP", "-k", "an_update_is", "--symcheck-xfail", "known.txt")
    assert ran.status == 1
    assert "passes, although it is expected to fail (it was wrong once)" in ran.out


def test_the_list_may_stand_in_the_users_configuration(run: Any, folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nsymcheck_xfail = known.txt\n")
    (folder / "known.txt").write_text("initializer.scale: it is LeCun's law\n")
    ran = run("--symcheck", "mlps.py:lecun", "--symcheck-law", "he_normal")
    assert ran.status == 0, ran.out
    assert ran.count("xfailed") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gradients", "write name: reason"),
        ("gradient_are_those_of_the_loss: x", "did you mean gradients_are_those_of_the_loss?"),
    ],
)
def test_a_list_that_makes_no_sense_is_a_usage_error(run: Any, folder: Path, text: str, sentence: str) -> None:
    (folder / "known.txt").write_text(text)
    ran = run("--symcheck", "mlps.py:MyMLP", "--symcheck-xfail", "known.txt")
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    assert sentence in ran.out


def test_names_and_reasons_are_read(tmp_path: Path) -> None:
    file = tmp_path / "known.txt"
    file.write_text("\n# nothing\nproperties/test_x.py::test_one[a]: because: of this # not this\n")
    assert read_expected(file) == {"one[a]": "because: of this"}
    with pytest.raises(BadExpectation, match="cannot read"):
        read_expected(tmp_path / "none.txt")
    with pytest.raises(BadExpectation, match="names no property"):
        check_names({"nothing": "x"}, ["something"])
