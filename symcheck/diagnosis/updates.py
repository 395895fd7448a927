"""Which mistakes of the update give the parameters that were got: all that fit, simplest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symcheck.diagnosis.comparing import Leaves, Mistake, agree, fitted, same_shapes


def update_mistakes(
    start: Leaves, slopes: Leaves, rate: float, got: Leaves, biased: Sequence[bool]
) -> Iterator[Mistake]:
    """All mistakes of one step of gradient descent that reproduce ``got``, which is not right, simplest first.

    Args:
        start, slopes: the parameters before the step and their gradients, as lists of arrays.
        rate: the learning rate. biased: whether each layer has a bias.
    """
    if not same_shapes(got, start):
        return
    places = [(layer, part) for layer, has in enumerate(biased) for part in ("Wb" if has else "W")]
    last = len(biased) - 1
    if agree(got, start):
        yield _plain("update returns the parameters unchanged")
        return
    named = (
        ("update adds the gradient", [-rate] * len(places)),
        ("update ignores the bias", [rate if part == "W" else 0.0 for _, part in places]),
        ("update moves the biases only", [rate if part == "b" else 0.0 for _, part in places]),
        ("update skips the last layer", [rate if layer < last else 0.0 for layer, _ in places]),
        ("update skips the first layer", [rate if layer > 0 else 0.0 for layer, _ in places]),
        ("learning rate applied twice", [rate**2] * len(places)),
        ("learning rate is not applied", [1.0] * len(places)),
    )
    explained = False
    for words, rates in named:
        if agree(got, _stepped(start, slopes, rates)):
            explained = True
            yield _plain(words)
    right = _stepped(start, slopes, [rate] * len(places))
    decay = fitted(got, right, [-rate * a for a in start])
    if decay is not None:
        explained = True
        yield _plain("weight decay", f" of {decay:.6g} in the update")
    shared = _shared_velocity(slopes)
    if shared is not None and agree(got, _stepped(start, shared, [rate] * len(places))):
        explained = True
        yield _plain("momentum is shared between layers of equal shape")
    if not explained:
        yield from _rates(start, slopes, rate, got, places)


def _rates(start: Leaves, slopes: Leaves, rate: float, got: Leaves, places: list[tuple[int, str]]) -> Iterator[Mistake]:
    """A learning rate of its own for each layer, or another one for all."""
    found: dict[int, float] = {}
    for layer in sorted({layer for layer, _ in places}):
        own = [i for i, (of, _) in enumerate(places) if of == layer]
        zero = [np.zeros_like(slopes[i]) for i in own]
        moved = fitted([start[i] - got[i] for i in own], zero, [slopes[i] for i in own])
        if moved is None:
            return
        found[layer] = moved / rate
    if not agree(got, _stepped(start, slopes, [rate * found[layer] for layer, _ in places])):
        return
    factors = list(found.values())
    # Differences of parameters lose digits, so that equal factors agree to fewer.
    if np.ptp(factors) <= 1e-6 * max(map(abs, factors)):
        yield _plain(f"the step is {factors[0]:.6g} times learning_rate * gradient")
    else:
        shown = ", ".join(f"{f:.4g}" for f in factors)
        yield _plain("learning rate differs from layer to layer", f": factors {shown}")


def _shared_velocity(slopes: Leaves, momentum: float = 0.9) -> Leaves | None:
    """The first step of a momentum whose velocity is kept by shape; None where no two arrays share one."""
    kept: dict[tuple[int, ...], np.ndarray] = {}
    directions = []
    for slope in slopes:
        kept[slope.shape] = momentum * kept.get(slope.shape, np.zeros_like(slope)) + slope
        directions.append(kept[slope.shape])
    return directions if len(kept) < len(slopes) else None


def _stepped(start: Leaves, slopes: Leaves, rates: Sequence[float]) -> Leaves:
    return [p - rate * g for p, g, rate in zip(start, slopes, rates, strict=True)]


def _plain(name: str, detail: str = "") -> Mistake:
    return Mistake(name, name + detail)
