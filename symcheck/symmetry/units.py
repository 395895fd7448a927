"""What is known of the units of one layer while a partition is refined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from symcheck.exact.field import Residues, negate
from symcheck.types import Array, Flags, Labels, Signs

_FIRST, _GROWTH = 3, 8


@dataclass(eq=False)
class Classes:
    """A partition of units into signed classes; units that are ``absent`` are zero and belong to none.

    Attributes:
        labels: class of each unit; the numbers themselves mean nothing.
        signs: 1 or -1, relative to the other units of the class.
        absent: the quantity is zero for ever.
        sizes: number of units in the class of each unit, filled in.
    """

    labels: Labels
    signs: Signs
    absent: Flags
    sizes: Labels = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = np.bincount(self.labels)[self.labels]

    @classmethod
    def singletons(cls, count: int, absent: bool = False) -> Classes:
        """Every unit its own class."""
        return cls(np.arange(count), np.ones(count, np.int8), np.full(count, absent))

    @classmethod
    def one(cls, count: int, absent: bool) -> Classes:
        """All units in one class."""
        return cls(np.zeros(count, np.intp), np.ones(count, np.int8), np.full(count, absent))

    @property
    def open(self) -> Flags:
        """Units that are not known to be alone and alive."""
        return (self.sizes > 1) | self.absent

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Classes)
            and np.array_equal(self.absent, other.absent)
            and np.array_equal(self.labels, other.labels)
            and np.array_equal(self.signs, other.signs)
        )


def growing_blocks(classes: Classes) -> Iterator[tuple[Labels, Labels]]:
    """Units that are not absent, in growing blocks that cut no class, small classes first, and where classes start."""
    units = np.flatnonzero(~classes.absent)
    order = units[np.lexsort((classes.labels[units], classes.sizes[units]))]
    labels = classes.labels[order]
    starts = np.flatnonzero(np.r_[True, labels[1:] != labels[:-1]]) if order.size else order
    ends = np.r_[starts[1:], order.size]
    begin, size = 0, _FIRST
    while begin < starts.size:
        end = min(max(begin + 1, int(np.searchsorted(ends, starts[begin] + size))), starts.size)
        yield order[starts[begin] : ends[end - 1]], starts[begin:end] - starts[begin]
        begin, size = end, size * _GROWTH


def up_to_sign(values: Residues) -> Residues:
    """The smaller representative of a value and its negative."""
    return np.asarray(np.minimum(values, negate(values)))


def numbered(*keys: Array) -> Labels:
    """Labels of equal tuples of keys, numbered from 0 by first appearance."""
    # Keys that are the same everywhere tell nothing, and sorting is the cost.
    telling = [key for key in keys if (key != key[0]).any()] or [keys[0]]
    # Where one key tells all apart, which a plain sort shows several times faster than an order does, that is all.
    for key in telling:
        ascending = np.sort(key)
        if (ascending[1:] != ascending[:-1]).all():
            return np.arange(len(key))
    order = np.lexsort(telling) if len(telling) > 1 else np.argsort(telling[0], kind="stable")
    new = np.zeros(len(order), bool)
    new[:1] = True
    for key in telling:
        ordered = key[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(new)
    # The order is stable, so the first unit of each run is the first of its class.
    rank = np.empty(starts.size, np.intp)
    rank[np.argsort(order[starts])] = np.arange(starts.size)
    labels = np.empty(order.size, np.intp)
    labels[order] = rank[np.cumsum(new) - 1]
    return labels


def signed(values: Residues, labels: Labels) -> Signs:
    """1 where a value is the first of its class, -1 where it is its negative."""
    first = np.full(int(labels.max()) + 1, len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    return np.where(values == values[first[labels]], 1, -1).astype(np.int8)
