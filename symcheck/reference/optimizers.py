"""The optimizers, as pure functions: parameters, gradients and state in, new parameters and state out.

Each update is an entrywise function of the gradient history; for AdamW, and for L2 under SGD and its momentum
forms, plus a multiple of the parameter itself. Under these every equitable partition stays tied. The other
penalties (L1 anywhere, L2 inside RMSprop, Adam and signSGD) put the parameter itself through an entrywise
function, and are sure to keep only block-constant weights tied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import sqrt
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from symcheck.errors import NetworkError, UnknownOptimizer, counted, listed
from symcheck.reference.losses import real_array
from symcheck.reference.parameters import arrays_of, as_pairs, computable, network_of, rebuild
from symcheck.types import Array, NetworkParams

LearningRate = float | Sequence[tuple[Any, Any]]
Slots = tuple[Array, ...]


@dataclass(frozen=True)
class State:
    """What an optimizer remembers: the steps taken, and for each parameter array its running averages."""

    steps: int
    slots: tuple[Slots, ...]


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """The settings and the step that all optimizers share.

    The gradient is clipped first, then the penalties are added to it, as when a framework's ``weight_decay``
    meets a clipped gradient. Biases are penalised like weights, unless they have a penalty of their own.

    Attributes:
        l1: adds ``l1 * sign(parameter)`` to the gradient.
        l2: adds ``l2 * parameter`` to the gradient (the penalty is ``l2 / 2`` times the squared norm).
        l2_bias: the same for the biases; None: as for the weights.
        clip_value: largest magnitude of an entry of the gradient.
        clip_norm: largest Euclidean norm of all gradients together (Pascanu et al. 2013, algorithm 1).

    Raises:
        UnknownOptimizer: a setting out of its range.
    """

    l1: float = 0.0
    l2: float = 0.0
    l2_bias: float | None = None
    clip_value: float | None = None
    clip_norm: float | None = None

    #: How many running averages are kept for each parameter.
    slots: ClassVar[int] = 0
    #: Settings that are decay rates, in [0, 1).
    rates: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.default is None:
                continue
            high = 1.0 if field.name in self.rates else float("inf")
            number = float(value) if isinstance(value, Real) else float("nan")
            if not 0 <= number < high:
                wanted = "in [0, 1)" if high == 1 else "that is finite and not negative"
                raise UnknownOptimizer(f"{field.name} must be a number {wanted}, not {value!r}")
            object.__setattr__(self, field.name, number)

    def init(self, params: Any) -> State:
        """The state before the first step: every running average zero."""
        arrays = arrays_of(computable(network_of(params)))
        return State(0, tuple(tuple(np.zeros_like(a) for _ in range(self.slots)) for a in arrays))

    def step(
        self, params: Any, gradients: Any, state: State, learning_rate: LearningRate
    ) -> tuple[NetworkParams, State]:
        """One update.

        Args:
            params: [(W, b), ...].
            gradients: [(dW, db), ...] in the same shapes.
            state: from `init` or the previous step.
            learning_rate: a number, or a list of (rate of W, rate of b), each a number or an array that
                broadcasts to its parameter. It multiplies all that is subtracted, decay included.

        Returns:
            The new parameters and the new state.

        Raises:
            NetworkError: gradients, state or learning rates that do not fit the parameters.
            BatchError: gradients that are not numbers.
        """
        layers = computable(network_of(params))
        arrays = arrays_of(layers)
        slopes = _matching(gradients, layers, "gradients")
        rates = _learning_rates(learning_rate, layers)
        if [[s.shape for s in slots] for slots in state.slots] != [[a.shape] * self.slots for a in arrays]:
            raise NetworkError(f"state is not one of {type(self).__name__} for parameters of these shapes")
        updated, slots = [], []
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            slopes = self._clipped(slopes)
            parts = [part for layer in layers for part, array in zip("Wb", layer, strict=True) if array is not None]
            for array, slope, rate, old, part in zip(arrays, slopes, rates, state.slots, parts, strict=True):
                direction, new = self.direction(array, self._penalised(array, slope, part), old, state.steps + 1)
                updated.append(array - rate * direction)
                slots.append(new)
        return rebuild(layers, updated), State(state.steps + 1, tuple(slots))

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        """What the learning rate multiplies, and the new running averages; ``step`` counts from 1."""
        raise NotImplementedError

    def _clipped(self, slopes: list[Array]) -> list[Array]:
        if self.clip_value is not None:
            bound = self.clip_value
            slopes = [np.clip(g, -bound, bound) for g in slopes]
        if self.clip_norm is not None:
            norm = sqrt(sum(float(np.sum(np.square(g, dtype=np.float64))) for g in slopes))
            if norm > self.clip_norm:
                slopes = [g * (self.clip_norm / norm) for g in slopes]
        return slopes

    def _penalised(self, array: Array, slope: Array, part: str) -> Array:
        l2 = self.l2_bias if part == "b" and self.l2_bias is not None else self.l2
        if l2:
            slope = slope + l2 * array
        if self.l1:
            slope = slope + self.l1 * np.sign(array)
        return slope


@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """Gradient descent: theta - lr * g."""

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        return gradient, slots


@dataclass(frozen=True, kw_only=True)
class SignSGD(Optimizer):
    """theta - lr * sign(g) (Bernstein et al. 2018, algorithm 1)."""

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        return np.sign(gradient), slots


@dataclass(frozen=True, kw_only=True)
class Momentum(Optimizer):
    """v = momentum * v + (1 - dampening) * g, theta - lr * v (Polyak 1964, as in Sutskever et al. 2013, section 2)."""

    momentum: float = 0.9
    dampening: float = 0.0
    slots: ClassVar[int] = 1
    rates: ClassVar[frozenset[str]] = frozenset({"momentum", "dampening"})

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        velocity = self.momentum * slots[0] + (1 - self.dampening) * gradient
        return velocity, (velocity,)


@dataclass(frozen=True, kw_only=True)
class Nesterov(Momentum):
    """v = momentum * v + g, theta - lr * (g + momentum * v) (Sutskever et al. 2013, section 2).

    The paper keeps the learning rate inside v and takes the gradient at a lookahead point; this is the form
    of the frameworks, whose parameter is that point.
    """

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        velocity = self.momentum * slots[0] + (1 - self.dampening) * gradient
        return gradient + self.momentum * velocity, (velocity,)


@dataclass(frozen=True, kw_only=True)
class RMSprop(Optimizer):
    """s = decay * s + (1 - decay) g^2, theta - lr * g / (sqrt(s + eps_root) + epsilon) (Tieleman, Hinton 2012, 6e).

    Attributes:
        eps_root: what is added inside the root, where Keras and optax have epsilon.
    """

    decay: float = 0.99
    epsilon: float = 1e-8
    eps_root: float = 0.0
    slots: ClassVar[int] = 1
    rates: ClassVar[frozenset[str]] = frozenset({"decay"})

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        square = self.decay * slots[0] + (1 - self.decay) * (gradient * gradient)
        return gradient / (np.sqrt(square + self.eps_root) + self.epsilon), (square,)


@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Running means m of g and v of g^2, both bias-corrected: theta - lr * m / (sqrt(v + eps_root) + epsilon).

    Kingma and Ba 2015, algorithm 1.

    Attributes:
        eps_root: what is added inside the root, as by the argument of that name in optax; 0 in the paper.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    eps_root: float = 0.0
    slots: ClassVar[int] = 2
    rates: ClassVar[frozenset[str]] = frozenset({"beta1", "beta2"})

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        mean = self.beta1 * slots[0] + (1 - self.beta1) * gradient
        square = self.beta2 * slots[1] + (1 - self.beta2) * (gradient * gradient)
        corrected = np.sqrt(square / (1 - self.beta2**step) + self.eps_root)
        return mean / (1 - self.beta1**step) / (corrected + self.epsilon), (mean, square)


@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam with decoupled decay: theta - lr * (Adam's direction + decay * theta).

    Loshchilov and Hutter 2019, algorithm 2, with the decay multiplied by the learning rate, as in frameworks.
    """

    decay: float = 0.01

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        direction, slots = super().direction(parameter, gradient, slots, step)
        return direction + self.decay * parameter, slots


