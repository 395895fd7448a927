"""Lines of an update that are written wrongly, each for the array or the arrays that it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.comparing import Leaves
from symcheck.diagnosis.step import Moved, Step
from symcheck.types import Array

#: An array after the step, by its place among all; None where the shapes do not allow it.
Value = Callable[[Step, int], Array | None]
#: Layers after the first that are told by their number, counted from 1.
_NUMBERED = (2, 3)
_OWN = "each array takes its own gradient"
_EACH = "each entry has a gradient of its own"
_ADD = "add up over the batch: +=, not ="


@dataclass(frozen=True)
class Line:
    """A line as it is written wrongly.

    Attributes:
        wrong: what is wrong, with {} for what it moves. value: what it gives. remedy: what to write.
        grouped: whether it is tried for all weights, all biases and all of a layer as well.
    """

    wrong: str
    value: Value
    remedy: str = ""
    grouped: bool = True


@dataclass(frozen=True)
class Place:
    """Arrays that a line moves.

    Attributes:
        words: which they are. part: W, b or both. layer: counted from 0, or from the last with -1; None: every one.
    """

    words: str
    part: str
    layer: int | None = None

    def holds(self, step: Step, place: int) -> bool:
        """Whether an array is one of them."""
        layer, part = step.places[place]
        return part in self.part and self.layer in (None, layer, layer - step.last - 1)

    @property
    def single(self) -> bool:
        """Whether it is one array."""
        return len(self.part) == 1 and self.layer is not None


GROUPS = (
    Place("the biases", "b"),
    Place("the weights", "W"),
    Place("the last layer", "Wb", -1),
    Place("the first layer", "Wb", 0),
)
SINGLES = tuple(
    Place(f"{part} of {words}", part, layer)
    for words, layer in (
        ("the first layer", 0),
        ("the last layer", -1),
        *((f"layer {number}", number - 1) for number in _NUMBERED),
    )
    for part in "Wb"
)


def _rated(rate: Callable[[float], float]) -> Value:
    return lambda s, i: s.start[i] - rate(s.rate) * s.slopes[i]


def _along(slope: Callable[[Array], Array]) -> Value:
    return lambda s, i: s.start[i] - s.rate * slope(s.slopes[i])


def _alone(sample: int, share: Callable[[int], float]) -> Value:
    """Along the gradient of one sample of the batch."""

    def value(step: Step, place: int) -> Array | None:
        if step.samples < 2:
            return step.right[place]
        own = None if step.of_sample is None else step.of_sample(sample)
        return None if own is None else step.start[place] - step.rate * share(step.samples) * own[place]

    return value


def _other(step: Step, place: int, by: int) -> int | None:
    """Where the array of the same kind is, so many layers above."""
    layer, part = step.places[place]
    return next((i for i, where in enumerate(step.places) if where == (layer + by, part)), None)


def _along_other(by: int, slope: Callable[[Array], Array]) -> Value:
    """Along what is made of the gradient of the layer above or below, where that fits."""

    def value(step: Step, place: int) -> Array | None:
        other = _other(step, place, by)
        if other is None:
            return None
        taken = slope(step.slopes[other])
        return None if taken.shape not in ((), step.start[place].shape) else step.start[place] - step.rate * taken

    return value


def _spread(array: Array) -> Array:
    """An array of one number as that number, which fits any other."""
    return array.reshape(()) if array.size == 1 else array


def _along_weights(fold: Callable[..., Array]) -> Value:
    """A bias along what is made of the gradient of the weights of its layer."""

    def value(step: Step, place: int) -> Array | None:
        layer, part = step.places[place]
        other = next((i for i, where in enumerate(step.places) if where == (layer, "W")), None)
        if part != "b" or other is None:
            return None
        return np.asarray(step.start[place] - step.rate * fold(step.slopes[other], axis=1))

    return value


def _from_other(by: int) -> Value:
    def value(step: Step, place: int) -> Array | None:
        other = _other(step, place, by)
        if other is None or step.start[other].shape != step.start[place].shape:
            return None
        return step.start[other] - step.rate * step.slopes[place]

    return value


def _of_layers() -> Iterator[Line]:
    for by, where in ((1, "above"), (-1, "below")):
        named = f"the gradient of the layer {where}"
        yield Line(f"update moves {{}} by {named}", _along_other(by, _spread), _OWN)
        for fold, what in ((np.mean, "mean"), (np.sum, "sum")):
            words = f"update moves {{}} by the {what} of {named}, one number for all entries"
            yield Line(words, _along_other(by, lambda g, fold=fold: np.asarray(fold(g))), _OWN)  # type: ignore[misc]
        yield Line(f"update moves {{}} from where the layer {where} is, not from where it is itself", _from_other(by))


LINES: tuple[Line, ...] = (
    Line("update ignores {}", _rated(lambda rate: 0.0), grouped=False),
    Line("update adds the gradient of {}", _rated(lambda rate: -rate), grouped=False),
    Line("learning rate applied twice to {}", _rated(lambda rate: rate**2), grouped=False),
    Line("learning rate is not applied to {}", _rated(lambda rate: 1.0), grouped=False),
    Line("learning rate is divided by, not multiplied with, for {}", _rated(lambda rate: 1 / rate)),
    Line("update subtracts the sign of the gradient of {}", _along(np.sign)),
    Line("update subtracts the absolute value of the gradient of {}", _along(np.abs)),
    Line("update subtracts the square of the gradient of {}", _along(np.square)),
    Line("update divides the gradient of {} by its norm", _along(lambda g: g / (np.linalg.norm(g) or 1.0))),
    Line("update moves {} by the mean of the gradient, one number for all entries", _along(np.mean), _EACH),
    Line("update moves {} by the sum of the gradient, one number for all entries", _along(np.sum), _EACH),
    Line("update sets {} to the step", lambda s, i: s.rate * s.slopes[i], "write W -= rate * dW, not W = rate * dW"),
    Line(
        "update sets {} to the negative step",
        lambda s, i: -s.rate * s.slopes[i],
        "write W -= rate * dW, not W = -rate * dW",
    ),
    Line("update multiplies {} by the step", lambda s, i: s.start[i] * s.rate * s.slopes[i]),
    Line(
        "learning rate multiplies {} as well: write W - rate * dW, not rate * (W - dW)",
        lambda s, i: s.rate * (s.start[i] - s.slopes[i]),
    ),
    *(
        Line(
            f"update moves {{}} by the gradient of the {which} sample of a batch only{divided}",
            _alone(sample, share),
            _ADD,
        )
        for which, sample in (("last", -1), ("first", 0))
        for divided, share in (("", lambda n: 1.0), (", divided by the number of samples", lambda n: 1 / n))
    ),
    *(
        Line(
            f"update moves {{}} by the {what} of the gradient of the weights over the inputs",
            _along_weights(fold),
            _OWN,
        )
        for fold, what in ((np.sum, "sum"), (np.mean, "mean"))
    ),
    *_of_layers(),
)
#: In all arrays, where that takes no words of its own.
EVERYWHERE = tuple(line for line in LINES if line.remedy == _ADD)


def moved_by(line: Line, place: Place | None) -> Moved:
    """The parameters after a step with a line written wrongly in some places; None: in all."""

    def moved(step: Step) -> Leaves | None:
        found = list(step.right)
        for i in range(len(found)):
            if place is None or place.holds(step, i):
                value = line.value(step, i)
                if value is None:
                    return None
                found[i] = np.asarray(value)
        return found

    return moved


@dataclass(frozen=True)
class Written:
    """A line in the place of all others, or in one place.

    Attributes:
        words: what is wrong and what to write. moved: what is got. family: the same for one line in other places.
    """

    words: str
    moved: Moved
    family: str
    place: Place | None


def wrong_lines() -> Iterator[Written]:
    """Each line in each place that it can stand in, the widest first."""
    for line in EVERYWHERE:
        yield _written(line, "all parameters", None)
    for line in LINES:
        for place in (*(GROUPS if line.grouped else ()), *SINGLES):
            yield _written(line, place.words, place)


def _written(line: Line, where: str, place: Place | None) -> Written:
    words = line.wrong.format(where)
    return Written(f"{words}: {line.remedy}" if line.remedy else words, moved_by(line, place), line.wrong, place)
