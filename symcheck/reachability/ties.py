"""Slices and entries of parameters that training moves alike, and parameters that it does not move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.types import Array, Flags

# Odd multipliers of a 64-bit hash are invertible, so that no slice of one entry collides with another.
_ODD = np.uint64(1)


@dataclass(frozen=True)
class TiedSlices:
    """Slices of one parameter along one axis that move by equal amounts, or by opposite ones, for ever.

    Attributes:
        distinct: the slices that are left when those of a group count as one; frozen ones count each for itself.
        of: all of them.
        tied: groups of two or more.
        by_initialization: whether some of them part when the model starts elsewhere; else the architecture ties them.
    """

    parameter: str
    axis: int
    distinct: int
    of: int
    tied: tuple[tuple[int, ...], ...]
    by_initialization: bool


@dataclass(frozen=True)
class TiedEntries:
    """Entries of one parameter that move by equal or opposite amounts without being whole slices of it.

    Attributes:
        distinct: how many move apart, of `of` that move once each group of tied slices counts as one slice.
        by_initialization: whether some of them part when the model starts elsewhere; else the architecture ties them.
    """

    parameter: str
    distinct: int
    of: int
    by_initialization: bool


@dataclass(frozen=True)
class FrozenPart:
    """Entries of one parameter that never move.

    Attributes:
        frozen: how many, of `of`.
        by_initialization: how many of them move when the model starts elsewhere.
        indices: of frozen slices along the first axis, where all that is frozen are whole ones; empty else.
    """

    parameter: str
    frozen: int
    of: int
    by_initialization: int
    indices: tuple[int, ...] = ()


@dataclass(frozen=True)
class UndecidedPart:
    """Entries of one parameter that no input tried moves, without a proof that none does.

    Attributes:
        undecided: how many, of `of`.
    """

    parameter: str
    undecided: int
    of: int


@dataclass(frozen=True)
class MovingTogether:
    """Entries of two parameters that move by equal or opposite amounts.

    Attributes:
        entries: how many entries of the second have a partner in the first.
        by_initialization: whether some part when the model starts elsewhere.
    """

    first: str
    second: str
    entries: int
    by_initialization: bool


def tied_slices(name: str, labels: Array, elsewhere: Array | None) -> list[TiedSlices]:
    """Groups along every axis.

    Args:
        labels: signed labels in the shape of the parameter, 0 for frozen.
        elsewhere: those of the same model from a start that no initializer chose.
    """
    found = []
    for axis in range(labels.ndim):
        groups = _groups(labels, axis)
        if not groups:
            continue
        other = _slice_keys(elsewhere, axis) if elsewhere is not None else None
        chosen = other is not None and any(len(np.unique(other[list(group)])) > 1 for group in groups)
        count = labels.shape[axis]
        distinct = count - sum(len(group) - 1 for group in groups)
        found.append(TiedSlices(name, axis, distinct, count, groups, bool(chosen)))
    return found


def tied_entries(name: str, labels: Array, elsewhere: Array | None) -> TiedEntries | None:
    """What is tied in a parameter beside whole slices; None where nothing is.

    Args:
        labels, elsewhere: as for `tied_slices`.
    """
    kept = []
    for axis, count in enumerate(labels.shape):
        again = [index for group in _groups(labels, axis) for index in group[1:]]
        kept.append(np.setdiff1d(np.arange(count), again))
    own = np.abs(labels[np.ix_(*kept)]).reshape(-1)
    moving = own > 0
    distinct, of = len(np.unique(own[moving])), int(moving.sum())
    if distinct == of:
        return None
    chosen = False
    if elsewhere is not None:
        other = np.abs(elsewhere[np.ix_(*kept)]).reshape(-1)
        chosen = np.unique(np.stack([own[moving], other[moving]]), axis=1).shape[1] > distinct
    return TiedEntries(name, distinct, of, chosen)


def frozen_part(name: str, labels: Array, elsewhere: Array | None) -> FrozenPart | None:
    """What of a parameter never moves; None where all of it does."""
    frozen = labels == 0
    count = int(frozen.sum())
    if not count:
        return None
    moves = np.zeros_like(frozen) if elsewhere is None else elsewhere != 0
    return FrozenPart(name, count, labels.size, int((frozen & moves).sum()), _whole_slices(frozen))


def moving_together(labels: dict[str, Array], elsewhere: dict[str, Array] | None) -> list[MovingTogether]:
    """Pairs of a parameter and the first one before it with which entries of it share a class."""
    names = list(labels)
    present = [np.unique(np.abs(labels[name])) for name in names]
    owner = np.zeros(1 + max((int(one.max(initial=0)) for one in present), default=0), np.int64)
    for number in reversed(range(len(names))):
        owner[present[number]] = number
    found: dict[tuple[int, int], Array] = {}
    for number, classes in enumerate(present):
        shared = classes[(classes > 0) & (owner[classes] != number)]
        for first in np.unique(owner[shared]).tolist():
            found[first, number] = shared[owner[shared] == first]
    result = []
    for (first, second), shared in found.items():
        entries = np.isin(np.abs(labels[names[second]]), shared)
        partners = np.isin(np.abs(labels[names[first]]), shared)
        chosen = elsewhere is not None and bool(
            np.setdiff1d(np.abs(elsewhere[names[second]])[entries], np.abs(elsewhere[names[first]])[partners]).size
        )
        result.append(MovingTogether(names[first], names[second], int(entries.sum()), chosen))
    return result


def _groups(labels: Array, axis: int) -> tuple[tuple[int, ...], ...]:
    keys = _slice_keys(labels, axis)
    groups: dict[int, list[int]] = {}
    for index, key in enumerate(keys.tolist()):
        if key:
            groups.setdefault(key, []).append(index)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _slice_keys(labels: Array, axis: int) -> Array:
    """One number for each slice, equal for slices that are equal up to sign, and 0 for those that are frozen throughout."""
    rows = np.moveaxis(labels, axis, 0).reshape(labels.shape[axis], -1)
    factors = np.random.default_rng(rows.shape[1]).integers(0, 2**63, rows.shape[1], np.uint64) << _ODD | _ODD
    sums = np.zeros(len(rows), np.uint64)
    for start in range(0, rows.shape[1], 4096):
        part = rows[:, start : start + 4096].astype(np.int64).view(np.uint64)
        sums += (_mixed(part) * factors[start : start + 4096]).sum(1, dtype=np.uint64)
    return np.minimum(sums, np.negative(sums))


def _mixed(labels: Array) -> Array:
    """An odd function of labels without structure, so that sums of slices agree by chance only."""
    signed = labels.view(np.int64)
    bits = np.abs(signed).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(32)
    return np.where(signed < 0, np.negative(bits), bits)


def _whole_slices(frozen: Flags) -> tuple[int, ...]:
    if frozen.ndim == 0:
        return ()
    rows = frozen.reshape(len(frozen), -1)
    whole = rows.all(1)
    return tuple(np.flatnonzero(whole).tolist()) if whole.any() and not rows[~whole].any() else ()
