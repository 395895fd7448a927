"""The command, its exit statuses, and its exercises."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symcheck.lesson.numbers import fixed, scientific
from symcheck.lesson.sections.exercises import exercises
from symcheck.proof.student import gone_through


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere/lesson.html", "symcheck: cannot write nowhere/lesson.html: there is no folder 'nowhere'\n"),
        (".", "symcheck: cannot write .: it is a folder\n"),
    ],
)
def test_a_page_that_cannot_be_written_is_refused_at_once(cli: Callable[..., Any], target: str, said: str) -> None:
    done = cli("lesson", "--output", target)
    assert (done.status, done.out, done.err) == (2, "", said)


def test_a_seed_that_is_none_is_refused(cli: Callable[..., Any]) -> None:
    done = cli("lesson", "--seed", "-1")
    assert done.status == 2
    assert "-1 is not in the range" in done.err


@pytest.mark.soak
def test_it_writes_the_page(
    cli: Callable[..., Any], made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symcheck.lesson.lesson.lesson", lambda seed, told=None: made.lesson)
    target = tmp_path / "lesson.html"
    done = cli("lesson", "--output", target)
    assert (done.status, done.out, done.err) == (0, f"{target}: open it in a browser\n", "")
    assert target.read_text(encoding="utf-8") == made.html + "\n"


def test_numbers_are_written_so_that_none_is_shown_as_zero() -> None:
    assert [fixed(v) for v in (0.5, -0.0, -0.03125)] == ["0.5000", "0.0000", "−0.0313"]
    assert [fixed(v) for v in (-0.00001, 2e9, 999999.99999)] == ["−1.0000 × 10⁻⁵", "2.0000 × 10⁹", "1000000.0000"]
    assert [scientific(v) for v in (0.0, 0.0012, 2218.4271, 1.1259e-25, -3e7)] == [
        "0.000",
        "0.001",
        "2218.427",
        "1.1 × 10⁻²⁵",
        "−3.0 × 10⁷",
    ]


def test_the_proof_with_gaps_is_marked(tmp_path: Path) -> None:
    """As it is, it is open."""
    proof, _ = exercises()
    file = tmp_path / proof.file
    file.write_text(proof.text, encoding="utf-8")
    assert not gone_through(str(file)).accepted
    assert proof.command == f"symcheck prove {proof.file}"


@pytest.mark.soak
@pytest.mark.parametrize("mended", [False, True])
def test_the_network_with_a_fault_is_marked(tmp_path: Path, mended: bool) -> None:
    """It fails as it is, and passes once its start is random."""
    _, network = exercises()
    text = network.text
    if mended:
        text = text.replace("np.full((n_out, n_in), 0.5)", "rng.normal(size=(n_out, n_in)) / np.sqrt(n_in)")
    (tmp_path / network.file).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", *network.command.split(), "-q", "--symcheck-profile", "fast"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if mended else 1), done.stdout
    assert mended or "test_the_start_breaks_symmetry" in done.stdout
