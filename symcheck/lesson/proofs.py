"""A theorem as lines to be read one by one: base, what follows, step; each with its verdict and its moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symcheck.proof.causes import causes
from symcheck.proof.kernel.check import Checked
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import EquationChain, Line
from symcheck.render.proofs.facts import References, stated
from symcheck.render.proofs.steps import chain
from symcheck.render.proofs.told import ShownInduction, ShownLemma, told

#: How many moves there are to choose from.
_CHOICES = 4


@dataclass(frozen=True)
class LessonMove:
    """A step as a move.

    Attributes:
        name: the fact that is put in, or the rule. others: names that the kernel rejects in its place.
    """

    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProofLine:
    """A lemma, or a case of the induction.

    Attributes:
        name: of the lemma. part: ``base`` or ``step`` of the induction, ``inside`` of it, ``before`` or ``after``.
        case: ``base`` or ``step`` of an induction inside of the induction, or "".
        says: its equation. chain: its steps. moves: one for each link of the chain.
        verdict: ``accepted``; ``fails`` by itself; ``rests`` on what fails.
    """

    name: str
    part: str
    case: str
    says: Line
    chain: EquationChain | None
    moves: tuple[LessonMove, ...]
    verdict: str

    @property
    def key(self) -> str:
        """Its name among the lines of the theorem."""
        return ".".join(filter(None, (self.name, self.part, self.case)))


def lines(theorem: Theorem, refs: References, playable: bool = False) -> tuple[ProofLine, ...]:
    """The lines of a theorem in the order in which they are told.

    Args:
        playable: whether moves come with others that the kernel rejects.
    """
    failing = {(c.lemma, c.part) for c in causes(theorem)}
    names = sorted({name for c in theorem.steps if c.step for name in c.step.uses})
    found, before = [], True
    for part in told(theorem):
        if isinstance(part, ShownInduction):
            before = False
            found += [_line(s, "base", theorem, refs, failing, names if playable else ()) for s in part.base]
            found += [
                _line(s, "inside", theorem, refs, failing, names if playable else ()) for s in _inside(part.inside)
            ]
            found += [_line(s, "step", theorem, refs, failing, names if playable else ()) for s in part.step]
        else:
            where = "before" if before else "after"
            found.append(_line(part, where, theorem, refs, failing, names if playable else ()))
    return tuple(found)


def _inside(parts: Sequence[ShownLemma | ShownInduction]) -> Iterator[ShownLemma]:
    for part in parts:
        if isinstance(part, ShownLemma):
            yield part
        else:
            yield from part.base
            yield from _inside(part.inside)
            yield from part.step


def _line(
    shown: ShownLemma,
    part: str,
    theorem: Theorem,
    refs: References,
    failing: set[tuple[str, str]],
    names: Sequence[str],
) -> ProofLine:
    goes = chain(shown.steps, shown.goal, theorem, refs) if all(c.step for c in shown.steps) and shown.steps else None
    rejected = any(not c.accepted for c in shown.steps)
    verdict = "fails" if (shown.goal.name, shown.part) in failing else "rests" if rejected else "accepted"
    moves = tuple(_move(c, names) for c in shown.steps) if goes else ()
    case = shown.part if part == "inside" else ""
    return ProofLine(shown.goal.name, part, case, stated(shown.goal), goes, moves, verdict)


def _move(checked: Checked, names: Sequence[str]) -> LessonMove:
    step = checked.step
    assert step is not None
    if len(step.uses) != 1:
        return LessonMove(step.rule)
    (own,) = step.uses
    judge = checked.judge
    others: list[str] = []
    # From its own place in the alphabet on, so that the choices differ from step to step.
    start = names.index(own) if own in names else 0
    for name in (*names[start + 1 :], *names[:start]):
        if len(others) < _CHOICES - 1 and judge and not judge(replace(step, uses=(name,)), "rules").accepted:
            others.append(name)
    return LessonMove(own, tuple(others))
