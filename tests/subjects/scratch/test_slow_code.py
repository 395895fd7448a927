"""Code that takes its time: who waits is told so, and a slow constructor is called as few times as can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck
from symcheck.subjects import waiting
from symcheck.subjects.deadline import Deadline
from symcheck.subjects.waiting import telling

ONLY = ["implementation.outputs_are_those_of_the_network", "implementation.gradients_are_those_of_the_loss"]


def test_whoever_waits_for_an_import_is_told_how_long_it_may_take(tmp_path: Path) -> None:
    path = Path(written(tmp_path))
    path.write_text(path.read_text() + "\n\nimport time\n_waited = time.sleep(4.5)\n")
    told: list[str] = []
    assert symcheck.check(str(path), only=ONLY, progress=told.append).passed
    (first, *_) = [text for text in told if text.startswith("waiting")]
    assert first.startswith("waiting for it to answer when its module is imported: 3 s of 90 s at most")
    assert first.endswith("Ctrl-C stops it")


def test_nothing_is_said_where_an_answer_comes_soon(tmp_path: Path) -> None:
    told: list[str] = []
    assert symcheck.check(written(tmp_path), only=ONLY[:1], progress=told.append).passed
    assert not any(text.startswith("waiting for it to answer when its module") for text in told)


def test_it_is_said_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_SOON", 0.0)
    told: list[str] = []
    with telling(told.append):
        deadline = Deadline(50.0, " for a test")
        for _ in range(3):
            deadline.left()
    assert told == ["waiting for it to answer for a test: 0 s of 50 s at most; Ctrl-C stops it"]


def test_a_slow_constructor_is_called_a_few_times_alone_and_it_is_said(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    slow = (
        "        self.W = [np",
        f"        import time\n        open({str(calls)!r}, 'a').write('.')\n        time.sleep(1.2)\n        self.W = [np",
    )
    report = symcheck.check(written(tmp_path, slow))
    assert report.passed
    assert len(calls.read_text()) < 10
    assert any("it is called as few times as can be" in note for note in report.notes)
    assert not any(note.startswith("no initialize") for note in report.notes)
