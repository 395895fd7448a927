"""Theorems that somebody else writes: right ones pass, wrong ones are told of with their line, hostile ones do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcheck.errors import SymcheckError
from symcheck.proof.causes import causes
from symcheck.proof.example import agreeing, differing
from symcheck.proof.student import MOST_BYTES, gone_through, read
from symcheck.proof.text.moves import BLANK
from symcheck.proof.text.outline import TextError
from symcheck.proof.theorem import Theorem

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


@pytest.fixture
def checked(tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(text: str | bytes, *without: str) -> Theorem:
        file = tmp_path / "mine.txt"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return gone_through(str(file), without)

    return run


def test_a_right_proof_is_accepted(checked) -> None:  # type: ignore[no-untyped-def]
    theorem = checked(TEXT)
    assert theorem.accepted
    assert (theorem.name, len(theorem.steps), causes(theorem)) == ("layer", 4, [])
    assert theorem.counterexample is None
    assert not checked(TEXT, "equal").accepted
    with pytest.raises(SymcheckError, match="no hypothesis named 'nonsense'"):
        checked(TEXT, "nonsense")


@pytest.mark.parametrize("text", [TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, TEXT.replace("  sum", "\tsum")])
def test_how_lines_end_and_begin_does_not_matter(checked, text: str) -> None:  # type: ignore[no-untyped-def]
    assert checked(text).accepted


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        # Grossly: something else altogether.
        ("lemma outputs   z[1] = z[2]", "lemma outputs   z[1] = 0", 19),
        ("  equal    the rows", "  algebra  the rows", 18),
        # Slightly: one index, one end of a range.
        ("W[1, j] = W[2, j]", "W[1, j] = W[2, j+1]   for j in 1..n-1", 18),
        ("W[1, j] = W[2, j]", "W[1, j] = W[2, j]   for j in 2..n", 18),
        ("W[1, j] = W[2, j]", "W[1, j] = W[1, j]", 18),
    ],
)
def test_a_wrong_step_is_found_at_its_line(checked, right: str, wrong: str, line: int) -> None:  # type: ignore[no-untyped-def]
    assert TEXT.count(right) == 1
    theorem = checked(TEXT.replace(right, wrong))
    assert not theorem.accepted
    lines = [c.line for c in causes(theorem)]
    assert lines
    assert min(lines) >= 16
    assert line in lines
    assert all(c.source.endswith("mine.txt") for c in causes(theorem))


def test_a_false_step_is_shown_in_small_numbers(checked) -> None:  # type: ignore[no-untyped-def]
    wrong = checked(TEXT.replace("  equal    the rows are equal\n", ""))
    (step,) = causes(wrong)
    assert step.line == 17
    example = differing(wrong, step)
    assert example is not None
    assert example.left != example.right
    assert all(abs(v) <= 9 * 9 * 9 for v in (example.left, example.right))
    assert not agreeing(wrong, step)
    assert differing(checked(TEXT), checked(TEXT).steps[0]) is None


def test_a_true_step_that_its_rule_does_not_give_is_told_apart(checked) -> None:  # type: ignore[no-untyped-def]
    # Both rows are equal, but in the definition there is no row to put in.
    theorem = checked(TEXT.replace("  sum      what a unit does\n  equal    the", "  equal    the"))
    (step,) = causes(theorem)
    assert agreeing(theorem, step)
    assert differing(theorem, step) is None


@pytest.mark.parametrize(
    ("left_out", "ends"),
    [
        ("  equal    the rows are equal\n", ("entry", "entry")),
        ("  <- sum   and that is the other unit\n", ("sum", "entry")),
        (
            "  sum      what a unit does\n  equal    the rows are equal\n  <- sum   and that is the other unit\n",
            ("entry", "entry"),
        ),
    ],
)
def test_a_step_that_is_left_open_is_named_with_its_ends(checked, left_out: str, ends: tuple[str, str]) -> None:  # type: ignore[no-untyped-def]
    theorem = checked(TEXT.replace(left_out, "  ?\n"))
    (step,) = causes(theorem)
    assert step.rule == BLANK
    assert step.line in (17, 18, 19)
    assert not theorem.accepted
    if left_out.startswith("  equal"):
        assert (step.claim[0].op, step.claim[1].op) == ("sum", "sum")
    else:
        assert (step.claim[0].op, step.claim[1].op) == ends


def test_what_merely_rests_on_a_wrong_step_is_no_cause(checked) -> None:  # type: ignore[no-untyped-def]
    theorem = checked(TEXT.replace("  equal    the rows are equal", "  ?"))
    assert [c.lemma for c in theorem.steps if not c.accepted] == ["outputs", "same"]
    assert [c.lemma for c in causes(theorem)] == ["outputs"]


def test_a_text_without_a_conclusion_is_not_accepted(checked) -> None:  # type: ignore[no-untyped-def]
    assert not checked(TEXT.rpartition("conclude")[0]).accepted


HEAD = "theorem t\n  A title\n"
#: Texts that are none, with the line that is named and a part of the sentence.
UNREADABLE = {
    "empty": ("", 1, "theorem NAME"),
    "comment": ("# theorem t\n", 1, "theorem NAME"),
    "unknown directive": (HEAD + "lema p   a = a\n", 3, "did you mean lemma"),
    "nothing after it": (HEAD + "order\n", 3, "missing after 'order'"),
    "undeclared": (HEAD + "lemma p   a[1] = 0\n  algebra\n", 3, "a is not declared"),
    "no range": (HEAD + "array a[i]\nlemma p   a[1] = v\n  algebra\n", 4, "what v ranges over"),
    "unknown fact": (HEAD + "array a\nlemma p   a = 0\n  zero\n", 5, "nothing is named 'zero'"),
    "unknown world": (HEAD + "world os.system\n", 3, "no world named 'os.system'"),
    "no file of the library": (HEAD + "use ../theorems/constant-init\n", 3, "nothing named"),
    "an absolute path": (HEAD + "use /etc/passwd\n", 3, "nothing named"),
    "a long name": (HEAD + f"use {'a' * 400}\n", 3, "nothing named"),
    "python": (
        HEAD + "array a\nlemma p   __import__('os').system('x') = a\n  algebra\n",
        4,
        "not part of the notation",
    ),
    "names of letters": (HEAD + "array ä\n", 3, "no array"),
    "nesting": (HEAD + f"array a\nlemma p   {'(' * 500}a{')' * 500} = a\n  algebra\n", 4, "40 deep"),
    "explained by itself": (HEAD + "let m = m + 1\nlemma p   m = m\n  algebra\n", 4, "40 deep"),
    "doubling": (
        HEAD + "array a\n" + "".join(f"let m{i} = m{i - 1} m{i - 1}\n" for i in range(1, 99)) + "lemma p   m98 = a\n",
        102,
        "40 deep",
    ),
    "a long line": (HEAD + f"array a\nlemma p   {'a + ' * 5000}a = a\n", 4, "2000 characters"),
    "many lines": (HEAD + "# so it goes\n" * 4000, 0, "3000 lines"),
    "a long number": (HEAD + "array a\nlemma p   a = 1234567890123\n", 4, "12 digits"),
    "a huge exponent": (HEAD + "array a\nlemma p   a^(9^9) = a\n  algebra\n", 4, "387420489 in p is larger"),
    "an index that is none": (HEAD + "array a[i]   for i in 1..3\nlemma p   a[1/2] = 0\n  algebra\n", 4, "no integer"),
    "a circle of ranges": (HEAD + "array a[i]\nlemma p   a[i] = 0   for i in 1..j, j in 1..i\n", 4, "circle"),
    "two cases of one fact": (
        HEAD + "array a\ngiven h   x\n  a = 0\nlemma p   a = 0\n  cases i <= 1: h\n",
        7,
        "two facts",
    ),
    "indented under nothing": ("  theorem t\n", 1, "indented under nothing"),
    "no second of the kind": (HEAD + "array a\nlemma p   a = a\n  algebra\nlemma p   a = a\n  algebra\n", 6, "already"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_theorem_is_told_of_in_a_sentence_with_its_line(checked, name: str) -> None:  # type: ignore[no-untyped-def]
    text, line, words = UNREADABLE[name]
    with pytest.raises(TextError) as raised:
        checked(text)
    assert raised.value.line == line
    assert words in str(raised.value)
    assert "mine.txt" in str(raised.value)
    assert "\n" not in str(raised.value)


#: Texts that are theorems, of which no step may be accepted that uses what is wrong with them.
NOT_PROVED = {
    "a huge exponent": HEAD + "array a\nlemma p   a^999999999999 = a\n  algebra\nconclude q from p\n",
    "a product of powers": HEAD + "array a\nlemma p   (a + 1)^60 (a + 2)^60 = a\n  algebra\nconclude q from p\n",
    "a huge sum": HEAD + "array a\nlemma p   sum(i in 1..99999999) a = 0\n  algebra\nconclude q from p\n",
    "a contradiction": HEAD
    + "array a\ngiven h   x\n  a = 0\n  g: a = 1\nlemma p   1 = 0\n  <- g\n  h\nconclude q from p\n",
    "a circle of definitions": HEAD
    + "array a, b\ndefine d   x\n  a = b\ndefine e   y\n  b = a + 1\nlemma p   a = a + 1\n  d\n  e\nconclude q from p\n",
    "a division by 0": HEAD + "array a\nlemma p   a / 0 = 2 a / 0\n  algebra\nconclude q from p\n",
    "an endless definition": HEAD
    + "array a[t]\ndefine d   x\n  a[t] = a[t+1]   for t in 0..\nlemma p   a[0] = a[1] + 1\n  d\nconclude q from p\n",
    "an induction without steps": HEAD
    + "array a[t]   for t in 0..\nclaim c   a[t] = 0\ninduction on t\n  start c\n  keep c\nconclude q from c\n",
}


@pytest.mark.parametrize("name", NOT_PROVED)
def test_what_is_not_so_is_not_proved(checked, name: str) -> None:  # type: ignore[no-untyped-def]
    theorem = refused = None
    try:
        theorem = checked(NOT_PROVED[name])
    except TextError as wrong:
        refused = str(wrong)
    assert (theorem is None) == (refused is not None)
    assert refused is None or "\n" not in refused
    assert theorem is None or (not theorem.accepted and causes(theorem))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)), "no text in UTF-8"),
        (b"x" * (MOST_BYTES + 1), "too many"),
        (b"theorem t\n\0", "line 2: the control character U+0000"),
        ("theorem \u202et".encode(), "U+202E"),
        (b"theorem \x1b[31mt", "U+001B"),
        ("theorem t\u2028".encode(), "U+2028"),
    ],
)
def test_what_is_no_text_is_not_read(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "file.txt").write_bytes(content)
    with pytest.raises(TextError, match=words.replace("+", r"\+")):
        read(str(tmp_path / "file.txt"))


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="a folder"):
        read(str(tmp_path))
    with pytest.raises(TextError, match="no such file"):
        read(str(tmp_path / "nothing.txt"))
    with pytest.raises(TextError, match="no such file"):
        read("/dev/null")
    with pytest.raises(TextError):
        read("a\0b.txt")
