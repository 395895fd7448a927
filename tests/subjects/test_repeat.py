"""What is printed to repeat a run repeats it, and a seed repeats what was drawn."""

import os
import shlex
import subprocess
import sys
import unicodedata
import unittest.mock
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.checking import check
from symcheck.subjects.repeat import run_again
from symcheck.texts import command_line


def acts(text: str) -> list[str]:
    """What is left in a text that a terminal or a parser would act on, line breaks apart."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"]


names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
settings_of = st.fixed_dictionaries(
    {
        "law": st.none() | st.sampled_from(["he_normal", "normal(0.1)", "glorot_uniform(gain=2)"]),
        "call": st.none() | st.just("f(shape, rng)"),
        "false_alarm_rate": st.none() | st.just(1e-6),
        "timeout": st.none() | st.just(2.5),
        "seed": st.integers(0, 2**31 - 1),
    }
)


@given(names, settings_of)
def test_a_command_says_all_that_was_given(name: str, given: dict[str, Any]) -> None:
    from symcheck.cli.judging import check as command

    line = run_again(name, True, given)
    if name.isprintable():
        read = command.make_context("check", shlex.split(line)[2:]).params
        assert read["subject"] == name
        assert read["law"] == (() if given["law"] is None else (given["law"],))
        assert (read["call"], read["seed"]) == (given["call"], given["seed"])
        assert read["timeout"] == (given["timeout"] or 10.0)
        assert read["false_alarm"] == (given["false_alarm_rate"] or 1e-9)
    in_memory = run_again(name, False, given)
    told = {k: v for k, v in given.items() if v is not None}
    assert eval(in_memory, {"symcheck": unittest.mock.Mock(check=lambda s, **k: k), "subject": 1}) == told


DRAWING = """
import random
import numpy as np
AT_IMPORT = np.random.standard_normal((4, 3)) * random.random()
def at_import(): return [AT_IMPORT, np.ones((2, 4))]
def drawn(): return [np.random.standard_normal((4, 3)), np.ones((2, 4)) * random.random()]
def sized(layer_dims): return {f"W{i}": np.random.randn(b, a) for i, (a, b) in enumerate(zip(layer_dims, layer_dims[1:]))}
def fitted():
    from sklearn.neural_network import MLPClassifier
    return MLPClassifier((5,))
"""


@pytest.mark.parametrize("attribute", ["at_import", "drawn", "sized"])
def test_a_seed_repeats_a_factory_that_draws(tmp_path: Path, attribute: str) -> None:
    from symcheck.subjects.data import Options
    from symcheck.subjects.opening import open_network

    (tmp_path / "drawing_nets.py").write_text(DRAWING)
    found = [open_network(f"{tmp_path / 'drawing_nets.py'}:{attribute}", Options(seed=s)).weights for s in (5, 5, 6)]
    assert all(np.array_equal(a, b) for a, b in zip(found[0], found[1], strict=True))
    assert not np.array_equal(found[0][0], found[2][0])


def test_a_seed_repeats_what_a_library_initializes(sklearn: Any) -> None:
    from symcheck.subjects.data import Options
    from symcheck.subjects.opening import open_network

    estimator = sklearn.neural_network.MLPClassifier((5,))
    found = [open_network(estimator, Options(seed=s)).weights[0] for s in (5, 5, 6)]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_loading_leaves_the_caller_s_generators_alone() -> None:
    np.random.seed(1)
    expected = np.random.standard_normal(3)
    np.random.seed(1)
    check(lambda: [np.random.standard_normal((3, 2)), np.ones((1, 3))], only="network.finite")
    assert np.array_equal(np.random.standard_normal(3), expected)


NESTED = """
import numpy as np
class Outer:
    class Mlp:
        activation, loss = "identity", "mse"
        def gradients(self, params, X, Y): return [(np.full_like(W, 7.5), np.zeros_like(b)) for W, b in params]
class Bound(Outer.Mlp):
    def __init__(self, activation): self.activation = activation
def make(): return Outer.Mlp
def make_bound(activation="identity"): return Bound(activation)
kept = Outer.Mlp()
gradients, activation, loss = kept.gradients, "identity", "mse"
"""


@pytest.mark.first(3)
@pytest.mark.parametrize(
    ("file", "attribute"),
    [
        ("nested.py", "Outer.Mlp"),
        ("nested.py", "make"),
        ("nested.py", "make_bound(activation='identity')"),
        ("a folder/my nets.py", "make"),
        ("statistics.py", "Outer.Mlp"),
        ("a folder/my nets.py", ""),
    ],
)
def test_code_that_repeats_a_failure_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, attribute: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(NESTED)
    monkeypatch.chdir(tmp_path)
    subject = f"{file}:{attribute}" if attribute else file
    report = check(subject, only="implementation.gradients_are_those_of_the_loss", timeout=60)
    code = str(report.failures[0].reproduce)
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert "7.5" in done.stdout, code + done.stderr


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
    | st.sampled_from(["a\udcffb", "-x", "it's\n\\"])
)
@settings(max_examples=15)
def test_a_command_is_read_back_by_a_shell(word: str) -> None:
    line = command_line(["printf", "%s", word])
    assert not acts(line)
    assert "\n" not in line
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=True)
    assert done.stdout == word.encode(errors="surrogateescape")


def test_ordinary_commands_are_quoted_as_usual() -> None:
    words = ["symcheck", "check", "a folder/nets.py:mk(name='x')", "--law", "normal(0.1)"]
    assert command_line(words) == shlex.join(words)


def test_how_often_a_model_was_built_is_repeated() -> None:
    report = check(lambda rng: {"w.weight": rng.normal(size=(64, 64))}, draws=3)
    assert all("draws=3" in f.reproduce for f in report.findings if f.reproduce)
    assert any(f.reproduce for f in report.findings)
