"""Laws: what an initializer promises about the array it draws, and the catalogue of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite, sqrt

from symcheck.errors import LawError, listed
from symcheck.fans import Fans

#: Standard deviation of a standard normal variable cut off at two standard deviations.
TRUNCATED_AT_TWO = 0.87962566103423978

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("normal", "truncated_normal", "uncorrected_truncated_normal", "uniform")
#: Families whose entries are independent draws of one distribution.
INDEPENDENT = ("normal", "uniform", "truncated_normal")
RANDOM = (*INDEPENDENT, "orthogonal", "sparse")


@dataclass(frozen=True)
class EntryLaw:
    """The distribution of a single entry: ``family`` is normal, uniform or truncated_normal.

    ``std`` is the standard deviation of the entry itself; ``parent_std`` that of the normal law before
    truncation. ``low`` and ``high`` bound the support.
    """

    family: str
    mean: float
    std: float
    low: float
    high: float
    parent_std: float


@dataclass(frozen=True)
class Law:
    """What an initializer promises.

    Attributes:
        name: canonical name, as the parser reads it.
        family: normal, uniform, truncated_normal, constant, identity, orthogonal, sparse or hadamard.
        scale: for variance scaling, the variance times the fan (2 for He, 1 for Glorot and LeCun); else None.
        mode: fan_in, fan_out or fan_avg.
        gain: factor on every entry.
        corrected: for variance-scaled truncation, whether the cut-off's loss of variance is made good.
        std, mean, low, high: parameters of a law that does not depend on the fans.
        value: of a constant. sparsity: share of zeros in each column of a sparse law.
    """

    name: str
    family: str
    scale: float | None = None
    mode: str = "fan_in"
    gain: float = 1.0
    corrected: bool = True
    std: float = 1.0
    mean: float = 0.0
    low: float = -float("inf")
    high: float = float("inf")
    value: float = 0.0
    sparsity: float = 0.0

    @property
    def random(self) -> bool:
        """Whether two draws differ."""
        return self.family in RANDOM

    @property
    def independent(self) -> bool:
        """Whether entries are independent draws from one distribution, given by :meth:`entry`."""
        return self.family in INDEPENDENT

    def entry(self, fans: Fans) -> EntryLaw:
        """The distribution of one entry of an array with these fans.

        Raises:
            LawError: the law's entries are not independent draws (constant, orthogonal, ...).
        """
        if not self.independent:
            raise LawError(f"the entries of {self.name} are not independent draws of one distribution")
        if self.scale is None:
            return self._fixed_entry()
        std = self.gain * sqrt(self.scale / fans.of_mode(self.mode))
        if self.family == "uniform":
            return EntryLaw("uniform", 0.0, std, -sqrt(3) * std, sqrt(3) * std, std)
        if self.family == "normal":
            return EntryLaw("normal", 0.0, std, -float("inf"), float("inf"), std)
        parent = std / TRUNCATED_AT_TWO if self.corrected else std
        return EntryLaw("truncated_normal", 0.0, parent * TRUNCATED_AT_TWO, -2 * parent, 2 * parent, parent)

    def _fixed_entry(self) -> EntryLaw:
        if self.family == "uniform":
            centre, std = (self.low + self.high) / 2, (self.high - self.low) / sqrt(12)
            return EntryLaw("uniform", centre, std, self.low, self.high, std)
        if self.family == "normal":
            return EntryLaw("normal", self.mean, self.std, -float("inf"), float("inf"), self.std)
        mean, std = _truncated_moments(self.std, self.low, self.high)
        return EntryLaw("truncated_normal", mean, std, self.low, self.high, self.std)


def _truncated_moments(std: float, low: float, high: float) -> tuple[float, float]:
    """Mean and standard deviation of N(0, std^2) cut to [low, high] (Johnson, Kotz, Balakrishnan 1994, 13.10)."""
    from scipy.stats import truncnorm

    mean, variance = truncnorm.stats(low / std, high / std, moments="mv")
    return float(mean) * std, float(sqrt(variance)) * std


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (isfinite(value) and value > 0):
            raise LawError(f"{name} must be a positive number, not {value!r}")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise LawError(f"{name} must be {listed(allowed)}, not {value!r}")


def normal(std: float = 1.0, mean: float = 0.0) -> Law:
    """Independent normal entries with standard deviation ``std``."""
    _positive(std=std)
    suffix = f", mean={mean:g}" if mean else ""
    return Law(f"normal({std:g}{suffix})", "normal", std=std, mean=mean)


def uniform(low: float = 0.0, high: float = 1.0) -> Law:
    """Independent entries, uniform on [low, high); ``uniform(0, s)`` is the one-sided law."""
    if not (isfinite(low) and isfinite(high) and low < high):
        raise LawError(f"uniform needs low < high; got low={low!r}, high={high!r}")
    return Law(f"uniform({low:g}, {high:g})", "uniform", low=low, high=high)


def truncated_normal(std: float = 1.0, low: float | None = None, high: float | None = None) -> Law:
    """N(0, std^2) cut to the absolute bounds [low, high] (default: two standard deviations), not corrected."""
    _positive(std=std)
    low, high = (-2 * std if low is None else low), (2 * std if high is None else high)
    if not low < high:
        raise LawError(f"truncated_normal needs low < high; got low={low!r}, high={high!r}")
    return Law(f"truncated_normal({std:g}, {low:g}, {high:g})", "truncated_normal", std=std, low=low, high=high)


def constant(value: float) -> Law:
    """Every entry equals ``value``."""
    if not isfinite(value):
        raise LawError(f"a constant must be finite, not {value!r}")
    return Law(f"constant({value:g})", "constant", value=value)


def zeros() -> Law:
    """Every entry is 0."""
    return replace(constant(0.0), name="zeros")


def ones() -> Law:
    """Every entry is 1."""
    return replace(constant(1.0), name="ones")


def identity(gain: float = 1.0) -> Law:
    """``gain`` on the main diagonal (for convolutions: of the kernel's centre), 0 elsewhere (Le et al. 2015)."""
    _positive(gain=gain)
    return Law("identity" if gain == 1 else f"identity({gain:g})", "identity", gain=gain)


def orthogonal(gain: float = 1.0) -> Law:
    """Haar-random (semi-)orthogonal matrix times ``gain``: axis 0 against the rest (Saxe et al. 2014)."""
    _positive(gain=gain)
    return Law("orthogonal" if gain == 1 else f"orthogonal({gain:g})", "orthogonal", gain=gain)


def sparse(sparsity: float = 0.1, std: float = 0.01) -> Law:
    """ceil(sparsity * rows) zeros in each column, the rest N(0, std^2) (Martens 2010)."""
    _positive(std=std)
    if not 0 <= sparsity < 1:
        raise LawError(f"sparsity must be at least 0 and less than 1, not {sparsity!r}")
    suffix = "" if std == 0.01 else f", std={std:g}"
    return Law(f"sparse({sparsity:g}{suffix})", "sparse", sparsity=sparsity, std=std)


def hadamard(gain: float = 1.0) -> Law:
    """The corner of the Sylvester-Hadamard matrix of order n = 2^k, times gain / sqrt(n) (Zhao et al. 2022, ZerO)."""
    _positive(gain=gain)
    return Law("hadamard" if gain == 1 else f"hadamard({gain:g})", "hadamard", gain=gain)


def variance_scaling(
    scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal", gain: float = 1.0
) -> Law:
    """Entries of variance gain^2 * scale / fan; the uncorrected truncated form has 0.774 of it."""
    _positive(scale=scale, gain=gain)
    name = f"variance_scaling({scale:g}, {mode}, {distribution}{'' if gain == 1 else f', gain={gain:g}'})"
    return _scaled(name, scale, mode, distribution, gain)


def _scaled(name: str, scale: float, mode: str, distribution: str, gain: float) -> Law:
    _one_of("mode", mode, MODES)
    _one_of("distribution", distribution, DISTRIBUTIONS)
    _positive(gain=gain)
    family = "truncated_normal" if distribution.endswith("truncated_normal") else distribution
    corrected = distribution != "uncorrected_truncated_normal"
    return Law(name, family, scale=scale, mode=mode, gain=gain, corrected=corrected)


def _named(name: str, scale: float, default_mode: str, default_distribution: str) -> Callable[..., Law]:
    def law(gain: float = 1.0, mode: str = default_mode, distribution: str = default_distribution) -> Law:
        changed = [
            *([f"gain={gain:g}"] if gain != 1 else []),
            *([f"mode={mode}"] if mode != default_mode else []),
            *([f"distribution={distribution}"] if distribution != default_distribution else []),
        ]
        return _scaled(f"{name}({', '.join(changed)})" if changed else name, scale, mode, distribution, gain)

    what = {"he": "He et al. 2015", "glorot": "Glorot and Bengio 2010", "lecun": "LeCun et al. 1998"}
    source = what[name.split("_")[0]]
    law.__doc__ = f"Variance {scale:g}/{default_mode}, {default_distribution} ({source})."
    return law


#: Every law by name: a function of its parameters.
CATALOGUE: dict[str, Callable[..., Law]] = {
    "normal": normal,
    "uniform": uniform,
    "truncated_normal": truncated_normal,
    "constant": constant,
    "zeros": zeros,
    "ones": ones,
    "identity": identity,
    "orthogonal": orthogonal,
    "sparse": sparse,
    "hadamard": hadamard,
    "he_normal": _named("he_normal", 2.0, "fan_in", "normal"),
    "he_uniform": _named("he_uniform", 2.0, "fan_in", "uniform"),
    "glorot_normal": _named("glorot_normal", 1.0, "fan_avg", "normal"),
    "glorot_uniform": _named("glorot_uniform", 1.0, "fan_avg", "uniform"),
    "lecun_normal": _named("lecun_normal", 1.0, "fan_in", "normal"),
    "lecun_uniform": _named("lecun_uniform", 1.0, "fan_in", "uniform"),
    "variance_scaling": variance_scaling,
}
