"""Which mistake a failure comes from: the one with which the reference fails in the same place, and without which not."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import SkipTest

import pytest
from hypothesis.errors import UnsatisfiedAssumption

from symcheck.diagnosis.causes import Cause, causes_of
from symcheck.diagnosis.knowledge import Known, Part
from symcheck.diagnosis.stand_in import StandIn
from symcheck.strategies.frame import drawing_within
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.claim import claim_of
from symcheck.suite.experiments import frame_of
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run
from symcheck.verdict import Explanation, Verdict

#: The theorem behind what every call owes: its own failures say what is wrong without comparing anything.
_CALLS = "pure-functions"


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
    """Find the cause of a failure and name it there; without one nothing is left there that guesses at numbers."""
    causes = causes_of(example.subject)
    failure.cause = next((c for c in causes.found if _explains(c, example)), None)
    if failure.cause is not None:
        failure.mistake = failure.cause.sentence
    elif (causes.found or causes.known) and not exact(example.function):
        failure.mistake = None


def exact(function: Callable[..., Any]) -> bool:
    """Whether a property sees what it says: a call that is impure, or a start that is drawn wrongly."""
    claim = claim_of(function)
    return claim is not None and (claim.theorem == _CALLS or claim.needs == ("initialize",) or claim.statistical > 0)


def _explains(cause: Cause, example: Example) -> bool:
    return _fails(StandIn(example.subject, cause), example) and not _fails(StandIn(example.subject, None), example)


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
    except (PropertyFailure, Misbehaviour):
        return True
    except (UnsatisfiedAssumption, SkipTest, pytest.skip.Exception):
        return False
    except Exception:
        # What cannot be repeated, such as draws inside of an example, is not attributed.
        return False
    return False


def verdict_of(subject: Implementation, failures: Mapping[str, tuple[PropertyFailure, bool]]) -> Verdict | None:
    """What is behind all failures.

    Args:
        failures: by name, each with whether its property sees what it says (`exact`).
    """
    if not failures:
        return None
    names = tuple(failures)
    causes = causes_of(subject)
    explanations = []
    for cause in causes.found:
        explained = tuple(name for name, (failure, _) in failures.items() if failure.cause is cause)
        if explained:
            explanations.append(Explanation(cause.mistakes, explained, cause.networks, cause.only))
    explanations.sort(key=lambda e: -len(e.explains))
    known = causes.known
    if explanations:
        return Verdict(names, tuple(explanations))
    own = _own_words(failures.items())
    if own is not None or known is None:
        return Verdict(names, (own,) if own else ())
    return _of_known(names, known)


def _own_words(failures: Iterable[tuple[str, tuple[PropertyFailure, bool]]]) -> Explanation | None:
    """The mistake that the most basic failures name themselves."""
    told = [(name, failure, basic) for name, (failure, basic) in failures if failure.mistake or failure.misbehaved]
    if not told:
        return None
    first = next((t for t in told if t[2] and t[1].mistake), None) or next((t for t in told if t[1].mistake), told[0])
    mistake = first[1].mistake or first[1].sentence
    same = tuple(name for name, failure, _ in told if (failure.mistake or failure.sentence) == mistake)
    return Explanation((mistake,), same, follows=True)


def _of_known(names: tuple[str, ...], known: Known) -> Verdict:
    return Verdict(
        names,
        right=tuple(map(_part, known.right)),
        wrong=tuple(map(_part, known.wrong)),
        multiples=tuple((_part(part), factor) for part, factor in known.multiples),
        networks=known.networks,
    )


def _part(part: Part) -> str:
    kind, above = part
    where = "the last layer" if above == 0 else f"the layer {above} below it"
    return f"d{kind} of {where}"
