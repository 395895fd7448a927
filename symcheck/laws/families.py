"""Families of independent entries: all that the package asks of a distribution, so that a new one is a class here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from math import exp, inf, isfinite, pi, sqrt
from typing import ClassVar, Self

import numpy as np

from symcheck.errors import LawError
from symcheck.laws.cut import Cut
from symcheck.types import Array, Floats

#: Standard deviation of a standard normal variable cut off at two standard deviations.
TRUNCATED_AT_TWO = 0.87962566103423978


def positive(**values: float) -> None:
    """Raise a LawError unless every parameter is a positive number."""
    for name, value in values.items():
        if not (isfinite(value) and value > 0):
            raise LawError(f"{name} must be a positive number, not {value!r}")


def _ordered(law: str, low: float, high: float) -> None:
    if not (isfinite(high - low) and low < high):
        raise LawError(f"{law} needs low < high, a finite distance apart; got low={low!r}, high={high!r}")


def _phi(x: Array | float) -> Array:
    """The distribution function of N(0, 1)."""
    from scipy.special import ndtr

    return np.asarray(ndtr(x))


def _phi_inverse(share: Array | float) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(share))


@dataclass(frozen=True)
class EntryLaw(ABC):
    """The distribution of a single entry; a subclass is a family. Every field is a length, in the unit of the entries.

    Attributes:
        low, high: ends of the support.
        family: the name, also of the law that :meth:`named` makes.
        kurtosis: E(w - mean)^4 / std^4 of the family's usual member.
        exponent: p where sum |w - mean|^p is a gamma variable, as for a density exp(-|w|^p); the tests of scale and mean
            are then :meth:`chi_squared` and :meth:`mean_tail`. None where they are the bounds for a bounded support.
    """

    mean: float
    std: float
    low: float
    high: float

    family: ClassVar[str]
    kurtosis: ClassVar[float]
    exponent: ClassVar[float | None] = None
    #: From a user's parameters: the parameters as they are written in the law's name, and the distribution.
    named: ClassVar[Callable[..., tuple[str, EntryLaw]]]

    @classmethod
    @abstractmethod
    def of_std(cls, std: float) -> Self:
        """The member about 0 with this standard deviation."""

    @abstractmethod
    def tails(self, x: Array) -> tuple[Array, Array]:
        """P(w <= x) and P(w > x), each accurate where it is small."""

    @abstractmethod
    def quantile(self, share: Array | float) -> Array:
        """The x with P(w <= x) = share."""

    @property
    @abstractmethod
    def peak(self) -> float:
        """The largest value of the density, or a bound on it."""

    @property
    def bounded(self) -> bool:
        """Whether the support ends on both sides."""
        return isfinite(self.low) and isfinite(self.high)

    @property
    def symmetric(self) -> bool:
        """Whether w - mean and mean - w have one distribution."""
        return True

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Independent draws."""
        return np.clip(self.quantile(rng.random(shape)), self.low, self.high)

    def scaled(self, factor: float) -> Self:
        """The distribution of ``factor`` times an entry."""
        return replace(self, **{f.name: factor * getattr(self, f.name) for f in fields(self)})

    def times_two_to(self, exponent: int) -> Self:
        """The distribution of 2^exponent times an entry, exact but for underflow."""
        half = exponent // 2
        return self.scaled(2.0**half).scaled(2.0 ** (exponent - half))

    @property
    def mode(self) -> float:
        """Where the density is largest; it falls, or stays, to either side."""
        return self.mean

    def seen_in(self, n: int) -> EntryLaw:
        """A simpler distribution that n draws cannot be told from, if there is one."""
        return self

    def chi_squared(self, w: Array) -> float:
        """A multiple of sum |w - mean|^p that is chi-squared with 2 n / p degrees of freedom, p the exponent."""
        raise NotImplementedError

    def mean_tail(self, distance: float, n: int) -> float:
        """P(the mean of n draws is so far above the expectation), exactly or as a bound."""
        raise NotImplementedError


