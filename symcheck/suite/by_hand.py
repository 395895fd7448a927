"""The lines of backpropagation that one entry of a gradient contradicts, with the numbers of the smallest case put in."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

import numpy as np

from symcheck.activations import Activation
from symcheck.objective import SOFTMAX, Objective, activated, slope_of
from symcheck.types import Array, Params

#: So many products of a sum are shown.
_SHOWN = 3
#: How near a sum by hand has to come to what it should be, for its lines to be shown.
_NEAR = 1e-6


def by_hand(
    params: Params,
    X: Array,
    Y: Array,
    activation: Activation,
    objective: Objective,
    place: tuple[int, str, Sequence[int]],
    got: float,
    wanted: float,
) -> list[str]:
    """The line of delta and that of dW or db; () where they do not come to what the entry should be.

    Args:
        place: the layer, counted from 1, W or b, and the index of the entry.
        got, wanted: what the entry is, and what it should be.
    """
    layer, part, index = place
    unit, depth = int(index[0]), len(params)
    assert activation.function is not None
    assert activation.derivative is not None
    entering, preactivations = [X], []
    for number, (W, b) in enumerate(params, 1):
        preactivations.append(entering[-1] @ W.T + b)
        if number < depth:
            entering.append(activation.function(preactivations[-1]))
    # What the average divides by is shown at the end, as it is written.
    whole = Objective(objective.loss, "sum", objective.factor, objective.output_activation, objective.guard)
    divisor, divided = _divisor(objective, *Y.shape)
    deltas = {depth: whole.delta(preactivations[-1], Y)}
    for below in range(depth - 1, layer - 1, -1):
        deltas[below] = (deltas[below + 1] @ params[below][0]) * activation.derivative(preactivations[below - 1])
    delta = deltas[layer][:, unit]
    other = entering[layer - 1][:, int(index[1])] if part == "W" else np.ones(len(X))
    total = float(delta @ other) / divisor
    if not isclose(total, wanted, rel_tol=_NEAR, abs_tol=1e-300):
        return []
    sample = int(np.abs(delta * other).argmax())
    of = f" of sample {sample + 1}" if len(X) > 1 else ""
    if layer == depth:
        lines = _of_outputs(whole, preactivations[-1], Y, (depth, sample, unit), of)
    else:
        slope = float(activation.derivative(preactivations[layer - 1])[sample, unit])
        back = [_product(w, d) for w, d in zip(params[layer][0][:, unit], deltas[layer + 1][sample], strict=True)]
        line = f"delta{layer}[{unit}]{of} = sum of W{layer + 1}[:, {unit}] * delta{layer + 1}, times {activation.name}'(z{layer}[{unit}])"
        lines = [f"{line} = {_sum(back)} * {_digits(slope)} = {_digits(delta[sample])}"]
    name = f"d{part}{layer}[{', '.join(map(str, map(int, index)))}]"
    entered = "x" if layer == 1 else f"a{layer - 1}"
    products = [_product(d, o) if part == "W" else _digits(d) for d, o in zip(delta, other, strict=True)]
    factor = f" * {entered}[{int(index[1])}]" if part == "W" else ""
    rule = f"sum of delta{layer}[{unit}]{factor} over the samples{divided}"
    end = f" / {divisor}" if divisor != 1 else ""
    return [*lines, f"{name} = {rule} = {_sum(products)}{end} = {_digits(total)}, and yours is {_digits(got)}"]


def _of_outputs(whole: Objective, z: Array, Y: Array, at: tuple[int, int, int], of: str) -> list[str]:
    depth, sample, unit = at
    a, y = activated(z, whole.link)[sample, unit], Y[sample, unit]
    delta, name = whole.delta(z, Y)[sample, unit], f"delta{depth}[{unit}]{of}"
    factor = f"{whole.factor:g} * " if whole.factor != 1 else ""
    if whole.loss != "squared_error":
        told = f"{factor}(p - y) = {factor}({_digits(a)} - {_digits(y)})"
        return [f"{name} = {told} = {_digits(delta)}"] if isclose(delta, whole.factor * (a - y), rel_tol=_NEAR) else []
    if whole.link == SOFTMAX:
        return []
    factor = f"{2 * whole.factor:g} * " if whole.factor != 0.5 else ""
    slope = float(slope_of(z, whole.link)[sample, unit])
    sloped = ("", "") if whole.link == "identity" else (f" * {whole.link}'(z)", f" * {_digits(slope)}")
    return [
        f"{name} = {factor}(a - y){sloped[0]} = {factor}({_digits(a)} - {_digits(y)}){sloped[1]} = {_digits(delta)}"
    ]


def _divisor(objective: Objective, samples: int, outputs: int) -> tuple[int, str]:
    if objective.reduction == "sum":
        return 1, ""
    if objective.reduction == "samples":
        return samples, ", / m"
    return samples * outputs, ", / (m n)"


def _digits(value: float) -> str:
    """Four digits; 0 has no sign."""
    return f"{value + 0.0:.4g}"


def _product(one: float, other: float) -> str:
    return f"{_digits(one)} * {_digits(other)}"


def _sum(terms: Sequence[str]) -> str:
    if len(terms) == 1:
        return terms[0]
    shown = " + ".join(terms[:_SHOWN])
    return f"({shown}{' + ...' if len(terms) > _SHOWN else ''})"
