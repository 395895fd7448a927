"""What a second function gives is compared with the forward's outputs: other ones fail, a decision by them does not."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from written_networks import written

import symcheck
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.properties import properties
from symcheck.suite.settlement_sentences import settlement_lines

PLACE = "    def backward(self, y):\n"
PASS = """
    def predict(self, X):
        h = X
        for l, (W, b) in enumerate(zip(self.W, self.b)):
            h = W @ h + b
            if l < len(self.W) - 1:
                h = act(h)
        return h

"""
OWN_PASS = "        return h\n\n"


def opened(folder: Path, predict: str) -> Implementation:
    text = Path(written(folder, (PLACE, predict.lstrip("\n") + PLACE))).read_text()
    module = ModuleType("net")
    exec(text, vars(module))
    module.Net.__module__ = "net"
    sys.modules["net"] = module
    return open_subject(module.Net, Options())


def failure(subject: Implementation) -> PropertyFailure | None:
    (body,) = (p for p in properties() if p.__name__ == "test_predictions_are_made_of_the_outputs")
    try:
        body(implementation=subject)
    except pytest.skip.Exception:
        assert subject.offer.second == ()
    except PropertyFailure as found:
        return found
    return None


@pytest.mark.parametrize(
    "made",
    [
        "h",
        "h.argmax(axis=0)",
        "1 + h.argmax(axis=0)",
        "np.eye(len(h))[:, h.argmax(axis=0)]",
        "h > 0.5",
        "(h > 0).astype(int)",
        "np.where(h > 0.25, 1, -1)",
        "np.round(h)",
        "np.round(h, 3)",
        "np.argmax(self.forward(X), axis=0)",
        "'yes'",
        "None",
    ],
)
def test_the_same_outputs_and_decisions_by_them_pass(made: str, tmp_path: Path) -> None:
    assert failure(opened(tmp_path, PASS.replace(OWN_PASS, f"        return {made}\n\n"))) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("h = W @ h + b", "h = W @ h", "in predict the biases are missing"),
        ("h = act(h)", "pass", "in predict the activation of the hidden layers is missing"),
        ("h = act(h)", "h = h * (h > 0)", "in predict its hidden layers have relu, those of the forward tanh"),
        (
            "            if l < len(self.W) - 1:\n    ",
            "",
            "in predict its outputs go through tanh, those of the forward through identity",
        ),
        ("h = W @ h + b", "h = 1.001 * W @ h + b", "predict(X) gives other outputs than the forward"),
        ("return h", "return h.argmin(axis=0)", "predict(X) decides by something else"),
        ("return h", "return (h < 0).astype(int)", "predict(X) decides by something else"),
        ("return h", "return h.argmax(axis=1)", None),
    ],
)
def test_other_outputs_fail(old: str, new: str, said: str | None, tmp_path: Path) -> None:
    found = failure(opened(tmp_path, PASS.replace(old, new)))
    if said is None:
        # As many numbers as there are outputs are compared with nothing.
        assert found is None
        return
    assert found is not None
    assert said in f"{found.mistake} {found.sentence}"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("1 / (1 + np.exp(-h))", "predict(X) gives the sigmoid of what the forward gives"),
        ("np.exp(h) / np.exp(h).sum(axis=0)", "predict(X) gives the softmax of what the forward gives"),
    ],
)
def test_an_activation_between_the_two_is_said_first(made: str, said: str, tmp_path: Path) -> None:
    subject = opened(tmp_path, PASS.replace(OWN_PASS, f"        return {made}\n\n"))
    assert failure(subject) is None
    assert any(line.startswith(said) for line in settlement_lines(subject))


def test_what_is_compared_stands_in_the_report(tmp_path: Path) -> None:
    path = written(tmp_path, (PLACE, PASS.lstrip("\n").replace("h = W @ h + b", "h = W @ h") + PLACE))
    report = symcheck.check(path, only=["implementation.predictions_are_made_of_the_outputs"])
    assert report.verdict is not None
    assert report.verdict.sentences == ["1 failure of 1: in predict the biases are missing"]


FUNCTIONS = """import numpy as np

def init_params(n_x, n_h, n_y):
    return np.random.randn(n_h, n_x), np.random.randn(n_y, n_h)

def forward(W1, W2, X):
    A1 = np.tanh(W1 @ X)
    A2 = W2 @ A1
    return A1, A2

def backward(W1, W2, A1, A2, X, Y):
    d = (A2 - Y) / X.shape[1]
    return ((W2.T @ d) * (1 - A1 ** 2)) @ X.T, d @ A1.T

def get_predictions(A2):
    return np.argmax(A2, 0)

def make_predictions(W1, W2, X):
    return get_predictions(forward({})[1])
"""


@pytest.mark.parametrize(("handed", "relation"), [("W1, W2, X", "decided"), ("W1 + 1, W2, X", "other")])
def test_a_decision_about_outputs_that_it_is_handed_is_none_about_inputs(
    handed: str, relation: str, tmp_path: Path
) -> None:
    path = tmp_path / "net.py"
    path.write_text(FUNCTIONS.format(handed))
    subject = open_subject(str(path), Options())
    assert isinstance(subject, Implementation)
    told = {second.told: second.relation for second in subject.offer.second}
    subject.close()
    assert told == {"make_predictions(W1, W2, X)": relation}
