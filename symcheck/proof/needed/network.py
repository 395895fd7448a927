"""Networks in training, on the reference: how units of a layer get apart, and what of a network moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.proof.needed.case import ROUNDING, Wrong
from symcheck.proof.needed.line import Matrix, NeededError, Settings, Vector, samples_of, tuple_of, written
from symcheck.reference import State, forward, gradients, hidden, optimizer
from symcheck.types import Array, NetworkParams

DIFFER, SEPARATE = "units #, # of layer # differ", "units #, # of layer # separate"
NOT_OPPOSITE, CEASE = "units #, # of layer # are not opposite", "units #, # of layer # cease to be opposite"
MOVES, UNIT_MOVES, NO_IDENTITY = "W# moves", "unit # of layer # moves", "unit # of layer # breaks the identity"


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron with its data and its training; layers are counted from 1, the inputs are layer 0.

    Attributes:
        weights, biases: by layer, of shapes (out, in) and (out,).
        X, Y: samples and targets, a row each; without ``rate`` there is no training and need be no targets.
        blocks: where a line gives them, the number of the block of each unit, negative for the sign -1.
        rates: learning rates of weights, by layer, where they differ from ``rate``.
        velocities: of weights, by layer, where they do not start at 0; only with ``momentum``.
        l1: the strength of an L1 penalty.
    """

    sigma: Activation
    weights: tuple[Matrix, ...]
    biases: tuple[Vector, ...]
    X: Matrix
    Y: Matrix | None
    blocks: Mapping[int, tuple[int, ...]]
    rate: Fraction | None
    rates: Mapping[int, Matrix]
    velocities: Mapping[int, Matrix]
    momentum: Fraction
    l1: Fraction
    steps: int

    @property
    def depth(self) -> int:
        return len(self.weights)

    def labels(self, layer: int) -> tuple[int, ...]:
        """The block of each unit: without a word on it, hidden units are one, inputs and outputs stand alone."""
        width = len(self.weights[layer - 1]) if layer else len(self.weights[0][0])
        alone = tuple(range(1, width + 1))
        return self.blocks.get(layer, (1,) * width if 0 < layer < self.depth else alone)

    @cached_property
    def history(self) -> list[NetworkParams]:
        """The parameters before training and after each step.

        Raises:
            NeededError: the numbers overflow.
        """
        params: Any = [(_floats(w), _floats(b)) for w, b in zip(self.weights, self.biases, strict=True)]
        made = [params]
        l1, momentum = float(self.l1), float(self.momentum)
        rule = optimizer("momentum", momentum=momentum) if momentum else optimizer("sgd", l1=l1)
        slots = list(rule.init(params).slots)
        for layer, velocity in self.velocities.items():
            slots[2 * (layer - 1)] = (_floats(velocity),)
        state = State(0, tuple(slots))
        for _ in range(self.steps if self.rate is not None else 0):
            shared: Any = self.rate
            rates = [(_floats(self.rates.get(i, shared)), float(shared)) for i in range(1, self.depth + 1)]
            params, state = rule.step(params, self.slopes(params), state, rates)
            made.append(params)
        if not all(np.isfinite(array).all() for params in made for pair in params for array in pair):
            raise NeededError("the numbers of this case overflow")
        return made

    def slopes(self, params: Any) -> NetworkParams:
        """The gradients of the squared error.

        Raises:
            NeededError: there are no targets.
        """
        if self.Y is None:
            raise NeededError("network needs y, the targets, to have a gradient")
        return gradients(params, _floats(self.X), _floats(self.Y), self.sigma, "mse")

    def output_slopes(self) -> Iterator[Array]:
        """By how much the outputs miss their targets, before each step: the slopes of the loss but for a factor.

        Raises:
            NeededError: there are no targets.
        """
        if self.Y is None:
            raise NeededError("network needs y, the targets of the outputs of a block")
        for params in self.history[: max(len(self.history) - 1, 1)]:
            yield forward(params, _floats(self.X), self.sigma) - _floats(self.Y)

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        *units, layer = at
        last = self.depth if outcome == MOVES else self.depth - 1
        if not 1 <= layer <= last or not all(1 <= unit <= len(self.weights[layer - 1]) for unit in units):
            raise NeededError(f"{outcome!r} is said of layer {layer}, which has no such units or is not there")
        if outcome == MOVES:
            return self._moved(layer, slice(None), f"W_{layer} moves")
        if outcome == UNIT_MOVES:
            if layer != 1:
                raise NeededError("what a dead unit assumes is judged in layer 1, whose inputs are the data")
            return self._moved(layer, units[0] - 1, f"the incoming weights of unit {units[0]} move")
        if outcome == NO_IDENTITY:
            return self._identity(units[0], layer)
        return self._pair(outcome, units[0], units[1], layer)

    def _moved(self, layer: int, rows: Any, what: str) -> Wrong:
        now = self.after()
        places = [params[layer - 1][0][rows] for params in self.history]
        return Wrong(max(float(np.max(np.abs(w - places[0]))) for w in places), f"in {now} of training {what}")

    def _identity(self, unit: int, layer: int) -> Wrong:
        """The rescaling identity: W_in . dW_in + b db = W_out . dW_out."""
        i, params = unit - 1, self.history[0]
        slopes: Any = self.slopes(params)

        def product(of: int, part: int) -> Array:
            """A parameter times its gradient, entry by entry: the weights of a layer, or with part 1 its biases."""
            return np.multiply(params[of - 1][part], slopes[of - 1][part])  # type: ignore[arg-type]

        left = float(product(layer, 0)[i].sum() + product(layer, 1)[i])
        right = float(product(layer + 1, 0)[:, i].sum())
        words = f"for unit {unit} of layer {layer} W_in . dW_in + b db = {left:.3g}, and W_out . dW_out = {right:.3g}"
        return Wrong(abs(left - right), words)

    def _pair(self, outcome: str, one: int, other: int, layer: int) -> Wrong:
        sign = -1 if outcome in (NOT_OPPOSITE, CEASE) else 1
        relation = "each other's negative" if sign < 0 else "equal"
        units = f"units {one} and {other} of layer {layer}"
        label, own = (self.labels(layer)[unit - 1] for unit in (one, other))
        if one == other or own != sign * label:
            raise NeededError(f"{units} are not two of one block that are to be {relation}")
        gaps = [self._gap(params, one - 1, other - 1, layer, sign) for params in self.history]
        if outcome in (DIFFER, NOT_OPPOSITE):
            return Wrong(gaps[0][0], f"the activations of {units} are {gaps[0][1]}, not {relation}")
        if gaps[0][0] > ROUNDING:
            raise NeededError(f"{units} are not {relation} before training: they do not part in it")
        after = f"and after {self.after()} of training they are {gaps[-1][1]}"
        return Wrong(gaps[-1][0], f"{units} are {relation} at first, {after}")

    def _gap(self, params: NetworkParams, one: int, other: int, layer: int, sign: int) -> tuple[float, str]:
        """How far two units are from equal, or opposite, activations, and these on the sample that shows it best."""
        h = hidden(params, _floats(self.X), self.sigma)[layer - 1]
        gaps = np.abs(h[:, one] - sign * h[:, other])
        sample = int(np.argmax(gaps))
        where = f" on sample {sample + 1}" if len(h) > 1 else ""
        return float(gaps[sample]), f"{h[sample, one]:.3g} and {h[sample, other]:.3g}{where}"

    def after(self) -> str:
        """How many steps of training there are, in words.

        Raises:
            NeededError: there is no training.
        """
        if self.rate is None:
            raise NeededError("network needs rate, the learning rate, and y for anything to change")
        return "one step" if self.steps == 1 else f"{self.steps} steps"

    def words(self) -> str:
        """See `Case`."""
        named = [f"b_{layer} = {tuple_of(b)}" for layer, b in enumerate(self.biases, 1) if any(b)]
        zero = ["all other biases 0" if named else "zero biases"] if len(named) < self.depth else []
        parts = [
            f"a network with the activation {self.sigma.name}" if self.depth > 1 else "a network without hidden layers",
            *(f"W_{layer} = {written(w)}" for layer, w in enumerate(self.weights, 1)),
            *named,
            *zero,
            *map(self._blocks, self.blocks),
            samples_of(self.X),
            *([f"y = {', '.join(map(tuple_of, self.Y))}"] if self.Y else []),
            *([self._training()] if self.rate is not None else []),
        ]
        return ", ".join(parts)

    def _blocks(self, layer: int) -> str:
        numbers = [abs(n) for n in self.labels(layer)]
        where = {0: "inputs", self.depth: "outputs"}.get(layer, f"units of layer {layer}")
        which = "one block" if len(set(numbers)) == 1 else f"in the blocks {tuple_of(numbers)}"
        signs = tuple_of([1 if n > 0 else -1 for n in self.labels(layer)])
        return f"the {where} {which}" + (f" with the signs {signs}" if "-" in signs else "")

    def _training(self) -> str:
        own = "".join(f"{written(rates)} for W_{layer} and " for layer, rates in self.rates.items())
        rates = f"the learning rates {own}{self.rate} elsewhere" if own else f"the learning rate {self.rate}"
        starts = "".join(f"{written(v)} in W_{layer} and " for layer, v in self.velocities.items())
        memory = f", with momentum {self.momentum}" if self.momentum else ""
        memory += f" whose velocity starts at {starts}0 elsewhere" if starts else ""
        penalty = f", with {self.l1} times the sign of each parameter added to its gradient (an L1 penalty)"
        return f"{self.after()} of gradient descent on the mean squared error with {rates}{memory}{penalty if self.l1 else ''}"


