"""The loss that a function returns beside its gradients: by which multiple theirs differ from its own, measured in the last layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import isfinite, log
from typing import Any, Protocol

import numpy as np

from symcheck.subjects.data import ReturnedLoss
from symcheck.types import Array, Params

_LOSS = re.compile(r"loss|cost|error|objective|^j$|^e$|^l$", re.IGNORECASE)
#: Numbers of samples, unequal and no power of each other, and how many outputs more a second network has.
_SAMPLES, _MORE = (3, 5), 2
#: Of a central difference: the step, and how far off it may be relative to its size.
_STEP, _OFF = 1e-4, 1e-5


class Told(Protocol):
    """A network with gradients, and the number that they come with."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Sequence[tuple[Any, Any]]:
        """As the protocol has them."""

    def number_beside(self, params: Params, X: Array, Y: Array) -> tuple[str, float] | None:
        """Its name, "" where it has none, and its value; None where there is none."""


def number_in(result: Any, names: Sequence[str]) -> tuple[str, float] | None:
    """The one number of what a function returns that is a loss by its name, or stands alone before a collection of gradients.

    Args:
        names: under which its parts are returned.
    """
    parts: Iterable[Any]
    if isinstance(result, Mapping):
        names, parts = [str(key) for key in result], result.values()
    elif isinstance(result, tuple | list):
        parts = result
    else:
        names, parts = names[:1], [result]
    parts = list(parts)
    names = names if len(names) == len(parts) else [""] * len(parts)
    numbers = [(name, float(np.ravel(part)[0])) for name, part in zip(names, parts, strict=True) if _is_number(part)]
    called = [(name, value) for name, value in numbers if _LOSS.search(name)]
    if len(called) == 1:
        return called[0]
    alone = len(numbers) == 1 and not numbers[0][0] and len(parts) == 2 and isinstance(parts[1], Mapping | list | tuple)
    return numbers[0] if alone and not called else None


def _is_number(part: Any) -> bool:
    if isinstance(part, bool) or not isinstance(part, float | np.floating | np.ndarray):
        return False
    return np.size(part) == 1 and np.asarray(part).dtype.kind == "f"


def returned_loss(network: Told, sizes: Sequence[int], turned: bool, biases: bool) -> ReturnedLoss | None:
    """By which multiple the gradients of the number beside them differ from those; None where there is none, or it is no loss.

    Args:
        sizes: widths that it takes; another number of outputs is tried as well.
        turned: whether W is of shape (in, out). biases: whether its layers have them.
    """
    found: dict[tuple[int, int], float] = {}
    name = ""
    for widths in ((*sizes,), (*sizes[:-1], sizes[-1] + _MORE)):
        for samples in _SAMPLES:
            try:
                told = _multiple(network, widths, samples, turned, biases)
            except Exception:
                continue
            if told is None:
                return None
            name, found[samples, widths[-1]] = told
    if not found:
        return None
    return ReturnedLoss(name, *_powers(found))


def _multiple(
    network: Told, sizes: tuple[int, ...], samples: int, turned: bool, biases: bool
) -> tuple[str, float] | None:
    """The derivative of the number along a random direction of the last layer, over what the gradients say it is."""
    rng = np.random.default_rng()
    params = [
        (
            (rng.standard_normal((m, n)) if turned else rng.standard_normal((n, m))) / np.sqrt(m),
            biases * rng.standard_normal(n),
        )
        for m, n in pairwise(sizes)
    ]
    X, Y = rng.standard_normal((samples, sizes[0])), np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]
    (W, b), below = params[-1], params[:-1]
    V, c = rng.standard_normal(W.shape), biases * rng.standard_normal(b.shape)
    ends = []
    for step in (_STEP, -_STEP):
        told = network.number_beside([*below, (W + step * V, b + step * c)], X, Y)
        if told is None or not isfinite(told[1]):
            return None
        ends.append(told)
    dW, db = network.gradients(params, X, Y)[-1]
    said = float(np.vdot(dW, V) + np.vdot(db, c))
    return ends[0][0], (ends[0][1] - ends[1][1]) / (2 * _STEP) / said


def _powers(found: Mapping[tuple[int, int], float]) -> tuple[int, int, float]:
    """Whole powers of the numbers of samples and outputs, and a factor, of which all are; 0, 0 and NaN where they are of none."""
    nothing = 0, 0, float("nan")
    if not all(isfinite(ratio) and ratio > 0 for ratio in found.values()):
        return nothing
    samples, outputs = (_power(found, axis) for axis in (0, 1))
    if samples is None or outputs is None:
        return nothing
    rest = [ratio / (m**samples * n**outputs) for (m, n), ratio in found.items()]
    factor = float(np.median(rest))
    if len({m for m, _ in found}) < len(_SAMPLES) and not _near([factor], 1.0):
        # A power of the only number of samples cannot be told from a factor.
        return nothing
    return (samples, outputs, float(f"{factor:.4g}")) if _near(rest, factor) else nothing


def _power(found: Mapping[tuple[int, int], float], axis: int) -> int | None:
    """Of what differs along one axis alone; 0 where nothing does."""
    powers = list(_slopes(found, axis))
    if not powers:
        return 0
    power = round(powers[0])
    return power if _near(powers, power) else None


def _slopes(found: Mapping[tuple[int, int], float], axis: int) -> Iterator[float]:
    for one, other in pairwise(sorted(found, key=lambda at: (at[1 - axis], at[axis]))):
        if one[1 - axis] == other[1 - axis]:
            yield log(found[other] / found[one]) / log(other[axis] / one[axis])


def _near(values: Sequence[float], value: float) -> bool:
    return all(abs(v - value) <= _OFF * max(1.0, abs(value)) for v in values)
