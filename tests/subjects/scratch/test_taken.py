"""Which subjects are read as an author's own code, what is said of it, and what cannot be read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from objectives import FORMS, load
from written_networks import written

import symcheck
from symcheck.errors import SubjectError
from symcheck.subjects.data import Offer, Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject
from symcheck.subjects.scratch.author import read
from symcheck.subjects.scratch.protocol import follows_protocol

MLPS = Path(__file__).parents[2] / "pytest" / "mlps.py"


def offer_of(subject: Any) -> Offer:
    opened = open_subject(subject, Options())
    assert isinstance(opened, Implementation)
    opened.close()
    return opened.offer


def parts(subject: Any) -> dict[str, str]:
    return {part.part: part.how for part in offer_of(subject).found}


@pytest.mark.parametrize("name", ["MyMLP", "InOut", "ForwardOnly", "Probabilities", "Single"])
def test_what_follows_the_protocol_is_taken_as_it_is(name: str) -> None:
    assert follows_protocol(getattr(load(MLPS), name))
    assert offer_of(f"{MLPS}:{name}").found == ()


def test_what_is_called_otherwise_does_not_follow_it() -> None:
    for form in ("list_of_dictionaries", "module_globals", "one_hidden_layer"):
        assert not follows_protocol(load(FORMS / f"{form}.py"))
    for form, name in (("column_network", "Network"), ("forward_backward_class", "NN")):
        assert not follows_protocol(getattr(load(FORMS / f"{form}.py"), name))


def test_every_part_is_said_with_what_was_not_used() -> None:
    found = parts(str(FORMS / "one_hidden_layer.py"))
    assert "W1, b1, W2, b2 in what initialize_parameters returns" in found["parameters"]
    assert "W (out, in), bias (out, 1)" in found["parameters"]
    assert "generator that it is not handed" in found["initialize"]
    assert found["hidden layers"] == "1"
    assert "forward_propagation(X, parameters), X (features, samples)" in found["forward"]
    assert found["activation"].startswith("tanh, output sigmoid")
    assert "backward_propagation(parameters, cache, X, Y)" in found["gradients"]
    assert found["update"] == "update_parameters(parameters, grads, learning_rate)"
    assert found["not used"] == "layer_sizes"
    assert found["beside it"] == "predict(parameters, X) gives a decision by the outputs of the forward"


def test_what_is_called_by_a_part_is_used() -> None:
    assert parts(str(FORMS / "course_dictionary.py"))["not used"] == "compute_cost, model"


def test_a_class_a_module_and_an_instance_are_read() -> None:
    assert offer_of(str(FORMS / "column_network.py")).found == offer_of(f"{FORMS / 'column_network.py'}:Network").found
    module = load(FORMS / "column_network.py")
    assert offer_of(module.Network).kind == "implementation"
    made = parts(module.Network([3, 5, 2]))
    assert made["sizes"] == "3-5-2, and no others"
    assert parts(f"{FORMS / 'column_network.py'}:Network([3, 5, 2])")["sizes"] == "3-5-2, and no others"


def test_what_an_author_declares_is_taken(tmp_path: Path) -> None:
    text = (FORMS / "forward_backward_class.py").read_text()
    for line, part, said in (
        ("activation = 'tanh'", "activation", "tanh, output softmax: as declared"),
        ("sizes = [2, 3, 2]", "sizes", "2-3-2, and no others"),
        ("features_first = False", "forward", "forward(X), X (samples, features), outputs at probs of the result"),
    ):
        path = tmp_path / "declared.py"
        path.write_text(f"{text}\n\n{line}\n")
        assert parts(str(path))[part] == said


def test_batches_in_rows_and_columns_are_told_apart_where_that_is_declared(tmp_path: Path) -> None:
    path = tmp_path / "declared.py"
    path.write_text((FORMS / "forward_backward_class.py").read_text() + "\n\nfeatures_first = True\n")
    with pytest.raises(SubjectError, match="takes X and gives outputs"):
        read(load(path), "declared.py")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def forward_pass(X, W):\n    return X @ W\n", "forward_pass was found, but no weights whose shapes fit"),
        (
            "import numpy as np\ndef init(sizes):\n    return [np.ones((m, n)) for n, m in zip(sizes, sizes[1:])]\n"
            "def forward(X, params):\n    raise ValueError('not yet')\n",
            "forward(X, params) raises ValueError: not yet",
        ),
        (
            "import numpy as np\nclass Net:\n    def __init__(self, sizes):\n        self.w = np.zeros(1, sizes[0])\n"
            "    def forward(self, X):\n        return X\n    def train(self, X, y):\n        pass\n",
            "Net(sizes = [5, 8, 11, 3]), a guess at its arguments, raises TypeError",
        ),
        (
            "import numpy as np\nclass Net:\n    def __init__(self, sizes):\n        self.w = [np.random.randint(0, 2, (m, n)) for m, n in "
            "zip(sizes, sizes[1:])]\n    def forward(self, X):\n        return X\n    def train(self, X, y):\n        pass\n",
            "makes no such network: w[0], w[1] hold whole numbers, and weights are floating-point numbers",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_what_to_declare(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "unreadable.py"
    path.write_text(text)
    with pytest.raises(SubjectError) as refused:
        offer_of(str(path))
    for word in (words, "initialize(sizes, rng)", "forward(params, X)", "gradients(params, X, Y)"):
        assert word in str(refused.value)
    assert "\n" not in str(refused.value)


def test_attributes_in_slots_are_found(tmp_path: Path) -> None:
    text = (FORMS / "column_network.py").read_text()
    names = sorted(set(re.findall(r"self\.(\w+) =", text)))
    path = tmp_path / "slots.py"
    path.write_text(text.replace("class Network:\n", f"class Network:\n    __slots__ = {names!r}\n\n", 1))
    assert "__slots__" in path.read_text()
    assert parts(str(path)) == parts(str(FORMS / "column_network.py"))


def test_a_file_without_a_network_is_told_as_before(tmp_path: Path) -> None:
    path = tmp_path / "other.py"
    path.write_text("def add(a, b):\n    return a + b\n")
    with pytest.raises(SubjectError, match="say what in it is to be checked"):
        offer_of(str(path))


def test_a_report_says_what_was_found() -> None:
    report = symcheck.check(
        str(FORMS / "list_of_dictionaries.py"), only=["implementation.outputs_are_those_of_the_network"]
    )
    assert report.passed
    assert "init_layers(sizes, rng)" in " ".join(report.notes)
    assert "its author's own functions" in str(report.called_as)


def test_a_failure_is_reproduced_by_what_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "course.py"
    text = (FORMS / "list_of_dictionaries.py").read_text()
    path.write_text(
        text.replace('activations[-1] @ layer["W"] + layer["b"]', 'activations[-1] @ layer["W"] - layer["b"]')
    )
    report = symcheck.check(str(path), only=["implementation.outputs_are_those_of_the_network"])
    (finding,) = report.failures
    done = subprocess.run([sys.executable, "-c", finding.reproduce], capture_output=True, text=True, check=True)
    assert np.fromstring(done.stdout.translate(str.maketrans("", "", "[]")), sep=" ").size


def test_what_is_printed_while_code_is_tried_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    module = load(FORMS / "module_loop.py")
    capsys.readouterr()
    read(module, "module_loop")
    assert capsys.readouterr().out == ""


@pytest.mark.soak
def test_what_an_optimizer_remembers_is_handed_in_again(tmp_path: Path) -> None:
    path = FORMS / "adam_memory.py"
    assert "handed in again" in parts(str(path))["update"]
    only = ["implementation.steps_are_those_of_the_optimizer", "implementation.gradients_are_those_of_the_loss"]
    assert symcheck.check(str(path), only=only).passed
    wrong = tmp_path / "wrong.py"
    wrong.write_text(path.read_text().replace("(1 - beta1) * g", "(1 + beta1) * g"))
    report = symcheck.check(str(wrong), only=only)
    assert [f.check for f in report.failures] == only[:1]
    assert "1 + beta1" in str(report.failures[0].diagnosis)


NORMALIZED = """
import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.gamma, self.beta = np.ones(n_hidden), np.zeros(n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)

    def forward(self, X):
        z = X @ self.W1
        z = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
        return np.maximum(0, self.gamma * z + self.beta) @ self.W2

    def train(self, X, y, lr):
        self.W2 -= lr * 0 * self.W2
