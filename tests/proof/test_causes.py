"""Which rejected steps are causes, and which rest on these."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcheck.proof.causes import causes
from symcheck.proof.conditions import unknown_conditions
from symcheck.proof.student import gone_through
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.text import as_text
from symcheck.render.proofs import checked_text

TEXT = """\
theorem layer
  Equal rows give equal outputs
says
  Two units with equal rows of weights have equal pre-activations.

size n in 1..
array W[i, j]   for i in 1..2, j in 1..n
array x[j]   for j in 1..n
array z[i]   for i in 1..2

define sum   a unit adds up its inputs
  z[i] = sum(j) W[i, j] x[j]
given equal   both rows are equal
  W[1, j] = W[2, j]

lemma outputs   z[1] = z[2]
  sum      what a unit does
  equal    the rows are equal
  <- sum   and that is the other unit
conclude same from outputs   so both units do the same
"""


def checked(folder: Path, text: str) -> Theorem:
    file = folder / "mine.txt"
    file.write_text(text, encoding="utf-8")
    return gone_through(str(file))


RESTING = TEXT.replace(
    "conclude same from outputs   so both units do the same",
    """lemma twice   z[1] z[2] = z[2]^2
  outputs   both are the same
  algebra
conclude same from twice   so both units do the same""",
)


@pytest.mark.parametrize(
    ("wrong", "lines"),
    [
        # The first lemma fails, and the second rests on it.
        ({"  equal    the": "  algebra  the"}, [18]),
        # The second asks for what is not shown, but would fail all the same.
        ({"  equal    the": "  algebra  the", "z[2]^2\n  outputs ": "z[2]^2\n  <- outputs at i = 1 "}, [18, 21, 22]),
        ({"  algebra\n": "  sum at i = 2\n"}, [22]),
    ],
)
def test_a_step_rests_on_another_only_if_it_would_close_with_it(
    tmp_path: Path, wrong: dict[str, str], lines: list[int]
) -> None:
    text = RESTING
    assert checked(tmp_path, text).accepted
    for right, other in wrong.items():
        assert right in text
        text = text.replace(right, other, 1)
    assert [c.line for c in causes(checked(tmp_path, text))] == lines


#: A claim of an induction, used before it is shown.
CLAIMED = """\
theorem steps
  Nothing moves
says
  What never changes stays.

array a[t]   for t in 0..
array b[t]   for t in 0..
define step   a step changes nothing
  a[t+1] = a[t]   for t in 0..
given start   it starts at 0
  a[0] = 0
define twice   and its double
  b[t] = 2 a[t]

claim zero   a[t] = 0
lemma double   b[t] = 0
  twice     the double
  zero      of nothing
  algebra
induction on t   for ever
  start zero
    start   at the start
  keep zero
    step    a step changes nothing
    zero    and before it was 0
conclude still from zero     it stays 0
conclude doubled from double   and so does the double
"""


@pytest.mark.parametrize(
    ("right", "wrong", "lines"),
    [
        # What fails by itself is no follower of the claim that it cites, though that fails too.
        ("  twice     the double\n  zero ", "  zero      the double\n  zero ", [17]),
        ("    start   at", "    step    at", [22]),
        ("    zero    and", "    start   and", [25]),
        ("    zero    and", "    double  and", [25]),
    ],
)
def test_what_cites_a_claim_before_it_is_shown_is_a_cause(
    tmp_path: Path, right: str, wrong: str, lines: list[int]
) -> None:
    assert checked(tmp_path, CLAIMED).accepted
    assert right in CLAIMED
    theorem = checked(tmp_path, CLAIMED.replace(right, wrong))
    assert not theorem.accepted
    found = [c.line for c in causes(theorem)]
    assert found[: len(lines)] == lines
    assert not {27, 28} & set(found)


def told(theorem: Theorem) -> str:
    return " ".join(as_text(checked_text(theorem, "short"), 1000).split())


@pytest.mark.parametrize(
    ("declared", "goal", "step", "says"),
    [
        ("array c", "c / c = 1", "algebra", "c is not known not to be 0"),
        ("array c, d", "c / (c d) = 1 / d", "algebra", "c is not known not to be 0"),
        ("integers m, n   least 0", "sum(i in 1..m-n) 2 = 2 (m - n)", "count", "m - n is not known to be at least 0"),
        (
            "integers n   least 0\narray a[i]   for i in 1..n",
            "sum(i in 1..n) a[i] [i = 1] = a[1]",
            "collapse",
            "n is not known to be at least 1",
        ),
    ],
)
def test_a_side_condition_that_is_not_known_is_named(
    tmp_path: Path, declared: str, goal: str, step: str, says: str
) -> None:
    text = f"theorem t\n  A title\n{declared}\nlemma p   {goal}\n  {step}\nconclude q from p\n"
    theorem = checked(tmp_path, text)
    assert not theorem.accepted
    assert says in told(theorem)
    assert "may well be true" not in told(theorem)


def test_a_step_that_no_condition_would_mend_is_told_of_as_before(tmp_path: Path) -> None:
    theorem = checked(tmp_path, TEXT.replace("  sum      what a unit does\n  equal    the", "  equal    the"))
    (step,) = causes(theorem)
    assert unknown_conditions(theorem, step) == ()
    assert "may well be true" in told(theorem)


def test_of_a_fact_that_is_not_there_it_is_not_said_that_the_step_may_be_true(tmp_path: Path) -> None:
    theorem = checked(tmp_path, RESTING.replace("  equal    the", "  algebra  the"))
    assert "may well be true" not in told(theorem)
    assert "not available" not in told(theorem)


@pytest.mark.parametrize(("steps", "accepted"), [("  collapse\n", False), ("  split | collapse\n", True)])
def test_to_collapse_a_sum_of_several_terms_it_is_split_first(tmp_path: Path, steps: str, accepted: bool) -> None:
    head = "theorem t\n  A title\nintegers n   least 1\narray a[i], b[i]   for i in 1..n\n"
    goal = "lemma p   sum(i in 1..n) (a[i] [i = 1] + b[i]) = a[1] + sum(i in 1..n) b[i]\n"
    theorem = checked(tmp_path, f"{head}{goal}{steps}conclude q from p\n")
    assert theorem.accepted == accepted
    assert ("split comes first" in told(theorem)) != accepted
