"""The page in a browser: by mouse and by keyboard, and what it shows at each step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from symcheck.lesson.case import frames
from symcheck.lesson.numbers import fixed
from symcheck.lesson.presets import two_units
from symcheck.lesson.sections.live import beside
from tests.lesson.browsing import at, plays

pytestmark = pytest.mark.soak


def marks(figure: Any, layer: int) -> list[str]:
    """Colour and shape of the units of a layer, as drawn."""
    nodes = figure.locator(f"[data-node^='{layer}.']")
    return [
        f"{nodes.nth(n).get_attribute('class')} {nodes.nth(n).locator('path').get_attribute('d')}"
        for n in range(nodes.count())
    ]


def test_it_opens_without_an_error_and_asks_for_nothing(opened: Any) -> None:
    page = opened()
    page.wait_for_load_state("networkidle")
    assert page.title() == "Why weights must not start equal"


def test_scripts_change_no_number_that_was_there(opened: Any, made: Any) -> None:
    read = "[...document.querySelectorAll('data')].map((d) => [d.value, d.textContent])"
    page = opened(unfold=True)
    at_first = page.evaluate(read)
    assert [text for _, text in at_first] == re.findall(
        r"<data [^>]*>([^<]+)</data>", made.html.partition("<script")[0]
    )
    for shown in made.lesson.figures:
        if shown.case.key in ("two-units", "rows", "circulant"):
            at(page, shown.case.key, 3)
            at(page, shown.case.key, 0)
    assert [text for _, text in page.evaluate(read)] == [text for _, text in at_first]


@pytest.mark.parametrize(
    ("key", "classes"), [("constant", {1}), ("ones", {1}), ("zeros", {1}), ("he", {4}), ("small", {4})]
)
def test_the_classes_of_the_starts_at_every_step(opened: Any, made: Any, key: str, classes: set[int]) -> None:
    page = opened(f"#traps?o.start=start-{key}", unfold=True)
    for step in range(made.lesson.starts[0].case.steps + 1):
        assert {len(set(marks(at(page, key, step), 1)))} == classes


def test_equal_rows_under_different_columns_part_at_the_first_update(opened: Any) -> None:
    page = opened(unfold=True)
    assert [len(set(marks(at(page, "equal-rows", step), 1))) for step in range(4)] == [1, 3, 3, 3]
    assert {len(set(marks(at(page, "circulant", step), 2))) for step in range(4)} == {1}


def test_each_broken_hypothesis_turns_its_line_red(opened: Any, made: Any) -> None:
    page = opened()
    colour = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bad')").strip()
    for case in made.lesson.hypotheses:
        key = case.shown.case.key
        page.locator(f".choose input[value='{key}']").check()
        page.locator(f"[data-option='{key}'] summary").click()
        article = page.locator(f"[data-option='{key}']")
        assert article.is_visible()
        assert page.locator(".broken:visible").count() == 1
        red = [
            line.get_attribute("data-line")
            for line in article.locator(".line").all()
            if line.evaluate("(e, bad) => { const s = document.createElement('i'); s.style.color = bad; e.append(s); const r = getComputedStyle(s).color; s.remove(); return getComputedStyle(e).borderLeftColor === r && getComputedStyle(e).borderLeftWidth !== '0px'; }", colour)
        ]  # fmt: skip
        assert tuple(red) == case.failing


@pytest.mark.parametrize("step", [1, 7, 19])
def test_numbers_that_the_page_computes_are_the_packages(opened: Any, made: Any, step: int) -> None:
    """Beside every line, and in every table, to the digits shown; a value on the edge between two may go either way."""
    page = opened(unfold=True)
    for shown in made.lesson.figures:
        case, history = shown.case, list(frames(shown.case))
        figure = at(page, case.key, step)
        l, f = case.layer - 1, history[step]
        for i in range(case.sizes[case.layer]):
            row = figure.locator(f"[data-unit='{i}']")
            expected = {"in": f.params[l][0][i], "out": f.params[l + 1][0][:, i], "h": f.units[l][:1, i]}
            for column, values in expected.items():
                same(row.locator(f"[data-column={column}] data"), values)
    for case in made.lesson.hypotheses:
        lines = [x for x in case.lines if beside(case.shown, case.theorem.name, x, 0) and x.part != "after"]
        live = page.locator(f"[data-option='{case.shown.case.key}'] .live")
        assert live.count() == len(lines)
        for n, line in enumerate(lines):
            found = beside(case.shown, case.theorem.name, line, step, case.sign)
            assert found is not None
            if step < case.shown.case.steps:
                same(live.nth(n).locator("data"), [v for values in found.values for v in values])
                assert ("false" in (live.nth(n).get_attribute("class") or "").split()) is not found.holds


def same(shown: Any, values: Any) -> None:
    told = shown.evaluate_all("(all) => all.map((d) => [Number(d.value), d.textContent])")
    assert np.allclose([v for v, _ in told], values, rtol=1e-6, atol=1e-9)
    assert all(text == fixed(value) for value, text in told)


def test_changed_numbers_are_answered_at_once(opened: Any) -> None:
    page = opened(unfold=True)
    figure = page.locator("#case-two-units")
    figure.get_by_role("button", name="Change the numbers").click()
    box = figure.get_by_label("weight into unit 2 from 1")
    box.fill("0.75")
    assert "2 units in 2 classes" in figure.locator(".state").inner_text()
    assert "no equal sums tie two units" in figure.locator(".certified").inner_text()
    assert page.locator("#proof .live.false").count() > 5
    box.fill("")
    assert box.get_attribute("aria-invalid") == "true"
    box.fill("0.5")
    assert "2 units in 1 class" in figure.locator(".state").inner_text()
    figure.get_by_label("learning rate").fill("0.2")
    figure.get_by_label("input 1 of the first point").fill("-1")
    figure.locator("[data-do=change]").click()
    changed = replace(two_units(), rate=0.2, X=np.array([[-1.0, 2.0]]))
    for step, frame in enumerate(frames(changed)):
        same(at(page, "two-units", step).locator("[data-unit='0'] [data-column=in] data"), frame.params[0][0][0])
    figure.get_by_role("button", name="Restore").click()
    assert "2 units in 1 class" in figure.locator(".state").inner_text()
    assert page.locator("#proof .live.false").count() == 0


def test_the_state_stands_in_the_address(opened: Any) -> None:
    first = opened(unfold=True)
    at(first, "equal-rows", 4)
    first.locator(".choose input[value=dropout]").check()
    first.locator("[data-guess=hook] input[value=random]").check()
    first.locator("#case-circulant").get_by_role("button", name="Change the numbers").click()
    first.locator("#case-circulant").get_by_label("weight into unit 1 from 2").fill("2")
    second = opened(first.evaluate("location.hash"))
    assert second.locator("#case-equal-rows output").text_content() == "after 4 updates"
    assert second.locator(".choose input[value=dropout]").is_checked()
    assert second.locator("[data-guess=hook] input[value=random]").is_checked()
    assert "So it is." in second.locator("#hook .told").inner_text()
    assert "3 units in 2 classes" in second.locator("#case-circulant .state").text_content()


def test_every_control_by_mouse(opened: Any) -> None:
    page = opened(reduced_motion="reduce", unfold=True)
    for figure in [*page.locator("figure.net:visible").all(), page.locator("#race")]:
        buttons = {name: figure.locator(f"[data-do={name}]") for name in ("start", "back", "on", "play")}
        output = figure.locator("output")
        buttons["start"].click() if buttons["start"].is_enabled() else None
        before = output.inner_text()
        assert before == "after 0 updates"
        assert buttons["back"].is_disabled()
        buttons["on"].click()
        assert output.inner_text() == "after 1 update"
        buttons["back"].click()
        assert output.inner_text() == before
        buttons["play"].click()
        assert buttons["play"].get_attribute("aria-pressed") == "true"
        plays(page, output, 1)
        buttons["play"].click()
        assert buttons["play"].get_attribute("aria-pressed") == "false"
    for button in page.locator("[data-run]:visible").all():
        button.click()
        assert len(button.locator("xpath=following-sibling::output").inner_text()) > 20
    for button in page.locator("[data-save]").all():
        with page.expect_download() as download:
            button.click()
        assert download.value.suggested_filename == button.get_attribute("data-save")


def test_refuted_claims_fail_again_in_the_page(opened: Any) -> None:
    page = opened()
    expected = {
        "C23": "one class in each layer, at every step",
        "C25": "one class in each layer, at every step",
        "C17": "0.249994",
        "C12": "4 and 4 classes",
    }
    for claim, words in expected.items():
        page.locator(f"[data-run={claim}]").click()
        assert words in page.locator(f"[data-claim={claim}] output").inner_text()


def test_everything_can_be_reached_and_used_by_keyboard(opened: Any) -> None:
    page = opened(unfold=True)
    wanted = page.evaluate("""() => [...document.querySelectorAll('a[href], button, input, summary')].filter((e) =>
      e.checkVisibility() && !e.disabled && !(e.type === 'radio' && document.querySelector(`input[name="${e.name}"]:checked`) && !e.checked)).length""")
    page.evaluate("document.body.focus()")
    seen, last = set(), None
    for _ in range(3 * wanted):
        page.keyboard.press("Tab")
        now = page.evaluate(
            """() => { const e = document.activeElement; e.dataset.seen ??= Math.random(); return e === document.body ? '' : `${e.name || ''}|${e.type === 'radio' ? '' : e.dataset.seen}`; }"""
        )
        if not now or (now in seen and now == last):
            break
        seen.add(now)
        last = now
    groups = page.evaluate("""() => new Set([...document.querySelectorAll('a[href], button, input, summary')].filter((e) => e.checkVisibility() && !e.disabled)
      .map((e) => e.type === 'radio' ? e.name : e)).size""")
    assert len(seen) >= groups
    range_ = page.locator("#case-two-units input[type=range]")
    range_.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#case-two-units output").inner_text() == "after 1 update"
    assert page.locator("#induction-time output").inner_text() == "t = 1"
    page.locator("[data-guess=numbers] input").first.focus()
    page.keyboard.press("Space")
    assert "So it is." in page.locator("#numbers .told").inner_text()
    page.locator("#case-two-units [data-do=play]").focus()
    page.keyboard.press("Enter")
    plays(page, page.locator("#case-two-units output"), 3)


def test_the_proof_is_played_move_by_move(opened: Any) -> None:
    """By keyboard: a wrong move is told, a hint is kept back, right moves lead to the end."""
    page = opened()
    page.locator("#play-proof").focus()
    page.keyboard.press("Enter")
    asked, wrong = page.locator("#proof .step.now"), 0
    total = page.locator("#proof .line:not([data-part=before]) .step[data-others]:not([data-others=''])").count()
    assert total > 30
    for place in range(total):
        move = asked.get_attribute("data-move")
        assert not asked.locator(".reason").is_visible()
        if place == 0:
            asked.locator(".moves button").filter(has_not_text="Hint").filter(has_not_text=move).first.click()
            assert "does not give this line" in page.locator("#play-told").inner_text()
            wrong += 1
            asked.get_by_role("button", name="Hint").click()
            assert asked.locator("[role=status]").inner_text()
        asked.locator(".moves button").get_by_text(move, exact=True).focus()
        page.keyboard.press("Enter")
    assert page.locator("#play-told").inner_text() == f"The proof is complete: {total} moves, {wrong} wrong."
    assert page.locator("#proof .reason[hidden]").count() == 0
