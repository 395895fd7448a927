"""Side conditions for want of which a rule does not give a step: what would have to be known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from symcheck.proof.granted import scope_of, stated
from symcheck.proof.kernel.algebra import normal
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.judges import symbolic
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import Term, number, open_
from symcheck.proof.theorem import Theorem

#: Rules whose side conditions are signs and ranges alone; those of calculus also go by what is not known.
_RULES: Final = frozenset(
    (
        "algebra",
        "add exponents",
        "count equal terms",
        "collapse a sum",
        "definition",
        "substitute",
        "congruence of sums",
    )
)


@dataclass(frozen=True)
class Condition:
    """What is not known: that a term is not 0, or that it is at least another one."""

    term: Term
    kind: Literal["not 0", "at least"]
    least: Term = field(default_factory=lambda: number(0))


@dataclass(frozen=True)
class _Granting(Known):
    """Says yes to every condition, and keeps those that are not known."""

    asked: list[Condition] = field(default_factory=list)

    def _or_asked(self, known: bool, condition: Condition) -> bool:
        if not known and condition not in self.asked:
            self.asked.append(condition)
        return True

    @property
    def _plain(self) -> Known:
        return Known(self.ranges, self.sizes, self.not_negative)

    def nonzero(self, term: Term) -> bool:
        return self._or_asked(self._plain.nonzero(term), Condition(normal(term), "not 0"))

    def nonnegative(self, term: Term) -> bool:
        return self._or_asked(self._plain.nonnegative(term), Condition(normal(term), "at least"))

    def at_least(self, one: Term, other: Term) -> bool:
        return self._or_asked(self._plain.at_least(one, other), Condition(normal(one), "at least", normal(other)))


def unknown_conditions(theorem: Theorem, checked: Checked) -> tuple[Condition, ...]:
    """The conditions that are not known and with which the rule of a step would give it; none where it would not."""
    lemma = theorem.lemma_of(checked)
    if lemma is None or checked.step is None or checked.rule not in _RULES or checked.verdict.missing:
        return ()
    scope = scope_of(theorem, lemma, stated(theorem))
    known = _Granting(scope.known.ranges, scope.known.sizes, scope.known.not_negative)
    if not symbolic(checked.step, replace(scope, known=known)).accepted or any(map(_is_false, known.asked)):
        return ()
    return tuple(known.asked)


def splits_first(checked: Checked) -> bool:
    """Whether a sum of several terms is to be collapsed, of which only one may have the Kronecker delta."""
    if checked.rule != "collapse a sum" or checked.accepted:
        return False
    bodies = [open_(e)[1] for e in checked.claim[0].walk() if e.op == "sum" and not e.loose]
    return any(b.op == "add" and any(t.op == "delta" for t in b.walk()) for b in bodies)


def _is_false(condition: Condition) -> bool:
    """Whether it speaks of numbers alone: then it is not unknown, but wrong."""
    return normal(condition.term - condition.least).op == "number"
