"""One forward and backward pass, line by line; any line may be replaced by a wrong one.

The lines, with h_0 = X, z_l = h_(l-1) W_l^T + b_l and h_l = sigma(z_l):

- ``inputs``: X. ``affine``: z_l. ``activate``: h_l of a hidden layer. ``outputs``: what forward returns of z_L.
- ``delta``: delta_L, the derivative of the loss by z_L. ``weights``: dW_l. ``bias``: db_l.
- ``back``: delta_(l+1) W_(l+1). ``slope``: sigma'(z_l); both for a hidden layer l, and delta_l is their product.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from symcheck.activations import get_activation
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective
from symcheck.types import Array

#: Those of the forward pass.
FORWARD = frozenset({"inputs", "affine", "activate", "outputs"})
LINES = ("inputs", "affine", "activate", "outputs", "delta", "weights", "bias", "back", "slope")


@dataclass
class At:
    """Where a pass stands when a line is computed.

    Attributes:
        layer: counted from 1; of ``back`` and ``slope`` the hidden layer that delta goes back to.
        entering: h_0 to h_(l-1) as far as they are computed. preactivations: z_1, ... as far.
        delta: the derivative by z of the layer that was last gone through. passed: the same before its slope, by h.
        deltas: those of the layers that it was gone through.
        found: (dW, db) of the layers above and, once they are computed, of this one.
    """

    trial: Trial
    layer: int
    entering: list[Array]
    preactivations: list[Array]
    delta: Array = field(default_factory=lambda: np.zeros(0))
    passed: Array = field(default_factory=lambda: np.zeros(0))
    deltas: dict[int, Array] = field(default_factory=dict)
    found: dict[int, tuple[Array, Array]] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        """The number of samples of the batch."""
        return len(self.trial.X)

    @property
    def depth(self) -> int:
        """The number of layers."""
        return self.trial.depth

    @property
    def objective(self) -> Objective:
        """What the gradients are to be those of."""
        return self.trial.objective

    @property
    def W(self) -> Array:
        """The weights of this layer."""
        return self.trial.params[self.layer - 1][0]

    @property
    def b(self) -> Array:
        """The bias of this layer."""
        return self.trial.params[self.layer - 1][1]

    @property
    def above(self) -> Array:
        """The weights through which delta goes back to this layer."""
        return self.trial.params[self.layer][0]

    @property
    def above_gradient(self) -> Array:
        """The gradient of these weights."""
        return self.found[self.layer + 1][0]

    @property
    def h(self) -> Array:
        """What enters this layer."""
        return self.entering[self.layer - 1]

    @property
    def z(self) -> Array:
        """The pre-activation of this layer."""
        return self.preactivations[self.layer - 1]

    @property
    def below(self) -> Array:
        """The pre-activation of the layer below; there is none below the first."""
        return self.preactivations[self.layer - 2]

    @property
    def a(self) -> Array:
        """The activation of this hidden layer."""
        return self.entering[self.layer] if self.layer < len(self.entering) else self.sigma(self.z)

    def sigma(self, z: Array) -> Array:
        """The activation of the hidden layers."""
        function = get_activation(self.trial.activation).function
        assert function is not None
        return function(z)

    def sigma_slope(self, z: Array) -> Array:
        """Its derivative."""
        derivative = get_activation(self.trial.activation).derivative
        assert derivative is not None
        return derivative(z)


#: From where a pass stands and what a line should give to what it gives.
Wrong = Callable[[At, Array], Array]
Pairs = list[tuple[Array, Array]]


@dataclass(frozen=True)
class Evaluation:
    """What a pass gives; gradients in whatever shapes they come, None where the outputs alone could be computed."""

    outputs: Array
    gradients: Pairs | None


@dataclass(frozen=True)
class Replaced:
    """Lines that are replaced, by the names of `LINES`, in some layers; None: in all."""

    wrong: Mapping[str, Wrong]
    layers: Collection[int] | None = None


def evaluate(
    trial: Trial, wrong: Mapping[str, Wrong], layers: Collection[int] | None = None, outputs_only: bool = False
) -> Evaluation | None:
    """A pass with some lines replaced.

    Args:
        wrong: by the names of `LINES`. layers: in which of them; None: in all.
        outputs_only: without gradients.

    Returns:
        None where the shapes do not allow even the outputs.
    """
    return evaluate_together(trial, (Replaced(wrong, layers),), outputs_only)


def evaluate_together(trial: Trial, replacements: Sequence[Replaced], outputs_only: bool = False) -> Evaluation | None:
    """The same with several mistakes: of one line, the next gets what the one before gives.

    It is computed once: every mistake is asked for alone, in pairs, and under several names of one layer.
    """
    effective = tuple(r for r in replacements if r.wrong and (r.layers is None or r.layers))
    key = (outputs_only, *((id(r.wrong), None if r.layers is None else tuple(r.layers)) for r in effective))
    if key not in trial.evaluated:
        # With the lines themselves, so that no others come to have their identity.
        trial.evaluated[key] = effective, _evaluated(trial, effective, outputs_only)
    found: Evaluation | None = trial.evaluated[key][1]
    return found


def _evaluated(trial: Trial, replacements: Sequence[Replaced], outputs_only: bool) -> Evaluation | None:
    def line(name: str, at: At, right: Callable[[], Array]) -> Array:
        wrong = [r.wrong[name] for r in replacements if name in r.wrong and (r.layers is None or at.layer in r.layers)]
        if not wrong:
            return right()
        try:
            value = right()
        except ValueError:
            value = np.zeros(0)
        for replaced in wrong:
            value = np.asarray(replaced(at, value))
        return value

    with np.errstate(all="ignore"):
        try:
            at, outputs = _forward(trial, line)
        except (ValueError, IndexError):
            return None
        try:
            return Evaluation(outputs, None if outputs_only else _backward(at, line))
        except (ValueError, IndexError, TypeError):
            return Evaluation(outputs, None)


_Line = Callable[[str, At, Callable[[], Array]], Array]


def _forward(trial: Trial, line: _Line) -> tuple[At, Array]:
    at = At(trial, 1, [], [])
    at.entering.append(line("inputs", at, lambda: trial.X))
    for layer in range(1, trial.depth + 1):
        at.layer = layer
        at.preactivations.append(line("affine", at, lambda: at.h @ at.W.T + at.b))
        if layer < trial.depth:
            at.entering.append(line("activate", at, lambda: at.sigma(at.z)))
    return at, line("outputs", at, lambda: trial.objective.returned(at.z))


def _backward(at: At, line: _Line) -> Pairs:
    trial = at.trial
    at.delta = at.passed = line("delta", at, lambda: trial.objective.delta(at.z, trial.Y))
    if trial.objective.loss == "squared_error":
        outputs = trial.objective.returned(at.z)
        at.passed = 2 * trial.objective.scale(*outputs.shape) * (outputs - trial.Y)
    for layer in range(trial.depth, 0, -1):
        at.layer, at.deltas[layer] = layer, at.delta
        dW = line("weights", at, lambda: at.delta.T @ at.h)
        at.found[layer] = dW, np.zeros(0)
        at.found[layer] = dW, line("bias", at, lambda: at.delta.sum(axis=0))
        if layer > 1:
            at.layer = layer - 1
            passed = line("back", at, lambda: at.delta @ at.above)
            at.delta = passed * line("slope", at, lambda: at.sigma_slope(at.z))
            at.passed = passed
    return [at.found[layer] for layer in range(1, trial.depth + 1)]
