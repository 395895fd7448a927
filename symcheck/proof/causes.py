"""Which rejected steps fail by themselves, and which merely rest on what another one has to show."""

from __future__ import annotations

from collections.abc import Mapping

from symcheck.proof.granted import granted, stated
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.proofs import Induction
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.text.moves import BLANK
from symcheck.proof.theorem import Theorem


def causes(theorem: Theorem) -> list[Checked]:
    """The rejected steps that do not merely rest on another one; one at least where there are any.

    A step rests on an earlier one when it asks for a fact that is not shown because that one is rejected, and its own
    rule would give it from this fact. The order is that of the text: what stands further below is no excuse. And it rests
    on a gap when its rule gives it and only its worlds are wrong: a lemma with a gap does not say all that it needs, so
    its worlds are made without that.
    """
    facts, needs = stated(theorem), _needs(theorem)
    inductions = {part.name: part for part in theorem.parts if isinstance(part, Induction)}
    lemmas = {part.goal.name for part in theorem.parts if not isinstance(part, Induction)}
    rejected = [c for c in theorem.steps if not c.accepted and not _concludes(c)]
    gaps = {(c.lemma, c.part) for c in rejected if not _only_worlds(c)}
    before = set(facts) - lemmas
    failed: set[str] = set()
    found: list[Checked] = []
    for c in theorem.steps:
        if not c.accepted and _concludes(c):
            failed |= {claim.name for claim in inductions[c.lemma].claims}
        elif not c.accepted:
            unshown = {n for n in before if (n != c.lemma or c.part) and _unshown(n, failed, needs)}
            if _only_worlds(c):
                rests = (c.lemma, c.part) in gaps or not unshown.isdisjoint(_used(theorem, c))
            else:
                rests = _rests(c, theorem, facts, before, unshown)
            found += [] if rests else [c]
            failed |= {c.lemma} if c.lemma in lemmas else set()
        before.add(c.lemma)
    return found or rejected


def _concludes(checked: Checked) -> bool:
    """Whether a step is what an induction concludes, which is rejected with its cases."""
    return checked.part == "conclusion" and checked.rule == "induction"


def _only_worlds(checked: Checked) -> bool:
    """Whether a step is where it should be and its rule gives it."""
    if checked.step is None or checked.judge is None or checked.verdict.residual is not None:
        return False
    return checked.judge(checked.step, "rules").accepted


def _used(theorem: Theorem, checked: Checked) -> set[str]:
    """What the lemma of a step uses."""
    same = (c for c in theorem.steps if (c.lemma, c.part) == (checked.lemma, checked.part))
    lemma = theorem.lemma_of(checked)
    return {n for c in same if c.step for n in c.step.uses} | set(lemma.given if lemma else ())


def _needs(theorem: Theorem) -> dict[str, set[str]]:
    """What each fact has to have shown before it can be used, beside its own steps."""
    needs = {f.name: set(h.given) for h in theorem.assumptions for f in h.facts}
    for part in theorem.parts:
        for fact in part.claims if isinstance(part, Induction) else (part.goal,):
            needs[fact.name] = set(part.given)
    for c in theorem.steps:
        if c.step is not None and not c.part:
            needs[c.lemma] |= set(c.step.uses)
    return needs


def _rests(checked: Checked, theorem: Theorem, facts: Mapping[str, Fact], before: set[str], unshown: set[str]) -> bool:
    missing = checked.verdict.missing
    if checked.rule == BLANK:
        return False
    if missing:
        return missing in unshown and granted(theorem, checked, before)
    # An inequality is used by side conditions, which do not name it.
    signs = any(facts[n].relation == ">=" for n in unshown if n in facts)
    return signs and not checked.verdict.place and not checked.verdict.values and granted(theorem, checked, before)


def _unshown(name: str, failed: set[str], needs: Mapping[str, set[str]]) -> bool:
    """Whether a fact is one of those that failed, or needs one of them."""
    waiting, seen = [name], set[str]()
    while waiting:
        if (one := waiting.pop()) in failed:
            return True
        seen.add(one)
        waiting += needs.get(one, set()) - seen
    return False
