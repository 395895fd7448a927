"""Are a network's weights drawn from a law? Scale, mean, bounds, family and repeated numbers, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from symcheck.checks.atoms import atoms_cause, atoms_sentence, worst_atoms
from symcheck.checks.bench import promised
from symcheck.checks.definition import Check, Skip, UnfiledFinding, failed, network_check, passed, warned
from symcheck.checks.heads import find_head, head_sentence
from symcheck.checks.network_bench import NetworkBench
from symcheck.checks.samples import (
    Sample,
    aside,
    bound_beside,
    farthest,
    judge_bounds,
    judge_family,
    judge_mean,
    judge_scale,
    left_by,
    measured_std,
    sample_of,
    told_apart,
    worst,
)
from symcheck.checks.sentences import p_shown
from symcheck.checks.without_law import StoredArray, atoms_without_law
from symcheck.diagnosis.laws import advice
from symcheck.distribution.formats import FORMATS, FloatFormat, format_named
from symcheck.distribution.goodness import Outcome
from symcheck.distribution.moments import mean_of, spread
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.types import Array

#: Judges an aspect of a sample at a false-alarm rate; None where another aspect hides it.
Judge = Callable[[Sample, float], Outcome | None]
_NOT_DRAWN = "It is filled with a constant, or its scale came out as 0; nothing else of the law can be told of it."


def network_samples(bench: NetworkBench) -> list[Sample]:
    """The entries of each layer, as draws of the law.

    Raises:
        Skip: there is no law of draws, or some weight is not a finite number.
    """
    law = promised(bench.law)
    if not law.independent and law.family != "sparse":
        raise Skip(f"{law.name} is judged by its structure")
    bench.finite_needed()
    rng = np.random.default_rng(bench.seed)
    layers = [(Layer(*weight.shape), weight) for weight in bench.network.weights]
    if not law.independent:
        left = [(layer, left_by(law, layer, weight)) for layer, weight in layers]
        layers = [(layer, entries) for layer, entries in left if entries.size]
    if not layers:
        raise Skip(f"no weight differs from 0, and {law.name} has draws between its zeros")
    return [sample_of(layer, w, law.entry(layer.fans), form_of(w), rng) for layer, w in layers]


def form_of(weight: Array) -> FloatFormat:
    """The format a layer's weights are stored in.

    Weights in bfloat16 are handed on as float32, so a layer whose numbers are all bfloat16's is taken as one of these.
    """
    half = FORMATS["bfloat16"]
    form = format_named(weight.dtype.name)
    return half if form.name == "float32" and bool(half.holds(weight).all()) else form


def _drawn(taken: Sequence[Sample]) -> list[Sample]:
    """The samples whose dtype is fine enough and that are no constants, of which the check of the scale speaks.

    Raises:
        Skip: there is none.
    """
    kept = [s for s in told_apart(taken) if spread(s.drawn) > 0]
    if not kept:
        raise Skip("the weights of every layer are one number, and nothing else follows from it")
    return kept


def _told_of(sample: Sample, aspect: str, outcome: Outcome, limit: float) -> tuple[float, float | None]:
    """What is measured in an aspect, and what the law has, in the unit of the weights."""
    drawn, entry = sample.drawn, sample.promised
    if aspect == "scale":
        return measured_std(sample, limit), entry.std
    if aspect == "mean":
        return mean_of(drawn), entry.mean
    if aspect == "bounds":
        return farthest(sample), bound_beside(sample)
    return outcome.measured, outcome.expected


def _advice(aspect: str, samples: list[Sample], law: Law, seen: Sample) -> str | None:
    if not law.independent:
        return None
    return advice(aspect, [s.observation for s in samples], law, seen.observation, seen.ideal.form.epsilon)


def _law_check(aspect: str, looks_at: str, judge: Judge, measured: str, said: str = "") -> Check:
    """A check of the entries of each layer against the law.

    Args:
        measured: what is measured. said: what is as it should be, in another word.
    """

    def run(bench: NetworkBench) -> UnfiledFinding:
        law, taken = promised(bench.law), network_samples(bench)
        samples = _drawn(taken)
        judged = [(o, s) for s in samples if (o := judge(s, bench.alpha)) is not None]
        if 2 * len(judged) < len(samples):
            raise Skip(f"the scale or the mean is wrong, and the {aspect} with it")
        o, s = worst(judged)
        found, expected = _told_of(s, aspect, o, bench.alpha)
        figures = {"measured": found, "expected": "no bound" if expected is None else expected, "p_value": o.p_value}
        if o.p_value >= bench.alpha:
            coarse = next((text for other in taken if (text := other.too_coarse)), None)
            if coarse:
                return UnfiledFinding(
                    "error", f"{law.name} is undecided: {coarse}", measured="undecided", expected=law.name
                )
            return passed(f"{said or measured} as {law.name} has it, in {counted(len(samples), 'layer')}", **figures)
        shown = "no bound" if expected is None else f"{expected:.4g}"
        return failed(
            f"{measured} {found:.4g} in the layer {s.layer} ({counted(s.array.size, 'weight')}), but {law.name} has {shown} "
            f"({p_shown(o.p_value)})",
            diagnosis=_advice(aspect, samples, law, s),
            **figures,
        )

    causes = "Another initializer than the one meant, swapped fans, or weights that have been trained."
    remedy = "Follow the diagnosis: it names the law that fits the measured standard deviations."
    return Check("network", aspect, "statistical", looks_at, causes, remedy, run)


_scale = _law_check(
    "scale",
    "The weights of each layer have the law's standard deviation; of a last layer that alone is zero, or of a small gain, "
    "it warns.",
    judge_scale,
    "std",
)


def _judge_scale(bench: NetworkBench) -> UnfiledFinding:
    """The check of the scale, with constant layers and a last layer that differs on purpose told as what they are."""
    law, taken = promised(bench.law), told_apart(network_samples(bench))
    head = find_head(taken, bench.alpha)
    constant = next((s for s in (taken[:-1] if head else taken) if spread(s.drawn) == 0), None)
    if constant is not None:
        value = float(constant.drawn.flat[0])
        message = f"every weight of the layer {constant.layer} is {value:g}, but should be drawn from {law.name}"
        return failed(message, measured=value, expected=constant.promised.std, diagnosis=_NOT_DRAWN)
    if head is None:
        return _scale.run(bench)
    if head.kind == "other":
        verdict = _scale.run(bench)
        return replace(verdict, diagnosis=head_sentence(head, law))
    return warned(head_sentence(head, law), measured=head.ratio * head.expected, expected=head.expected)


scale = replace(_scale, run=_judge_scale)
mean = _law_check("mean", "The weights of each layer have the law's mean.", judge_mean, "mean")
bounds = _law_check(
    "bounds", "The extremes of each layer's weights are those of the law.", judge_bounds, "largest weight"
)
family = _law_check(
    "family",
    "The weights of each layer follow the law's distribution function, rounded to their dtype.",
    judge_family,
    "gap of the distribution function",
    "distribution function",
)


@network_check("statistical")
def atoms(bench: NetworkBench) -> UnfiledFinding:
    """No number comes more often in a layer than the law has it in the layer's dtype, and the numbers have all the digits
    of that dtype. float32 weights that are all numbers of bfloat16 are taken as bfloat16.

    Causes: Pruned weights, weights rounded to float16 and stored as float32 or float64, a fill in place of a draw.
    Remedy: Keep the weights in the dtype they were drawn in; hold pruned weights to no law of independent draws.
    """
    if bench.law is None:
        bench.finite_needed()
        stored = [StoredArray(Layer(*w.shape), w, form_of(w)) for w in bench.network.weights]
        return atoms_without_law(stored, trained=True)
    law, samples = promised(bench.law), _drawn(network_samples(bench))
    limit = bench.alpha
    kept = [aside(s, limit) for s in samples if judge_mean(s, limit).p_value >= limit]
    if not kept:
        raise Skip("the mean is wrong, and with it what rounds to each number")
    found, s = worst_atoms(told_apart(kept))
    figures = {"measured": found.measured, "expected": found.expected, "p_value": found.p_value}
    if found.p_value >= limit:
        return passed(f"as many different numbers as {law.name} has, in {counted(len(kept), 'layer')}", **figures)
    sentence = atoms_sentence(found, s.ideal.form.name, s.layer)
    return failed(f"{sentence} ({p_shown(found.p_value)})", diagnosis=atoms_cause(found), **figures)
