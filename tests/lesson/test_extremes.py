"""The page in a browser where it is used in ways that were not foreseen: odd addresses, numbers, orders and frames."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lesson.browsing import at, plays

pytestmark = pytest.mark.soak


@pytest.mark.parametrize(
    "address",
    [
        "#traps?t.equal-rows=999&t.circulant=1e1",
        "#traps?t.circulant=x&w.circulant=1,2&hook=-3&o.break=nothing",
        f"#traps?t.circulant=&hook=&w.circulant={',' * 38}",
        "#nowhere?",
        "#%",
    ],
)
def test_an_address_that_makes_no_sense_changes_nothing(opened: Any, address: str) -> None:
    page = opened(address)
    assert page.locator("#case-circulant output").text_content() == "after 0 updates"
    assert page.locator("#case-circulant [data-do=restore]").is_disabled()
    assert page.locator("#race output").text_content() == "after 3000 updates"
    assert page.locator(".choose input[value=rows]").is_checked()


def test_a_link_keeps_the_state_and_going_back_restores_that_of_then(opened: Any) -> None:
    page = opened(unfold=True)
    page.locator("nav a[href='#numbers']").click()
    at(page, "equal-rows", 4)
    page.locator("nav a[href='#twin']").click()
    page.wait_for_function("location.hash === '#twin?t.equal-rows=4'")
    at(page, "equal-rows", 7)
    page.locator(".choose input[value=dropout]").check()
    page.locator("[data-guess=hook] input[value=random]").check()
    page.locator("#case-circulant [data-do=change]").click()
    page.locator("#case-circulant").get_by_label("weight into unit 1 from 2").fill("2")
    figure, circulant = page.locator("#case-equal-rows output"), page.locator("#case-circulant .state")
    page.go_back()
    page.wait_for_function("location.hash.endsWith('?t.equal-rows=4')")
    assert figure.text_content() == "after 4 updates"
    assert "3 units in 1 class" in circulant.text_content()
    assert page.locator(".choose input[value=rows]").is_checked()
    assert page.locator("[data-guess=hook] input:checked").count() == 0
    assert page.locator("#hook .told").text_content() == ""
    page.go_back()
    page.wait_for_function("location.hash === ''")
    assert figure.text_content() == "after 0 updates"
    page.go_forward()
    page.go_forward()
    page.wait_for_function("location.hash.includes('dropout')")
    assert figure.text_content() == "after 7 updates"
    assert "3 units in 2 classes" in circulant.text_content()


def test_numbers_beyond_the_range_are_said_to_be_and_not_compared(opened: Any) -> None:
    """Tied units are not seen to part because both are no number any more."""
    page = opened(unfold=True)
    figure = page.locator("#case-two-units")
    figure.locator("[data-do=change]").click()
    figure.get_by_label("learning rate").fill("1e9")
    last = int(figure.locator("input[type=range]").get_attribute("max"))
    assert 0 < last < 20
    for step in range(last + 1):
        at(page, "two-units", step)
        assert "2 units in 1 class;" in figure.locator(".state").inner_text()
        assert page.locator("#proof .live.false").count() == 0
    assert "beyond the range of floating point" in figure.locator(".history").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    at(page, "two-units", 0)
    figure.locator("[data-do=change]").click()
    figure.get_by_label("weight into unit 2 from 1").fill("1e308")
    figure.get_by_label("input 1 of the first point").fill("9")
    assert "nothing can be compared" in figure.locator(".state").inner_text()
    assert "?" in page.locator("#proof .live .sign").all_inner_texts()
    figure.get_by_role("button", name="Restore").click()
    assert figure.locator("input[type=range]").get_attribute("max") == "20"
    assert "?" not in page.locator("#proof .live .sign").all_inner_texts()


def test_what_is_told_apart_looks_apart(opened: Any) -> None:
    page = opened(unfold=True)
    figure = page.locator("#case-two-units")
    figure.locator("[data-do=change]").click()
    figure.get_by_label("weight into unit 2 from 1").fill("0.500001")
    assert page.locator("#proof .live.false").count() > 5
    for line in page.locator("#proof .live.false").all():
        one, other = (side.split(": ")[1] for side in line.locator(".of").all_inner_texts())
        assert one != other


def test_a_certificate_stays_where_only_data_and_rate_change(opened: Any) -> None:
    page = opened("#break?o.break=sign", unfold=True)
    figure = page.locator("#case-sign")
    before = figure.locator(".certified").inner_text()
    assert "up to sign" in before
    figure.locator("[data-do=change]").click()
    figure.get_by_label("learning rate").fill("0.2")
    assert figure.locator(".certified").inner_text() == before
    assert "rate 0.2" in figure.locator("figcaption").inner_text()
    assert "of the numbers it had at first" in figure.locator(".history").inner_text()
    figure.get_by_label("weight into unit 2 from 1").fill("-0.25")
    assert "By the sums of the numbers you put in" in figure.locator(".certified").inner_text()


def test_playing_ends_where_numbers_are_changed(opened: Any) -> None:
    page = opened(unfold=True)
    figure = page.locator("#case-two-units")
    play, change = figure.locator("[data-do=play]"), figure.locator("[data-do=change]")
    play.click()
    change.click()
    assert play.get_attribute("aria-pressed") == "false"
    assert figure.locator("td input").count() == 8
    play.click()
    plays(page, figure.locator("output"), 1)
    assert change.get_attribute("aria-expanded") == "false"
    assert change.inner_text() == "Change the numbers"


def test_it_works_in_a_frame_that_has_no_address(chromium: Any, made: Any) -> None:
    context = chromium.new_context()
    context.set_default_timeout(0)
    page, said = context.new_page(), []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_content("<iframe sandbox='allow-scripts'></iframe>")
    page.evaluate("(html) => { document.querySelector('iframe').srcdoc = html; }", made.html)
    figure = page.frame_locator("iframe").locator("#case-two-units")
    figure.locator("[data-do=on]").click()
    assert figure.locator("output").inner_text() == "after 1 update"
    assert said == []
    context.close()
