"""From evidence to a status: computed, never typed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from symcheck.claims.evidence import Bench, EvidenceOutcome
from symcheck.claims.ledger import Claim, Part

#: What each status means, in the order in which they are listed.
STATUSES = {
    "proved": "the kernel accepts a symbolic derivation",
    "tested": "properties or computed cases hold",
    "needs a hypothesis": "true once a hypothesis is stated; a counterexample without it stands",
    "refuted": "a minimal counterexample stands",
    "not established": "nothing here shows it",
    "open": "evidence needs what is not installed here",
    "failing": "evidence was run and does not hold",
}


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with what its evidence gave.

    Attributes:
        statuses: one for each part of the claim.
        outcomes: of the evidence, for each part.
    """

    claim: Claim
    statuses: tuple[str, ...]
    outcomes: tuple[tuple[EvidenceOutcome, ...], ...]

    @property
    def status(self) -> str:
        """The statuses of the parts."""
        return "; ".join(dict.fromkeys(self.statuses))


def judge_claim(claim: Claim, bench: Bench) -> JudgedClaim:
    """Run all evidence for a claim."""
    outcomes = tuple(tuple(o for e in part.evidence for o in e.run(bench)) for part in claim.parts)
    statuses = tuple(status(part, found) for part, found in zip(claim.parts, outcomes, strict=True))
    return JudgedClaim(claim, statuses, outcomes)


def status(part: Part, outcomes: Sequence[EvidenceOutcome]) -> str:
    """The status of one statement, from the outcomes of all its evidence."""
    roles = {o.role for o in outcomes}
    if any(not o.holds and o.role != "missing" for o in outcomes):
        return "failing"
    if "missing" in roles:
        return "open"
    for role, name in (
        ("refutes", "refuted"),
        ("limits", "needs a hypothesis"),
        ("proves", "proved"),
        ("tests", "tested"),
    ):
        if role in roles:
            return name
    return "not established"


def claim_data(claim: Claim, judged: JudgedClaim | None, sources: Mapping[str, str]) -> dict[str, Any]:
    """A claim as plain data, for JSON; without a judgement its status is ``not run``."""
    parts = []
    for number, part in enumerate(claim.parts):
        outcomes = [asdict(o) for o in judged.outcomes[number]] if judged else []
        parts.append(
            {
                "statement": part.statement,
                "status": judged.statuses[number] if judged else "not run",
                "evidence": outcomes,
            }
        )
    return {
        "id": claim.id,
        "says": claim.says,
        "said_in": [sources[s] for s in claim.sources],
        "status": judged.status if judged else "not run",
        "parts": parts,
    }
