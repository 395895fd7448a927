"""Documents in each format: every block is there, what is special is escaped, LaTeX compiles."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from gone_through import proved

from symcheck.proof import FAMILIES
from symcheck.render.documents.blocks import (
    Block,
    Contents,
    DocumentTable,
    EquationChain,
    Heading,
    Items,
    Link,
    Paragraph,
    Ref,
)
from symcheck.render.documents.html import as_html
from symcheck.render.documents.latex import as_latex
from symcheck.render.documents.markdown import as_markdown
from symcheck.render.documents.text import as_text
from symcheck.render.formulas.boxes import Name, Number, Operator, Row, Scripts
from symcheck.render.proofs import collected, outline

W = Scripts(Name("W"), below=Name("i"))
SPECIAL = "50 % of a_b & {c} <d> #1 $x$ ~ ^ \\ |"
BLOCKS: tuple[Block, ...] = (
    Heading(1, "Title", "top"),
    Contents((("about", (Ref("Title", "top"),)),)),
    Paragraph(("Words and ", Row((W, Operator("="), Number("0"))), ". ", SPECIAL)),
    Items(((("first",), ("more of it",)), (("second",),)), ("one", "two")),
    EquationChain(
        W, (Link(W, ("because",), ("rule: ", Ref("fact", "one"))), Link(W, ("no",), ("rule",), ("it is wrong",)))
    ),
    DocumentTable(("head", "other"), (("a", "b"), ((SPECIAL, W), ""))),
)
WRITERS: dict[str, Callable[[Iterable[Block]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "latex": as_latex,
    "html": lambda blocks: as_html(blocks, "Title"),
}
WORDS = (
    "Title",
    "about",
    "Words and",
    "first",
    "more of it",
    "second",
    "because",
    "rule",
    "fact",
    "it is wrong",
    "head",
)


@pytest.mark.parametrize("writer", WRITERS)
def test_every_block_is_written(writer: str) -> None:
    written = WRITERS[writer](BLOCKS)
    assert all(words in written for words in WORDS)
    assert written.lower().count("rejected") >= 1


def test_a_chain_without_faults_has_no_rejection() -> None:
    sound = (EquationChain(W, (Link(W, ("because",), ("rule",)),)),)
    assert all("eject" not in WRITERS[name](sound).rpartition("</style>")[2] for name in WRITERS)


def test_text_keeps_to_its_width_and_breaks_no_index() -> None:
    written = as_text(outline(proved("constant-init")), 90)
    assert max(map(len, written.splitlines())) <= 100
    assert all(line.count("[") == line.count("]") for line in written.splitlines())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "mspace"):
            self.open.append(tag)
        self.ids += [v or "" for k, v in attrs if k == "id"]
        self.links += [v or "" for k, v in attrs if k == "href"]

    def handle_endtag(self, tag: str) -> None:
        if tag != "mspace":
            assert self.open.pop() == tag


def page(blocks: Iterable[Block]) -> _Page:
    parser = _Page()
    parser.feed(as_html(blocks, "Title"))
    assert not parser.open
    return parser


def test_html_loads_nothing_and_fits_a_phone() -> None:
    written = as_html(outline(proved("he-gain")), "He")
    assert "<math" in written
    assert not any(word in written for word in ("http", "src=", "<script", "@import", "url("))
    assert 'name="viewport" content="width=device-width' in written
    assert "prefers-color-scheme: dark" in written
    assert "@media (max-width" in written


@pytest.mark.parametrize("name", ["constant-init", "he-gain", "optimizers"])
def test_html_links_a_step_to_the_fact_that_it_uses(name: str) -> None:
    theorem = proved(name)
    read = page(outline(theorem))
    assert len(set(read.ids)) == len(read.ids)
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    used = {n for c in theorem.steps for n in (c.step.uses if c.step else ())}
    hypotheses = {f.name: h.name for h in theorem.assumptions for f in h.facts}
    assert {f"#{name}.{hypotheses.get(n, n)}" for n in used} <= set(read.links)


def test_all_theorems_have_a_table_of_contents() -> None:
    theorems = [proved("constant-init"), proved("he-gain")]
    read = page(collected(theorems, FAMILIES, "full", "All"))
    assert read.links[:2] == ["#constant-init", "#he-gain"]
    assert len(set(read.ids)) == len(read.ids)
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    for writer in (as_text, as_markdown, as_latex):
        written = writer(collected(theorems, FAMILIES, "short", "All"))
        assert all(" ".join(written.split()).count(about) == 1 for about in FAMILIES)


def test_html_escapes_what_is_special() -> None:
    evil = (
        Heading(1, "<d>", 'a"><b>'),
        Paragraph((Ref("<d>", '"><i>'), SPECIAL)),
        DocumentTable(("<d>",), (("<d>",),)),
    )
    for blocks in (BLOCKS, evil):
        written = as_html(blocks, "a < b <d>")
        assert "&lt;d&gt;" in written
        assert not any(tag in written for tag in ("<d>", "<b>", "<i>"))


COMPILED: dict[str, Callable[[], Iterable[Block]]] = {
    "all": lambda: BLOCKS,
    "proof": lambda: outline(proved("constant-init")),
    "dropped": lambda: outline(proved("he-gain", ("he-scale",))),
}


@pytest.mark.parametrize("name", COMPILED)
def test_latex_compiles(name: str, tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "proof.tex").write_text(as_latex(COMPILED[name]()), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "proof.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "proof.pdf").stat().st_size > 1000
