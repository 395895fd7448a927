"""Counterexamples beside hypotheses: a line of a theorem's text says a case in numbers, and this judges what it shows."""

from symcheck.proof.needed.case import Necessity
from symcheck.proof.needed.counterexample import check_needed, counterexample, hypotheses
from symcheck.proof.needed.line import NeededError

__all__ = ["Necessity", "NeededError", "check_needed", "counterexample", "hypotheses"]
