"""What training can reach from a model's initial parameters: the result, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from symcheck.displayed import Displayed
from symcheck.reachability.gaps import Gap, narrowest
from symcheck.reachability.reasons import Effect, Reason
from symcheck.reachability.ties import (
    FrozenPart,
    MovingTogether,
    TiedEntries,
    TiedSlices,
    UndecidedPart,
    frozen_part,
    moving_together,
    tied_entries,
    tied_slices,
)
from symcheck.texts import plain_values
from symcheck.types import Array, Flags


@dataclass(frozen=True, eq=False, repr=False)
class Reach(Displayed):
    """The affine space theta_0 + V that no training leaves, by classes of parameters that move alike.

    It holds for SGD and any rule that is an odd entrywise function of the gradient history, for all data and losses.

    Attributes:
        classes: for each parameter signed labels in its shape: 0 is frozen, entries of labels c and -c move by opposite
            amounts at every step. Labels are common to the whole model.
        elsewhere: the same from a start that no initializer chose, or None where nothing is tied or frozen: what is tied
            and frozen there too, is so by the architecture.
        rounds: gradients at random points that it took.
        grade: ``exact`` over GF(2^61 - 1), or ``observed`` in float64, for the inputs and regions tried.
        gaps: of the observed grade, what was seen between equal and different gradients, by module.
        fed: what the model was fed.
        fixed: whether some of it was the same in every batch, so that it may be what ties parameters.
        precision: of the observed grade, what gradients were computed in.
        reasons: why, as far as experiments showed it.
        dropping: the classes when dropout is on, of a model that has it and in which something is tied or frozen.
        unvisited: by parameter the entries that no input led to, wherever the model starts; they are not counted as frozen.
        undecided_entries: by parameter the entries that no input moved, as those of a ReLU that nothing opened, without a proof
            that none does; they are not counted as frozen.
    """

    classes: Mapping[str, Array]
    rounds: int
    grade: str
    elsewhere: Mapping[str, Array] | None = None
    gaps: tuple[Gap, ...] = ()
    fed: str = ""
    precision: str = "float64"
    fixed: bool = False
    reasons: tuple[Reason, ...] = ()
    dropping: Mapping[str, Array] | None = None
    unvisited: Mapping[str, Flags] = field(default_factory=dict)
    undecided_entries: Mapping[str, Flags] = field(default_factory=dict)

    @cached_property
    def parameters(self) -> int:
        """The number of trainable scalars."""
        return sum(labels.size for labels in self.classes.values())

    @cached_property
    def reachable(self) -> int:
        """The number of dimensions that training can move in."""
        return _dimension(self.classes)

    @cached_property
    def frozen(self) -> int:
        """The number of scalars that never move, beside those that were not visited, or are undecided."""
        still = sum(int(np.count_nonzero(labels == 0)) for labels in self.classes.values())
        return still - self.not_visited - self.undecided

    @cached_property
    def not_visited(self) -> int:
        """The number of scalars that no input led to."""
        return sum(int(np.count_nonzero(mask)) for mask in self.unvisited.values())

    @cached_property
    def undecided(self) -> int:
        """The number of scalars that no input moved, without a proof that none does."""
        return sum(int(np.count_nonzero(mask)) for mask in self.undecided_entries.values())

    @property
    def _all_told(self) -> bool:
        return self.reachable + self.frozen + self.not_visited + self.undecided == self.parameters

    @property
    def gap(self) -> Gap | None:
        """Of the observed grade, the narrowest one."""
        return narrowest(self.gaps)

    @property
    def architecture(self) -> int:
        """The number of dimensions that the architecture leaves, whatever the initialization."""
        return self.parameters if self.elsewhere is None else _dimension(self.elsewhere)

    @cached_property
    def groups(self) -> tuple[TiedSlices, ...]:
        """Tied slices by parameter and axis."""
        if self._all_told:
            return ()
        other = self.elsewhere or {}
        return tuple(t for name, labels in self.classes.items() for t in tied_slices(name, labels, other.get(name)))

    @cached_property
    def tied_entries(self) -> tuple[TiedEntries, ...]:
        """Parameters with entries that are tied beside whole slices."""
        if self._all_told:
            return ()
        other = self.elsewhere or {}
        found = (tied_entries(name, labels, other.get(name)) for name, labels in self.classes.items())
        return tuple(one for one in found if one is not None)

    @cached_property
    def frozen_parameters(self) -> tuple[FrozenPart, ...]:
        """Parameters of which some entries never move."""
        other = self.elsewhere or {}
        parts = (
            frozen_part(name, np.where(self._set_apart(name), 1, labels), other.get(name))
            for name, labels in self.classes.items()
        )
        return tuple(part for part in parts if part is not None)

    @cached_property
    def unvisited_parameters(self) -> tuple[FrozenPart, ...]:
        """Parameters with entries that no input led to."""
        parts = (frozen_part(name, np.where(mask, 0, 1), None) for name, mask in self.unvisited.items())
        return tuple(part for part in parts if part is not None)

    @cached_property
    def undecided_parameters(self) -> tuple[UndecidedPart, ...]:
        """Parameters with entries that are undecided."""
        return tuple(
            UndecidedPart(name, int(np.count_nonzero(mask)), mask.size)
            for name, mask in self.undecided_entries.items()
            if mask.any()
        )

    def _set_apart(self, name: str) -> Flags:
        masks = [of[name] for of in (self.unvisited, self.undecided_entries) if name in of]
        return np.logical_or.reduce(masks) if masks else np.zeros((), bool)

    @cached_property
    def with_dropout(self) -> int | None:
        """The number of dimensions when dropout is on; None where that is not another case."""
        return None if self.dropping is None else _dimension(self.dropping)

    @cached_property
    def parted_by_dropout(self) -> tuple[str, ...]:
        """Parameters with entries that dropout alone parts, or moves."""
        dropping = self.dropping or {}
        return tuple(
            name for name, labels in dropping.items() if len(np.unique(labels)) > len(np.unique(self.classes[name]))
        )

    def why(self, effect: Effect, *names: str) -> list[Reason]:
        """The reasons known for what is frozen, tied, or moves together."""
        return [reason for reason in self.reasons if reason.effect == effect and _explains(reason, names)]

    @cached_property
    def together(self) -> tuple[MovingTogether, ...]:
        """Parameters of which entries move with those of another one."""
        if self._all_told:
            return ()
        return tuple(moving_together(dict(self.classes), None if self.elsewhere is None else dict(self.elsewhere)))

    def to_dict(self) -> dict[str, Any]:
        """The result under the keys of ``symcheck reach --json``."""
        found: dict[str, Any] = {
            "parameters": self.parameters,
            "reachable": self.reachable,
            "frozen": self.frozen,
            "rounds": self.rounds,
            "grade": self.grade,
            "architecture": self.architecture,
            "groups": [
                {
                    "parameter": g.parameter,
                    "axis": g.axis,
                    "distinct": g.distinct,
                    "of": g.of,
                    "tied": [list(group) for group in g.tied],
                    "by_initialization": g.by_initialization,
                }
                for g in self.groups
            ],
            "tied_entries": [
                {"parameter": e.parameter, "distinct": e.distinct, "of": e.of, "by_initialization": e.by_initialization}
                for e in self.tied_entries
            ],
            "frozen_parameters": [
                {"parameter": f.parameter, "frozen": f.frozen, "of": f.of, "by_initialization": f.by_initialization}
                for f in self.frozen_parameters
            ],
            "not_visited": [
                {"parameter": f.parameter, "not_visited": f.frozen, "of": f.of} for f in self.unvisited_parameters
            ],
            "undecided": [
                {"parameter": u.parameter, "undecided": u.undecided, "of": u.of} for u in self.undecided_parameters
            ],
            "reasons": [
                {
                    "kind": r.kind.value,
                    "effect": r.effect.value,
                    "parameters": list(r.parameters),
                    "changed": list(r.changed),
                    "through": r.through,
                }
                for r in self.reasons
            ],
            "moving_together": [
                {"first": t.first, "second": t.second, "entries": t.entries, "by_initialization": t.by_initialization}
                for t in self.together
            ],
            "with_dropout": self.with_dropout,
            "parted_by_dropout": list(self.parted_by_dropout),
            "fed": self.fed,
        }
        if self.gap is not None:
            found["gap"] = _gap(self.gap)
            found["gaps"] = [_gap(gap) for gap in self.gaps]
        return found

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json.dumps(plain_values(self.to_dict()), indent=2)


def _gap(gap: Gap) -> dict[str, Any]:
    different = gap.different if np.isfinite(gap.different) else None
    return {"module": gap.module, "equal": gap.equal, "different": different}


def _explains(reason: Reason, names: tuple[str, ...]) -> bool:
    size = len(names)
    explained = [reason.parameters[i : i + size] for i in range(0, len(reason.parameters), size)]
    return names in explained


def _dimension(classes: Mapping[str, Array]) -> int:
    found = np.zeros(1 + max((int(np.abs(labels).max(initial=0)) for labels in classes.values()), default=0), bool)
    for labels in classes.values():
        found[np.abs(labels)] = True
    return int(np.count_nonzero(found[1:]))
