"""Results show themselves: on one line in a prompt and an assertion, in full when printed, as HTML in a notebook."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.displaying import brief


def short_of_two(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))


def equal_rows() -> list[Any]:
    return [np.full((3, 2), 0.5), np.full((1, 3), 0.5)]


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """One result of each kind, each of something wrong where there is such a thing."""
    network = symcheck.Network(equal_rows(), activation="tanh")
    return {
        "Report": symcheck.check(short_of_two, law="he_normal"),
        "Certificate": symcheck.certify(network),
        "Theorem": symcheck.prove("zero-init", without=["zero-weights"]),
        "Identification": symcheck.identify(short_of_two),
        "Reach": symcheck.reach(network, np.eye(2)),
        "Signal": symcheck.signal(symcheck.Network([np.full((50, 50), 1e-9) for _ in range(4)])),
        "Gain": symcheck.gain("relu"),
        "Comparison": symcheck.compare(short_of_two, lambda shape, rng: rng.standard_normal(shape)),
    }


SAID = {
    "Report": "LeCun's law, variance 1/fan_in",
    "Certificate": "tied; layer 1: all 3 units stay equal for ever",
    "Theorem": "without zero-weights: rejected",
    "Identification": "lecun_normal",
    "Reach": "9 parameters, training can move in 3 dimensions",
    "Signal": "failed: ",
    "Gain": "relu: 1.414213562",
    "Comparison": "different in ",
}


@pytest.mark.parametrize("kind", SAID)
def test_nothing_is_cut_off_in_a_narrow_terminal(
    kind: str, results: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is longer than its column goes on in the next line: a view says the same at every width."""
    pages = []
    for columns in ("100", "40"):
        monkeypatch.setenv("COLUMNS", columns)
        pages.append(str(results[kind]))
        # What is to be pasted is in one line.
        assert all(len(s) <= int(columns) for s in pages[-1].splitlines() if not s.startswith("reproduce: "))
    assert letters(pages[1]) == letters(pages[0])


def test_long_names_of_parameters_are_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "transformer_encoder_block_attention_projection"
    model = (lambda params, x: x @ params[name] @ params["o"], {name: np.full((2, 3), 0.5), "o": np.full((3, 1), 0.5)})
    monkeypatch.setenv("COLUMNS", "60")
    found = symcheck.reach(model, np.eye(2))
    assert "…" not in str(found) + found._repr_html_()
    monkeypatch.setenv("COLUMNS", "100")
    wide = letters(str(found))
    monkeypatch.setenv("COLUMNS", "60")
    assert letters(str(found)) == wide


def letters(page: str) -> Counter[str]:
    """All that is printed but spaces and rules, which are as wide as there is room."""
    return Counter("".join("".join(line.split()) for line in page.splitlines() if line.strip("=- ")))


class Balanced(HTMLParser):
    """Whether every element that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("kind", SAID)
def test_each_result_shows_itself(kind: str, results: dict[str, Any]) -> None:
    result = results[kind]
    assert type(result).__name__ == kind
    line = repr(result)
    assert line == brief(result)
    assert line.startswith(f"<{kind} ")
    assert line.endswith(">")
    assert "\n" not in line
    assert SAID[kind] in line
    page = str(result)
    assert "object at 0x" not in page
    assert f"{kind}(" not in page, "no dump of fields"
    assert all(len(line) <= 100 and line == line.rstrip() for line in page.splitlines())
    html = Balanced()
    html.feed(result._repr_html_())
    assert not html.open
    assert "<html" not in result._repr_html_(), "a piece of a page"


def test_a_theorem_is_a_formula_where_formulas_are_typeset(results: dict[str, Any]) -> None:
    latex = symcheck.prove("zero-init")._repr_latex_()
    assert latex.startswith("$$")
    assert latex.endswith("$$")
    assert r"W_{t, l, i, j} = 0" in latex


def test_a_sound_result_says_that_it_is(results: dict[str, Any]) -> None:
    rng = np.random.default_rng()
    drawn = [rng.standard_normal((4, 3)), rng.standard_normal((2, 4))]
    certificate = symcheck.certify(drawn, activation="tanh")
    assert certificate.verdict == "broken", "the name in JSON and in code"
    assert "symmetry broken; layer 1" in repr(certificate)
    assert "verdict: symmetry broken" in str(certificate)
    assert "no law was tested" in repr(symcheck.check(short_of_two))
    assert "no difference found" in repr(symcheck.compare(short_of_two, short_of_two))


def test_what_a_subject_is_called_does_nothing_to_a_terminal() -> None:
    def initializer(shape: Any) -> Any:
        return np.ones(shape)

    initializer.__qualname__ = "red \x1b[31m\nsecond line"
    report = symcheck.check(initializer, law="he_normal")
    assert "\x1b" not in repr(report) + str(report)
    assert "\n" not in repr(report)
