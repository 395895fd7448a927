"""An initializer in this process: builds its arguments, calls it, and looks at what comes back."""

from __future__ import annotations

import copy
import hashlib
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import an
from symcheck.fans import Layer
from symcheck.subjects.conventions import Convention
from symcheck.subjects.limits import most_entries
from symcheck.subjects.messages import Draw, Request
from symcheck.subjects.seeding import Seeded
from symcheck.texts import describe, traced, type_name
from symcheck.types import Array

#: Sources of randomness that a subject may want: the class that its parameter is named after, the older
#: numpy.random.RandomState, or an integer to make either from.
SOURCES = ("named", "legacy", "integer")


@dataclass
class Initializer:
    """A callable with what is known about how to call it. ``make`` gives the callable, afresh where it is a class."""

    make: Callable[[], Callable[..., Any]]
    convention: Convention
    layout: str
    library: str | None = None
    #: What is passed for ``rng``, ``random_state`` and the like, and whether the subject is known to take it.
    source: str = SOURCES[0]
    settled: bool = False

    def draw(self, request: Request) -> list[Draw]:
        """Draw as asked; every error of the subject comes back as a sentence in the last draw."""
        with Seeded(request.seed):
            stream = np.random.default_rng(request.seed)
            generators = _Generators(stream, request.seed)
            draws: list[Draw] = []
            originals: list[Array | None] = []
            for number in range(request.count):
                if 1 < request.count // 2 <= number:
                    generators.advance()
                draw, original = self._one(request, generators)
                draws.append(draw)
                originals.append(original)
                if draw.error:
                    break
        for i, (draw, original) in enumerate(zip(draws, originals, strict=True)):
            others = [o for j, o in enumerate(originals) if j != i and o is not None]
            if draw.array is not None and original is not None and not self.convention.in_place:
                moved = not np.array_equal(original, draw.array, equal_nan=original.dtype.kind == "f")
                draw.aliased = moved or any(np.shares_memory(original, o) for o in others)
        return draws

    def _one(self, request: Request, generators: _Generators) -> tuple[Draw, Array | None]:
        shape = request.layer.shape(self.layout)
        target: Any = self._target(shape, request.poison) if self.convention.in_place else None
        positional, keywords, passed = self._arguments(request.layer, target, generators)
        state = generators.state()
        before = {r: copy.copy(v) for r, v in passed.items() if r in ("sizes", "shape", "fan_in", "fan_out")}
        start = time.monotonic()
        try:
            result = self.make()(*positional, **keywords)
        except (AttributeError, TypeError, ValueError) as error:
            if (other := self._with_another_source(request, generators)) is not None:
                return other
            raised = describe(error)
            # Python tells of a wrong call in its words only.
            misfit = any(words in raised for words in ("argument", "not subscriptable"))
            seconds = time.monotonic() - start
            return Draw(error=f"raises {traced(error)}", kind="raised", misfit=misfit, seconds=seconds), None
        except BaseException as error:
            kind = "nonsense" if isinstance(error, KeyboardInterrupt) else "raised"
            return Draw(error=f"raises {traced(error)}", kind=kind, seconds=time.monotonic() - start), None
        seconds, self.settled = time.monotonic() - start, True
        draw, original = self._read(target if self.convention.in_place else result, request.layer)
        draw.seconds, moved = seconds, generators.state()
        draw.state = moved if moved != state else ""
        draw.changed = [r for r, v in before.items() if passed[r] != v]
        if self.convention.in_place and draw.array is not None:
            draw.unwritten = _still(draw.array, request.poison)
        return draw, original

    def attempt(self, layer: Layer, seed: int) -> tuple[Any, Any]:
        """What one call returns, and the target it was given, if any; whatever the subject raises is raised."""
        generators = _Generators(np.random.default_rng(seed), seed)
        poison = float("nan")
        target = self._target(layer.shape(self.layout), poison) if self.convention.in_place else None
        positional, keywords, _ = self._arguments(layer, target, generators)
        return self.make()(*positional, **keywords), target

    def _arguments(
        self, layer: Layer, target: Any, generators: _Generators
    ) -> tuple[list[Any], dict[str, Any], dict[str, Any]]:
        """Positional and keyword arguments of a call, and each of them by its role."""
        shape, passed = layer.shape(self.layout), dict[str, Any]()

        def argument(role: str) -> Any:
            passed[role] = self._argument(role, layer, shape, target, generators)
            return passed[role]

        positional: list[Any] = []
        for role in self.convention.positional:
            value = argument(role)
            positional.extend(value) if role == "star_shape" else positional.append(value)
        keywords = {name: argument(role) for name, role in self.convention.keywords.items()}
        return positional, {name: value for name, value in keywords.items() if value is not None}, passed

    def _with_another_source(self, request: Request, generators: _Generators) -> tuple[Draw, Array | None] | None:
        """A draw with another source of randomness; None where the subject takes none, or none of them helps."""
        if self.settled or not {"rng", "key", "random_state"} & set(self.convention.roles):
            return None
        given, self.settled = self.source, True
        generators.forget()
        if self._one(request, generators)[0].error is None:
            # The same call works now: what it raised at first has nothing to do with the source.
            generators.forget()
            return None
        for self.source in SOURCES[SOURCES.index(given) + 1 :]:
            generators.forget()
            draw, original = self._one(request, generators)
            if draw.error is None:
                return draw, original
        self.source, self.settled = given, False
        generators.forget()
        return None

    def _argument(self, role: str, layer: Layer, shape: tuple[int, ...], target: Any, gens: _Generators) -> Any:
        if role in ("shape", "star_shape"):
            return shape
        if role in ("fan_in", "fan_out"):
            return layer.inputs if role == "fan_in" else layer.out
        if role == "sizes":
            # Neighbours of other sizes show an index that is off by one.
            return [layer.inputs + 3, layer.inputs, layer.out, layer.out + 5]
        if role == "index":
            return 2
        if role == "tensor":
            return target
        if role == "like":
            return self._target(shape, 0.0)
        if role == "dtype":
            return adapters.adapter_of(self.library).dtype
        if role == "key" and (adapter := adapters.first(lambda a: a.keys)) is not None:
            return adapter.key(gens.integer())
        if role == "seed" or (self.source == "integer" and role in ("rng", "key", "random_state")):
            return gens.integer()
        if role == "ops":
            return next((ops for a in adapters.loaded() if (ops := a.ops()) is not None), None)
        return gens.numpy(legacy=self.source == "legacy" or role == "random_state")

    def _target(self, shape: tuple[int, ...], poison: float) -> Any:
        return adapters.adapter_of(self.library).target(shape, poison)

    def _read(self, result: Any, layer: Layer) -> tuple[Draw, Array | None]:
        asked = prod(layer.shape(self.layout))
        if (shape := shape_of(result)) is not None and prod(shape) > most_entries(layer.shape(self.layout)):
            message = f"returns an array of shape {shape}, {prod(shape):,} entries, where {asked:,} were asked for"
            return Draw(error=message, kind="nonsense"), None
        converted = to_array(result)
        if isinstance(converted, str):
            return Draw(error=converted, kind="nonsense"), None
        original, dtype = converted
        if original.dtype.kind not in "fiu" or original.dtype.itemsize > 8:
            wanted = "weights must be real floating-point numbers"
            return Draw(error=f"returns an array of {dtype}; {wanted}", kind="nonsense", dtype=dtype), None
        return Draw(array=np.array(original), dtype=dtype), original


