"""Laws: what an initializer promises about the array it draws, and the catalogue of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from inspect import signature
from math import isfinite, sqrt
from typing import Any

from symcheck.errors import LawError, listed
from symcheck.fans import Fans
from symcheck.laws.expressions import QUANTITIES, Expression
from symcheck.laws.families import DISTRIBUTIONS, FAMILIES, EntryLaw, Normal, positive

MODES = ("fan_in", "fan_out", "fan_avg")
#: Families whose entries are not independent draws, or not drawn at all.
STRUCTURES = ("constant", "identity", "orthogonal", "sparse", "hadamard")
#: Parameters of these that are one number for every shape.
_SAME_FOR_ALL = ("constant", "identity", "orthogonal", "hadamard")
#: Arrays for at least one of which a law with expressions has to have a meaning: a matrix, a kernel, a column.
_EXAMPLES = (Fans(512, 256), Fans(36, 72, 9), Fans(1, 1))


@dataclass(frozen=True)
class Law:
    """What an initializer promises.

    Attributes:
        name: canonical name, as the parser reads it.
        family: of :data:`FAMILIES` or :data:`STRUCTURES`.
        scale: for variance scaling, the variance times the fan (2 for He, 1 for Glorot and LeCun); else None.
        mode: fan_in, fan_out or fan_avg.
        gain: factor on every entry.
        distribution: for variance scaling, of :data:`DISTRIBUTIONS`.
        entries: what :meth:`entry` gives where it does not depend on the fans.
        value: of a constant. sparsity: share of zeros in each column of a sparse law.
        formula: its parameters where they are expressions of the fans; :meth:`at` gives the law of one array.

    Raises:
        LawError: no such family.
    """

    name: str
    family: str
    scale: float | None = None
    mode: str = "fan_in"
    gain: float = 1.0
    distribution: str = ""
    entries: EntryLaw | None = None
    value: float = 0.0
    sparsity: float = 0.0
    formula: Formula | None = None

    def __post_init__(self) -> None:
        _one_of("family", self.family, (*FAMILIES, *STRUCTURES))

    @property
    def random(self) -> bool:
        """Whether two draws differ."""
        return self.independent or self.family in ("orthogonal", "sparse")

    @property
    def independent(self) -> bool:
        """Whether entries are independent draws from one distribution, given by :meth:`entry`."""
        return self.family in FAMILIES

    @property
    def needs_fans(self) -> bool:
        """Whether it differs between arrays of different fans, so that an array without fans has no such law."""
        return self.scale is not None or self.formula is not None

    @property
    def needs_matrix(self) -> bool:
        """Whether it speaks of rows and columns, so that an array of fewer than two axes has no such law."""
        return self.family in STRUCTURES and self.family != "constant"

    def at(self, fans: Fans) -> Law:
        """The law with numbers in place of expressions, as an array with these fans has it.

        Raises:
            LawError: an expression has no value there, or one that no parameter can have.
        """
        if self.formula is None:
            return self
        try:
            return self.formula.at(fans)
        except LawError as error:
            where = ", ".join(f"{n} = {QUANTITIES[n](fans):g}" for n in QUANTITIES if n in self.formula.names)
            raise LawError(f"{self.name} is no law where {where}: {error}") from None

    def entry(self, fans: Fans) -> EntryLaw:
        """The distribution of one entry of an array with these fans; of a sparse law, of one that is not 0.

        Raises:
            LawError: the law's entries are not independent draws (constant, orthogonal, ...), or as :meth:`at`.
        """
        if self.formula is not None:
            return self.at(fans).entry(fans)
        if self.scale is not None:
            return DISTRIBUTIONS[self.distribution](self.gain * sqrt(self.scale / fans.of_mode(self.mode)))
        if self.entries is None:
            raise LawError(f"the entries of {self.name} are not independent draws of one distribution")
        return self.entries


@dataclass(frozen=True)
class Formula:
    """A law of the catalogue with expressions among its parameters.

    Attributes:
        law: a name of :data:`CATALOGUE`.
        parameters: names, each with a number, a word or an expression.
    """

    law: str
    parameters: tuple[tuple[str, float | str | Expression], ...]

    @property
    def names(self) -> frozenset[str]:
        """The quantities on which the law depends."""
        return frozenset().union(*(v.names for _, v in self.parameters if isinstance(v, Expression)))

    def at(self, fans: Fans) -> Law:
        """The law of an array with these fans.

        Raises:
            LawError: an expression has no value there, or one that no parameter can have.
        """
        return _evaluated(self, fans)

    def __str__(self) -> str:
        """The canonical name: expressions as they are, options of scaled laws by name."""
        by_name = self.law.endswith(("_normal", "_uniform")) and self.law not in FAMILIES
        order = list(signature(CATALOGUE[self.law]).parameters)
        shown = [
            f"{value}" if not by_name and order[i] == name else f"{name}={value}"
            for i, (name, value) in enumerate(self.parameters)
        ]
        return f"{self.law}({', '.join(shown)})"


@lru_cache(maxsize=1024)
def _evaluated(formula: Formula, fans: Fans) -> Law:
    known = {name: quantity(fans) for name, quantity in QUANTITIES.items()}
    values = {n: v.value(known) if isinstance(v, Expression) else v for n, v in formula.parameters}
    return CATALOGUE[formula.law](**values)


def law_of_expressions(name: str, parameters: Mapping[str, float | str | Expression]) -> Law:
    """A law of the catalogue with expressions among its parameters; its name keeps them.

    Raises:
        LawError: no array can have such a law, or one number is needed where an expression depends on the fans.
    """
    formula = Formula(name, tuple(parameters.items()))
    if not formula.names:
        return replace(formula.at(_EXAMPLES[0]), name=str(formula))
    for parameter, value in parameters.items():
        if isinstance(value, Expression) and value.names and (name in _SAME_FOR_ALL or parameter == "sparsity"):
            raise LawError(
                f"{parameter} of {name} must be one number for every shape; {value} depends on {listed(sorted(value.names))}"
            )
    law = Law(str(formula), name if name in STRUCTURES else _family(name, parameters), formula=formula)
    reasons = []
    for fans in _EXAMPLES:
        try:
            example = law.at(fans)
        except LawError as error:
            reasons.append(error)
        else:
            return replace(law, sparsity=example.sparsity)
    raise reasons[0]


def _family(name: str, parameters: Mapping[str, float | str | Expression]) -> str:
    if name in FAMILIES:
        return name
    default = signature(CATALOGUE[name]).parameters["distribution"].default
    distribution = str(parameters.get("distribution", default))
    _one_of("distribution", distribution, DISTRIBUTIONS)
    return DISTRIBUTIONS[distribution](1.0).family


def _one_of(name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise LawError(f"{name} must be {listed(allowed)}, not {value!r}")


def _of_family(name: str, named: Callable[..., tuple[str, EntryLaw]]) -> Callable[..., Law]:
    @wraps(named)
    def law(*positional: Any, **keywords: Any) -> Law:
        parameters, entries = named(*positional, **keywords)
        return Law(f"{name}({parameters})", name, entries=entries)

    return law


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
    positive(gain=gain)
    return Law("identity" if gain == 1 else f"identity({gain:g})", "identity", gain=gain)


def orthogonal(gain: float = 1.0) -> Law:
    """Haar-random (semi-)orthogonal matrix times ``gain``: axis 0 against the rest (Saxe et al. 2014)."""
    positive(gain=gain)
    return Law("orthogonal" if gain == 1 else f"orthogonal({gain:g})", "orthogonal", gain=gain)


def sparse(sparsity: float = 0.1, std: float = 0.01) -> Law:
    """ceil(sparsity * rows) zeros in each column, the rest N(0, std^2) (Martens 2010)."""
    positive(std=std)
    if not 0 <= sparsity < 1:
        raise LawError(f"sparsity must be at least 0 and less than 1, not {sparsity!r}")
    suffix = "" if std == 0.01 else f", std={std:g}"
    return Law(f"sparse({sparsity:g}{suffix})", "sparse", entries=Normal(0.0, std), sparsity=sparsity)


def hadamard(gain: float = 1.0) -> Law:
    """The corner of the Sylvester-Hadamard matrix of order n = 2^k, times gain / sqrt(n) (Zhao et al. 2022, ZerO)."""
    positive(gain=gain)
    return Law("hadamard" if gain == 1 else f"hadamard({gain:g})", "hadamard", gain=gain)


def variance_scaling(
    scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal", gain: float = 1.0
) -> Law:
    """Entries of variance gain^2 * scale / fan; the uncorrected truncated form has 0.774 of it."""
    positive(scale=scale, gain=gain)
    name = f"variance_scaling({scale:g}, {mode}, {distribution}{'' if gain == 1 else f', gain={gain:g}'})"
    return _scaled(name, scale, mode, distribution, gain)


def _scaled(name: str, scale: float, mode: str, distribution: str, gain: float) -> Law:
    _one_of("mode", mode, MODES)
    _one_of("distribution", distribution, DISTRIBUTIONS)
    positive(gain=gain)
    family = DISTRIBUTIONS[distribution](scale).family
    return Law(name, family, scale=scale, mode=mode, gain=gain, distribution=distribution)


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
    **{name: _of_family(name, family.named) for name, family in FAMILIES.items()},
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
