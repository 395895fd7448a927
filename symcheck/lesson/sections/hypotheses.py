"""One hypothesis broken after the other: the line of the proof that fails, and the numbers in which the units part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symcheck.lesson.changed import changed_lines, with_change
from symcheck.lesson.presets import broken
from symcheck.lesson.proofs import ProofLine, lines
from symcheck.lesson.sections.shown import ShownCase, shown
from symcheck.proof import prove
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Ref
from symcheck.render.proofs.facts import References

#: For each broken case the theorem that the kernel goes through.
_GONE_THROUGH: dict[str, Callable[[], Theorem]] = {
    "rows": lambda: with_change("rows"),
    "columns": lambda: with_change("columns"),
    "biases": lambda: prove("constant-init", ("constant-biases",)),
    "rate": lambda: prove("constant-init", ("shared-rate",)),
    "dropout": lambda: with_change("dropout"),
    "penalty": lambda: with_change("penalty"),
    "penalty-uneven": lambda: prove("optimizers", ("entrywise-rule",)),
    "sign": lambda: prove("signs"),
    "sign-sigmoid": lambda: prove("signs", ("odd-activation",)),
}
_BEFORE = "before"


class _Unlinked(References):
    """Names of facts that are not stated on the page."""

    def to(self, name: str) -> str | Ref:
        return name


@dataclass(frozen=True, eq=False)
class BrokenCase:
    """What becomes of the theorem in one case.

    Attributes:
        shown: the network in training. theorem: what the kernel says of it. lines: of the proof, without what holds always.
        changed: what stands in the text of the theorem in place of what it says.
        sign: -1 where the two units are to be opposite.
    """

    shown: ShownCase
    theorem: Theorem
    lines: tuple[ProofLine, ...]
    sign: int
    changed: tuple[str, ...] = ()

    @property
    def failing(self) -> tuple[str, ...]:
        """The keys of the lines that fail by themselves."""
        return tuple(line.key for line in self.lines if line.verdict == "fails")


def hypotheses(rng: np.random.Generator) -> tuple[BrokenCase, ...]:
    """All cases, each with its theorem."""
    return tuple(broken_case(key, shown(case)) for key, case in broken(rng).items())


def broken_case(key: str, case: ShownCase) -> BrokenCase:
    """What the kernel says of one case."""
    theorem = _GONE_THROUGH[key]()
    found = tuple(line for line in lines(theorem, _Unlinked(theorem)) if line.part != _BEFORE)
    return BrokenCase(case, theorem, found, -1 if theorem.name == "signs" else 1, changed_lines(key))
