"""What keeps a kind of properties from being tested is said at the top, and what proves a fault fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck
from symcheck.report import Report

STEPS = "implementation.steps_are_those_of_the_optimizer"
AGAIN = "implementation.the_same_arguments_give_the_same_gradients"

WITHOUT_FIT = ("    def fit(self, X, y, lr=0.1, epochs=100):", "    def unrelated(self, X, y, lr=0.1, epochs=100):")
ADDED = ("self.dW[l] = delta @ self.a[l].T", "self.dW[l] = self.dW[l] + delta @ self.a[l].T")
KEPT = ("        self.dW = [None] * len(self.W)\n", "        self.dW = getattr(self, 'dW', [0 * w for w in self.W])\n")
CLEARED = (
    "            self.b[l] -= lr * self.db[l]\n",
    "            self.b[l] -= lr * self.db[l]\n            self.dW[l] = 0\n",
)
COUNTED = (
    "    def update(self, lr):\n",
    "    def update(self, lr):\n        self.count = getattr(self, 'count', 0) + 1\n        lr = lr * self.count\n",
)


def judged(path: str) -> Report:
    return symcheck.check(path, only=[STEPS, AGAIN])


@pytest.mark.first(1)
@pytest.mark.parametrize("without", [(), (WITHOUT_FIT,)], ids=["with fit", "without fit"])
def test_gradients_that_pile_up_fail_and_are_named_first(without: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    report = judged(written(tmp_path, ADDED, KEPT, *without))
    assert [f.check for f in report.findings if f.bad] == [AGAIN]
    assert report.verdict is not None
    assert "accumulate from call to call" in report.verdict.sentences[0]
    (message,) = [f.message for f in report.findings if f.bad]
    assert "dW[0], dW[1]" in message
    assert "db" not in message


@pytest.mark.first(1)
@pytest.mark.parametrize("without", [(), (WITHOUT_FIT,)], ids=["with fit", "without fit"])
def test_gradients_that_an_update_sets_back_pass(without: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    report = judged(written(tmp_path, ADDED, KEPT, CLEARED, *without))
    assert report.passed
    assert report.verdict is None


def test_gradients_that_a_function_of_its_own_sets_back_pass(tmp_path: Path) -> None:
    loop = ("            self.forward(X)\n", "            self.zero_grad()\n            self.forward(X)\n")
    cleared = (
        WITHOUT_FIT[0],
        "    def zero_grad(self):\n        self.dW = [0 * w for w in self.W]\n\n" + WITHOUT_FIT[0],
    )
    assert judged(written(tmp_path, ADDED, KEPT, loop, cleared)).verdict is None


def test_steps_of_no_known_optimizer_are_undecided(tmp_path: Path) -> None:
    report = judged(written(tmp_path, COUNTED))
    assert report.passed
    assert report.verdict is not None
    assert report.verdict.sentences[0].startswith(
        "undecided: its training steps are those of no optimizer that is known"
    )


def test_steps_alone_of_no_known_optimizer_are_undecided(tmp_path: Path) -> None:
    path = Path(written(tmp_path, COUNTED))
    text = path.read_text()
    for old, new in (("def backward", "def _back"), ("self.backward", "self._back"), ("def update", "def _move")):
        text = text.replace(old, new)
    path.write_text(text.replace("self.update", "self._move"))
    report = judged(str(path))
    assert report.verdict is not None
    assert any(s.startswith("undecided: its training steps are") for s in report.verdict.sentences)


def test_a_factor_that_is_no_reduction_is_told_as_one(tmp_path: Path) -> None:
    path = written(tmp_path, ("delta = (self.a[-1] - y) / m", "delta = (self.a[-1] - y) / np.sqrt(m)"))
    notes = symcheck.check(path, only=["implementation.gradients_are_those_of_the_loss"])
    assert notes.verdict is not None
    assert (
        "a multiple of that of the squared error of linear outputs, by no reduction that is known"
        in notes.verdict.sentences[0]
    )
    assert "% off" not in notes.verdict.sentences[0]
