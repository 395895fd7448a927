"""From a proof of the kernel to what Rocq is told: both judge one statement, which is written once, in the theorem's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symcheck.proof.kernel.proofs import Array, Hypothesis, Lemma, Proof
from symcheck.proof.kernel.terms import ZERO, Fact, Term, entry, variable
from symcheck.proof.rocq.indices import NotWritable
from symcheck.proof.rocq.statement import Statement, terms_of

#: The rules of the kernel that carry out derivatives.
_DERIVING = frozenset({"chain rule", "differentiate"})


def statement_of(proof: Proof) -> Statement:
    """What a proof shows: its hypotheses, definitions and conclusions, as Rocq is told them.

    Definitions by a derivative have no meaning over a ring. In their place stand the lemmas that the kernel
    derives from them, such as backpropagation. Where something is divided by an array of positive integers, which may be 0 in a
    field, it becomes a premise that these are not 0 there. Integers may be 0 where the text has them positive: more is shown.

    Raises:
        NotWritable: a hypothesis is an implication, or a lemma with derivatives rests on hypotheses.
    """
    implied = [h.name for h in proof.hypotheses if h.given]
    if implied:
        raise NotWritable(f"{', '.join(implied)} of {proof.name} holds only where something else does")
    goals = {p.goal.name: p.goal for p in proof.parts if isinstance(p, Lemma)}
    by_derivative = {f.name for f in proof.definitions if _has_derivative(f)}
    derived = tuple(_derived(proof, by_derivative))
    hypotheses = tuple(f for h in proof.hypotheses for f in _told(h))
    definitions = tuple(f for f in proof.definitions if f.name not in by_derivative)
    conclusions = tuple(goals[name] for name in proof.conclusions)
    arrays = proof.declared.arrays.values()
    divisors = _divisors((*hypotheses, *definitions, *derived, *conclusions))
    narrower = {r.name: r for h in proof.hypotheses for r in h.sizes}
    return Statement(
        proof.name,
        proof.title,
        tuple(narrower.get(r.name, r) for r in proof.declared.sizes),
        {a.name: len(a.domain) for a in arrays if a.least is not None},
        {a.name: len(a.domain) for a in arrays if a.least is None},
        proof.declared.functions,
        (*(_not_zero(a) for a in arrays if a.name in divisors and (a.least or 0) > 0), *hypotheses),
        definitions,
        derived,
        conclusions,
    )


def _told(hypothesis: Hypothesis) -> tuple[Fact, ...]:
    """The facts that are assumed under one name, its words with the first of them."""
    first, *others = hypothesis.facts or (None,)
    return () if first is None else (replace(first, words=first.words or hypothesis.words), *others)


def _derived(proof: Proof, by_derivative: set[str]) -> Iterator[Fact]:
    """The lemmas whose own steps speak of derivatives.

    Raises:
        NotWritable: one holds only under hypotheses, and as a premise it would assume what it rests on to be shown; or it is
            a conclusion, and there would be nothing left to show.
    """
    for lemma in (p for p in proof.parts if isinstance(p, Lemma)):
        if all(step.rule not in _DERIVING and not by_derivative & set(step.uses) for step in lemma.steps):
            continue
        if lemma.given or lemma.goal.name in proof.conclusions:
            raise NotWritable(f"{lemma.goal.name} of {proof.name} is shown with derivatives, which rings do not have")
        yield lemma.goal


def _has_derivative(fact: Fact) -> bool:
    return any(t.op == "partial" for t in terms_of([fact]))


def _divisors(facts: Iterable[Fact]) -> set[str]:
    """The arrays by whose entries something is divided."""
    return {t.args[0].head for t in terms_of(facts) if _divides(t) and t.args[0].op == "entry"}


def _divides(term: Term) -> bool:
    return term.op == "pow" and term.args[1].op == "number" and term.args[1].head < 0


def _not_zero(array: Array) -> Fact:
    indices = (variable(r.name) for r in array.domain)
    return Fact(f"{array.name}-not-zero", entry(array.name, *indices), ZERO, array.domain, relation="!=")
