"""What `prove` gives: a theorem with its steps and their verdicts, or what fails without a hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symcheck.errors import SymcheckError, listed
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.proofs import Checked, Hypothesis, Induction, Lemma, Proof
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.needed import Necessity


@dataclass(frozen=True)
class Theorem:
    """A proof that the kernel has gone through.

    Attributes:
        name, title, statement, sources: texts.
        hypotheses: the names of those assumed.
        assumptions: the same with their words.
        accepted: whether the kernel accepts the whole proof.
        steps: every step with its verdict.
        without: the hypotheses that were dropped.
        failing_step: the first step that needs what was dropped (or else is not accepted), or None.
        residual: what is left of the difference of its two sides.
        counterexample: a smallest case that shows that what was dropped is needed.
        conclusions: the equations that state the theorem.
        definitions: the equations that say what the symbols are.
        instance_of: the more general theorem that it is an instance of, and how.
        dropped: the hypotheses that were dropped, with their words.
        parts: the lemmas and inductions of the proof, in order.
    """

    name: str
    title: str
    statement: str
    sources: str
    hypotheses: tuple[str, ...]
    assumptions: tuple[Hypothesis, ...]
    accepted: bool
    steps: tuple[Checked, ...]
    without: tuple[str, ...] = ()
    failing_step: Checked | None = None
    residual: Any = None
    counterexample: Necessity | None = None
    conclusions: tuple[Fact, ...] = ()
    definitions: tuple[Fact, ...] = ()
    instance_of: str = ""
    dropped: tuple[Hypothesis, ...] = ()
    parts: tuple[Lemma | Induction, ...] = ()


@dataclass(frozen=True)
class TheoremEntry:
    """A theorem of the library: how to make its proof, and a counterexample for each hypothesis."""

    proof: Callable[[], Proof]
    counterexamples: dict[str, Callable[[str], Necessity]]


def proved(entries: dict[str, TheoremEntry], name: str, without: Sequence[str] = ()) -> Theorem:
    """Let the kernel go through the proof of a theorem.

    Args:
        entries: the library.
        name: of a theorem.
        without: hypotheses to drop.

    Raises:
        SymcheckError: no such theorem, or no such hypothesis of it; the message lists those there are.
    """
    if name not in entries:
        raise SymcheckError(f"no theorem is named {name!r}; there are {listed(entries)}")
    without = (without,) if isinstance(without, str) else tuple(without)
    proof = entries[name].proof()
    names = [h.name for h in proof.hypotheses]
    for hypothesis in without:
        if hypothesis not in names:
            has = f"its hypotheses are {listed(names)}" if names else "it has none"
            raise SymcheckError(f"{name} has no hypothesis named {hypothesis!r}; {has}")
    accepted, checked = check_proof(proof, without)
    dropped = tuple(h for h in proof.hypotheses if h.name in without)
    failing = _failing(checked, dropped)
    shown = entries[name].counterexamples.get(without[0]) if without else None
    kept = tuple(h for h in proof.hypotheses if h.name not in without)
    return Theorem(
        name,
        proof.title,
        proof.statement,
        proof.sources,
        tuple(h.name for h in kept),
        kept,
        accepted,
        tuple(checked),
        without,
        failing,
        failing.verdict.residual if failing else None,
        shown(without[0]) if shown else None,
        _goals(proof),
        proof.definitions,
        proof.instance_of,
        dropped,
        proof.parts,
    )


def _failing(checked: Sequence[Checked], dropped: Sequence[Hypothesis]) -> Checked | None:
    """The rejected step that tells most: one that asks for what was dropped, else one that leaves something."""
    asked = {f.name for h in dropped for f in h.facts}
    rejected = [c for c in checked if not c.accepted]
    asking = [c for c in rejected if c.step and asked & set(c.step.uses.split(", "))]
    leaving = [c for c in rejected if c.verdict.residual is not None]
    return next(iter([*asking, *leaving, *rejected]), None)


def _goals(proof: Proof) -> tuple[Fact, ...]:
    lemmas = {part.goal.name: part.goal for part in proof.parts if isinstance(part, Lemma)}
    return tuple(lemmas[name] for name in proof.conclusions)
