"""One property on the reference networks."""

from __future__ import annotations

from typing import Any

import pytest

from symcheck.activations import get_activation
from symcheck.subjects.implementation import Misbehaviour, reference_implementation
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.properties import REFERENCES, cases_of, configured, run_property
from symcheck.suite.run import Run


def held(function: Any) -> tuple[bool, str]:
    """Whether a property holds of every reference network that it applies to, and how many examples were run."""
    examples, reason = 0, ""
    for activation, loss in REFERENCES.values():
        # What the reference's own initialize draws.
        run = Run(profile="fast", law=f"lecun_normal(gain={get_activation(activation).gain!r})")
        configured(function, run)
        implementation = reference_implementation(activation, loss)
        try:
            for _, extra in cases_of(function):
                try:
                    examples += run_property(function, implementation, run, extra)
                except pytest.skip.Exception as skipped:
                    reason = str(skipped)
        except (PropertyFailure, Misbehaviour) as failure:
            return False, str(failure).partition("\n")[0]
        finally:
            implementation.close()
    if not examples:
        return False, f"was not run: {reason}"
    return True, f"{examples} examples"
