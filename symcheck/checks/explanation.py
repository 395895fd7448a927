"""A check explained: what it looks at, its grade, the usual causes, what to try, and its counterexamples."""

from __future__ import annotations

from textwrap import fill

from symcheck.checks.catalogue import CHECKS
from symcheck.checks.definition import Check
from symcheck.counterexamples import COUNTEREXAMPLES
from symcheck.errors import SymcheckError, close_to, listed


def explain_check(name: str) -> str:
    """What is known of a check, in paragraphs; of each one, where a short name such as ``scale`` fits several.

    Raises:
        SymcheckError: no such check.
    """
    called = [c for c in CHECKS if name in (c.name, c.aspect)]
    if not called:
        near = _meant(name)
        hint = f"; did you mean {listed(near)}?" if near else ""
        names = fill(f"There are: {', '.join(c.name for c in CHECKS)}.", 80, break_on_hyphens=False)
        raise SymcheckError(f"no check is named {name!r}{hint}\n{names}")
    return "\n\n\n".join(map(_explained, called))


def _explained(item: Check) -> str:
    faults = ", ".join(f"{c.fault} ({c.size})" for c in COUNTEREXAMPLES if c.check == item.name)
    paragraphs = [
        item.looks_at,
        f"Usual causes of a failure: {item.causes}",
        f"What to try: {item.remedy}",
        f"It is known to reject: {faults}.",
    ]
    return "\n\n".join([f"{item.name}   grade: {item.grade}", *(fill(text, 80) for text in paragraphs)])


def _meant(name: str) -> list[str]:
    """Checks that one may have meant: of this aspect, of a name like this, of an aspect like this."""
    aspects = close_to(name.split(".")[-1], dict.fromkeys(c.aspect for c in CHECKS))
    alike = [c.name for aspect in aspects for c in CHECKS if c.aspect == aspect]
    return list(dict.fromkeys([*close_to(name, [c.name for c in CHECKS]), *alike]))
