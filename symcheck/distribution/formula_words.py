"""Formulas and the mistakes in them, in words."""

from __future__ import annotations

from symcheck.distribution.formulas import FAN_IN, FAN_OUT, Fan, SpreadFormula, bare_text

#: What a number is set as.
USED_AS = {
    "std": "standard deviation",
    "parent": "standard deviation before the cut",
    "bound": "bound",
    "width": "width",
}


def formula_words(formula: SpreadFormula) -> str:
    """``standard deviation 2 / fan_in`` and its like."""
    return f"{USED_AS[formula.use]} {formula.text}"


def form_words(formula: SpreadFormula) -> str:
    """What is wrong with where the root or the fan stands."""
    number, fan = f"{formula.number:g}", bare_text(formula.fan)
    variance = "" if formula.use in ("bound", "width") else "the variance was used as the standard deviation "
    return {
        "root_lost": f"{variance}(a square root is missing)" if variance else "a square root is missing",
        "root_over_number": f"the square root covers only the {number}",
        "root_over_fan": f"the square root covers only {fan}",
        "multiplied": f"multiplied by {fan} where the law divides",
        "root_over_part": "the square root does not cover the kernel size",
        "brackets_lost": "the sum of the fans lacks its brackets, so that fan_out is added and does not divide",
        "roots_added": "the root was taken of each fan, and not of their sum",
    }[formula.form]


def fan_words(taken: Fan, right: Fan) -> str:
    """What is wrong with the fan, where another one is divided by."""
    if {taken, right} == {FAN_IN, FAN_OUT}:
        return "fan_in and fan_out are swapped"
    known = {
        "inputs": "the fan has the kernel size left out",
        "(inputs + outputs)": "the fans have the kernel size left out",
        "outputs": "the number of outputs, size(0) of an (out, in) array, stands where the fan should",
        "(fan_in if kernel else outputs)": "for matrices the number of outputs, size(0) of an (out, in) array, stands "
        "where fan_in should; kernels are right",
        "sum(shape)": "the sizes of all axes are added up, the kernel's too",
        "(fan_in * fan_out)": "the fans are multiplied",
        "sqrt(fan_in * fan_out)": "the fans are averaged as the root of their product",
        "prod(shape)": "it divides by the number of all entries",
    }
    return known.get(taken.text, f"it divides by {bare_text(taken)} and not by {bare_text(right)}")
