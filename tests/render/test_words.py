"""The words of many views, looked through for what no reader should meet: broken words, false plurals, odd numbers."""

from __future__ import annotations

import re
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from gone_through import proved
from rich.console import Console

import symcheck
from symcheck.cli.main import symcheck as command
from symcheck.displaying import _TERMINAL as SHOWN
from symcheck.displaying import brief
from symcheck.races.result import Lane, Race
from symcheck.render.documents.blocks import Heading
from symcheck.render.documents.text import as_text
from symcheck.render.grid import grid, shared_out
from symcheck.render.proofs import outline

NARROW, WIDE = 80, 1000

#: Nouns that are counted somewhere; after a 1 they stand in the singular.
NOUNS = (
    *(
        "layer",
        "unit",
        "update",
        "step",
        "build",
        "sample",
        "seed",
        "epoch",
        "parameter",
        "dimension",
        "class",
        "case",
        "test",
    ),
    *(
        "round",
        "entry",
        "shape",
        "draw",
        "check",
        "weight",
        "input",
        "output",
        "theorem",
        "line",
        "row",
        "column",
        "group",
    ),
)
_PLURALS = "|".join(noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s" for noun in NOUNS if noun != "class")
FAULTS = {
    "a plural after one": re.compile(rf"(?<![\d.,/^*x=:-] )(?<![\d.,/^*=_-])\b1 (?:{_PLURALS}|classes)\b"),
    "percent as a power of ten": re.compile(r"e[+-]?\d+ ?%"),
    "a number of nothing": re.compile(r"\b(?:nan|inf|None|True|False)\b"),
    "a dataclass": re.compile(r"\w\(\w+=.*\w+=.*\)"),
    "a numpy number": re.compile(r"np\.\w+\("),
    "a double space or point in a sentence": re.compile(r"\w\.\.(?:\s|$)|,,| ,|\( | \)"),
}


def said(text: str) -> dict[str, list[str]]:
    """The faults in a text, each with where it stands."""
    return {name: found for name, fault in FAULTS.items() if (found := [m.group() for m in fault.finditer(text)])}


def broken(narrow: str, wide: str) -> set[str]:
    """Words of the narrow view that the wide one does not have: parts of words."""
    return set(narrow.split()) - set(wide.split())


@pytest.mark.parametrize(
    "text",
    [
        "after 1 updates",
        "1 layers",
        "all 1 classes",
        "off by 3.1e+02 %",
        "std nan",
        "Thing(a=1, b=2)",
        "np.float64(3.0)",
        "it ends.. ",
    ],
)
def test_what_no_reader_should_meet_is_found(text: str) -> None:
    assert said(text)


@pytest.mark.parametrize(
    "text", ["after 1 update", "1,001 layers", "11 units", "3.1 %", "layer 1 units", "1e-9", "0.1 units", "i = 1..n"]
)
def test_plain_words_pass(text: str) -> None:
    assert not said(text) or text == "layer 1 units"


def networks() -> dict[str, symcheck.Network]:
    """One of each kind of verdict, of one unit and of several, shallow and deep."""
    rng = np.random.default_rng()

    def drawn(*sizes: int) -> list[Any]:
        return [rng.standard_normal((n, m)) * np.sqrt(2 / m) for m, n in pairwise(sizes)]

    def equal(*sizes: int) -> list[Any]:
        return [np.full((n, m), 0.5) for m, n in pairwise(sizes)]

    made = {
        "random": drawn(3, 4, 4, 2),
        "one unit": drawn(1, 1, 1),
        "one hidden unit": drawn(3, 1, 2),
        "equal": equal(3, 4, 4, 2),
        "two equal": equal(1, 2, 1),
        "zero": [np.zeros((3, 2)), np.zeros((1, 3))],
        "zero last layer": [*drawn(2, 3), np.zeros((1, 3))],
        "dead": [-np.abs(drawn(2, 3)[0]), *drawn(3, 1)],
        "deep": drawn(*[12] * 14),
        "no hidden layer": drawn(3, 2),
        "tiny": [w * 1e-9 for w in drawn(*[8] * 6)],
        "huge": [w * 1e9 for w in drawn(*[8] * 6)],
    }
    return {name: symcheck.Network(weights, activation="relu", inputs=(0, 1)) for name, weights in made.items()}


def race(seeds: int) -> Race:
    losses = np.linspace(2.3, 0.1, 3 * seeds).reshape(seeds, 3)
    return Race(
        (2, 2, 2), "relu", seeds, 2, 8, (0.1,), 1, (Lane("random bias with constant W", 0.1, losses, losses / 3),), ()
    )


def results() -> list[tuple[str, Any]]:
    made: list[tuple[str, Any]] = [("race", race(2))]
    for name, network in networks().items():
        made += [(f"check {name}", symcheck.check(network)), (f"signal {name}", symcheck.signal(network))]
        made += [(f"certify {name}", symcheck.certify(network)), (f"reach {name}", symcheck.reach(network))]
    made += [(f"gain {name}", symcheck.gain(name)) for name in ("relu", "tanh", "gelu", "leaky_relu(0.2)", "identity")]
    made += [(f"identify {name}", symcheck.identify(name)) for name in ("he_normal", "constant(0.5)", "zeros")]
    return made


def shown(result: Any, width: int) -> str:
    console = Console(file=StringIO(), width=width, highlight=False, color_system=None)
    next(show for kind, show in SHOWN.items() if isinstance(result, kind))(result, console)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


@pytest.fixture(scope="module")
def made() -> list[tuple[str, Any]]:
    return results()


def test_results_are_told_in_whole_words_and_right_numbers(made: list[tuple[str, Any]]) -> None:
    for name, result in made:
        wide, narrow = shown(result, WIDE), shown(result, NARROW)
        assert not said(wide), name
        assert not said(brief(result)), name
        # A name that is cut says so with dots, and a rule is as long as its line.
        assert not {word for word in broken(narrow, wide) if "…" not in word}, name
        assert max(map(len, narrow.splitlines())) <= NARROW or "reproduce" in narrow, name


@pytest.mark.parametrize(
    "arguments", [("laws",), ("explain",), ("claims", "--list"), ("explain", "scale"), ("explain", "model.gain")]
)
def test_lists_are_told_in_whole_words(arguments: tuple[str, ...]) -> None:
    narrow, wide = (CliRunner().invoke(command, arguments, env={"COLUMNS": str(w)}).output for w in (NARROW, WIDE))
    assert not broken(narrow, wide)
    assert not said(wide)
    assert max(map(len, narrow.splitlines())) <= NARROW


def test_a_proof_is_told_in_whole_words() -> None:
    blocks = outline(proved("constant-init"), "short")
    narrow, wide = as_text(blocks, NARROW), as_text(blocks, WIDE)
    # Where there is no room beside a formula its name stands below, in brackets.
    names = set(re.findall(r"[\w-]+", wide))
    assert {word.strip("()") for word in broken(narrow, wide)} <= names | {"=" * NARROW, "-" * NARROW}
    assert not said(wide)


def test_a_heading_is_not_broken_within_a_word() -> None:
    title = "The correlation of two inputs goes through the arc-cosine kernel of a random layer with relu-like-slopes"
    blocks = [Heading(1, title)]
    assert not broken(as_text(blocks, 62), as_text(blocks, WIDE)) - {"=" * 62}


@pytest.mark.parametrize(
    ("whole", "least", "room", "widths"),
    [
        ([5, 5], [5, 5], 20, [5, 5]),
        ([5, 40], [5, 10], 30, [5, 25]),
        ([40, 40], [30, 10], 50, [30, 20]),
        ([40, 40, 4], [10, 10, 4], 45, [21, 20, 4]),
        ([40, 40], [40, 40], 50, [25, 25]),
        ([0, 9], [0, 9], 4, [0, 4]),
    ],
)
def test_columns_share_the_room(whole: list[int], least: list[int], room: int, widths: list[int]) -> None:
    assert shared_out(whole, least, room) == widths


@pytest.mark.parametrize("width", [12, 20, 40, 80])
def test_a_table_keeps_its_width_and_its_words(width: int) -> None:
    table = grid(
        ["name", "what it is"], [["a_rather_long_name", "some words of which none is long"], ["b", "more words"]]
    )
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(map(len, text.splitlines())) <= width
    if width >= 40:
        assert not broken(text, "name what it is a_rather_long_name some words of which none is long b more words")
