"""Faulty implementations, each named after its fault, the correct one they derive from.

A fault is rejected by the family of properties that it names (``shown_by``); ``CORRECT``, ``UNUSUAL``,
``CORRECT_OBJECTIVES``, ``CORRECT_STEPS`` and ``CORRECT_UNBIASED`` are to pass them all.
"""

from symcheck.counterexamples.implementations import (
    backward,
    forward,
    initialization,
    loss,
    objectives,
    state,
    steps,
    unbiased,
    update,
)
from symcheck.counterexamples.implementations.mlp import CORRECT, FAMILIES, CorrectMLP, FaultyMLP
from symcheck.counterexamples.implementations.objectives import CORRECT_OBJECTIVES
from symcheck.counterexamples.implementations.steps import CORRECT_STEPS
from symcheck.counterexamples.implementations.unbiased import CORRECT_UNBIASED
from symcheck.counterexamples.implementations.unusual import UNUSUAL

#: Every faulty implementation.
ALL: tuple[type[FaultyMLP], ...] = (
    *backward.FAULTS,
    *loss.FAULTS,
    *forward.FAULTS,
    *update.FAULTS,
    *initialization.FAULTS,
    *state.FAULTS,
    *objectives.FAULTS,
    *steps.FAULTS,
    *unbiased.FAULTS,
)

__all__ = [
    "ALL",
    "CORRECT",
    "CORRECT_OBJECTIVES",
    "CORRECT_STEPS",
    "CORRECT_UNBIASED",
    "FAMILIES",
    "UNUSUAL",
    "CorrectMLP",
    "FaultyMLP",
]