"""


def test_what_is_normalized_over_the_batch_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "normalized.py"
    path.write_text(NORMALIZED)
    with pytest.raises(SubjectError, match=r"normalizes over the batch \(gamma, beta\)"):
        offer_of(str(path))


CLOSURES = """
import numpy as np


def make_mlp(sizes):
    Ws = [np.random.randn(n, m) for n, m in zip(sizes, sizes[1:])]

    def forward(x):
        for W in Ws:
            x = np.tanh(x @ W)
        return x

    def step(x, y, lr):
        Ws[-1] -= lr * x.T @ (forward(x) - y)

    return forward, step
"""


def test_weights_inside_of_functions_are_said_to_lie_there(tmp_path: Path) -> None:
    path = tmp_path / "closures.py"
    path.write_text(CLOSURES)
    with pytest.raises(SubjectError, match="its arrays lie inside of functions"):
        offer_of(f"{path}:make_mlp")
    with pytest.raises(SubjectError, match="for a network that is not read from it give it initialize"):
        offer_of(str(path))


OF_FOUR = """
import numpy as np


def train_xor(hidden=3, eta=0.8, n_epochs=4000):
    x = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
    t = np.array([[0.], [1.], [1.], [0.]])
    w1 = np.random.uniform(-1, 1, (2, hidden))
    w2 = np.random.uniform(-1, 1, (hidden, 1))
    for _ in range(n_epochs):
        for p in range(4):
            h = np.tanh(x[p] @ w1)
            d = t[p] - h @ w2
            w1 += eta * np.outer(x[p], (w2 @ d) * (1 - h ** 2))
            w2 += eta * np.outer(h, d)
    return w1, w2
