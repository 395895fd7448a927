"""Formulas as trees of boxes: rows, fractions, sub- and superscripts, sums, integrals and limits.

The tree knows nothing of the language it is written in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A symbol: a letter with primes, or a word; what follows ``_`` is its subscript."""

    text: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """Letters, subscript and primes."""
        bare = self.text.rstrip("'")
        letters, _, under = bare.lstrip("_").partition("_")
        return letters, under, self.text[len(bare) :]


@dataclass(frozen=True)
class Number:
    text: str


@dataclass(frozen=True)
class Operator:
    text: str


@dataclass(frozen=True)
class Row:
    """Parts side by side; those without an operator between them are multiplied."""

    parts: tuple[Box, ...]

    @property
    def factors(self) -> list[tuple[bool, Box]]:
        """Each part, and whether it is multiplied with the one before."""
        plain = [not isinstance(part, Operator) for part in self.parts]
        return [(n > 0 and plain[n] and plain[n - 1], part) for n, part in enumerate(self.parts)]


@dataclass(frozen=True)
class Fraction:
    above: Box
    below: Box


@dataclass(frozen=True)
class Derivative:
    """The partial derivative of one thing with respect to another."""

    of: Box
    by: Box

    @property
    def of_terms(self) -> bool:
        """Whether it is taken of more than a name: then its sign stands before that and not over a line."""
        return isinstance(self.of, Bracketed) or (isinstance(self.of, Derivative) and self.of.of_terms)


@dataclass(frozen=True)
class Scripts:
    base: Box
    below: Box | None = None
    above: Box | None = None

    @property
    def joined(self) -> tuple[Box, Box | None, Box | None]:
        """Base, below and above, where a subscript in the name of the base stands with the others."""
        if isinstance(self.base, Name) and self.base.parts[1] and self.below:
            letters, under, primes = self.base.parts
            return Name(letters + primes), Row((Name(under), Operator(";"), self.below)), self.above
        return self.base, self.below, self.above


@dataclass(frozen=True)
class Summation:
    index: Box
    low: Box
    high: Box
    body: Box


@dataclass(frozen=True)
class Integration:
    variable: Box
    low: Box
    high: Box
    body: Box


@dataclass(frozen=True)
class Limiting:
    """The limit of the body as the variable goes somewhere."""

    variable: Box
    to: Box
    body: Box


@dataclass(frozen=True)
class Bracketed:
    body: Box
    square: bool = False


@dataclass(frozen=True)
class Bars:
    """The absolute value or the length of something."""

    body: Box


@dataclass(frozen=True)
class Application:
    """A function and its arguments, which are bracketed."""

    head: Box
    arguments: Bracketed


@dataclass(frozen=True)
class Span:
    """A variable with the values it takes; without a high end they go on for ever, without a low one all are meant.

    Attributes:
        following: the value after the low one, where there is no high one.
    """

    index: Box
    low: Box | None = None
    high: Box | None = None
    following: Box | None = None


Box = (
    Name
    | Number
    | Operator
    | Row
    | Fraction
    | Derivative
    | Scripts
    | Summation
    | Integration
    | Limiting
    | Bracketed
    | Bars
    | Application
    | Span
)

#: Names of letters, as Unicode has them.
LETTERS = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "eta",
            "theta",
            "kappa",
            "lambda",
            "mu",
            "pi",
            "rho",
            "sigma",
            "tau",
            "phi",
            "psi",
            "omega",
            "Delta",
            "Sigma",
            "Omega",
            "infinity",
            "sqrt",
            "expectation",
        ],
        "αβγδηθκλμπρστφψωΔΣΩ∞√E",
        strict=True,
    )
)
