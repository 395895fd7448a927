"""Which mistake a failure comes from: the one with which the reference fails in the same place, and without which not."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from unittest import SkipTest
from weakref import WeakSet

import numpy as np
import pytest
from hypothesis.errors import UnsatisfiedAssumption

from symcheck.diagnosis.cause import Cause
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.implementations import RANDOM_OUTPUTS, unknown_outputs
from symcheck.diagnosis.knowledge import Known, Part
from symcheck.diagnosis.stand_in import StandIn
from symcheck.strategies.frame import drawing_within
from symcheck.subjects.implementation import Clipped, Implementation, Misbehaviour
from symcheck.suite.claim import claim_of
from symcheck.suite.experiments import frame_of
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.irrelevance import Irrelevant, irrelevant
from symcheck.suite.run import Run
from symcheck.verdict import Behind, Failed, Unexplained

#: The theorem behind what every call owes: its own failures say what is wrong without comparing anything.
_CALLS = "pure-functions"
#: The theorem of the properties that hold of any weights, in whatever form they are drawn.
_ANY_WEIGHTS = ("forward-pass", "backpropagation")
#: Causes of which a failure has said what of its example does not matter.
_TOLD: WeakSet[Cause] = WeakSet()

#: The theorems on what a kind of activation does.
_OF_ACTIVATIONS = ("signs", "he-gain")


@dataclass(frozen=True)
class Example:
    """The smallest example in which a property fails.

    Attributes:
        arguments: of the property, or of one example of it.
    """

    function: Callable[..., None]
    subject: Implementation
    run: Run
    arguments: Mapping[str, Any]


def attribute(failure: PropertyFailure, example: Example) -> None:
    """Find the cause of a failure and name it there; where another failure has one, nothing is left that guesses a second."""
    causes = causes_of(example.subject)
    failure.causes = next((found for c in causes.found if (found := _explaining(c, example))), ())
    if failure.causes:
        failure.mistake = "; and ".join(cause.sentence for cause in failure.causes)
    elif causes.random:
        # Whatever else a property guesses, it guesses from numbers that the next call does not give.
        failure.mistake = RANDOM_OUTPUTS
    elif (causes.found or _wrong_elsewhere(causes.known)) and not exact(example.function):
        failure.mistake = None
    elif not causes.found and (causes.wrong or _of_no_loss(example.subject)) and _takes_activation(example.function):
        failure.mistake = unknown_outputs(example.subject) if "outputs" in causes.wrong else None
    failure.facts = _facts(failure, example)
    if not failure.causes or not all(cause in _TOLD for cause in failure.causes):
        # Once for each cause: every look takes as many calls as some examples.
        failure.irrelevant = _irrelevant(example)
    _TOLD.update(failure.causes)


def _irrelevant(example: Example) -> Irrelevant:
    """What of the smallest example may be anything."""
    claim, subject = claim_of(example.function), example.subject
    if subject.stopped:
        # Every further call would take as long again.
        return Irrelevant()
    weights = claim is not None and claim.theorem in _ANY_WEIGHTS
    rng = np.random.default_rng(example.run.seed_of(example.function.__name__))
    return irrelevant(
        example.arguments,
        lambda given: _fails(subject, replace(example, arguments=given)),
        weights,
        subject.offer.biases,
        rng,
    )


def _wrong_elsewhere(known: Known | None) -> bool:
    """Whether what is wrong is known to lie beside the gradients, of which properties guess."""
    return known is not None and known.of != "gradients"


def exact(function: Callable[..., Any]) -> bool:
    """Whether a property sees what it says: a call that is impure, or a start that is drawn wrongly."""
    claim = claim_of(function)
    return claim is not None and (claim.theorem == _CALLS or claim.needs == ("initialize",) or claim.statistical > 0)


def _takes_activation(function: Callable[..., Any]) -> bool:
    """Whether what a property guesses by itself is guessed of code that is right but for its activation."""
    claim = claim_of(function)
    return claim is not None and claim.theorem in _OF_ACTIVATIONS


def _of_no_loss(subject: Implementation) -> bool:
    """Whether its gradients are those of no loss that is known, so that anything may be wrong with them."""
    settled = subject.settlement
    return settled is not None and settled.nearest is not None and subject.offer.objective is None


def _explaining(cause: Cause, example: Example) -> tuple[Cause, ...]:
    """The cause, if it explains the failure, or those of its halves that each do."""
    if not _fails(StandIn(example.subject, cause), example) or _fails(StandIn(example.subject, None), example):
        return ()
    return tuple(half for half in cause.halves if _fails(StandIn(example.subject, half), example)) or (cause,)


def _fails(stand_in: Implementation, example: Example) -> bool:
    handle = getattr(example.function, "hypothesis", None)
    inner = handle.inner_test if handle else example.function
    given = {"implementation": stand_in, "symcheck_run": example.run}
    arguments = {**example.arguments, **given}
    wanted = inspect.signature(inner).parameters
    try:
        # What an example assumes is asked outside of Hypothesis here.
        with warnings.catch_warnings(), drawing_within(frame_of(stand_in)):
            warnings.simplefilter("ignore")
            inner(**{name: value for name, value in arguments.items() if name in wanted})
    except Clipped:
        return False
    except (PropertyFailure, Misbehaviour):
        return True
    except (UnsatisfiedAssumption, SkipTest, pytest.skip.Exception):
        return False
    except Exception:
        # What cannot be repeated, such as draws inside of an example, is not attributed.
        return False
    return False


def _facts(failure: PropertyFailure, example: Example) -> Failed:
    return Failed(
        example.function.__name__,
        failure.sentence,
        failure.mistake,
        failure.misbehaved,
        exact(example.function),
        tuple(Behind(c.mistakes, c.networks, c.extent, c.together) for c in failure.causes),
        _shown(causes_of(example.subject).known),
        failure.did,
    )


def _shown(known: Known | None) -> Unexplained | None:
    if known is None:
        return None

    def part(which: Part) -> str:
        kind, above = which
        where = {0: "the last layer", 1: "the layer below the last"}.get(above, f"the layer {above} below the last")
        return f"{'d' if known.of == 'gradients' else ''}{kind} of {where}"

    return Unexplained(
        tuple(map(part, known.right)),
        tuple(map(part, known.wrong)),
        tuple((part(which), factor) for which, factor in known.multiples),
        known.networks,
        known.extent,
        tuple((told, tuple(map(part, parts))) for told, parts in known.partly),
        known.of,
    )
