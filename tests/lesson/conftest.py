"""The lesson, made once, and a browser to read it in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcheck.claims.evidence import Bench
from symcheck.lesson.lesson import Lesson, lesson
from symcheck.lesson.page import page

#: Opens all that is folded.
UNFOLD = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
ASSETS = Path(__file__).resolve().parents[2] / "symcheck" / "lesson" / "assets"


class _WithoutProperties(Bench):
    """Properties and checks have tests of their own, and take most of the time."""

    def hold(self, name: str) -> tuple[bool, str]:
        return True, "not run here"

    def rejects(self, name: str) -> tuple[bool, str]:
        return True, "not run here"


@dataclass(frozen=True)
class Made:
    """A lesson and its page, also as a file."""

    lesson: Lesson
    html: str
    file: Path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """With random numbers of its own each time: what is tested holds for every seed."""
    computed = lesson(int(np.random.default_rng().integers(2**31)), bench=_WithoutProperties())
    html = page(computed)
    file = tmp_path_factory.mktemp("lesson") / "lesson.html"
    file.write_text(html, encoding="utf-8")
    return Made(computed, html, file)


@pytest.fixture(scope="session")
def node() -> Callable[[str, str], str]:
    """Run a module that imports from the scripts of the page; it gets text and gives text."""
    found = _needed(shutil.which("node"), "node is not installed")

    def run(code: str, given: str) -> str:
        read = "import { readFileSync } from 'node:fs'; const given = JSON.parse(readFileSync(0, 'utf8'));"
        text = f"{read}\n{code}".replace('"./', f'"{ASSETS.as_uri()}/')
        done = subprocess.run(
            [found, "--input-type=module", "-e", text], input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's browser, driven by Playwright."""
    program = _needed(shutil.which("chromium") or shutil.which("chromium-browser"), "chromium is not installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _needed(None, "playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, unpacked where AXE_CORE says."""
    folder = _needed(os.environ.get("AXE_CORE"), "AXE_CORE names no folder of axe-core")
    return (Path(folder) / "axe.min.js").read_text(encoding="utf-8")


def _needed(found: str | None, otherwise: str) -> str:
    if found is None:
        if os.environ.get("SYMCHECK_REQUIRE_BROWSER"):
            pytest.fail(otherwise)
        pytest.skip(otherwise)
    return found


@pytest.fixture
def opened(chromium: Any, made: Any) -> Iterator[Any]:
    """A function that opens the page at an address, with all parts unfolded if wanted; at the end nothing was logged or asked for."""
    contexts, said = [], []

    def open_page(address: str = "", unfold: bool = False, **settings: Any) -> Any:
        context = chromium.new_context(**settings)
        contexts.append(context)
        # No time limit decides: what never comes is waited for.
        context.set_default_timeout(0)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda request: said.append(request.url) if not request.url.startswith(made.file.as_uri()) else None,
        )
        page.goto(f"{made.file.as_uri()}{address}")
        if unfold:
            page.evaluate(UNFOLD)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [s for s in said if not s.startswith("blob:")] == []
