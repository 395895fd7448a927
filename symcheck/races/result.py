"""What a race found: curves of each run, means with intervals, and paired comparisons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import t

from symcheck.displayed import Displayed
from symcheck.texts import plain_values
from symcheck.types import Array
from symcheck.version import __version__

#: Chance that an interval misses the mean that it is about, for normal differences.
MISSED = 0.05


@dataclass(frozen=True)
class MeanInterval:
    """A mean over seeds with its interval (Student's t)."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """Its lower end."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.mean + self.half


def interval_of(values: Array, missed: float = MISSED) -> MeanInterval:
    """The interval of the mean of values that were drawn independently, shape (n,), n at least 2."""
    spread = float(np.std(values, ddof=1)) / sqrt(len(values))
    return MeanInterval(float(np.mean(values)), float(t.ppf(1 - missed / 2, len(values) - 1)) * spread)


@dataclass(frozen=True, eq=False)
class Lane:
    """One initialization, trained from several seeds.

    Attributes:
        name: in the gallery. rate: the learning rate that it did best with.
        losses: mean cross-entropy on the training images, shape (seeds, epochs + 1), before training and after each epoch.
        accuracies: share of the other images that are told rightly, of the same shape.
    """

    name: str
    rate: float
    losses: Array
    accuracies: Array

    @cached_property
    def diverged(self) -> int:
        """Seeds whose loss is not finite at the end."""
        return int(np.count_nonzero(~np.isfinite(self.losses[:, -1])))

    @cached_property
    def loss(self) -> MeanInterval:
        """At the end."""
        return interval_of(self.losses[:, -1])

    @cached_property
    def accuracy(self) -> MeanInterval:
        """At the end."""
        return interval_of(self.accuracies[:, -1])

    def epochs_to(self, loss: float) -> float | None:
        """Median over the seeds of the first epoch with a loss as low as this; None where most never have one."""
        reached = self.losses <= loss
        first = np.where(reached.any(axis=1), reached.argmax(axis=1), self.losses.shape[1])
        middle = float(np.median(first))
        return None if middle >= self.losses.shape[1] else middle


@dataclass(frozen=True)
class PairedComparison:
    """One initialization against another, seed by seed: the same images, the same order, the same seed.

    Attributes:
        accuracy: of the first less that of the second, with an interval that holds for all comparisons at once.
        loss: the same of the final loss.
    """

    first: str
    second: str
    accuracy: MeanInterval
    loss: MeanInterval

    @property
    def found(self) -> str:
        """``better``, ``worse``, or ``not told apart``: by accuracy."""
        return _word(self.accuracy.low, self.accuracy.high)

    @property
    def lower(self) -> str:
        """The same by the training loss."""
        return _word(-self.loss.high, -self.loss.low)


def _word(low: float, high: float) -> str:
    return "better" if low > 0 else "worse" if high < 0 else "not told apart"


@dataclass(frozen=True, eq=False, repr=False)
class Race(Displayed):
    """Every initialization of the gallery on one data set.

    Attributes:
        sizes, activation: of the network. seeds, epochs, batch: of the training; seed: of it all.
        rates: learning rates that were tried, each initialization with the best of them by training loss, on seeds of their own.
        lanes: in the order of the gallery.
        compared: what the source texts compare (C24).
    """

    sizes: tuple[int, ...]
    activation: str
    seeds: int
    epochs: int
    batch: int
    rates: tuple[float, ...]
    seed: int
    lanes: tuple[Lane, ...]
    compared: tuple[PairedComparison, ...]

    def lane(self, name: str) -> Lane:
        """The one of this name."""
        return next(lane for lane in self.lanes if lane.name == name)

    def as_dict(self) -> dict[str, Any]:
        """As plain data; its keys are stable."""
        settings = {
            name: getattr(self, name) for name in ("sizes", "activation", "seeds", "epochs", "batch", "rates", "seed")
        }
        lanes = [
            {
                "name": lane.name,
                "rate": lane.rate,
                "diverged": lane.diverged,
                "loss": _ends(lane.loss),
                "accuracy": _ends(lane.accuracy),
                "losses": lane.losses,
                "accuracies": lane.accuracies,
            }
            for lane in self.lanes
        ]
        compared = [
            {
                "first": c.first,
                "second": c.second,
                "found": c.found,
                "accuracy": _ends(c.accuracy),
                "loss": _ends(c.loss),
            }
            for c in self.compared
        ]
        data: dict[str, Any] = plain_values({"symcheck": __version__, **settings, "lanes": lanes, "compared": compared})
        return data

    def to_json(self) -> str:
        """The same as JSON."""
        return json.dumps(self.as_dict(), indent=2, allow_nan=False)


def _ends(interval: MeanInterval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
