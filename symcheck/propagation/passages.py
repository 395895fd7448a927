"""Whether weights pass a signal as independent ones of their size do: what every prediction rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from symcheck.propagation.layers import SignalLayer


@dataclass(frozen=True)
class Passage:
    """Whether weights pass this signal as independent ones of their size do.

    Attributes:
        direction: ``forward`` or ``backward``.
        p_value: the smallest of the tests, times their number.
        layer: the number, from 1, of the one that stands out, or None where it is all of them together.
        tests: how many.
    """

    direction: str
    p_value: float
    layer: int | None
    tests: int


def passages(layers: Sequence[SignalLayer]) -> list[Passage]:
    """Exact for normal entries: each layer for itself, and the sum of all layers' normal scores for each sample.

    Entries with longer tails than normal ones are left out: of them the law is not known.
    """
    from scipy.stats import norm

    normal = [
        (number, layer) for number, layer in enumerate(layers, 1) if layer.weights.square and not layer.weights.heavy
    ]
    found = []
    for direction in ("forward", "backward"):
        each = [(number, one.forward_p if direction == "forward" else one.backward_p) for number, one in normal]
        single = [(2 * min(p, 1 - p), number) for number, values in each for p in values]
        if not single:
            continue
        together: dict[int, list[float]] = {}
        for _, values in each:
            for sample, p in enumerate(values):
                together.setdefault(sample, []).append(float(norm.ppf(min(max(p, 1e-300), 1 - 1e-16))))
        sums = [2 * float(norm.sf(abs(sum(scores)) / sqrt(len(scores)))) for scores in together.values()]
        tests = len(single) + len(sums)
        least, number = min(single)
        whole = min(sums)
        found.append(Passage(direction, min(1.0, tests * min(least, whole)), number if least <= whole else None, tests))
    return found
