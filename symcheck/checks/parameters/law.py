"""Are a model's parameters drawn from the laws of the recipe? Every one that a rule decides, block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symcheck.checks.atoms import atoms_cause, atoms_sentence
from symcheck.checks.definition import Check, Skip, UnfiledFinding, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.held import Held
from symcheck.checks.parameters.sentences import first_few
from symcheck.checks.samples import (
    Sample,
    aside,
    bound_beside,
    farthest,
    judge_bounds,
    judge_family,
    judge_mean,
    judge_scale,
)
from symcheck.checks.sentences import p_shown
from symcheck.diagnosis.laws import advice
from symcheck.distribution.atoms import atoms_test
from symcheck.distribution.goodness import Outcome
from symcheck.distribution.moments import mean_of, spread
from symcheck.errors import counted


@dataclass(frozen=True)
class Judged:
    """One thing that is held to a law, with the outcome of a test of it; None where another aspect hides it."""

    held: Held
    sample: Sample
    outcome: Outcome | None


def drawn(bench: ParameterBench) -> list[tuple[Held, Sample]]:
    """What the recipe holds to a law of independent draws.

    Raises:
        Skip: there is no recipe, or no such law in it.
    """
    found = [(held, bench.sample(held)) for held in bench.held if held.law.independent]
    if not found:
        raise Skip("the recipe holds no parameter to a law of independent draws")
    return found


def _law_check(
    aspect: str,
    looks_at: str,
    judge: Callable[[Sample, float], Outcome | None],
    figures: Callable[[Sample, Outcome], tuple[str, str]],
) -> Check:
    def run(bench: ParameterBench) -> UnfiledFinding:
        taken, limit = drawn(bench), bench.alpha
        coarse = [f"{held.name}: {text}" for held, s in taken if (text := s.too_coarse)]
        judged = [Judged(held, s, judge(s, limit)) for held, s in taken if not s.too_coarse]
        known = [(j, j.outcome) for j in judged if j.outcome is not None]
        wrong = sorted(((o.p_value, j, o) for j, o in known if o.p_value < limit), key=lambda row: row[0])
        if wrong:
            told = [_told(j.held, *figures(j.sample, o), p) for p, j, o in wrong]
            worst = wrong[0][1]
            return failed(
                first_few(told, "parameters"),
                measured=figures(worst.sample, wrong[0][2])[0],
                expected=figures(worst.sample, wrong[0][2])[1],
                p_value=wrong[0][0],
                diagnosis=_diagnosis(aspect, worst, wrong, limit),
            )
        if coarse:
            return UnfiledFinding("error", f"undecided: {first_few(coarse)}", measured="undecided")
        if not known:
            raise Skip(f"the scale or the mean is wrong, and the {aspect} with it")
        return passed(f"as the recipe has it, in {counted(len(known), 'parameter')}")

    causes = (
        "Another initializer than the one meant, a parameter that the init function missed, a fan of another shape."
    )
    remedy = "Compare the parameter the message names with its rule in the recipe; correct whichever is wrong."
    return Check("parameter", aspect, "statistical", looks_at, causes, remedy, run)


def _told(held: Held, measured: str, expected: str, p: float) -> str:
    return f"{held.name}: {measured}, but {held.law.name} has {expected} ({p_shown(p)}; {held.said})"


def _diagnosis(aspect: str, worst: Judged, wrong: Sequence[tuple[float, Judged, Outcome]], limit: float) -> str | None:
    alike = [j for _, j, _ in wrong if j.held.said == worst.held.said]
    observations = [j.sample.observation for j in alike]
    own = next(o for o, j in zip(observations, alike, strict=True) if j is worst)
    return advice(aspect, observations, worst.held.law, own, worst.sample.ideal.form.epsilon)


def _of_scale(s: Sample, o: Outcome) -> tuple[str, str]:
    std = spread(s.drawn, s.promised.mean)
    return f"std {std:.4g}", f"{s.promised.std:.4g}, ratio {std / s.promised.std:.4g}"


def _of_mean(s: Sample, o: Outcome) -> tuple[str, str]:
    return f"mean {mean_of(s.drawn):.4g}", f"{s.promised.mean:.4g}"


def _of_bounds(s: Sample, o: Outcome) -> tuple[str, str]:
    bound = bound_beside(s)
    return f"farthest entry {farthest(s):.4g}", "no bound" if bound is None else f"{bound:.4g}"


def _of_family(s: Sample, o: Outcome) -> tuple[str, str]:
    return f"a distribution function {o.measured:.3g} away", "none such"


scale = _law_check("scale", "Every parameter of a rule has the standard deviation of its law.", judge_scale, _of_scale)
mean = _law_check("mean", "Every parameter of a rule has the mean of its law.", judge_mean, _of_mean)
bounds = _law_check("bounds", "The extremes of every parameter are those of its law.", judge_bounds, _of_bounds)
family = _law_check(
    "family",
    "Every parameter of a rule follows the distribution function of its law, rounded to its dtype.",
    judge_family,
    _of_family,
)


@parameter_check("statistical")
def atoms(bench: ParameterBench) -> UnfiledFinding:
    """No number comes more often in a parameter than its law has it, and the numbers have all the digits of the dtype.

    Causes: A mask of zeros over the draws, pruned weights, draws rounded to a narrower type on the way.
    Remedy: Initialize in the dtype in which the parameter is kept.
    """
    limit, wrong, count = bench.alpha, [], 0
    for held, s in drawn(bench):
        if s.too_coarse or judge_mean(s, limit).p_value < limit:
            continue
        kept = aside(s, limit)
        count += 1
        found = atoms_test(kept.drawn, kept.ideal)
        if found.p_value < limit:
            wrong.append((found.p_value, found, kept, held))
    if wrong:
        p, found, s, _ = min(wrong, key=lambda row: row[0])
        told = [atoms_sentence(f, k.ideal.form.name, k.layer) for _, f, k, _ in wrong]
        return failed(first_few(told), p_value=p, measured=len(wrong), expected=0, diagnosis=atoms_cause(found))
    if not count:
        raise Skip("the mean is wrong, and with it what rounds to each number")
    return passed(f"as many different numbers as the laws have, in {counted(count, 'parameter')}")