def network(blocks: str = "", rules: bool = False) -> Callable[[Settings], Network]:
    """What reads networks from settings.

    Args:
        blocks: ``all`` or ``signed`` where the theorem speaks of blocks in all layers, ``inputs`` where in that one only.
        rules: whether the theorem speaks of other rules than gradient descent.
    """

    def read(settings: Settings) -> Network:
        weights = [settings.matrix("W1")]
        while (above := settings.optional(f"W{len(weights) + 1}")) is not None:
            weights.append(above)
        depth = len(weights)
        sigma = get_activation(settings.word("sigma") if depth > 1 else "identity")
        found: dict[int, tuple[int, ...]] = {}
        for layer in {"": range(0), "inputs": range(1)}.get(blocks, range(depth + 1)):
            # Blocks of hidden units are what such a theorem is about: they have to be said.
            if settings.given(f"block{layer}") or 0 < layer < depth:
                found[layer] = _labels(f"block{layer}", settings.vector(f"block{layer}"), blocks == "signed")
        by_layer: dict[str, dict[int, Matrix]] = {name: {} for name in ("rate", "velocity")}
        for name in by_layer if rules else ("rate",):
            of_layers = ((layer, settings.optional(f"{name}{layer}")) for layer in range(1, depth + 1))
            by_layer[name] = {layer: rows for layer, rows in of_layers if rows}
        made = Network(
            sigma,
            tuple(weights),
            tuple(
                settings.vector(f"b{layer}") if settings.given(f"b{layer}") else (Fraction(0),) * len(w)
                for layer, w in enumerate(weights, 1)
            ),
            settings.matrix("x"),
            settings.optional("y"),
            found,
            settings.number("rate") if settings.given("rate") else None,
            by_layer["rate"],
            by_layer["velocity"],
            settings.number("momentum", "0") if rules else Fraction(0),
            settings.number("l1", "0") if rules else Fraction(0),
            settings.count("steps", "1", 9),
        )
        _check(made)
        return made

    return read


