"""Activations of which the suite knows nothing: gradients are held to difference quotients of the code's own outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck

ACT, SLOPE = "    return np.tanh(z)\n", "    return 1 - np.tanh(z) ** 2\n"
OWN = "implementation.gradients_are_those_of_its_own_outputs"
OUTPUTS = "implementation.outputs_are_those_of_the_network"
LOSS = "implementation.gradients_are_those_of_the_loss"

#: Name -> the activation, its slope, a slope that is grossly wrong and one that is slightly, and what is said of the units.
KINDS = {
    "selu": (
        "1.0507 * np.where(z > 0, z, 1.67326 * (np.exp(np.minimum(z, 0)) - 1))",
        "1.0507 * np.where(z > 0, 1, 1.67326 * np.exp(np.minimum(z, 0)))",
        "np.where(z > 0, 1, 1.67326 * np.exp(np.minimum(z, 0)))",
        "1.0507 * np.where(z > 0, 1, 1.6733 * np.exp(np.minimum(z, 0)))",
        "1.0507 times elu(1.6733)",
    ),
    "hard tanh": (
        "np.clip(z, -1, 1)",
        "(np.abs(z) < 1) * 1.0",
        "1 - np.clip(z, -1, 1) ** 2",
        "(np.abs(z) < 1) * 1.0001",
        "hard tanh (z cut off at -1 and 1)",
    ),
    "relu6": ("np.clip(z, 0, 6)", "((z > 0) & (z < 6)) * 1.0", "np.sign(z)", "((z > 0) & (z < 6)) * 0.9999", "relu6"),
    "relu above a threshold, where it jumps": (
        "np.where(z > 0.5, z, 0.0)",
        "(z > 0.5) * 1.0",
        "(z > 0) * 1.0",
        "(z > 0.5) * 0.9999",
        "and so are not judged",
    ),
    "mish": (
        "z * np.tanh(np.log1p(np.exp(z)))",
        "np.tanh(np.log1p(np.exp(z))) + z * (1 - np.tanh(np.log1p(np.exp(z))) ** 2) / (1 + np.exp(-z))",
        "np.tanh(np.log1p(np.exp(z)))",
        "np.tanh(np.log1p(np.exp(z))) + z * (1 - np.tanh(np.log1p(np.exp(z))) ** 2) / (1.001 + np.exp(-z))",
        "mish",
    ),
    "LeCun's tanh, by a name that is in the code": (
        "1.7159 * np.tanh(2 * z / 3)",
        "1.7159 * 2 / 3 * (1 - np.tanh(2 * z / 3) ** 2)",
        "1.7159 * (1 - np.tanh(2 * z / 3) ** 2)",
        "1.7159 * 0.6666 * (1 - np.tanh(2 * z / 3) ** 2)",
        "1.7159 times tanh(0.66667 z)",
    ),
    "a tent, by a name that is in the code": (
        "np.maximum(0, 1 - np.abs(z))",
        "-np.sign(z) * (np.abs(z) < 1)",
        "np.sign(z) * (np.abs(z) < 1)",
        "-1.0001 * np.sign(z) * (np.abs(z) < 1)",
        "a tent (1 - |z|, 0 beyond -1 and 1)",
    ),
    "soft shrinkage": (
        "np.sign(z) * np.maximum(np.abs(z) - 0.5, 0)",
        "(np.abs(z) > 0.5) * 1.0",
        "(np.abs(z) < 0.5) * 1.0",
        "(np.abs(z) > 0.5) * 0.9999",
        "soft shrinkage (z moved by 1/2 towards 0)",
    ),
    "gelu by its approximation, in which tanh is named": (
        "0.5 * z * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3)))",
        "0.5 * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3))) + 0.5 * z * (1 - np.tanh(0.7978845608 * (z + 0.044715 * "
        "z**3)) ** 2) * 0.7978845608 * (1 + 0.134145 * z**2)",
        "0.5 * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3)))",
        "0.5 * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3))) + 0.5 * z * (1 - np.tanh(0.7978845608 * (z + 0.044715 * "
        "z**3)) ** 2) * 0.7978845608 * (1 + 0.1342 * z**2)",
        "the tanh approximation of gelu",
    ),
}


def network(folder: Path, kind: str, slope: str = "") -> str:
    function, right, *_ = KINDS[kind]
    return written(folder, (ACT, f"    return {function}\n"), (SLOPE, f"    return {slope or right}\n"))


#: One of which nothing is named in the code, and one of which something is; the others in a stage of CI.
SHORT = ("selu", "LeCun's tanh, by a name that is in the code")
EVERY = [pytest.param(kind, marks=() if kind in SHORT else pytest.mark.soak) for kind in KINDS]


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", EVERY)
def test_right_code_passes_and_what_is_not_judged_is_said_first(kind: str, tmp_path: Path) -> None:
    report = symcheck.check(network(tmp_path, kind))
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert {f.check: f.status for f in report.findings}[OWN] == "passed"
    assert report.verdict is not None
    (first,) = report.verdict.sentences
    assert first.startswith("undecided: its outputs are those of no activation that is known")
    assert KINDS[kind][-1] in first
    assert any(note.startswith("these are the gradients of half the squared error") for note in report.notes)


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("how", [2, 3], ids=["grossly", "slightly"])
def test_a_wrong_derivative_fails_and_is_named_first(kind: str, how: int, tmp_path: Path) -> None:
    report = symcheck.check(network(tmp_path, kind, KINDS[kind][how]), only=[OUTPUTS, LOSS, OWN])
    assert report.verdict is not None
    assert "derivative of the hidden activation is" in report.verdict.sentences[0]
    assert not report.passed


@pytest.mark.soak
def test_a_loss_that_is_declared_is_what_gradients_are_held_to(tmp_path: Path) -> None:
    path = Path(network(tmp_path, "selu"))
    text = path.read_text()
    path.write_text(
        text + "\nloss = 'squared_error'\nreduction = 'samples'\nloss_factor = 0.5\noutput_activation = 'identity'\n"
    )
    assert symcheck.check(str(path), only=[OWN]).passed
    path.write_text(
        text + "\nloss = 'squared_error'\nreduction = 'samples'\nloss_factor = 1.0\noutput_activation = 'identity'\n"
    )
    report = symcheck.check(str(path), only=[OWN])
    assert not report.passed
    assert report.verdict is not None
    assert "they are too small by 2" in report.verdict.sentences[0]


@pytest.mark.soak
def test_gradients_that_are_wrong_otherwise_are_not_blamed_on_the_derivative(tmp_path: Path) -> None:
    selu = [(ACT, f"    return {KINDS['selu'][0]}\n"), (SLOPE, f"    return {KINDS['selu'][1]}\n")]
    report = symcheck.check(
        written(tmp_path, *selu, ("self.dW[l] = delta", "self.dW[l] = (1 + (l == 0)) * delta")), only=[OWN]
    )
    assert report.verdict is not None
    assert "backward gives other gradients than those of what forward computes" in report.verdict.sentences[0]


def test_where_the_activation_is_known_the_quotients_are_not_needed(tmp_path: Path) -> None:
    (finding,) = symcheck.check(written(tmp_path), only=[OWN]).findings
    assert finding.status == "skipped"
    assert finding.message.startswith("its activation is known")


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("function", "passes"),
    [
        ("np.exp(z) / np.exp(z).sum()", False),
        ("np.sin(3 * z) + 1e-5 * z.mean(axis=1, keepdims=True)", False),
        ("np.sin(3 * z)", True),
    ],
    ids=["grossly", "slightly", "right"],
)
def test_outputs_that_take_something_from_the_whole_batch_are_named_of_any_activation(
    function: str, passes: bool, tmp_path: Path
) -> None:
    changes = (ACT, f"    return {function}\n"), (SLOPE, "    return 3 * np.cos(3 * z)\n")
    report = symcheck.check(
        written(tmp_path, *changes), only=[OUTPUTS, "implementation.outputs_of_a_sample_are_its_own"]
    )
    assert report.passed == passes
    assert report.verdict is not None
    assert ("something is computed from the whole batch" in report.verdict.sentences[0]) != passes


@pytest.mark.soak
@pytest.mark.parametrize(
    ("function", "right", "wrong", "said"),
    [
        pytest.param(
            *("np.clip(z, 0, 6)", "((z > 0) & (z < 6)) * 1.0", "(z > 0) * 1.0", "is wrong: backward multiplies by 1"),
            marks=pytest.mark.soak,
        ),
        ("np.where(z > 7, 7 + 1.1 * (z - 7), z)", "np.where(z > 7, 1.1, 1)", "1.0 + 0 * z", "is missing"),
    ],
    ids=["cut off", "bent a little"],
)
def test_a_derivative_that_is_wrong_far_from_0_alone_fails(
    function: str, right: str, wrong: str, said: str, tmp_path: Path
) -> None:
    reports = [
        symcheck.check(
            written(tmp_path, (ACT, f"    return {function}\n"), (SLOPE, f"    return {slope}\n")), only=[OWN, OUTPUTS]
        )
        for slope in (right, wrong)
    ]
    assert [report.passed for report in reports] == [True, False]
    assert reports[1].verdict is not None
    assert f"derivative of the hidden activation {said}" in reports[1].verdict.sentences[0]


SOFTMAX_INSIDE = "    return np.exp(z) / np.exp(z).sum(axis=0)\n"


def test_a_factor_for_each_unit_in_place_of_a_matrix_is_named(tmp_path: Path) -> None:
    changes = (ACT, SOFTMAX_INSIDE), (SLOPE, "    return act(z) * (1 - act(z))\n")
    report = symcheck.check(written(tmp_path, *changes), only=[OWN, OUTPUTS])
    assert report.verdict is not None
    assert "is no factor for each unit" in report.verdict.sentences[0]


@pytest.mark.soak
def test_the_matrix_of_a_hidden_softmax_passes(tmp_path: Path) -> None:
    line = "                delta = (self.W[l].T @ delta) * slope(self.z[l - 1])\n"
    matrix = (
        "                below = self.W[l].T @ delta\n"
        "                delta = self.a[l] * (below - (below * self.a[l]).sum(axis=0))\n"
    )
    report = symcheck.check(written(tmp_path, (ACT, SOFTMAX_INSIDE), (line, matrix)), only=[OWN, OUTPUTS])
    assert [f.message for f in report.findings if f.bad] == []


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "coupled", ["z - z.mean(axis=0, keepdims=True)", "z / (1 + np.abs(z).sum(axis=0, keepdims=True))"]
)
def test_units_that_depend_on_each_other_are_given_no_activation(coupled: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, (ACT, f"    return {coupled}\n")), only=[OUTPUTS])
    told = [*report.notes, *(finding.message for finding in report.findings)]
    assert "hidden units compute" not in " ".join(told)
