"""Beside each general proof a calculation in numbers: the smallest case that shows it, and one that shows what it needs.

What is rational is computed exactly; all else are floats of the reference, shown to six digits.
"""

from symcheck.proof.worked.calculation import CalculationLine, Worked, written
from symcheck.proof.worked.table import WORKED, worked

__all__ = ["WORKED", "CalculationLine", "Worked", "worked", "written"]
