"""The property suite as findings of a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest

from symcheck.distribution.recognise import Observation, recognise
from symcheck.errors import SymcheckError, did_you_mean
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.report import Finding, Report, not_judged
from symcheck.subjects.data import Offer
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.claim import claim_of
from symcheck.suite.experiments import frame_of
from symcheck.suite.failure import PropertyFailure, Undecided, anything
from symcheck.suite.lemmas import violated
from symcheck.suite.properties import SuiteCheck, property_checks
from symcheck.suite.run import EXAMPLES, Run
from symcheck.suite.settlement_sentences import settlement_lines
from symcheck.texts import command_line
from symcheck.verdict import Failed, Verdict, verdict_of

IMPLEMENTATION = Offer.kind
#: Widths of the network whose weights are described where no law is given.
DRAWN = [256, 512, 384, 4]


def check_implementation(
    implementation: Implementation,
    law: str | Law | None,
    *,
    seed: int,
    false_alarm_rate: float,
    only: Collection[str] | None,
    progress: Callable[[str], None] | None,
    again: str,
) -> Report:
    """Run the properties that apply to an implementation, at the fast profile; see `symcheck.checking.check`.

    Args:
        again: what repeats the run.

    Raises:
        SymcheckError: there is no property of a name in ``only``.
    """
    named = law.name if isinstance(law, Law) else law
    checks = {
        f"{IMPLEMENTATION}.{item.name}": item
        for item in property_checks(implementation, Run(seed, "fast", false_alarm_rate, named))
    }
    if unknown := [name for name in only or () if name.startswith(f"{IMPLEMENTATION}.") and name not in checks]:
        raise SymcheckError(f"no check is named {unknown[0]!r}{did_you_mean(unknown[0], checks)}")
    findings, failures = [], list[Failed]()
    chosen = {name: item for name, item in checks.items() if only is None or name in only}
    for number, (name, item) in enumerate(chosen.items(), 1):
        if progress:
            progress(f"{name} ({number} of {len(chosen)})")
        findings.append(_finding(name, item, again, failures))
    verdict = verdict_of(failures, [f.message for f in findings if f.status == "warned"])
    held_to = named or implementation.offer.law
    notes = [
        f"{EXAMPLES['fast']} examples of each property; {command_line(['pytest', '--symcheck', implementation.name])} runs {EXAMPLES['default']}"
    ]
    return Report(
        implementation.name,
        IMPLEMENTATION,
        _explained(findings, verdict),
        called_as=implementation.called_as or None,
        law=held_to,
        looks_like=None if held_to else _looks_like(implementation, seed),
        seed=seed,
        layout=implementation.offer.layout,
        false_alarm_rate=false_alarm_rate,
        notes=[
            *(part.told for part in implementation.offer.found),
            *(line for line in settlement_lines(implementation) if verdict is None or line not in verdict.undecided),
            *notes,
            *([implementation.printed] if implementation.printed else []),
        ],
        verdict=verdict,
    )


def _explained(findings: Sequence[Finding], verdict: Verdict | None) -> list[Finding]:
    """The findings, with a mark on those whose cause the verdict tells, the first of each cause apart."""
    named = [explanation.explains for explanation in verdict.explanations] if verdict else []
    first = {name for names in named for name in names[:1]}
    later = {f"{IMPLEMENTATION}.{name}" for names in named for name in names[1:] if name not in first}
    return [replace(f, explained=f.check in later) for f in findings]


def _looks_like(implementation: Implementation, seed: int) -> str | None:
    """What ``initialize`` draws, the last layer apart where there are others; None where it is not offered, or draws nothing."""
    if implementation.lacks(("initialize",)):
        return None
    try:
        params = implementation.initialize(frame_of(implementation).nearest(DRAWN), seed)
    except Misbehaviour:
        return None
    return recognise([Observation(Layer(*W.shape), W) for W, _ in params[:-1] or params]).sentence


def _finding(name: str, item: SuiteCheck, again: str, failures: list[Failed]) -> Finding:
    """What a property says; if it fails, it is put among the failures."""
    claim = claim_of(item.function)
    grade = "statistical" if claim and claim.statistical else "rounding"
    try:
        examples = item.body()
    except Undecided as undecided:
        return Finding(name, "warned", grade, str(undecided))
    except pytest.skip.Exception as skipped:
        return Finding(name, "skipped", grade, str(skipped))
    except PropertyFailure as failure:
        failures.append(
            replace(failure.facts, name=item.name) if failure.facts else Failed(item.name, failure.sentence)
        )
        if failure.misbehaved:
            because = f"Likely mistake: {failure.mistake}." if failure.mistake else None
            return Finding(name, "error", grade, failure.sentence, reproduce=failure.code or again, diagnosis=because)
        parts = [f"Likely mistake: {failure.mistake}."] if failure.mistake else []
        parts += [f"By hand: {line}" if not n else line for n, line in enumerate(failure.working())]
        free = anything(failure.irrelevant)
        parts += [f"{free[0].upper()}{free[1:]}."] if free else []
        parts += [f"It contradicts: {violated(claim.theorem)}."] if claim else []
        diagnosis = "\n".join(parts) or None
        return Finding(name, "failed", grade, failure.sentence, reproduce=failure.code or again, diagnosis=diagnosis)
    except Exception as error:
        return not_judged(name, grade, error)
    return Finding(name, "passed", grade, f"holds in {examples} examples" if (examples or 0) > 1 else "holds")
