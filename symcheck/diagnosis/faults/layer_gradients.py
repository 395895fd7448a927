"""Faults in dW and db of a layer, whose delta is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.types import Array

#: What may stand in the place of the number of samples.
_COUNTS: tuple[tuple[str, Callable[[At], int]], ...] = (
    ("inputs", lambda at: at.trial.sizes[0]),
    ("outputs", lambda at: at.trial.sizes[-1]),
    ("inputs of the layer", lambda at: at.trial.sizes[at.layer - 1]),
    ("units of the layer", lambda at: at.trial.sizes[at.layer]),
)
#: What a gradient may be where it should be itself.
_CHANGED: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the sign of what it should be", np.sign),
    ("the absolute value of what it should be", np.abs),
    ("the square of what it should be", np.square),
)


#: The ends of loops that leave one out.
_ENDS = (("last", -1, "the loop ends one too early"), ("first", 0, "the loop begins with the second"))


def _left_out(axis: int, end: int) -> Wrong:
    def line(at: At, right: Array) -> Array:
        found = right.copy()
        found[(slice(None),) * axis + (end,)] = 0.0
        return found

    return line


def _without(part: str, kinds: tuple[str, ...]) -> Iterator[Fault]:
    """Of dW or db: one unit, or one input, for which nothing is computed."""
    for which, end, why in _ENDS:
        for axis, kind in enumerate(kinds):
            lines = {{"dW": "weights", "db": "bias"}[part]: _left_out(axis, end)}
            yield Fault(f"{part} is 0 for the {which} {kind} of a layer: {why}", lines, each=True)


def _changed(part: str) -> Iterator[Fault]:
    """Of dW or db: what is made of it at the end of its line."""
    line = {"dW": "weights", "db": "bias"}[part]
    for words, change in _CHANGED:
        yield Fault(f"{part} is {words}", {line: lambda at, right, f=change: np.asarray(f(right))}, each=True)  # type: ignore[misc]
    for counted, count in _COUNTS:
        yield Fault(
            f"{part} is divided by the number of {counted}, not of samples",
            {line: lambda at, right, n=count: right * at.samples / n(at)},  # type: ignore[misc]
            each=True,
            fits=lambda activation, objective: objective.reduction != "sum",
            # One number may be several of these.
            family=f"{part} is divided by another number",
        )


_ONCE = "divide by the number of samples once"
_SUM = "write delta.sum(axis=0), one number for each unit"


def _delta_above(at: At) -> Array:
    return at.deltas.get(at.layer + 1, at.delta)


#: In dW and db of one layer alike.
LAYERS: tuple[Fault, ...] = (
    Fault(
        "dW and db are averaged over the samples twice",
        {"weights": lambda at, right: right / at.samples, "bias": lambda at, right: right / at.samples},
        _ONCE,
        each=True,
        family="loss averaged twice",
    ),
    Fault(
        "dW and db are summed over the samples without the loss's mean",
        {"weights": lambda at, right: right * at.samples, "bias": lambda at, right: right * at.samples},
        _ONCE,
        each=True,
        family="loss not averaged over the samples",
    ),
    Fault(
        "dW and db take the delta of the layer above",
        {
            "weights": lambda at, right: _delta_above(at).T @ at.h,
            "bias": lambda at, right: _delta_above(at).sum(axis=0),
        },
        "delta of layer l is (delta of layer l + 1) @ (W of layer l + 1), times sigma'(z_l)",
        each=True,
    ),
    Fault(
        "gradient of the layer forgotten: its dW and db are 0",
        {"weights": lambda at, right: 0 * right, "bias": lambda at, right: 0 * right},
        "what goes back has to reach every layer",
        each=True,
        everywhere="no gradient arrives anywhere: all of them are 0",
        # Of layers without biases it is the same.
        family="gradient of the weights forgotten",
    ),
)

WEIGHTS: tuple[Fault, ...] = (
    Fault(
        "dW is transposed",
        {"weights": lambda at, right: at.h.T @ at.delta},
        "write delta.T @ h, not h.T @ delta",
        each=True,
    ),
    Fault(
        "dW is summed over the samples without the loss's mean",
        {"weights": lambda at, right: right * at.samples},
        "divide by the number of samples, as db is",
        each=True,
    ),
    Fault("dW is averaged over the samples twice", {"weights": lambda at, right: right / at.samples}, _ONCE, each=True),
    Fault(
        "dW takes z of the layer below, not its activation",
        {"weights": lambda at, right: at.delta.T @ (at.below if at.layer > 1 else at.h)},
        "write delta.T @ h, with h = sigma(z)",
        each=True,
    ),
    Fault(
        "dW takes the layer's own activation, not that of the layer below",
        {"weights": lambda at, right: at.delta.T @ (at.a if at.layer < at.depth else at.objective.returned(at.z))},
        "what enters layer l is h of layer l - 1",
        each=True,
    ),
    Fault(
        "dW of every layer takes the inputs X, not what enters the layer",
        {"weights": lambda at, right: at.delta.T @ at.trial.X},
        "what enters layer l is h of layer l - 1",
    ),
    Fault("gradient of the weights forgotten", {"weights": lambda at, right: 0 * right}, each=True),
    Fault("sign of dW is wrong", {"weights": lambda at, right: -right}, each=True),
    Fault(
        "dW is a product of means over the samples",
        {"weights": lambda at, right: np.outer(at.delta.sum(axis=0), at.h.mean(axis=0))},
        "multiply first, then sum over the samples",
        each=True,
    ),
    Fault(
        "dW is that of the last sample only",
        {"weights": lambda at, right: np.outer(at.delta[-1], at.h[-1])},
        "add up over the samples: +=, not =",
    ),
    Fault(
        "dW is that of the first sample only",
        {"weights": lambda at, right: np.outer(at.delta[0], at.h[0])},
        "sum over the samples",
    ),
    Fault(
        "dW is divided by the number of inputs of the layer",
        {"weights": lambda at, right: right / at.h.shape[1]},
        each=True,
    ),
    Fault(
        "dW is divided by the number of units of the layer",
        {"weights": lambda at, right: right / at.delta.shape[1]},
        each=True,
    ),
    Fault("dW is multiplied by W", {"weights": lambda at, right: right * at.W}, each=True),
    Fault(
        "dW takes no delta: it is that of delta's sum over the units",
        {"weights": lambda at, right: np.repeat((at.delta.sum(axis=1) @ at.h)[None, :], len(at.b), axis=0)},
        "each unit has its own delta",
        each=True,
    ),
    *(
        Fault(
            f"one number for all of dW: it is the {what} of its entries",
            {"weights": lambda at, right, fold=fold: np.full(right.shape, fold(right))},  # type: ignore[misc]
            "each weight has a gradient of its own",
            each=True,
        )
        for what, fold in (("mean", np.mean), ("sum", np.sum))
    ),
    Fault(
        "dW takes the derivative of the activation at what enters the layer, not what enters it",
        {"weights": lambda at, right: at.delta.T @ at.sigma_slope(at.h)},
        "write delta.T @ h, with h = sigma(z)",
        each=True,
    ),
    Fault(
        "dW takes the derivative of the activation of the layer below, not the activation",
        {"weights": lambda at, right: at.delta.T @ (at.sigma_slope(at.below) if at.layer > 1 else at.h)},
        "write delta.T @ h, with h = sigma(z)",
        each=True,
    ),
    Fault(
        "dW is taken before the derivative of the activation",
        {"weights": lambda at, right: at.passed.T @ at.h},
        "write delta.T @ h, with delta that holds the derivative",
        each=True,
    ),
    Fault(
        "dW takes the activation of what enters the layer, which has been activated before",
        {"weights": lambda at, right: at.delta.T @ at.sigma(at.h)},
        "write delta.T @ h, with h = sigma(z)",
        each=True,
    ),
    *_changed("dW"),
    *_without("dW", ("unit", "input")),
)

BIASES: tuple[Fault, ...] = (
    Fault("gradient of the bias forgotten", {"bias": lambda at, right: 0 * right}, _SUM, each=True),
    Fault(
        "one number for all biases of a layer: db is summed over the units, too",
        {"bias": lambda at, right: np.full(right.shape, at.delta.sum())},
        "sum over the axis of the samples only",
        each=True,
    ),
    Fault(
        "one number for all biases of a layer: db is summed or averaged over the units, too",
        {"bias": lambda at, right: np.asarray(at.delta.sum())},
        "sum over the axis of the samples only",
        each=True,
    ),
    Fault(
        "one number for all biases of a layer: db is a mean over the units, too",
        {"bias": lambda at, right: np.full(right.shape, right.mean())},
        _SUM,
        each=True,
    ),
    Fault(
        "one number for all biases of a layer: db is a mean over the units and over the samples once more",
        {"bias": lambda at, right: np.full(right.shape, at.delta.mean())},
        _SUM,
        each=True,
    ),
    Fault(
        "one number for all biases of a layer, and not averaged over the samples",
        {"bias": lambda at, right: np.full(right.shape, at.delta.sum() * at.samples)},
        _SUM,
        each=True,
    ),
    Fault(
        "db is summed over features instead of samples",
        {"bias": lambda at, right: at.delta.sum(axis=1)},
        "write delta.sum(axis=0)",
        each=True,
    ),
    Fault(
        "db is averaged over features instead of samples",
        {"bias": lambda at, right: at.delta.mean(axis=1)},
        "write delta.sum(axis=0)",
        each=True,
    ),
    Fault(
        "db is averaged over the samples twice",
        {"bias": lambda at, right: right / at.samples},
        "divide by the number of samples once, as in dW",
        each=True,
    ),
    Fault(
        "db is summed over the samples without the loss's mean",
        {"bias": lambda at, right: right * at.samples},
        "divide by the number of samples, as dW is",
        each=True,
    ),
    Fault("db keeps the axis of the samples", {"bias": lambda at, right: right[None, :]}, "drop keepdims", each=True),
    Fault("db is a column", {"bias": lambda at, right: right[:, None]}, "db has the shape of b", each=True),
    Fault(
        "db is not summed over the samples", {"bias": lambda at, right: at.delta}, "write delta.sum(axis=0)", each=True
    ),
    Fault(
        "db is that of the last sample only",
        {"bias": lambda at, right: at.delta[-1]},
        "add up over the samples: +=, not =",
        each=True,
    ),
    Fault("db is that of the first sample only", {"bias": lambda at, right: at.delta[0]}, _SUM, each=True),
    Fault("sign of db is wrong", {"bias": lambda at, right: -right}, each=True),
    Fault(
        "db is taken before the derivative of the activation",
        {"bias": lambda at, right: at.passed.sum(axis=0)},
        "db is the sum of delta, which holds the derivative",
        each=True,
    ),
    Fault(
        "db is the sum of dW over the inputs",
        {"bias": lambda at, right: at.found[at.layer][0].sum(axis=1)},
        "a bias has the input 1, not the sum of the inputs",
        each=True,
    ),
    Fault("db is multiplied by b", {"bias": lambda at, right: right * at.b}, "its input is 1", each=True),
    Fault(
        "db is divided by the number of units of the layer", {"bias": lambda at, right: right / len(right)}, each=True
    ),
    *_changed("db"),
    *_without("db", ("unit",)),
)
