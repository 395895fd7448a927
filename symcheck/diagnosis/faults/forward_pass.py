"""Faults of the forward pass; where backpropagation goes through the same pass, its gradients are wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.objective import SOFTMAX, Objective, activated, slope_of
from symcheck.types import Array


def _last_off(right: Array) -> Array:
    width = right.shape[1]
    return right * np.where((np.arange(width) < width - 1) | (width == 1), 1.0, 0.0)


def _standardized(at: At, right: Array) -> Array:
    return np.asarray((right - right.mean(axis=0)) / right.std(axis=0))


def _activated(name: str) -> Wrong:
    return lambda at, right: activated(at.z, name)


def _slope(name: str) -> Wrong:
    return lambda at, right: slope_of(at.z, name)


def _over_samples(at: At, right: Array) -> Array:
    return np.asarray(activated(at.z.T, SOFTMAX).T)


def _summed_over_samples(at: At, right: Array) -> Array:
    powers = np.exp(at.z - at.z.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=0, keepdims=True))


def _over_everything(at: At, right: Array) -> Array:
    powers = np.exp(at.z - at.z.max())
    return np.asarray(powers / powers.sum())


def _shifted_by_class(at: At, right: Array) -> Array:
    powers = np.exp(at.z - at.z.max(axis=0))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _delta_of(outputs: Wrong) -> Wrong:
    """The derivative of softmax cross-entropy, from the outputs that the forward pass gave."""

    def delta(at: At, right: Array) -> Array:
        scale, Y = at.objective.scale(*at.z.shape), at.trial.Y
        return np.asarray(scale * (outputs(at, right) * Y.sum(axis=1, keepdims=True) - Y))

    return delta


def _overflowing(at: At, right: Array) -> Array:
    powers = np.exp(at.z)
    return np.asarray(at.objective.scale(*at.z.shape) * (powers / powers.sum(axis=1, keepdims=True) - at.trial.Y))


def _biased_afterwards(at: At, right: Array) -> Array:
    return at.sigma(at.z - at.b) + at.b


_ONE = "the probabilities of one sample sum to 1: sum over the axis of the classes"
#: Softmaxes as they are taken wrongly, what to write, and what is wrong.
_SOFTMAXES: tuple[tuple[Wrong, str, str], ...] = (
    *(
        (outputs, _ONE, "softmax is taken over the samples instead of the classes in the outputs")
        for outputs in (_over_samples, _summed_over_samples)
    ),
    (_over_everything, _ONE, "softmax is divided by the sum over the whole batch in the outputs"),
    (
        _shifted_by_class,
        "subtract the largest z of each sample from all of its own",
        "softmax subtracts another number from each class in the outputs",
    ),
)


def _is_softmax(activation: str, objective: Objective) -> bool:
    return objective.link == SOFTMAX


def _is_softmax_entropy(activation: str, objective: Objective) -> bool:
    return objective.loss == "softmax_cross_entropy"


AFFINE: tuple[Fault, ...] = (
    Fault("bias is not added", {"affine": lambda at, right: right - at.b}, "z = W h + b", each=True),
    Fault("bias added twice", {"affine": lambda at, right: right + at.b}, "z = W h + b", each=True),
    Fault("bias is subtracted", {"affine": lambda at, right: right - 2 * at.b}, "z = W h + b", each=True),
    Fault(
        "W.T missing in the forward pass",
        {"affine": lambda at, right: at.h @ at.W + at.b},
        "W has the layout that it is declared to have",
        each=True,
    ),
    Fault("W.T missing in the forward pass, and no bias is added", {"affine": lambda at, right: at.h @ at.W}),
    Fault(
        "z is divided by the number of inputs of the layer",
        {"affine": lambda at, right: (right - at.b) / at.h.shape[1] + at.b},
        "z is a sum over the inputs",
        each=True,
    ),
    Fault(
        "z is that of the last input alone, without the bias: it is assigned, not added up",
        {"affine": lambda at, right: at.h[:, -1:] @ at.W[:, -1:].T},
        "add up over the inputs: +=, not =",
        each=True,
    ),
    Fault(
        "z is that of the last input alone: it is assigned, not added up",
        {"affine": lambda at, right: at.h[:, -1:] @ at.W[:, -1:].T + at.b},
        "add up over the inputs: +=, not =",
        each=True,
    ),
    Fault("what enters is added to z: a skip connection", {"affine": lambda at, right: right + at.h}, each=True),
)

INPUTS: tuple[Fault, ...] = (
    Fault("mean of the batch is subtracted from X", {"inputs": lambda at, right: right - right.mean(axis=0)}),
    Fault("X is standardized over the batch", {"inputs": _standardized}),
    Fault(
        "X goes through the activation before the first layer",
        {"inputs": lambda at, right: at.sigma(right)},
        "the first layer takes X",
    ),
    Fault("X is divided by 255", {"inputs": lambda at, right: right / 255}),
    Fault(
        "the first sample stands for the whole batch",
        {"inputs": lambda at, right: np.repeat(right[:1], len(right), axis=0)},
    ),
)

ACTIVATION: tuple[Fault, ...] = (
    Fault(
        "activation is missing",
        {"activate": lambda at, right: at.z, "slope": lambda at, right: np.ones_like(right)},
        "h = sigma(z)",
        each=True,
        everywhere="activation is missing in the hidden layers",
    ),
    Fault(
        "activation is missing, and its derivative is there,",
        {"activate": lambda at, right: at.z},
        "h = sigma(z)",
        each=True,
        everywhere="activation is missing in the hidden layers, and its derivative is there",
        family="activation is missing",
    ),
    Fault(
        "a layer takes z of the layer below, not its activation",
        {"affine": lambda at, right: (at.preactivations[at.layer - 2] if at.layer > 1 else at.h) @ at.W.T + at.b},
        "pass sigma(z) on",
        each=True,
        family="activation is missing",
    ),
    Fault(
        "activation is applied twice",
        {
            "activate": lambda at, right: at.sigma(right),
            "slope": lambda at, right: at.sigma_slope(at.sigma(at.z)) * right,
        },
        each=True,
    ),
    Fault(
        "activation is applied twice in the forward pass", {"activate": lambda at, right: at.sigma(right)}, each=True
    ),
    Fault(
        "bias is added after the activation",
        {"activate": _biased_afterwards, "slope": lambda at, right: at.sigma_slope(at.z - at.b)},
        "h = sigma(W h + b)",
        each=True,
    ),
    Fault(
        "bias is added after the activation in the forward pass",
        {"activate": _biased_afterwards},
        "h = sigma(W h + b)",
        each=True,
        family="bias is added after the activation",
    ),
    Fault(
        "the last hidden unit is left out",
        {"activate": lambda at, right: _last_off(right), "slope": lambda at, right: _last_off(right)},
    ),
    Fault("the last hidden unit is left out of the forward pass", {"activate": lambda at, right: _last_off(right)}),
)

OUTPUTS: tuple[Fault, ...] = (
    Fault("outputs are transposed: they must be samples x features", {"outputs": lambda at, right: right.T}),
    Fault("outputs are squeezed", {"outputs": lambda at, right: right.squeeze()}, "keep one row for each sample"),
    Fault(
        "softmax is applied already: the outputs must be what enters it",
        {"outputs": lambda at, right: activated(at.z, SOFTMAX)},
        fits=lambda activation, objective: objective.output_activation == "identity",
    ),
    *(
        Fault(wrong, lines, remedy, fits=may_be)
        for outputs, remedy, wrong in _SOFTMAXES
        for lines, may_be in (
            ({"outputs": outputs, "delta": _delta_of(outputs)}, _is_softmax_entropy),
            ({"outputs": outputs}, _is_softmax),
        )
    ),
    Fault(
        "outputs are rounded to 0 and 1",
        {"outputs": lambda at, right: np.round(right)},
        "forward returns the outputs, and predict what is made of them",
        fits=lambda activation, objective: objective.output_activation in ("sigmoid", SOFTMAX),
    ),
    Fault(
        "softmax without max subtraction overflows",
        {"delta": _overflowing},
        "write exp(z - z.max(axis=1, keepdims=True))",
        fits=lambda activation, objective: objective.loss == "softmax_cross_entropy",
    ),
)

FAULTS = (*AFFINE, *INPUTS, *ACTIVATION, *OUTPUTS)


def of_other_activations(activation: str) -> Iterator[Fault]:
    """Another activation of the table than the declared one, forward and backward, or forward only."""
    declared = get_activation(activation).name
    for name in (*ACTIVATIONS, "leaky_relu(0.1)", "leaky_relu(0.2)", "leaky_relu(0.3)"):
        # The identity is an activation missing.
        if name in (declared, "identity"):
            continue
        both: dict[str, Wrong] = {"activate": _activated(name), "slope": _slope(name)}
        plain = f"activation is {name}, not {declared}"
        yield Fault(plain, both, each=True)
        words = f"{plain}, and the derivative is that of {declared}"
        yield Fault(words, {"activate": both["activate"]}, each=True, family=plain)


def of_other_outputs(objective: Objective) -> Iterator[Fault]:
    """Another output activation than the declared one."""
    own = objective.output_activation
    for name in ("identity", SOFTMAX, *ACTIVATIONS[1:]):
        if name != own and own != "identity":
            missing = "the output activation is missing" if name == "identity" else f"the outputs go through {name}"
            words = f"{missing}: {own} is declared, or what the gradients are those of"
            yield Fault(words, {"outputs": _activated(name)})
