"""Everything that can be explained, with what it looks at in a few words."""

from __future__ import annotations

import inspect

from symcheck.checks.catalogue import CHECKS
from symcheck.propagation.explanation import signal_findings
from symcheck.suite.findings import IMPLEMENTATION
from symcheck.suite.properties import properties


def everything() -> list[tuple[str, list[list[str]]]]:
    """Titles, and under each the names with their first sentences."""
    families: dict[str, list[list[str]]] = {}
    for check in CHECKS:
        families.setdefault(check.name.partition(".")[0], []).append([check.name, _first(check.looks_at)])
    own = [
        [f"{IMPLEMENTATION}.{f.__name__.removeprefix('test_')}", _first(inspect.getdoc(f) or "")] for f in properties()
    ]
    told = [(f"checks of {'an' if family[0] in 'aeiou' else 'a'} {family}", rows) for family, rows in families.items()]
    signals = [[name, _first(text)] for name, text in signal_findings()]
    return [*told, ("properties of an implementation", own), ("findings about a signal", signals)]


def _first(text: str) -> str:
    """The first sentence, on one line."""
    return " ".join(text.split()).partition(". ")[0].rstrip(".")
