"""What a counterexample is, and how one is filed under the check that must reject it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.recipes.recipe import Recipe
from symcheck.types import Array

Shape = tuple[int, ...]

FAULT_SIZES = ("gross", "slight")


@dataclass(frozen=True)
class Counterexample:
    """A subject with one fault.

    Attributes:
        fault: its name. size: ``gross`` or ``slight``. check: the check that must reject it.
        build: makes the subject afresh. law: what it is held to.
        settings: further arguments of ``symcheck.check``.
        needs: a library that has to be installed for it, or "".
    """

    fault: str
    size: str
    check: str
    build: Callable[[], Any]
    law: str | dict[str, str] | Recipe | None
    settings: dict[str, Any]
    needs: str = ""


COUNTEREXAMPLES: list[Counterexample] = []


@dataclass(frozen=True)
class Faults:
    """Files faulty subjects under the check that must reject them: ``@scale("gross")`` above each.

    Attributes:
        check: its name.
        law: what the subjects are held to, unless one is filed with another.
        built: whether what is filed builds the subject and is not the subject itself.
    """

    check: str
    law: str | dict[str, str] | Recipe | None
    built: bool

    def __call__(self, size: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        law, needs = settings.pop("law", self.law), settings.pop("needs", "")

        def add(filed: Callable[..., Any]) -> Callable[..., Any]:
            build = filed if self.built else lambda: filed
            COUNTEREXAMPLES.append(Counterexample(filed.__name__, size, self.check, build, law, settings, needs))
            return filed

        return add


def initializer_faults(aspect: str, built: bool = False) -> Faults:
    """Of the check of an initializer that judges this aspect."""
    return Faults(f"initializer.{aspect}", "he_normal", built)


def network_faults(aspect: str) -> Faults:
    """Of the check of a network that judges this aspect."""
    return Faults(f"network.{aspect}", None, True)


def he(shape: Shape, rng: Generator) -> Array:
    """A sound draw of He's law, for the faults to spoil."""
    return rng.normal(0.0, he_std(shape), shape)


def he_std(shape: Shape) -> float:
    """The standard deviation that He's law has for an array of shape (out, in, *kernel)."""
    return sqrt(2 / np.prod(shape[1:]))
