"""Random odd functions, and worlds in which the parameters of every class have signs that such functions let through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings.equations import Make
from symcheck.proof.text.theory import Theory

Function = Callable[..., int]


def odd(made: World, name: str, leading: int) -> Function:
    """A random function that is odd in all arguments together but the leading ones."""

    def value(*arguments: int) -> int:
        first, rest = arguments[:leading], arguments[leading:]
        opposite = tuple(-r % P for r in rest)
        if rest == opposite:
            return 0
        return made.random(name, *first, *rest) if rest < opposite else -made.random(name, *first, *opposite)

    return value


def even(made: World, name: str, leading: int) -> Function:
    """A random function that is even in all arguments together but the leading ones."""

    def value(*arguments: int) -> int:
        first, rest = arguments[:leading], arguments[leading:]
        return made.random(name, *first, *min(rest, tuple(-r % P for r in rest)))

    return value


def signs(made: World, name: str) -> Function:
    """An array of signs, 1 or -1."""
    return lambda *place: (1, P - 1)[made.random(name, *place) % 2]


def classes(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """What makes worlds of parameters in classes, whose signs e are 0 in class 0; phi and psi are odd where it is assumed."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        made = basic(rng, assumed, reach)
        sign = signs(made, "e")
        made.arrays["e"] = lambda class_, member: sign(class_, member) if class_ else 0
        if assumed & {"odd-rule", "odd-memory"}:
            made.functions.update(phi=odd(made, "phi", 2), psi=odd(made, "psi", 1))
        return made

    return make
