"""What a counterexample is, and how one is filed under the check that must reject it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.types import Array

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Counterexample:
    """A subject with one fault.

    Attributes:
        fault: its name. size: ``gross`` or ``slight``. check: the check that must reject it.
        build: makes the subject afresh. law: what it is held to.
        settings: further arguments of ``symcheck.check``.
    """

    fault: str
    size: str
    check: str
    build: Callable[[], Any]
    law: str | None
    settings: dict[str, Any]


COUNTEREXAMPLES: list[Counterexample] = []


def faulty(
    check: str, size: str, law: str | None = "he_normal", **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """File a faulty initializer under the check that must reject it."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        fault = function.__name__
        COUNTEREXAMPLES.append(Counterexample(fault, size, check, lambda: function, law, settings))
        return function

    return add


def faulty_network(
    check: str, size: str, law: str | None = None, **settings: Any
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """File the builder of a faulty network."""

    def add(build: Callable[[], Any]) -> Callable[[], Any]:
        COUNTEREXAMPLES.append(Counterexample(build.__name__, size, check, build, law, settings))
        return build

    return add


def he(shape: Shape, rng: Generator) -> Array:
    """A sound draw of He's law, for the faults to spoil."""
    return rng.normal(0.0, sqrt(2 / np.prod(shape[1:])), shape)
