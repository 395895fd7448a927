"""Which mistakes of the update give the parameters that were got: all that fit, simplest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from symcheck.diagnosis.clipping import Clipping, clippings, one_sided
from symcheck.diagnosis.comparing import Leaves, Mistake, agree, fitted, parts_of, same_shapes
from symcheck.diagnosis.step import Moved, Step
from symcheck.diagnosis.update_lines import Written, wrong_lines
from symcheck.errors import times


@dataclass(frozen=True)
class UpdateMistake(Mistake):
    """A mistake of the update, or several.

    Attributes:
        moved: gives the parameters after a step with it. together: how many it is. family: the same for one in other places.
    """

    moved: Moved
    together: int = 1
    family: str = ""


def _along(slope: Callable[[np.ndarray], np.ndarray]) -> Moved:
    return lambda s: s.stepped([s.rate] * len(s.slopes), [slope(g) for g in s.slopes])


def _by_samples(parts: str, power: int) -> Moved:
    """A rate that the number of samples is a factor of, for these parts."""
    return lambda s: s.by_rate(lambda _, part: s.rate * (s.samples**power if part in parts else 1))


def _turned_round(parts: str) -> Moved:
    """The gradients of these parts in reverse order of the layers, where that fits."""

    def moved(step: Step) -> Leaves | None:
        at = {place: i for i, place in enumerate(step.places)}
        along = [at[step.last - layer if part in parts else layer, part] for layer, part in step.places]
        slopes = [step.slopes[i] for i in along]
        return step.stepped([step.rate] * len(slopes), slopes) if same_shapes(slopes, step.start) else None

    return moved


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
    (
        "learning rate is not applied to the weights",
        lambda s: s.by_rate(lambda _, part: s.rate if part == "b" else 1.0),
    ),
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
        (f"update takes the gradients{of} in reverse order of the layers", _turned_round(parts))
        for of, parts in (("", "Wb"), (" of the weights", "W"), (" of the biases", "b"))
    ),
    ("update averages the gradient of each array", _along(lambda g: np.full_like(g, g.mean()))),
)


def update_mistakes(step: Step, got: Leaves) -> Iterator[UpdateMistake]:
    """All mistakes of one step of gradient descent that reproduce ``got``, which is not right, simplest first."""
    if not same_shapes(got, step.start):
        return
    explained = False
    for words, moved in FAULTS:
        if _gives(moved, step, got):
            explained = True
            yield UpdateMistake(words, words, moved)
    for line in wrong_lines():
        if _gives(line.moved, step, got):
            explained = True
            yield UpdateMistake(line.words, line.words, line.moved, family=line.family)
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
        yield from list(_rates(step, got)) or list(_rates_of_parts(step, got)) or _by_two(step, got)


def _gives(moved: Moved, step: Step, got: Leaves) -> bool:
    wanted = moved(step)
    return wanted is not None and agree(got, wanted)


def _by_two(step: Step, got: Leaves) -> Iterator[UpdateMistake]:
    """Two arrays that each have a wrong line of their own, where all others are right."""
    wrong = [i for i, (one, other) in enumerate(zip(got, step.right, strict=True)) if not agree([one], [other])]
    if len(wrong) != 2:
        return
    lines = [list(_of_array(step, got, i)) for i in wrong]
    for one, other in product(*lines):
        words, family = f"{one.words}; and {other.words}", f"{one.family}; {other.family}"
        yield UpdateMistake(words, words, _both(one.moved, other.moved), together=2, family=family)


def _of_array(step: Step, got: Leaves, number: int) -> Iterator[Written]:
    """The lines that give one array."""
    for line in wrong_lines():
        if line.place is None or not line.place.single or not line.place.holds(step, number):
            continue
        wanted = line.moved(step)
        if wanted is not None and agree([got[number]], [wanted[number]]):
            yield line


def _both(one: Moved, other: Moved) -> Moved:
    """Two lines that move different arrays."""

    def moved(step: Step) -> Leaves | None:
        first, second = one(step), other(step)
        if first is None or second is None:
            return None
        return [b if np.array_equal(a, r) else a for a, b, r in zip(first, second, step.right, strict=True)]

    return moved


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
