"""What `prove` gives: a theorem with its steps and their verdicts, or what fails without a hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.displayed import DisplayedFormula
from symcheck.errors import SymcheckError, did_you_mean, listed
from symcheck.proof.kernel.check import Checked, check_proof
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof
from symcheck.proof.kernel.terms import Fact, Term

if TYPE_CHECKING:
    from symcheck.proof.needed import Necessity


@dataclass(frozen=True, repr=False)
class Theorem(DisplayedFormula):
    """A proof that the kernel has gone through.

    Attributes:
        proof: what was gone through.
        accepted: whether the kernel accepts the whole proof.
        steps: every step with its verdict.
        without: the names of the hypotheses that were dropped.
        counterexample: a smallest case that shows that what was dropped is needed.
    """

    proof: Proof
    accepted: bool
    steps: tuple[Checked, ...]
    without: tuple[str, ...] = ()
    counterexample: Necessity | None = None

    @property
    def name(self) -> str:
        """Its name in the library, or the one that its text gives it."""
        return self.proof.name

    @property
    def title(self) -> str:
        """What it says, in one line."""
        return self.proof.title or self.proof.name

    @property
    def statement(self) -> str:
        """What it says, in full."""
        return self.proof.statement

    @property
    def sources(self) -> str:
        """Where it is known from."""
        return self.proof.sources

    @property
    def instance_of(self) -> str:
        """The more general theorem that it is an instance of, and how."""
        return self.proof.instance_of

    @property
    def definitions(self) -> tuple[Fact, ...]:
        """The equations that say what the symbols are."""
        return self.proof.definitions

    @property
    def parts(self) -> tuple[Lemma | Induction, ...]:
        """The lemmas and inductions of the proof, in order."""
        return self.proof.parts

    @property
    def assumptions(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that are assumed."""
        return tuple(h for h in self.proof.hypotheses if h.name not in self.without)

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(h.name for h in self.assumptions)

    @property
    def dropped(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that were dropped."""
        return tuple(h for h in self.proof.hypotheses if h.name in self.without)

    @property
    def conclusions(self) -> tuple[Fact, ...]:
        """The equations that state the theorem."""
        goals = {part.goal.name: part.goal for part in self.parts if isinstance(part, Lemma)}
        return tuple(goals[name] for name in self.proof.conclusions)

    def lemma_of(self, checked: Checked) -> Lemma | None:
        """The lemma or the case of an induction in which a step stands; None where it has no steps of its own."""
        for part in self.parts:
            if isinstance(part, Induction):
                cases = {"base": part.base, "step": part.step}.get(checked.part, ())
            else:
                cases = () if checked.part else (part,)
            for lemma in cases:
                if lemma.goal.name == checked.lemma:
                    return lemma
        return None

    @property
    def failing_step(self) -> Checked | None:
        """The rejected step that tells most: one that asks for what was dropped, else one that leaves something; or None."""
        asked = {f.name for h in self.dropped for f in h.facts}
        rejected = [c for c in self.steps if not c.accepted]
        asking = [c for c in rejected if c.step and asked & set(c.step.uses)]
        leaving = [c for c in rejected if c.verdict.residual is not None]
        return next(iter([*asking, *leaving, *rejected]), None)

    @property
    def residual(self) -> Term | None:
        """What is left of the difference of the two sides of that step."""
        return self.failing_step.verdict.residual if self.failing_step else None


def proved(proof: Proof, without: Sequence[str] = (), shown: bool = True) -> Theorem:
    """Let the kernel go through a proof.

    Args:
        without: hypotheses to drop.
        shown: whether the case that its text gives for the first of them is judged too.

    Raises:
        SymcheckError: no such hypothesis of it; the message lists those there are.
        ValueError: it is no proof: something is not declared, or stands for two things.
    """
    without = (without,) if isinstance(without, str) else tuple(without)
    known = {h.name: h for h in proof.hypotheses}
    for name in without:
        if name not in known:
            has = f"its hypotheses are {listed(known)}" if known else "it has none"
            raise SymcheckError(
                f"{proof.name} has no hypothesis named {name!r}{did_you_mean(name, known) or f'; {has}'}"
            )
    accepted, checked = check_proof(proof, without)
    case = _case(proof.name, known[without[0]]) if without and shown else None
    return Theorem(proof, accepted, tuple(checked), without, case)


def _case(theorem: str, hypothesis: Hypothesis) -> Necessity | None:
    if not hypothesis.needed:
        return None
    # What judges cases trains networks; a theorem by itself does not.
    from symcheck.proof.needed import counterexample

    return counterexample(theorem, hypothesis.name, hypothesis.needed)
