"""The lines by hand come to what an entry should be, for every loss, and are left out where they do not."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from symcheck.activations import get_activation
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.objective import REDUCTIONS, Objective
from symcheck.suite.by_hand import by_hand

OBJECTIVES = [
    Objective(loss, reduction, factor, output)
    for (loss, output), reduction, factor in product(
        [
            ("squared_error", "identity"),
            ("squared_error", "sigmoid"),
            ("squared_error", "softmax"),
            ("binary_cross_entropy", "sigmoid"),
            ("softmax_cross_entropy", "softmax"),
        ],
        REDUCTIONS,
        (1.0, 0.5),
    )
]


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
@pytest.mark.parametrize("samples", [1, 2, 5])
def test_every_entry_is_worked_out(objective: Objective, samples: int) -> None:
    rng = np.random.default_rng()
    params = [
        (rng.standard_normal((3, 2)), rng.standard_normal(3)),
        (rng.standard_normal((2, 3)), rng.standard_normal(2)),
    ]
    X, Y = rng.standard_normal((samples, 2)), objective.targets(rng.standard_normal((samples, 2)))
    right = CorrectMLP("tanh", objective).gradients(params, X, Y)
    for layer, (part, at) in product((1, 2), (("W", (1, 0)), ("b", (1,)))):
        wanted = float(right[layer - 1]["Wb".index(part)][at])
        *above, last = by_hand(params, X, Y, get_activation("tanh"), objective, (layer, part, at), 0.5, wanted)
        assert last.startswith(f"d{part}{layer}[1")
        assert last.endswith(f"= {wanted:.4g}, and yours is 0.5")
        if samples == 1 and part == "b" and objective.reduction != "mean":
            assert f"= {wanted:.4g}, and" in last
        for line in above:
            # What is shown has four digits.
            for told, other in re.findall(r"= ([-+*/(). \de]+) = ([-\d.e]+)$", line):
                size = max(abs(float(n)) for n in re.findall(r"\d[\d.]*(?:e[-+]\d+)?", told))
                assert abs(eval(told) - float(other)) <= 1e-2 * (1 + size) ** 3
        assert not by_hand(params, X, Y, get_activation("tanh"), objective, (layer, part, at), 0.5, 1.01 * wanted)
        assert not by_hand(params, X, Y, get_activation("tanh"), objective, (layer, part, at), 0.5, -wanted)
