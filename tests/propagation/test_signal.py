"""A signal through networks of known scale: what theory predicts, what is off, grossly and slightly, and what mends it."""

from __future__ import annotations

import json
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from array_stacks import RNG, findings, network
from click.testing import CliRunner

import symcheck
from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.cli.main import symcheck as command
from symcheck.errors import SymcheckError
from symcheck.propagating import _all_zero
from symcheck.propagation import field
from symcheck.propagation.explanation import explain_signal
from symcheck.propagation.findings import report_of
from symcheck.propagation.recognised import Between, between


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_maps_of_wide_layers_are_the_moments_at_variance_one(name: str) -> None:
    found = symcheck.gain(name)
    activation = get_activation(name)
    assert found.slope is not None
    assert float(field.forward(activation, 1.0)) == pytest.approx(found.second_moment.value, rel=1e-10)
    assert float(field.backward(activation, 1.0)) == pytest.approx(found.slope.value, rel=1e-10)
    drawn = np.asarray(get_activation(name).function(1.7 * RNG.standard_normal(400_000))) ** 2  # type: ignore[misc]
    # Eight standard errors: an alarm in 1e15.
    assert abs(drawn.mean() - float(field.forward(activation, 1.7**2))) < 8 * drawn.std() / sqrt(drawn.size)


def test_the_fluctuation_of_one_layer_is_the_exact_one_of_relu() -> None:
    assert field.fluctuation(get_activation("relu"), np.array([1e-6, 1.0, 1e6])) == pytest.approx([5, 5, 5], rel=1e-10)
    assert float(field.fluctuation(get_activation("identity"), 1.0)) == pytest.approx(2, rel=1e-10)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "leaky_relu(0.2)", "erf"])
@pytest.mark.parametrize(("width", "depth"), [(16, 1), (32, 20), (128, 5)])
def test_weights_of_the_gain_that_was_asked_for_raise_no_alarm(activation: str, width: int, depth: int) -> None:
    gain = symcheck.gain(activation).gain
    found = findings(network(activation, width, depth, gain, bias=0.05), gain=activation)
    assert found["gain"].status == "passed"
    assert found["passage_forward"].status == "passed"
    assert found["passage_backward"].status == "passed"


def test_three_percent_at_depth_50_and_width_256_are_seen_and_at_2_and_16_are_not_decidable() -> None:
    deep = network("relu", 256, 50, 1.03 * sqrt(2))
    asked, free = findings(deep, gain="relu")["gain"], findings(deep)["gain"]
    assert asked.status == "failed"
    assert free.status == "warned"
    assert free.diagnosis is not None
    assert "use gain sqrt(2)" in free.diagnosis
    small = findings(network("relu", 16, 2, 1.03 * sqrt(2)), gain="relu")["gain"]
    assert small.status == "passed"
    assert "not decidable" in small.message
    signal = symcheck.signal(network("relu", 16, 2, sqrt(2)))
    assert signal.stack is not None
    assert signal.stack.scale.decidable(signal.alpha) > 0.3


def test_torch_default_under_relu_is_lost_backward_whatever_the_biases_keep_up_forward() -> None:
    width = 128
    model = network("relu", width, 30, 1 / sqrt(3), bias=1 / sqrt(width), uniform=True)
    signal = symcheck.signal(model)
    late = signal.factors[15:-1]
    assert np.mean([log(row.forward) for row in late]) == pytest.approx(0, abs=0.5)
    assert np.mean([log(row.backward) for row in late]) == pytest.approx(log(1 / 6), abs=0.5)
    assert [row.predicted_backward for row in late] == pytest.approx([1 / 6] * len(late), rel=0.1)
    found = report_of(signal).findings[0]
    assert found.status == "failed"
    assert found.message.startswith("layers 1 to 30 of 31 each multiply the gradient's second moment by 0.1")
    assert found.diagnosis is not None
    assert "uniform, variance 1/(3 fan_in)" in found.diagnosis
    assert "use gain sqrt(2)" in found.diagnosis
    assert "floor" in found.diagnosis


def test_one_layer_that_is_off_is_named() -> None:
    model = network("relu", 128, 12, sqrt(2))
    weights = [w * (0.01 if i == 6 else 1) for i, w in enumerate(model.weights)]
    found = findings(symcheck.Network(weights, activation="relu"))["gain"]
    assert found.status == "failed"
    assert found.message.startswith("layer 7 of 13 multiplies")


