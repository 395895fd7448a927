"""What the construction of a network asks for, and Hypothesis as one that answers.

A network is built once, against `Choices`; who answers decides whether it shrinks (`DrawnChoices`) or is drawn fast.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import ceil, floor
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcheck.strategies.number import dyadics

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Element = TypeVar("Element")


class Choices(ABC):
    """Numbers between two bounds, and integers; the simplest come first.

    Args:
        low, high: bounds of `numbers` and `generic`.
    """

    def __init__(self, low: float = -2.0, high: float = 2.0) -> None:
        self.low, self.high = low, high

    @abstractmethod
    def integer(self, low: int, high: int) -> int:
        """An integer of low, ..., high."""

    @abstractmethod
    def integers(self, low: int, high: int, count: int) -> Integers:
        """Integers of low, ..., high, shape (count,)."""

    @abstractmethod
    def numbers(self, *shape: int) -> Floats:
        """Numbers of few digits, whose sums cancel often."""

    @abstractmethod
    def generic(self, *shape: int) -> Floats:
        """Numbers that are nearly all different."""

    @abstractmethod
    def number(self) -> float:
        """One number of few digits."""

    @abstractmethod
    def order(self, count: int) -> Integers:
        """A permutation of 0, ..., count - 1."""

    def nonzero(self) -> float:
        """One number that is not zero, where the bounds allow it."""
        return self.number() or (self.high if self.high < 1 else max(self.low, 1.0))

    def entries(self, *shape: int) -> Floats:
        """Numbers of few digits, or generic ones."""
        return self.generic(*shape) if self.chance(0.5) else self.numbers(*shape)

    def one_of(self, options: Sequence[Element]) -> Element:
        """One of the options."""
        # Nothing is drawn where there is nothing to choose: Hypothesis takes what needs fewer draws for simpler.
        return options[self.integer(0, len(options) - 1) if len(options) > 1 else 0]

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.integer(0, 99) >= 100 * (1 - share)

    def signs(self, count: int) -> Floats:
        """1 and -1, shape (count,)."""
        return np.asarray(1.0 - 2.0 * self.integers(0, 1, count), dtype=np.float64)


class DrawnChoices(Choices):
    """Choices that Hypothesis makes, and shrinks.

    How much is drawn for an array does not depend on its size: it takes as many as it needs, from the start again when
    they run out. So a failing case can lose units and samples without its other numbers being read anew.

    Args:
        draw: what ``composite`` gives.
    """

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], low: float = -2.0, high: float = 2.0) -> None:
        super().__init__(low, high)
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self.draw(_integers(low, high)))

    def integers(self, low: int, high: int, count: int) -> Integers:
        return np.resize(self.draw(_cycled(_integers(low, high))), count)

    def numbers(self, *shape: int) -> Floats:
        return np.resize(self.draw(_cycled(_dyadics(self.low, self.high))), shape)

    def number(self) -> float:
        return float(self.draw(_dyadics(self.low, self.high)))

    def order(self, count: int) -> Integers:
        return np.array(self.draw(_permutations(count)), dtype=np.int64)

    def generic(self, *shape: int) -> Floats:
        """Multiples of 2^-20. They do not shrink: `numbers` are tried instead."""
        low, high = ceil(self.low * 2**20), floor(self.high * 2**20)
        return np.random.default_rng(self.draw(_SEEDS)).integers(low, high + 1, shape) / 2**20


def built(build: Callable[[DrawnChoices], Element], low: float = -2.0, high: float = 2.0) -> st.SearchStrategy[Element]:
    """What ``build`` makes of choices by Hypothesis.

    Raises:
        InvalidArgument: bounds that leave no number.
    """
    dyadics(min_value=low, max_value=high)
    return _composed(build, low, high)


# Made once: Hypothesis reads the source of what it makes a strategy of, and many are made in the middle of a draw.
@st.composite
def _composed(draw: st.DrawFn, build: Callable[[DrawnChoices], Element], low: float, high: float) -> Element:
    return build(DrawnChoices(draw, low, high))


#: Many parts, since Hypothesis prefers what takes few draws, and a short list is easier to read.
_SEEDS = st.tuples(*[st.integers(0, 2**8 - 1)] * 8)


# Hypothesis validates a strategy at its first use, which takes longer than most draws: made once, used often.
@lru_cache(maxsize=2**8)
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@lru_cache(maxsize=2**6)
def _permutations(count: int) -> st.SearchStrategy[list[int]]:
    return st.permutations(range(count))


@lru_cache(maxsize=2**6)
def _dyadics(low: float, high: float) -> st.SearchStrategy[float]:
    return dyadics(min_value=low, max_value=high)


@lru_cache(maxsize=2**8)
def _cycled(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(elements, min_size=1, max_size=36)