def _labels(name: str, values: Vector, signed: bool) -> tuple[int, ...]:
    if any(v.denominator != 1 or v == 0 or (v < 0 and not signed) for v in values):
        raise NeededError(
            f"{name} must be numbers 1, 2, ... of blocks{', with a minus for the sign -1' if signed else ''}"
        )
    return tuple(map(int, values))


def _check(made: Network) -> None:
    """Refuse shapes that do not fit, and settings of a training that does not take place or not in this way."""
    shapes = {f"W{layer}": (len(w), len(w[0])) for layer, w in enumerate(made.weights, 1)}
    widths = [len(made.weights[0][0]), *map(len, made.weights)]
    asked = [
        *((f"W{layer}", shapes[f"W{layer}"], (widths[layer], widths[layer - 1])) for layer in range(1, made.depth + 1)),
        *((f"b{layer}", (len(b),), (widths[layer],)) for layer, b in enumerate(made.biases, 1)),
        *((f"block{layer}", (len(labels),), (widths[layer],)) for layer, labels in made.blocks.items()),
        *(
            (f"{name}{layer}", (len(rows), len(rows[0])), shapes[f"W{layer}"])
            for name, of in (("rate", made.rates), ("velocity", made.velocities))
            for layer, rows in of.items()
        ),
        ("x", (len(made.X), len(made.X[0])), (len(made.X), widths[0])),
        *([("y", (len(made.Y), len(made.Y[0])), (len(made.X), widths[-1]))] if made.Y else []),
    ]
    for name, shape, expected in asked:
        if shape != expected:
            raise NeededError(
                f"{name} has {' x '.join(map(str, shape))} numbers, and it must have {' x '.join(map(str, expected))}"
            )
    if made.rate is None and (made.rates or made.velocities or made.momentum or made.l1 or made.steps > 1):
        raise NeededError("network needs rate, the learning rate, to be trained")
    if made.velocities and not made.momentum:
        raise NeededError("network needs momentum, the decay of a velocity")
    if made.momentum and made.l1:
        raise NeededError("network may have momentum or l1, not both")


def _floats(values: Any) -> Any:
    return np.array(values, dtype=float)
