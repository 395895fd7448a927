"""Faulty implementations, each named after its fault, the correct one they derive from, and what tells them apart.

A fault is rejected by the family of properties that it names (``shown_by``); ``CORRECT`` and ``UNUSUAL`` are
to pass them all. `likely_mistake` and its kin name the mistake behind wrong gradients, outputs or updates.
"""

from symcheck.faults import backward, forwards, initializations, losses, states, updates
from symcheck.faults.diagnosis import (
    diagnose_gradients,
    diagnose_outputs,
    likely_forward_mistake,
    likely_mistake,
    likely_update_mistake,
)
from symcheck.faults.mlp import CORRECT, FAMILIES, CorrectMLP, FaultyMLP
from symcheck.faults.unusual import UNUSUAL

#: Every faulty implementation.
ALL: tuple[type[FaultyMLP], ...] = (
    *backward.FAULTS,
    *losses.FAULTS,
    *forwards.FAULTS,
    *updates.FAULTS,
    *initializations.FAULTS,
    *states.FAULTS,
)

__all__ = [
    "ALL",
    "CORRECT",
    "FAMILIES",
    "UNUSUAL",
    "CorrectMLP",
    "FaultyMLP",
    "diagnose_gradients",
    "diagnose_outputs",
    "likely_forward_mistake",
    "likely_mistake",
    "likely_update_mistake",
]
