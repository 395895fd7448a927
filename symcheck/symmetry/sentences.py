"""A certificate in plain words."""

from __future__ import annotations

import numpy as np

from symcheck.errors import every
from symcheck.exact.units import UnitClasses
from symcheck.types import Flags, Labels

#: Units, or runs of neighbours, that are named of one class.
_RUNS = 8


def verdict_in_words(verdict: str) -> str:
    """A verdict as it is said: what is broken is the symmetry."""
    return "symmetry broken" if verdict == "broken" else verdict


def tied_units(layer: UnitClasses) -> list[str]:
    """For each class of two units or more, and for those that are zero for ever, which they are, counted from 1."""
    told = []
    for label in dict.fromkeys(layer.labels.tolist()):
        members = np.flatnonzero(layer.labels == label)
        if layer.zero[members[0]]:
            told.append(f"zero for ever: {_runs(members)}")
        elif len(members) > 1:
            same, opposite = (members[layer.signs[members] == sign] for sign in (1, -1))
            other = f"; with the opposite sign {_runs(opposite)}" if len(opposite) else ""
            told.append(f"equal for ever: {_runs(same)}{other}")
    return told


def _runs(members: Labels) -> str:
    """``1-3, 7``: units counted from 1, neighbours together."""
    parts = np.split(members, np.flatnonzero(np.diff(members) > 1) + 1)
    shown = [
        f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1}{', ' if len(run) == 2 else '-'}{run[-1] + 1}"
        for run in parts[:_RUNS]
    ]
    left = sum(map(len, parts[_RUNS:]))
    return ", ".join([*shown, *([f"and {left:,} more"] if left else [])])


def layer_sentence(layer: UnitClasses, separates_at: int | None, undecided: Flags, active: Flags | None) -> str:
    """What is certified of one layer, in one sentence.

    Args:
        layer: its classes.
        separates_at, undecided, active: as of `symcheck.symmetry.certified_layer.CertifiedLayer`.
    """
    n = len(layer.labels)
    what = every(n, "unit") if n > 1 else "the only unit"
    if layer.zero.all():
        into = "them" if n > 1 else "it"
        still = f", and no weight into {into} ever has a gradient" if layer.frozen.all() else ""
        return f"{what} give{'' if n > 1 else 's'} zero for every input, for ever{still}"
    parts = []
    if layer.zero.any():
        parts.append(f"{_of(layer.zero.sum(), n)} zero for ever")
    unseen = np.zeros(n, bool) if active is None else undecided & ~active
    if np.count_nonzero(~layer.zero) == 1:
        parts.append(_alone(layer, undecided, active))
    else:
        parts.append(_classes(layer, separates_at, undecided & ~unseen))
        if unseen.any():
            parts.append(f"{_of(unseen.sum(), n)} neither proved dead nor seen active")
        elif active is not None:
            parts.append("each is active on some input")
    if layer.frozen.all():
        parts.append("no incoming weight ever has a gradient")
    elif (layer.frozen & ~layer.zero).any():
        parts.append(f"{_of((layer.frozen & ~layer.zero).sum(), n)} without a gradient for ever")
    return "; ".join(parts)


def _alone(layer: UnitClasses, undecided: Flags, active: Flags | None) -> str:
    which = "other" if layer.zero.any() else "only"
    if active is not None:
        return (
            f"the {which} unit is {'active on some input' if active.any() else 'neither proved dead nor seen active'}"
        )
    return (
        f"of the {which} unit it is not decided whether it is dead"
        if undecided.any()
        else f"nothing keeps the {which} unit at zero"
    )


def _classes(layer: UnitClasses, separates_at: int | None, open_: Flags) -> str:
    live = layer.labels[~layer.zero]
    classes = len(np.unique(live))
    others = "other " if layer.zero.any() else ""
    doubt = f"; of {open_.sum()} it is not decided whether they separate" if open_.any() else ""
    signs = " up to sign" if (layer.signs < 0).any() else ""
    if classes == 1:
        return f"{every(len(live), f'{others}unit')} stay equal{signs} for ever: one unit's worth of learning"
    if classes < len(live):
        return f"the {others}{len(live)} units fall into {classes} classes that stay equal{signs} for ever{doubt}"
    if doubt:
        return f"no two of the {others}{len(live)} units are proved tied{doubt}"
    when = f"; {_updates(separates_at)} can part them" if separates_at else ""
    return f"nothing ties two of the {others}{len(live)} units{when}"


def _updates(count: int) -> str:
    return "the first update" if count == 1 else f"{count} updates"


def _of(count: int, total: int) -> str:
    return f"{count} of {total} units {'is' if count == 1 else 'are'}"
