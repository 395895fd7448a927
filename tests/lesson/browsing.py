"""What tests do with a figure of the page in a browser."""

from typing import Any


def at(page: Any, key: str, step: int) -> Any:
    """A figure moved to a step by its slider."""
    figure = page.locator(f"#case-{key}")
    figure.locator("input[type=range]").evaluate(
        "(range, step) => { range.value = step; range.dispatchEvent(new Event('input', { bubbles: true })); }", step
    )
    assert figure.locator("output").inner_text() == f"after {step} update{'' if step == 1 else 's'}"
    return figure


def plays(page: Any, output: Any, updates: int) -> None:
    """Wait until so many updates have been played, or more."""
    told = output.element_handle()
    page.wait_for_function("([told, least]) => Number(told.textContent.match(/\\d+/)[0]) >= least", arg=[told, updates])
