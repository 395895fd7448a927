"""A penalty inside the gradients of right code is measured and said first, or held to what is declared."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck
from symcheck.report import Report

LINE = "            self.dW[l] = delta @ self.a[l].T\n"
BIAS = "            self.db[l] = delta.sum(axis=1, keepdims=True)\n"
ONLY = [
    f"implementation.{name}"
    for name in (
        "gradients_are_those_of_the_loss",
        "gradients_of_a_batch_are_means",
        "steps_are_those_of_the_optimizer",
        "units_with_their_own_inputs_are_not_tied",
        "float64_is_computed_in_float64",
        "tied_units_train_as_one",
        "small_weights_do_not_saturate",
    )
]


def added(term: str) -> tuple[str, str]:
    return LINE, LINE.rstrip("\n") + f" + {term}\n"


def said(report: Report) -> list[str]:
    return [note for note in report.notes if note.startswith("its gradients contain")]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("0.1 * self.W[l]", "an L2 penalty, 0.1 W (weights alone), which is declared nowhere: say l2 = 0.1"),
        ("0.25 * self.W[l] / m", "an L2 penalty, 0.25 W / m (weights alone)"),
        ("1e-3 * np.sign(self.W[l])", "an L1 penalty, 0.001 sign(W) (weights alone)"),
        (
            "0.1 * self.W[l] + 0.01 * np.sign(self.W[l])",
            "an L2 and an L1 penalty, 0.1 W + 0.01 sign(W) (weights alone)",
        ),
        ("0.1 * np.where(self.W[l] < 0, -1, 1)", "an L1 penalty, 0.1 sign(W) (weights alone)"),
    ],
)
def test_a_penalty_that_is_declared_nowhere_is_said_and_fails_nothing(term: str, words: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, added(term)), only=ONLY)
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert sum(f.status == "passed" for f in report.findings) == len(ONLY)
    (note,) = said(report)
    assert words in note


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("factor", "words"), [(0.1, "0.1 W (weights and biases)"), (0.3, "0.1 W (weights) and 0.3 b (biases)")]
)
def test_a_penalty_on_biases_as_well_is_told_apart(factor: float, words: str, tmp_path: Path) -> None:
    bias = (BIAS, BIAS.rstrip("\n") + f" + {factor} * self.b[l]\n")
    report = symcheck.check(written(tmp_path, added("0.1 * self.W[l]"), bias), only=ONLY)
    assert report.passed
    assert words in said(report)[0]


@pytest.mark.first(1)
@pytest.mark.parametrize(("declared", "passes"), [(0.1, True), (0.2, False), (0.1001, False)])
def test_what_is_declared_is_what_gradients_are_held_to(declared: float, passes: bool, tmp_path: Path) -> None:
    path = Path(written(tmp_path, added("0.1 * self.W[l]")))
    path.write_text(path.read_text() + f"\nl2 = {declared}\n")
    report = symcheck.check(str(path), only=ONLY[:1])
    assert report.passed == passes
    assert ("as declared" in said(report)[0]) == passes


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("term", "words"),
    [("0.1 * self.W[l] * (l == 0)", "0.1 W1"), ("0.25 * (l + 1) * self.W[l]", "0.25 W1, 0.5 W2, 0.75 W3")],
)
def test_a_penalty_that_differs_from_layer_to_layer_fails(term: str, words: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, added(term)), only=ONLY[:1])
    assert report.verdict is not None
    assert report.verdict.sentences[0].endswith(f"in a network of 3 layers {words}")
    assert said(report) == []


MOMENTUM = (
    ("def backward", "def _back"),
    ("self.backward", "self._back"),
    (
        "    def update(self, lr):\n",
        "    def train_step(self, X, y, lr):\n        self.forward(X)\n        self._back(y)\n",
    ),
    ("self.update(lr)", "pass"),
    (
        "        self.b = [np.zeros((n, 1)) for n in sizes[1:]]\n",
        "        self.b = [np.zeros((n, 1)) for n in sizes[1:]]\n        self.v = [0 * W for W in self.W]\n        self.u = [0 * b for b in self.b]\n",
    ),
    (
        "self.W[l] -= lr * self.dW[l]",
        "self.v[l] = 0.9 * self.v[l] + self.dW[l]\n            self.W[l] -= lr * self.v[l]",
    ),
    (
        "self.b[l] -= lr * self.db[l]",
        "self.u[l] = 0.9 * self.u[l] + self.db[l]\n            self.b[l] -= lr * self.u[l]",
    ),
)


def test_beside_momentum_a_penalty_is_taken_off_the_steps_that_carry_it_on(tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, added("0.1 * self.W[l]"), *MOMENTUM), only=[ONLY[0], ONLY[2]])
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert "0.1 W (weights alone)" in said(report)[0]
    assert any("its steps are those of momentum (momentum 0.9)" in note for note in report.notes)


def test_beside_nesterov_it_is_measured_by_the_first_step_which_is_larger(tmp_path: Path) -> None:
    further = [
        (
            old,
            new.replace("lr * self.v[l]", "lr * (self.dW[l] + 0.9 * self.v[l])").replace(
                "lr * self.u[l]", "lr * (self.db[l] + 0.9 * self.u[l])"
            ),
        )
        for old, new in MOMENTUM
    ]
    report = symcheck.check(written(tmp_path, added("0.1 * self.W[l]"), *further), only=[ONLY[0], ONLY[2]])
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert "0.1 W (weights alone)" in said(report)[0]
    assert any("its steps are those of nesterov (momentum 0.9)" in note for note in report.notes)


def test_in_single_precision_a_penalty_is_measured_too(tmp_path: Path) -> None:
    narrow = (
        "            z = W @ self.a[-1] + b\n",
        "            z = np.float32(W) @ np.float32(self.a[-1]) + np.float32(b)\n",
    )
    error = ("(self.a[-1] - y) / m", "np.float32(self.a[-1] - y) / np.float32(m)")
    back = ("(self.W[l].T @ delta)", "(np.float32(self.W[l].T) @ delta)")
    report = symcheck.check(written(tmp_path, added("np.float32(0.1 * self.W[l])"), narrow, error, back), only=ONLY[:1])
    assert report.passed
    assert "0.1 W (weights alone)" in said(report)[0]


@pytest.mark.soak
def test_where_the_loss_is_declared_and_no_penalty_is_it_fails(tmp_path: Path) -> None:
    path = Path(written(tmp_path, added("0.1 * self.W[l]")))
    lines = "loss = 'squared_error'\nreduction = 'samples'\nloss_factor = 0.5\noutput_activation = 'identity'\n"
    path.write_text(f"{path.read_text()}\n{lines}")
    report = symcheck.check(str(path), only=ONLY[:1])
    assert report.verdict is not None
    assert "an L2 penalty" in report.verdict.sentences[0]
    path.write_text(f"{path.read_text()}\nl2 = 0.1\n")
    assert symcheck.check(str(path), only=ONLY[:1]).passed


@pytest.mark.soak
def test_steps_alone_with_a_penalty_are_judged_without_it(tmp_path: Path) -> None:
    path = Path(written(tmp_path, added("0.1 * self.W[l]")))
    text = path.read_text()
    for old, new in (("def backward", "def _back"), ("self.backward", "self._back"), ("def update", "def _move")):
        text = text.replace(old, new)
    path.write_text(text.replace("self.update", "self._move"))
    report = symcheck.check(str(path), only=ONLY)
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert "0.1 W (weights alone)" in said(report)[0]


@pytest.mark.soak
@pytest.mark.first(1)
@pytest.mark.parametrize("term", ["0.1 * self.W[l]", "1e-3 * np.sign(self.W[l])"], ids=["l2", "l1"])
def test_a_mistake_beside_a_penalty_is_named_alone(term: str, tmp_path: Path) -> None:
    slope = ("    return 1 - np.tanh(z) ** 2\n", "    return 1 - np.tanh(z)\n")
    report = symcheck.check(written(tmp_path, added(term), slope), only=ONLY)
    assert report.verdict is not None
    assert report.verdict.sentences[0].startswith("one mistake explains all ")
    assert "derivative of tanh is written as 1 - h" in report.verdict.sentences[0]
    assert said(report)
