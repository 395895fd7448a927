"""What is known of wrong gradients that no known mistake gives: which are right, and which a multiple of the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.comparing import EXACT, Leaves, fitted
from symcheck.diagnosis.faults.hypothesis import right_gradients
from symcheck.diagnosis.trial import Trial

#: W or b, and the layer as its distance from the last one.
Part = tuple[str, int]


@dataclass(frozen=True)
class Known:
    """What all networks have in common.

    Attributes:
        right, wrong: parts that are right on every network, and those that are wrong on some.
        multiples: of wrong ones the number of times that they are the right one, where it is the same on all.
        networks: how many were compared.
    """

    right: tuple[Part, ...]
    wrong: tuple[Part, ...]
    multiples: tuple[tuple[Part, float], ...]
    networks: int


def known_of(seen: Sequence[tuple[Trial, Leaves]]) -> Known:
    """Compare the gradients of several networks part by part."""
    wrong: dict[Part, bool] = {}
    ratios: dict[Part, list[float | None]] = {}
    for trial, got in seen:
        right = right_gradients(trial)
        if right is None or [a.shape for a in got] != [a.shape for a in right]:
            continue
        for part, one, other in zip(_parts(trial), got, right, strict=True):
            off = not trial.same([one], [other])
            wrong[part] = wrong.get(part, False) or off
            ratios.setdefault(part, []).append(fitted([one], [0 * other], [other]) if off else None)
    order = sorted(wrong, key=lambda part: (part[1], part[0]))
    constant = {
        part: found[0]
        for part, found in ratios.items()
        if wrong[part] and found[0] is not None and all(r is not None and _equal(r, found[0]) for r in found)
    }
    return Known(
        tuple(p for p in order if not wrong[p]),
        tuple(p for p in order if wrong[p]),
        tuple((p, constant[p]) for p in order if p in constant),
        len(seen),
    )


def _equal(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e3 * EXACT, atol=0))


def _parts(trial: Trial) -> list[Part]:
    return [
        (part, trial.depth - 1 - layer) for layer, has in enumerate(trial.biased) for part in ("Wb" if has else "W")
    ]
