"""Which numbers stand beside a line of a proof: what it says of two units of a layer, before an update and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.lesson.case import NEAR, Snapshot, TrainedNetwork
from symcheck.lesson.numbers import DIGITS, digits_apart
from symcheck.types import Floats

#: For each line of the theorem what it compares, of unit i in layer l (both counted from 0 here).
_VALUES: dict[str, Callable[[Snapshot, int, int], Floats]] = {
    "rows": lambda f, l, i: _from_below(f.params[l][0][i], l),
    "columns": lambda f, l, i: _into_above(f.params[l + 1][0][:, i], l + 2 == len(f.params)),
    "biases": lambda f, l, i: np.array([f.params[l][1][i]]),  # type: ignore[index]
    "forward": lambda f, l, i: f.z[l][:1, i],
    "activations": lambda f, l, i: f.h[l][:1, i],
    "backward": lambda f, l, i: f.delta[l][i : i + 1],
    "gradient-rows": lambda f, l, i: f.gradients[l][0][i],
    "gradient-columns": lambda f, l, i: f.gradients[l + 1][0][:, i],
    "gradient-biases": lambda f, l, i: np.array([f.gradients[l][1][i]]),  # type: ignore[index]
}
#: Lines of the theorems about sums that say the same as one of constant initialization.
SAME = {
    "equal-pre-activations": "forward",
    "forward": "activations",
    "equal-gradients": "gradient-rows",
    "equal-bias-gradients": "gradient-biases",
}
#: In words, for the table and for a screen reader.
WORDS = {
    "rows": "weights in",
    "columns": "weights out",
    "biases": "bias",
    "forward": "z",
    "activations": "h",
    "backward": "δ",
    "gradient-rows": "gradient in",
    "gradient-columns": "gradient out",
    "gradient-biases": "gradient of the bias",
}


def _from_below(row: Floats, layer: int) -> Floats:
    """Each input is a block of its own; the units of a hidden layer are one block, of which the sum counts."""
    return row if layer == 0 else np.array([row.sum()])


def _into_above(column: Floats, outputs: bool) -> Floats:
    return column if outputs else np.array([column.sum()])


@dataclass(frozen=True)
class Sides:
    """What a line says of two units.

    Attributes:
        of: the quantity, a key of `WORDS`. step: the number of updates before.
        values: of the first and of the second unit. sign: -1 where they are to be opposite.
    """

    of: str
    step: int
    values: tuple[tuple[float, ...], tuple[float, ...]]
    sign: int = 1

    @property
    def holds(self) -> bool:
        """Whether both are equal, or opposite, up to rounding."""
        one, other = map(np.array, self.values)
        largest = max(float(np.abs(one).max()), float(np.abs(other).max()))
        return bool((np.abs(one - self.sign * other) <= NEAR * largest).all())

    @property
    def digits(self) -> int:
        """With how many digits both are shown, so that what is told apart also looks so."""
        one, other = self.values
        return DIGITS if self.holds else digits_apart(one, [self.sign * v for v in other])


def quantity(theorem: str, lemma: str) -> str | None:
    """What a line is about, or None where nothing of two units is compared."""
    of = lemma if theorem == "constant-init" else SAME.get(lemma, lemma)
    return of if of in _VALUES else None


def sides(case: TrainedNetwork, history: Sequence[Snapshot], of: str, step: int, sign: int = 1) -> Sides:
    """A quantity of the pair that a case looks at."""
    layer, (i, k) = case.layer - 1, case.pair
    value = _VALUES[of]
    first, second = (tuple(float(v) for v in value(history[step], layer, unit)) for unit in (i, k))
    return Sides(of, step, (first, second), sign)
