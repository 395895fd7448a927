"""Putting a fact in from right to left, where that side is a sum or a product of which more may stand around."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symcheck.proof.kernel.equations import in_ranges
from symcheck.proof.kernel.matching import Binding, Effort, match
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import Fact, Range, Term, instantiate, rewrite, variable


def folded(fact: Fact, given: Mapping[Any, Term], term: Term, known: Known, held: frozenset[Any]) -> Term:
    """The term with the right side of the fact replaced by its left side, wherever it is found."""
    start: Binding = {v: variable(v) for v in fact.variables if v in held} | dict(given)

    effort = Effort()

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        inside = known.around(around)
        for binding, rest in _found(fact.right, e, fact.variables, start, effort):
            if set(binding) == set(fact.variables) and in_ranges(fact, binding, inside):
                left = instantiate(fact.left, binding)
                if not rest:
                    return left
                place = next(i for i, part in enumerate(e.args) if part is not (*rest, None)[i])
                return Term(e.op, None, (*rest[:place], left, *rest[place:]))
        return None

    return rewrite(term, change)


def _found(
    pattern: Term, e: Term, variables: Sequence[Any], binding: Binding, effort: Effort
) -> Iterator[tuple[Binding, list[Term]]]:
    """Ways in which the pattern is the term, or some of its terms or factors, with what is left of these."""
    if (found := match(pattern, e, variables, binding, effort)) is not None:
        yield found, []
    if e.op not in ("add", "mul"):
        return
    parts = list(pattern.args) if pattern.op == e.op else [pattern]
    if len(parts) < len(e.args) or pattern.op == e.op:
        yield from _subsets(parts, list(e.args), variables, binding, effort)


def _subsets(
    patterns: list[Term], terms: list[Term], variables: Sequence[Any], binding: Binding, effort: Effort
) -> Iterator[tuple[Binding, list[Term]]]:
    if not patterns:
        yield binding, terms
        return
    first, *others = patterns
    if first.op == "variable" and first.head in variables:
        return  # it would take anything
    for place, term in enumerate(terms):
        found = match(first, term, variables, binding, effort)
        if found is not None:
            yield from _subsets(others, terms[:place] + terms[place + 1 :], variables, found, effort)
