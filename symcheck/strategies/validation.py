"""Arguments of strategies are checked when a strategy is made: a silly bound is an error, never an empty draw."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import isfinite
from typing import Any

from hypothesis.errors import InvalidArgument

from symcheck.errors import listed


def integer_bounds(low: Any, high: Any, name: str, least: int = 1) -> None:
    """Check ``min_name`` and ``max_name``.

    Raises:
        InvalidArgument: not integers, below ``least``, or in the wrong order.
    """
    for side, value in (("min", low), ("max", high)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidArgument(f"{side}_{name} must be an integer, not {value!r}")
    if low < least:
        raise InvalidArgument(f"min_{name} must be at least {least}, not {low}")
    if high < low:
        raise InvalidArgument(f"max_{name}={high} is less than min_{name}={low}: nothing could be drawn")


def positive_integer(value: Any, name: str) -> int:
    """An argument that counts something.

    Raises:
        InvalidArgument: anything but an integer of at least 1.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidArgument(f"{name} must be a positive integer, not {value!r}")
    return value


def number_bounds(low: Any, high: Any, name: str, above: float | None = None) -> None:
    """Check ``min_name`` and ``max_name``.

    Raises:
        InvalidArgument: not finite numbers, not above ``above``, or in the wrong order.
    """
    for side, value in (("min", low), ("max", high)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise InvalidArgument(f"{side}_{name} must be a finite number, not {value!r}")
    if above is not None and low <= above:
        raise InvalidArgument(f"min_{name} must be greater than {above:g}, not {low:g}")
    if high < low:
        raise InvalidArgument(f"max_{name}={high:g} is less than min_{name}={low:g}: nothing could be drawn")


def choices(given: Any, name: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Names to choose from, in the given order.

    Raises:
        InvalidArgument: none, or one that is not allowed.
    """
    if isinstance(given, str) or not isinstance(given, Collection):
        raise InvalidArgument(f"{name} must be a list of names, not {given!r}")
    chosen = tuple(given)
    if not chosen:
        raise InvalidArgument(f"{name} is empty: nothing could be drawn")
    for value in chosen:
        if value not in allowed:
            raise InvalidArgument(f"{name} has {value!r}; known are {listed(allowed)}")
    return chosen


def layer_sizes(sizes: Any) -> tuple[int, ...]:
    """The widths n_0, ..., n_L of a network.

    Raises:
        InvalidArgument: fewer than two, or one that is not a positive integer.
    """
    fits = isinstance(sizes, Sequence) and not isinstance(sizes, str) and len(sizes) >= 2
    if not fits or any(isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in sizes):
        raise InvalidArgument(f"sizes must be two or more positive integers, not {sizes!r}")
    return tuple(sizes)