def to_array(result: Any) -> tuple[Array, str] | str:
    """The array a subject returned with the name of its dtype, or a sentence saying what it returned instead."""
    if issubclass(type(result), np.ndarray):
        # As the base class: a subclass may say anything of its dtype, its shape or its entries.
        array = np.asarray(result)
        return (array.astype(np.float32) if array.dtype.name == "bfloat16" else array), array.dtype.name
    for adapter in adapters.loaded():
        if (converted := adapter.to_numpy(result)) is not None:
            return converted
    if result is None:
        return "returns None; it should return the array it drew"
    return f"returns {an(type_name(result))}; it should return an array"


def shape_of(result: Any) -> tuple[int, ...] | None:
    """The shape of an array before anything of it is copied; None for what is no array."""
    if issubclass(type(result), np.ndarray):
        return np.asarray(result).shape
    shape = getattr(result, "shape", None)
    return tuple(map(int, shape)) if isinstance(shape, tuple) else None


def _still(array: Array, poison: float) -> int:
    return int(np.isnan(array).sum() if poison != poison else (array == array.dtype.type(poison)).sum())


class _Generators:
    """Sources of randomness for the arguments of one request: one stream, so that successive draws differ."""

    def __init__(self, stream: np.random.Generator, seed: int) -> None:
        self.stream, self._seed = stream, seed
        self._numpy: np.random.Generator | np.random.RandomState | None = None

    def numpy(self, legacy: bool) -> np.random.Generator | np.random.RandomState:
        if self._numpy is None:
            self._numpy = np.random.RandomState(self._seed % 2**32) if legacy else np.random.default_rng(self._seed)
        return self._numpy

    def advance(self) -> None:
        """Use the numpy generator once, as another caller would, so that setting it back shows."""
        if self._numpy is not None:
            self._numpy.bytes(8)

    def state(self) -> str:
        """A digest of where the numpy generator stands; empty where none was asked for."""
        if self._numpy is None:
            return ""
        if isinstance(self._numpy, np.random.RandomState):
            inner: Any = self._numpy.get_state(legacy=False)
        else:
            source = self._numpy.bit_generator
            inner = (source.state, getattr(source.seed_seq, "n_children_spawned", 0))
        return hashlib.sha256(pickle.dumps(inner)).hexdigest()

    def forget(self) -> None:
        """Start afresh with the next generator that is asked for."""
        self._numpy = None

    def integer(self) -> int:
        return int(self.stream.integers(2**31))
