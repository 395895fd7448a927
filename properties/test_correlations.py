"""Claims C9 and C10: a layer of random ReLU units contracts angles by the arc-cosine map."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

import numpy as np
import pytest

from symcheck.propagation.correlation import relu_coactivation, relu_correlation
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import activations_of_last_hidden
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run

WIDTH, DRAWS = 32, 200
ANGLES = (0.25, 0.5, 0.75)


@claim("C9", "C10", theorem="arc-cosine", needs=("forward", "activation"), statistical=3)
@pytest.mark.parametrize("share", ANGLES)
def test_random_relu_units_contract_angles(implementation: Implementation, symcheck_run: Run, share: float) -> None:
    """Two inputs at an angle theta are seen by (pi - theta) / (2 pi) of the units, which is what sets the slope of the map."""
    if implementation.activation.name != "relu":
        pytest.skip(f"the map of {implementation.activation.name} is another one")
    # Heavy to import, and for this activation alone.
    from scipy import stats

    theta = share * pi
    rng = np.random.default_rng(symcheck_run.seed_of(f"angle-{share}"))
    seen = 0
    for _ in range(DRAWS):
        one, other = np.linalg.qr(rng.standard_normal((WIDTH, 2)))[0].T
        X = np.array([one, cos(theta) * one + sin(theta) * other])
        W = rng.standard_normal((WIDTH, WIDTH)) * sqrt(2 / WIDTH)
        params = [(W, np.zeros(WIDTH)), (np.eye(WIDTH), np.zeros(WIDTH))]
        h = activations_of_last_hidden(implementation, params, X)
        seen += int(((h[0] > 0) & (h[1] > 0)).sum())
    expected, units = relu_coactivation(cos(theta)), WIDTH * DRAWS
    p = float(stats.binomtest(seen, units, expected).pvalue)
    if p < symcheck_run.share:
        raise PropertyFailure(
            f"{seen / units:.4f} of the units are active for both of two inputs {share:.2f} pi apart, but should be "
            f"{expected:.4f} (p = {p:.2g}, allowed {symcheck_run.share:.2g}): their correlation does not go from "
            f"{cos(theta):.3f} to {relu_correlation(cos(theta)):.3f}",
            mistake="relu lets something through below 0, or the two samples do not go through the same units",
        )
