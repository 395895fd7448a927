"""Does an initializer follow its law? Scale, mean, bounds and family of independent entries; structure of the others."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcheck.checks.bench import SMALL, InitializerBench
from symcheck.checks.registry import Skip, failed, passed, register
from symcheck.distribution.goodness import Outcome, bounds_test, family_test, mean_test, scale_test, tails
from symcheck.distribution.power import visible_scale_error
from symcheck.distribution.recognise import Observation, advice
from symcheck.fans import Layer
from symcheck.laws import Entry, Law, normal
from symcheck.report import Finding

Array = NDArray[Any]
Test = Callable[[Array, Entry, float], Outcome]


def _samples(bench: InitializerBench) -> list[tuple[Layer, Array, Entry]]:
    """What each layer's draws are tested as: all entries, or the ones a sparse law leaves."""
    law = bench.law
    if law is None:
        raise Skip("no law was given and none is documented for this subject")
    if law.independent:
        return [(layer, bench.oriented(layer), law.entry(layer.fans)) for layer in bench.layers]
    if law.family == "sparse":
        entry = normal(law.std).entry(SMALL.fans)
        arrays = [(layer, bench.oriented(layer)) for layer in bench.layers if not layer.kernel]
        return [(layer, array[array != 0], entry) for layer, array in arrays if (array != 0).any()]
    raise Skip(f"{law.name} is judged by its structure")


def worst(
    samples: list[tuple[Layer, Array, Entry]], test: Callable[[Array, Entry], Outcome]
) -> tuple[Outcome, Layer, Array, Entry]:
    """The layer with the smallest p-value."""
    judged = [(test(array, entry), layer, array, entry) for layer, array, entry in samples]
    return min(judged, key=lambda row: row[0].p_value)


def _judge(bench: InitializerBench, test: Test, rescale: bool) -> tuple[Outcome, Layer, Array, Entry, bool]:
    samples = _samples(bench)
    if rescale:
        samples = [
            (layer, a, entry if scale_test(a, entry).p_value >= bench.alpha else rescaled(entry, a))
            for layer, a, entry in samples
        ]
    outcome, layer, array, entry = worst(samples, lambda a, e: test(a, e, bench.eps(samples[0][0])))
    return outcome, layer, array, entry, outcome.p_value < bench.alpha


def rescaled(entry: Entry, array: Array) -> Entry:
    """The same distribution with the sample's own scale, so that a wrong scale is not reported three times over.

    The scale is that of the median distance from the mean, which single outliers do not move.
    """
    reach = entry.high - entry.mean if np.isfinite(entry.high) else 8 * entry.std
    grid = entry.mean + np.linspace(0, reach, 100_001)
    inside = tails(entry, grid)[0] - tails(entry, 2 * entry.mean - grid)[0]
    median = grid[int(np.searchsorted(inside, 0.5))] - entry.mean
    ratio = float(np.median(np.abs(np.asarray(array, dtype=np.float64) - entry.mean))) / float(median)
    if ratio == 0 or entry.mean != 0:
        return entry
    return Entry(entry.family, 0.0, entry.std * ratio, entry.low * ratio, entry.high * ratio, entry.parent_std * ratio)


def p_shown(p: float) -> str:
    """A p-value for a message."""
    return "p < 1e-300" if p < 1e-300 else f"p = {p:.2g}"


def _advice(bench: InitializerBench) -> str | None:
    law = bench.law
    return advice(bench.observations(), law) if law is not None and law.independent else None


@register(
    "initializer.scale",
    grade="statistical",
    looks_at="The standard deviation is the law's, for several dense and convolution shapes.",
    causes="A lost factor 2 or square root, swapped fans, a kernel size left out of the fan, truncation that is not "
    "corrected, a wrong layout.",
    remedy="Follow the diagnosis: it names the law or the mistake that fits the measured standard deviations.",
)
def scale(bench: InitializerBench) -> Finding:
    """The standard deviation of the law, over several shapes."""
    outcome, layer, array, entry, bad = _judge(bench, lambda a, e, _: scale_test(a, e), rescale=False)
    figures: dict[str, Any] = {
        "measured": outcome.measured, "expected": outcome.expected, "p_value": outcome.p_value,
    }  # fmt: skip
    if bad:
        ratio = outcome.measured / outcome.expected
        law = bench.law.name if bench.law else ""
        return failed(
            "initializer.scale",
            f"std {outcome.measured:.4g} at {layer}, but {law} has {outcome.expected:.4g} "
            f"(ratio {ratio:.4g}, {p_shown(outcome.p_value)})",
            diagnosis=_advice(bench), **figures,
        )  # fmt: skip
    return passed("initializer.scale", f"the law's standard deviation in {len(_samples(bench))} shapes", **figures)


@register(
    "initializer.mean",
    grade="statistical",
    looks_at="The mean is the law's.",
    causes="A one-sided uniform draw where a symmetric one is meant, an offset, rounding in low precision.",
    remedy="Draw from [-limit, limit), not from [0, limit).",
)
def mean(bench: InitializerBench) -> Finding:
    """The mean of the law."""
    outcome, layer, array, entry, bad = _judge(bench, lambda a, e, _: mean_test(a, e), rescale=False)
    figures: dict[str, Any] = {
        "measured": outcome.measured, "expected": outcome.expected, "p_value": outcome.p_value,
    }  # fmt: skip
    if bad:
        one_sided = float(np.min(array)) >= 0 and entry.low < 0
        return failed(
            "initializer.mean",
            f"mean {outcome.measured:.4g} at {layer}, but should be {outcome.expected:.4g} ({p_shown(outcome.p_value)})",
            diagnosis="No entry is negative: the draw is one-sided." if one_sided else None, **figures,
        )  # fmt: skip
    return passed("initializer.mean", f"the law's mean, {outcome.expected:g}", **figures)


