"""Two networks on the same points, one started at 0.5 and one at random: one boundary stays straight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from symcheck.lesson.case import TrainedNetwork
from symcheck.lesson.contours import Segment, zero_line
from symcheck.lesson.presets import drawn
from symcheck.reference import forward, loss_value, trajectory
from symcheck.types import Floats, NetworkParams

#: The plane is shown from -REACH to REACH; the boundary is followed on a grid of this many points a side.
REACH, GRID = 1.8, 37
#: Updates after which the two are shown.
SHOWN = (0, 1, 2, 5, 10, 20, 30, 50, 70, 100, 130, 160, 200, 250, 300, 400, 500, 700, 1000, 1500, 2000, 2500, 3000)
_SIZES, _RATE = (2, 8, 1), 0.1
_MOON = 14


@dataclass(frozen=True, eq=False)
class Picture:
    """A network after some updates: its boundary, its loss, and how many points lie on their side of it."""

    boundary: list[Segment]
    loss: float
    right: int


@dataclass(frozen=True, eq=False)
class Hook:
    """The two races.

    Attributes:
        points, labels: the data, shapes (n, 2) and (n,), labels 1 and -1.
        updates: after which the pictures are taken.
        starts: the two networks. pictures: of each of them.
    """

    points: Floats
    labels: Floats
    updates: tuple[int, ...]
    starts: tuple[TrainedNetwork, TrainedNetwork]
    pictures: tuple[tuple[Picture, ...], tuple[Picture, ...]]


def hook(rng: np.random.Generator) -> Hook:
    """Train both."""
    points, labels = _moons(rng)
    constant = drawn("constant", "every weight 0.5", _SIZES, "constant(0.5)", rng)
    random = drawn("random", "weights at random (He)", _SIZES, "he_normal", rng)
    starts = [replace(case, X=points, Y=labels[:, None], rate=_RATE) for case in (constant, random)]
    pictures = [_pictures(case) for case in starts]
    return Hook(points, labels, SHOWN, (starts[0], starts[1]), (pictures[0], pictures[1]))


def _moons(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Two crescents, one inside the bend of the other: no line separates them."""
    angles = np.linspace(0, np.pi, _MOON)
    upper = np.column_stack([np.cos(angles) - 0.5, np.sin(angles) - 0.3])
    points = np.concatenate([upper, -upper]) + rng.uniform(-0.12, 0.12, (2 * _MOON, 2))
    return points, np.repeat([1.0, -1.0], _MOON)


def _pictures(case: TrainedNetwork) -> tuple[Picture, ...]:
    history: Sequence[NetworkParams] = [
        case.params,
        *trajectory(case.params, (case.X, case.Y), case.activation, "mse", "sgd", case.rate, SHOWN[-1]),
    ]
    return tuple(_picture(case, history[update]) for update in SHOWN)


def _picture(case: TrainedNetwork, params: NetworkParams) -> Picture:
    axis = np.linspace(-REACH, REACH, GRID)
    plane = np.array([(x, y) for y in -axis for x in axis])
    outputs = forward(params, plane, case.activation)[:, 0].reshape(GRID, GRID)
    right = (forward(params, case.X, case.activation) > 0) == (case.Y > 0)
    return Picture(zero_line(outputs), loss_value(params, case.X, case.Y, case.activation, "mse"), int(right.sum()))
