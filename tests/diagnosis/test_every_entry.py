"""Entries of the catalogue that are right code under some activation are not offered there, and every other one can be."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.diagnosis.comparing import Leaves, leaves
from symcheck.diagnosis.explaining import Got, candidates, gives_gradients, gives_outputs, simplest
from symcheck.diagnosis.faults.evaluation import evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis, gradients_right, outputs_right
from symcheck.diagnosis.pairs import explain_gradients_by_two
from symcheck.diagnosis.trial import Trial
from symcheck.diagnosis.trials import trials
from symcheck.objective import Objective, get_objective

KNOWN = [name for name in ACTIVATIONS if get_activation(name).function is not None]
OBJECTIVES = [
    get_objective("mse"),
    get_objective("softmax_cross_entropy"),
    Objective("squared_error", "samples", 0.5, "sigmoid"),
    Objective("binary_cross_entropy", "samples", 1.0, "sigmoid"),
]
CASES = list(product(KNOWN, OBJECTIVES))

pytestmark = pytest.mark.soak


def drawn(activation: str, objective: Objective) -> list[Trial]:
    return list(trials(activation, objective, np.random.default_rng()))


def positive(case: Trial) -> Trial:
    """The network with inputs, weights and biases of one sign, at which relu is the identity."""
    return replace(case, params=[(np.abs(W), np.abs(b) + 1) for W, b in case.params], X=np.abs(case.X))


def right_of(case: Trial) -> tuple[np.ndarray, Leaves]:
    found = evaluate(case, {})
    assert found is not None
    assert found.gradients is not None
    arrays = leaves(found.gradients, case.biased)
    assert arrays is not None
    return found.outputs, arrays


def is_right(entry: Hypothesis, case: Trial) -> bool:
    """Whether code with this entry gives what is right for a network."""
    if entry.accepts is not None or entry.narrow is not None:
        return False
    found = entry.evaluation(case)
    given = None if found is None or found.gradients is None else leaves(found.gradients, case.biased)
    return given is not None and outputs_right(case, found.outputs) and gradients_right(case, given)


@pytest.mark.parametrize(("activation", "objective"), CASES, ids=lambda part: getattr(part, "name", part))
def test_an_entry_that_is_right_code_explains_nothing_that_is_wrong(activation: str, objective: Objective) -> None:
    rng = np.random.default_rng()
    cases = drawn(activation, objective)
    for case in (*cases[:3], positive(cases[0])):
        outputs, arrays = right_of(case)
        right = Got(case, outputs, arrays)
        equal = [entry for entry in candidates([right]) if is_right(entry, case)]
        for i in range(len(arrays)):
            for factor in (0.0, -1.0, 1 + rng.random()):
                wrong = replace(right, gradients=[a * (factor if j == i else 1.0) for j, a in enumerate(arrays)])
                assert not wrong.gradients_wrong or not any(gives_gradients(entry, wrong) for entry in equal)
        off = replace(right, outputs=outputs + rng.random())
        assert not any(gives_outputs(entry, off) for entry in equal)


@pytest.mark.parametrize(("activation", "objective"), CASES, ids=lambda part: getattr(part, "name", part))
def test_an_entry_that_is_right_code_is_no_second_mistake(activation: str, objective: Objective) -> None:
    cases = drawn(activation, objective)[:3]
    known = candidates([Got(case, *right_of(case)) for case in cases])
    equal = [entry for entry in known if all(is_right(entry, case) for case in cases)]
    forgotten = [entry for entry in known if entry.name == "gradient of the bias forgotten"]
    assert forgotten
    seen = []
    for case in cases:
        outputs, arrays = right_of(case)
        seen.append(Got(case, outputs, [0 * a if a.ndim == 1 else a for a in arrays]))
    assert explain_gradients_by_two(seen, seen, [*forgotten, *equal], gives_gradients) is None


def test_some_entries_are_right_code_under_relu_and_others_under_the_identity() -> None:
    names = {}
    for activation in ("relu", "identity", "tanh"):
        cases = drawn(activation, get_objective("mse"))[:6]
        known = candidates([Got(case, *right_of(case)) for case in cases])
        names[activation] = {
            entry.name for entry in simplest(known) if all(is_right(e, c) for e in [entry] for c in cases)
        }
    assert "derivative of the activation is applied twice" in names["relu"]
    assert "derivative of the activation is missing" in names["identity"]
    assert "derivative of the activation is missing" not in names["relu"] | names["tanh"]
