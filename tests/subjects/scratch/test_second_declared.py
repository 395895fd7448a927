"""What code of the protocol has beside its forward is compared with it: other outputs fail, a decision by them does not."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject

PREDICTIONS = "implementation.predictions_are_made_of_the_outputs"

NETWORK = """
import numpy as np

activation = "relu"


def forward(params, X):
    h = X
    for i, (W, b) in enumerate(params):
        h = h @ W.T + b
        h = np.maximum(h, 0) if i < len(params) - 1 else h
    return h


def initialize(sizes, rng):
    return [(rng.standard_normal((n, m)), np.zeros(n)) for m, n in zip(sizes, sizes[1:])]


def predict(params, X):
"""
ITS_OWN_PASS = "    h = X\n    for W, b in params:\n        h = {}\n    return h{}\n"

RIGHT = {
    "a class": "    return forward(params, X).argmax(axis=1)\n",
    "shares": "    e = np.exp(forward(params, X))\n    return e / e.sum(axis=1, keepdims=True)\n",
    "unit rows": "    return np.eye(params[-1][0].shape[0])[forward(params, X).argmax(axis=1)]\n",
}
WRONG = {
    "relu at the end": (ITS_OWN_PASS.format("np.maximum(h @ W.T + b, 0)", ""), "its outputs go through relu"),
    "no activation": (ITS_OWN_PASS.format("h @ W.T + b", ""), "the activation of the hidden layers is missing"),
    "a class by no activation": (ITS_OWN_PASS.format("h @ W.T + b", ".argmax(axis=1)"), "decides by something else"),
}


def written(folder: Path, body: str) -> str:
    path = folder / "net.py"
    path.write_text(NETWORK + body)
    return str(path)


@pytest.mark.parametrize("kind", RIGHT)
def test_what_is_made_of_the_outputs_passes(kind: str, tmp_path: Path) -> None:
    subject = open_subject(written(tmp_path, RIGHT[kind]), Options())
    assert isinstance(subject, Implementation)
    subject.close()
    (second,) = subject.offer.second
    assert second.relation in ("decided", "after")
    assert "predict" not in subject.offer.unused


@pytest.mark.parametrize("kind", WRONG)
def test_another_pass_fails_and_is_named(kind: str, tmp_path: Path) -> None:
    body, said = WRONG[kind]
    report = symcheck.check(written(tmp_path, body), only=[PREDICTIONS])
    assert not report.passed
    assert report.verdict is not None
    (finding,) = report.findings
    assert said in report.verdict.sentences[0] or said in finding.message


def test_a_function_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(NETWORK.replace("def predict(params, X):\n", "def predict(X, params):\n") + RIGHT["a class"])
    subject = open_subject(str(path), Options())
    assert isinstance(subject, Implementation)
    subject.close()
    assert subject.offer.second == ()
    assert subject.offer.unused == ("predict",)
