"""The door of pictures: what was found, drawn into a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.errors import SymcheckError, an
from symcheck.plots.partition import partition_figure
from symcheck.plots.race import race_figure
from symcheck.plots.style import format_of, save
from symcheck.races.result import Race
from symcheck.symmetry import Certificate
from symcheck.texts import type_name

_FIGURES: dict[type, Callable[[Any], Any]] = {Certificate: partition_figure, Race: race_figure}


def plot(result: Any, target: str) -> None:
    """Draw a result into a PNG or an SVG file.

    Args:
        result: a certificate (units by class, beside the case in which symmetry is broken) or a race (curves with intervals).
        target: the file, whose name ends with .png or .svg.

    Raises:
        SymcheckError: there is no picture of such a thing, matplotlib is not installed, or the file cannot be written.
    """
    format_of(target)
    draw = next((draw for kind, draw in _FIGURES.items() if isinstance(result, kind)), None)
    if draw is None:
        raise SymcheckError(f"there is no picture of {an(type_name(result))}")
    save(draw(result), target)
