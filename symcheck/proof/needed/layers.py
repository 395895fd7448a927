"""One layer without training, in fractions: when two units are tied, and what a linear map loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from symcheck.proof.needed.case import Kind, Wrong, apart, first
from symcheck.proof.needed.exactly import fit, rank, times, transposed
from symcheck.proof.needed.line import Matrix, NeededError, Settings, Vector, samples_of, tuple_of, written

ROWS_DIFFER, READ_DIFFERENTLY = "the rows differ", "the units read different inputs"
RANK_TWO = "W has rank two, and neither inputs nor gradients collapse"
NO_COLLAPSE, NO_COLLAPSE_BACK = "the inputs do not collapse", "the gradients do not collapse"

#: Activations of which it is known exactly when two values are equal: of injective ones when the arguments are.
_INJECTIVE = ("tanh", "sigmoid", "identity")
_TWICE = {"relu": "relu takes all negative numbers to 0", "square": "the square takes v and -v to one number"}
_VALUES = {"relu": lambda v: max(v, Fraction(0)), "square": lambda v: v * v}


@dataclass(frozen=True)
class Layer:
    """Two units: pre-activations W x + b, with W[i, j] = K[i, j] w[j] if supports are given, else K = W and w = 1."""

    sigma: str
    K: Matrix
    w: Vector
    shared: bool
    b: Vector
    X: Matrix

    def values(self, unit: int, sign: int = 1) -> list[Fraction]:
        """What tells the activations of a unit apart, on the samples or on their opposites."""
        weights = [k * w for k, w in zip(self.K[unit], self.w, strict=True)]
        z = [sign * v + self.b[unit] for v in times(self.X, tuple(weights))]
        return list(map(_VALUES.get(self.sigma, Fraction), z))

    def untied(self, sign: int) -> str:
        """On which sample the units differ, or on which opposite of one."""
        name = f"{self.sigma}(%s)" if self.sigma in _INJECTIVE else "%s"
        return first(
            f"at x = {tuple_of([sign * v for v in x])} unit 1 is {name % one} and unit 2 is {name % two}"
            for x, one, two in zip(self.X, self.values(0, sign), self.values(1, sign), strict=True)
            if one != two
        )

    def spans(self) -> str:
        """How the samples fail to span."""
        found, inputs = rank(self.X), len(self.w)
        return f"the samples span {found} of {inputs} dimensions" if found < inputs else ""

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        rows = " and ".join(map(tuple_of, self.K))
        what = "read different inputs, their rows of K are" if self.shared else "have the rows"
        return Wrong(_distance(*self.K), f"the units {what} {rows}")

    def words(self) -> str:
        """See `Case`."""
        weights = (
            f"K = {written(self.K)} says which unit reads which input, the shared weights are w = {tuple_of(self.w)}"
        )
        biases = f"b = {tuple_of(self.b)}" if any(self.b) else "zero biases"
        return (
            f"two units with the activation {'z^2' if self.sigma == 'square' else self.sigma}, "
            f"{weights if self.shared else f'W = {written(self.K)}'}, {biases}, {samples_of(self.X)}"
        )


def layer(supports: bool = False) -> Kind:
    """Layers of two units; with supports, these say what a unit reads, and it reads it with the shared weights."""

    def read(settings: Settings) -> Layer:
        sigma = settings.word("sigma", (*_INJECTIVE, *_VALUES))
        rows = settings.matrix("K" if supports else "W")
        if len(rows) != 2:
            raise NeededError("layer needs two units, a row each")
        if supports and not all(v in (0, 1) for row in rows for v in row):
            raise NeededError("K must be 0 or 1: whether a unit reads an input")
        inputs = len(rows[0])
        (w,) = fit("w", (settings.vector("w"),), inputs, "input") if supports else ((Fraction(1),) * inputs,)
        (b,) = fit("b", (settings.vector("b"),), 2, "unit") if settings.given("b") else ((Fraction(0),) * 2,)
        return Layer(sigma, rows, w, supports, b, fit("x", settings.matrix("x"), inputs, "input"))

    return Kind("layer", read, _LAYER_CONDITIONS)


_LAYER_CONDITIONS: dict[str, Callable[[Layer], str]] = {
    "zero-biases": lambda c: first(f"the bias of unit {i} is {v}" for i, v in enumerate(c.b, 1) if v),
    "spanning-inputs": Layer.spans,
    "nonzero-weights": lambda c: first(f"the shared weight of input {j} is 0" for j, w in enumerate(c.w, 1) if not w),
    "injective": lambda c: _TWICE.get(c.sigma, ""),
    "both-sides": lambda c: "the square takes v and -v to one number, and so -v and v" * (c.sigma == "square"),
    "tied": lambda c: c.untied(1),
    "tied-on-opposites": lambda c: c.untied(-1),
}


@dataclass(frozen=True)
class Map:
    """A linear layer with two inputs that enter it and two gradients that come back to it."""

    W: Matrix
    inputs: Matrix
    gradients: Matrix

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        rows, columns = range(len(self.W)), range(len(self.W[0]))
        minors = [
            abs(self.W[i][j] * self.W[o][k] - self.W[i][k] * self.W[o][j])
            for i, o in product(rows, rows)
            for j, k in product(columns, columns)
        ]
        ahead = [times(self.W, x) for x in self.inputs]
        back = [times(transposed(self.W), d) for d in self.gradients]
        gaps = {NO_COLLAPSE: _distance(*ahead), NO_COLLAPSE_BACK: _distance(*back)}
        told = {
            NO_COLLAPSE: f"the inputs have the pre-activations {tuple_of(ahead[0])} and {tuple_of(ahead[1])}",
            NO_COLLAPSE_BACK: f"the gradients come back as {tuple_of(back[0])} and {tuple_of(back[1])}",
        }
        if outcome in gaps:
            return Wrong(gaps[outcome], told[outcome])
        # All three conclusions have to fail: weights that are not constant may have rank one as well.
        words = f"a 2 x 2 minor of W is {max(minors)} and not 0, {told[NO_COLLAPSE]}, {told[NO_COLLAPSE_BACK]}"
        return Wrong(min(max(minors), *gaps.values()), words)

    def words(self) -> str:
        """See `Case`."""
        inputs, gradients = (" and ".join(map(tuple_of, two)) for two in (self.inputs, self.gradients))
        return f"W = {written(self.W)}, the inputs {inputs}, the gradients {gradients}"


def _distance(one: Vector, other: Vector) -> Fraction:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _map(settings: Settings) -> Map:
    W = settings.matrix("W")
    inputs = fit("x", settings.matrix("x"), len(W[0]), "column of W")
    gradients = fit("d", settings.matrix("d"), len(W), "row of W")
    if len(inputs) != 2 or len(gradients) != 2:
        raise NeededError("two inputs x and two gradients d are needed, a row each")
    return Map(W, inputs, gradients)


MAP = Kind(
    "matrix",
    _map,
    {
        "constant-weights": lambda c: apart("the weights", (v for row in c.W for v in row)),
        "equal-input-sums": lambda c: apart("the sums of the two inputs", map(sum, c.inputs)),
        "equal-gradient-sums": lambda c: apart("the sums of the two gradients", map(sum, c.gradients)),
    },
)
