"""A user's own activation as a function over float64 arrays, tried first and never trusted."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.activations import Function
from symcheck.errors import SubjectError, SubjectFailure
from symcheck.subjects.find import find, made
from symcheck.texts import plain, traced
from symcheck.types import Array, Floats

#: Where a function is tried: small and large, both signs, zero.
_TRIED = np.array([0.0, -0.5, 1.25, -3.0, 7.5, 1e-3, -1e-3, 38.0, -38.0, 0.75, -1.5])

#: Spacing at 1 of numbers of few bits, which numpy has no type for.
_NARROW = {"bfloat16": 2.0**-7, "float8_e4m3fn": 2.0**-3, "float8_e5m2": 2.0**-2}


@dataclass(frozen=True)
class Elementwise:
    """A function that was found to act on each number alone.

    Attributes:
        name: as it was given.
        function: from shape (n,) to (n,), float64; raises where a value is not finite.
        eps: the spacing at 1 of the numbers that it gives.
        called_as: ``f(array)``, ``f(tensor)``, ``f(float32 tensor)`` or ``f(number)``.
    """

    name: str
    function: Function
    eps: float
    called_as: str


def elementwise(text: str) -> Elementwise:
    """The activation that ``FILE.py:function`` or ``package.module:function`` names; a class is made without arguments.

    Raises:
        SubjectError: there is none, or it is not an elementwise function of real numbers.
        SubjectFailure: it raises however it is called.
    """
    found, positional, keywords = find(text)
    if isinstance(found, type) or ((positional or keywords) and callable(found)):
        found = made(found, text, positional, keywords)
    if not callable(found):
        raise SubjectError(f"{text} is no function")
    return as_elementwise(found, text)


def as_elementwise(function: Callable[[Any], Any], name: str) -> Elementwise:
    """The same of the function itself."""
    error: BaseException | None = None
    for called_as, raw in _calls(function):

        def call(z: Floats, raw: Callable[[Floats], Any] = raw) -> Any:
            return _values(raw(z))

        try:
            given = _quiet(raw, _TRIED)
            values = _values(given)
        except Exception as raised:
            # The first way is the likely one, and what it raises says most, unless it is that arrays are not what is taken.
            if error is None or isinstance(error, TypeError | AttributeError):
                error = raised
            continue
        if called_as != "f(number)" and (not isinstance(values, np.ndarray) or values.shape != _TRIED.shape):
            shape = getattr(values, "shape", None)
            gives = type(values).__name__ if shape is None else f"shape {tuple(shape)}"
            raise SubjectError(
                f"{plain(name)} gives {gives} for an array of shape {_TRIED.shape}: it is not elementwise"
            )
        return _tried(name, call, values, called_as, _spacing(given, values))
    assert error is not None
    raise SubjectFailure(f"{plain(name)} raises {traced(error)}", "raised") from error


def _calls(function: Callable[[Any], Any]) -> list[tuple[str, Callable[[Floats], Any]]]:
    def on_arrays(z: Floats) -> Any:
        return function(z.copy())

    def on_numbers(z: Floats) -> Any:
        return np.array([float(function(one)) for one in z.tolist()])

    calls: list[tuple[str, Callable[[Floats], Any]]] = [("f(array)", on_arrays), ("f(number)", on_numbers)]
    torch = adapters.adapter_of("torch")
    example = torch.of_array(np.zeros(1))
    if example is None:
        return calls

    def on_tensors(z: Floats) -> Any:
        return function(torch.of_array(z.copy()))

    def on_singles(z: Floats) -> Any:
        return function(torch.of_array(z.astype(np.float32)))

    # A module with parameters of its own takes tensors of their precision only.
    return [calls[0], ("f(tensor)", on_tensors), ("f(float32 tensor)", on_singles), calls[1]]


def _converted(given: Any) -> tuple[Array, str] | None:
    found = (adapter.to_numpy(given) for adapter in adapters.loaded())
    return next((one for one in found if one is not None), None)


def _values(given: Any) -> Any:
    converted = _converted(given)
    if converted is not None:
        return converted[0]
    if isinstance(given, list | tuple) and all(isinstance(one, int | float | np.number) for one in given):
        return np.array(given, np.float64)
    return np.asarray(given) if hasattr(given, "__array__") else given


def _spacing(given: Any, values: Any) -> float:
    """The spacing at 1 of the numbers that a function gives."""
    converted = _converted(given)
    if converted is not None and converted[1] in _NARROW:
        return _NARROW[converted[1]]
    kind = getattr(values, "dtype", np.dtype(float))
    return float(np.finfo(kind).eps) if kind.kind == "f" else 2.0**-52


def _quiet(call: Callable[[Floats], Any], z: Floats) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return call(z)


def _tried(name: str, call: Callable[[Floats], Any], values: Array, called_as: str, eps: float) -> Elementwise:
    if values.dtype.kind not in "fiub":
        raise SubjectError(f"{plain(name)} gives {values.dtype.name}, which are no real numbers")
    values = values.astype(np.float64)
    if not np.isfinite(values).all():
        _refuse(name, _TRIED, values)
    if not np.array_equal(values, _quiet(call, _TRIED)):
        raise SubjectError(f"{plain(name)} gives other values when it is called again: it is no function of z alone")
    alone = np.array([np.asarray(_quiet(call, _TRIED[i : i + 1]), np.float64).item() for i in range(len(_TRIED))])
    if np.abs(alone - values).max() > 64 * eps * float(np.abs(values).max()):
        raise SubjectError(
            f"{plain(name)} gives other values for a number beside others than for it alone: it is not elementwise"
        )

    def function(z: Array) -> Array:
        flat = np.asarray(z, np.float64).ravel()
        found = np.asarray(_quiet(call, flat), np.float64)
        if found.shape != flat.shape:
            raise SubjectError(f"{plain(name)} gives shape {found.shape} for an array of shape {flat.shape}")
        if not np.isfinite(found).all():
            _refuse(name, flat, found)
        return found.reshape(np.shape(z))

    return Elementwise(plain(name), function, eps, called_as)


def _refuse(name: str, z: Floats, values: Array) -> None:
    bad = np.flatnonzero(~np.isfinite(values))
    first = bad[np.argmin(np.abs(z[bad]))]
    raise SubjectError(f"{plain(name)} gives {float(values[first])} at z = {float(z[first]):.6g}")
