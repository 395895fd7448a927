"""Results that show themselves: in a prompt, printed, in an assertion's message and in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Displayed:
    """Mixed into a result, with ``repr=False`` where it is a dataclass.

    Views know the data and not the other way round; so the one arrow upwards is drawn when something is shown.
    """

    def __repr__(self) -> str:
        """What it is and what it found, on one line."""
        told: str = _views().brief(self)
        return told

    def __str__(self) -> str:
        """What the command line shows of it."""
        told: str = _views().as_text(self)
        return told

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        told: str = _views().as_html(self)
        return told


class DisplayedFormula(Displayed):
    """The same of a result that is a formula."""

    def _repr_latex_(self) -> str:
        """What is shown where formulas are typeset."""
        told: str = _views().as_latex(self)
        return told


def _views() -> Any:
    return import_module("symcheck.displaying")
