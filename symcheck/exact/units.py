"""Signed classes of units from their signatures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.exact.fields import MERSENNE, Field
from symcheck.types import Array, Flags, Labels, Signs


@dataclass(frozen=True, eq=False)
class UnitClasses:
    """What is known of the units of one hidden layer, each array of shape (units,).

    Attributes:
        labels: classes numbered from 0 in order of first appearance; units of one class have equal
            activations up to sign.
        signs: 1 or -1; units of one class and equal sign are tied, of opposite signs anti-tied. The first
            unit of a class has 1, and so have zero units.
        zero: the activation is zero.
        frozen: delta is zero, so the incoming weights never move.
    """

    labels: Labels
    signs: Signs
    zero: Flags
    frozen: Flags

    @classmethod
    def from_signatures(cls, activations: Array, deltas: Array, field: Field = MERSENNE) -> UnitClasses:
        """Classes from one random linear combination of activations, and one of deltas, for each unit."""
        labels, signs = signed_classes(activations, field)
        return cls(labels, signs, np.asarray(activations == 0, bool), np.asarray(deltas == 0, bool))


def signed_classes(values: Array, field: Field = MERSENNE) -> tuple[Labels, Signs]:
    """Labels of equal values up to sign, numbered by first appearance, and signs relative to the first."""
    folded = np.minimum(values, field.negate(values))
    _, first, inverse = np.unique(folded, return_index=True, return_inverse=True)
    numbers = np.empty(len(first), np.intp)
    numbers[np.argsort(first)] = np.arange(len(first))
    signs = np.where(values == values[first][inverse], 1, -1).astype(np.int8)
    return numbers[inverse], signs
