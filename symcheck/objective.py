"""What a network is trained to make small: a loss of its outputs, how it is averaged, and what its outputs go through.

The pre-activations of the last layer are z, of shape (samples, n). Cross-entropies take their probabilities from z
itself, by the logistic function or the softmax, whether a network returns z or the probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from symcheck.activations import Activation, UnknownActivation, get_activation
from symcheck.errors import SymcheckError, listed
from symcheck.types import Array

#: Every loss of an objective; ``mse`` is the mean squared error by another name.
LOSSES = ("squared_error", "binary_cross_entropy", "softmax_cross_entropy")
#: ``mean``: over all entries; ``samples``: summed over the outputs, averaged over the samples; ``sum``: over all entries.
REDUCTIONS = ("mean", "samples", "sum")
SOFTMAX = "softmax"
#: The powers of the numbers of samples and outputs in what multiplies the sum over all entries.
_POWERS = {"mean": (-1, -1), "samples": (-1, 0), "sum": (0, 0)}

#: What the outputs may be for a cross-entropy that takes its probabilities by this function.
_ENTROPIES = {"binary_cross_entropy": ("identity", "sigmoid", SOFTMAX), "softmax_cross_entropy": ("identity", SOFTMAX)}


class UnknownLoss(SymcheckError, ValueError):
    """No loss has this name, or a reduction, factor or output activation does not fit it."""


@dataclass(frozen=True)
class Objective:
    """A loss with its reduction, its factor and the activation of the outputs.

    Attributes:
        loss: of `LOSSES`. reduction: of `REDUCTIONS`.
        factor: multiplies the loss, as the 1/2 of half a squared error.
        output_activation: what ``forward`` returns of z: a name of the activation table, or ``softmax``.
        guard: what code may add inside a logarithm, or clip a probability by, to keep away from log 0.
        unit_rows: whether targets are one class for each sample although the loss would take others.

    Raises:
        UnknownLoss: parts that are unknown or do not fit each other.
    """

    loss: str = "squared_error"
    reduction: str = "mean"
    factor: float = 1.0
    output_activation: str = "identity"
    guard: float = 0.0
    unit_rows: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise UnknownLoss(f"no loss is named {self.loss!r}; known are {listed(('mse', *LOSSES))}")
        if self.reduction not in REDUCTIONS:
            raise UnknownLoss(f"no reduction is named {self.reduction!r}; known are {listed(REDUCTIONS)}")
        if not isinstance(self.factor, Real) or not isfinite(self.factor) or self.factor == 0:
            raise UnknownLoss(f"the factor of a loss must be a finite number other than 0, not {self.factor!r}")
        object.__setattr__(self, "factor", float(self.factor))
        object.__setattr__(self, "output_activation", output_activation_named(self.output_activation))
        if not fits(self.loss, self.output_activation):
            raise UnknownLoss(
                f"{self.loss} takes probabilities, so the output activation must be {listed(_ENTROPIES[self.loss])}, "
                f"not {self.output_activation}"
            )

    @property
    def name(self) -> str:
        """``mse`` or ``softmax_cross_entropy`` where it is just that, else all that differs, in parentheses."""
        short = {"squared_error": "mse"}.get(self.loss, self.loss)
        usual = stated(short)
        if self == usual:
            return short
        parts = [self.reduction, *([f"times {self.factor:.6g}"] if self.factor != 1 else [])]
        return f"{self.loss} ({', '.join([*parts, f'{self.output_activation} output'])})"

    @property
    def link(self) -> str:
        """What z goes through before the loss sees it; that of a cross-entropy whatever ``forward`` returns."""
        if self.loss == "softmax_cross_entropy":
            return SOFTMAX
        if self.loss == "binary_cross_entropy" and self.output_activation != SOFTMAX:
            return "sigmoid"
        return self.output_activation

    @property
    def centred(self) -> bool:
        """Whether the derivatives by the z of one sample sum to zero, as behind every softmax."""
        return self.link == SOFTMAX

    @property
    def classes(self) -> bool:
        """Whether targets are unit rows, one class for each sample."""
        return self.unit_rows or (self.loss != "squared_error" and self.link == SOFTMAX)

    def scale(self, samples: int, outputs: int) -> float:
        """What multiplies the sum of the loss over all entries of a batch."""
        of_samples, of_outputs = self.powers
        return self.factor / float(samples**-of_samples * outputs**-of_outputs)

    @property
    def powers(self) -> tuple[int, int]:
        """The powers of the numbers of samples and outputs in `scale`."""
        return _POWERS[self.reduction]

    def times(self, factor: float, samples: int, outputs: int) -> Objective | None:
        """So many times this one, times powers of the numbers of samples and outputs; None where that is no reduction."""
        of_samples, of_outputs = self.powers
        powers = (of_samples + samples, of_outputs + outputs)
        reduction = next((name for name, theirs in _POWERS.items() if theirs == powers), None)
        return None if reduction is None else replace(self, reduction=reduction, factor=self.factor * factor)

    def returned(self, z: Array) -> Array:
        """What ``forward`` returns: shape (samples, n)."""
        return activated(z, self.output_activation)

    def targets(self, Y: Array) -> Array:
        """Targets of the kind that the loss takes from real ones of shape (samples, n): themselves, 0 and 1, or unit rows."""
        if self.classes:
            return np.asarray(np.eye(Y.shape[1])[Y.argmax(axis=1)])
        if self.loss == "squared_error":
            return Y
        return (Y > 0).astype(float)

    def value(self, z: Array, Y: Array) -> float:
        """The loss of a batch; ``z`` and ``Y`` of shape (samples, n)."""
        return float(self.scale(*z.shape) * np.sum(self._entries(z, Y), dtype=np.float64))

    def _entries(self, z: Array, Y: Array) -> Array:
        if self.loss == "softmax_cross_entropy":
            shifted = z - z.max(axis=1, keepdims=True)
            return np.asarray(-Y * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))))
        if self.loss == "binary_cross_entropy" and self.link == "sigmoid":
            return np.asarray(np.logaddexp(0, z) - Y * z)
        a = activated(z, self.link)
        if self.loss == "squared_error":
            return np.asarray(np.square(a - Y))
        return np.asarray(-Y * np.log(a) - (1 - Y) * np.log1p(-a))

    def delta(self, z: Array, Y: Array) -> Array:
        """The derivative of the loss by z: shape (samples, n)."""
        scale = self.scale(*z.shape)
        a = activated(z, self.link)
        if self.loss == "softmax_cross_entropy":
            return np.asarray(scale * (a * Y.sum(axis=1, keepdims=True) - Y))
        if self.loss == "binary_cross_entropy" and self.link == "sigmoid":
            # (a - y) / (a (1 - a)) times the slope a (1 - a), which cancels.
            return np.asarray(scale * (a - Y))
        # Where a probability is 0 or 1 the slope of its logarithm is infinite, which is for whoever asks to judge.
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = 2 * (a - Y) if self.loss == "squared_error" else (a - Y) / (a * (1 - a))
            if self.link == SOFTMAX:
                return np.asarray(scale * a * (slope - (slope * a).sum(axis=1, keepdims=True)))
            return np.asarray(scale * slope * slope_of(z, self.link))


def activated(z: Array, name: str) -> Array:
    """z after an activation of the table, elementwise, or after the softmax of each sample; in z's own dtype."""
    if name == SOFTMAX:
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=z.dtype)
    function = get_activation(name).function
    assert function is not None
    return np.asarray(function(z), dtype=z.dtype)


