"""Code that computes in float32 inside is judged with that rounding, which is said once; faults in it are still found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from objectives import FORMS
from written_networks import written

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.diagnosis.single_precision import works_in_single
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject
from symcheck.suite.experiments import frame_of
from symcheck.types import Array, Params

WEIGHTS = (
    "        self.a, self.z = [X], []\n",
    "        self.W = [W.astype(np.float32) for W in self.W]\n        self.b = [b.astype(np.float32) for b in self.b]\n"
    "        self.a, self.z = [X.astype(np.float32)], []\n",
)
#: All in single precision, activations alone, and gradients alone.
INSIDE = {
    "all": [WEIGHTS],
    "activations": [("            self.a.append(act(z) if", "            self.a.append(act(z).astype(np.float32) if")],
    "deltas": [("delta = (self.a[-1] - y) / m", "delta = ((self.a[-1] - y) / m).astype(np.float32)")],
}
WRONG = {
    "grossly": ("return 1 - np.tanh(z) ** 2", "return 1 - np.tanh(z)"),
    "slightly": ("return 1 - np.tanh(z) ** 2", "return 1.001 - np.tanh(z) ** 2"),
}


@pytest.mark.parametrize(
    "where", [pytest.param(where, marks=() if where == "all" else pytest.mark.soak) for where in INSIDE]
)
def test_right_code_passes_and_the_precision_is_said_once(where: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, *INSIDE[where]))
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert sum("float32" in note for note in report.notes) == 1
    statuses = {f.check.removeprefix("implementation."): f.status for f in report.findings}
    assert statuses["gradients_are_those_of_the_loss"] == "passed"
    assert statuses["float64_is_computed_in_float64"] == "skipped"


@pytest.mark.first(1)
@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("where", INSIDE)
def test_faults_are_found_all_the_same(where: str, wrong: str, tmp_path: Path) -> None:
    path = written(tmp_path, *INSIDE[where], WRONG[wrong])
    assert not symcheck.check(path, only=["implementation.gradients_are_those_of_the_loss"]).passed


@pytest.mark.soak
@pytest.mark.first(1)
@pytest.mark.parametrize(("slope", "passes"), [("1 - np.tanh(z) ** 2", True), ("1.001 - np.tanh(z) ** 2", False)])
def test_weights_that_are_made_in_it_are_judged_with_its_rounding(slope: str, passes: bool, tmp_path: Path) -> None:
    made = ("np.random.randn(b, a) / np.sqrt(a) for", "np.float32(np.random.randn(b, a) / np.sqrt(a)) for")
    inputs = ("self.a, self.z = [X], []", "self.a, self.z = [X.astype(np.float32)], []")
    steps = [
        ("self.W[l] -= lr * self.dW[l]", "self.W[l] -= np.float32(lr) * self.dW[l].astype(np.float32)"),
        ("self.b[l] -= lr * self.db[l]", "self.b[l] -= np.float32(lr) * self.db[l].astype(np.float32)"),
    ]
    path = written(tmp_path, made, inputs, *steps, ("return 1 - np.tanh(z) ** 2", f"return {slope}"))
    report = symcheck.check(path)
    assert report.passed == passes
    assert sum("float32" in note for note in report.notes) == 1


@pytest.mark.first(1)
@pytest.mark.parametrize("form", ["column_network", "two_layer_net", "train_and_query", "course_dictionary"])
def test_double_precision_is_not_taken_for_single(form: str) -> None:
    opened = open_subject(str(FORMS / f"{form}.py"), Options())
    assert isinstance(opened, Implementation)
    assert not works_in_single(opened, frame_of(opened))
    opened.close()


class _Runaway(CorrectMLP):
    """Says that it computes in float32, and gives what that does not hold."""

    dtype = "float32"

    def forward(self, params: Params, X: Array) -> Array:
        return 1e39 * (1 + super().forward(params, X) ** 2)


@pytest.mark.soak
def test_what_float32_does_not_hold_is_judged_as_it_is() -> None:
    only = ["implementation.outputs_are_those_of_the_network", "implementation.tied_units_cannot_fit_exclusive_or"]
    report = symcheck.check(_Runaway(), only=only)
    assert not report.passed
    assert "fault of symcheck" not in " ".join(finding.message for finding in report.findings)


@pytest.mark.parametrize(
    "change",
    [
        ("            z = W @ self.a[-1] + b\n", "            z = np.round(W @ self.a[-1] + b, 7)\n"),
        (" else z)\n", " else np.round(z, 8))\n"),
    ],
    ids=["every layer", "outputs"],
)
def test_sums_that_are_rounded_to_decimals_are_not_taken_for_single_precision(
    change: tuple[str, str], tmp_path: Path
) -> None:
    opened = open_subject(written(tmp_path, change), Options())
    assert isinstance(opened, Implementation)
    single = works_in_single(opened, frame_of(opened))
    opened.close()
    assert not single


class _SingleSoftmax(CorrectMLP):
    """Classes, in float32 throughout."""

    dtype, loss = "float32", "softmax_cross_entropy"

    def forward(self, params: Params, X: Array) -> Array:
        return super().forward([(W.astype("float32"), b.astype("float32")) for W, b in params], X.astype("float32"))

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        single = [(W.astype("float32"), b.astype("float32")) for W, b in params]
        return super().gradients(single, X.astype("float32"), Y.astype("float32"))


class _SingleOverflow(_SingleSoftmax):
    def softmax(self, z: Array) -> Array:
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("kind", "passes"), [(_SingleSoftmax, True), (_SingleOverflow, False)])
def test_a_softmax_in_it_is_held_to_its_rounding(kind: type[CorrectMLP], passes: bool) -> None:
    (finding,) = symcheck.check(kind(), only=["implementation.softmax_does_not_overflow"]).findings
    assert finding.bad != passes, finding.message
