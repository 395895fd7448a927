"""Draws beside their law as two rows of blocks."""

from __future__ import annotations

import numpy as np

from symcheck.drawn import Drawn
from symcheck.types import Floats

_BLOCKS = " ▁▂▃▄▅▆▇█"
#: Bins that are joined to one block.
_JOINED = 2


def histogram(drawn: Drawn) -> list[str]:
    """A row for the draws of the largest shape and one for the law, of one scale, and a line that says from where to where."""
    entries = drawn.entries
    rows = [("draws", entries.density)]
    if entries.promised_density is not None:
        rows.append((drawn.law or "law", entries.promised_density))
    joined = [(name, density.reshape(-1, _JOINED).mean(axis=1)) for name, density in rows]
    top = max(float(density.max()) for _, density in joined)
    width = max(len(name) for name, _ in joined)
    low, high = f"{entries.edges[0]:.3g}", f"{entries.edges[-1]:.3g}"
    ends = f"{low}{high:>{max(len(joined[0][1]) - len(low), len(high) + 1)}}"
    return [
        *(f"{name:<{width}}  {_blocks(density, top)}" for name, density in joined),
        f"{'':<{width}}  {ends}   entries of {entries.shape}",
    ]


def _blocks(density: Floats, top: float) -> str:
    steps = np.rint(density / top * (len(_BLOCKS) - 1)).astype(int) if top > 0 else np.zeros(len(density), int)
    # What is there at all is seen.
    return "".join(_BLOCKS[max(step, int(value > 0))] for step, value in zip(steps, density, strict=True))
