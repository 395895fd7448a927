"""Whether weights pass a signal as independent ones of their size do: what every prediction rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from symcheck.propagation.layers import Layer


@dataclass(frozen=True)
class Passage:
    """Whether weights pass this signal as independent ones of their size do.

    Attributes:
        direction: ``forward`` or ``backward``.
        p_value: the smallest of the tests, times their number.
        layer: the name of the one that stands out, or None where it is all of them together.
        tests: how many.
    """

    direction: str
    p_value: float
    layer: str | None
    tests: int


def passages(layers: Sequence[Layer]) -> list[Passage]:
    """Exact for normal entries: each layer for itself, and the sum of all layers' normal scores for each sample.

    Entries with longer tails than normal ones are left out: of them the law is not known.
    """
    from scipy.stats import norm

    normal = [layer for layer in layers if layer.weights.square and not layer.weights.heavy]
    found = []
    for direction in ("forward", "backward"):
        each = [(layer.name, layer.forward_p if direction == "forward" else layer.backward_p) for layer in normal]
        single = [(2 * min(p, 1 - p), name) for name, values in each for p in values]
        if not single:
            continue
        together: dict[int, list[float]] = {}
        for _, values in each:
            for sample, p in enumerate(values):
                together.setdefault(sample, []).append(float(norm.ppf(min(max(p, 1e-300), 1 - 1e-16))))
        sums = [2 * float(norm.sf(abs(sum(scores)) / sqrt(len(scores)))) for scores in together.values()]
        tests = len(single) + len(sums)
        least, name = min(single)
        whole = min(sums)
        found.append(Passage(direction, min(1.0, tests * min(least, whole)), name if least <= whole else None, tests))
    return found
