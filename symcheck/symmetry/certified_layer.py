"""What is certified of one hidden layer, and its part of a certificate's document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.exact.units import UnitClasses
from symcheck.symmetry.documents import MalformedCertificate
from symcheck.symmetry.sentences import layer_sentence


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
            (0: the weights tell them apart at the start); None when that never happens. Where it is not 0 and
            the network has more than 16,384 weights it is the earliest possible number.
    """

    layer: int
    separates_at: int | None

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
        return layer_sentence(self, self.separates_at)

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
            "sentence": self.sentence,
        }

    @classmethod
    def from_dict(cls, number: int, units: int, data: Any) -> CertifiedLayer:
        """The layer of this number and width in plain data.

        Raises:
            MalformedCertificate: misshapen entries, or entries that contradict each other.
            KeyError, TypeError: missing entries, or something else than a dictionary.
        """
        labels, signs, zero, frozen = (np.array(data[key]) for key in ("labels", "signs", "zero", "frozen"))
        if any(a.shape != (units,) for a in (labels, signs, zero, frozen)):
            raise MalformedCertificate(f"layer {number} needs labels, signs and flags for {units} units")
        if any(a.dtype.kind != "i" for a in (labels, signs)) or any(a.dtype != bool for a in (zero, frozen)):
            raise MalformedCertificate(f"layer {number} has labels, signs or flags of a wrong type")
        first = np.unique(labels, return_index=True)[1]
        if not np.array_equal(labels[np.sort(first)], np.arange(len(first))):
            raise MalformedCertificate(f"the labels of layer {number} are not numbered by first appearance")
        if not np.isin(signs, (1, -1)).all() or (signs[first] != 1).any():
            raise MalformedCertificate(f"the signs of layer {number} are not 1 and -1, with 1 first in each class")
        step = data["separates_at"]
        if step is not None and (not isinstance(step, int) or isinstance(step, bool) or step < 0):
            raise MalformedCertificate(f"separates_at of layer {number} is neither null nor a number of steps")
        return cls(labels, signs.astype(np.int8), zero, frozen, number, step)
