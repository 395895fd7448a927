"""A theorem as plain data, for JSON."""

from __future__ import annotations

from symcheck.proof.theorem import Theorem
from symcheck.render.formulas.notation import Notation
from symcheck.render.formulas.text import text
from symcheck.render.proofs.verdict import goal_of


def theorem_data(theorem: Theorem) -> dict[str, object]:
    """The theorem with every step and its acceptance."""
    shown = theorem.counterexample
    return {
        "name": theorem.name,
        "title": theorem.title,
        "statement": theorem.statement,
        "hypotheses": list(theorem.hypotheses),
        "without": list(theorem.without),
        "accepted": theorem.accepted,
        "steps": [
            {
                "rule": c.rule,
                "claim": text(Notation.of(goal_of(theorem, c).ranges).equation(*c.claim)),
                "reason": c.reason,
                "accepted": c.accepted,
                "lemma": c.lemma,
                "part": c.part,
                "uses": ", ".join(c.step.uses) if c.step else "",
                "why": c.verdict.why,
                "file": c.source,
                "line": c.line,
            }
            for c in theorem.steps
        ],
        "residual": None if theorem.residual is None else text(Notation().box(theorem.residual)),
        "counterexample": shown and {"case": shown.case, "shows": shown.shows, "measured": shown.measured},
        "instance_of": theorem.instance_of,
        "sources": theorem.sources,
    }
