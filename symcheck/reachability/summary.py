"""Ties put together: units of a layer across its parameters, and copies of whole modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symcheck.reachability.ties import MovingTogether, TiedSlices


@dataclass(frozen=True)
class TiedUnits:
    """Slices that are tied alike in several parameters, as the units of a layer are in what leads to them and from them.

    Attributes:
        where: parameters, each with its axis.
        distinct: the effective width, with tied slices counted once, of `of`.
        tied: groups of two or more.
        by_initialization: whether some of them part when the model starts elsewhere.
    """

    where: tuple[tuple[str, int], ...]
    distinct: int
    of: int
    tied: tuple[tuple[int, ...], ...]
    by_initialization: bool


@dataclass(frozen=True)
class Copies:
    """Modules of one list that move alike, entry by entry or in part.

    Attributes:
        prefix, numbers: the list and places in it, such as ``experts`` and 0 to 3.
        parameters: names below a member.
    """

    prefix: str
    numbers: tuple[int, ...]
    parameters: tuple[str, ...]
    by_initialization: bool


def tied_units(groups: Sequence[TiedSlices]) -> list[TiedUnits]:
    """Groups of parameters that have the same ones tied, in the order of their first."""
    found: dict[tuple[object, ...], list[TiedSlices]] = {}
    for group in groups:
        found.setdefault((group.tied, group.of, group.distinct, group.by_initialization), []).append(group)
    return [
        TiedUnits(
            tuple((g.parameter, g.axis) for g in same),
            same[0].distinct,
            same[0].of,
            same[0].tied,
            same[0].by_initialization,
        )
        for same in found.values()
    ]


def copies(together: Sequence[MovingTogether]) -> tuple[list[Copies], list[MovingTogether]]:
    """Pairs that differ in one number of their path only, put together by list; beside them the other pairs."""
    found: dict[tuple[str, bool, str], set[int]] = {}
    rest = []
    for pair in together:
        path, other = pair.first.split("."), pair.second.split(".")
        unlike = [i for i, (a, b) in enumerate(zip(path, other, strict=False)) if a != b]
        if len(path) != len(other) or len(unlike) != 1 or not (path[unlike[0]] + other[unlike[0]]).isdecimal():
            rest.append(pair)
            continue
        at = unlike[0]
        key = ".".join(path[:at]), pair.by_initialization, ".".join(path[at + 1 :])
        found.setdefault(key, set()).update((int(path[at]), int(other[at])))
    lists: dict[tuple[str, bool, tuple[int, ...]], list[str]] = {}
    for (prefix, chosen, name), numbers in found.items():
        lists.setdefault((prefix, chosen, tuple(sorted(numbers))), []).append(name)
    return [Copies(p, numbers, tuple(names), chosen) for (p, chosen, numbers), names in lists.items()], rest
