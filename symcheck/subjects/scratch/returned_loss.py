"""The loss that a function returns beside its gradients: by which multiple theirs differ from its own, measured in the last layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, log, nan
from typing import Any, Protocol

import numpy as np

from symcheck.subjects.data import ReturnedLoss
from symcheck.types import Array, Params

_LOSS = re.compile(r"loss|cost|error|objective|^j$|^e$|^l$", re.IGNORECASE)
#: Numbers of samples, unequal and no power of each other, and how many outputs more a second network has.
_SAMPLES, _MORE = (3, 5), 2
#: Half the length of a path through the parameters, and where on it the gradients are taken: by four points of Gauss and
#: Legendre their integral is exact to the seventh power of the length.
_HALF = 0.1
_SMALL = 0.3
_POINTS, _SHARES = np.polynomial.legendre.leggauss(4)
#: How far off, relative to its size, a multiple may be that is a simple one, for single precision, four digits or a guard of a
#: logarithm, and how far off any other one.
_OFF, _NEAR = 5e-3, 1e-5
#: How many times as far off as along the biases it may be along the weights.
_NOISIER = 100
_SIMPLE = (*range(1, 11), *(1 / n for n in range(2, 11)))


class Told(Protocol):
    """A network with gradients, and the number that they come with."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Sequence[tuple[Any, Any]]:
        """As the protocol has them."""

    def number_beside(self, params: Params, X: Array, Y: Array) -> tuple[str, float] | None:
        """Its name, "" where it has none, and its value; None where there is none."""

    def number_changes(self, params: Params, X: Array, Y: Array) -> bool:
        """Whether a second call with the same arguments gives another number."""


@dataclass(frozen=True)
class _Ratio:
    """The slope of the number over what the gradients say it is, of so many samples and outputs."""

    samples: int
    outputs: int
    value: float


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


def returned_loss(
    network: Told, sizes: Sequence[int], *, turned: bool, biases: bool, batches: bool
) -> ReturnedLoss | None:
    """By which multiple the gradients of the number beside them differ from those; None where there is none.

    What the number grows by along a path through the last layer is held to the integral of the gradients. The path is one of
    the biases where there are some, for a penalty of the weights leaves them alone; another one of the weights shows it.

    Args:
        sizes: widths that it takes; another number of outputs is tried as well.
        turned: whether W is of shape (in, out). biases: whether its layers have them. batches: whether it takes several samples
            at a time; one that takes single ones knows nothing of their number.
    """
    counts = _SAMPLES if batches else (1, 1)
    more = (*sizes[:-1], sizes[-1] + _MORE)
    found: list[_Ratio] = []
    weights: list[float] = []
    name = ""
    # Where the number of outputs is fixed, twice the same widths.
    for widths in (tuple(sizes), more, tuple(sizes)):
        if len(found) == 2 * len(counts):
            break
        for samples in counts:
            try:
                start = _Start(network, widths, samples, turned, biases)
                told = network.number_beside(*start.at())
                if told is None or not isfinite(told[1]):
                    return None
                name = told[0]
                if not found and network.number_changes(*start.at()):
                    return ReturnedLoss(name, 0, 0, nan, changes=True)
                ratio = start.ratio(of_weights=not biases)
                if biases and widths == tuple(sizes):
                    weights.append(start.ratio(of_weights=True) / ratio)
            except Exception:
                continue
            found.append(_Ratio(samples, widths[-1], ratio))
    if not found:
        return None
    of_samples, of_outputs, factor, noise = _powers(found)
    along = all(_near(ratio, 1.0, max(_NEAR, _NOISIER * noise)) for ratio in weights)
    return ReturnedLoss(name, of_samples, of_outputs, factor, along_weights=along)


class _Start:
    """A random network of the subject, and paths through its last layer around it.

    Its last layer is small, so that outputs are far from their targets and probabilities from 0, where logarithms are guarded;
    none of its parameters changes its sign on a path, where an L1 penalty has a kink.
    """

    def __init__(self, network: Told, sizes: tuple[int, ...], samples: int, turned: bool, biases: bool) -> None:
        rng = np.random.default_rng()
        self._network = network
        params = [
            (
                (rng.standard_normal((m, n)) if turned else rng.standard_normal((n, m))) / np.sqrt(m),
                biases * rng.standard_normal(n),
            )
            for m, n in pairwise(sizes)
        ]
        *self._below, (self._W, self._b) = params
        self._W, b = (_SMALL * part + np.copysign(_HALF, part) for part in (self._W, self._b))
        self._b = biases * b
        self._X = rng.standard_normal((samples, sizes[0]))
        self._Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]

    def at(self, V: Array | float = 0.0, c: Array | float = 0.0) -> tuple[Params, Array, Array]:
        """What is handed over so far from the start."""
        return [*self._below, (self._W + V, self._b + c)], self._X, self._Y

    def ratio(self, of_weights: bool) -> float:
        """What the number grows by along a path up its gradients, over what they say."""
        dW, db = (np.asarray(part, float) for part in self._network.gradients(*self.at())[-1])
        V, c = (dW / np.linalg.norm(dW), 0.0 * db) if of_weights else (0.0 * dW, db / np.linalg.norm(db))
        ends = [self._network.number_beside(*self.at(s * V, s * c)) for s in (_HALF, -_HALF)]
        after, before = (end[1] if end is not None else nan for end in ends)
        said = 0.0
        for point, share in zip(_HALF * _POINTS, _HALF * _SHARES, strict=True):
            dW, db = self._network.gradients(*self.at(point * V, point * c))[-1]
            said += share * float(np.vdot(dW, V) + np.vdot(db, c))
        return (after - before) / said


def _powers(found: Sequence[_Ratio]) -> tuple[int, int, float, float]:
    """Whole powers of the numbers of samples and outputs, and a factor, of which all are, and how far off they are at most,
    relative to their size; 0, 0 and NaN where they are of none.
    """
    nothing = 0, 0, nan, nan
    sign = -1 if found[0].value < 0 else 1
    found = [_Ratio(r.samples, r.outputs, sign * r.value) for r in found]
    if not all(isfinite(ratio.value) and ratio.value > 0 for ratio in found):
        return nothing
    samples = _power([(r.outputs, r.samples, r.value) for r in found])
    outputs = _power([(r.samples, r.outputs, r.value) for r in found])
    if samples is None or outputs is None:
        return nothing
    rest = [r.value / (r.samples**samples * r.outputs**outputs) for r in found]
    middle = float(np.median(rest))
    simple = next((float(n) for n in _SIMPLE if all(_near(value, n, _OFF) for value in rest)), None)
    factor = float(f"{middle:.4g}") if simple is None else simple
    if len(found) < 2 * len(_SAMPLES) and factor != 1:
        # A power of the only number of samples that it takes cannot be told from a factor.
        return nothing
    if simple is None and not all(_near(value, middle, _NEAR) for value in rest):
        return nothing
    return samples, outputs, sign * factor, max(abs(value / factor - 1) for value in rest)


def _power(found: Sequence[tuple[int, int, float]]) -> int | None:
    """Of what differs along the second number alone; 0 where nothing does, and None where it is no whole one."""
    powers = list(_slopes(found))
    power = round(powers[0]) if powers else 0
    return power if all(abs(slope - power) <= _OFF * 10 for slope in powers) else None


def _slopes(found: Sequence[tuple[int, int, float]]) -> Iterator[float]:
    for (one, n, value), (other, m, last) in pairwise(sorted(found)):
        if one == other and n != m:
            yield log(last / value) / log(m / n)


def _near(value: float, whole: float, off: float) -> bool:
    return abs(value - whole) <= off * whole
