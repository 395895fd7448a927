"""Find why parameters are frozen or tied, by experiments in the order in which they are likely to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np

from symcheck.reachability.experiments import Experiments
from symcheck.reachability.model import ModelFailure
from symcheck.reachability.reasons import Effect, Kind, Reason
from symcheck.reachability.ties import MovingTogether, TiedSlices, tied_slices
from symcheck.types import Array, Flags

_T = TypeVar("_T")

#: Parameters that are tried one by one for the same thing.
_TRIED = 8
#: Small steps, relative to the size of a parameter, far above rounding of the outputs that they change. A choice jumps on some small
#: steps too, of which the smaller are the rarer.
_NEAR = (1e-4, 1e-5, 1e-6)
#: How many times as large all parameters are made: the first that lets a step change anything counts, as outputs may be held between bounds.
_FAR, _FARTHER = (1.0, 30.0, 1e3), 6


def why_frozen_from_here(
    experiments: Experiments, labels: Mapping[str, Array], elsewhere: Mapping[str, Array]
) -> Iterator[Reason]:
    """What of the initialization keeps entries from moving that move from another start."""
    left = {name: (own == 0) & (elsewhere[name] != 0) for name, own in labels.items()}
    left = {name: mask for name, mask in left.items() if mask.any()}
    if not left:
        return
    for name in _nonzero(experiments, left)[:_TRIED]:
        if name in left and (names := _woken(left, experiments.turned(name, left[name]))):
            yield Reason(Kind.SIGN, Effect.FROZEN, tuple(names), (name,))
            left = {one: mask for one, mask in left.items() if one not in names}
    zero = _zero(experiments, left)
    woken: dict[str, list[str]] = {}
    for name in zero[:_TRIED]:
        for one in _woken(left, experiments.drawn_anew([name])):
            woken.setdefault(one, []).append(name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for one, found in woken.items():
        groups.setdefault(tuple(found), []).append(one)
    for cures, freed in groups.items():
        # What moves from zero and wakes nothing by it is no zero that keeps gradients away.
        staying = tuple(name for name in cures if not np.any(labels[name]))
        freeing = staying or cures
        kind = (
            Kind.START
            if not staying
            else Kind.ZERO_FACTORS
            if _factors(experiments, [name for name in freeing if name in freed])
            else Kind.ZERO
        )
        yield Reason(kind, Effect.FROZEN, tuple(freed), freeing)
        left = {name: mask for name, mask in left.items() if name not in freed}
    if left and len(zero) > 1 and (names := _woken(left, experiments.drawn_anew(zero))):
        yield Reason(Kind.ZEROS, Effect.FROZEN, tuple(names), tuple(zero))
        left = {name: mask for name, mask in left.items() if name not in names}
    partly = _partly_zero(experiments, left)
    for kind, tried in [*((Kind.ZERO, [name]) for name in partly[:_TRIED]), (Kind.ZEROS, zero + partly)]:
        if left and tried and (names := _woken(left, experiments.zeros_drawn(tried))):
            yield Reason(kind, Effect.FROZEN, tuple(names), tuple(tried), partly=True)
            left = {name: mask for name, mask in left.items() if name not in names}


def why_tied_from_here(
    experiments: Experiments, groups: Sequence[TiedSlices], together: Sequence[MovingTogether]
) -> Iterator[Reason]:
    """What of the initialization ties slices and parameters that part from another start."""
    tied = {(g.parameter, g.axis): g for g in groups if g.by_initialization}
    pairs = [t for t in together if t.by_initialization]
    concerned = list(dict.fromkeys([name for name, _ in tied] + [n for t in pairs for n in (t.first, t.second)]))
    beside = [name for name in _zero(experiments, {}) if name not in concerned]
    for kind, candidates in ((Kind.ZERO_BESIDE, beside[:_TRIED]), (Kind.EQUAL_START, concerned[: 2 * _TRIED])):
        for name in candidates:
            if not tied and not pairs:
                break
            labels = experiments.drawn_anew([name])
            if labels is None:
                continue
            parted = [group for key, group in tied.items() if _parted(group, labels[key[0]])]
            for own, same in _by_start(kind, parted, lambda g: _equal_slices(experiments, g)):
                yield Reason(own, Effect.TIED, tuple(dict.fromkeys(g.parameter for g in same)), (name,))
            tied = {key: group for key, group in tied.items() if group not in parted}
            apart = [t for t in pairs if _apart(t, labels)]
            for own, alike in _by_start(kind, apart, lambda t: _equal_values(experiments, t)):
                yield Reason(own, Effect.TOGETHER, tuple(n for t in alike for n in (t.first, t.second)), (name,))
            pairs = [t for t in pairs if t not in apart]


def _by_start(kind: Kind, found: Sequence[_T], equal: Callable[[_T], bool]) -> Iterator[tuple[Kind, list[_T]]]:
    """Those whose starts are equal under a kind, and the others as `START`."""
    alike = [one for one in found if equal(one)]
    others = [one for one in found if one not in alike]
    return ((own, some) for own, some in ((kind, alike), (Kind.START, others)) if some)


def _equal_slices(experiments: Experiments, group: TiedSlices) -> bool:
    values = np.moveaxis(np.asarray(experiments.by_name[group.parameter].values), group.axis, 0)
    return all(np.array_equal(np.abs(values[i]), np.abs(values[tied[0]])) for tied in group.tied for i in tied)


def _equal_values(experiments: Experiments, pair: MovingTogether) -> bool:
    first, second = (np.asarray(experiments.by_name[name].values) for name in (pair.first, pair.second))
    return np.array_equal(first, second)


def why_everywhere(
    experiments: Experiments,
    elsewhere: Mapping[str, Array],
    silent: Mapping[str, Flags],
    together: Sequence[MovingTogether],
) -> Iterator[Reason]:
    """What of the architecture freezes entries, or makes parameters move together, wherever they start.

    Args:
        elsewhere: signed labels from a start that no initializer chose.
        silent: the entries that are frozen there and here, and whose gradients were exactly zero each time.
    """
    for name, own in elsewhere.items():
        found = [_why(experiments, name, part, own.size) for part in (silent[name], (own == 0) & ~silent[name])]
        yield from dict.fromkeys(reason for reason in found if reason is not None)
    for pair in together:
        if not pair.by_initialization and _only_added(experiments, pair, elsewhere):
            yield Reason(Kind.ONLY_ADDED, Effect.TOGETHER, (pair.first, pair.second))


def _why(experiments: Experiments, name: str, mask: Flags, size: int) -> Reason | None:
    try:
        return _shown(experiments, name, mask, size) if np.any(mask) else None
    except ModelFailure:
        # Where a model refuses to be computed an experiment shows nothing.
        return None


def _shown(experiments: Experiments, name: str, mask: Flags, size: int) -> Reason | None:
    count = np.count_nonzero(mask)
    change, by, far = experiments.offset(name, mask), 0.0, 1.0
    for far in _FAR * _FARTHER:
        if by := experiments.outputs_change({name: change}, far):
            break
        change = experiments.offset(name, mask)
    if by > experiments.rounding:
        # A far step may lead to where it does count; a small one leads there only if a gradient should be.
        steps = (experiments.outputs_change({name: experiments.offset(name, mask) * step}) for step in _NEAR)
        if all(near > experiments.rounding for near in steps):
            return Reason(Kind.DETACHED, Effect.FROZEN, (name,)) if experiments.still(name, mask) else None
        return Reason(Kind.JUMPS, Effect.FROZEN, (name,)) if experiments.jumps({name: change}, far) else None
    if not by:
        kind = Kind.PADDING if experiments.padded(name, mask) else Kind.UNUSED if count == size else Kind.NOT_VISITED
        return Reason(kind, Effect.FROZEN, (name,))
    return Reason(Kind.TAKEN_AWAY, Effect.FROZEN, (name,), (), experiments.absorbing({name: change}))


def _zero(experiments: Experiments, first: Mapping[str, Flags]) -> list[str]:
    """Parameters that are zero throughout, those of a mapping first."""
    zero = [name for name, p in experiments.by_name.items() if not np.any(p.values)]
    return [n for n in zero if n in first] + [n for n in zero if n not in first]


def _partly_zero(experiments: Experiments, first: Mapping[str, Flags]) -> list[str]:
    """Parameters with zeros beside other entries, those of a mapping first."""
    found = [name for name, p in experiments.by_name.items() if np.any(p.values) and not np.all(p.values)]
    return [n for n in found if n in first] + [n for n in found if n not in first]


def _factors(experiments: Experiments, names: Sequence[str]) -> bool:
    """Whether two of some parameters are each other's factors."""
    try:
        alive = {name: experiments.gradient_beside(name, names) for name in names}
    except ModelFailure:
        return False
    return any(a in alive[b] and b in alive[a] for a, b in combinations(names, 2))


