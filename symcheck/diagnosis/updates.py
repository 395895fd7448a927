"""Which mistakes of the update give the parameters that were got: all that fit, simplest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.clipping import Clipping, clippings, one_sided
from symcheck.diagnosis.comparing import Leaves, Mistake, agree, fitted, parts_of, same_shapes
from symcheck.errors import times


@dataclass(frozen=True)
class Step:
    """One step of gradient descent that is to be taken.

    Attributes:
        start, slopes: the parameters before it and their gradients, as lists of arrays.
        rate: the learning rate. biased: whether each layer has a bias.
        samples: of how many the gradients are, where that is known.
    """

    start: Leaves
    slopes: Leaves
    rate: float
    biased: tuple[bool, ...]
    samples: int = 1

    @property
    def places(self) -> list[tuple[int, str]]:
        """Of each array, its layer, counted from 0, and W or b."""
        return [(layer, part) for layer, has in enumerate(self.biased) for part in ("Wb" if has else "W")]

    @property
    def last(self) -> int:
        """The last layer."""
        return len(self.biased) - 1

    def stepped(self, rates: Sequence[float], slopes: Leaves | None = None) -> Leaves:
        """The parameters after a step with a rate for each array, along other gradients if there are."""
        along = self.slopes if slopes is None else slopes
        return [p - rate * g for p, g, rate in zip(self.start, along, rates, strict=True)]

    def by_rate(self, rate: Callable[[int, str], float]) -> Leaves:
        """The same with the rate of a layer and a part."""
        return self.stepped([rate(layer, part) for layer, part in self.places])


Moved = Callable[[Step], Leaves]


@dataclass(frozen=True)
class UpdateMistake(Mistake):
    """A mistake of the update; ``moved`` gives the parameters after a step with it."""

    moved: Moved


def _along(slope: Callable[[np.ndarray], np.ndarray]) -> Moved:
    return lambda s: s.stepped([s.rate] * len(s.slopes), [slope(g) for g in s.slopes])


def _at(where: str, part: str, rate: Callable[[float], float]) -> Moved:
    """Another rate for one array alone, of the first layer or of the last."""

    def moved(step: Step) -> Leaves:
        place = (0 if where == "first" else step.last, part)
        return step.by_rate(lambda layer, own: rate(step.rate) if (layer, own) == place else step.rate)

    return moved


def _by_samples(parts: str, power: int) -> Moved:
    """A rate that the number of samples is a factor of, for these parts."""
    return lambda s: s.by_rate(lambda _, part: s.rate * (s.samples**power if part in parts else 1))


#: What a line of the update does to one array, in words, by the rate that it has then.
_LINES: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("update ignores {}", lambda rate: 0.0),
    ("update adds the gradient of {}", lambda rate: -rate),
    ("learning rate applied twice to {}", lambda rate: rate**2),
    ("learning rate is not applied to {}", lambda rate: 1.0),
)
#: What can be written in the place of theta - rate * gradient.
FAULTS: tuple[tuple[str, Moved], ...] = (
    ("update returns the parameters unchanged", lambda s: list(s.start)),
    ("update adds the gradient", lambda s: s.by_rate(lambda layer, part: -s.rate)),
    ("update ignores the bias", lambda s: s.by_rate(lambda layer, part: s.rate if part == "W" else 0.0)),
    ("update moves the biases only", lambda s: s.by_rate(lambda layer, part: s.rate if part == "b" else 0.0)),
    ("update adds the gradient of the bias", lambda s: s.by_rate(lambda _, part: s.rate if part == "W" else -s.rate)),
    (
        "update adds the gradient of the weights",
        lambda s: s.by_rate(lambda _, part: s.rate if part == "b" else -s.rate),
    ),
    ("update skips the last layer", lambda s: s.by_rate(lambda layer, part: s.rate if layer < s.last else 0.0)),
    ("update skips the first layer", lambda s: s.by_rate(lambda layer, part: s.rate if layer > 0 else 0.0)),
    ("update moves the last layer only", lambda s: s.by_rate(lambda layer, part: s.rate if layer == s.last else 0.0)),
    ("learning rate applied twice", lambda s: s.by_rate(lambda layer, part: s.rate**2)),
    ("learning rate applied twice to the weights", lambda s: s.by_rate(lambda _, part: s.rate ** (1 + (part == "W")))),
    ("learning rate applied twice to the biases", lambda s: s.by_rate(lambda _, part: s.rate ** (1 + (part == "b")))),
    ("learning rate is not applied", lambda s: s.by_rate(lambda layer, part: 1.0)),
    ("learning rate is not applied to the biases", lambda s: s.by_rate(lambda _, part: s.rate if part == "W" else 1.0)),
    ("learning rate is divided by, not multiplied with", lambda s: s.by_rate(lambda layer, part: 1 / s.rate)),
    ("update returns the step, not the parameters after it", lambda s: [s.rate * g for g in s.slopes]),
    ("update returns the negative step, not the parameters after it", lambda s: [-s.rate * g for g in s.slopes]),
    (
        "update multiplies the parameters by the step",
        lambda s: [p * s.rate * g for p, g in zip(s.start, s.slopes, strict=True)],
    ),
    (
        "learning rate multiplies the parameters, too: write W - rate * dW, not rate * (W - dW)",
        lambda s: [s.rate * (p - g) for p, g in zip(s.start, s.slopes, strict=True)],
    ),
    ("update subtracts the sign of the gradient", _along(np.sign)),
    ("update subtracts the absolute value of the gradient", _along(np.abs)),
    ("update subtracts the square of the gradient", _along(np.square)),
    ("update divides the gradient by its norm", _along(lambda g: g / (np.linalg.norm(g) or 1.0))),
    *(
        (f"step of {whose} is the number of samples times too {size}", _by_samples(parts, power))
        for whose, parts in (("the biases", "b"), ("the weights", "W"), ("all parameters", "Wb"))
        for size, power in (("large: divide the sum over the batch by it", 1), ("small: it is divided by it twice", -1))
    ),
    *(
        (words.format(f"{part} of the {where} layer"), _at(where, part, rate))
        for words, rate in _LINES
        for where in ("first", "last")
        for part in "Wb"
    ),
    ("update averages the gradient of each array", _along(lambda g: np.full_like(g, g.mean()))),
)


def update_mistakes(step: Step, got: Leaves) -> Iterator[UpdateMistake]:
    """All mistakes of one step of gradient descent that reproduce ``got``, which is not right, simplest first."""
    if not same_shapes(got, step.start):
        return
    explained = False
    for words, moved in FAULTS:
        if agree(got, moved(step)):
            explained = True
            yield UpdateMistake(words, words, moved)
    for parts, words in (("Wb", ""), ("W", " (weights only)"), ("b", " (biases only)")):
        pull = _pull(step, parts)
        decay = fitted(got, step.stepped([step.rate] * len(got)), pull) if any(a.any() for a in pull) else None
        if decay is not None:
            explained = True
            yield _decay(decay, parts, words)
            break
    if _shares(step.slopes) and agree(got, _with_shared_velocity(step)):
        explained = True
        words = "momentum is shared between layers of equal shape"
        yield UpdateMistake(words, words, _with_shared_velocity)
    for mistake in _clippings(step, got):
        explained = True
        yield mistake
    if not explained:
        yield from list(_rates(step, got)) or _rates_of_parts(step, got)


def _clippings(step: Step, got: Leaves) -> Iterator[UpdateMistake]:
    """Gradients that are clipped before the step; a single number says nothing of it."""
    if sum(g.size for g in step.slopes) == 1:
        return
    taken = [(p - a) / step.rate for p, a in zip(step.start, got, strict=True)]
    for found in clippings(taken, step.slopes, parts_of(step.biased)):
        yield _along_clipped(found)


def clipped_on_one_side(steps: Sequence[tuple[Step, Leaves]]) -> Iterator[UpdateMistake]:
    """The clipping behind several updates, with limits that may each show in another one."""
    cases = [
        ([(p - a) / s.rate for p, a in zip(s.start, got, strict=True)], s.slopes, parts_of(s.biased))
        for s, got in steps
        if same_shapes(got, s.start)
    ]
    yield from map(_along_clipped, one_sided(cases))


def _along_clipped(found: Clipping) -> UpdateMistake:
    def moved(step: Step) -> Leaves:
        return step.stepped([step.rate] * len(step.slopes), found.of(step.slopes, parts_of(step.biased)))

    words = f"update moves along other gradients: {found.words}"
    return UpdateMistake(words, words, moved)


def _pull(step: Step, parts: str) -> Leaves:
    """What a decay of 1 takes from the parameters of these parts in a step."""
    return [-step.rate * (part in parts) * p for p, (_, part) in zip(step.start, step.places, strict=True)]


def _decay(share: float, parts: str, words: str) -> UpdateMistake:
    def moved(step: Step) -> Leaves:
        after = step.stepped([step.rate] * len(step.start))
        return [a + share * p for a, p in zip(after, _pull(step, parts), strict=True)]

    told = f"weight decay of {share:.6g} in the update{words}"
    if share < 0:
        told = f"weight decay of the wrong sign in the update{words}: {-share:.6g} times the learning rate is added"
    return UpdateMistake(f"weight decay{words}", told, moved)


def _rates_of_parts(step: Step, got: Leaves) -> Iterator[UpdateMistake]:
    """One learning rate for the weights of all layers, and another one for the biases."""
    found: dict[str, float] = {}
    for part in "Wb":
        own = [i for i, (_, of) in enumerate(step.places) if of == part]
        zero = [np.zeros_like(step.slopes[i]) for i in own]
        moved = fitted([step.start[i] - got[i] for i in own], zero, [step.slopes[i] for i in own]) if own else None
        if moved is None:
            return
        found[part] = moved / step.rate
    if agree(got, step.by_rate(lambda layer, part: step.rate * found[part])):
        shown = ", ".join(f"{times(factor)} for {part}" for part, factor in found.items())
        words = f"the step is another multiple of learning_rate * gradient for weights than for biases: {shown}"
        yield UpdateMistake(words, words, lambda s: s.by_rate(lambda layer, part: s.rate * found[part]))


def _rates(step: Step, got: Leaves) -> Iterator[UpdateMistake]:
    """A learning rate of its own for each layer, or another one for all."""
    found: dict[int, float] = {}
    for layer in range(step.last + 1):
        own = [i for i, (of, _) in enumerate(step.places) if of == layer]
        zero = [np.zeros_like(step.slopes[i]) for i in own]
        moved = fitted([step.start[i] - got[i] for i in own], zero, [step.slopes[i] for i in own])
        if moved is None:
            return
        found[layer] = moved / step.rate
    if not agree(got, step.by_rate(lambda layer, part: step.rate * found[layer])):
        return
    factors = list(found.values())
    # Differences of parameters lose digits, so that equal factors agree to fewer.
    if np.ptp(factors) <= 1e-6 * max(map(abs, factors)):
        words = f"the step is {factors[0]:.6g} times learning_rate * gradient"
        yield UpdateMistake(words, words, lambda s: s.by_rate(lambda layer, part: s.rate * factors[0]))
    else:
        words = "learning rate differs from layer to layer"
        shown = f"{words}: factors {', '.join(f'{f:.4g}' for f in factors)}"
        yield UpdateMistake(words, shown, lambda s: s.by_rate(lambda layer, part: s.rate * found.get(layer, 1.0)))


def _shares(slopes: Leaves) -> bool:
    return len({g.shape for g in slopes}) < len(slopes)


def _with_shared_velocity(step: Step, momentum: float = 0.9) -> Leaves:
    """The first step of a momentum whose velocity is kept by shape."""
    kept: dict[tuple[int, ...], np.ndarray] = {}
    directions = []
    for slope in step.slopes:
        kept[slope.shape] = momentum * kept.get(slope.shape, np.zeros_like(slope)) + slope
        directions.append(kept[slope.shape])
    return step.stepped([step.rate] * len(directions), directions)