def test_opposite_errors_that_cancel_over_the_depth_are_still_lost_between() -> None:
    model = network("relu", 128, 20, sqrt(2))
    weights = [w * (1 if i == 20 else 0.5 if i < 10 else 2) for i, w in enumerate(model.weights)]
    assert findings(symcheck.Network(weights, activation="relu"))["gain"].status == "failed"


@pytest.mark.parametrize("activation", ["relu", "leaky_relu(0.3)", "identity"])
def test_the_edge_passes_in_an_unusual_style(activation: str) -> None:
    """Orthogonal matrices, and widths that change."""
    sizes = (40, 90, 64, 64, 100, 10)
    gain = symcheck.gain(activation).gain
    weights = []
    for n, m in pairwise(sizes):
        q = np.linalg.qr(RNG.standard_normal((max(n, m), max(n, m))))[0][:m, :n]
        weights.append(q * gain * sqrt(m / min(n, m)) * sqrt(min(n, m) / m) * sqrt(max(n, m) / n))
    found = findings(symcheck.Network(weights, activation=activation))
    assert all(f.status in ("passed", "skipped") for f in found.values()), found


@pytest.mark.parametrize("mean", [0.3, 5.0])
def test_weights_that_are_not_independent_are_told(mean: float) -> None:
    """A mean of the entries, in parts of their standard deviation: it adds up over inputs of one sign."""
    model = network("relu", 64, 4, sqrt(2))
    shifted = symcheck.Network([w + mean * sqrt(2) / 8 for w in model.weights], activation="relu")
    found = findings(shifted, inputs=np.abs(RNG.standard_normal((8, 64))))
    assert found["passage_forward"].status == "warned"
    if mean > 1:
        assert found["passage_backward"].status == "warned"


@pytest.mark.parametrize("mean", [1.0, 0.5])
def test_a_prediction_whose_premise_fails_decides_nothing(mean: float) -> None:
    """Of the right second moment, but with a mean: the signal is multiplied by the width times its square a layer."""
    square = 2 / 64
    spread = sqrt(square * (1 - mean**2))
    weights = [np.full((64, 64), sqrt(square) * mean) + spread * RNG.standard_normal((64, 64)) for _ in range(20)]
    found = findings(symcheck.Network(weights, activation="relu"))
    assert found["gain"].status == "skipped"
    assert found["forward"].status == found["backward"].status == "failed"


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu(0.2)"])
def test_values_that_several_activations_have_are_not_taken_for_the_identitys(activation: str) -> None:
    """Values that are tiny from the second layer on."""
    signal = symcheck.signal(network(activation, 32, 4, 1e-3))
    assert [layer.activation for layer in signal.layers[:-1]] == [activation] * 4
    stretch = signal.stack.stretch if signal.stack is not None else None
    assert stretch is None or stretch.activation == activation


@pytest.mark.parametrize(("bias", "activation"), [(50.0, "relu"), (1e7, "gelu"), (1e7, "silu"), (-50.0, "relu")])
def test_a_layer_of_one_sign_has_the_activation_of_the_others(bias: float, activation: str) -> None:
    model = network(activation, 32, 4, 1.0)
    biases = [np.full(len(w), bias * (i == 1)) for i, w in enumerate(model.weights)]
    signal = symcheck.signal(symcheck.Network(model.weights, biases, activation=activation))
    assert [layer.activation for layer in signal.layers[:-1]] == [activation] * (len(signal.layers) - 1)


def test_an_activation_that_is_met_by_a_few_samples_only_is_no_relu() -> None:
    z = np.abs(RNG.standard_normal((64, 16)))
    z[::2] *= -1
    z[40, 3] = 7.0
    assert between([(z, np.clip(z, -1, 6)), (z, np.maximum(z, 0))], [16, 16]) == [Between(), Between("relu")]
    assert between([(z, np.clip(z, 0, 6))], [16]) == [Between("relu6")]


def test_dead_saturated_and_unreached_parts_are_told() -> None:
    weights = list(network("relu", 32, 3, sqrt(2)).weights)
    weights[1] = -np.abs(weights[1])
    found = findings(symcheck.Network(weights, activation="relu"))
    assert found["units"].status == "failed"
    assert "32 units on every input" in found["units"].message
    assert found["reached"].status == "failed"
    wide = findings(network("tanh", 32, 3, 30.0))["units"]
    assert wide.status == "warned"
    assert "within 1 % of a limit" in wide.message


