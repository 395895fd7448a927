"""What is predicted of two inputs, what leaves a gain undecided, and how losses, warnings and seeds hang together."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from array_stacks import RNG, findings, network

import symcheck
from symcheck.activations import get_activation
from symcheck.propagation import field
from symcheck.propagation.correlation import relu_correlation
from symcheck.propagation.findings import report_of
from symcheck.propagation.functions import function_named
from symcheck.propagation.ran import ModelPass, Ran
from symcheck.propagation.signal import judged, kept


def test_how_far_two_inputs_stay_apart_is_predicted() -> None:
    """Tanh at its gain: the correlation map, against networks drawn at random."""
    gain = symcheck.gain("tanh").gain
    logs = []
    for _ in range(4):
        signal = symcheck.signal(network("tanh", 128, 8, gain, bias=0.1))
        predicted = [row.predicted_apart for row in signal.factors]
        assert all(value is not None for value in predicted)
        logs.append(log(signal.totals.separation) - sum(log(value) for value in predicted if value))
    assert abs(np.mean(logs)) < 0.05


def test_alike_is_what_a_map_makes_of_relu_in_closed_form() -> None:
    relu = get_activation("relu")
    for share in (1.9, 1.0, 0.3, 1e-2, 1e-5, 1e-11):
        cosine = 1 - share
        exact = (1 - relu_correlation(cosine)) / 2
        if share > 1e-6:
            assert field.apart(relu, 3.0, 3.0 * share) / 3 == pytest.approx(exact, rel=5e-3)
        else:
            assert field.apart(relu, 3.0, 3.0 * share) / 3 == pytest.approx(share / 2, rel=1e-3)


@pytest.mark.parametrize("law", ["student", "sparse"])
def test_entries_of_long_tails_leave_the_gain_undecided(law: str) -> None:
    model = network("relu", 64, 6, sqrt(2))
    drawn = [
        RNG.standard_t(3, w.shape) / sqrt(3)
        if law == "student"
        else RNG.standard_normal(w.shape) * 3 * (RNG.random(w.shape) < 1 / 9)
        for w in model.weights
    ]
    scaled = [w * sqrt(2 / 64) for w in drawn]
    for options in ({}, {"gain": "relu"}):
        found = findings(symcheck.Network(scaled, activation="relu"), **options)
        assert found["gain"].status == "skipped"
        assert "longer tails" in found["gain"].message
        assert all(f.status != "failed" for f in found.values())


def test_entries_of_long_tails_that_lose_the_signal_are_told_what_mends_it() -> None:
    weights = [RNG.laplace(0, sqrt(0.5 / 64), (64, 64)) for _ in range(40)]
    found = findings(symcheck.Network(weights, activation="relu"))["gain"]
    assert found.status == "failed"
    assert found.diagnosis is not None
    assert "use gain sqrt(2)" in found.diagnosis


@pytest.mark.parametrize("off", [1.0, 1.001, 0.9])
def test_orthogonal_weights_have_their_gain_without_any_chance(off: float) -> None:
    weights = [np.linalg.qr(RNG.standard_normal((48, 48)))[0] * sqrt(2) * off for _ in range(6)]
    found = findings(symcheck.Network(weights, activation="relu"), gain="relu")["gain"]
    assert found.status == ("passed" if off == 1 else "failed")


def test_a_loss_that_was_predicted_is_a_failure_in_every_finding_about_it() -> None:
    found = findings(network("relu", 64, 40, 0.5))
    assert {found[name].status for name in ("gain", "forward", "backward")} == {"failed"}
    assert found["backward"].expected == pytest.approx(found["backward"].measured, rel=1e4)
    assert "gradients shrink by a factor of" in found["gain"].message


def test_one_seed_gives_the_same_figures() -> None:
    def build() -> symcheck.Network:
        return symcheck.Network([np.random.standard_normal((16, 16)) / 4 for _ in range(4)])

    state = np.random.get_state()[1].copy()
    first, again, other = (symcheck.signal(build, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(state, np.random.get_state()[1])
    assert first.factors == again.factors
    assert first.factors != other.factors
    assert first.report is not None
    assert first.report.seed == 5


def test_a_build_that_is_always_the_same_is_said_to_be_looked_at_once() -> None:
    fixed = [np.random.default_rng(3).standard_normal((16, 16)) / 4] * 3
    once = symcheck.signal(lambda: symcheck.Network(fixed))
    assert once.draws == 1
    assert any("had the same weights" in note for note in report_of(once).notes)
    assert not any("same weights" in note for note in report_of(symcheck.signal(symcheck.Network(fixed))).notes)


@pytest.mark.parametrize(
    ("gain", "options"), [(0.5, {}), (1.03 * sqrt(2), {"gain": "relu"}), (1.08 * sqrt(2), {"most": 10})]
)
def test_an_assertion_fails_with_what_mends_it(gain: float, options: dict[str, Any]) -> None:
    def build() -> symcheck.Network:
        return network("relu", 128, 30, gain)

    with pytest.raises(AssertionError, match=r"(?s)the signal through .*build does not survive.*use gain sqrt\(2\)"):
        symcheck.assert_signal_survives(build, **options)
    if options:
        symcheck.assert_signal_survives(build)


@pytest.mark.parametrize("gain", [1.0, 0.8])
def test_selu_at_the_gain_that_keeps_signals_is_not_warned_of(gain: float) -> None:
    """Gradients grow by 1.07 a layer; the gains that lose least are smaller."""
    selu = function_named("selu")
    x, layers = RNG.standard_normal((64, 128)), []
    for i in range(30):
        weight = RNG.standard_normal((128, 128)) * gain / sqrt(128)
        z = x @ weight.T
        layers.append(Ran(f"layer {i + 1}", "layer", weight, None, x, z, None, None))
        x = selu.function(z)  # type: ignore[misc]
    delta, ran = RNG.standard_normal((64, 128)), []
    for i, layer in reversed(list(enumerate(layers))):
        if i < 29:
            delta = delta * selu.derivative(layer.outputs)  # type: ignore[misc]
        ran.append(replace(layer, output_gradient=delta, input_gradient=delta @ layer.weight))
        delta = delta @ layer.weight
    run = ModelPass(ran[::-1], x, ["weight"], [], "numbers")
    found = report_of(judged([kept(run)], "selu", None, "linear", gain=None, alpha=1e-9, most=1000.0)).findings[0]
    assert found.check == "model.gain"
    assert found.status == ("passed" if gain == 1 else "warned")


@pytest.mark.parametrize("head", ["linear", "softmax"])
@pytest.mark.parametrize(("scale", "status"), [(1, "passed"), (6, "warned"), (30, "warned")])
def test_a_first_loss_that_is_too_large_is_warned_of(head: str, scale: int, status: str) -> None:
    """Of 256 outputs: at 6 their mean square is 36, six standard deviations of the logarithm above what is let pass."""
    weights = list(network("relu", 256, 2, sqrt(2)).weights[:-1])
    last = RNG.standard_normal((256, 256)) / 16 * scale
    found = findings(symcheck.Network([*weights, last], activation="relu"), head=head)
    assert found["first_loss"].status == status


@pytest.mark.parametrize("size", [1e110, 1e200])
def test_the_layer_from_which_nothing_is_finite_is_named(size: float) -> None:
    weights = [w * size for w in network("relu", 16, 4, 1.0).weights]
    found = findings(symcheck.Network(weights, activation="relu"))["first_loss"]
    assert found.status == "failed"
    assert f"no finite square from layer {2 if size < 1e150 else 1} of 5 on" in found.message
