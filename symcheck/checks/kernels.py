"""Do convolution kernels follow the law as matrices do? A finding of its own, since code for matrices is right without."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from symcheck.checks import law as entries
from symcheck.checks.bench import InitializerBench, promised
from symcheck.checks.definition import Check, Skip, UnfiledFinding, failed, initializer_check, passed, warned
from symcheck.checks.dependence import excuse
from symcheck.checks.samples import (
    Sample,
    judge_bounds,
    judge_family,
    judge_mean,
    judge_scale,
    kernel_samples,
    told_apart,
)
from symcheck.checks.sentences import p_shown
from symcheck.checks.structure import WITH_KERNELS, structure, structure_missed
from symcheck.distribution.goodness import Outcome
from symcheck.distribution.moments import spread
from symcheck.errors import counted
from symcheck.fans import Layer, layer_of
from symcheck.laws.law import Law

#: What is judged of the entries of kernels, in this order.
ASPECTS: dict[str, Callable[[Sample, float], Outcome | None]] = {
    "scale": judge_scale,
    "mean": judge_mean,
    "bounds": judge_bounds,
    "family": judge_family,
}
#: The checks that speak of matrices.
_OF_MATRICES: tuple[Check, ...] = (entries.scale, entries.mean, entries.bounds, entries.family, structure)
#: Two standard deviations that are told from this many entries are called alike when they differ by less than this share:
#: seven standard errors.
_ENOUGH, _ALIKE = 4096, 0.08
#: Sides of the layer, and by the number of its axes the long kernel, that show what the scale of kernels follows.
_SIDES = (32, 16)
_LONG = {1: (41,), 2: (9, 9), 3: (5, 5, 5)}
_DENSE = "say --shapes dense if it is for matrices only"


@initializer_check("statistical")
def kernels(bench: InitializerBench) -> UnfiledFinding:
    """Convolution kernels of one, two and three axes follow the law as matrices do: their fans count the kernel's size.
    What misses it is a failure where the initializer is meant for kernels, and a warning otherwise.

    Causes: A fan that leaves the kernel's size out, or takes only some of its axes; a layout taken wrongly; code that is
    meant for matrices only.
    Remedy: Multiply both fans by the kernel's size, the product of its axes; or say --shapes dense.
    """
    law = promised(bench.law)
    if not bench.may_draw_kernels:
        raise Skip("only matrices were asked for")
    drawn, misshapen = bench.kernels.drawn, bench.kernels.misshapen
    wished = bench.shapes in ("kernels", "all")
    if misshapen and not drawn:
        layer, draw = misshapen[0]
        assert draw.array is not None
        wanted = layer.shape(bench.layout)
        message = f"for {_named(layer)} got shape {draw.array.shape}, but should be {wanted}; {_DENSE}"
        return (failed if wished else warned)(message, measured=draw.array.shape, expected=wanted)
    if not drawn:
        if wished:
            error = f"no kernel was drawn: for {bench.kernels.refused[0][0]} it {bench.kernels.refused[0][1].error}"
            return UnfiledFinding("error", error, measured="untested", expected=law.name)
        raise Skip("it draws no convolution kernels")
    found = _missed_entries(bench, law) if law.independent else _missed_structure(bench, law)
    if found is None:
        return passed(f"{law.name} in kernels too, in {counted(len(drawn), 'shape')}, of {_ranks(drawn)} axes")
    if not bench.kernels_only and not _right_for_matrices(bench):
        raise Skip("matrices do not follow the law either, which is to be mended first")
    return found


def _missed_entries(bench: InitializerBench, law: Law) -> UnfiledFinding | None:
    samples = kernel_samples(bench)
    limit = bench.share(len(ASPECTS) * len(samples))
    for aspect, judge in ASPECTS.items():
        for sample in told_apart(samples):
            outcome = judge(sample, limit)
            if outcome is None or outcome.p_value >= limit:
                continue
            excuse(bench, "what is drawn for kernels")
            if aspect == "scale":
                return _wrong_scale(bench, law, sample, outcome)
            shown = f"the {aspect} is not that of {law.name} ({p_shown(outcome.p_value)})"
            figures = {"measured": outcome.measured, "expected": outcome.expected, "p_value": outcome.p_value}
            return _verdict(bench, sample.layer, shown, None, **figures)
    return None


def _wrong_scale(bench: InitializerBench, law: Law, sample: Sample, outcome: Outcome) -> UnfiledFinding:
    std, expected = spread(sample.drawn, sample.promised.mean), sample.promised.std
    missing = _left_out(law, sample.layer, std)
    figures = (
        f"std {std:.4g}, where {law.name} has {expected:.4g} (ratio {std / expected:.4g}, {p_shown(outcome.p_value)})"
    )
    remedy = "Multiply both fans by the kernel's size, the product of its axes." if missing else None
    shown = f"{missing}: {figures}" if missing else figures
    return _verdict(bench, sample.layer, shown, remedy, measured=std, expected=expected, p_value=outcome.p_value)


def _left_out(law: Law, layer: Layer, std: float) -> str:
    """How the kernel came into the fan, if a fan without some of its axes has the measured standard deviation."""
    axes = layer.kernel
    for kept in range(len(axes)):
        for part in combinations(axes, kept):
            if abs(std / law.entry(Layer(layer.out, layer.inputs, part).fans).std - 1) < _ALIKE / 2:
                return "the fan takes only a part of the kernel's axes" if part else "the fan misses the kernel's size"
    return ""


def _missed_structure(bench: InitializerBench, law: Law) -> UnfiledFinding | None:
    if law.family not in WITH_KERNELS:
        raise Skip(f"{law.name} is a law of matrices")
    for layer in bench.kernels.drawn:
        if missed := structure_missed(law, layer, bench.oriented(layer), bench.form(layer)):
            return _verdict(bench, layer, missed.sentence, None, measured=missed.by, expected=0.0)
    return None


def _verdict(
    bench: InitializerBench, layer: Layer, shown: str, remedy: str | None, **figures: object
) -> UnfiledFinding:
    if bench.kernels_only:
        return failed(f"for {_named(layer)} {shown}", diagnosis=remedy, **figures)
    message, meant = f"right for matrices; for {_named(layer)} {shown}", meant_for_kernels(bench)
    if meant:
        return failed(f"{message}; it is meant for kernels: {meant}", diagnosis=remedy, **figures)
    return warned(f"{message}; {_DENSE}", diagnosis=remedy, **figures)


def _named(layer: Layer) -> str:
    size = "x".join(map(str, layer.kernel))
    return f"{size} kernels" if len(layer.kernel) > 1 else f"kernels of length {size}"


def _ranks(layers: tuple[Layer, ...]) -> str:
    ranks = [str(len(layer.kernel)) for layer in sorted(layers, key=lambda layer: len(layer.kernel))]
    return " and ".join(filter(None, (", ".join(ranks[:-1]), ranks[-1])))


def _right_for_matrices(bench: InitializerBench) -> bool:
    return not any(check.judge(bench).bad for check in _OF_MATRICES)


def meant_for_kernels(bench: InitializerBench) -> str:
    """Why an initializer is known to be meant for kernels too; empty where it is not."""
    if bench.shapes in ("kernels", "all"):
        return f"--shapes {bench.shapes} says so"
    facts, law = bench.description, bench.law
    if facts.law is not None or facts.promise is not None:
        return f"{facts.library} documents it so"
    if law is not None and law.formula is not None and "kernel" in law.formula.names:
        return "the law speaks of the kernel"
    return "its scale follows the kernel's size" if law is not None and law.independent and _follows(bench) else ""


def _follows(bench: InitializerBench) -> bool:
    """Whether the scale of kernels is another than that of a matrix of two of their axes.

    Code for matrices reads two axes of a shape by their numbers, counted from either end, and no other.
    """
    first = bench.kernels.drawn[0]
    long = Layer(*_SIDES, _LONG[len(first.kernel)])
    layer = long if bench.draws(long)[0].array is not None else first
    scale = _spread(bench, layer)
    shape = layer.shape(bench.layout)
    read = {(shape[0], shape[1]), (shape[-2], shape[-1]), (shape[0], shape[-1])}
    try:
        as_matrices = [_spread(bench, layer_of(two, bench.layout)) for two in sorted(read)]
    except Skip:
        return False
    return not any(abs(scale - one) <= _ALIKE * one for one in as_matrices)


def _spread(bench: InitializerBench, layer: Layer) -> float:
    """The standard deviation for a layer, from enough draws.

    Raises:
        Skip: they cannot be had.
    """
    count = -(-_ENOUGH // int(np.prod(layer.shape("out_in"))))
    return spread(np.stack(bench.arrays(layer, count, seed=6)))
