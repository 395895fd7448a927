"""Looks at a subject, decides what kind of thing it is, and serves draws from it, all in this process."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectError, SymcheckError, an, did_you_mean
from symcheck.subjects.calling import Convention, parse_convention, read_convention
from symcheck.subjects.implementation_calls import is_implementation
from symcheck.subjects.initializer import Initializer
from symcheck.subjects.model import Description, Draw, Options, Request, SubjectFailure
from symcheck.subjects.reading import as_network, describe_network, is_network
from symcheck.subjects.resolve import describe, load_object, split_spec

#: Widths a subject is given that draws a whole network from a list of layer sizes.
SIZES = [8, 16, 16, 4]


_NEITHER = "neither an initializer (a callable), nor a network (a model, or a list of weight matrices)"


class Session:
    """One subject: load it once, then draw from it."""

    def __init__(self) -> None:
        self._initializer: Initializer | None = None
        self._found: tuple[Any, str, dict[str, Any], list[Any]] | None = None

    def find(self, spec: str) -> None:
        """Import the subject a text names; nothing of it is called.

        Raises:
            SymcheckError: it cannot be found.
            SubjectFailure: its module raises.
        """
        module, attribute, keywords, positional = split_spec(spec)
        self._found = load_object(module, attribute), spec, keywords, positional

    def take_found(self, options: Options) -> Description:
        """Look at what was found.

        Raises:
            SymcheckError: it is nothing that can be checked.
            SubjectFailure: it raises when it is called.
        """
        assert self._found is not None
        obj, spec, keywords, positional = self._found
        return self.take(obj, spec, options, positional, keywords)

    def take(
        self,
        obj: Any,
        name: str,
        options: Options,
        positional: list[Any] | None = None,
        keywords: dict[str, Any] | None = None,
    ) -> Description:
        """Look at an object. ``positional`` and ``keywords`` are what the user bound to it by name."""
        args, kwargs = positional or [], keywords or {}
        library = adapters.library_of(obj)
        adapter = adapters.adapter_of(library)
        if options.kind is None and not options.call and is_implementation(obj):
            return Description("implementation", name)
        if reason := getattr(adapter, "draws_nothing", lambda _: None)(obj):
            raise SubjectError(f"{name} {reason}")
        obj = getattr(adapter, "stands_for", lambda given: given)(obj)
        if args or kwargs:
            _refuse_unknown_arguments(obj, name, args, kwargs)
        if isinstance(obj, type):
            return self._take_class(obj, name, options, args, kwargs)
        if is_network(obj):
            return _network(obj, name, options)
        if getattr(adapter, "is_factory", lambda _: False)(obj) and not options.call:
            return self._take_factory(obj, name, options, args, kwargs)
        if not callable(obj):
            raise SubjectError(f"{name} is {an(type(obj).__name__)}: {_NEITHER}")
        law = _documented_law(obj, args, kwargs)
        bound = functools.partial(obj, *args, **kwargs) if args or kwargs else obj
        convention = parse_convention(options.call) if options.call else read_convention(bound, name)
        if convention is None:
            return self._call_factory(bound, name, options)
        if convention.whole_network:
            return self._draw_network(bound, convention, name, options)
        if options.kind == "network":
            raise SubjectError(f"{name} draws single arrays, so it is an initializer, not a network")
        description = self._initialize(lambda: bound, convention, name, options, obj)
        description.law = law
        if adapter and getattr(adapter, "promises_random", lambda _: False)(getattr(obj, "__name__", "")):
            description.promise = "random"
        return description

    def draw(self, request: Request) -> list[Draw]:
        """Draw from the loaded initializer."""
        assert self._initializer is not None
        return self._initializer.draw(request)

    def _initialize(
        self, make: Callable[[], Any], convention: Convention, name: str, options: Options, owner: Any
    ) -> Description:
        library = adapters.library_of(owner)
        if library not in ("torch", "jax", "flax", "keras", "thinc"):
            library = _mentioned(owner, convention)
        adapter = adapters.adapter_of("jax" if library == "flax" else library)
        native = adapters.library_of(owner) == library
        layout = options.layout or str(getattr(adapter, "LAYOUT", "out_in") if native else "out_in")
        self._initializer = Initializer(make, convention, layout, library)
        return Description(
            "initializer",
            name,
            library=library,
            layout=layout,
            seeded=convention.seeded,
            in_place=convention.in_place,
            dense_only=convention.dense_only or bool(getattr(adapter, "DENSE_ONLY", False)),
            called_as=str(convention) + _result_shown(convention, layout),
        )

    def _take_class(
        self, cls: type, name: str, options: Options, args: list[Any], kwargs: dict[str, Any]
    ) -> Description:
        keras = adapters.adapter_of("keras")
        if keras and keras.is_initializer_class(cls):
            first = _called(lambda: cls(*args, **kwargs), name)
            convention = parse_convention(options.call) if options.call else Convention(("shape", "dtype"))
            if args or kwargs:
                return self._take_keras_instance(first, convention, name, options)
            description = self._initialize(lambda: cls(), convention, name, options, cls)
            description.called_as = f"{cls.__name__}()(shape, dtype) -> (in, out), a new instance for each draw"
            description.law = keras.instance_law(first)
            return description
        instance = _called(lambda: cls(*args, **kwargs), name)
        if not (callable(instance) or is_network(instance) or is_implementation(instance)):
            raise SubjectError(f"{name} is a class whose instances are {_NEITHER}")
        return self.take(instance, name, options)

    def _take_keras_instance(self, obj: Any, convention: Convention, name: str, options: Options) -> Description:
        keras = adapters.adapter_of("keras")
        assert keras is not None
        description = self._initialize(lambda: obj, convention, name, options, obj)
        description.law, description.one_instance = keras.instance_law(obj), True
        return description

    def _take_factory(
        self, obj: Any, name: str, options: Options, args: list[Any], kwargs: dict[str, Any]
    ) -> Description:
        law = _documented_law(obj, args, kwargs)
        description = self.take(_called(lambda: obj(*args, **kwargs), name), name, options)
        description.law = law or description.law
        return description

    def _call_factory(self, function: Callable[..., Any], name: str, options: Options) -> Description:
        result = _called(function, name)
        if is_network(result):
            return _network(result, name, options)
        if callable(result) and not isinstance(result, type):
            return self.take(result, name, options)
        raise SubjectError(f"{name}() returns {an(type(result).__name__)}: {_NEITHER}")

    def _draw_network(
        self, function: Callable[..., Any], convention: Convention, name: str, options: Options
    ) -> Description:
        rng = np.random.default_rng(options.seed)
        values = {"sizes": list(SIZES), "rng": rng, "seed": options.seed % 2**31}
        values["random_state"] = np.random.RandomState(options.seed % 2**32)
        positional = [values[r] for r in convention.positional if r in values]
        keywords = {n: values[r] for n, r in convention.keywords.items() if r in values}
        np.random.seed(options.seed % 2**32)
        result = _called(lambda: function(*positional, **keywords), name)
        if not is_network(result):
            raise SubjectError(f"{name}(layer_sizes) returns {an(type(result).__name__)}, not a network's weights")
        description = _network(result, name, options)
        description.notes.append(f"called as f({SIZES})")
        return description


def _network(obj: Any, name: str, options: Options) -> Description:
    if options.kind == "initializer":
        raise SubjectError(f"{name} is a network, not an initializer")
    return describe_network(as_network(obj, options, name), name, adapters.library_of(obj), options)


def _refuse_unknown_arguments(obj: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    try:
        signature = inspect.signature(obj)
    except (ValueError, TypeError):
        return
    parameters = signature.parameters
    known = [p.name for p in parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    try:
        signature.bind_partial(*args, **kwargs)
    except TypeError as error:
        called = name.rpartition(":")[2].partition("(")[0]
        for argument in kwargs:
            if argument not in known:
                hint = did_you_mean(argument, known) or f"; it takes {', '.join(known) or 'none'}"
                raise SubjectError(f"{name}: {called} has no argument {argument!r}{hint}") from None
        raise SubjectError(f"{name}: {called}({', '.join(known)}) cannot take these arguments: {error}") from None


def _documented_law(obj: Any, args: list[Any], kwargs: dict[str, Any]) -> str | None:
    library = adapters.library_of(obj)
    adapter = adapters.adapter_of("jax" if library == "flax" else library)
    keras = adapters.adapter_of("keras")
    if keras and keras.is_initializer(obj):
        return None if args or kwargs else keras.instance_law(obj)
    if adapter is None or not hasattr(adapter, "known_law") or args:
        return None
    module = getattr(obj, "__module__", "") or ""
    if not module.split(".")[-1].startswith("init"):
        return None
    law: str | None = adapter.known_law(getattr(obj, "__name__", ""), **kwargs)
    return law


def _called(function: Callable[..., Any], name: str) -> Any:
    try:
        return function()
    except SymcheckError:
        raise
    except TypeError as error:
        if "argument" in str(error) and "required" in str(error):
            raise SubjectError(f"{name} cannot be called without arguments: {error}") from error
        raise SubjectFailure(f"{name}() raises {describe(error)}", "raised") from error
    except BaseException as error:
        raise SubjectFailure(f"{name}() raises {describe(error)}", "raised") from error


def _mentioned(function: Any, convention: Convention) -> str | None:
    """The library a user's own function speaks of, where the way to call it depends on it."""
    code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
    scope = getattr(function, "__globals__", {})
    names = code.co_names if code else ()
    homes = {getattr(scope.get(n), "__name__", "").split(".")[0] for n in names if n in scope}
    for library in ("torch", "jax"):
        annotated = any(library in str(a) for a in getattr(function, "__annotations__", {}).values())
        wanted = convention.in_place if library == "torch" else "key" in convention.roles
        if wanted and (library in homes or annotated):
            return library
    return None


def _result_shown(convention: Convention, layout: str) -> str:
    return "" if convention.in_place else f" -> ({layout.replace('_', ', ')})"
