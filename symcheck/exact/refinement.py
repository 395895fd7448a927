"""Gradient colour refinement: the affine space that training cannot leave, from gradients alone.

Every scalar parameter has a class and a sign, or is frozen; V is the span of the signed class indicators.
If the gradient at a generic point of theta_0 + V lies in V, it does everywhere, for all data and losses,
and no trajectory of SGD, nor of a rule that is an odd entrywise function of the gradient history, leaves
theta_0 + V. Refinement starts from the most optimistic guess, V = {0}, and gives way to each gradient at a
random point of theta_0 + V until one lies in V. Over a large prime field, GF(2^61 - 1), the comparison is
exact and a random point is generic but for a chance of about one over the modulus.

Nearest theory: Zhao, Luo and Zhang, *Architecture Induces Structural Invariant Manifolds*, arXiv 2510.09564.
Nothing here knows what computes the gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.errors import SymcheckError
from symcheck.exact.fields import MERSENNE, Field
from symcheck.types import Array, Flags, Labels, Signs


@dataclass(frozen=True, eq=False)
class SignedClasses:
    """A partition of n parameters into signed classes and frozen ones.

    Attributes:
        labels: shape (n,): 0 for a frozen parameter, else its class, numbered from 1.
        signs: shape (n,): 1 or -1, relative to the other members of the class.
    """

    labels: Labels
    signs: Signs

    @classmethod
    def all_frozen(cls, count: int) -> SignedClasses:
        """The most optimistic guess: nothing moves."""
        return cls(np.zeros(count, np.int64), np.ones(count, np.int8))

    @property
    def dimension(self) -> int:
        """The number of classes, which is the dimension of V."""
        return int(self.labels.max(initial=0))

    @property
    def frozen(self) -> Flags:
        """Which parameters are frozen."""
        return np.asarray(self.labels == 0)

    def refined(self, magnitudes: NDArray[np.integer], signs: Signs) -> SignedClasses:
        """The coarsest partition below this one in whose span a gradient lies.

        A frozen parameter with a gradient leaves class 0, together with those whose gradient agrees up to
        sign; a class splits where its members' signed gradients differ.

        Args:
            magnitudes: shape (n,): equal where gradients are equal up to sign, and 0 exactly where they are
                zero.
            signs: shape (n,): 1 or -1, the signs of the gradients.
        """
        moving = (self.labels > 0) | (magnitudes != 0)
        held = self.labels[moving]
        # Members of a class keep their signs; those that leave class 0 take the gradient's.
        kept = np.where(held > 0, self.signs[moving], signs[moving]).astype(np.int8)
        relative = (kept * signs[moving]) * (magnitudes[moving] != 0)
        _, ids = np.unique(magnitudes[moving], return_inverse=True)
        keys = (held * 3 + relative + 1) * (len(ids) + 1) + ids
        _, numbers = np.unique(keys, return_inverse=True)
        labels, new_signs = self.labels.copy(), self.signs.copy()
        labels[moving], new_signs[moving] = numbers + 1, kept
        return SignedClasses(labels, new_signs)


@dataclass(frozen=True, eq=False)
class Reachable:
    """The affine space theta_0 + V that training stays in (c * theta_0 + V under weight decay).

    Attributes:
        classes: the signed classes that span V.
        rounds: the number of gradients it took, the last of which confirmed.
        point: shape (n,): a random point of the space, over the field.
    """

    classes: SignedClasses
    rounds: int
    point: Array

    @property
    def dimension(self) -> int:
        """The reachable dimension."""
        return self.classes.dimension


def refine(
    initial: Array,
    gradient: Callable[[Array], Array],
    rng: Generator,
    decayed: NDArray[np.integer] | None = None,
    field: Field = MERSENNE,
) -> Reachable:
    """Refine until the gradient at a random point of the space lies in it.

    Args:
        initial: theta_0, shape (n,), over the field.
        gradient: takes a point of shape (n,) and returns the gradient there, shape (n,), of a loss with fresh
            random data and cotangents, such as can occur in training.
        rng: draws the points.
        decayed: shape (n,): 0 where weight decay does not apply; parameters of one positive number are
            multiplied by one random factor together (decoupled decay, and L2 in SGD).
        field: where to compute, by default GF(2^61 - 1).

    Raises:
        SymcheckError: the gradient does not have the shape of `initial`.
    """
    classes = SignedClasses.all_frozen(len(initial))
    rounds = 0
    while True:
        rounds += 1
        point = _random_point(initial, classes, rng, decayed, field)
        values = gradient(point)
        if values.shape != initial.shape:
            raise SymcheckError(f"the gradient has shape {values.shape}, the parameters {initial.shape}")
        magnitudes = np.minimum(values, field.negate(values))
        signs = np.where(values > field.modulus // 2, -1, 1).astype(np.int8)
        refined = classes.refined(magnitudes, signs)
        # Whatever splits or leaves class 0 adds a class.
        if refined.dimension == classes.dimension:
            return Reachable(classes, rounds, point)
        classes = refined


def _random_point(
    initial: Array, classes: SignedClasses, rng: Generator, decayed: NDArray[np.integer] | None, field: Field
) -> Array:
    offsets = field.random(rng, (classes.dimension + 1,))
    offsets[0] = 0
    moved = offsets[classes.labels]
    moved = np.where(classes.signs < 0, field.negate(moved), moved)
    if decayed is not None:
        factors = field.random(rng, (int(decayed.max(initial=0)) + 1,))
        factors[0] = 1
        initial = field.multiply(initial, factors[decayed])
    return field.add(initial, moved)
