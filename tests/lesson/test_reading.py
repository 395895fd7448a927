"""Everybody can read the page: on a phone and a projector, light and dark, on paper, without scripts, with a screen reader."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.render.documents.html import as_html
from symcheck.render.html import report_page
from symcheck.render.proofs import outline
from tests.lesson.conftest import UNFOLD

pytestmark = pytest.mark.soak
SIZES = ((390, 844), (1280, 800), (1920, 1080))


@pytest.mark.parametrize(("size", "scheme"), list(product(SIZES, ("light", "dark"))))
def test_nothing_is_cut_off_and_axe_finds_nothing(opened: Any, axe: str, size: tuple[int, int], scheme: str) -> None:
    page = opened(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce", unfold=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.locator("#case-two-units [data-do=change]").click()
    page.locator("#play-proof").click()
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found["violations"]] == []


def test_it_can_be_read_without_scripts(opened: Any, made: Any) -> None:
    page = opened(java_script_enabled=False)
    assert page.locator(".broken:visible").count() == len(made.lesson.hypotheses)
    assert page.locator(".controls:visible").count() == 0
    assert "Without JavaScript nothing here moves" in page.locator("header").inner_text()
    page.locator("#hook summary").click()
    assert page.locator("#race").is_visible()


def test_what_is_folded_is_printed(opened: Any) -> None:
    page = opened()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#race").is_visible()
    assert not page.locator(".controls").first.is_visible()
    folded = "document.querySelectorAll('details:not([open])').length"
    assert page.evaluate(folded) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(folded) > 15
    assert len(page.pdf()) > 10_000


def test_a_projector_gets_larger_letters(opened: Any) -> None:
    sizes = [
        float(
            opened(viewport={"width": w, "height": h}).evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        )
        for w, h in SIZES
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] >= 24


def short_of_two(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / np.sqrt(shape[1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_pages_of_reports_and_proofs(chromium: Any, axe: str, width: int, scheme: str) -> None:
    report = symcheck.check(short_of_two, law="he_normal")
    for html in (report_page(report), as_html(outline(symcheck.prove("zero-init"), "full"), "zero-init")):
        page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.set_content(html)
        page.evaluate(UNFOLD)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found["violations"]] == []
        page.close()