@register(
    "initializer.bounds",
    grade="statistical",
    looks_at="The extremes are those of the law: nothing beyond its support, and the support is filled.",
    causes="A truncation that is missing or at another place, a uniform limit that is wrong, single huge outliers.",
    remedy="Compare the largest entry with the law's bound; look for 2 sd against an absolute cut-off.",
)
def bounds(bench: InitializerBench) -> Finding:
    """The extremes of the law."""
    outcome, layer, array, entry, bad = _judge(bench, bounds_test, rescale=True)
    figures: dict[str, Any] = {
        "measured": outcome.measured,
        "expected": outcome.expected if outcome.expected == outcome.expected else "unbounded",
        "p_value": outcome.p_value,
    }
    n = np.size(array)
    sigmas = abs(outcome.measured - entry.mean) / entry.std
    if bad:
        bound = f"the law ends at {outcome.expected:.4g}" if np.isfinite(outcome.expected) else "the law has no bound"
        cut = (
            "The draws are cut off: this is a truncated law (or a uniform one), not the plain normal law."
            if entry.family == "normal" and sigmas < 4 else None
        )  # fmt: skip
        return failed(
            "initializer.bounds",
            f"largest entry {outcome.measured:.4g} ({sigmas:.2f} sd) among {n:,} at {layer}, but {bound} "
            f"({p_shown(outcome.p_value)})",
            diagnosis=cut, **figures,
        )  # fmt: skip
    return passed("initializer.bounds", f"extremes as the law has them, {sigmas:.2f} sd among {n:,}", **figures)


@register(
    "initializer.family",
    grade="statistical",
    looks_at="The distribution function is the law's: normal, uniform or truncated normal.",
    causes="Another distribution of the same variance, atoms at a bound, draws rounded to a grid.",
    remedy="Use the generator function that the law names.",
)
def family(bench: InitializerBench) -> Finding:
    """The distribution function of the law."""
    outcome, layer, array, entry, bad = _judge(bench, family_test, rescale=True)
    figures: dict[str, Any] = {"measured": outcome.measured, "expected": 0.0, "p_value": outcome.p_value}
    word = entry.family.replace("_", " ")
    if bad:
        return failed(
            "initializer.family",
            f"the distribution function is {outcome.measured:.3g} away from the {word} law's at {layer} "
            f"({p_shown(outcome.p_value)})",
            diagnosis=_advice(bench), **figures,
        )  # fmt: skip
    return passed("initializer.family", f"{word} ({np.size(array):,} draws, gap {outcome.measured:.2g})", **figures)


@register(
    "initializer.structure",
    grade="rounding",
    looks_at="A structured law is met entry by entry: constant, identity, orthogonal, sparse, Hadamard.",
    causes="Rows where columns are meant, a missing normalization, the wrong share of zeros.",
    remedy="Compare with numpy.eye, a QR decomposition with positive diagonal, or scipy.linalg.hadamard.",
)
def structure(bench: InitializerBench) -> Finding:
    """The structure of the law."""
    law = bench.law
    if law is None:
        raise Skip("no law was given and none is documented for this subject")
    if law.independent:
        raise Skip("the entries of this law are independent draws")
    judged = 0
    for layer in bench.layers:
        if layer.kernel and law.family != "constant" and law.family != "orthogonal":
            continue
        array = np.asarray(bench.oriented(layer), dtype=np.float64)
        miss, what = _structure_miss(law, layer, array)
        tolerance = _structure_tolerance(law, layer, bench.eps(layer))
        if miss > tolerance:
            return failed(
                "initializer.structure", f"{what} is off by {miss:.3g} at {layer} (rounding explains {tolerance:.1g})",
                measured=miss, expected=0.0,
            )  # fmt: skip
        judged += 1
    return passed("initializer.structure", f"{law.name}, to rounding, in {judged} shapes")


def _structure_tolerance(law: Law, layer: Layer, eps: float) -> float:
    if law.family == "sparse":
        return 0.0
    size = max(abs(law.value), law.gain) if law.family == "constant" else law.gain
    terms = max(layer.out, layer.fans.fan_in) if law.family == "orthogonal" else 4
    return 8 * eps * terms * max(size, size**2)


def _structure_miss(law: Law, layer: Layer, array: Array) -> tuple[float, str]:
    from symcheck.reference.samplers import sample

    if law.family == "orthogonal":
        flat = array.reshape(layer.out, -1)
        gram = flat @ flat.T if flat.shape[0] <= flat.shape[1] else flat.T @ flat
        what = "the Gram matrix of its shorter side"
        return float(np.abs(gram - law.gain**2 * np.eye(len(gram))).max()), what
    if law.family == "sparse":
        zeros = (array == 0).sum(axis=0)
        return float(np.abs(zeros - ceil(law.sparsity * layer.out)).max()), "the number of zeros in a column"
    wanted = sample(law, array.shape, np.random.default_rng())
    return float(np.abs(array - wanted).max()), f"the largest entry's distance from {law.name}"


def smallest_visible(bench: InitializerBench) -> float | None:
    """The relative error in the standard deviation that this run can be relied on to see."""
    if bench.law is None or not bench.law.independent:
        return None
    layer = bench.layers[0]
    n = int(np.prod(layer.shape("out_in")))
    return visible_scale_error(bench.law.entry(layer.fans), n, bench.alpha)


def looks_like(observations: list[Observation]) -> str:
    """What the draws look like, as a sentence."""
    from symcheck.distribution.recognise import recognise

    return recognise(observations).sentence
