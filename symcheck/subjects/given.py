"""An object as the user gave it, and what was called to get at it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

from symcheck.errors import SubjectError, did_you_mean
from symcheck.subjects.factories import seeded_arguments
from symcheck.subjects.find import made, split_spec
from symcheck.texts import LONGEST_NAME, plain, type_name

#: Functions that return functions are followed so far.
MOST_CALLS = 4

NEITHER = "neither an initializer (a callable), nor a network (a model, or a list of weight matrices)"


@dataclass(frozen=True)
class Given:
    """An object as the user gave it: by a text that names it or not, with the arguments bound to it."""

    obj: Any
    name: str
    named: bool = False
    positional: Sequence[Any] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    #: Whether the text names a module as a whole, which nothing but an implementation is.
    whole_module: bool = False
    #: How many functions were called to get at it.
    calls: int = 0
    #: What was done to get at it, in sentences.
    notes: tuple[str, ...] = ()
    #: What it was returned by, which builds another one; None where there is but this one.
    maker: Given | None = None

    def built(self, seed: int) -> Any:
        """What it returns when it is called, its randomness made of a seed.

        Raises:
            SubjectError: it asks for other arguments.
            SubjectFailure: it raises.
        """
        positional, keywords = seeded_arguments(self.bound, seed)
        return made(self.obj, self.name, [*self.positional, *positional], {**self.keywords, **keywords})

    def returned(self, obj: Any) -> Given:
        """What the object returned when it was called.

        Raises:
            SubjectError: so many functions have returned functions that there seems to be no end to it.
        """
        if self.calls == MOST_CALLS:
            raise SubjectError(f"{self.name} returns a function that returns a function, and so on: {NEITHER}")
        return Given(obj, self.name, self.named, calls=self.calls + 1, maker=self)

    @property
    def bound(self) -> Callable[..., Any]:
        """The object with its arguments bound."""
        if not (self.positional or self.keywords):
            return self.obj  # type: ignore[no-any-return]
        return partial(self.obj, *self.positional, **self.keywords)

    @property
    def implementation_name(self) -> str:
        """What the suite calls it: an object in memory has no address to be named by."""
        if self.named:
            return self.name
        module = isinstance(self.obj, ModuleType)
        own = getattr(self.obj, "__name__" if module else "__qualname__", None)
        return plain(own, LONGEST_NAME) if issubclass(type(own), str) else type_name(self.obj)


def refuse_unknown_arguments(given: Given) -> None:
    """Refuse arguments that the object does not take.

    Raises:
        SubjectError: one of them, by its name.
    """
    if not (given.positional or given.keywords):
        return
    try:
        signature = inspect.signature(given.obj)
    except (ValueError, TypeError):
        return
    parameters = signature.parameters
    known = [p.name for p in parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    try:
        signature.bind_partial(*given.positional, **given.keywords)
    except TypeError as error:
        called = split_spec(given.name)[1] if given.named else getattr(given.obj, "__name__", given.name)
        for argument in given.keywords:
            if argument not in known:
                hint = did_you_mean(argument, known) or f"; it takes {', '.join(known) or 'none'}"
                raise SubjectError(f"{given.name}: {called} has no argument {argument!r}{hint}") from None
        raise SubjectError(f"{given.name}: {called}({', '.join(known)}) cannot take these arguments: {error}") from None
