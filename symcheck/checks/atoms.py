"""Do numbers repeat themselves more often than draws of a continuous law do in the dtype they are stored in?"""

from __future__ import annotations

from symcheck.checks.bench import InitializerBench, promised
from symcheck.checks.definition import Skip, UnfiledFinding, failed, initializer_check, passed
from symcheck.checks.dependence import excuse
from symcheck.checks.randomness import not_constant
from symcheck.checks.samples import Sample, aside, judge_mean, samples_and_limit, told_apart
from symcheck.checks.sentences import p_shown
from symcheck.checks.ties import find_ties, ties
from symcheck.checks.without_law import StoredArray, atoms_without_law
from symcheck.distribution.atoms import Atoms, atoms_test
from symcheck.errors import counted
from symcheck.fans import Layer


@initializer_check("statistical")
def atoms(bench: InitializerBench) -> UnfiledFinding:
    """No number comes more often than the law has it in the dtype of the array, and the numbers have all the digits of
    that dtype: no share of exact zeros, no grid, no draws made in a narrower type.

    Causes: A mask of zeros (dropout, pruning) over the draws, values clipped to a bound, draws rounded or cast to float16 on
    the way, a lookup table in place of a generator.
    Remedy: Return the draws as the generator gives them, in the dtype in which they were drawn.
    """
    if bench.law is None:
        return _without_law(bench)
    taken, limit = samples_and_limit(bench)
    not_constant(bench)
    kept = [aside(s, limit) for s in taken if judge_mean(s, limit).p_value >= limit]
    if not kept:
        raise Skip("the mean is wrong, and with it what rounds to each number")
    found, s = worst_atoms(told_apart(kept))
    figures = {"measured": found.measured, "expected": found.expected, "p_value": found.p_value}
    if found.p_value >= limit:
        form = s.ideal.form.name
        return passed(
            f"as many different numbers as {promised(bench.law).name} has in {form}, in {counted(len(kept), 'shape')}",
            **figures,
        )
    excuse(bench, "how often a number comes")
    if found.kind not in ("value", "digits") and find_ties(bench) is not None:
        raise Skip(f"some slices are equal, and their numbers with them; see {ties.name}")
    return failed(
        f"{atoms_sentence(found, s.ideal.form.name, s.layer)} ({p_shown(found.p_value)})",
        diagnosis=atoms_cause(found),
        **figures,
    )


def _without_law(bench: InitializerBench) -> UnfiledFinding:
    not_constant(bench)
    if not bench.random:
        raise Skip("the same array comes with every seed")
    return atoms_without_law([StoredArray(layer, bench.array(layer), bench.form(layer)) for layer in bench.layers])


def worst_atoms(taken: list[Sample]) -> tuple[Atoms, Sample]:
    """The least likely repetition, with the sample it was seen in."""
    judged = [(atoms_test(s.drawn, s.ideal), s) for s in taken]
    return min(judged, key=lambda row: row[0].p_value)


def atoms_sentence(found: Atoms, dtype: str, layer: Layer) -> str:
    """What repeats itself, in words."""
    if found.kind == "value":
        often = f"{found.measured:,} of {found.draws:,} entries at {layer} are exactly {found.value + 0.0:.6g}"
    elif found.kind == "digits":
        often = f"{found.measured:,} of {found.draws:,} entries at {layer} are numbers of {found.form}"
    else:
        often = f"only {found.draws - found.measured:,} of {found.draws:,} entries at {layer} are different numbers"
    return f"{often}, but draws of the law in {dtype} {_allowed(found)}"


def _allowed(found: Atoms) -> str:
    most = f"{found.expected:.3g}"
    if found.kind == "value":
        return f"take one value {most} times on average, at most"
    if found.kind == "digits":
        return f"are so {most} times on average, at most"
    return f"repeat another {most} times on average, at most"


def atoms_cause(found: Atoms) -> str:
    """What usually lies behind it."""
    if found.kind == "value":
        return "They are set and not drawn: a mask, a clip, or a default where nothing was drawn."
    if found.kind == "digits":
        return f"The draws were rounded to {found.form} on the way; the array holds no more than that."
    return "The draws lie on a grid, or come from a table: they were rounded on the way."