def _nonzero(experiments: Experiments, left: Mapping[str, Flags]) -> list[str]:
    return [name for name, mask in left.items() if np.any(np.asarray(experiments.by_name[name].values)[mask])]


def _woken(left: Mapping[str, Flags], labels: Mapping[str, Array] | None) -> list[str]:
    return [] if labels is None else [name for name, mask in left.items() if (labels[name][mask] != 0).all()]


def _parted(group: TiedSlices, labels: Array) -> bool:
    now = [one.distinct for one in tied_slices(group.parameter, labels, None) if one.axis == group.axis]
    return not now or now[0] > group.distinct


def _apart(pair: MovingTogether, labels: Mapping[str, Array]) -> bool:
    first, second = (np.unique(np.abs(labels[name])) for name in (pair.first, pair.second))
    return not np.intersect1d(first[first > 0], second).size


def _only_added(experiments: Experiments, pair: MovingTogether, labels: Mapping[str, Array]) -> bool:
    """Whether outputs depend on the first of two parameters, and no more where the second makes up for it."""
    first, second = labels[pair.first], labels[pair.second]
    shared = np.intersect1d(np.abs(first[first != 0]), np.abs(second))
    steps = np.zeros(int(shared.max(initial=0)) + 1)
    steps[shared] = experiments.offset(pair.first, np.ones(first.shape, bool)).std() or 1.0
    inside = (np.where(np.isin(np.abs(one), shared), one, 0) for one in (first, second))
    there, back = (np.sign(one) * steps[np.abs(one)] for one in inside)
    try:
        return (
            experiments.outputs_change({pair.first: there}) > experiments.rounding
            and experiments.outputs_change({pair.first: there, pair.second: -back}) <= experiments.rounding
        )
    except ModelFailure:
        return False
