"""A first recipe for a model, from what its parameters are found to be: to be corrected by hand, and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.defaults import kept
from symcheck.checks.parameters.identified import identified, pattern_groups
from symcheck.checks.parameters.sentences import pattern_of
from symcheck.laws.law import Law
from symcheck.parameters import Parameter
from symcheck.recipes.patterns import Target, escaped
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Equality, Rule, Word


def draft(bench: ParameterBench) -> Recipe:
    """Rules for all parameters: the library's default where it was kept, else the plainest law that is consistent.

    What follows no law of the catalogue is ``any``, with a note. Shared memory becomes an equality.
    """
    documented = {k.held.parameter.name: k.kept for k in kept(bench)}
    groups = pattern_groups(bench)
    rates = 1e-9 / max(1, len(groups))
    rules = [rule for members in groups.values() for rule in _rules(bench, members, documented, rates)]
    return Recipe(tuple(rules), _equalities(bench))


def _rules(
    bench: ParameterBench, members: Sequence[Parameter], documented: Mapping[str, bool], rate: float
) -> Iterator[Rule]:
    law, said, note = _law(bench, members, documented, rate)
    for target in _targets(bench, members):
        yield Rule(target, law, said, note)


def _law(
    bench: ParameterBench, members: Sequence[Parameter], documented: Mapping[str, bool], rate: float
) -> tuple[Law | Word, str, str]:
    """A law, how it is written, and a note."""
    if all(documented.get(p.name, False) for p in members):
        return Word.DEFAULT, "default", f"as {members[0].layer} documents it"
    found = identified(bench, members, rate)
    fitting = [law for law in found.consistent if all(_may_have(p, law) for p in members)]
    if not fitting:
        std = max((m.std for m in found.measured), default=0.0)
        return Word.ANY, "any", f"no law of the catalogue; standard deviation {std:.4g}"
    others = ", ".join(law.name for law in fitting[1:4])
    return fitting[0], fitting[0].name, f"or {others}" if others else ""


def _may_have(p: Parameter, law: Law) -> bool:
    """Whether a parameter can have a law: one of fans needs fans, one of rows and columns a matrix."""
    return not (law.needs_fans and p.fans is None and len(p.shape) < 2) and not (law.needs_matrix and len(p.shape) < 2)


def _targets(bench: ParameterBench, members: Sequence[Parameter]) -> list[Target]:
    """A pattern for the members alone, where there is one; else each by its name."""
    target, names = Target(pattern_of(members[0].name)), {p.name for p in members}
    if len(members) > 1 and all(name in names for name in bench.valued if target.matches(name)):
        return [target]
    return [Target(escaped(p.name)) for p in members]


def _equalities(bench: ParameterBench) -> tuple[Equality, ...]:
    groups: dict[str, list[str]] = {}
    for name, p in bench.parameters.items():
        if p.shares:
            groups.setdefault(p.shares, []).append(name)
    return tuple(
        Equality(tuple(Target(escaped(n)) for n in (first, *others)), "they share memory")
        for first, others in groups.items()
    )
