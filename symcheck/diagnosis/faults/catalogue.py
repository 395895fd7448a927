"""All known faults of outputs and gradients that code of one kind can have, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.activations import get_activation
from symcheck.diagnosis.faults import (
    error_in_part,
    forward_pass,
    going_back,
    layer_gradients,
    miswritten,
    normalizing,
    output_deltas,
    slopes,
)
from symcheck.diagnosis.faults.afterwards import ORDERS
from symcheck.diagnosis.faults.factors import named_factors
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.objective import Objective

#: Those of every network; what depends on declared names is made for them.
CATALOGUE: tuple[Fault, ...] = (
    *layer_gradients.BIASES,
    *going_back.FAULTS,
    *layer_gradients.WEIGHTS,
    *layer_gradients.LAYERS,
    *slopes.FAULTS,
    *miswritten.HIDDEN,
    *miswritten.OUTPUTS,
    *miswritten.EVERYWHERE,
    *output_deltas.FAULTS,
    *forward_pass.FAULTS,
    *normalizing.FAULTS,
)


def known_faults(activation: str, objective: Objective, widest: int) -> Iterator[Fault]:
    """The faults of code with this activation and objective.

    Args:
        widest: the largest number of units of a hidden layer that is tried.
    """
    name = get_activation(activation).name
    for fault in CATALOGUE:
        if fault.fits(name, objective):
            yield fault
    yield from going_back.first_units_only(widest)
    yield from going_back.through_other_units(widest)
    yield from slopes.of_other_activations(name)
    yield from forward_pass.of_other_activations(name)
    yield from forward_pass.of_other_outputs(objective)
    yield from output_deltas.of_other_losses(objective)
    for fault in (*output_deltas.FAULTS, *miswritten.OUTPUTS):
        if fault.fits(name, objective):
            yield from error_in_part.of(fault)


def known_hypotheses(
    activation: str, objective: Objective, widest: int, deepest: int, stepping: bool = False, rate: float | None = None
) -> Iterator[Hypothesis]:
    """What each of these faults would give, in all layers and in each; factors on everything go first.

    Args:
        deepest: the largest number of layers that is tried. stepping: whether gradients are read off training steps. rate: of these.
    """
    yield from named_factors(objective, stepping and rate not in (None, 1.0))
    yield from ORDERS
    for fault in going_back.STEPPING if stepping else ():
        yield from fault.hypotheses(deepest)
    for fault in known_faults(activation, objective, widest):
        yield from fault.hypotheses(deepest)
