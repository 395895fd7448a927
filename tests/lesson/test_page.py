"""The page says what the package computes, and needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from symcheck.lesson.case import frames
from symcheck.lesson.lines import sides
from symcheck.lesson.numbers import fixed, scientific

pytestmark = pytest.mark.soak


@dataclass
class Element:
    """An element with its attributes, the text in it and what it stands in."""

    tag: str
    attributes: dict[str, str]
    inside: Element | None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.all(tag)

    def above(self, name: str) -> Element | None:
        """The nearest element around this one with an attribute."""
        at: Element | None = self
        while at is not None and name not in at.attributes:
            at = at.inside
        return at


class Reader(HTMLParser):
    """A page as elements."""

    EMPTY = frozenset({"meta", "link", "input", "br", "path", "line", "circle", "polyline", "mspace"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.at = Element("root", {}, None)
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        new = Element(tag, {k: v or "" for k, v in attrs}, self.at)
        self.at.children.append(new)
        if tag not in self.EMPTY:
            self.at = new

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.at.children.append(Element(tag, {k: v or "" for k, v in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.EMPTY:
            return
        assert self.at.tag == tag, f"</{tag}> in <{self.at.tag}>"
        assert self.at.inside is not None
        self.at = self.at.inside

    def handle_data(self, data: str) -> None:
        at: Element | None = self.at
        while at is not None:
            at.text, at = at.text + data, at.inside


def resolved(lesson: Any, path: str) -> float:
    """A number among the data of a lesson, by names and places."""
    at = lesson
    for part in path.split("."):
        at = at[int(part)] if re.fullmatch(r"-?\d+", part) else getattr(at, part)
    return float(at)


def untrue(html: str, lesson: Any) -> list[str]:
    """Numbers of the page that are not those of the package to the digits shown; they are counted in the last entry's place."""
    page = Reader(html).root
    cases = {s.case.key: (s.case, list(frames(s.case))) for s in lesson.figures}
    wrong = []
    for element in page.all("data"):
        value, own = float(element.attributes["value"]), element.attributes
        if "data-of" in own:
            expected = resolved(lesson, own["data-of"])
            shown = scientific(expected) if "data-form" in own else fixed(expected, int(own["data-digits"]))
        else:
            found = expectation(element, cases)
            if found is None:
                wrong.append(f"{element.text} stands for nothing")
                continue
            expected, shown = found, fixed(found)
        if value != expected or element.text != shown:
            wrong.append(f"{element.text} ({value}) should be {shown} ({expected})")
    return wrong


def expectation(element: Element, cases: Any) -> float | None:
    """What a number of a figure, or beside a line, has to be at the start."""
    if (line := element.above("data-quantity")) is not None:
        own = line.attributes
        case, history = cases[own["data-case"]]
        values = sides(case, history, own["data-quantity"], {"step": 1}.get(own["data-part"], 0)).values
        unit = next(
            n
            for n, of in enumerate(o for o in line.children if "of" in o.attributes["class"].split())
            if element in of.all("data")
        )
        siblings = list(
            next(
                o for n, o in enumerate(o for o in line.children if "of" in o.attributes["class"].split()) if n == unit
            ).all("data")
        )
        return float(values[unit][next(n for n, s in enumerate(siblings) if s is element)])
    figure = element.above("data-case")
    if figure is None:
        return None
    case, history = cases[figure.attributes["data-case"]]
    column, row = element.above("data-column"), element.above("data-unit")
    if column is None or row is None:
        return float(history[0].loss)
    l, i = case.layer - 1, int(row.attributes["data-unit"])
    params = history[0].params
    columns = {
        "in": params[l][0][i],
        "out": params[l + 1][0][:, i],
        "bias": params[l][1][i : i + 1],
        "h": history[0].units[l][:1, i],
    }
    at = next(n for n, s in enumerate(column.all("data")) if s is element)
    return float(columns[column.attributes["data-column"]][at])


def test_every_number_is_the_packages(made: Any) -> None:
    assert len(list(Reader(made.html).root.all("data"))) > 600
    assert untrue(made.html, made.lesson) == []


@pytest.mark.parametrize("gross", [True, False])
def test_a_number_that_is_not_is_seen(made: Any, gross: bool) -> None:
    """Grossly: another number. Slightly: the last digit of one, or a value that only looks the same."""
    numbers = list(re.finditer(r'<data value="([^"]+)"([^>]*)>([^<]+)</data>', made.html.partition("<script")[0]))
    chosen = numbers[int(np.random.default_rng().integers(len(numbers)))]
    value, rest, text = chosen.groups()
    other = (
        f'<data value="7.5"{rest}>7.5000</data>'
        if gross
        else f'<data value="{np.nextafter(float(value), 9)!r}"{rest}>{text}</data>'
    )
    other = other.replace("np.float64(", "").replace(")", "")
    changed = made.html[: chosen.start()] + other + made.html[chosen.end() :]
    assert len(untrue(changed, made.lesson)) == 1