def slope_of(z: Array, name: str) -> Array:
    """The derivative of an activation of the table at z."""
    derivative = get_activation(name).derivative
    assert derivative is not None
    return np.asarray(derivative(z), dtype=z.dtype)


def output_activation_named(name: Any) -> str:
    """The canonical name of an output activation.

    Raises:
        UnknownLoss: neither in the table nor the softmax, or without values.
    """
    if isinstance(name, str) and name.strip().lower() == SOFTMAX:
        return SOFTMAX
    try:
        found: Activation = get_activation(name)
    except UnknownActivation as error:
        raise UnknownLoss(f"{error} or {SOFTMAX}") from None
    if found.function is None:
        raise UnknownLoss(f"the output activation {found.name!r} has no values")
    return found.name


def fits(loss: str, output_activation: str) -> bool:
    """Whether a loss may follow an output activation."""
    return output_activation in _ENTROPIES.get(loss, (output_activation,))


def stated(
    loss: str | None, reduction: str | None = None, factor: float | None = None, output_activation: str | None = None
) -> Objective | None:
    """The objective that these declarations determine, or None where they leave something open.

    ``mse`` is the mean of the squared error over all entries, plain ``softmax_cross_entropy`` a mean over the samples,
    both of outputs without an activation; of the others the reduction and the output activation have to be named.

    Raises:
        UnknownLoss: parts that are unknown or do not fit each other.
    """
    usual = {"mse": ("squared_error", "mean"), "softmax_cross_entropy": ("softmax_cross_entropy", "samples")}
    if loss in usual:
        name, own = usual[loss]
        return Objective(name, reduction or own, 1.0 if factor is None else factor, output_activation or "identity")
    if loss is None or reduction is None or output_activation is None:
        return None
    return Objective(loss, reduction, 1.0 if factor is None else factor, output_activation)


def get_objective(loss: str | Objective) -> Objective:
    """An objective by the name of its loss; ``squared_error`` and ``binary_cross_entropy`` are means over all entries,
    of outputs without an activation and of logistic ones.

    Raises:
        UnknownLoss: no loss has this name.
    """
    if isinstance(loss, Objective):
        return loss
    if loss not in ("mse", *LOSSES):
        raise UnknownLoss(f"no loss is named {loss!r}; known are {listed(('mse', *LOSSES))}")
    output = "sigmoid" if loss == "binary_cross_entropy" else "identity"
    found = stated(loss, "samples" if loss == "softmax_cross_entropy" else "mean", 1.0, output)
    assert found is not None
    return found
