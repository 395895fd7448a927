"""Functions that draw all layers of a network at once, from a list of sizes or from one width after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcheck.errors import SubjectError, an
from symcheck.subjects.conventions import Convention
from symcheck.subjects.data import NetworkFacts, Options
from symcheck.subjects.find import made
from symcheck.subjects.initializer import shape_of
from symcheck.subjects.reading import is_network, read_network
from symcheck.subjects.scratch.refusals import no_weights
from symcheck.texts import type_name

#: Widths a subject is given that draws a whole network from a list of layer sizes: each layer shows 2 % of its scale.
SIZES = (512, 384, 640, 320)
#: The same where it takes them one by one.
WIDTHS = (*SIZES, 576, 352, 608, 336)


def kept_by(instance: Any) -> Any:
    """The network that a method has left in its instance: the instance itself, or the arrays among its attributes."""
    if is_network(instance):
        return instance
    arrays = {name: value for name, value in vars(instance).items() if np.ndim(value) in (1, 2) and shape_of(value)}
    return arrays or {name: value for name, value in vars(instance).items() if is_network(value)} or None


def drawn_network(draw: Callable[..., Any], name: str, convention: Convention, options: Options) -> NetworkFacts:
    """A network drawn at widths that show a slight error, and once more from another seed.

    Raises:
        SubjectError: what comes is no network.
        SubjectFailure: the function raises.
    """
    first, again = (_drawn_once(draw, name, convention, options, options.seed + n) for n in range(2))
    same = [np.array_equal(a, b) for a, b in zip(first.weights, again.weights, strict=False)]
    pinned = tuple(i for i, equal in enumerate(same, 1) if equal)
    return replace(first, called_as=_network_call(convention), pinned=pinned)


def _drawn_once(
    draw: Callable[..., Any], name: str, convention: Convention, options: Options, seed: int
) -> NetworkFacts:
    positional, keywords = network_arguments(convention, seed, SIZES, WIDTHS)
    result = made(draw, name, positional, keywords)
    if not is_network(result):
        raise SubjectError(
            f"{name}(layer_sizes) returns {an(type_name(result))}, not a network's weights{no_weights(result)}"
        )
    return read_network(result, name, options)


def network_arguments(
    convention: Convention, seed: int, sizes: Sequence[int], each: Sequence[int]
) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments of a function that draws a network.

    Args:
        sizes: of all layers, where it takes them in a list. each: one after the other.
    """
    rng = np.random.default_rng(seed)
    widths = iter(each)
    values: dict[str, Callable[[], Any]] = {
        "sizes": lambda: list(sizes),
        "width": lambda: next(widths),
        "rng": lambda: rng,
        "seed": lambda: seed % 2**31,
        "random_state": lambda: np.random.RandomState(seed % 2**32),
    }
    positional = [values[r]() for r in convention.positional if r in values]
    keywords = {n: values[r]() for n, r in convention.keywords.items() if r in values}
    return positional, keywords


def _network_call(convention: Convention) -> str:
    widths = iter(WIDTHS)
    shown = {"sizes": lambda: str(list(SIZES)), "width": lambda: str(next(widths))}
    parts = [shown[r]() if r in shown else r for r in convention.positional]
    return (
        f"f({', '.join([*parts, *(f'{n}={shown[r]() if r in shown else r}' for n, r in convention.keywords.items())])})"
    )
