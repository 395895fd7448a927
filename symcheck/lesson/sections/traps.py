"""The traps: rows that look alike and part, rows that differ and never do, units that nothing can wake."""

from __future__ import annotations

import numpy as np

from symcheck.lesson.presets import STARTS, traps
from symcheck.lesson.sections.shown import ShownCase, shown


def trapped(rng: np.random.Generator) -> tuple[ShownCase, ...]:
    """Each trap, trained and certified."""
    return tuple(shown(case) for case in traps(rng).values())


def starts(rng: np.random.Generator) -> tuple[ShownCase, ...]:
    """The starts that textbooks name, trained and certified."""
    return tuple(shown(make(rng)) for make in STARTS.values())
