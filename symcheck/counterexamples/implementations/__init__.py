"""Faulty implementations, each named after its fault, the correct one they derive from.

A fault is rejected by the family of properties that it names (``shown_by``); ``CORRECT``, ``UNUSUAL``,
``CORRECT_OBJECTIVES``, ``CORRECT_STEPS``, ``CORRECT_UNBIASED``, ``STYLES`` and ``CORRECT_VECTORS`` are to pass them all. Each of ``PAIRED`` has
right code in another style beside it.
"""

from symcheck.counterexamples.implementations import (
    backward,
    bias_gradients,
    clipped,
    deltas,
    derivatives,
    forward,
    forward_slips,
    initialization,
    loss,
    moments,
    normalized,
    objectives,
    optimizing,
    optimizing_parts,
    output_errors,
    penalties,
    state,
    steps,
    unbiased,
    update,
    update_lines,
    updating,
    weight_gradients,
)
from symcheck.counterexamples.implementations.mlp import CORRECT, FAMILIES, CorrectMLP, FaultyMLP
from symcheck.counterexamples.implementations.objectives import CORRECT_OBJECTIVES
from symcheck.counterexamples.implementations.steps import CORRECT_STEPS
from symcheck.counterexamples.implementations.styles import STYLES
from symcheck.counterexamples.implementations.unbiased import CORRECT_UNBIASED
from symcheck.counterexamples.implementations.unusual import UNUSUAL
from symcheck.counterexamples.implementations.whole_vectors import CORRECT_VECTORS

#: Mistakes that people make, each with right code in another style; none of them is in `ALL`.
PAIRED: tuple[type[FaultyMLP], ...] = (
    *bias_gradients.FAULTS,
    *weight_gradients.FAULTS,
    *deltas.FAULTS,
    *derivatives.FAULTS,
    *output_errors.FAULTS,
    *forward_slips.FAULTS,
    *normalized.FAULTS,
    *penalties.FAULTS,
    *clipped.FAULTS,
    *updating.FAULTS,
    *update_lines.FAULTS,
    *optimizing.FAULTS,
    *moments.FAULTS,
    *optimizing_parts.FAULTS,
)

#: The faults that show what each family of properties rejects.
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
    "CORRECT_VECTORS",
    "FAMILIES",
    "PAIRED",
    "STYLES",
    "UNUSUAL",
    "CorrectMLP",
    "FaultyMLP",
]
