"""Faults in dW and db of a layer, whose delta is right."""

from __future__ import annotations

import numpy as np

from symcheck.diagnosis.faults.evaluation import At
from symcheck.diagnosis.faults.fault import Fault
from symcheck.types import Array

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
        "the loop has to go through every layer",
        each=True,
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
        {"weights": lambda at, right: at.delta.T @ (at.preactivations[at.layer - 2] if at.layer > 1 else at.h)},
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
)
