"""What is known of wrong gradients, or of a wrong update, that no known mistake gives: which are right, which a multiple of
the right ones, and which a mistake gives that does not give the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from symcheck.diagnosis.comparing import EXACT, fitted, leaves, same_shapes
from symcheck.diagnosis.explaining import Got, extent_of
from symcheck.diagnosis.faults.hypothesis import Hypothesis, right_gradients
from symcheck.diagnosis.trial import Trial
from symcheck.subjects.messages import Answer
from symcheck.verdict import Extent

#: W or b, and the layer as its distance from the last one.
Part = tuple[str, int]


@dataclass(frozen=True)
class Known:
    """What all networks have in common.

    Attributes:
        right, wrong: parts that are right on every network, and those that are wrong on some.
        multiples: of wrong ones the number of times that they are the right one, where it is the same on all that are wrong.
        networks: how many were compared. extent: on which of them something is wrong.
        partly: mistakes that give some of the wrong ones wherever something is wrong, each with those that it gives.
        of: whether it is of ``gradients``, or of what an ``update`` makes of the parameters.
    """

    right: tuple[Part, ...]
    wrong: tuple[Part, ...]
    multiples: tuple[tuple[Part, float], ...]
    networks: int
    extent: Extent
    partly: tuple[tuple[str, tuple[Part, ...]], ...] = ()
    of: Literal["gradients", "update"] = "gradients"


def known_of(seen: Sequence[Got], among: Iterable[Hypothesis] = ()) -> Known:
    """Compare the gradients of several networks part by part.

    Args:
        among: the mistakes that may give some of them.
    """
    ratios: dict[Part, list[float | None]] = {}
    wrong: dict[Part, bool] = {}
    off = [s for s in seen if s.gradients_wrong]
    for s in off:
        got, right = s.gradients, right_gradients(s.trial)
        if isinstance(got, Answer | None) or right is None or not same_shapes(got, right):
            continue
        for part, one, other in zip(_parts(s.trial), got, right, strict=True):
            differs = not s.trial.same([one], [other])
            wrong[part] = wrong.get(part, False) or differs
            if differs:
                ratios.setdefault(part, []).append(fitted([one], [0 * other], [other]))
    order = sorted(wrong, key=lambda part: (part[1], part[0]))
    constant = {
        part: found[0]
        for part, found in ratios.items()
        if found[0] is not None and all(r is not None and _equal(r, found[0]) for r in found)
    }
    spoiled = tuple(p for p in order if wrong[p])
    return Known(
        tuple(p for p in order if not wrong[p]),
        spoiled,
        tuple((p, constant[p]) for p in order if p in constant),
        len(seen),
        extent_of(off, [s for s in seen if s not in off and not s.failed]),
        tuple(_partly(off, set(spoiled) - set(constant), among)),
    )


def _partly(
    off: Sequence[Got], wrong: set[Part], among: Iterable[Hypothesis]
) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """The mistakes that give some of these parts on all networks, that of most parts first, and of each part only one."""
    found = [(h, given) for h in among if not h.vague and h.replaced is not None and (given := _given(h, off, wrong))]
    while found:
        hypothesis, given = max(found, key=lambda row: len(row[1]))
        yield hypothesis.told, tuple(sorted(given, key=lambda part: (part[1], part[0])))
        found = [(h, rest) for h, parts in found if (rest := parts - given)]


def _given(hypothesis: Hypothesis, off: Sequence[Got], wrong: set[Part]) -> set[Part]:
    """The parts among these that a mistake gives on every network that has them."""
    given = set(wrong)
    for s in off:
        found = hypothesis.evaluation(s.trial)
        arrays = None if found is None or found.gradients is None else leaves(found.gradients, s.trial.biased)
        if arrays is None or isinstance(s.gradients, Answer | None):
            return set()
        parts = dict(zip(_parts(s.trial), zip(s.gradients, arrays, strict=True), strict=True))
        given = {p for p in given if p not in parts or s.trial.same([parts[p][0]], [parts[p][1]])}
        if not given:
            break
    return given


def _equal(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e3 * EXACT, atol=0))


def _parts(trial: Trial) -> list[Part]:
    return [
        (part, trial.depth - 1 - layer) for layer, has in enumerate(trial.biased) for part in ("Wb" if has else "W")
    ]
