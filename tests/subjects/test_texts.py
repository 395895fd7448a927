"""Whatever a subject's texts hold, nothing of it acts on a terminal, in JSON, in HTML or in a run of pytest."""

import io
import json
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from symcheck.checking import check
from symcheck.errors import SymcheckError
from symcheck.render.certificates import show_certificate
from symcheck.render.html import report_page
from symcheck.render.terminal import show_report
from symcheck.report import Finding, Report
from symcheck.suite.failure import PropertyFailure, told
from symcheck.texts import LONGEST_LINE, first_line, plain, plain_lines

#: Colours, a title, a bell, backspaces, a null, line ends of all kinds, directions, a byte order mark, lone surrogates, markup
#: of three languages, formats, and a line that is too long to be one.
PIECES = (
    *(
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\b\b\b",
        "\x00",
        "\n",
        "\r",
        "\r\n",
        "\x0b",
        "\x85",
        "\u2028",
        "\u2029",
    ),
    *("\u202e", "\u2066", "\u200f", "\ufeff", "\u200b", "\ud800", "\udcff", "\U000e0041", "\x7f"),
    *("</td><script>alert(1)</script>", "&lt;", "<!--", "]]>", '" onload="x', "[/bold]", "[red]", "[link=x]", "[/]"),
    *("{name}", "%s", "\\", "'", '"', "`", "$(id)", "A" * 9000, "é", "漢", "🙂", "\u0301"),
)
hostile_texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=6).map("".join)


def acts(text: str) -> list[str]:
    """What is left in a text that a terminal or a parser would act on, apart from line breaks."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"]


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attributes} <= {"class", "lang", "charset", "name", "content", "tabindex"}
        self.seen.add(tag)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


OURS = {
    "details",
    "summary",
    "pre",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "code",
    "p",
    "span",
    "table",
    "tr",
    "th",
    "td",
    "br",
    "strong",
}


def shown(report: Report) -> str:
    stream = io.StringIO()
    show_report(report, Console(file=stream, width=100, color_system=None, highlight=False), verbose=True)
    return stream.getvalue()


def harmless(report: Report) -> None:
    """Every view of a report does what it does with any other, whatever the texts hold."""
    assert not acts(shown(report))
    written = report.to_json()
    assert written.isascii()
    read = json.loads(written)
    read["findings"] = [{k: v for k, v in f.items() if k != "reproduce"} for f in read["findings"]]
    assert not acts(str(read))
    json.dumps(read, ensure_ascii=False).encode()
    page = report_page(report)
    assert not acts(page)
    assert Tags(page).seen <= OURS
    page.encode()


@given(hostile_texts)
def test_a_plain_text_is_one_line_that_says_what_it_holds(text: str) -> None:
    line = plain(text)
    assert not acts(line)
    assert "\n" not in line
    assert plain(line) == line or len(line) > LONGEST_LINE
    assert len(line) < 10 * LONGEST_LINE + 40
    assert not acts(plain_lines(text))
    assert plain_lines(text, None).count("\n") == text.count("\n")
    if text.isprintable() and len(text) <= LONGEST_LINE:
        assert line == text


def test_what_is_left_out_is_counted() -> None:
    assert plain("ab\x1bc", 3) == "ab\\x1b… (1 characters more)"
    assert len(plain("x" * 10**6)) < LONGEST_LINE + 40
    assert plain("ordinary, with — dashes and ‘quotes’") == "ordinary, with — dashes and ‘quotes’"


@given(hostile_texts)
def test_reports_are_harmless_whatever_their_texts_hold(text: str) -> None:
    bad = Finding("initializer.scale", "failed", "exact", text, text, [text, {text: 1.0}], None, text, text)
    good = Finding("initializer.mean", "passed", "exact", text)
    odd = Finding("initializer.call", "skipped", "exact", text)
    harmless(Report(text, "initializer", [bad, good, odd], text, "out_in", text, 1, notes=[text, text]))


@pytest.mark.parametrize(
    "careless",
    [
        pytest.param(str, id="gross: as it is"),
        pytest.param(lambda text: re.sub(r"\x1b\[[0-9;]*m", "", text), id="slight: without colours"),
        pytest.param(lambda text: re.sub(r"[\x00-\x1f\x7f]", "?", text), id="slight: without what controls a teletype"),
        pytest.param(lambda text: text.encode(errors="replace").decode(), id="slight: without surrogates"),
    ],
)
def test_these_views_would_show_what_is_not_plain(
    monkeypatch: pytest.MonkeyPatch, careless: Callable[[str], str]
) -> None:
    monkeypatch.setattr("symcheck.report.plain", careless)
    with pytest.raises((AssertionError, UnicodeEncodeError)):
        harmless(Report("name", "initializer", [Finding("initializer.scale", "failed", "exact", "".join(PIECES))]))


class Shouts(str):
    """A text whose every method lies."""

    def isprintable(self) -> bool:
        return True

    def splitlines(self, keepends: bool = False) -> list[str]:
        return [self]

    def __str__(self) -> str:
        return self

    def __len__(self) -> int:
        return 1


def raising(text: str, way: str) -> Callable[..., Any]:
    """An initializer that raises with this text, in the message or by the name of the exception's type."""

    def draw(shape: Any, rng: Any) -> Any:
        if way == "name":
            raise type(text.replace("\0", "").encode(errors="ignore").decode() or "E", (ValueError,), {})
        raise ValueError(Shouts(text) if way == "liar" else text)

    return draw


