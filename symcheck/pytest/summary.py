"""The last lines of a run: how much was tested, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from symcheck.pytest.retelling import FACTS, UNDECIDED
from symcheck.verdict import Failed, verdict_of


def summarise(reports: Iterable[Any], option: Any) -> list[str]:
    """Lines for the terminal, from the reports of the suite's tests."""
    ran: dict[str, int] = {}
    skipped: Counter[str] = Counter()
    notes: list[str] = []
    failed = 0
    telling = []
    for report in reports:
        told = dict(report.user_properties)
        telling += [report] if report.failed or UNDECIDED in told else []
        if report.when == "call" and not (report.skipped and not hasattr(report, "wasxfail")):
            ran[report.nodeid] = told.get("symcheck_examples", 1)
            failed += report.failed
        elif report.skipped:
            skipped[_reason(report)] += 1
        notes += [value for name, value in report.user_properties if name == "symcheck_note"]
    kind = "property" if any(n != 1 for n in ran.values()) or not ran else "check"
    plural = {"property": "properties", "check": "checks"}[kind]
    counted = f"{len(ran)} {kind if len(ran) == 1 else plural}"
    if kind == "property":
        counted += f", {sum(ran.values()):,} examples"
    outcomes = f"{len(ran) - failed} passed, {skipped.total()} skipped, {failed} failed"
    lines = [f"symcheck: {counted}: {outcomes}   seed {option.symcheck_seed}   profile {option.symcheck_profile}"]
    lines += [f"  skipped {count}: {reason}" for reason, count in skipped.most_common()]
    lines += [f"  note: {note}" for note in dict.fromkeys(notes)]
    lines += [f"  {line}" for line in causes(telling)[:1]]
    if not ran:
        lines.append("  nothing was run, and that is not a pass")
    return lines


def causes(reports: Iterable[Any]) -> list[str]:
    """What is behind the failures among these reports: the cause first, then what else is known, and what is undecided."""
    facts, undecided = [], []
    for report in reports:
        told = dict(report.user_properties)
        if FACTS in told:
            facts.append(Failed.of(told["symcheck"], told[FACTS]))
        if UNDECIDED in told:
            undecided.append(told[UNDECIDED])
    verdict = verdict_of(facts, undecided)
    return [] if verdict is None else verdict.sentences


def _reason(report: Any) -> str:
    longrepr = report.longrepr
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")
