"""The ledger of claims, every status computed, and what refutes the refuted ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symcheck.claims.evidence import Bench, EvidenceOutcome
from symcheck.claims.ledger import LEDGER
from symcheck.claims.status import JudgedClaim, judge_claim


@dataclass(frozen=True)
class Refuted:
    """A claim of which a part does not hold, as it is made or that part alone, with the cases that show it."""

    id: str
    says: str
    cases: tuple[EvidenceOutcome, ...]


@dataclass(frozen=True)
class Ledger:
    """All claims."""

    claims: tuple[JudgedClaim, ...]
    refuted: tuple[Refuted, ...]


def ledger(judge: Callable[[str], None] | None = None, bench: Bench | None = None) -> Ledger:
    """Run all evidence.

    Args:
        judge: is told what is run. bench: that runs it.
    """
    bench = bench or Bench(judge)
    judged = tuple(judge_claim(claim, bench) for claim in LEDGER)
    refuted = tuple(
        Refuted(
            j.claim.id, _said(j, part.statement), tuple(o for o in outcomes if o.kind == "case" and o.role == "refutes")
        )
        for j in judged
        for part, status, outcomes in zip(j.claim.parts, j.statuses, j.outcomes, strict=True)
        if status == "refuted"
    )
    return Ledger(judged, refuted)


def _said(judged: JudgedClaim, statement: str) -> str:
    """A claim in one part as it is made: its statement is what holds instead."""
    return judged.claim.says if len(judged.claim.parts) == 1 else statement.rstrip(".")
