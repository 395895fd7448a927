"""Every hypothesis is needed, and shown to be: a step fails without it, and in a smallest case the conclusion does."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from symcheck.errors import SymcheckError
from symcheck.proof import THEOREMS, prove
from symcheck.proof.library import ENTRIES, VARIANCE
from symcheck.proof.necessity import (
    VISIBLE,
    hidden_activations,
    movement,
    params_from,
    rectified_descent,
    separation,
    separation_after,
    with_memory,
)
from symcheck.proof.theorems.blocks_necessity import row_rates
from symcheck.reference import optimizer

HYPOTHESES = [(name, h.name) for name in ENTRIES for h in ENTRIES[name].proof().hypotheses]


@pytest.mark.parametrize(("name", "hypothesis"), HYPOTHESES)
def test_every_hypothesis_is_needed_or_a_convenience(name: str, hypothesis: str) -> None:
    theorem = prove(name, (hypothesis,))
    (dropped,) = theorem.dropped
    assert not theorem.accepted
    assert hypothesis not in theorem.hypotheses
    assert theorem.failing_step is not None
    assert not theorem.failing_step.accepted
    assert theorem.failing_step.verdict.why
    if name in VARIANCE:
        # Worlds for these theorems have the hypothesis false, so that the second judge rejects the step as well.
        assert "the sides differ" in theorem.failing_step.verdict.why
    assert theorem.failing_step.step is not None
    asked = {f.name for f in dropped.facts}
    assert not asked or asked & set(theorem.failing_step.step.uses.split(", "))
    assert theorem.residual is not None
    assert theorem.residual != 0
    if theorem.counterexample is None:
        assert dropped.convenience
    else:
        assert not dropped.convenience
        assert theorem.counterexample.hypothesis == hypothesis
        assert theorem.counterexample.measured > VISIBLE
        assert theorem.counterexample.case
        assert theorem.counterexample.shows


CONSTANT = (([[1], [1]], [0, 0]), ([[1, 1]], [0]))
OPPOSITE = (([[1], [-1]], [0, 0]), ([[1, -1]], [0]))


def test_what_measures_the_counterexamples_is_zero_where_the_hypotheses_hold() -> None:
    constant, opposite = params_from(*CONSTANT), params_from(*OPPOSITE)
    x, y = [[1], [2]], [[1], [-1]]
    assert separation(constant, x, y, tied_at_start=False) == 0
    assert separation(constant, x, y, rates=row_rates(1, 1), tied_at_start=False) == 0
    assert separation(constant, x, y, rule="adam", tied_at_start=False) == 0
    assert separation(constant, x, y, rule=optimizer("sgd", l1=0.5), tied_at_start=False) == 0
    assert separation(opposite, x, y, signs=(1, -1), tied_at_start=False) == 0
    assert separation_after(with_memory(constant, x, y, [[1], [1]]), x) == 0
    assert separation_after(rectified_descent(constant, x, y), x) == 0
    assert movement(params_from(([[0]], [0]), ([[0]], [0])), [[1]], [[1]]) == 0
    crossed = params_from(([[1, 2], [2, 1]], [0, 0]), ([[1, 1]], [0]))
    assert separation(crossed, [[3, 3]], [[1]], tied_at_start=False) == 0
    outputs = params_from(([[1], [1]], [0, 0]), ([[1, 2], [2, 1]], [0, 0]))
    assert separation(outputs, [[3]], [[1, 1]], tied_at_start=False) == 0


def test_what_measures_the_counterexamples_sees_a_slight_fault() -> None:
    slight = params_from(([[1], [1 + 1e-4]], [0, 0]), ([[1, 1]], [0]))
    assert separation(slight, [[1]], [[0]], tied_at_start=False) > VISIBLE
    assert separation(slight, [[1]], [[0]]) == 0  # apart before training: another hypothesis fails
    assert movement(params_from(([[0]], [1e-2]), ([[0]], [0])), [[1]], [[1]]) > VISIBLE
    assert np.ptp(hidden_activations(slight, [[1]], "tanh")) > VISIBLE


@pytest.mark.parametrize("name", ENTRIES)
def test_a_convenience_says_why(name: str) -> None:
    for hypothesis in ENTRIES[name].proof().hypotheses:
        assert bool(hypothesis.convenience) != (hypothesis.name in ENTRIES[name].counterexamples)
    assert set(ENTRIES[name].counterexamples) <= {h.name for h in ENTRIES[name].proof().hypotheses}


@pytest.mark.parametrize("name", ENTRIES)
def test_unknown_hypotheses_list_what_exists(name: str) -> None:
    with pytest.raises(SymcheckError) as raised:
        prove(name, ("nonsense",))
    assert all(h.name in str(raised.value) for h in ENTRIES[name].proof().hypotheses)


def test_unknown_theorems_list_what_exists() -> None:
    with pytest.raises(SymcheckError) as raised:
        prove("nonsense")
    assert all(name in str(raised.value) for name in ENTRIES)


def test_the_names_are_those_of_the_library_and_need_no_sympy() -> None:
    assert list(THEOREMS) == list(ENTRIES)
    code = "import sys, symcheck.proof; assert symcheck.proof.THEOREMS; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