def test_proof_lines_are_those_of_the_kernel(made: Any) -> None:
    page = Reader(made.html).root
    shown = [e for e in page.all("li") if "data-line" in e.attributes]
    expected = list(made.lesson.induction.lines)
    expected += [line for b in made.lesson.hypotheses for line in b.lines if line.part != "after"]
    assert [(e.attributes["data-line"], e.attributes["data-verdict"]) for e in shown] == [
        (x.key, x.verdict) for x in expected
    ]
    assert f"{len(made.lesson.induction.theorem.steps)} steps, each accepted" in made.html


def test_claims_have_the_statuses_of_the_ledger(made: Any) -> None:
    rows = {e.attributes["data-id"]: e.text for e in Reader(made.html).root.all("tr") if "data-id" in e.attributes}
    assert len(rows) == len(made.lesson.ledger.claims)
    for judged in made.lesson.ledger.claims:
        assert all(status in rows[judged.claim.id] for status in judged.statuses)
        assert "failing" not in judged.statuses


def test_it_needs_nothing_from_elsewhere(made: Any) -> None:
    page = Reader(made.html).root
    assert len(made.html.encode()) < 1_000_000
    loading = ("src", "srcset", "data", "action", "poster")
    for tag in ("script", "img", "link", "iframe", "object", "source", "a"):
        for element in page.all(tag):
            assert not any(name in element.attributes for name in loading)
            assert element.attributes.get("href", "#").startswith(("#", "data:,"))
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", made.html)


def test_links_lead_somewhere_and_names_are_unique(made: Any) -> None:
    ids = re.findall(r'\sid="([^"]+)"', made.html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', made.html)) <= set(ids)


def test_sections_are_in_the_order_of_the_argument(made: Any) -> None:
    found = [e.attributes["id"] for e in Reader(made.html).root.all("section")]
    assert found == [
        "hook",
        "numbers",
        "statement",
        "induction",
        "break",
        "traps",
        "twin",
        "large",
        "ledger",
        "exercises",
    ]


def test_a_guess_comes_before_each_answer_and_one_of_its_choices_is_right(made: Any) -> None:
    page = Reader(made.html).root
    guesses = [e for e in page.all("fieldset") if "data-guess" in e.attributes]
    answers = [e for e in page.all("details") if "data-answer" in e.attributes]
    assert len(guesses) == len(answers) > 15
    for guess, answer in zip(guesses, answers, strict=True):
        assert answer.attributes["data-answer"] in {i.attributes["value"] for i in guess.all("input")}


def test_one_boundary_stays_straight(made: Any) -> None:
    """Where the tied network changes its sign lies on a line, at every step; that of the other bends in the end."""
    for picture in made.lesson.hook.pictures[0]:
        if picture.boundary:
            assert bend(picture.boundary) < 1e-2
    assert bend(made.lesson.hook.pictures[1][-1].boundary) > 1
    assert made.lesson.hook.pictures[1][-1].right > made.lesson.hook.pictures[0][-1].right


def bend(boundary: Any) -> float:
    """The root mean square distance from the best line, in steps of the grid."""
    points = np.array([point for segment in boundary for point in segment])
    return float(np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[1] / np.sqrt(len(points)))


def test_traps_are_what_they_are_called(made: Any) -> None:
    found = {s.case.key: [len({abs(c) for c in now[s.case.layer - 1]}) for now in s.classes] for s in made.lesson.traps}
    assert found["equal-rows"][:2] == found["zero-below"][:2] == [1, 3]
    assert (
        set(found["circulant"]) == set(found["dead"]) == set(found["zero-both"]) == set(found["zero-below-relu"]) == {1}
    )
    assert set(found["zero-above"]) == {3}


def test_the_twin_is_the_wide_network(made: Any) -> None:
    twin = made.lesson.twin
    for row in twin.rows:
        assert np.isclose(*row.outputs, rtol=1e-9)
        assert np.isclose(*row.weights_out, rtol=1e-9)
        assert np.allclose(*row.weights_in, rtol=1e-9)
    tied, single, random = twin.fitted
    assert np.allclose(tied.outputs, single.outputs, rtol=1e-6)
    assert tied.loss > 0.1
    assert abs(twin.logistic[0] - twin.logistic[1]) < 5e-7
