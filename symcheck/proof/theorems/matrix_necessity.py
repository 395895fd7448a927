"""Why the theorems on one linear layer, forward and backward, need each of their hypotheses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from symcheck.proof.necessity import Found, integers, smallest, smallest_law
from symcheck.proof.settings.finite_laws import covariance, exact_mean, independent, law, violation

ExactVector = tuple[Any, ...]
ExactMatrix = tuple[ExactVector, ...]


def _transposed(matrix: ExactMatrix) -> ExactMatrix:
    return tuple(zip(*matrix, strict=True))


def times(matrix: ExactMatrix, vector: ExactVector) -> ExactVector:
    """The matrix times the vector, exactly."""
    return tuple(sum(w * x for w, x in zip(row, vector, strict=True)) for row in matrix)


@dataclass(frozen=True)
class LinearLayer:
    """A linear layer with random weights in equally likely outcomes.

    Attributes:
        weights, signals, gradients: in each outcome, the matrix, what enters the layer, and what comes back to it.
    """

    weights: Sequence[ExactMatrix]
    signals: Sequence[ExactVector]
    gradients: Sequence[ExactVector]

    def _entry(self, i: int, j: int) -> list[Any]:
        return [matrix[i][j] for matrix in self.weights]

    @property
    def variance(self) -> Fraction:
        """Of the first weight."""
        return covariance(self._entry(0, 0), self._entry(0, 0))

    def broken(self) -> set[str]:
        """The names of the hypotheses that do not hold."""
        outputs, inputs = len(self.weights[0]), len(self.weights[0][0])
        backward = LinearLayer([_transposed(w) for w in self.weights], self.gradients, self.signals)
        holds = {
            "zero-mean": all(exact_mean(self._entry(i, j)) == 0 for i, j in product(range(outputs), range(inputs))),
            "uncorrelated": self._rows_uncorrelated() and backward._rows_uncorrelated(),
            "forward-independent": self._weights_independent(),
            "backward-independent": backward._weights_independent(),
            "glorot-scale": self.variance == Fraction(2, inputs + outputs),
        }
        return {name for name, held in holds.items() if not held}

    def _pairs_of_a_row(self) -> list[tuple[int, int, int]]:
        inputs = range(len(self.weights[0][0]))
        return list(product(range(len(self.weights[0])), inputs, inputs))

    def _rows_uncorrelated(self) -> bool:
        return all(
            covariance(self._entry(i, j), self._entry(i, k)) == (self.variance if j == k else 0)
            for i, j, k in self._pairs_of_a_row()
        )

    def _weights_independent(self) -> bool:
        return all(
            independent(
                list(zip(self._entry(i, j), self._entry(i, k), strict=True)), [(x[j], x[k]) for x in self.signals]
            )
            for i, j, k in self._pairs_of_a_row()
        )

    def gap(self) -> Fraction:
        """How far the conclusions are from being true: the largest difference of two sides."""
        outputs, inputs, v = len(self.weights[0]), len(self.weights[0][0]), self.variance
        forward = [times(w, x) for w, x in zip(self.weights, self.signals, strict=True)]
        back = [times(_transposed(w), d) for w, d in zip(self.weights, self.gradients, strict=True)]
        signal, gradient = _mean_square(self.signals), _mean_square(self.gradients)
        after, before = _mean_square(forward), _mean_square(back)
        both = inputs + outputs
        differences: list[Fraction] = [
            after - inputs * v * signal,
            before - outputs * v * gradient,
            (inputs * v - 1) - (1 - outputs * v),
            1 / v - Fraction(both, 2) if v else Fraction(0),
            after - Fraction(2 * inputs, both) * signal,
            before - Fraction(2 * outputs, both) * gradient,
        ]
        return max(abs(d) for d in differences)


def _mean_square(vectors: Sequence[ExactVector]) -> Fraction:
    return exact_mean(exact_mean(x * x for x in vector) for vector in vectors)


def single(
    weights: Sequence[Any], signals: Sequence[Any] | None = None, gradients: Sequence[Any] | None = None
) -> LinearLayer:
    """One input and one output; signal and gradient are 1 if nothing else is said."""
    always = [1] * len(weights)
    return LinearLayer([((w,),) for w in weights], [(x,) for x in signals or always], [(d,) for d in gradients or always])


def one_row(rows: Sequence[ExactVector]) -> LinearLayer:
    """Two inputs, which are 1, and one output, whose gradient is 1."""
    return LinearLayer([(row,) for row in rows], [(1, 1)] * len(rows), [(1,)] * len(rows))


#: A law of variance 2/3, which is Glorot's for two inputs and one output.
THIRDS = (1, -1, 0)
#: A law of variance 1 whose square is not constant: 0, 2 or -2.
RARE = (2, -2, 0, 0, 0, 0, 0, 0)


def _rare(a: int, b: int, c: int) -> list[int]:
    return [a, b, *[c] * 6]


_FORWARD = "the mean square of the signal is not multiplied by n v"
_BACKWARD = "the mean square of the gradient is not multiplied by m v"

GLOROT: dict[str, Found] = {
    "zero-mean": smallest_law(
        f"{_FORWARD}, nor that of the gradient by m v", integers(2, 0), lambda a, b: single([a, b]),
        lambda a, b: f"one input x = 1, one output with gradient 1, the weight {law([a, b])}",
    ),
    "uncorrelated": smallest_law(
        _FORWARD, integers(1, 1), lambda c: one_row([(w, c * w) for w in THIRDS]),
        lambda c: f"two inputs 1, one output with gradient 1, the first weight {law(THIRDS)}, the other one {c} times that",
    ),
    "forward-independent": smallest_law(
        _FORWARD, 3, lambda *x: single(RARE, signals=_rare(*x)),
        lambda *x: f"one weight {law(RARE)}; the input is {x[0]}, {x[1]} or {x[2]} where it is 2, -2 or 0, the gradient 1",
    ),
    "backward-independent": smallest_law(
        _BACKWARD, 3, lambda *d: single(RARE, gradients=_rare(*d)),
        lambda *d: f"one weight {law(RARE)}; the gradient is {d[0]}, {d[1]} or {d[2]} where it is 2, -2 or 0, the input 1",
    ),
    "glorot-scale": smallest_law(
        "the factors n v and m v deviate from 1 in the same direction", integers(1, 1), lambda w: single([w, -w]),
        lambda w: f"one input x = 1, one output with gradient 1, the weight {law([w, -w])}",
    ),
}


def rank_gaps(W: ExactMatrix, inputs: tuple[ExactVector, ExactVector], gradients: tuple[ExactVector, ExactVector]) -> tuple[int, int, int]:
    """How far the conclusions on constant weights fail.

    Returns:
        The largest 2 x 2 minor, and the largest difference of what becomes of the two inputs and the two gradients.
    """
    rows, columns = range(len(W)), range(len(W[0]))
    minors = [
        W[i][j] * W[o][k] - W[i][k] * W[o][j] for i, o in product(rows, rows) for j, k in product(columns, columns)
    ]
    x, y, d, e = *inputs, *gradients
    ahead = [a - b for a, b in zip(times(W, x), times(W, y), strict=True)]
    back = [a - b for a, b in zip(times(_transposed(W), d), times(_transposed(W), e), strict=True)]
    return max(map(abs, minors)), max(map(abs, ahead)), max(map(abs, back))


def rank_broken(W: ExactMatrix, inputs: tuple[ExactVector, ExactVector], gradients: tuple[ExactVector, ExactVector]) -> set[str]:
    """The names of the hypotheses on constant weights that do not hold."""
    holds = {
        "constant-weights": len({w for row in W for w in row}) == 1,
        "equal-input-sums": sum(inputs[0]) == sum(inputs[1]),
        "equal-gradient-sums": sum(gradients[0]) == sum(gradients[1]),
    }
    return {name for name, held in holds.items() if not held}


_FIRST_AND_SECOND = ((1, 0), (0, 1))
_SAME = ((1,), (1,))


def _rank(hypothesis: str, worst: Callable[..., int], *case: Any) -> float:
    return violation(hypothesis, rank_broken(*case), worst(rank_gaps(*case)))


RANK: dict[str, Found] = {
    # All three conclusions have to fail: weights that are not constant may have rank one as well.
    "constant-weights": smallest(
        "a 2 x 2 minor of W is not 0, the two inputs give different pre-activations, the gradients are not carried back alike",
        4,
        lambda a, b, c, d: _rank("constant-weights", min, ((a, b), (c, d)), _FIRST_AND_SECOND, _FIRST_AND_SECOND),
        "W = [[{}, {}], [{}, {}]], the inputs (1, 0) and (0, 1), and these as gradients",
    ),
    "equal-input-sums": smallest(
        "the two inputs give different pre-activations", 2,
        lambda x, y: _rank("equal-input-sums", max, ((1,),), ((x,), (y,)), _SAME),
        "W = [[1]], the inputs {} and {}",
    ),
    "equal-gradient-sums": smallest(
        "the two gradients are not carried back alike", 2,
        lambda d, e: _rank("equal-gradient-sums", max, ((1,),), _SAME, ((d,), (e,))),
        "W = [[1]], the gradients {} and {}",
    ),
}
