"""What theorems on networks assume, exactly on the numbers of a case: for each hypothesis, how it fails in words.

Only the slopes of the loss at the outputs, which depend on training, are floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np

from symcheck.activations import Activation
from symcheck.proof.needed.case import ROUNDING, apart, first
from symcheck.proof.needed.line import NeededError, listed_all
from symcheck.proof.needed.network import Network

#: The units of a block, counted from 0, with their signs.
_Block = list[tuple[int, int]]


def _blocks(case: Network, layer: int) -> list[_Block]:
    labels = case.labels(layer)
    numbers = dict.fromkeys(map(abs, labels))
    return [[(i, 1 if own > 0 else -1) for i, own in enumerate(labels) if abs(own) == n] for n in numbers]


def _named(case: Network, layer: int, units: _Block) -> str:
    kind = {0: "input", case.depth: "output"}.get(layer, "unit")
    numbers = listed_all(unit + 1 for unit, _ in units)
    return f"{kind}{'s' * (len(units) > 1)} {numbers}{f' of layer {layer}' * (kind == 'unit')}"


def _up_to_sign(*blocks: _Block) -> str:
    return " up to sign" if any(sign < 0 for block in blocks for _, sign in block) else ""


def _layers(case: Network, last: int = 0) -> range:
    """All layers, or with -1 the hidden ones."""
    return range(1, case.depth + 1 + last)


def _weights(case: Network, layer: int) -> list[object]:
    return [v for row in case.weights[layer - 1] for v in row]


def _rates(case: Network) -> str:
    own = ((layer, [*(v for row in rows for v in row), case.rate]) for layer, rows in case.rates.items())
    return first(apart(f"the learning rates in layer {layer}", values) for layer, values in own)


def _sums(rows: bool) -> Callable[[Network], str]:
    """The sums of weights from a block into each unit of a block, or from each unit of a block into a block."""

    def failures(case: Network) -> Iterator[str]:
        for layer in _layers(case):
            for into, out in product(_blocks(case, layer), _blocks(case, layer - 1)):
                signed = [[e * f * case.weights[layer - 1][i][j] for j, f in out] for i, e in into]
                names = f"{_named(case, layer - 1, out)} into {'each of ' * rows}{_named(case, layer, into)}"
                what = f"the sums{_up_to_sign(into, out)} of the weights from {'each of ' * (not rows)}{names}"
                yield apart(what, map(sum, signed if rows else zip(*signed, strict=True)))

    return lambda case: first(failures(case))


def _equal_biases(case: Network) -> str:
    return first(
        apart(
            f"the biases{_up_to_sign(units)} of {_named(case, layer, units)}",
            [e * case.biases[layer - 1][i] for i, e in units],
        )
        for layer in _layers(case)
        for units in _blocks(case, layer)
    )


def _inputs(case: Network) -> str:
    def what(units: _Block) -> str:
        return f"the {_named(case, 0, units)}, one block,{_up_to_sign(units)}"

    return first(apart(what(units), [e * x[i] for i, e in units]) for units in _blocks(case, 0) for x in case.X)


def _outputs(case: Network) -> str:
    for units in _blocks(case, case.depth):
        for slopes in case.output_slopes() if len(units) > 1 else ():
            values = np.array([[e * row[i] for i, e in units] for row in slopes])
            spreads = np.ptp(values, axis=1)
            if spreads.max() > ROUNDING:
                miss = " and ".join(f"{v:.3g}" for v in values[spreads.argmax()])
                return f"the {_named(case, case.depth, units)}, one block, miss their targets{_up_to_sign(units)} by {miss}"
    return ""


def _equal_memory(case: Network) -> str:
    return first(
        apart(f"the first velocities in layer {layer}", (rows[i][j] for i, _ in into for j, _ in out))
        for layer, rows in case.velocities.items()
        for into, out in product(_blocks(case, layer), _blocks(case, layer - 1))
    )


def _non_positive_sums(case: Network) -> str:
    sums = (
        (unit, out, sum(row[j] for j, _ in out))
        for unit, row in enumerate(case.weights[0], 1)
        for out in _blocks(case, 0)
    )
    return first(f"the weights of unit {i} from {_named(case, 0, out)} have the sum {v}" for i, out, v in sums if v > 0)


def _activation(holds: Callable[[Activation], bool], *places: float) -> Callable[[Network], str]:
    """A hypothesis on the activation, and where its values show that it fails; it holds where there is none."""

    def failure(case: Network) -> str:
        sigma = case.sigma
        if case.depth == 1 or holds(sigma):
            return ""
        if sigma.function is None:
            raise NeededError(f"the activation {sigma.name} stands for any other and has no values")
        return f"{sigma.name} is " + " and ".join(f"{float(sigma.function(np.array(z))):.3g} at {z:g}" for z in places)

    return failure


def _each(what: str, values: Callable[[Network], Sequence[tuple[int, object]]]) -> Callable[[Network], str]:
    return lambda case: first(what.format(number, value) for number, value in values(case))


CONDITIONS: dict[str, Callable[[Network], str]] = {
    "constant-weights": lambda c: first(apart(f"the weights of layer {l}", _weights(c, l)) for l in _layers(c)),
    "constant-biases": lambda c: first(apart(f"the biases of layer {l}", c.biases[l - 1]) for l in _layers(c, -1)),
    "zero-weights": _each(
        "a weight of layer {} is {}", lambda c: [(l, v) for l in _layers(c) for v in _weights(c, l) if v]
    ),
    "zero-biases": _each(
        "a bias of layer {} is {}", lambda c: [(l, v) for l in _layers(c, -1) for v in c.biases[l - 1] if v]
    ),
    "shared-rate": _rates,
    "row-sums": _sums(rows=True),
    "column-sums": _sums(rows=False),
    "equal-biases": _equal_biases,
    "inputs": _inputs,
    "outputs": _outputs,
    "entrywise-rule": lambda c: "the rule subtracts the sign of the weight itself" if c.l1 else _rates(c),
    "equal-memory": _equal_memory,
    "depth": lambda c: "" if c.depth > 1 else "there is no hidden layer",
    "zero-at-zero": _activation(lambda sigma: sigma.symmetry != "generic", 0),
    "odd-activation": _activation(lambda sigma: sigma.symmetry == "odd", 1, -1),
    "relu": _activation(lambda sigma: sigma.name == "relu", -1),
    "homogeneous": _activation(lambda sigma: sigma.homogeneous, -1, -2),
    "non-negative-inputs": _each(
        "input {} is {}", lambda c: [(i, v) for x in c.X for i, v in enumerate(x, 1) if v < 0]
    ),
    "non-positive-sums": _non_positive_sums,
    "non-positive-bias": _each(
        "the bias of unit {} is {}", lambda c: [(i, v) for i, v in enumerate(c.biases[0], 1) if v > 0]
    ),
}
