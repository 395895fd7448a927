"""Checks of a network's weights as they stand: finite, of their own, untied and alive."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, network_check, passed, warned
from symcheck.checks.network_bench import NetworkBench
from symcheck.checks.sentences import (
    decided_for,
    network_not_finite,
    not_seen_active,
    not_seen_to_separate,
    ties_sentence,
)
from symcheck.errors import counted
from symcheck.symmetry.optimizers import optimizer_class


@network_check("exact")
def finite(bench: NetworkBench) -> UnfiledFinding:
    """No weight or bias is NaN or infinite.

    Causes: Weights that were never initialized, a diverged training run, a damaged file.
    Remedy: Initialize the layer the message names.
    """
    if found := bench.not_finite:
        return failed(network_not_finite(found), measured=found.number, expected=0)
    total = sum(w.size for w in bench.network.weights)
    return passed(f"{counted(total, 'weight')} {'is' if total == 1 else 'are'} finite")


@network_check("exact")
def shared(bench: NetworkBench) -> UnfiledFinding:
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
def ties(bench: NetworkBench) -> UnfiledFinding:
    """No two hidden units stay equal (or opposite) for ever, whatever the data and the loss.

    Causes: Constant or repeated weights, units copied to widen a layer, layers whose row and column sums agree.
    Remedy: Draw the incoming or outgoing weights of the units the message names at random.
    """
    if bench.network.depth == 1:
        raise Skip("there is no hidden layer, so nothing can be tied")
    certificate = bench.certificate
    tied = sum(layer.units - layer.classes for layer in certificate.layers)
    if tied:
        return failed(ties_sentence(certificate), measured=tied, expected=0, diagnosis=_tied_advice(bench))
    if open_ := not_seen_to_separate(certificate):
        return warned(f"no tie is proved, but {open_}", measured=0, expected=0)
    units = sum(layer.units for layer in certificate.layers)
    kind = optimizer_class(bench.optimizer)
    parting = f", since {kind} parts what is tied without it" if kind in ("dropout", "noise") else ""
    message = f"no two of {units:,} hidden units stay tied{parting}, {decided_for(bench.network)}"
    return passed(message if units > 1 else "the only hidden unit has none to be tied to", measured=0, expected=0)


def _live_classes(layer: Any) -> int:
    return int(np.unique(np.asarray(layer.labels)[~np.asarray(layer.zero)]).size)


def _tied_advice(bench: NetworkBench) -> str | None:
    """How much smaller a network would do; nothing where a whole layer is dead, of which `dead` tells."""
    if any(layer.zero.all() for layer in bench.certificate.layers):
        return None
    sizes = _quotient_sizes(bench)
    return f"The layers train no better than {sizes} {'unit' if sizes == '1' else 'units'} would."


def _quotient_sizes(bench: NetworkBench) -> str:
    return "-".join(str(max(1, _live_classes(layer))) for layer in bench.certificate.layers)


@network_check("proved")
def dead(bench: NetworkBench) -> UnfiledFinding:
    """No hidden unit gives zero for ever and none has incoming weights that never have a gradient.

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
            texts.append(
                f"{zero} of {counted(layer.units, 'unit')} of layer {i} {'gives' if zero == 1 else 'give'} zero for ever"
            )
        if frozen:
            texts.append(
                f"the incoming weights of {frozen} of {counted(layer.units, 'unit')} of layer {i} never have a gradient"
            )
    if texts:
        return failed("; ".join(texts), measured=len(texts), expected=0)
    if open_ := not_seen_active(certificate):
        return warned(f"no unit is proved dead, but {open_}", grade="observed")
    units = sum(layer.units for layer in certificate.layers)
    which = f"none of {units:,} hidden units is" if units > 1 else "the only hidden unit is not"
    none = f"{which} dead or frozen, {decided_for(bench.network)}"
    if any(layer.active is not None for layer in certificate.layers):
        inputs = counted(len(certificate.points), "input")
        return passed(f"{none}; each ReLU was seen active, on {inputs}", grade="observed")
    return passed(none)
