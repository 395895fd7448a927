"""A certificate in plain words."""

from __future__ import annotations

import numpy as np

from symcheck.exact.units import UnitClasses


def layer_sentence(layer: UnitClasses, separates_at: int | None) -> str:
    """What is certified of one layer, in one sentence."""
    n = len(layer.labels)
    what = f"all {n} units" if n > 1 else "the only unit"
    if layer.zero.all():
        still = ", and no weight into them ever moves" if layer.frozen.all() else ""
        return f"{what} give{'' if n > 1 else 's'} zero for every input, for ever{still}"
    parts = []
    if layer.zero.any():
        parts.append(f"{_of(layer.zero.sum(), n)} zero for ever")
    parts.append(_classes(layer, separates_at))
    if layer.frozen.all():
        parts.append("no incoming weight ever has a gradient")
    elif (layer.frozen & ~layer.zero).any():
        parts.append(f"{_of((layer.frozen & ~layer.zero).sum(), n)} without a gradient for ever")
    return "; ".join(parts)


def _classes(layer: UnitClasses, separates_at: int | None) -> str:
    live = layer.labels[~layer.zero]
    classes = len(np.unique(live))
    others = "other " if layer.zero.any() else ""
    if len(live) == 1:
        return f"the {others}unit is alive" if others else "the only unit is alive"
    if classes == len(live):
        when = f"; they separate {_steps(separates_at)}" if separates_at else ""
        return f"no two of the {others}{len(live)} units stay tied{when}"
    signs = " up to sign" if (layer.signs < 0).any() else ""
    if classes == 1:
        return f"all {others}{len(live)} units stay equal{signs} for ever: one unit's worth of learning"
    return f"the {others}{len(live)} units fall into {classes} classes that stay equal{signs} for ever"


def _steps(count: int) -> str:
    return "at the first update" if count == 1 else f"after {count} updates"


def _of(count: int, total: int) -> str:
    return f"{count} of {total} units {'is' if count == 1 else 'are'}"