@dataclass(frozen=True)
class Normal(EntryLaw):
    """N(mean, std^2)."""

    low: float = -inf
    high: float = inf
    family = "normal"
    kurtosis = 3.0
    exponent = 2.0

    @staticmethod
    def named(std: float = 1.0, mean: float = 0.0) -> tuple[str, Normal]:
        """Independent normal entries with standard deviation ``std``."""
        positive(std=std)
        return f"{std:g}" + (f", mean={mean:g}" if mean else ""), Normal(mean, std)

    @classmethod
    def of_std(cls, std: float) -> Self:
        return cls(0.0, std)

    def tails(self, x: Array) -> tuple[Array, Array]:
        z = (x - self.mean) / self.std
        return _phi(z), _phi(-z)

    def quantile(self, share: Array | float) -> Array:
        return np.asarray(self.mean + self.std * _phi_inverse(share))

    @property
    def peak(self) -> float:
        return 1 / (sqrt(2 * pi) * self.std)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        return rng.normal(self.mean, self.std, shape)

    def chi_squared(self, w: Array) -> float:
        return float(w.size * (sqrt(float(np.mean((w - self.mean) ** 2))) / self.std) ** 2)

    def mean_tail(self, distance: float, n: int) -> float:
        return float(_phi(-(distance * sqrt(n) / self.std)))


@dataclass(frozen=True)
class Uniform(EntryLaw):
    """Uniform on [low, high)."""

    family = "uniform"
    kurtosis = 1.8

    @staticmethod
    def named(low: float = 0.0, high: float = 1.0) -> tuple[str, Uniform]:
        """Independent entries, uniform on [low, high); ``uniform(0, s)`` is the one-sided law."""
        _ordered("uniform", low, high)
        return f"{low:g}, {high:g}", Uniform((low + high) / 2, (high - low) / sqrt(12), low, high)

    @classmethod
    def of_std(cls, std: float) -> Self:
        return cls(0.0, std, -sqrt(3) * std, sqrt(3) * std)

    def tails(self, x: Array) -> tuple[Array, Array]:
        width = self.high - self.low
        return np.clip((x - self.low) / width, 0, 1), np.clip((self.high - x) / width, 0, 1)

    def quantile(self, share: Array | float) -> Array:
        return np.asarray(self.low + (self.high - self.low) * share)

    @property
    def peak(self) -> float:
        return 1 / (self.high - self.low)


@dataclass(frozen=True)
class TruncatedNormal(EntryLaw):
    """N(0, parent_std^2) cut to [low, high]; its kurtosis is that of the cut at two standard deviations."""

    parent_std: float
    family = "truncated_normal"
    kurtosis = 2.3655

    @staticmethod
    def named(std: float = 1.0, low: float | None = None, high: float | None = None) -> tuple[str, TruncatedNormal]:
        """N(0, std^2) cut to the absolute bounds [low, high] (default: two standard deviations), not corrected."""
        positive(std=std)
        low, high = (-2 * std if low is None else low), (2 * std if high is None else high)
        _ordered("truncated_normal", low, high)
        mean, spread = Cut(low / std, high / std).moments()
        if mean + spread == mean:
            raise LawError(f"truncated_normal({std:g}, {low:g}, {high:g}) is narrower than float64 can tell there")
        return f"{std:g}, {low:g}, {high:g}", TruncatedNormal(mean * std, spread * std, low, high, std)

    @classmethod
    def of_std(cls, std: float) -> Self:
        return cls.of_parent(std / TRUNCATED_AT_TWO)

    @classmethod
    def of_parent(cls, std: float) -> Self:
        """N(0, std^2) cut at two standard deviations, the loss of variance not made good."""
        return cls(0.0, std * TRUNCATED_AT_TWO, -2 * std, 2 * std, std)

    @property
    def _cut(self) -> Cut:
        return Cut(self.low / self.parent_std, self.high / self.parent_std)

    def tails(self, x: Array) -> tuple[Array, Array]:
        return self._cut.tails(x / self.parent_std)

    def quantile(self, share: Array | float) -> Array:
        return np.asarray(self.parent_std * self._cut.quantile(share))

    @property
    def peak(self) -> float:
        return exp(min(self._cut.log_peak, 700.0)) / self.parent_std

    @property
    def mode(self) -> float:
        return min(max(0.0, self.low), self.high)

    @property
    def symmetric(self) -> bool:
        return self.low == -self.high

    def seen_in(self, n: int) -> EntryLaw:
        cut = float(_phi(self.low / self.parent_std) + _phi(-self.high / self.parent_std))
        return Normal(self.mean, self.parent_std) if n * cut < 1e-16 else self


#: Every family by name.
FAMILIES: dict[str, type[EntryLaw]] = {family.family: family for family in (Normal, Uniform, TruncatedNormal)}

_OF_STD: dict[str, Callable[[float], EntryLaw]] = {name: family.of_std for name, family in FAMILIES.items()}
#: What variance scaling draws from, as a function of the standard deviation.
DISTRIBUTIONS = dict(sorted((_OF_STD | {"uncorrected_truncated_normal": TruncatedNormal.of_parent}).items()))
