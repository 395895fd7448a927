"""A network with a known fault is explained by it; a right one is blamed for nothing; what nobody knows is left unexplained."""

from __future__ import annotations

from typing import Any

import numpy as np
from faulted import Faulted, Kind, alike
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.diagnosis.cause import Causes
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.catalogue import known_hypotheses
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.looking import frame_of_trials, look
from symcheck.diagnosis.trials import trials
from symcheck.objective import REDUCTIONS, Objective

PAIRS = [
    *(("squared_error", a) for a in ("identity", "sigmoid", "tanh", "softmax")),
    *(("binary_cross_entropy", a) for a in ("identity", "sigmoid")),
    *(("softmax_cross_entropy", a) for a in ("identity", "softmax")),
]
HIDDEN = [name for name in ACTIVATIONS if name != "identity" and get_activation(name).function is not None]


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    loss, output = draw(st.sampled_from(PAIRS))
    objective = Objective(loss, draw(st.sampled_from(REDUCTIONS)), draw(st.sampled_from([1.0, 0.5])), output)
    width = st.none() | st.integers(2, 5)
    fixed = st.lists(width, min_size=2, max_size=5).map(tuple)
    return Kind(draw(st.sampled_from(HIDDEN)), objective, draw(st.none() | fixed), draw(st.booleans()))


def given_wrong(causes: Causes) -> list[str]:
    return [mistake for cause in causes.found for mistake in cause.mistakes]


@given(kinds())
@settings(max_examples=30)
def test_a_right_network_is_blamed_for_nothing(kind: Kind) -> None:
    causes = causes_of(kind.opened(Faulted(kind)))
    assert given_wrong(causes) == []
    assert causes.known is None
    assert causes.wrong == ()


@given(kinds(), st.data())
@settings(max_examples=60)
def test_a_network_with_a_known_fault_is_explained_by_it_or_by_one_that_gives_the_same(kind: Kind, data: Any) -> None:
    deepest = 4 if kind.widths is None else len(kind.widths) - 1
    faults = list(known_hypotheses(kind.activation, kind.objective, 5, deepest))
    fault: Hypothesis = faults[data.draw(st.integers(0, len(faults) - 1), "place")]
    subject = kind.opened(Faulted(kind, fault.evaluation))
    seen = look(subject)
    # What raises says what is wrong itself, and some faults leave no trace in networks of some kinds.
    assume(any(s.outputs_wrong or s.gradients_wrong for s in seen))
    causes = causes_of(subject)
    assert causes.found, f"{fault.name} is not named; known is {causes.known}"
    assert len(causes.found) == 1, f"{fault.name} is named as {given_wrong(causes)}"
    (cause,) = causes.found
    assert cause.hypothesis is not None
    same = all(alike(fault, cause.hypothesis, s.trial) for s in seen if not s.failed)
    assert fault.told in cause.mistakes or same, f"{fault.name} is named as {cause.mistakes}"


@given(kinds(), st.data())
@settings(max_examples=30)
def test_what_is_named_first_gives_the_same_on_other_networks_too(kind: Kind, data: Any) -> None:
    faults = list(known_hypotheses(kind.activation, kind.objective, 5, 3))
    fault: Hypothesis = faults[data.draw(st.integers(0, len(faults) - 1), "place")]
    subject = kind.opened(Faulted(kind, fault.evaluation))
    assume(any(s.outputs_wrong or s.gradients_wrong for s in look(subject)))
    (cause,) = causes_of(subject).found
    if fault.told not in cause.mistakes:
        seed = data.draw(st.integers(0, 2**32 - 1), "seed")
        fresh = trials(kind.activation, kind.objective, np.random.default_rng(seed), frame_of_trials(subject))
        assert cause.hypothesis is not None
        assert all(alike(fault, cause.hypothesis, t) for t in fresh), f"{fault.name} is named as {cause.mistakes}"
