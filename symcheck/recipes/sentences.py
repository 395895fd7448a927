"""What in a recipe does not fit the parameters, in words."""

from __future__ import annotations

from collections.abc import Collection

from symcheck.errors import counted, did_you_mean, listed
from symcheck.laws.expressions import quoted
from symcheck.recipes.assignment import AssignedParameter, Assignment, Fault, NoBlock, NoLaw, Overlap, Unequal
from symcheck.recipes.blocks import Misfit
from symcheck.recipes.patterns import Target, escaped
from symcheck.recipes.rules import RecipeLine, Rule
from symcheck.texts import LONGEST_NAME, plain

#: Names that are looked through for one that may have been meant, and members that are named.
_MOST_NAMES, _NAMED = 2000, 4


def sentences(assignment: Assignment) -> list[str]:
    """One for each rule that matches or decides nothing, and for each fault; none where the recipe fits."""
    names = [parameter.name for parameter in assignment.parameters]
    return [
        *(f"{_said(rule)} matches no parameter{_meant(rule.target, names)}" for rule in assignment.unmatched),
        *(f"{_said(rule)} decides nothing: later rules cover all that it matches" for rule in assignment.overruled),
        *(
            f"{quoted(str(target))} in {_at(equality.where)}equal matches no parameter{_meant(target, names)}"
            for equality, target in assignment.unmatched_targets
        ),
        *map(fault_sentence, assignment.faults),
    ]


def fault_sentence(fault: Fault) -> str:
    """One fault in words."""
    match fault:
        case NoBlock(by, target, parameter, shape, misfit):
            what = f"{_at(by.where)}{plain(target, LONGEST_NAME)}"
            return f"{what}: {_name(parameter)} of shape {shape} has no such block; {_misfit(misfit)}"
        case Overlap(parameter, first, second, boxes):
            return (
                f"{_said(first)} and {_said(second)} share entries of {_name(parameter)}, {boxes[0]} and {boxes[1]}, "
                "and neither lies within the other"
            )
        case NoLaw(rule, parameter, shape, reason):
            of = f"{_said(rule)}: {_name(parameter)}, where it is of shape {shape},"
            return f"{of} cannot have this law; {reason}"
        case Unequal(equality, members):
            group = f"{_at(equality.where)}{plain(equality, 4 * LONGEST_NAME)}"
            if len(members) < 2:
                return f"{group} asks {counted(len(members), 'parameter')} to be equal, which is nothing to test"
            named = [f"{_name(m.parameter)} {m.selection.shape}" for m in members[:_NAMED]]
            more = [f"{len(members) - _NAMED:,} more"] if len(members) > _NAMED else []
            return f"{group} cannot be equal, as shapes differ: {', '.join([*named, *more])}"


def uncovered_sentence(parameter: AssignedParameter) -> str:
    """Of a parameter some or all of whose entries no rule covers."""
    if not parameter.parts:
        return f"no rule matches {_name(parameter.name)}"
    return f"no rule covers {listed(parameter.undecided)} of {_name(parameter.name)}, of shape {parameter.shape}"


def _misfit(misfit: Misfit) -> str:
    bound = (
        misfit.bound
        if misfit.value is None or str(misfit.value) == misfit.bound
        else f"{misfit.bound} = {misfit.value}"
    )
    axis = f"axis {misfit.axis} has {counted(misfit.length, 'entry', 'entries')}"
    match misfit.kind:
        case "axes":
            return f"it has {misfit.axis} {'axis' if misfit.axis == 1 else 'axes'}"
        case "fraction":
            return f"{bound} is no whole number, as {axis}"
        case "outside":
            return f"{bound} lies outside, as {axis}"
        case "empty":
            return f"nothing lies in {bound}, as {axis}"
        case "undefined":
            return f"{bound} divides by zero, as {axis}"


def _meant(target: Target, names: Collection[str]) -> str:
    """What a pattern that matches nothing may have been meant as."""
    text = str(target)
    if text in names:
        return f"; the parameter of this very name is written {quoted(escaped(text))}"
    if any(target.pattern.lower() == name.lower() for name in names):
        return "; capitals count" + did_you_mean(target.pattern, names)
    if "*" in target.pattern or len(names) > _MOST_NAMES:
        return ""
    return did_you_mean(target.pattern, [name for name in names if len(name) <= LONGEST_NAME])


def _said(rule: Rule) -> str:
    return f"{_at(rule.where)}{quoted(str(rule.target))} = {quoted(rule.spelling)}"


def _at(where: RecipeLine | None) -> str:
    return f"{where}: " if where else ""


def _name(name: str) -> str:
    return plain(name, LONGEST_NAME)
