"""Code that raises where widths differ, leaves what is no number or moves nothing is judged, or what it does is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from objectives import FORMS, load

import symcheck
from symcheck.subjects.scratch.author import Read, read
from symcheck.subjects.scratch.mentioned import guessed


def changed(folder: Path, name: str, old: str, new: str) -> str:
    text = (FORMS / f"{name}.py").read_text()
    assert text.count(old) == 1, old
    path = folder / f"{name}_changed.py"
    path.write_text(text.replace(old, new))
    return str(path)


def first_sentence(path: str, *kept: str) -> str:
    report = symcheck.check(path, only=[f"implementation.{name}" for name in kept])
    assert report.verdict is not None
    return report.verdict.sentences[0]


def taken(path: str) -> Read:
    return read(load(Path(path)), "changed")


def test_an_update_that_fits_equal_widths_alone_is_judged(tmp_path: Path) -> None:
    path = changed(tmp_path, "one_hidden_layer", 'rate * grads["db1"]', 'rate * grads["db2"]')
    said = "update moves b of the first layer by the gradient of the layer above"
    assert said in first_sentence(path, "an_update_is_a_step_of_descent")


def test_an_update_that_raises_whatever_it_is_given_is_said(tmp_path: Path) -> None:
    path = changed(tmp_path, "one_hidden_layer", 'rate * grads["db1"]', 'rate * grads["db_1"]')
    found = taken(path)
    assert not hasattr(found.driver, "update")
    (told,) = [part.told for part in found.found if "update_parameters" in part.told]
    assert "not taken" in told
    assert "KeyError" in told


def test_a_last_layer_that_never_moves_is_a_failure(tmp_path: Path) -> None:
    path = changed(
        tmp_path, "train_and_query", "        self.who += self.lr * np.dot(output_deltas, hidden_outputs.T)\n", ""
    )
    said = "gradient of the weights forgotten in the last layer"
    assert said in first_sentence(path, "gradients_are_those_of_the_loss", "tied_units_train_as_one")


def test_a_step_that_leaves_no_numbers_is_offered(tmp_path: Path) -> None:
    path = changed(tmp_path, "momentum", "(1 - out) / len(X)", "(1 - out) / (len(X) - X.shape[0])")
    assert hasattr(taken(path).driver, "train_step")


def test_a_graph_whose_derivatives_never_arrive_is_judged(tmp_path: Path) -> None:
    driver: Any = taken(changed(tmp_path, "scalar_graph", "in reversed(order)", "in order")).driver
    rng = np.random.default_rng()
    params = [(rng.standard_normal((n, m)), rng.standard_normal(n)) for m, n in ((2, 4), (4, 2))]
    slopes = driver.gradients(params, rng.standard_normal((1, 2)), np.ones((1, 2)))
    assert not any(np.any(array) for pair in slopes for array in pair)


def test_a_softmax_is_no_hidden_activation() -> None:
    assert guessed(("softmax",), np.full((3, 2), 1 / 6)) == (None, "softmax")
    assert guessed(("sigmoid",), np.full((3, 2), 1 / 6)) == ("sigmoid", "sigmoid")