def test_a_last_layer_of_zeros_is_no_fault() -> None:
    weights = list(network("relu", 64, 3, sqrt(2)).weights)
    weights[-1] = np.zeros_like(weights[-1])
    found = findings(symcheck.Network(weights, activation="relu"))
    assert all(f.status != "failed" for f in found.values())
    assert found["reached"].status == "passed"
    assert "3 of them after a few steps only" in found["reached"].message
    assert found["gain"].status == "passed"


def test_the_first_loss_is_compared_with_knowing_nothing() -> None:
    weights = list(network("relu", 64, 2, sqrt(2)).weights)
    small = findings(symcheck.Network([*weights[:-1], weights[-1] * 0.01], activation="relu"), head="softmax")
    assert small["first_loss"].measured == pytest.approx(log(4), rel=1e-3)
    large = findings(symcheck.Network([*weights[:-1], weights[-1] * 30], activation="relu"), head="softmax")
    assert large["first_loss"].status == "warned"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"head": "sigmoid"}, "head must be"),
        ({"gain": -1.0}, "a gain is a positive number"),
        ({"gain": "rely"}, "did you mean relu"),
        ({"most": 0.5}, "most is a factor"),
        ({"inputs": np.ones((3, 5))}, "takes 8 inputs a sample"),
        ({"inputs": np.full((3, 8), np.nan)}, "not finite"),
        ({"inputs": np.zeros((3, 8))}, "all 0: there is no signal in them"),
        ({"inputs": "text"}, "no numbers"),
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SymcheckError, match=words):
        symcheck.signal(network("relu", 8, 1, 1.0), **options)


def test_a_network_that_is_not_finite_is_refused() -> None:
    weights = [w.copy() for w in network("relu", 8, 2, 1.0).weights]
    weights[1][0, 0] = np.nan
    with pytest.raises(SymcheckError, match="the weight of layer 2 is not finite"):
        symcheck.signal(symcheck.Network(weights))


FACTORY = """
import numpy as np, symcheck
def build():
    rng = np.random.default_rng()
    return symcheck.Network([rng.standard_normal((64, 64)) * {std} for _ in range(12)], activation="relu")
"""


@pytest.mark.parametrize(("std", "status"), [(sqrt(2 / 64), 0), (0.02, 1)])
def test_the_command_exits_as_check_does_and_writes_json(tmp_path: Path, std: float, status: int) -> None:
    file = tmp_path / "nets.py"
    file.write_text(FACTORY.format(std=std))
    done = CliRunner().invoke(command, ["signal", f"{file}:build", "--json", "-"])
    assert done.exit_code == status, done.output
    told = json.loads(done.output)
    assert told["verdict"] == ("failed" if status else "passed")
    assert told["draws"] == 4
    assert len(told["layers"]) == 12
    assert told["layers"][0]["predicted_backward"] == pytest.approx(std**2 * 32, rel=0.2)
    shown = CliRunner().invoke(command, ["signal", f"{file}:build"])
    assert shown.exit_code == status
    assert "backward" in shown.output


def test_every_finding_is_explained() -> None:
    for check in findings(network("relu", 16, 3, sqrt(2))):
        assert "What to try" in explain_signal(f"model.{check}")
    with pytest.raises(SymcheckError, match="did you mean model.gain"):
        explain_signal("model.gains")


@pytest.mark.parametrize("scale", [1e200, 1e120])
def test_of_signals_that_are_not_finite_nothing_is_said_to_pass_but_their_passages(scale: float) -> None:
    weights = [w.copy() for w in network("relu", 8, 3, 1.0).weights]
    for w in weights[:2]:
        w *= scale
    status = {f.check: f.status for f in symcheck.signal(symcheck.Network(weights, activation="relu")).report.findings}
    passed = {check for check, one in status.items() if one == "passed"}
    assert status["model.first_loss"] == "failed"
    assert passed <= {"model.passage_forward", "model.passage_backward"}


def test_ids_beside_a_mask_of_zeros_are_a_signal() -> None:
    assert _all_zero(np.zeros((3, 4)))
    assert not _all_zero((np.zeros((3, 4), int), np.zeros((3, 4))))
    assert not _all_zero((np.ones((3, 4)), np.zeros((3, 4))))
    assert not _all_zero(None)
