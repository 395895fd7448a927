"""Any part of any proof, changed: the rules never accept what the worlds show to be false, and next to nothing is accepted at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from gone_through import proved

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.check import Checked, check_proof
from symcheck.proof.kernel.proofs import Induction, Lemma, Proof, names_of
from symcheck.proof.kernel.terms import BINDERS, Term, number
from symcheck.proof.library import load

#: Changes that are tried of each step, and of a whole proof at least: few would give no share.
CHANGES, LEAST = 2, 100


def changed(term: Term, rng: np.random.Generator, names: list[str]) -> Term:
    """The term with one thing in it changed, at a random place."""
    places = list(_places(term))
    return _at(term, places[int(rng.integers(len(places)))], rng, names)


def _places(term: Term, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    yield path
    for k, a in enumerate(term.args):
        yield from _places(a, (*path, k))


def _at(term: Term, path: tuple[int, ...], rng: np.random.Generator, names: list[str]) -> Term:
    if path:
        args = list(term.args)
        args[path[0]] = _at(args[path[0]], path[1:], rng, names)
        return Term(term.op, term.head, args)
    if term.op == "variable":
        return [Term("variable", names[int(rng.integers(len(names)))]), term + 1][int(rng.integers(2))]
    if term.op == "number":
        return number(term.head + int(rng.choice([-1, 1, 2])))
    if term.op == "bound":
        return term + int(rng.choice([-1, 1]))
    if term.op in ("add", "mul") and rng.integers(2):
        drop = int(rng.integers(len(term.args)))
        return Term(term.op, None, [a for k, a in enumerate(term.args) if k != drop] or [number(1)])
    if term.op == "function":
        return Term("function", (term.head[0], term.head[1] + 1), term.args) if term.args else number(3)
    if term.op in BINDERS or term.op in ("partial", "delta"):
        return Term("mul", None, (number(-1), term))
    return [Term("add", None, (term, term)), Term("pow", None, (term, number(2)))][int(rng.integers(2))]


#: In a stage of CI of their own: each has the world and the rules of one that is shorter.
LONG = (
    "dead-by-sign",
    "leaky-gain",
    "logistic-regression",
    "optimizers",
    "quotient",
    "scale-power",
    "signs",
    "zero-init",
)
EVERY = [pytest.param(name, marks=pytest.mark.soak if name in LONG else ()) for name in THEOREMS]


@pytest.mark.first(2)
@pytest.mark.parametrize("name", EVERY)
def test_a_changed_step_is_rejected(name: str) -> None:
    rng = np.random.default_rng()
    counts: Counter[str] = Counter()
    steps = [c for c in proved(name).steps if c.step is not None and c.judge is not None]
    while sum(counts.values()) < LEAST:
        for c in steps:
            counts.update(_changes(c, rng))
    assert not counts["unsound"]
    # Some changes leave a step true, such as another constant that is differentiated; most do not.
    assert counts["rejected"] > 2 * counts["accepted"], counts


def _changes(c: Checked, rng: np.random.Generator) -> Iterator[str]:
    assert c.step is not None
    assert c.judge is not None
    names = sorted(str(n) for n in c.step.left.free | c.step.right.free) or ["t"]
    for _ in range(CHANGES):
        side = "left" if rng.integers(2) else "right"
        other = changed(getattr(c.step, side), rng, names)
        step = replace(c.step, **{side: other})
        try:
            if other.loose or same(other, getattr(c.step, side)):
                continue
            by_rules, by_worlds = (c.judge(step, only) for only in ("rules", "worlds"))
        except (ValueError, TypeError):
            yield "rejected"  # it is no term at all
            continue
        if by_rules.accepted and by_worlds.values:
            yield "unsound"  # the worlds give both sides a value, and the values differ
        else:
            yield "accepted" if by_rules.accepted and by_worlds.accepted else "rejected"


@pytest.mark.first(2)
@pytest.mark.usefixtures("one_world")
@pytest.mark.parametrize("name", EVERY)
def test_a_proof_without_a_part_is_no_proof(name: str) -> None:
    proof, rng = load(name), np.random.default_rng()
    used = [k for k, part in enumerate(proof.parts) if _is_used(part, proof)]
    for k in rng.choice(used, min(2, len(used)), replace=False):
        rest = replace(proof, parts=proof.parts[:k] + proof.parts[k + 1 :])
        assert not _accepted(rest), names_of(proof.parts[k : k + 1])


def _accepted(proof: Proof) -> bool:
    try:
        return check_proof(proof)[0]
    except ValueError:
        return False


def _is_used(part: Lemma | Induction, proof: Proof) -> bool:
    if isinstance(part, Induction) or part.goal.name in proof.conclusions:
        return True
    names = {part.goal.name}
    lemmas = [q for p in proof.parts for q in ((*p.base, *p.step) if isinstance(p, Induction) else (p,))]
    return any(names & set(s.uses) for q in lemmas if q is not part for s in q.steps)


def _needed(lemma: Lemma) -> list[int]:
    """Steps that no other can take over: the kernel compares sides up to algebra, so that a step beside may span one of it."""
    return [i for i, step in enumerate(lemma.steps) if step.rule != "algebra"]


@pytest.mark.first(4)
@pytest.mark.usefixtures("one_world")
@pytest.mark.parametrize("name", EVERY)
def test_a_step_that_is_left_out_leaves_a_gap(name: str) -> None:
    proof, rng = load(name), np.random.default_rng()
    long = [k for k, p in enumerate(proof.parts) if isinstance(p, Lemma) and len(p.steps) > 1 and _needed(p)]
    for k in rng.choice(long, min(2, len(long)), replace=False):
        lemma = proof.parts[k]
        assert isinstance(lemma, Lemma)
        drop = int(rng.choice(_needed(lemma)))
        shorter = replace(lemma, steps=lemma.steps[:drop] + lemma.steps[drop + 1 :])
        _, checked = check_proof(replace(proof, parts=(*proof.parts[:k], shorter, *proof.parts[k + 1 :])))
        assert not all(c.accepted for c in checked if c.lemma == lemma.goal.name), lemma.goal.name
