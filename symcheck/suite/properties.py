"""Running a property: its seed and number of examples, the examples it completes, and what a failure says."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import SkipTest

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import FailedHealthCheck, Unsatisfiable, UnsatisfiedAssumption

from symcheck.diagnosis.settling import settle
from symcheck.strategies.frame import drawing_within
from symcheck.subjects.implementation import Clipped, Implementation
from symcheck.suite.attribution import Example, attribute
from symcheck.suite.claim import claim_of
from symcheck.suite.experiments import frame_of
from symcheck.suite.failure import PropertyFailure, Undecided, told
from symcheck.suite.run import EXAMPLES, Run, suite

#: The networks that the properties hold for when no subject is named: a smooth and a kinked activation, both losses.
REFERENCES = {"tanh-mse": ("tanh", "mse"), "relu-softmax": ("relu", "softmax_cross_entropy")}


def profile(name: str) -> settings:
    """The Hypothesis settings of a profile, registered with Hypothesis as ``symcheck-NAME``.

    No database: the seed that is printed repeats a run, and nothing is left in the working directory.
    """
    chosen = settings(
        max_examples=EXAMPLES[name],
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.differing_executors],
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    settings.register_profile(f"symcheck-{name}", chosen)
    return chosen


def configured(function: Any, run: Run) -> None:
    """Give a property the seed and the number of examples of a run, unless it has settings of its own."""
    claim = claim_of(function)
    if claim is None or not hasattr(function, "hypothesis") or getattr(function, "symcheck_configured", False):
        return
    hypothesis.seed(run.seed_of(function.__name__))(function)
    settings(profile(run.profile), max_examples=run.examples(claim.weight))(function)
    function.symcheck_configured = True


def _clipped(limit: str) -> str:
    return (
        f"its gradients are clipped at {limit}, and in nearly every example they are larger than that: properties of whole "
        "gradients are not tested; let the limit be infinite while it is checked"
    )


class Counter:
    """Counts the examples that ran to their end, or failed; ``clipped`` is the limit of gradients where some were clipped, and
    ``failing`` are the arguments of the last that failed."""

    def __init__(self) -> None:
        self.count, self.clipped = 0, ""
        self.failing: dict[str, Any] | None = None

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, counted."""

        @functools.wraps(function)
        def counting(*args: Any, **kwargs: Any) -> Any:
            try:
                result = function(*args, **kwargs)
            except UnsatisfiedAssumption:
                raise
            except Clipped as clipped:
                self.clipped = clipped.limit
                raise UnsatisfiedAssumption from None
            except Exception:
                self.count += 1
                self.failing = kwargs
                raise
            self.count += 1
            return result

        return counting


@contextmanager
def counting(function: Any, counter: Counter | None = None) -> Iterator[Counter]:
    """Count the examples that a property completes.

    Raises:
        PropertyFailure: there was none.
    """
    counter = counter or Counter()
    handle = getattr(function, "hypothesis", None)
    original = handle.inner_test if handle else None
    if handle:
        handle.inner_test = counter.around(handle.inner_test)
    try:
        yield counter
        if not handle:
            counter.count += 1
        if not counter.count:
            if counter.clipped:
                raise Undecided(_clipped(counter.clipped))
            raise PropertyFailure("no example of this property could be run, so nothing was tested")
    except (FailedHealthCheck, Unsatisfiable):
        if not counter.clipped:
            raise
        raise Undecided(_clipped(counter.clipped)) from None
    finally:
        if handle:
            handle.inner_test = original


def properties() -> tuple[Callable[..., None], ...]:
    """The properties of the suite, in the order of their files; new functions at every call, as each run sets its own
    number of examples and seed on them.
    """
    found = []
    for path in suite():
        name = f"symcheck_suite_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        found += [f for n, f in vars(module).items() if n.startswith("test_") and claim_of(f) is not None]
    return tuple(found)


def run_property(function: Callable[..., None], implementation: Implementation, run: Run, extra: dict[str, Any]) -> int:
    """Run one case of a property, and give the number of examples it went through.

    Raises:
        PropertyFailure: it does not hold, or no example could be run.
        pytest.skip.Exception: it does not apply.
    """
    claim = claim_of(function)
    assert claim is not None
    lacking = implementation.lacks(claim.needs)
    if lacking:
        pytest.skip(lacking)
    arguments = {"implementation": implementation, "symcheck_run": run, **extra}
    wanted = inspect.signature(function).parameters
    counter = Counter()
    try:
        with counting(function, counter), drawing_within(frame_of(implementation)):
            function(**{name: value for name, value in arguments.items() if name in wanted})
    except SkipTest as unfit:
        # Raised where a problem is drawn, which knows nothing of pytest.
        pytest.skip(str(unfit))
    except Exception as error:
        example = Example(function, implementation, run, counter.failing or arguments)
        failure = told(error, claim, functools.partial(attribute, example=example))
        if failure is None:
            raise
        raise failure from None
    return counter.count


def cases_of(function: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a parametrized property: a label and the argument; one without either for any other."""
    marks = [m for m in getattr(function, "pytestmark", ()) if m.name == "parametrize"]
    if not marks:
        yield "", {}
    for mark in marks:
        name, values = mark.args
        for value in values:
            yield str(value), {name: value}


@dataclass(frozen=True)
class SuiteCheck:
    """One property or check by name; call it with the subject that it was made for."""

    name: str
    body: Callable[[], int | None]
    function: Callable[..., None] | None = None

    def __call__(self, subject: Any = None) -> None:
        """Run it.

        Raises:
            PropertyFailure: it does not hold; the text says why.
        """
        self.body()

    def __repr__(self) -> str:
        return self.name


def property_checks(implementation: Implementation, run: Run) -> Iterator[SuiteCheck]:
    """Every case of every property, to be run on one implementation."""
    settle(implementation, frame_of(implementation))
    for function in properties():
        configured(function, run)
        for label, extra in cases_of(function):
            name = bare(function.__name__) + (f"[{label}]" if label else "")
            body = functools.partial(run_property, function, implementation, run, extra)
            yield SuiteCheck(name, body, function)


def bare(name: str) -> str:
    """The name of a property without the file it stands in and without ``test_``."""
    return name.rpartition("::")[2].removeprefix("test_")
