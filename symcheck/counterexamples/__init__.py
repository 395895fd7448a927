"""Faulty subjects: for every check one that is grossly wrong and one that is slightly wrong, named after the fault.

Each must be rejected by the check it is filed under; a test and ``symcheck selftest`` walk them all.
"""

from symcheck.counterexamples import networks, parameters
from symcheck.counterexamples.example import COUNTEREXAMPLES, FAULT_SIZES, Counterexample
from symcheck.counterexamples.initializers import contract, independence, law, randomness, structure, symmetry

__all__ = [
    "COUNTEREXAMPLES",
    "FAULT_SIZES",
    "Counterexample",
    "contract",
    "independence",
    "law",
    "networks",
    "parameters",
    "randomness",
    "structure",
    "symmetry",
]
