"""The line of a proof that the kernel rejects is the first that is false in numbers."""

import numpy as np
import pytest

from symcheck.lesson.changed import CHANGES, with_change
from symcheck.lesson.presets import broken, two_units
from symcheck.lesson.proofs import lines
from symcheck.lesson.sections.hypotheses import BrokenCase, broken_case
from symcheck.lesson.sections.live import beside
from symcheck.lesson.sections.shown import shown
from symcheck.proof import prove
from symcheck.render.proofs.facts import References

#: What fails first in each case; nothing where the theorem holds all the same.
FAILS = {
    "rows": "rows.base",
    "columns": "columns.base",
    "biases": "biases.base",
    "rate": "rows.step",
    "dropout": "activations.inside",
    "penalty": None,
    "penalty-uneven": "rows.step",
    "sign": None,
    "sign-sigmoid": "forward.inside.step",
}
_CHEAP = ("columns", "rate", "penalty")


@pytest.mark.parametrize("key", [k if k in _CHEAP else pytest.param(k, marks=pytest.mark.soak) for k in FAILS])
def test_the_kernel_and_the_numbers_reject_the_same_line(key: str) -> None:
    case = broken_case(key, shown(broken(np.random.default_rng())[key]))
    first = first_false(case)
    if FAILS[key] is None:
        assert case.theorem.accepted
        assert first is None
        assert not case.failing
    else:
        assert not case.theorem.accepted
        assert first == FAILS[key]
        assert first in case.failing


def first_false(case: BrokenCase) -> str | None:
    """The first line that is false in numbers, at the first step at which one is."""
    for step in range(case.shown.case.steps):
        for line in case.lines:
            found = beside(case.shown, case.theorem.name, line, step, case.sign)
            if found is not None and not found.holds:
                return line.key
    return None


def test_all_cases_have_an_expectation() -> None:
    assert set(FAILS) == set(broken(np.random.default_rng()))


def test_every_line_of_the_theorem_holds_in_numbers_where_its_hypotheses_do() -> None:
    theorem, case = prove("constant-init"), shown(two_units())
    found = lines(theorem, References(theorem))
    compared = [beside(case, theorem.name, line, step) for line in found for step in range(case.case.steps)]
    assert all(line.verdict == "accepted" for line in found)
    assert sum(c is not None for c in compared) >= 12 * case.case.steps
    assert all(c.holds for c in compared if c is not None)


def test_moves_beside_a_step_are_rejected_by_the_kernel() -> None:
    theorem = prove("constant-init")
    found = [m for line in lines(theorem, References(theorem), playable=True) for m in line.moves]
    assert len(found) == len([c for c in theorem.steps if c.step])
    asked = [m for m in found if m.others]
    assert len(asked) > 40
    assert all(m.name not in m.others and len(set(m.others)) == 3 for m in asked)


def test_a_change_of_a_line_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHANGES, "rows", (("no such line", ""),))
    with pytest.raises(ValueError, match="constant-init has no line 'no such line'"):
        with_change("rows")
