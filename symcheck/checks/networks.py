"""Checks of a network's weights as they stand: finite, of their own, untied, alive, and drawn from a law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck.checks.bench import NetworkBench, machine_epsilon
from symcheck.checks.registry import Skip, failed, passed, register
from symcheck.checks.sentences import network_not_finite, p_shown, verdict_sentence
from symcheck.diagnosis.laws import advice
from symcheck.distribution.goodness import Outcome, bounds_test, family_test, mean_test, scale_test
from symcheck.distribution.recognise import Observation
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.laws.law import EntryLaw
from symcheck.report import Finding
from symcheck.types import Array


@register(
    "network.finite",
    grade="exact",
    looks_at="No weight or bias is NaN or infinite.",
    causes="Weights that were never initialized, a diverged training run, a damaged file.",
    remedy="Initialize the layer the message names.",
)
def finite(bench: NetworkBench) -> Finding:
    """Every weight is finite."""
    if found := bench.network.not_finite():
        return failed("network.finite", network_not_finite(found), measured=found.number, expected=0)
    total = sum(w.size for w in bench.network.weights)
    return passed("network.finite", f"{total:,} weights are finite")


@register(
    "network.shared",
    grade="exact",
    looks_at="No two layers share memory.",
    causes="A list built as [W] * n, one layer object used twice in a model, or one initializer's buffer used for several layers.",
    remedy="Give each layer an array of its own; where they are meant to share one, the checks of ties do not apply.",
)
def shared(bench: NetworkBench) -> Finding:
    """Layers do not share arrays."""
    if bench.description.shared:
        first, second = bench.description.shared[0]
        return failed(
            "network.shared",
            f"layers {first} and {second} share one array: training one changes the other",
            measured=len(bench.description.shared),
            expected=0,
        )
    if bench.network.depth == 1:
        raise Skip("there is only one layer")
    return passed("network.shared", "each layer has an array of its own")


@register(
    "network.ties",
    grade="proved",
    looks_at="No two hidden units stay equal (or opposite) for ever, whatever the data and the loss.",
    causes="Constant or repeated weights, units copied to widen a layer, layers whose row and column sums agree.",
    remedy="Draw the incoming or outgoing weights of the units the message names at random.",
)
def ties(bench: NetworkBench) -> Finding:
    """No tied hidden units."""
    if bench.network.depth == 1:
        raise Skip("there is no hidden layer, so nothing can be tied")
    certificate = bench.certificate
    tied = sum(layer.units - layer.classes for layer in certificate.layers)
    if tied:
        return failed(
            "network.ties",
            verdict_sentence(certificate),
            measured=tied,
            expected=0,
            diagnosis=f"The layers train no better than {_quotient_sizes(bench)} units would.",
        )
    units = sum(layer.units for layer in certificate.layers)
    return passed("network.ties", f"every one of {units:,} hidden units is its own class", measured=0, expected=0)


def _live_classes(layer: Any) -> int:
    return int(np.unique(np.asarray(layer.labels)[~np.asarray(layer.zero)]).size)


def _quotient_sizes(bench: NetworkBench) -> str:
    return "-".join(str(max(1, _live_classes(layer))) for layer in bench.certificate.layers)


@register(
    "network.dead",
    grade="proved",
    looks_at="No hidden unit gives zero for ever and none has incoming weights that can never move.",
    causes="Zero weights on both sides of a unit, zero weights into a ReLU, zero outgoing weights into dead layers.",
    remedy="One zero factor is fine (the other then moves it); two in a row are not. Make one of them random.",
)
def dead(bench: NetworkBench) -> Finding:
    """No hidden unit is dead or frozen for ever."""
    if bench.network.depth == 1:
        raise Skip("there is no hidden layer")
    texts = []
    for i, layer in enumerate(bench.certificate.layers, 1):
        zero, frozen = int(layer.zero.sum()), int(layer.frozen.sum())
        if zero:
            texts.append(f"{zero} of {layer.units} units of layer {i} give zero for ever")
        if frozen:
            texts.append(f"the incoming weights of {frozen} of {layer.units} units of layer {i} never move")
    if texts:
        return failed("network.dead", "; ".join(texts), measured=len(texts), expected=0)
    return passed("network.dead", "every hidden unit can move and does something")


def _samples(bench: NetworkBench) -> list[tuple[Layer, Array, EntryLaw]]:
    law = bench.law
    if law is None:
        raise Skip("no law was given and none is documented for this subject")
    if not law.independent:
        raise Skip(f"the entries of {law.name} are not independent draws of one distribution")
    if not bench.finite:
        raise Skip("some weights are not finite numbers")
    layers = [(Layer(*weight.shape), weight) for weight in bench.network.weights]
    return [(layer, weight, law.entry(layer.fans)) for layer, weight in layers]


def _law_finding(
    bench: NetworkBench, name: str, what: str, test: Callable[[Array, EntryLaw, float], Outcome]
) -> Finding:
    samples = _samples(bench)

    judged = [(test(a, entry, machine_epsilon(a.dtype.name)), layer, a) for layer, a, entry in samples]
    outcome, layer, array = min(judged, key=lambda row: row[0].p_value)
    expected = outcome.expected if np.isfinite(outcome.expected) else "no bound"
    figures: dict[str, Any] = {"measured": outcome.measured, "expected": expected, "p_value": outcome.p_value}
    law = bench.law.name if bench.law else ""
    if outcome.p_value < bench.alpha:
        observations, eps = [Observation(of, a) for of, a, _ in samples], machine_epsilon(array.dtype.name)
        aspect = name.split(".")[1]
        found = advice(aspect, observations, bench.law, Observation(layer, array), eps) if bench.law else None
        shown = expected if isinstance(expected, str) else f"{expected:.4g}"
        return failed(
            name,
            f"{what} {outcome.measured:.4g} in the layer {layer} ({array.size:,} weights), but {law} has {shown} "
            f"({p_shown(outcome.p_value)})",
            diagnosis=found,
            **figures,
        )
    layers = counted(len(samples), "layer")
    # What is measured is a gap, which the law has none of.
    said = "distribution function" if name == "network.family" else what
    return passed(name, f"{said} as {law} has it, in {layers}", **figures)


_LAW_CAUSES = "Another initializer than the one meant, swapped fans, or weights that have been trained."
_LAW_REMEDY = "Follow the diagnosis: it names the law that fits the measured standard deviations."


@register(
    "network.scale",
    grade="statistical",
    looks_at="The weights of each layer have the law's standard deviation.",
    causes=_LAW_CAUSES,
    remedy=_LAW_REMEDY,
)
def scale(bench: NetworkBench) -> Finding:
    """The standard deviation of each layer."""
    return _law_finding(bench, "network.scale", "std", lambda a, e, _: scale_test(a, e))


@register(
    "network.mean",
    grade="statistical",
    looks_at="The weights of each layer have the law's mean.",
    causes=_LAW_CAUSES,
    remedy=_LAW_REMEDY,
)
def mean(bench: NetworkBench) -> Finding:
    """The mean of each layer."""
    return _law_finding(bench, "network.mean", "mean", lambda a, e, _: mean_test(a, e))


@register(
    "network.bounds",
    grade="statistical",
    looks_at="The extremes of each layer's weights are those of the law.",
    causes=_LAW_CAUSES,
    remedy=_LAW_REMEDY,
)
def bounds(bench: NetworkBench) -> Finding:
    """The extremes of each layer."""
    return _law_finding(bench, "network.bounds", "largest weight", bounds_test)


@register(
    "network.family",
    grade="statistical",
    looks_at="The weights of each layer follow the law's distribution function.",
    causes=_LAW_CAUSES,
    remedy=_LAW_REMEDY,
)
def family(bench: NetworkBench) -> Finding:
    """The distribution function of each layer."""
    return _law_finding(bench, "network.family", "gap of the distribution function", family_test)
