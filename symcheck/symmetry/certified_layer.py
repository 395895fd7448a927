"""What is certified of one hidden layer, and its part of a certificate's document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.exact.units import UnitClasses
from symcheck.symmetry.documents import MalformedCertificate, flags, require_keys, whole_numbers
from symcheck.symmetry.sentences import layer_sentence
from symcheck.types import Flags

LAYER_KEYS = (
    *("layer", "units", "classes", "labels", "signs", "zero", "frozen"),
    *("separates_at", "undecided", "active", "sentence"),
)


@dataclass(frozen=True, eq=False)
class CertifiedLayer(UnitClasses):
    """What is certified of one hidden layer of n units; the arrays have shape (n,).

    Attributes:
        labels: classes, numbered from 0 by first appearance. Units of one class have activations that are
            equal up to sign, for every input and for ever.
        signs: 1 or -1: units of one class with equal signs are tied, with opposite ones anti-tied. The first
            unit of a class has 1, and so has every unit that is zero for ever.
        zero: the activation is zero for every input and for ever; all such units are one class.
        frozen: no loss has a gradient in the incoming weights and the bias, ever.
        layer: number of the layer, 1 for the first hidden one.
        separates_at: the number of updates after which no two units are equal up to sign and none is zero
            (0: the weights tell them apart at the start), for all but exceptional activations of the class; None
            when that never happens or is not known to. Where it is not 0 and the network is large
            (`symcheck.symmetry.training`) it is the earliest possible number.
        undecided: neither proved nor refuted: units that are not tied by what is proved and were not seen to
            separate either, and units of a rectified layer that are not proved dead and were not seen active.
        active: units of a rectified layer (ReLU) that are active at one of the certificate's points; None for
            another layer, whose units are alive for all but exceptional activations of its class.
    """

    layer: int
    separates_at: int | None
    undecided: Flags
    active: Flags | None = None

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.labels)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.labels.max()) + 1

    @property
    def sentence(self) -> str:
        """What this says, in plain words."""
        return layer_sentence(self, self.separates_at, self.undecided, self.active)

    def as_dict(self) -> dict[str, Any]:
        """The layer as plain data; its keys are stable."""
        return {
            "layer": self.layer,
            "units": self.units,
            "classes": self.classes,
            "labels": self.labels.tolist(),
            "signs": self.signs.tolist(),
            "zero": self.zero.tolist(),
            "frozen": self.frozen.tolist(),
            "separates_at": self.separates_at,
            "undecided": self.undecided.tolist(),
            "active": None if self.active is None else self.active.tolist(),
            "sentence": self.sentence,
        }

    @classmethod
    def from_dict(cls, number: int, units: int, data: Any) -> CertifiedLayer:
        """The layer of this number and width in plain data.

        Raises:
            MalformedCertificate: misshapen entries, or entries that contradict each other.
        """
        require_keys(f"layer {number}", data, LAYER_KEYS)
        labels, signs = (whole_numbers(f"{key} of layer {number}", data[key], units) for key in ("labels", "signs"))
        zero, frozen, undecided = (
            flags(f"{key} of layer {number}", data[key], units) for key in ("zero", "frozen", "undecided")
        )
        active = None if data["active"] is None else flags(f"active of layer {number}", data["active"], units)
        first = np.unique(labels, return_index=True)[1]
        if not np.array_equal(labels[np.sort(first)], np.arange(len(first))):
            raise MalformedCertificate(f"the labels of layer {number} are not numbered by first appearance")
        if not np.isin(signs, (1, -1)).all() or (signs[first] != 1).any():
            raise MalformedCertificate(f"the signs of layer {number} are not 1 and -1, with 1 first in each class")
        step = data["separates_at"]
        if step is not None and (not isinstance(step, int) or isinstance(step, bool) or step < 0):
            raise MalformedCertificate(f"separates_at of layer {number} is neither null nor a number of steps")
        return cls(labels, signs.astype(np.int8), zero, frozen, number, step, undecided, active)
