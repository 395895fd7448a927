"""A loop that trains a graph of scalars is its training step, whatever it keeps before the loop and however it steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import FAULTS
from objectives import FORMS

import symcheck
from symcheck.report import Report

TEXT = (FORMS / "graph_in_a_loop.py").read_text()
BODY = TEXT[TEXT.index("for epoch") :]
BATCH = "    for x, y in zip(points, labels):\n        miss = net(x) - y\n        loss = loss + miss * miss * (1 / len(points))\n    loss.backward()\n"
ONLY = ["gradients_are_those_of_the_loss", "steps_are_those_of_the_optimizer"]


def judged(folder: Path, text: str) -> Report:
    path = folder / "mine.py"
    path.write_text(text)
    return symcheck.check(str(path), only=[f"implementation.{name}" for name in ONLY])


def changed(*pairs: tuple[str, str]) -> str:
    text = TEXT
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


RIGHT = {
    "as it is": TEXT,
    "the rate by a name": changed(("0.5 * w.grad", "rate * w.grad"), ("seed(7)", "seed(7)\nrate = 0.5")),
    "added, with a sign": changed(("w.value -= 0.5 * w.grad", "w.value += -0.5 * w.grad")),
    "under a guard": TEXT.replace(BODY, "if __name__ == '__main__':\n" + "".join(f"    {l}\n" for l in BODY.splitlines())),
    "in a function for the loss": changed(
        ("for epoch", "def cost():\n    misses = [net(x) - y for x, y in zip(points, labels)]\n"
         "    return sum((m * m for m in misses), Node(0.0)) * (1 / len(labels))\n\n\nfor epoch"),
        (BATCH, "    loss = cost()\n    loss.backward()\n"),
    ),
    "a step for every sample": changed(
        (BODY[: BODY.index("    if epoch")],
         "for epoch in range(3000):\n    for x, y in zip(points, labels):\n        for w in weights:\n            w.grad = 0\n"
         "        miss = net(x) - y\n        loss = miss * miss\n        loss.backward()\n        for w in weights:\n"
         "            w.value -= 0.5 * w.grad\n"),
    ),
}  # fmt: skip
WRONG = {
    "never set back": (
        ("        w.grad = 0.0\n", "        w.value += 0.0\n"),
        "gradients accumulate from call to call",
    ),
    "uphill": (("w.value -= 0.5 * w.grad", "w.value += 0.5 * w.grad"), "sign"),
    "slope of a node": (("s * (1 - s)", "s"), "derivative of sigmoid"),
    "slope slightly off": (("s * (1 - s)", "s * (1.0001 - s)"), "gradients are those of no loss"),
}


@pytest.mark.first(1)
@pytest.mark.parametrize("style", RIGHT)
def test_right_loops_pass(style: str, tmp_path: Path) -> None:
    report = judged(tmp_path, RIGHT[style])
    assert [f.status for f in report.findings] == ["passed", "passed"], report.to_json()


@pytest.mark.first(1)
@pytest.mark.parametrize("fault", WRONG)
def test_wrong_loops_fail_and_are_named(fault: str, tmp_path: Path) -> None:
    change, words = WRONG[fault]
    report = judged(tmp_path, changed(change))
    assert not report.passed
    assert report.verdict is not None
    assert words in report.verdict.sentences[0], report.verdict.sentences


def test_the_faults_of_the_form_are_those_of_its_text() -> None:
    assert {"derivatives never set back", "derivative of a squashed node"} <= set(FAULTS)
