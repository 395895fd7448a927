"""Does the recipe fit the model? Every rule is of use, every random parameter has one, and what is meant to be equal is."""

from __future__ import annotations

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.pieces import equal_boxes
from symcheck.checks.parameters.randomness import looks_drawn
from symcheck.checks.parameters.sentences import first_few, grouped
from symcheck.errors import counted
from symcheck.file_arrays import Values
from symcheck.recipes.rules import Word
from symcheck.recipes.sentences import sentences


@parameter_check("exact")
def covered(bench: ParameterBench) -> UnfiledFinding:
    """Every rule of the recipe matches a parameter, its blocks fit, and every random parameter has a rule.

    Causes: A parameter that was renamed, a misspelt pattern, a layer that was added after the recipe was written.
    Remedy: Correct the pattern; write "any" for what is not to be judged.
    """
    assignment = bench.assignment
    if not bench.for_all:
        raise Skip("one law was given, for the weights")
    faults = sentences(assignment)
    left = [c.name for c in assignment.uncovered if c.name in bench.valued and _random(bench, c.name)]
    if left:
        faults.append(f"no rule matches {grouped(left)}, which {'is' if len(left) == 1 else 'are'} random")
    held = {c.name for c in assignment.parameters if any(not isinstance(part.law, Word) for part in c.parts)}
    told = [n for n, p in bench.parameters.items() if n in held and p.values is not None and p.values.dtype.kind == "c"]
    faults += _touched(bench)
    faults += [f"{name} holds complex numbers, of which no law is tested" for name in told]
    if faults:
        return failed(first_few(faults), measured=len(faults), expected=0)
    rules = counted(len(assignment.recipe.rules), "rule")
    constant = len(assignment.uncovered)
    beside = f"; {counted(constant, 'constant parameter')} without one" if constant else ""
    any_ = [c.name for c in assignment.parameters if any(part.law is Word.ANY for part in c.parts)]
    beside += f"; not judged, as the recipe says any: {grouped(any_)}" if any_ else ""
    return passed(f"{rules} for {counted(len(assignment.parameters) - constant, 'parameter')}{beside}")


def _touched(bench: ParameterBench) -> list[str]:
    """What is wrong with parameters that the recipe says are to be left as they are found."""
    left = [c.name for c in bench.assignment.parameters if any(part.law is Word.UNTOUCHED for part in c.parts)]
    applied = bench.subject.facts.applied
    if left and applied is None:
        return [f"{grouped(left)}: untouched is for functions over modules, and the subject is none"]
    return [
        f"{name} is to be left as it is, and the function writes it"
        for name in left
        if applied and name in applied.touched
    ]


def _random(bench: ParameterBench, name: str) -> bool:
    return name in bench.redrawn or looks_drawn(bench.valued[name])


@parameter_check("exact")
def equal(bench: ParameterBench) -> UnfiledFinding:
    """What the recipe says is equal, is equal, by shared memory or by value.

    Causes: Weights that were tied before one of them was initialized again, or not tied at all.
    Remedy: Tie them after the initialization.
    """
    if not bench.assignment.groups:
        raise Skip("the recipe declares no equalities")
    told = []
    for group in bench.assignment.groups:
        first, *others = group.members
        one = _values(bench, first.parameter)
        for member in others:
            other = _values(bench, member.parameter)
            if one is None or other is None:
                continue
            if not equal_boxes((one, first.selection.box), (other, member.selection.box)):
                told.append(f"{first.parameter} and {member.parameter} differ")
    if told:
        return failed(first_few(told), measured=len(told), expected=0)
    return passed(f"{counted(len(bench.assignment.groups), 'declared equality', 'declared equalities')} hold")


def _values(bench: ParameterBench, name: str) -> Values | None:
    return bench.parameters[name].values
