"""Code that clips gradients is judged by the clipped ones, which is said once; what clips wrongly still fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck
from symcheck.clipping import Clipping

GRADIENTS = "implementation.gradients_are_those_of_the_loss"
UPDATE = "implementation.an_update_is_a_step_of_descent"
STEPS = "implementation.steps_are_those_of_the_optimizer"
RUN = "implementation.tied_units_train_as_one"

RETURN = "        return self.dW, self.db\n"
STEP = "    def update(self, lr):\n"
TOTAL = "np.sqrt(sum((g ** 2).sum() for g in self.dW + self.db))"

#: What is put before a line, what is said of it, and what is held to the clipped gradients.
RIGHT = {
    "by value, in the backward": (
        (RETURN, "        for g in self.dW + self.db:\n            np.clip(g, -2, 2, out=g)\n"),
        "its backward clips gradients at 2",
        GRADIENTS,
    ),
    "by norm, in the update": (
        (STEP, f"        by = min(1, 5 / ({TOTAL} + 1e-6))\n        lr = lr * by\n"),
        "its update clips gradients at norm 5",
        UPDATE,
    ),
    "each array, in the update": (
        (
            STEP,
            "        for g in self.dW + self.db:\n            norm = np.linalg.norm(g)\n"
            "            if norm > 0.5:\n                g *= 0.5 / norm\n",
        ),
        "its update clips gradients at norm 0.5, each array by itself",
        UPDATE,
    ),
}
#: The same with one thing wrong.
WRONG = {
    "to one sign": ((RETURN, "        for g in self.dW + self.db:\n            np.clip(g, 0, 2, out=g)\n"), GRADIENTS),
    "scaled whatever the norm is": ((STEP, f"        lr = lr * 5 / {TOTAL}\n"), UPDATE),
    "of one layer alone": ((STEP, "        self.dW[0] = np.clip(self.dW[0], -1, 1)\n"), UPDATE),
}


def changed(where: str, inserted: str) -> tuple[str, str]:
    return (where, inserted + where) if where == RETURN else (where, where + inserted)


def by_steps(inserted: str) -> list[tuple[str, str]]:
    """The network with nothing but a whole step, in which gradients are clipped."""
    return [
        ("    def backward(self, y):", "    def _deltas(self, y):"),
        (
            "            self.backward(y)\n            self.update(lr)\n",
            "            self._deltas(y)\n            self._move(lr)\n",
        ),
        (STEP, "    def _move(self, lr):\n" + inserted),
    ]


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", RIGHT)
def test_right_code_passes_and_it_is_said_how_it_clips(kind: str, tmp_path: Path) -> None:
    change, said, held = RIGHT[kind]
    report = symcheck.check(written(tmp_path, changed(*change)), only=[GRADIENTS, UPDATE, STEPS, RUN])
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert {f.check: f.status for f in report.findings}[held] == "passed"
    assert sum(note.startswith(f"{said}: ") for note in report.notes) == 1


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", WRONG)
def test_what_clips_wrongly_fails(kind: str, tmp_path: Path) -> None:
    change, held = WRONG[kind]
    report = symcheck.check(written(tmp_path, changed(*change)), only=[held])
    assert not report.passed


@pytest.mark.first(1)
@pytest.mark.parametrize(("slope", "passes"), [("1 - np.tanh(z) ** 2", True), ("1 - np.tanh(z)", False)])
def test_a_step_that_clips_is_read_where_it_does_not(slope: str, passes: bool, tmp_path: Path) -> None:
    inserted = RIGHT["by norm, in the update"][0][1]
    changes = [*by_steps(inserted), ("    return 1 - np.tanh(z) ** 2\n", f"    return {slope}\n")]
    report = symcheck.check(written(tmp_path, *changes), only=[GRADIENTS, STEPS])
    assert report.passed == passes
    assert any(note.startswith("its step clips gradients at norm 5: ") for note in report.notes)


def test_gradients_within_the_limit_are_left_as_they_are() -> None:
    import numpy as np

    small, large = [(np.array([[0.3, -0.4]]), np.array([0.0]))], [(np.array([[6.0, -8.0]]), np.array([1.0]))]
    for kind in ("value", "norm", "array"):
        clipping = Clipping(kind, 2.0)  # type: ignore[arg-type]
        assert clipping.of(small)[0][0].tolist() == small[0][0].tolist()
        assert not clipping.reached(small)
        assert clipping.reached(clipping.of(large))
    assert Clipping("value", 2.0).of(large)[0][0].tolist() == [[2.0, -2.0]]
    np.testing.assert_allclose(Clipping("array", 2.0).of(large)[0][0], [[1.2, -1.6]])


SMALL = "        for g in self.dW + self.db:\n            np.clip(g, -0.01, 0.01, out=g)\n"


@pytest.mark.first(1)
@pytest.mark.parametrize(("slope", "passes"), [("1 - np.tanh(z) ** 2", True), ("1 - np.tanh(z)", False)])
def test_under_a_small_limit_what_is_not_tested_is_said_first_and_a_fault_is_still_named(
    slope: str, passes: bool, tmp_path: Path
) -> None:
    changes = [changed(RETURN, SMALL), ("    return 1 - np.tanh(z) ** 2\n", f"    return {slope}\n")]
    report = symcheck.check(
        written(tmp_path, *changes), only=[GRADIENTS, "implementation.tied_units_get_equal_gradients"]
    )
    assert report.passed == passes
    assert report.verdict is not None
    *first, last = report.verdict.sentences
    assert last.startswith("undecided: its gradients are clipped at 0.01, and in nearly every example")
    assert passes or "derivative of tanh is written as 1 - h" in first[0]
