"""The losses, as differentiable functions of the outputs before their activation, and the targets that they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from autograd.extend import defvjp, primitive

from symcheck.errors import SymcheckError, listed
from symcheck.network import is_bfloat16
from symcheck.objective import SOFTMAX, Objective, UnknownLoss
from symcheck.reference.arithmetic import sum_columns
from symcheck.types import Array


class BatchError(SymcheckError, ValueError):
    """The samples or targets do not fit the network or the loss."""


def _mean_squared_error(outputs: Array, targets: Array) -> Any:
    return np.mean(np.square(outputs - targets))


def _mean_squared_error_vjp(ans: Any, outputs: Array, targets: Array) -> Callable[[Any], Array]:
    return lambda g: g * (2.0 / outputs.size) * (outputs - targets)


def _log_softmax(outputs: Array) -> Array:
    shifted = outputs - np.max(outputs, axis=1, keepdims=True)
    return np.asarray(shifted - np.log(sum_columns(np.exp(shifted))))


def _softmax_cross_entropy(outputs: Array, targets: Array) -> Any:
    return -np.mean(sum_columns(targets * _log_softmax(outputs)))


def _softmax_cross_entropy_vjp(ans: Any, outputs: Array, targets: Array) -> Callable[[Any], Array]:
    centred = np.exp(_log_softmax(outputs)) * sum_columns(targets) - targets
    return lambda g: g * (1.0 / len(outputs)) * centred


#: Mean over all entries of the squared error; outputs and targets of shape (samples, n).
mean_squared_error: Callable[[Array, Array], Any] = primitive(_mean_squared_error)

#: Mean over the samples of ``-sum_c targets[c] log softmax(outputs)[c]``; both of shape (samples, classes).
softmax_cross_entropy: Callable[[Array, Array], Any] = primitive(_softmax_cross_entropy)


def _value(outputs: Array, targets: Array, objective: Objective) -> Any:
    return np.asarray(objective.value(outputs, targets), dtype=outputs.dtype)


def _value_vjp(ans: Any, outputs: Array, targets: Array, objective: Objective) -> Callable[[Any], Array]:
    return lambda g: np.asarray(g * objective.delta(outputs, targets), dtype=outputs.dtype)


#: The value of an objective: outputs before their activation, and targets, of shape (samples, n).
objective_value: Callable[[Array, Array, Objective], Any] = primitive(_value)

# The losses carry their derivatives in closed form because autograd's are built from sums whose order is
# numpy's choice, and from powers that turn float32 into float64.
defvjp(mean_squared_error, _mean_squared_error_vjp, argnums=(0,))
defvjp(softmax_cross_entropy, _softmax_cross_entropy_vjp, argnums=(0,))
defvjp(objective_value, _value_vjp, argnums=(0,))


@dataclass(frozen=True)
class Loss:
    """A loss, the head of a network trained with it, and whether it takes integer labels.

    ``function`` takes the outputs before their activation and the targets, both of shape (samples, n).
    """

    name: str
    function: Callable[[Array, Array], Any]
    head: str
    labels: bool

    def targets(self, Y: Any, shape: tuple[int, ...], dtype: Any) -> Array:
        """The targets as an array of the outputs' shape (samples, n) and dtype; labels become unit rows.

        Raises:
            BatchError: targets of another shape, or labels that are no classes.
        """
        array = real_array(Y, "Y")
        samples, classes = shape
        if self.labels and array.shape == (samples,) and array.dtype.kind in "iu":
            if array.min() < 0 or array.max() >= classes:
                raise BatchError(
                    f"Y has labels from {array.min()} to {array.max()}, expected 0 to {classes - 1}, "
                    f"one for each of the {classes} outputs"
                )
            return np.asarray(array[:, None] == np.arange(classes), dtype=dtype)
        if array.shape != shape:
            labels = f", or {samples} integer labels" if self.labels else ""
            raise BatchError(f"Y has shape {array.shape} and dtype {array.dtype}, expected {shape}{labels}")
        return array.astype(dtype, copy=False)


#: Every loss by its name.
LOSSES = {
    "mse": Loss("mse", mean_squared_error, "linear", labels=False),
    "softmax_cross_entropy": Loss("softmax_cross_entropy", softmax_cross_entropy, "softmax", labels=True),
}


def get_loss(name: Any) -> Loss:
    """Look a loss up by name, or take that of an `Objective`.

    Raises:
        UnknownLoss: no such name.
    """
    if isinstance(name, Loss):
        return name
    if isinstance(name, Objective):
        return LOSSES[name.name] if name.name in LOSSES else _loss_of(name)
    if not isinstance(name, str) or name not in LOSSES:
        raise UnknownLoss(f"no loss is named {name!r}; known are {listed(LOSSES)}")
    return LOSSES[name]


def _loss_of(objective: Objective) -> Loss:
    head = "softmax" if objective.link == SOFTMAX else "linear"
    return Loss(objective.name, lambda z, Y: objective_value(z, Y, objective), head, objective.classes)


def real_array(values: Any, name: str) -> Array:
    """An array of real numbers, of any dtype.

    Raises:
        BatchError: anything else; the message calls the values ``name``.
    """
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError):  # RuntimeError: a tensor that does not become an array
        raise BatchError(f"{name} is not an array of numbers") from None
    if array.dtype.kind not in "biuf" and not is_bfloat16(array.dtype):
        raise BatchError(f"{name} has dtype {array.dtype}, expected real numbers")
    return array
