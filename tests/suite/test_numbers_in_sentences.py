"""Sentences count one thing in the singular, and blame a forward pass on nothing that speaks of gradients."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symcheck.errors import counted, times
from symcheck.suite.claim import claim_of
from symcheck.suite.properties import properties

ROOT = Path(__file__).parents[2]
#: A number that is put in before a plural, as it stands in the source.
PLURAL = re.compile(r"\{(?:steps?|depth|layers?|len\(layers\)|hidden_layers)\} (?:updates|steps|layers)")


@pytest.mark.parametrize("folder", ["properties", "symcheck/suite", "symcheck/diagnosis", "symcheck/subjects"])
def test_no_number_stands_before_a_plural_that_does_not_ask_for_one(folder: str) -> None:
    found = [f"{p.name}: {m[0]}" for p in (ROOT / folder).rglob("*.py") for m in PLURAL.finditer(p.read_text())]
    assert found == []


def test_one_is_told_in_the_singular() -> None:
    assert [counted(n, "layer") for n in (1, 2)] == ["1 layer", "2 layers"]
    assert [times(f) for f in (1.0, 0.5, 2.0)] == ["once", "0.5 times", "2 times"]


def test_only_what_takes_gradients_contradicts_backpropagation() -> None:
    claims = {f.__name__: claim for f in properties() if (claim := claim_of(f)) is not None}
    assert [n for n, c in claims.items() if c.theorem == "backpropagation" and "gradients" not in c.needs] == []
    assert [n for n, c in claims.items() if c.theorem == "forward-pass" and "gradients" in c.needs] == []
