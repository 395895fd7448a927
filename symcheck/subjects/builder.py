"""A model as its parameters: built as often as it is asked for, where it can be built at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectFailure, an
from symcheck.parameters import Parameter
from symcheck.subjects.messages import Build, Built
from symcheck.subjects.named import read_parameters
from symcheck.subjects.seeding import Seeded
from symcheck.texts import type_name

#: Gives a model, built from a seed; raises `SubjectFailure` where the user's code does.
Make = Callable[[int], Any]


class Builder:
    """Serves the parameters of one model.

    Args:
        first: the model as it was found, or as it came from the first call. found: its parameters.
        make: builds another one; None where there is but this one.
    """

    def __init__(self, name: str, first: Any, found: Sequence[Parameter], make: Make | None = None) -> None:
        self._name, self._first, self._make = name, first, make
        self._names, self._shapes = [p.name for p in found], [p.shape for p in found]
        # What can be built again is; of it the first build is not kept.
        self._found = found if make is None else ()

    def build(self, message: Build) -> Built:
        """The parameters of a model built from a seed.

        Raises:
            SubjectError, SubjectFailure: it cannot be built again, or is something else then.
        """
        if self._make is None:
            return Built([_wanted(parameter, message.names) for parameter in self._found])
        model = self._made(message.seed)
        found = read_parameters(model, self._name)
        if not found:
            raise SubjectFailure(f"gives {an(type_name(model))} without parameters when it is called again", "nonsense")
        same = model is self._first
        return Built([_wanted(parameter, message.names) for parameter in self._as_before(found)], same)

    def _as_before(self, found: Sequence[Parameter]) -> Sequence[Parameter]:
        """Parameters under the names they had the first time: some libraries number the layers of each model anew."""
        shapes = [p.shape for p in found]
        if [p.name for p in found] == self._names or shapes != self._shapes:
            return found
        renamed = {p.name: name for p, name in zip(found, self._names, strict=True)}
        return [replace(p, name=renamed[p.name], shares=renamed.get(p.shares, "")) for p in found]

    def _made(self, seed: int) -> Any:
        assert self._make is not None
        with Seeded(seed), ExitStack() as poisoned:
            poisoned.enter_context(_numpy_poisoned())
            for adapter in adapters.loaded():
                poisoned.enter_context(adapter.poisoned())
            return self._make(seed)


@contextmanager
def _numpy_poisoned() -> Iterator[None]:
    """``numpy.empty`` and ``empty_like`` give NaN where their dtype has it, as torch's does by a switch of its own."""
    names = ("empty", "empty_like")
    before = {name: getattr(np, name) for name in names}

    def filled(make: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(make)
        def poisoned(*positional: Any, **keywords: Any) -> Any:
            array = make(*positional, **keywords)
            if type(array) is np.ndarray and array.dtype.kind in "fc":
                array.fill(np.nan)
            return array

        return poisoned

    for name, make in before.items():
        setattr(np, name, filled(make))
    try:
        yield
    finally:
        for name, make in before.items():
            setattr(np, name, make)


def _wanted(parameter: Parameter, names: Sequence[str] | None) -> Parameter:
    return parameter if names is None or parameter.name in names else replace(parameter, values=None)
