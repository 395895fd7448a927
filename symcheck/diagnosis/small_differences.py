"""What code does beside an activation so that nothing overflows, or to be shown: cut off, added to, rounded.

Seen on one unit over a range of z. Where it is less than single precision can tell, it is said and not judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.objective import SOFTMAX, activated
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array

#: Near 0, where sums lie; and far from it, where what is bounded is at its ends.
_NEAR = np.linspace(-7.0, 7.0, 29) + np.sqrt(2) / 16
_FAR = np.concatenate([s * np.array([9.1, 12.3, 16.7, 21.1, 26.3, 31.7, 38.9, 120.0, 800.0]) for s in (-1, 1)])
_DECIMALS = range(2, 11)
#: What rounding makes of a value, relative to its size; and what is told of a difference at most, by what single precision holds.
_ROUNDED, _SMALL = 1e-14, 5.1e-7
#: What is tried where no activation is known, and how far the outputs of a softmax to which something is done are from 1 together.
_USUAL, _SHARES = ("sigmoid", "tanh"), 0.1
#: What is written is of few digits.
_DIGITS = 3


@dataclass(frozen=True)
class Difference:
    """What is done beside the activation, in words, and whether single precision cannot tell it."""

    words: str
    small: bool

    @property
    def told(self) -> str:
        """A line for the top of a report."""
        if self.small:
            return f"{self.words}: what it computes is judged within the rounding of float32, which is no finer"
        return f"{self.words}: that is another function, and it is judged as if that were not meant"


def small_difference(subject: Implementation, frame: Frame) -> Difference | None:
    """What hidden units, or else outputs, are beside those of the activations that are known; None: nothing, or another function."""
    try:
        return _of_hidden(subject, frame) or _of_outputs(subject, frame)
    except Misbehaviour:
        return None


def _of_hidden(subject: Implementation, frame: Frame) -> Difference | None:
    sizes, named = frame.nearest([1, 2, 2]), subject.offer.activation
    candidates = [a for name in ([named] if named else _USUAL) if (a := _known(name)) is not None]
    if len(sizes) != 3 or not candidates or frame.samples is not None:
        return None
    zs = np.concatenate([_NEAR, _FAR]) if all(_bounded(a) for a in candidates) else _NEAR
    X, W, V = np.zeros((len(zs), sizes[0])), np.zeros((sizes[1], sizes[0])), np.zeros((sizes[2], sizes[1]))
    X[:, 0], W[0, 0], V[0, 0] = zs, 1.0, 1.0
    outputs = subject.forward([(W, np.zeros(sizes[1])), (V, np.zeros(sizes[2]))], X)
    seen = _before(outputs, subject.offer.output_activation or "identity")
    if seen is None:
        return None
    return next((d for a in candidates if (d := _difference(a, zs, seen, "hidden activations")) is not None), None)


def _of_outputs(subject: Implementation, frame: Frame) -> Difference | None:
    sizes, name = frame.nearest([1, 2, 3]), subject.offer.output_activation
    if not frame.biases:
        return None
    zs = _NEAR if name == "identity" else np.concatenate([_NEAR, _FAR])
    params = [(np.zeros((m, n)), np.zeros(m)) for n, m in pairwise(sizes)]
    outputs = []
    for z in zs:
        params[-1][1][0] = z
        outputs.append(subject.forward(params, np.zeros((frame.samples or 1, sizes[0])))[0])
    seen = np.array(outputs)
    shares = sizes[-1] > 1 and np.abs(seen.sum(axis=1) - 1).max() < _SHARES
    # What is not found by trying may have got a wrong name.
    if name == SOFTMAX or shares:
        logits = np.zeros((len(zs), sizes[-1]))
        logits[:, 0] = zs
        return _of_softmax(logits, seen)
    candidates = [a for own in ([name] if name else _USUAL) if (a := _known(own)) is not None]
    return next((d for a in candidates if (d := _difference(a, zs, seen[:, 0], "outputs")) is not None), None)


def _of_softmax(logits: Array, seen: Array) -> Difference | None:
    wanted = activated(logits, SOFTMAX)
    off = float(np.abs(seen - wanted).max())
    if off <= _ROUNDED:
        return None
    for shift, how in ((logits.max(axis=1, keepdims=True), ""), (0.0, ", from which no maximum is subtracted")):
        with np.errstate(over="ignore", invalid="ignore"):
            total = np.exp(logits - shift).sum(axis=1)
            added = total * (wanted[:, 0] / np.where(seen[:, 0] > 0, seen[:, 0], np.inf) - 1)
        added = added[(wanted[:, 0] > 1e-3) & (seen[:, 0] > 0) & (total < 1e3)]
        figure = float(np.median(added)) if len(added) else 0.0
        if figure > 0 and np.abs(added - figure).max() <= 1e-3 * figure + 1e-12:
            # Of a sum that may be as small as can be, nothing that is added is small.
            return Difference(f"it adds {figure:.{_DIGITS}g} to the sum in its softmax{how}", off <= _SMALL and not how)
    if (decimals := _decimals(seen.ravel())) is not None:
        return Difference(f"it rounds its outputs to {decimals} decimals", off <= _SMALL)
    low = float(seen.min())
    if low > 0 and np.abs(np.clip(wanted, low, 1 - low) - seen).max() <= _ROUNDED:
        return Difference(f"it cuts its outputs off at {low:.{_DIGITS}g} and 1 - {low:.{_DIGITS}g}", off <= _SMALL)
    return None


def _difference(activation: Activation, zs: Array, seen: Array, what: str) -> Difference | None:
    function = activation.function
    assert function is not None
    wanted = np.asarray(function(zs))
    allowed = _ROUNDED * np.maximum(1.0, np.abs(wanted))
    if (np.abs(seen - wanted) <= allowed).all() or not np.isfinite(seen).all():
        return None
    small = float(np.abs(seen - wanted).max()) <= _SMALL
    if (decimals := _decimals(seen)) is not None and np.abs(
        np.round(wanted, decimals) - seen
    ).max() < 2 * 0.1**decimals:
        return Difference(f"it rounds its {what} to {decimals} decimals", small)
    for decimals in _DECIMALS:
        if (np.abs(function(np.round(zs, decimals)) - seen) <= allowed).all():
            return Difference(f"it rounds the sums of its {what} to {decimals} decimals", small)
    return _cut(activation, wanted, seen, what, small) if _bounded(activation) else None


def _cut(activation: Activation, wanted: Array, seen: Array, what: str, small: bool) -> Difference | None:
    low, high = float(seen.min()), float(seen.max())
    if (np.abs(np.clip(wanted, low, high) - seen) > 10 * _ROUNDED).any():
        return None
    function = activation.function
    assert function is not None
    ends = _inverse(function, low), _inverse(function, high)
    plain = [float(f"{end:.{_DIGITS}g}") for end in ends]
    # Near its ends an activation hardly knows its z.
    written = [float(function(np.array(end))) for end in plain]
    if (
        max(abs(w - s) for w, s in zip(written, (low, high), strict=True))
        <= 1e-6 * abs(low - activation.low) + 10 * _ROUNDED
    ):
        return Difference(
            f"it cuts z off at {plain[0]:g} and {plain[1]:g} before the {activation.name} of its {what}", small
        )
    figure = low - activation.low
    near = f"{activation.low:g} + " if activation.low else ""
    return Difference(
        f"it cuts its {what} off at {near}{figure:.{_DIGITS}g} and {activation.high:g} - {figure:.{_DIGITS}g}", small
    )


def _inverse(function: Callable[[Array], Array], value: float) -> float:
    """The z nearest to 0 at which a function that grows has a value, or more."""
    low, high = -1000.0, 1000.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if float(function(np.array(middle))) >= value else (middle, high)
    return high


def _decimals(seen: Array) -> int | None:
    """To how many decimals all numbers are rounded."""
    for decimals in _DECIMALS:
        scaled = seen * 10.0**decimals
        if np.abs(scaled - np.round(scaled)).max() <= 1e-2 and len(np.unique(np.round(scaled))) > 2:
            return decimals
    return None


def _known(name: str | None) -> Activation | None:
    found = get_activation(name) if name and name != SOFTMAX else None
    return found if found is not None and found.function is not None else None


def _bounded(activation: Activation) -> bool:
    return bool(np.isfinite(activation.low) and np.isfinite(activation.high)) and activation.monotone


def _before(outputs: Array, name: str) -> Array | None:
    """What goes into the output activation of the first output."""
    first = outputs[:, 0]
    with np.errstate(all="ignore"):
        if name == "identity":
            return first
        if name == "sigmoid":
            return np.asarray(np.log(first) - np.log1p(-first))
        if name == SOFTMAX and outputs.shape[1] > 1:
            return np.asarray(np.log(first) - np.log(outputs[:, 1]))
        return np.asarray(np.arctanh(first)) if name == "tanh" else None
