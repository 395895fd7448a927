"""A step judged as if all that the text states before it were shown: whether it fails by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.judges import signed, symbolic
from symcheck.proof.kernel.proofs import Induction, Lemma
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.state import says
from symcheck.proof.kernel.steps import Scope
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.theorem import Theorem


def granted(theorem: Theorem, checked: Checked, names: Collection[str]) -> bool:
    """Whether the rule of a step gives it when the facts of these names hold.

    At which one value of its index a claim holds is left out of account, so more is granted than can be shown.
    """
    lemma = theorem.lemma_of(checked)
    if lemma is None:
        return False
    scope = scope_of(theorem, lemma, names)
    last = checked.step is None or (bool(lemma.steps) and checked.step == lemma.steps[-1])
    if lemma.goal.relation == ">=" and last:
        end = lemma.goal.left if checked.step is None else checked.step.right
        if not signed(replace(lemma.goal, right=end), scope.known).accepted:
            return False
    if checked.step is None:
        return lemma.goal.relation == ">="
    variables = frozenset(p.variable for p in theorem.parts if isinstance(p, Induction))
    held = {n: variables.intersection(f.variables) for n, f in scope.facts.items()} if variables else {}
    return any(symbolic(checked.step, s).accepted for s in (scope, replace(scope, held=held)))


def scope_of(theorem: Theorem, lemma: Lemma, names: Collection[str]) -> Scope:
    """What the steps of a lemma may use when the facts of these names hold."""
    proof = theorem.proof
    facts = {n: f for n, f in stated(theorem).items() if n in names}
    sizes = (*proof.declared.sizes, *(r for h in theorem.assumptions for r in h.sizes))
    signs = [f for f in facts.values() if f.relation == ">="]
    known = Known(
        {r.name: r for r in (*sizes, *lemma.goal.ranges)},
        {a.name: a.least for a in proof.declared.arrays.values() if a.least is not None},
        lambda term, around: any(says(f, frozenset(), term, around) for f in signs),
    )
    definitions = frozenset(f.name for f in proof.definitions)
    return Scope(facts, definitions, known, proof.declared.order, proof.declared.outputs)


def stated(theorem: Theorem) -> dict[str, Fact]:
    """All facts of a theorem by name, shown or not, without what was dropped."""
    found = {f.name: f for f in theorem.definitions}
    found |= {f.name: f for h in theorem.assumptions for f in h.facts}
    for part in theorem.parts:
        found |= {f.name: f for f in (part.claims if isinstance(part, Induction) else (part.goal,))}
    return found
