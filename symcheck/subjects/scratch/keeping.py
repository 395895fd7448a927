"""Keeping: where a network lives between calls, lent out as a copy so that nothing of one call is left to the next."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.dropping import without_dropout
from symcheck.subjects.scratch.making import Making
from symcheck.subjects.scratch.names import bare, calling_role
from symcheck.subjects.scratch.sources import Source, returned

#: Seconds from which making a network is slow.
SLOW = 1.0
#: Networks of so many shapes are kept to be copied.
_MOST_KEPT = 64


@contextmanager
def seeded(seed: int, *homes: Any) -> Iterator[None]:
    """Generators that code has without being handed them, seeded inside and put back afterwards: the global ones, those that it
    makes without a seed, and those among the globals of ``homes``.
    """
    before, make = (random.getstate(), np.random.get_state()), np.random.default_rng
    held = [v for home in homes if home is not None for v in vars(home).values()]
    own = [v for v in held if isinstance(v, np.random.Generator)]
    older = [v for v in held if isinstance(v, np.random.RandomState)]
    states, older_states = [g.bit_generator.state for g in own], [g.get_state() for g in older]
    fresh = make(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)
    for generator in own:
        kind = type(generator.bit_generator)
        generator.bit_generator.state = kind(seed).state
    for random_state in older:
        random_state.seed(seed % 2**32)

    def made(given: Any = None) -> np.random.Generator:
        return make(fresh.integers(2**63) if given is None else given)

    np.random.default_rng = made  # type: ignore[assignment]
    try:
        yield
    finally:
        np.random.default_rng = make
        random.setstate(before[0])
        np.random.set_state(before[1])
        for generator, state in zip(own, states, strict=True):
            generator.bit_generator.state = state
        for random_state, older_state in zip(older, older_states, strict=True):
            random_state.set_state(older_state)


#: What is called so is a learning rate, wherever it stands.
_SURELY_RATES = ("learningrate", "lr", "lrate", "learnrate")
#: What is called so keeps a learning rate for the network.
_OPTIMIZERS = ("optimizer", "optim", "opt", "optimiser", "solver")
#: What is called so is how many samples make one step.
_BATCH_SIZES = ("batchsize", "minibatchsize")


class Keeper:
    """Makes networks, and lends copies of them.

    A network is whatever holds the parameters: an instance, what an initializer returns, or a module's globals.

    Attributes:
        making: how one of given widths is made; None where there is but one.
        initializer: the name of what makes it, "" where nothing does.
        asked: widths that one could be asked for; () where it takes none.
        tried: whether functions are still tried, so that each is stopped in time.
        takes: the seconds that making one took at least; infinity before one was made.
        undropped: rates of dropout that were set so that nothing is dropped.
        hanging: those that were stopped, with the sentence on it.
    """

    def __init__(
        self, source: Source, making: Making | None, initializer: str, only: Any = None, asked: tuple[int, ...] = ()
    ) -> None:
        self.source, self.making, self.initializer, self.asked = source, making, initializer, asked
        self.tried, self.hanging = True, dict[str, str]()
        self.takes = inf
        self.undropped: dict[str, float] = {}
        self._only = only
        self._kept: dict[tuple[int, ...], Any] = {}
        #: Widths of the network that was lent last.
        self.sizes: tuple[int, ...] = ()

    @property
    def slow(self) -> bool:
        """Whether making one takes so long that it is made as few times as can be."""
        return SLOW < self.takes < inf

    @property
    def is_module(self) -> bool:
        """Whether the parameters are globals of a module."""
        return isinstance(self._only, ModuleType)

    @property
    def homes(self) -> tuple[Any, ...]:
        """Modules whose globals the code may draw from."""
        owner = self.source.owner
        return (self.source.home, owner if isinstance(owner, ModuleType) and owner is not self.source.home else None)

    def made(self, sizes: Sequence[int], rng: np.random.Generator) -> Any:
        """A new network; global generators are seeded from ``rng`` meanwhile.

        Raises:
            Exception: whatever the user's code raises.
        """
        if self.making is None:
            return self._only
        begun = time.monotonic()
        with seeded(int(rng.integers(2**31)), *self.homes):
            result = self.making(sizes, rng)
        self.takes = min(self.takes, time.monotonic() - begun)
        own = [result] if self.source.of_class else []
        for holder in (*own, *(home for home in self.homes if home is not None)):
            self.undropped |= without_dropout(holder)
        return self._only if self.is_module else result

    @contextmanager
    def lent(self, sizes: Sequence[int]) -> Iterator[Any]:
        """A network of these widths to do anything with."""
        self.sizes = tuple(int(n) for n in sizes)
        if self.is_module:
            with _put_back(self._only):
                if self.making is not None and self.making.takes_widths:
                    self.made(sizes, np.random.default_rng(0))
                yield self._only
            return
        key = self.sizes
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = self.made(key, np.random.default_rng(0))
        try:
            lent = copy.deepcopy(self._kept[key])
        except Exception:
            lent = self.made(key, np.random.default_rng(0))
        yield lent

    def returned(self) -> tuple[str, ...]:
        """The names under which the initializer returns the parameters; () where they are on self or in the globals."""
        of_class = self.source.of_class or self.is_module or not self.initializer
        return () if of_class else returned(getattr(self.source.owner, self.initializer))


@contextmanager
def _put_back(module: ModuleType) -> Iterator[None]:
    """Globals of a module that are data are as before afterwards, whatever was assigned or written into meanwhile."""
    before: dict[str, Any] = {}
    for name, value in vars(module).items():
        if not name.startswith("__") and not isinstance(value, ModuleType | FunctionType | type):
            with suppress(Exception):
                before[name] = copy.deepcopy(value)
    names = set(vars(module))
    try:
        yield
    finally:
        for name in set(vars(module)) - names:
            delattr(module, name)
        for name, value in before.items():
            setattr(module, name, value)


def set_rate(owner: Any, rate: float) -> list[str]:
    """Set the learning rate that is kept as an attribute or a global; gives the names under which one was."""
    found = rates_of(owner)
    for holder, name in found:
        setattr(holder, name, rate)
    return [name for _, name in found]


def rates_of(owner: Any) -> list[tuple[Any, str]]:
    """Where learning rates are kept: as attributes, or as those of an optimizer that is one, each with its name."""
    holders = [owner]
    with suppress(TypeError):
        holders += [v for n, v in vars(owner).items() if bare(n) in _OPTIMIZERS and hasattr(v, "__dict__")]
    found = []
    for holder in holders:
        with suppress(TypeError):
            found += [
                (holder, name)
                for name, value in vars(holder).items()
                if calling_role(name) == "rate" and isinstance(value, float | int | np.floating)
            ]
    return found


def rates_beside(home: Any) -> list[str]:
    """Names of globals beside a class that can be nothing but learning rates: an ``alpha`` may be the slope of a leaky ReLU."""
    return [n for n, v in vars(home).items() if bare(n) in _SURELY_RATES and isinstance(v, float)] if home else []


def set_once(owner: Any, count: int | None = None) -> None:
    """Have what trains for a number of rounds, in batches of some size, train for one, on so many samples at once."""
    with suppress(TypeError):
        for name, value in list(vars(owner).items()):
            if count is not None and bare(name) in _BATCH_SIZES and isinstance(value, int):
                setattr(owner, name, count)
            if calling_role(name) == "once" and isinstance(value, int) and bare(name) not in ("m",):
                setattr(owner, name, 1)