@settings(max_examples=25)
@given(hostile_texts, st.sampled_from(["message", "liar", "name"]))
def test_what_a_subject_raises_is_shown_and_does_nothing(text: str, way: str) -> None:
    report = check(raising(text, way), timeout=60)
    assert report.failures[0].status == "error"
    harmless(report)


@settings(max_examples=40)
@given(st.lists(hostile_texts, min_size=1, max_size=3, unique=True))
def test_names_of_arrays_are_shown_and_do_nothing(names: list[str]) -> None:
    arrays = {name: np.eye(2) if i % 2 == 0 else np.ones((3, 3, 3)) for i, name in enumerate(names)}
    try:
        harmless(check(arrays, timeout=60))
    except SymcheckError as error:
        refused = str(error)
    else:
        return
    assert not acts(refused)
    assert "\n" not in refused


@given(hostile_texts)
def test_the_words_of_a_failed_property_do_nothing(text: str) -> None:
    failure = told(PropertyFailure(text, text, text, text), None)
    assert failure is not None
    assert not acts(str(failure) + failure.code + failure.details)


def test_exceptions_that_are_their_own_causes_come_to_an_end() -> None:
    first, second = ValueError("first"), LookupError("second")
    first.__cause__, second.__context__, first.__context__ = second, first, first
    assert told(first, None) is None
    assert told(ExceptionGroup("both", [first, second]), None) is None
    second.__cause__ = PropertyFailure("the subject's")
    assert told(first, None) is not None


def test_a_certificate_shows_notes_as_they_are() -> None:
    stream = io.StringIO()
    said = SimpleNamespace(
        activations=("relu",),
        biases=[True],
        sizes=[1, 1],
        head="linear",
        optimizer_class="equitable",
        inputs=(0.0, 1.0),
        layers=[],
        verdict="tied",
        verdict_in_words="tied",
    )
    show_certificate(said, [], ["[/red] [bold]x[/bold] \x1b[31m"], Console(file=stream, color_system=None))
    assert "[/red] [bold]x[/bold] \\x1b[31m" in stream.getvalue()


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise SystemExit(0)


def test_an_exception_that_cannot_be_told_is_told_by_its_type() -> None:
    assert first_line(Unspeakable()) == "Unspeakable"


TEXT = "\x1b[31m\u202e\ud800</td><script>[/bold]\nsecond"
NAMED = f"""
import numpy as np
TEXT = {TEXT!a}
def raises(shape): raise ValueError(TEXT.replace(chr(10), ""))
def at_load(): raise type("\\x1b[31mE", (RuntimeError,), {{}})(TEXT)
def nets(): return {{TEXT + "1": np.eye(2), TEXT + "2": np.ones((2, 2, 2))}}
def dies(shape): raise SystemExit(TEXT)
class Names:
    activation, optimizer = "relu", TEXT
    def update(self, params, gradients, learning_rate): raise LookupError(TEXT)
"""


@pytest.mark.parametrize(
    ("attribute", "status"), [("raises", 1), ("at_load", 1), ("nets", 2), ("dies", 1), ("Names", 1)]
)
def test_nothing_passes_from_a_process_to_the_terminal(
    cli: Callable[..., Any], tmp_path: Path, attribute: str, status: int
) -> None:
    (tmp_path / "named.py").write_text(NAMED)
    page = tmp_path / "page.html"
    kind = ("--kind", "network") if attribute == "nets" else ()
    spec = f"{tmp_path / 'named.py'}:{attribute}"
    outcome = cli("check", spec, *kind, "--html", page, "--json", tmp_path / "report.json")
    assert outcome.status == status, outcome
    assert not acts(outcome.out + outcome.err)
    if status == 1:
        assert Tags(page.read_text()).seen <= OURS
        assert not acts(str(json.loads((tmp_path / "report.json").read_text())["subject"]))
    else:
        assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["new\nline.py:f", "\x1b[31mred.npz", "\udcff.safetensors", "[/bold]", "a\u202eb:c", "{x}.py:y"]
)
def test_the_name_of_what_is_not_there_does_nothing(cli: Callable[..., Any], name: str) -> None:
    for command in ("check", "certify"):
        outcome = cli(command, name)
        assert outcome.status == 2
        assert not acts(outcome.err)
        assert outcome.err.count("\n") == 1
