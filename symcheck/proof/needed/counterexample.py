"""Judges a counterexample: every other hypothesis holds in it, the one dropped does not, and the conclusion fails."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from symcheck.errors import SymcheckError, did_you_mean, listed
from symcheck.proof.needed.case import Necessity
from symcheck.proof.needed.conclusions import CONCLUSIONS, Conclusion
from symcheck.proof.needed.line import NeededError, Settings, read_line


def counterexample(theorem: str, hypothesis: str, line: str) -> Necessity:
    """What a `needed` line shows: that the theorem would be false without the hypothesis.

    Args:
        theorem, hypothesis: names.
        line: what follows the word ``needed``, as in `symcheck.proof.needed.line`.

    Raises:
        NeededError: a theorem or hypothesis that no case is known for, a line that cannot be read, a case in which this
            hypothesis holds or another one fails, or one in which the conclusion holds.
        SymcheckError: a network or an activation that is none.
    """
    conclusions = _of(theorem)
    names = hypotheses(theorem)
    if hypothesis not in names:
        raise NeededError(f"{theorem} has no hypothesis {hypothesis!r} to be shown needed; it has {listed(names)}")
    read = read_line(line)
    kinds = {c.kind.name for c in conclusions}
    if read.kind not in kinds:
        raise NeededError(f"{theorem} is shown in a case of the kind {listed(kinds)}, not {read.kind!r}")
    on_it = [c for c in conclusions if hypothesis in c.hypotheses]
    conclusion, outcome, at = contradicted(on_it, read.outcome, hypothesis)
    settings = Settings(read)
    # What overflows is found in what comes of it.
    with np.errstate(all="ignore"):
        case = conclusion.kind.read(settings)
        settings.finish()
        failures = {name: conclusion.kind.conditions[name](case) for name in conclusion.hypotheses}
        wrong = case.wrong(outcome, at)
    if not failures[hypothesis]:
        raise NeededError(f"{hypothesis} holds in this case, which then shows nothing of it")
    for name, failure in failures.items():
        if failure and name != hypothesis:
            raise NeededError(f"{name} fails in this case too: {failure}")
    if not isfinite(wrong.gap):
        raise NeededError("the numbers of this case overflow")
    if not wrong.visible:
        raise NeededError(f"the conclusion holds in this case, although {failures[hypothesis]}: {wrong.words}")
    return Necessity(
        hypothesis, case.words(), f"{failures[hypothesis]}, and {wrong.words}{conclusion.so}", float(wrong.gap)
    )


def check_needed(theorem: str, lines: Mapping[str, str]) -> dict[str, Necessity]:
    """What the `needed` lines of a theorem show, by the names of its hypotheses.

    Raises:
        NeededError: a hypothesis without a line, or any error of `counterexample`; the message names the hypothesis.
    """
    missing = [name for name in hypotheses(theorem) if name not in lines]
    if missing:
        raise NeededError(f"{theorem} has no needed line for {listed(missing)}")
    shown = {}
    for name, line in lines.items():
        try:
            shown[name] = counterexample(theorem, name, line)
        except SymcheckError as error:
            raise NeededError(f"{name}: {error}") from error
    return shown


def hypotheses(theorem: str) -> tuple[str, ...]:
    """The hypotheses of a theorem that a case can show to be needed.

    Raises:
        NeededError: no such theorem.
    """
    return tuple(dict.fromkeys(name for c in _of(theorem) for name in c.hypotheses))


def _of(theorem: str) -> tuple[Conclusion, ...]:
    if theorem not in CONCLUSIONS:
        known = did_you_mean(theorem, CONCLUSIONS) or f"; there are {listed(CONCLUSIONS)}"
        raise NeededError(f"no theorem is named {theorem!r}{known}")
    return CONCLUSIONS[theorem]


def contradicted(
    conclusions: Sequence[Conclusion], outcome: str, hypothesis: str
) -> tuple[Conclusion, str, tuple[int, ...]]:
    """The conclusion that an outcome contradicts, the outcome with # for its numbers, and these.

    Raises:
        NeededError: none of these conclusions; the message says which outcomes there are.
    """
    for conclusion in conclusions:
        for template in conclusion.outcomes:
            if match := re.fullmatch(re.escape(template).replace(r"\#", r"(\d{1,3})"), outcome):
                return conclusion, template, tuple(map(int, match.groups()))
    known = listed(repr(o) for c in conclusions for o in c.outcomes)
    raise NeededError(f"without {hypothesis} what can go wrong is {known}, not {outcome!r}")
