"""A function of an author's code that does not return, or ends the program, is left out and named; the rest is read."""

from pathlib import Path

import pytest

from symcheck.checking import check
from symcheck.subjects.data import Offer, Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject

FORMS = Path(__file__).parents[2] / "scratch"
NETWORK = """import numpy as np

class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(b, a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros((b, 1)) for b in sizes[1:]]

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.W, self.b):
            self.a.append(np.tanh(W @ self.a[-1] + b))
        return self.a[-1]

    def backward(self, y):
        m = y.shape[1]
        {before}
        dW, db = [], []
        delta = (self.a[-1] - y) / m * (1 - self.a[-1] ** 2)
        for l in reversed(range(len(self.W))):
            dW.insert(0, delta @ self.a[l].T)
            db.insert(0, delta.sum(axis=1, keepdims=True))
            delta = (self.W[l].T @ delta) * (1 - self.a[l] ** 2)
        return dW, db

    def fit(self, X, y, lr):
        {inside}
            self.forward(X)
            dW, db = self.backward(y)
            self.W = [W - lr * g for W, g in zip(self.W, dW)]
            self.b = [b - lr * g for b, g in zip(self.b, db)]
"""


def parts(path: Path, **lines: str) -> dict[str, str]:
    path.write_text(NETWORK.format(**{"before": "pass", "inside": "for _ in range(1):", **lines}))
    opened = open_subject(str(path), Options())
    assert isinstance(opened, Implementation)
    opened.close()
    return {part.part: part.how for part in opened.offer.found}


def test_training_that_never_ends_is_left_out_and_named(tmp_path: Path) -> None:
    found = parts(tmp_path / "endless.py", inside="while True:")
    assert found["not taken"] == "fit, which does not return within 5 s on 7 samples"
    assert "train_step" not in found
    assert found["gradients"].startswith("forward(X), then backward(y): dW[0]")


@pytest.mark.parametrize("line", ["raise RuntimeError('many')", "exit()"])
def test_a_backward_that_raises_for_a_batch_is_named_where_single_samples_are_taken(tmp_path: Path, line: str) -> None:
    found = parts(tmp_path / "single.py", before=f"if m > 2: {line}")
    raised = "RuntimeError: many" if "many" in line else "EndsProgram: SystemExit"
    assert found["gradients"].startswith("none; backward(y) raises " + raised)
    assert "X one sample at a time, as (features, 1)" in found["train_step"]


def test_right_code_says_nothing_of_the_kind(tmp_path: Path) -> None:
    found = parts(tmp_path / "right.py")
    assert "not taken" not in found
    assert "raises" not in found["gradients"]
    assert "one sample" not in found["train_step"]


def test_a_file_that_ends_its_process_is_no_initializer(tmp_path: Path) -> None:
    path = tmp_path / "ends.py"
    path.write_text(NETWORK.format(before="pass", inside="for _ in range(1):") + "\nimport os\nos._exit(3)\n")
    assert check(str(path), only=["implementation.outputs_are_those_of_the_network"]).kind == Offer.kind


IN_PLACE = """import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))
        self.lr = lr

    def forward(self, X):
        self.a1 = np.tanh(X @ self.W1 + self.b1)
        return self.a1 @ self.W2 + self.b2

    def backward(self, X, y):
        delta = (self.forward(X) - y) / len(X)
        below = (delta @ self.W2.T) * (1 - self.a1 ** 2)
        self.W2 -= self.lr * self.a1.T @ delta
        self.b2 -= self.lr * delta.sum(axis=0, keepdims=True)
        self.W1 -= self.lr * X.T @ below
        self.b1 -= self.lr * below.sum(axis=0, keepdims=True)

    def train(self, X, y, epochs=100):
        for _ in range(epochs):
            self.backward(X, y)
"""


def test_a_backward_that_moves_the_weights_itself_is_not_said_to_raise(tmp_path: Path) -> None:
    path = tmp_path / "moves.py"
    path.write_text(IN_PLACE)
    opened = open_subject(str(path), Options())
    assert isinstance(opened, Implementation)
    opened.close()
    found = {part.part: part.how for part in opened.offer.found}
    assert found["train_step"].startswith("train(X, y, epochs)")
    assert "gradients" not in found


@pytest.mark.first(1)
@pytest.mark.parametrize("line", ["raise SystemExit(3)", "raise KeyboardInterrupt", "raise GeneratorExit"])
def test_a_backward_that_would_end_the_program_is_a_finding_in_one_sentence(line: str, tmp_path: Path) -> None:
    path = tmp_path / "ending.py"
    path.write_text(NETWORK.format(before=line, inside="for _ in range(1):"))
    names = ("gradients_are_those_of_the_loss", "gradients_do_not_depend_on_the_order_of_samples")
    report = check(str(path), only=[f"implementation.{name}" for name in names])
    assert report.verdict is not None
    (first,) = report.verdict.sentences
    kind = line.removeprefix("raise ").replace("(3)", ": 3")
    assert f"gradients raises {kind} (ending.py, line 16)" in first
