"""Faults on delta's way back from a layer to the one below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.types import Array

_PLAIN = "write delta @ W, with the weights as they are"


def _other_weights(at: At, right: Array) -> Array:
    return at.delta @ at.W


def _error(at: At, right: Array) -> Array:
    return at.passed @ at.above


def _through_changed(change: Callable[[Array], Array]) -> Wrong:
    return lambda at, right: at.delta @ change(at.above)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "W.T missing in backprop",
        {"back": lambda at, right: at.delta @ at.above.T},
        "delta goes back through the transpose of the matrix that it came through",
        each=True,
    ),
    Fault(
        "dW stands in the place of W where delta goes back",
        {"back": lambda at, right: at.delta @ at.above_gradient},
        "write delta = (delta @ W) * slope, with the weights and not their gradient",
        each=True,
    ),
    Fault(
        "delta is divided by the number of samples again on its way back",
        {"back": lambda at, right: right / at.samples},
        "divide once, where the loss is averaged",
        each=True,
        everywhere="delta is divided by the number of samples again in each layer that it goes back through",
    ),
    Fault(
        "delta is multiplied by the number of samples in each layer that it goes back through",
        {"back": lambda at, right: right * at.samples},
    ),
    Fault(
        "delta is divided by the number of units in each layer that it goes back through",
        {"back": lambda at, right: right / at.above.shape[0]},
        "delta @ W is a sum over the units above, not a mean",
    ),
    Fault(
        "what goes back is the error and not delta: the derivative of the layer above is left out",
        {"back": _error},
        "multiply by the derivative of the activation first, then by W",
        each=True,
    ),
    Fault(
        "delta goes back through the weights of the layer below",
        {"back": _other_weights},
        "delta of layer l is (delta of layer l + 1) @ (W of layer l + 1)",
        each=True,
    ),
    Fault(
        "delta goes back without the weights: the deltas of the layer above are summed",
        {"back": lambda at, right: np.repeat(at.delta.sum(axis=1, keepdims=True), at.above.shape[1], axis=1)},
        "write delta @ W",
        each=True,
    ),
    *(
        Fault(
            f"delta goes back through the {what} of the weights", {"back": _through_changed(change)}, _PLAIN, each=True
        )
        for what, change in (("absolute values", np.abs), ("squares", np.square), ("signs", np.sign))
    ),
    Fault(
        "sign of delta is wrong from the second-last layer on",
        {"back": lambda at, right: -right},
        "the sign is set once, in the derivative of the loss",
    ),
    Fault(
        "delta does not go back: no gradient reaches the layers below", {"back": lambda at, right: 0 * right}, each=True
    ),
    Fault(
        "delta is averaged over the samples before it goes back",
        {"back": lambda at, right: np.repeat(right.mean(axis=0, keepdims=True), at.samples, axis=0)},
        "each sample has a delta of its own",
        each=True,
    ),
    Fault(
        "delta goes back through the weights and their bias added",
        {"back": lambda at, right: right + at.b},
        "a bias has no part in delta",
        each=True,
    ),
    Fault(
        "delta goes back from the last unit above only: it is assigned, not added up",
        {"back": lambda at, right: at.delta[:, -1:] @ at.above[-1:]},
        "add up over the units above: +=, not =",
        each=True,
    ),
    Fault(
        "gradients are assigned, not added up: of a sum the last term counts",
        {
            "back": lambda at, right: at.delta[:, -1:] @ at.above[-1:],
            "weights": lambda at, right: np.outer(at.delta[-1], at.h[-1]),
            "bias": lambda at, right: at.delta[-1],
        },
        "add up: +=, not =",
    ),
    Fault(
        "the product rule is the wrong way round: each factor of a product gets itself, not the other one",
        {
            "weights": lambda at, right: at.delta.sum(axis=0)[:, None] * at.W,
            "back": lambda at, right: at.delta.sum(axis=1, keepdims=True) * at.a,
        },
        "of u * v the derivative by u is v",
    ),
    Fault(
        "relu is applied to delta where its derivative at z is meant",
        {"back": lambda at, right: np.maximum(right, 0), "slope": lambda at, right: np.ones_like(right)},
        "write delta * (z > 0)",
        each=True,
        fits=lambda activation, objective: activation == "relu",
    ),
    Fault(
        "relu's mask is taken from delta, not from z",
        {"back": lambda at, right: np.where(right > 0, right, 0.0)},
        "write delta * (z > 0)",
        each=True,
        fits=lambda activation, objective: activation == "relu",
    ),
)


def first_units_only(widest: int) -> Iterator[Fault]:
    """Loops that end after so many units."""
    for units in range(1, widest):
        counted = f"{units} unit{'s' if units > 1 else ''}"
        yield Fault(f"delta goes back to the first {counted} of a layer only", {"back": _first(units)})


def _first(units: int) -> Wrong:
    return lambda at, right: np.where(np.arange(right.shape[1]) < units, right, 0.0)


def through_other_units(widest: int) -> Iterator[Fault]:
    """A unit that is given the delta of another one, as where each unit has a line of its own."""
    for unit in range(2, min(widest, 3) + 1):
        for other in range(1, unit):
            for one, two in ((unit, other), (other, unit)):
                words = f"delta goes back to unit {one} through the outgoing weights of unit {two}"
                yield Fault(words, {"back": _through(one, two)}, f"of unit {one} take its own", each=True)


def _through(unit: int, other: int) -> Wrong:
    def back(at: At, right: Array) -> Array:
        if right.shape[1] < max(unit, other):
            return right
        found = right.copy()
        found[:, unit - 1] = right[:, other - 1]
        return found

    return back


_GRADIENTS_FIRST = "compute all gradients first, then update"


def updated_weights(rate: float) -> Fault:
    """Each layer is updated at this rate before delta goes back through it."""
    return Fault(
        f"delta uses the updated W (learning rate {rate:.6g})",
        {"back": lambda at, right: at.delta @ (at.above - rate * at.above_gradient)},
        _GRADIENTS_FIRST,
        family="updated W",
    )


def _moved(at: At, right: Array) -> Array:
    return at.delta @ (at.above - _rate(at) * at.above_gradient)


def _moved_by_its_sample(at: At, right: Array) -> Array:
    # W of one sample is W - rate * delta h^T, so delta W is less by rate * |delta|^2 h. Its share of a mean is undone.
    count = at.samples if at.objective.reduction != "sum" else 1
    return np.asarray(right - _rate(at) * count * (at.delta**2).sum(axis=1, keepdims=True) * at.a)


def _rate(at: At) -> float:
    return at.trial.rate or 0.0


#: Of training steps, at whatever learning rate they are taken.
STEPPING: tuple[Fault, ...] = tuple(
    Fault(
        "weights are updated before delta goes back through them",
        {"back": wrong},
        _GRADIENTS_FIRST,
        each=True,
        family="updated W",
    )
    for wrong in (_moved, _moved_by_its_sample)
)
