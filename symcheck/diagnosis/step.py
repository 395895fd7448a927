"""One step of gradient descent as it should be, beside which what was got is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symcheck.diagnosis.comparing import Leaves


@dataclass(frozen=True)
class Step:
    """One step of gradient descent that is to be taken.

    Attributes:
        start, slopes: the parameters before it and their gradients, as lists of arrays.
        rate: the learning rate. biased: whether each layer has a bias.
        samples: of how many the gradients are, where that is known.
        of_sample: the gradients of one of these alone, by its number; None where samples are not known, or give none.
    """

    start: Leaves
    slopes: Leaves
    rate: float
    biased: tuple[bool, ...]
    samples: int = 1
    of_sample: Callable[[int], Leaves | None] | None = None

    @property
    def places(self) -> list[tuple[int, str]]:
        """Of each array, its layer, counted from 0, and W or b."""
        return [(layer, part) for layer, has in enumerate(self.biased) for part in ("Wb" if has else "W")]

    @property
    def last(self) -> int:
        """The last layer."""
        return len(self.biased) - 1

    def stepped(self, rates: Sequence[float], slopes: Leaves | None = None) -> Leaves:
        """The parameters after a step with a rate for each array, along other gradients if there are."""
        along = self.slopes if slopes is None else slopes
        return [p - rate * g for p, g, rate in zip(self.start, along, rates, strict=True)]

    def by_rate(self, rate: Callable[[int, str], float]) -> Leaves:
        """The same with the rate of a layer and a part."""
        return self.stepped([rate(layer, part) for layer, part in self.places])

    @property
    def right(self) -> Leaves:
        """The parameters after it."""
        return self.stepped([self.rate] * len(self.start))


#: What is got where a mistake is made; None where the shapes do not allow it, or nothing is known of samples.
Moved = Callable[[Step], Leaves | None]
