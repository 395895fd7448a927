"""A model built from the seeds of one run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from symcheck.subjects.messages import Built
from symcheck.subjects.opening import ModelSubject


@dataclass
class Builds:
    """The builds of a run, from streams that are counted from 0.

    Attributes:
        seconds: that the last whole build took.
    """

    subject: ModelSubject
    seed: int
    seconds: float = 1e-3
    _kept: dict[tuple[int, bool], Built] = field(default_factory=dict)

    def whole(self, number: int, again: bool = False) -> Built:
        """All parameters, built once and kept; ``again`` builds from the same seed once more."""
        if (number, again) not in self._kept:
            start = time.monotonic()
            self._kept[number, again] = self.of(number)
            self.seconds = max(time.monotonic() - start, 1e-3)
        return self._kept[number, again]

    def of(self, number: int, names: Sequence[str] | None = None) -> Built:
        """Parameters with the values of those named, of all by default; not kept."""
        return self.subject.build(int(np.random.SeedSequence([self.seed, number]).generate_state(1)[0] >> 1), names)
