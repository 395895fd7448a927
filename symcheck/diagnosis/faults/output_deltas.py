"""Faults in the derivative of the loss by the last layer's pre-activation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.diagnosis.faults import miswritten
from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.faults.miswritten import error_of
from symcheck.diagnosis.objective_sentences import objective_words
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, activated, fits, get_objective, slope_of
from symcheck.types import Array


def _scale(at: At) -> float:
    return at.objective.scale(*at.z.shape)


def _probabilities(at: At) -> Array:
    return activated(at.z, at.objective.link)


def _over_samples(at: At) -> Array:
    return np.asarray(activated(at.z.T, SOFTMAX).T)


def _slope_missing(at: At, right: Array) -> Array:
    return error_of(at)


def _softmax_diagonal(at: At, right: Array) -> Array:
    p = _probabilities(at)
    return np.asarray(_slope_missing(at, right) * p * (1 - p))


def _minus_target_over_p(at: At, right: Array) -> Array:
    return np.asarray(-_scale(at) * at.trial.Y / _probabilities(at))


def _entropy_by_p(at: At, right: Array) -> Array:
    p = _probabilities(at)
    return np.asarray(_scale(at) * (p - at.trial.Y) / (p * (1 - p)))


def _squared(at: At, right: Array) -> Array:
    return np.asarray(_scale(at) * (_probabilities(at) - at.trial.Y) ** 2)


def _at_the_output(at: At, right: Array) -> Array:
    return _slope_missing(at, right) * slope_of(_probabilities(at), at.objective.link)


def _unactivated(at: At, right: Array) -> Array:
    slope = slope_of(at.z, at.objective.link) if at.objective.loss == "squared_error" else 1.0
    share = 2 if at.objective.loss == "squared_error" else 1
    return share * _scale(at) * (at.z - at.trial.Y) * slope


def _of(objective: Objective) -> Wrong:
    return lambda at, right: objective.delta(at.z, at.trial.Y)


def _target_added(at: At, right: Array) -> Array:
    scale = 2 * at.objective.scale(*at.trial.Y.shape) * at.trial.Y
    if at.objective.loss == "squared_error":
        return np.asarray(right + 2 * scale * slope_of(at.z, at.objective.link))
    return np.asarray(right + scale)


def _activated(at: At, right: Array) -> Array:
    """The derivative that follows where the hidden activation is applied to the last layer."""
    return at.objective.delta(at.sigma(at.z), at.trial.Y)


def _elementwise(activation: str, objective: Objective) -> bool:
    return objective.link not in ("identity", SOFTMAX)


def _squares(activation: str, objective: Objective) -> bool:
    return objective.loss == "squared_error"


def _squares_through(activation: str, objective: Objective) -> bool:
    return _elementwise(activation, objective) and _squares(activation, objective)


def _softmax(activation: str, objective: Objective) -> bool:
    return objective.loss == "softmax_cross_entropy"


OUTPUT_ACTIVATION: tuple[Fault, ...] = (
    Fault(
        "derivative of the output activation is missing",
        {"delta": _slope_missing},
        "write delta = (a - y) * sigma'(z) in the last layer",
        fits=_squares_through,
    ),
    Fault(
        "derivative of the output activation is taken at the output, not at what enters the activation",
        {"delta": _at_the_output},
        "the function that is called differentiates at z, and is given the output",
        fits=_squares_through,
    ),
    Fault(
        "derivative of the output activation is applied once too often",
        {"delta": lambda at, right: right * slope_of(at.z, at.objective.link)},
        "of a sigmoid under binary cross-entropy it cancels: write delta = a - y",
        fits=_elementwise,
    ),
    Fault(
        "derivative of the loss is taken by the output: that of the output activation is left out",
        {"delta": _entropy_by_p},
        "of a sigmoid under binary cross-entropy write delta = a - y",
        fits=lambda activation, objective: objective.loss == "binary_cross_entropy" and objective.link == "sigmoid",
    ),
    Fault(
        "the error is taken before the output activation: z - y stands for a - y",
        {"delta": _unactivated},
        "subtract the target from what forward returns",
        fits=_elementwise,
    ),
)

SOFTMAXES: tuple[Fault, ...] = (
    Fault(
        "the target is added where it should be subtracted: the error is a + y",
        {"delta": _target_added},
        "write a - y",
        fits=lambda activation, objective: objective.loss != "squared_error" or objective.link != SOFTMAX,
    ),
    Fault(
        "softmax is taken over the samples instead of the classes",
        {"delta": lambda at, right: _scale(at) * (_over_samples(at) - at.trial.Y)},
        "the probabilities of one sample sum to 1: sum over the axis of the classes",
        fits=_softmax,
    ),
    Fault(
        "derivative of the softmax is applied twice",
        {"delta": lambda at, right: right * _probabilities(at) * (1 - _probabilities(at))},
        "under the cross-entropy it cancels: write delta = p - y",
        fits=_softmax,
    ),
    Fault(
        "derivative of the softmax is missing: -y / p is the derivative by p",
        {"delta": _minus_target_over_p},
        "write delta = p - y",
        fits=_softmax,
    ),
    Fault(
        "only the diagonal p (1 - p) of the softmax's derivative is used with -y / p",
        {"delta": lambda at, right: -_scale(at) * at.trial.Y * (1 - _probabilities(at))},
        "every output depends on every z: write delta = p - y",
        fits=_softmax,
    ),
    Fault(
        "the error is taken before the softmax: z - y stands for p - y",
        {"delta": lambda at, right: _scale(at) * (at.z - at.trial.Y)},
        "subtract the target from the probabilities",
        fits=_softmax,
    ),
    Fault(
        "1 is subtracted from every class that the batch has, in every sample",
        {"delta": lambda at, right: _scale(at) * (_probabilities(at) - (at.trial.Y.sum(axis=0) > 0))},
        "subtract 1 from the class of each sample alone: p[np.arange(m), y] -= 1, not p[:, y] -= 1",
        fits=_softmax,
    ),
    Fault(
        "the target is not subtracted: delta is p",
        {"delta": lambda at, right: _scale(at) * _probabilities(at)},
        "write delta = p - y",
        fits=_softmax,
    ),
    Fault(
        "only the diagonal p (1 - p) of the softmax's derivative is used",
        {"delta": _softmax_diagonal},
        "every output depends on every z: p * (e - (p * e).sum(axis=1, keepdims=True))",
        fits=lambda activation, objective: _squares(activation, objective) and objective.link == SOFTMAX,
    ),
)

LINEAR: tuple[Fault, ...] = (
    Fault(
        "derivative of the activation is applied to the linear output",
        {"delta": lambda at, right: right * at.sigma_slope(at.z)},
        "the last layer has no activation: delta = a - y, as the loss has it",
        fits=lambda activation, objective: objective.link in ("identity", SOFTMAX),
    ),
    Fault(
        "last layer's activation applied",
        {
            "outputs": lambda at, right: at.sigma(at.z),
            "delta": lambda at, right: _activated(at, right) * at.sigma_slope(at.z),
        },
        "the last layer has no activation",
        fits=lambda activation, objective: objective.link in ("identity", SOFTMAX),
    ),
    Fault(
        "last layer's activation applied, without its derivative",
        {"outputs": lambda at, right: at.sigma(at.z), "delta": _activated},
        "the last layer has no activation",
        family="last layer's activation applied",
        fits=lambda activation, objective: objective.link in ("identity", SOFTMAX),
    ),
    Fault(
        "the loss is the mean of absolute errors",
        {"delta": lambda at, right: np.asarray(np.sign(at.z - at.trial.Y) / at.z.size)},
        fits=lambda activation, objective: objective.name == "mse",
    ),
    Fault(
        "errors of one sample are averaged over its outputs before they go back",
        {"delta": lambda at, right: np.repeat(right.mean(axis=1, keepdims=True), right.shape[1], axis=1)},
        "each output has an error of its own",
    ),
    Fault(
        "errors are averaged over the samples before they go back",
        {"delta": lambda at, right: np.repeat(right.mean(axis=0, keepdims=True), at.samples, axis=0)},
        "each sample has an error of its own",
    ),
)

#: Errors that are those of no loss.
ERRORS: tuple[Fault, ...] = (
    Fault(
        "the squared error itself goes back, not its derivative",
        {"delta": _squared},
        "the derivative of (a - y)**2 is 2 (a - y)",
        fits=_squares,
    ),
    *(
        Fault(
            f"the error is squared before it goes back{told}",
            {"delta": lambda at, right, sign=sign: sign * right * (_probabilities(at) - at.trial.Y)},  # type: ignore[misc]
            "write a - y as it is",
            fits=lambda activation, objective: not objective.centred,
        )
        for told, sign in (("", 1.0), (", and added", -1.0))
    ),
    Fault(
        "the absolute error goes back: its sign is lost",
        {"delta": lambda at, right: np.abs(right)},
        "write a - y as it is",
        fits=_squares,
    ),
    Fault(
        "the target is not subtracted: delta is the output",
        {"delta": lambda at, right: at.objective.delta(at.z, 0 * at.trial.Y)},
        "write a - y",
        fits=_squares,
    ),
)

FAULTS = (*OUTPUT_ACTIVATION, *SOFTMAXES, *LINEAR, *ERRORS)


def output_faults(activation: str, objective: Objective) -> Iterator[Fault]:
    """The mistakes in the derivative of an output activation, a softmax or an error that can be in code of this kind."""
    for fault in (*OUTPUT_ACTIVATION, *SOFTMAXES, *ERRORS, *miswritten.OUTPUTS):
        if fault.fits(activation, objective):
            yield fault


#: At what errors are cut off, usually.
_CUT_OFF = (1.0, 0.5, 0.1, 1.35, 2.0)


def _cut_off(limit: float) -> Wrong:
    """The right delta, less by as much as its error is cut off."""

    def delta(at: At, right: Array) -> Array:
        errors = activated(at.z, at.objective.link) - at.trial.Y
        large = np.abs(errors) > limit
        return np.where(large, right * limit / np.where(large, np.abs(errors), 1.0), right)

    return delta


def of_other_losses(objective: Objective) -> Iterator[Fault]:
    """Losses that one may have meant by this one: the plain ones, and all behind the same outputs, whatever the factor."""
    plain = [get_objective("mse"), get_objective("softmax_cross_entropy")]
    behind = [
        Objective(loss, reduction, factor, output)
        for output in dict.fromkeys((objective.output_activation, "sigmoid", SOFTMAX, "identity"))
        for loss in LOSSES
        if fits(loss, output)
        for reduction in REDUCTIONS
        for factor in (1.0, 0.5)
    ]
    if objective.loss == "squared_error":
        for limit in _CUT_OFF:
            words = f"errors are cut off at {limit:g}: these are the gradients of Huber's loss"
            yield Fault(words, {"delta": _cut_off(limit)}, of_loss=True)
    # Whether a network returns logits or probabilities is the same to a cross-entropy.
    others = {(o.loss, o.link, o.reduction, o.factor): o for o in reversed([*plain, *behind])}
    for other in reversed(others.values()):
        # Of the same loss only a factor is different, which is named as one.
        if (other.loss, other.link) != (objective.loss, objective.link):
            words = f"the gradients are those of {objective_words(other)}, not of {objective_words(objective)}"
            yield Fault(words, {"delta": _of(other)}, of_loss=True)
