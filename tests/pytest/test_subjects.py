"""`pytest --symcheck SUBJECT`: a correct network passes, wrong ones fail in words, hostile ones are one sentence."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def test_a_correct_network_passes(run_apart: Any) -> None:
    ran = run_apart("--symcheck", "mlps.py:MyMLP")
    assert ran.status == 0, ran.out
    assert "implementation mlps.py:MyMLP   called as an instance of the class" in ran.out
    assert "activation tanh   loss mse   layout out_in" in ran.out
    assert "false alarms <= 1e-09" in ran.out
    assert ran.count("passed") > 45
    assert "0 failed   seed" in ran.out


@pytest.mark.soak
@pytest.mark.parametrize("name", ["InOut", "Probabilities", "ForwardOnly", "Prints", "Single"])
def test_other_correct_networks_pass(run: Any, name: str) -> None:
    ran = run("--symcheck", f"mlps.py:{name}", "-k", "backpropagation or symmetries or calls or xor")
    assert ran.status == 0, ran.out
    assert ran.count("passed") >= 5
    if name == "ForwardOnly":
        assert "it has no gradients" in ran.out
    assert ("note: forward prints, first 'loss = 3'" in ran.out) == (name == "Prints")


def test_integer_labels_are_taken_where_unit_rows_are_not(run: Any) -> None:
    ran = run("--symcheck", "mlps.py:IntegerLabels", "-k", "learn_without_hidden")
    assert ran.status == 0, ran.out


def test_a_failure_teaches(run: Any) -> None:
    ran = run("--symcheck", "mlps.py:DerivativeForgotten", "-k", "gradients_are_those_of_the_loss")
    assert ran.status == 1
    for words in (
        "of layer ",
        "but should be",
        "rounding allows",
        "got",
        "should be",
        ", tanh, mse",
        "from mlps import DerivativeForgotten",
        "params = [",
        "X = np.array(",
        "print(subject.gradients(params, X, Y)[",
        "violates a step",
        "sigma'(z_l)",
        "likely mistake: derivative of the activation is missing",
    ):
        assert words in ran.out
    # Which layer it is in the smallest network depends on the seed; the last one is right in all.
    layer = re.search(r"gradient d[Wb] of layer (\d+) ", ran.out)
    network = re.search(r"  network: (\d+(?:-\d+)+), tanh, mse", ran.out)
    assert layer
    assert network
    assert 1 <= int(layer[1]) < network[1].count("-")
    assert "Traceback" not in ran.out
    assert "symcheck/suite" not in ran.out


def test_what_a_failure_prints_reproduces_it(run: Any, folder: Any) -> None:
    ran = run("--symcheck", "mlps.py:DerivativeForgotten", "-k", "gradients_are_those_of_the_loss")
    lines = ran.out.splitlines()
    start = lines.index("    import numpy as np")
    end = next(i for i in range(start, len(lines)) if lines[i].startswith("    print("))
    code = "\n".join(line.removeprefix("    ") for line in lines[start : end + 1])
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    told = re.search(r"of layer \d \(\w+\)(\[.*?\]) is ([-+\de.]+), but", ran.out)
    assert told is not None
    printed = np.array(ast.literal_eval(re.sub(r"(?<=[\d.\]])\s+(?=[-\d\[])", ", ", done.stdout.strip())))
    assert printed[ast.literal_eval(f"({told[1][1:-1]},)")] == pytest.approx(float(told[2]), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Hangs", "gradients does not return within 3 s"),
        pytest.param("Leaves", "gradients ends the process (exit status 7)", marks=pytest.mark.soak),
        pytest.param("Raises", "forward raises ValueError: one sample is no batch", marks=pytest.mark.soak),
        pytest.param("Seeds", "forward changes numpy's global generator", marks=pytest.mark.soak),
        pytest.param("Views", "update returns a view of its argument params", marks=pytest.mark.soak),
        ("NotANumber", "forward returns NaN or infinity in"),
    ],
)
def test_a_hostile_network_is_one_sentence_and_the_rest_runs(run: Any, name: str, sentence: str) -> None:
    # Only what hangs is waited for, and nothing else takes a thousandth of the limit: no verdict hangs on the load.
    limit = ("--symcheck-timeout", "3") if name == "Hangs" else ()
    ran = run("--symcheck", f"mlps.py:{name}", *limit, "-k", "calls or backpropagation")
    assert ran.status == 1
    assert sentence in ran.out
    assert "second line" not in ran.out
    assert "Traceback" not in ran.out
    assert ran.count("passed") >= 6


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("mlps.py:Nothing", "mlps.py has no attribute 'Nothing'"),
        ("nowhere.py:MyMLP", "there is no file 'nowhere.py'"),
        ("mlps.py:UnknownActivation", "no activation is named 'rleu'"),
        ("mlps.py:NeedsAnArgument", "bind them, as in mlps.py:NeedsAnArgument(activation='tanh')"),
        ("no_such_law", "no_such_law"),
    ],
)
def test_a_subject_that_cannot_be_judged_is_a_usage_error(run: Any, subject: str, sentence: str) -> None:
    ran = run("--symcheck", subject)
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    assert sentence in ran.out
    assert "Traceback" not in ran.out


def test_a_subject_that_fails_to_load_is_a_failure(run: Any, folder: Any) -> None:
    (folder / "broken.py").write_text("raise OSError('no luck')\n")
    ran = run("--symcheck", "broken.py:MyMLP")
    assert ran.status == 1
    assert "importing broken.py raises OSError: no luck" in ran.out


def test_arguments_are_bound_and_modules_are_subjects(run: Any, folder: Any) -> None:
    ran = run("--symcheck", "mlps.py:NeedsAnArgument(activation='tanh')", "-k", "test_outputs_are_those")
    assert ran.status == 0, ran.out
    (folder / "functions.py").write_text(
        "from mlps import MyMLP\nactivation, loss = 'tanh', 'mse'\n"
        "forward, gradients = MyMLP().forward, MyMLP().gradients\n"
    )
    ran = run("--symcheck", "functions.py", "-k", "backpropagation")
    assert ran.status == 0, ran.out
    assert "the functions of a module" in ran.out


def test_initializers_and_networks_run_their_checks(run: Any, folder: Any) -> None:
    ran = run("--symcheck", "mlps.py:he", "--symcheck-law", "he_normal")
    assert ran.status == 0, ran.out
    assert "initializer mlps.py:he   called as f(shape, rng)" in ran.out
    ran = run("--symcheck", "mlps.py:lecun", "--symcheck-law", "he_normal")
    assert ran.status == 1
    assert "mlps.py:lecun::initializer.scale" in ran.out
    assert ran.count("failed") == 1
    ran = run("--symcheck", "mlps.py:network")
    assert ran.status == 0, ran.out
    np.savez(folder / "weights.npz", W1=np.ones((4, 3)), W2=np.ones((2, 4)))
    for subject, name in (("weights.npz", "network.ties"), ("constant(0.5)", "initializer.symmetry")):
        ran = run("--symcheck", subject)
        assert ran.status == 1
        assert f"{subject}::{name}" in ran.out


def test_a_law_holds_the_hidden_layers_of_an_implementation(run: Any) -> None:
    fine = run("--symcheck", "mlps.py:MyMLP", "--symcheck-law", "lecun_normal", "-k", "follow_their_law")
    assert fine.status == 0, fine.out
    wrong = run("--symcheck", "mlps.py:MyMLP", "--symcheck-law", "he_normal", "-k", "follow_their_law")
    assert wrong.status == 1
    assert "the factor 2 of He's variance is missing" in wrong.out


def test_code_as_its_author_left_it_is_told_in_the_header(run: Any, folder: Any) -> None:
    form = Path(__file__).parents[1] / "scratch" / "list_of_dictionaries.py"
    shutil.copy(form, folder / "course.py")
    ran = run("--symcheck", "course.py", "-k", "outputs_are_those_of_the_network or an_update_is")
    assert ran.status == 0, ran.out
    assert ran.count("passed") == 2
    for words in ("its author's own functions", "init_layers(sizes, rng)", "forward(layers, X), X (samples, features)"):
        assert words in ran.out
