"""Random points of theta_0 + V, at offsets of several scales."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod, sqrt

import numpy as np
from numpy.random import Generator

from symcheck.reachability.classes import NoisyClasses
from symcheck.reachability.model import Layout, Trainable
from symcheck.types import Array, Floats

#: Offsets relative to the size of what they are added to. One point is not generic for every region of a kink.
SCALES = (1.0, 0.1, 3.0, 0.3, 10.0, 0.01, 30.0)
#: An eps beyond which offsets are no larger than those that models are used with: of attention that saturates single precision leaves
#: nothing but rounding.
_COARSE, _NEAR = 1e-10, 1.0

#: The share of ones in bits.
_KEPT = 0.8


def scale_at(number: int, eps: float) -> float:
    """The scale of a round, by its number, for a model that computes with this eps."""
    scales = [scale for scale in SCALES if eps < _COARSE or scale <= _NEAR]
    return scales[number % len(scales)]


def random_point(
    layout: Layout, classes: NoisyClasses, rng: Generator, scale: float, around: Sequence[Array] | None = None
) -> list[Floats]:
    """theta_0, or another point, with one random offset a class, in the shapes of the parameters.

    Args:
        scale: of the offsets, relative to the root mean square of the parameter in which a class has its first member.
        around: the point, by default theta_0.
    """
    units = np.array([unit(p) for p in layout.parameters])
    offsets = rng.standard_normal(classes.dimension + 1)
    offsets *= scale
    offsets *= units[classes.owners]
    offsets[0] = 0
    point = []
    for place, start in zip(layout.slices, around or [p.values for p in layout.parameters], strict=True):
        moved = offsets[classes.labels[place]]
        moved *= classes.signs[place]
        moved = moved.reshape(start.shape)
        moved += start
        point.append(moved)
    return point


def sample_scales(rng: Generator, samples: int) -> Floats:
    """Factors of a batch's samples, shape (samples,): one for all or one for each, for near inputs and far regions of kinks."""
    factors = np.exp(rng.uniform(np.log(0.1), np.log(30), samples))
    return factors if rng.integers(2) else np.full(samples, rng.choice((0.3, 1.0, 1.0, 3.0, 10.0)))


def is_mask(values: Array) -> bool:
    """Whether numbers that stand beside other inputs say which of these count: they are of exactly two values."""
    return values.size > 1 and len(np.unique(values)) == 2


def may_be_mask(values: Array) -> bool:
    """Whether numbers beside other inputs may be a mask that keeps all: they are ones."""
    return values.size > 1 and bool(np.all(values == 1))


def bits(shape: tuple[int, ...], rng: Generator) -> Floats:
    """Ones and some zeros, at least a one in each row: what a mask may be, and what is as good as any for other numbers."""
    found = (rng.random(shape) < _KEPT).astype(np.float64)
    if shape:
        np.put_along_axis(found, rng.integers(0, shape[-1], (*shape[:-1], 1)), 1.0, -1)
    return found


def scattered(parameters: Sequence[Trainable], rng: Generator) -> list[Trainable]:
    """The same parameters at a start that no initializer chose: every scalar has an offset of its own."""
    return [
        Trainable(
            p.name, np.asarray(p.values, np.float64) + rng.standard_normal(p.values.shape) * (unit(p) / 2), p.module
        )
        for p in parameters
    ]


def redrawn(parameters: Sequence[Trainable], rng: Generator) -> list[Trainable]:
    """The same with nothing left of where they started but the size of each: what signs decide is decided anew."""
    return [Trainable(p.name, rng.standard_normal(p.values.shape) * unit(p), p.module) for p in parameters]


def unit(parameter: Trainable) -> float:
    """The size of a parameter's entries: their root mean square, or what a layer of its shape would have where all are zero."""
    values = np.asarray(parameter.values, np.float64)
    size = sqrt(float(np.vdot(values, values)) / values.size) if values.size else 0.0
    if size:
        return size
    return 1 / sqrt(prod(values.shape[1:])) if values.ndim > 1 else 0.5