"""


def test_a_loop_that_gives_no_outputs_of_other_arrays_is_named(tmp_path: Path) -> None:
    path = tmp_path / "four.py"
    path.write_text(OF_FOUR)
    with pytest.raises(SubjectError, match="the loop of line 10 in train_xor was found, but run over other arrays"):
        offer_of(str(path))


NORMALIZED_LAYERS = """
import numpy as np


class Linear:
    def __init__(self, n, m):
        self.W, self.b = np.random.randn(n, m), np.zeros(m)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(0)
        return d @ self.W.T


class BatchNorm:
    def __init__(self, n):
        self.gamma, self.beta = np.ones(n), np.zeros(n)

    def forward(self, x):
        self.std = np.sqrt(x.var(0) + 1e-5)
        self.hat = (x - x.mean(0)) / self.std
        return self.gamma * self.hat + self.beta

    def backward(self, d):
        d = d * self.gamma
        return (d - d.mean(0) - self.hat * (d * self.hat).mean(0)) / self.std


class ReLU:
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, d):
        return d * self.on


class Net:
    def __init__(self, sizes):
        self.layers = []
        for n, m in zip(sizes[:-2], sizes[1:-1]):
            self.layers += [Linear(n, m), BatchNorm(m), ReLU()]
        self.layers.append(Linear(sizes[-2], sizes[-1]))

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, d):
        for layer in reversed(self.layers):
            d = layer.backward(d)
"""


def test_a_network_that_normalizes_is_not_passed_over_for_the_rest_of_its_layers(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(NORMALIZED_LAYERS)
    for _ in range(4):
        with pytest.raises(SubjectError, match=r"normalizes over the batch \(layers\[1\].gamma"):
            offer_of(str(path))


NEIGHBOURS = """
import numpy as np


