"""The decorator and the fixture, inside a user's own tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HEAD = "import symcheck\nfrom symcheck import parametrize_with_checks\nfrom mlps import *\n"


def test_the_decorator_makes_one_test_for_each_check(run: Any, folder: Path) -> None:
    (folder / "test_mine.py").write_text(
        HEAD + "@parametrize_with_checks([MyMLP(), he, lecun], law='he_normal',\n"
        "    xfail={'initial_weights_follow_their_law': 'it is LeCun', 'initializer.scale': 'one of them is LeCun'})\n"
        "def test_mine(subject, check):\n    check(subject)\n"
    )
    ran = run("test_mine.py", "-k", "scale or follow or an_update or as_they_were")
    assert ran.status == 1
    assert "mlps:he-initializer.scale" in ran.out, "stale: he is right"
    assert "[XPASS(strict)] one of them is LeCun" in ran.out
    assert (ran.count("failed"), ran.count("xfailed")) == (1, 2)
    assert ran.count("passed") >= 5


def test_the_decorator_tells_failures_in_the_same_words(run: Any, folder: Path) -> None:
    (folder / "test_mine.py").write_text(
        HEAD + "@parametrize_with_checks([DerivativeForgotten()])\ndef test_mine(subject, check):\n    check(subject)\n"
    )
    ran = run("test_mine.py", "-k", "gradients_are_those")
    assert ran.status == 1
    assert "likely mistake: derivative of the activation is missing" in ran.out
    assert "violates a step that the proof behind C1, C3 takes" in ran.out


def test_the_fixture_judges_a_subject(run: Any, folder: Path) -> None:
    (folder / "test_mine.py").write_text(
        HEAD + "def test_right(symcheck):\n    symcheck(he, law='he_normal')\n"
        "def test_wrong(symcheck):\n    symcheck(lecun, law='he_normal')\n"
        "def test_known(symcheck):\n    symcheck(lecun, law='he_normal', xfail={'initializer.scale': 'known'})\n"
        "def test_stale(symcheck):\n    symcheck(he, law='he_normal', xfail={'initializer.scale': 'known'})\n"
    )
    ran = run("test_mine.py")
    assert (ran.count("failed"), ran.count("passed")) == (2, 2), ran.out
    assert "mlps:lecun: 1 of" in ran.out
    assert "initializer.scale: passes, although it is expected to fail (known)" in ran.out
