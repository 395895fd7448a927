"""What is longer than the terminal goes through the pager, and nothing does where there is no terminal."""

import os
import sys

import click
import pytest

from symcheck.cli import options


@pytest.mark.parametrize(("terminal", "lines", "paged"), [(True, 100, True), (True, 5, False), (False, 100, False)])
def test_only_what_does_not_fit_a_terminal_is_paged(
    terminal: bool, lines: int, paged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setattr(options, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    monkeypatch.setattr(click, "echo_via_pager", lambda text: shown.append("paged"))
    monkeypatch.setattr(click, "echo", lambda text: shown.append("printed"))
    options.show("\n".join(map(str, range(lines))))
    assert shown == ["paged" if paged else "printed"]
