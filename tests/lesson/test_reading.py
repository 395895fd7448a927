"""Everybody can read the page: on a phone and a projector, light and dark, on paper, without scripts, with a screen reader."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

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
