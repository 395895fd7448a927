"""Checks of a network's weights as they stand: finite, of their own, untied, alive, and drawn from a law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck.checks.bench import NetworkBench, machine_epsilon, promised
from symcheck.checks.definition import Check, Skip, Verdict, failed, figures_of, network_check, passed, warned
from symcheck.checks.samples import Sample, worst
from symcheck.checks.sentences import (
    decided_for,
    network_not_finite,
    not_seen_active,
    not_seen_to_separate,
    p_shown,
    verdict_sentence,
)
from symcheck.diagnosis.laws import advice
from symcheck.distribution.goodness import Outcome, bounds_test, family_test, mean_test, scale_test
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.laws.families import EntryLaw
from symcheck.types import Array

Test = Callable[[Array, EntryLaw, float], Outcome]


@network_check("exact")
def finite(bench: NetworkBench) -> Verdict:
    """No weight or bias is NaN or infinite.

    Causes: Weights that were never initialized, a diverged training run, a damaged file.
    Remedy: Initialize the layer the message names.
    """
    if found := bench.not_finite:
        return failed(network_not_finite(found), measured=found.number, expected=0)
    total = sum(w.size for w in bench.network.weights)
    return passed(f"{total:,} weights are finite")


@network_check("exact")
def shared(bench: NetworkBench) -> Verdict:
    """No two layers share memory.

    Causes: A list built as [W] * n, one layer object used twice in a model, or one initializer's buffer used for
    several layers.
    Remedy: Give each layer an array of its own; where they are meant to share one, the checks of ties do not apply.
    """
    if bench.description.shared:
        first, second = bench.description.shared[0]
        return failed(
            f"layers {first} and {second} share one array: training one changes the other",
            measured=len(bench.description.shared),
            expected=0,
        )
    if bench.network.depth == 1:
        raise Skip("there is only one layer")
    return passed("each layer has an array of its own")


@network_check("proved")
def ties(bench: NetworkBench) -> Verdict:
    """No two hidden units stay equal (or opposite) for ever, whatever the data and the loss.

    Causes: Constant or repeated weights, units copied to widen a layer, layers whose row and column sums agree.
    Remedy: Draw the incoming or outgoing weights of the units the message names at random.
    """
    if bench.network.depth == 1:
        raise Skip("there is no hidden layer, so nothing can be tied")
    certificate = bench.certificate
    tied = sum(layer.units - layer.classes for layer in certificate.layers)
    if tied:
        return failed(
            verdict_sentence(certificate),
            measured=tied,
            expected=0,
            diagnosis=f"The layers train no better than {_quotient_sizes(bench)} units would.",
        )
    if open_ := not_seen_to_separate(certificate):
        return warned(f"no tie is proved, but {open_}", measured=0, expected=0)
    units = sum(layer.units for layer in certificate.layers)
    return passed(f"no two of {units:,} hidden units are tied, {decided_for(bench.network)}", measured=0, expected=0)


def _live_classes(layer: Any) -> int:
    return int(np.unique(np.asarray(layer.labels)[~np.asarray(layer.zero)]).size)


def _quotient_sizes(bench: NetworkBench) -> str:
    return "-".join(str(max(1, _live_classes(layer))) for layer in bench.certificate.layers)


@network_check("proved")
def dead(bench: NetworkBench) -> Verdict:
    """No hidden unit gives zero for ever and none has incoming weights that can never move.

    A ReLU that is not proved dead is sought an input at which it is active; where none is found, that is said.

    Causes: Zero weights on both sides of a unit, zero weights into a ReLU, zero outgoing weights into dead layers,
    weights into a ReLU that are all negative while its inputs are not.
    Remedy: One zero factor is fine (the other then moves it); two in a row are not. Make one of them random. Draw
    weights of both signs.
    """
    texts, certificate = [], bench.certificate
    for i, layer in enumerate(certificate.layers, 1):
        zero, frozen = int(layer.zero.sum()), int(layer.frozen.sum())
        if zero:
            texts.append(f"{zero} of {layer.units} units of layer {i} give zero for ever")
        if frozen:
            texts.append(f"the incoming weights of {frozen} of {layer.units} units of layer {i} never move")
    if texts:
        return failed("; ".join(texts), measured=len(texts), expected=0)
    if open_ := not_seen_active(certificate):
        return warned(f"no unit is proved dead, but {open_}", grade="observed")
    units = sum(layer.units for layer in certificate.layers)
    none = f"none of {units:,} hidden units is dead or frozen, {decided_for(bench.network)}"
    if any(layer.active is not None for layer in certificate.layers):
        inputs = counted(len(certificate.points), "input")
        return passed(f"{none}; each ReLU was seen active, on {inputs}", grade="observed")
    return passed(none)


def _samples(bench: NetworkBench) -> list[Sample]:
    law = promised(bench.law)
    if not law.independent:
        raise Skip(f"the entries of {law.name} are not independent draws of one distribution")
    bench.finite_needed()
    layers = [(Layer(*weight.shape), weight) for weight in bench.network.weights]
    return [Sample(layer, weight, law.entry(layer.fans)) for layer, weight in layers]


def _law_check(aspect: str, looks_at: str, test: Test, measured: str, said: str = "") -> Check:
    """A check of the entries of each layer against the law.

    Args:
        measured: what the test measures. said: what is as it should be, in another word.
    """

    def run(bench: NetworkBench) -> Verdict:
        samples, law = _samples(bench), promised(bench.law)
        o, s = worst((test(s.array, s.entry, machine_epsilon(s.array.dtype.name)), s) for s in samples)
        figures = figures_of(o) | ({} if np.isfinite(o.expected) else {"expected": "no bound"})
        if o.p_value >= bench.alpha:
            return passed(f"{said or measured} as {law.name} has it, in {counted(len(samples), 'layer')}", **figures)
        eps = machine_epsilon(s.array.dtype.name)
        shown = f"{o.expected:.4g}" if np.isfinite(o.expected) else "no bound"
        return failed(
            f"{measured} {o.measured:.4g} in the layer {s.layer} ({s.array.size:,} weights), but {law.name} has {shown} "
            f"({p_shown(o.p_value)})",
            diagnosis=advice(aspect, [sample.observation for sample in samples], law, s.observation, eps),
            **figures,
        )

    causes = "Another initializer than the one meant, swapped fans, or weights that have been trained."
    remedy = "Follow the diagnosis: it names the law that fits the measured standard deviations."
    return Check("network", aspect, "statistical", looks_at, causes, remedy, run)


scale = _law_check(
    "scale", "The weights of each layer have the law's standard deviation.", lambda a, e, _: scale_test(a, e), "std"
)
mean = _law_check("mean", "The weights of each layer have the law's mean.", lambda a, e, _: mean_test(a, e), "mean")
bounds = _law_check(
    "bounds", "The extremes of each layer's weights are those of the law.", bounds_test, "largest weight"
)
family = _law_check(
    "family",
    "The weights of each layer follow the law's distribution function.",
    family_test,
    "gap of the distribution function",
    "distribution function",
)
