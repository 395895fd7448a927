"""Documents in each format: every block is there, what is special is escaped, LaTeX compiles."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from symcheck.proof import prove
from symcheck.proof.kernel.terms import arrays, index
from symcheck.render.documents.blocks import Block, Chain, Grid, Heading, Items, Link, Paragraph
from symcheck.render.documents.html import as_html
from symcheck.render.documents.latex import as_latex
from symcheck.render.documents.markdown import as_markdown
from symcheck.render.documents.text import as_text
from symcheck.render.formulas.notation import box, equation
from symcheck.render.proofs import outline, theorem_data

proved = cache(prove)
(W,), i = arrays("W"), index("i")
SPECIAL = "50 % of a_b & {c} <d> #1 $x$ ~ ^ \\ |"
BLOCKS: tuple[Block, ...] = (
    Heading(1, "Title"),
    Paragraph(("Words and ", equation(W[i], 0 * i), ". ", SPECIAL)),
    Items(((("first",), ("more of it",)), (("second",),))),
    Chain(box(W[i]), (Link(box(W[i + 1]), "because", "rule: fact"), Link(box(W[i + 2]), "no", "rule", "it is wrong"))),
    Grid(("head", "other"), (("a", "b"), (SPECIAL, ""))),
)
WRITERS: dict[str, Callable[[Iterable[Block]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "latex": as_latex,
    "html": lambda blocks: as_html(blocks, "Title"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_every_block_is_written(writer: str) -> None:
    written = WRITERS[writer](BLOCKS)
    for words in (
        "Title",
        "Words and",
        "first",
        "more of it",
        "second",
        "because",
        "rule: fact",
        "it is wrong",
        "head",
    ):
        assert words in written
    assert written.lower().count("rejected") >= 1


def test_a_chain_without_faults_has_no_rejection() -> None:
    sound = (Chain(box(W[i]), (Link(box(W[i + 1]), "because", "rule"),)),)
    assert all(
        "eject" not in writer(sound).partition("</style>")[2] or name != "html" for name, writer in WRITERS.items()
    )
    assert all("eject" not in WRITERS[name](sound) for name in ("text", "markdown", "latex"))


def test_text_keeps_to_its_width_and_breaks_no_index() -> None:
    written = as_text(outline(proved("constant-init")), 90)
    assert max(map(len, written.splitlines())) <= 100
    assert all(line.count("[") == line.count("]") for line in written.splitlines())


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "mspace"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "mspace":
            assert self.open.pop() == tag


def test_html_closes_what_it_opens_and_loads_nothing() -> None:
    written = as_html(outline(proved("he-gain")), "He")
    parser = _Balance()
    parser.feed(written)
    assert not parser.open
    assert "<math>" in written
    assert "http" not in written
    assert "src=" not in written


def test_html_escapes_what_is_special() -> None:
    assert "&lt;d&gt;" in as_html(BLOCKS, "a < b")
    assert "<d>" not in as_html(BLOCKS, "a < b")


@pytest.mark.parametrize("blocks", [BLOCKS, outline(proved("constant-init")), outline(prove("he-gain", ("he-scale",)))])
def test_latex_compiles(blocks: Iterable[Block], tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "proof.tex").write_text(as_latex(blocks), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "proof.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "proof.pdf").stat().st_size > 1000


def test_short_is_shorter_and_names_every_lemma() -> None:
    theorem = proved("constant-init")
    short, full = (as_text(outline(theorem, depth)) for depth in ("short", "full"))
    assert len(short) < len(full) / 2
    assert all(c.lemma in short for c in theorem.steps if c.part != "conclusion")
    assert all(c.reason.split()[0] in full for c in theorem.steps)


def test_data_carries_every_step_with_its_acceptance() -> None:
    theorem = proved("constant-init")
    data = theorem_data(theorem)
    assert data["accepted"] is True
    assert data["hypotheses"] == ["constant-weights", "constant-biases", "shared-rate"]
    steps = data["steps"]
    assert isinstance(steps, list)
    assert len(steps) == len(theorem.steps)
    assert all({"rule", "claim", "reason", "accepted"} <= set(step) and step["accepted"] for step in steps)


def test_what_does_not_close_is_shown_with_its_counterexample() -> None:
    dropped = prove("constant-init", ("shared-rate",))
    written = as_text(outline(dropped, "short"))
    assert "Without shared-rate" in written
    assert "REJECTED" in written
    assert "Counterexample: " in written
    assert dropped.counterexample is not None
    assert dropped.counterexample.case in " ".join(written.split())
    data = theorem_data(dropped)
    assert data["accepted"] is False
    assert data["residual"]
    assert data["counterexample"]