#: Every optimizer by its name.
OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "signsgd": SignSGD,
}


def optimizer(name: Any, **settings: Any) -> Optimizer:
    """An optimizer of the table ``OPTIMIZERS`` with these settings.

    Raises:
        UnknownOptimizer: no such name or setting, or a setting out of its range.
    """
    if isinstance(name, Optimizer):
        if settings:
            raise UnknownOptimizer(f"{type(name).__name__} is made already and takes no settings")
        return name
    if not isinstance(name, str) or name.lower() not in OPTIMIZERS:
        raise UnknownOptimizer(f"no optimizer is named {name!r}; known are {listed(OPTIMIZERS)}")
    kind = OPTIMIZERS[name.lower()]
    known = [field.name for field in fields(kind)]
    unknown = [setting for setting in settings if setting not in known]
    if unknown:
        raise UnknownOptimizer(f"{name} has no setting {unknown[0]!r}; known are {listed(known)}")
    return kind(**settings)


def _matching(values: Any, layers: NetworkParams, name: str) -> list[Array]:
    pairs = as_pairs(values, name)
    if len(pairs) != len(layers):
        raise NetworkError(f"{len(pairs)} {name} for {counted(len(layers), 'layer')}")
    found = []
    for i, (pair, layer) in enumerate(zip(pairs, layers, strict=True)):
        for value, array, part in zip(pair, layer, "Wb", strict=True):
            if array is None and value is None:
                continue
            given = None if value is None else real_array(value, f"{name}[{i}]")
            if array is None or given is None or given.shape != array.shape:
                shapes = [None if a is None else a.shape for a in (given, array)]
                raise NetworkError(f"{name}[{i}] has shape {shapes[0]} for {part}, expected {shapes[1]}")
            found.append(given.astype(array.dtype, copy=False))
    return found


def _learning_rates(learning_rate: LearningRate, layers: NetworkParams) -> list[Array]:
    if np.isscalar(learning_rate) or isinstance(learning_rate, np.ndarray):
        pairs: list[tuple[Any, Any]] = [(learning_rate, learning_rate)] * len(layers)
    else:
        pairs = as_pairs(learning_rate, "learning_rate")
    if len(pairs) != len(layers):
        raise NetworkError(f"{len(pairs)} pairs of learning rates for {counted(len(layers), 'layer')}")
    rates = []
    for i, (pair, layer) in enumerate(zip(pairs, layers, strict=True)):
        for rate, array, part in zip(pair, layer, "Wb", strict=True):
            if array is None:
                continue
            try:
                rates.append(np.asarray(rate, dtype=array.dtype))
                np.broadcast_to(rates[-1], array.shape)
            except (TypeError, ValueError):
                raise NetworkError(f"learning_rate[{i}] does not fit {part} of shape {array.shape}") from None
    return rates
