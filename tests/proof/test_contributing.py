"""The theorem that explains the notation is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symcheck.proof.library import proof_of
from symcheck.proof.theorem import proved

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"


@pytest.fixture
def example() -> str:
    found = re.search(r"```\n(theorem last-columns\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_is_accepted(example: str) -> None:
    theorem = proved(proof_of(example, "example"))
    assert theorem.accepted
    assert not proved(proof_of(example, "example"), ("same-activations",)).accepted


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  same-activations     both", "  gradient             both"),
        ("G[t, L, i, p] = G[t, L, i, q]", "G[t, L, i, p] = G[t, L, i, 1]"),
    ],
)
def test_a_change_of_it_is_not(example: str, right: str, wrong: str) -> None:
    assert right in example
    assert not proved(proof_of(example.replace(right, wrong), "example")).accepted