class NN:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no
        self.wi = np.random.randn(self.ni, self.nh).tolist()
        self.wo = np.random.randn(self.nh, self.no).tolist()

    def update(self, inputs):
        self.ai = [*inputs, 1.0]
        self.ah = np.tanh(np.array(self.ai) @ np.array(self.wi))
        self.ao = np.tanh(self.ah @ np.array(self.wo))
        return self.ao.tolist()

    def backPropagate(self, targets, N, M):
        od = (np.array(targets) - self.ao) * (1 - self.ao**2)
        hd = np.array(self.wo) @ od * (1 - self.ah**2)
        self.wo = (np.array(self.wo) + N * np.outer(self.ah, od)).tolist()
        self.wi = (np.array(self.wi) + N * np.outer(self.ai, hd)).tolist()

    def train(self, patterns, iterations=1000, N=0.5, M=0.1):
        for _ in range(iterations):
            for p in patterns:
                self.update(p[0])
                self.backPropagate(p[1], N, M)
"""


@pytest.mark.soak
def test_patterns_one_after_the_other_a_rate_called_n_and_a_bias_of_one_layer(tmp_path: Path) -> None:
    path = tmp_path / "neighbours.py"
    path.write_text(NEIGHBOURS)
    found = parts(str(path))
    assert found["train_step"].startswith("train(patterns, iterations, N, M)")
    assert "M being 0" in found["train_step"]
    assert "bias of layer 1 alone, and so kept at 0" in found["parameters"]
    only = [
        "implementation.gradients_are_those_of_the_loss",
        "implementation.gradients_do_not_depend_on_the_order_of_samples",
    ]
    assert symcheck.check(str(path), only=only).passed
    path.write_text(NEIGHBOURS.replace("@ od * (1 - self.ah**2)", "@ od"))
    assert not symcheck.check(str(path), only=only).passed


def test_arrays_with_two_names_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "two_names.py"
    path.write_text(
        "import numpy as np\n\n\nclass Affine:\n    def __init__(self, W, b):\n        self.W, self.b = W, b\n\n"
        "    def forward(self, x):\n        self.x = x\n        return x @ self.W + self.b\n\n"
        "    def backward(self, dout):\n        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)\n        return dout @ self.W.T\n\n\n"
        "class Net:\n    def __init__(self, input_size, hidden_size, output_size):\n"
        "        self.params = {'W1': np.random.randn(input_size, hidden_size), 'b1': np.zeros(hidden_size),\n"
        "                       'W2': np.random.randn(hidden_size, output_size), 'b2': np.zeros(output_size)}\n"
        "        self.layers = [Affine(self.params['W1'], self.params['b1']), Affine(self.params['W2'], self.params['b2'])]\n\n"
        "    def predict(self, x):\n        self.h = np.tanh(self.layers[0].forward(x))\n        return self.layers[1].forward(self.h)\n\n"
        "    def gradient(self, x, t):\n        d = 2 * (self.predict(x) - t) / t.size\n"
        "        self.layers[0].backward(self.layers[1].backward(d) * (1 - self.h**2))\n"
    )
    only = ["implementation.float32_agrees_with_float64", "implementation.gradients_are_those_of_the_loss"]
    assert symcheck.check(str(path), only=only).passed


@pytest.mark.first(1)
@pytest.mark.parametrize("width", [3, 6, 8])
def test_a_hidden_width_of_its_own_is_found_whatever_it_is(width: int, tmp_path: Path) -> None:
    text = (FORMS / "fit_and_predict.py").read_text()
    path = tmp_path / "own_width.py"
    path.write_text(
        text.replace("n_features, n_hidden, n_outputs, lr", "n_features, n_outputs, lr").replace("n_hidden", str(width))
    )
    assert parts(str(path))["sizes"] == f"n-{width}-n, and no others"


def test_activations_that_differ_from_layer_to_layer_are_told(tmp_path: Path) -> None:
    acts = "    def forward(self, X):\n        acts = [lambda z: np.maximum(z, 0), np.tanh, lambda z: z]\n"
    changes = ("    def forward(self, X):\n", acts), ("act(z) if l < len(self.W) - 1 else z", "acts[l](z)")
    found = parts(written(tmp_path, *changes))
    assert found["activation"].startswith("relu, then tanh, output identity: its outputs are those that numpy gets")
    assert found["hidden layers"] == "2"


def test_activations_in_a_queue_are_read(tmp_path: Path) -> None:
    changes = (
        ("import numpy as np\n", "from collections import deque\nimport numpy as np\n"),
        ("self.a, self.z = [X], []", "self.a, self.z = deque([X]), deque()"),
        ("        return self.a[-1]\n", "        return self.a\n"),
    )
    assert parts(written(tmp_path, *changes))["forward"].startswith("forward(X), X (features, samples), outputs at")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "import numpy as np\ndef linear(a, b):\n    W = np.random.randn(a, b)\n    return lambda x: x @ W\n"
            "def build(sizes):\n    return [linear(a, b) for a, b in zip(sizes, sizes[1:])]\n"
            "def predict(net, x):\n    for f in net:\n        x = f(x)\n    return x\n"
            "def train_step(net, x, y, lr):\n    pass\n",
            "its arrays lie inside of functions",
        )
    ],
    ids=["closures"],
)
def test_what_keeps_its_weights_where_they_are_not_read_is_told_what_to_change(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "net.py"
    path.write_text(text)
    with pytest.raises(SubjectError, match=words):
        read(load(path), "net.py")


def test_masks_that_drop_nothing_are_drawn_without_a_trace(tmp_path: Path) -> None:
    text = (FORMS / "dropout_inside.py").read_text()
    path = tmp_path / "dropped.py"
    path.write_text(
        text.replace("n_out, keep_prob=0.8", "n_out")
        .replace("        self.keep_prob = keep_prob\n", "")
        .replace("self.keep_prob", "keep_prob")
        .replace("forward(self, X)", "forward(self, X, keep_prob=0.5)")
    )
    for file in (path, FORMS / "dropout_inside.py"):
        driver = read(load(file), "dropped.py").driver
        params = driver.initialize((4, 5, 2), np.random.default_rng(0))
        before, X = np.random.get_state()[1].copy(), np.ones((3, 4))  # type: ignore[union-attr,index]
        assert np.array_equal(driver.forward(params, X), driver.forward(params, X))
        driver.gradients(params, X, np.ones((3, 2)))
        assert np.array_equal(np.random.get_state()[1], before)  # type: ignore[index]


#: Its forward takes one sample, its backward goes through all.
THROUGH = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hid, n_out):
        self.W = [np.random.randn(n_hid, n_in), np.random.randn(n_out, n_hid)]
        self.b = [np.zeros(n_hid), np.zeros(n_out)]

    def forward(self, x):
        self.h = np.tanh(self.W[0] @ x + self.b[0])
        return self.W[1] @ self.h + self.b[1]

    def gradients(self, X, Y):
        dW, db = [np.zeros_like(W) for W in self.W], [np.zeros_like(b) for b in self.b]
        for x, y in zip(X, Y):
            d = self.forward(x) - y
            dh = self.W[1].T @ d * (1 - self.h**2)
            dW[1] += np.outer(d, self.h)
            db[1] += d
            dW[0] += np.outer(dh, x)
            db[0] += dh
        return [g / len(X) for g in dW], [g / len(X) for g in db]
"""


@pytest.mark.first(1)
@pytest.mark.parametrize(("right", "wrong"), [("", ""), ("self.h**2", "self.h"), ("db[0] += dh", "db[0] = dh")])
def test_a_backward_through_a_batch_is_taken_beside_a_forward_of_one_sample(
    right: str, wrong: str, tmp_path: Path
) -> None:
    path = tmp_path / "net.py"
    path.write_text(THROUGH.replace(right, wrong) if right else THROUGH)
    report = symcheck.check(path, only=["implementation.gradients_are_those_of_the_loss"])
    assert [f.status for f in report.findings] == ["failed" if right else "passed"]
    assert any(note.startswith("gradients: gradients(X, Y): ") for note in report.notes)
