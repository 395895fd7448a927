"""What a subject writes into its texts reaches a run of pytest as it is spelled, and does nothing there."""

import re
from pathlib import Path
from typing import Any

import pytest

HOSTILE = """
import numpy as np
TEXT = "\\x1b[31m\\u202e\\ud800[/bold]"
class Raises:
    activation, loss, optimizer = "tanh", "mse", TEXT
    def forward(self, params, X): raise ValueError(TEXT)
    def update(self, params, gradients, learning_rate):
        print(TEXT)
        return [(np.array(w), np.array(b)) for w, b in params]
def init(shape, rng): raise type("E" + TEXT[:5], (ValueError,), {})(TEXT)
def refused(): return {TEXT: np.ones((1, 1, 1))}
"""


def acts(text: str) -> bool:
    # pytest is told not to colour, so that no escape is its own.
    return re.search("[\\x00-\\x09\\x0b-\\x1f\\x7f\\x80-\\x9f\u202e\\ud800]", text) is not None


@pytest.mark.parametrize(
    ("attribute", "options", "words"),
    [
        ("Raises", ("-k", "arguments_are", "-rs"), r"raises ValueError: \x1b[31m\u202e\ud800[/bold]"),
        ("Raises", ("-k", "outputs_are_those", "--tb=line"), r"forward raises ValueError: \x1b[31m"),
        ("init", ("-k", "call"), r"raises E\x1b[31m: \x1b[31m\u202e\ud800"),
        ("refused", ("--symcheck-kind", "network"), r"\x1b[31m\u202e\ud800[/bold] has shape (1, 1, 1)"),
    ],
)
def test_texts_do_nothing(run: Any, folder: Path, attribute: str, options: tuple[str, ...], words: str) -> None:
    (folder / "hostile_texts.py").write_text(HOSTILE)
    ran = run("--symcheck", f"hostile_texts.py:{attribute}", "--color=no", *options)
    assert ran.status != 0
    assert words in ran.out
    assert not acts(ran.out)
    assert "_Crash" not in ran.out
