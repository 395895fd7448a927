"""Faulty implementations, each named after its fault, the correct one they derive from.

A fault is rejected by the family of properties that it names (``shown_by``); ``CORRECT`` and ``UNUSUAL`` are
to pass them all.
"""

from symcheck.counterexamples.implementations import backward, forward, initialization, loss, state, update
from symcheck.counterexamples.implementations.mlp import CORRECT, FAMILIES, CorrectMLP, FaultyMLP
from symcheck.counterexamples.implementations.unusual import UNUSUAL

#: Every faulty implementation.
ALL: tuple[type[FaultyMLP], ...] = (
    *backward.FAULTS,
    *loss.FAULTS,
    *forward.FAULTS,
    *update.FAULTS,
    *initialization.FAULTS,
    *state.FAULTS,
)

__all__ = ["ALL", "CORRECT", "FAMILIES", "UNUSUAL", "CorrectMLP", "FaultyMLP"]
