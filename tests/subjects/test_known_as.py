"""A reproduction of an object in memory runs where the object was judged."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcheck

LAW = "he_normal"


def short(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape)


def again(report: Any, names: dict[str, Any]) -> Any:
    """What the reproduction gives in the session in which the subject was judged."""
    told = report.failures[0].reproduce
    *before, last = told.splitlines()
    exec("\n".join(before), names)
    return eval(last, names)


def test_a_variable_of_the_caller_is_named() -> None:
    mine = [np.full((3, 2), 0.5), np.full((1, 3), 0.5)]
    report = symcheck.check(mine)
    assert report.failures[0].reproduce.startswith("symcheck.check(mine, seed=")
    assert not again(report, {**locals(), "symcheck": symcheck}).passed


def test_a_variable_of_the_module_is_named() -> None:
    report = symcheck.check(short, law=LAW)
    assert report.failures[0].reproduce.startswith("symcheck.check(short, law='he_normal', seed=")
    repeated = again(report, globals())
    assert [f.message for f in repeated.failures] == [f.message for f in report.failures]


def test_a_function_of_an_imported_module_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imported_for_this.py").write_text("import numpy as np\ndef wide(shape): return np.ones(shape)\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = import_module("imported_for_this")
    report = (lambda given: symcheck.check(given[0], law=LAW))([module.wide])
    assert report.failures[0].reproduce.splitlines()[0] == "from imported_for_this import wide"
    assert not again(report, {"symcheck": symcheck}).passed


@pytest.mark.parametrize(
    "subject", [lambda shape: np.ones(shape), [np.ones((3, 2)), np.ones((1, 3))]], ids=["a lambda", "a list"]
)
def test_what_has_no_name_is_said_to_have_none(subject: Any) -> None:
    report = (lambda *given: symcheck.check(given[0], law=LAW))(subject)
    told = report.failures[0].reproduce
    assert told.startswith("symcheck.check(subject, "), told


class Wrong:
    """Its forward pass has no biases."""

    activation = "tanh"

    def forward(self, params: Any, X: Any) -> Any:
        for W, _ in params[:-1]:
            X = np.tanh(X @ W.T)
        return X @ params[-1][0].T


@pytest.mark.parametrize("made", [False, True])
def test_an_implementation_is_named_and_made(made: bool) -> None:
    mine = Wrong() if made else Wrong
    report = symcheck.check(mine, only="implementation.outputs_are_those_of_the_network")
    names: dict[str, Any] = {"mine": mine}
    exec(report.failures[0].reproduce, names)
    assert names["subject"] is mine if made else type(names["subject"]) is Wrong
