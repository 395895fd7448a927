"""What kind of subject an object is, and how it is to be called: decided here and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import NetworkError, SubjectError, an
from symcheck.subjects.builder import Builder
from symcheck.subjects.conventions import Convention, is_factory, parse_convention
from symcheck.subjects.data import Facts, InitializerFacts, ModelFacts, NetworkFacts, Offer, Options
from symcheck.subjects.drawn import drawn_network, kept_by
from symcheck.subjects.factories import randomness_wanted
from symcheck.subjects.files import LARGE, WeightsFile
from symcheck.subjects.find import made
from symcheck.subjects.given import NEITHER, Given, refuse_unknown_arguments
from symcheck.subjects.implementer import Implementer, is_implementation
from symcheck.subjects.initializer import Initializer
from symcheck.subjects.models import function_over_modules, is_list_of_layers, is_nested, model_of, of_library
from symcheck.subjects.modules import takes_module
from symcheck.subjects.reading import is_network, read_network
from symcheck.subjects.scratch.author import read, sources
from symcheck.subjects.scratch.protocol import follows_protocol, resembles_protocol
from symcheck.subjects.scratch.refusals import no_weights
from symcheck.subjects.scratch.second_declared import declared_second_outputs
from symcheck.subjects.seeding import Seeded
from symcheck.subjects.trying import Settled, settle
from symcheck.texts import type_name

#: What is known of a subject, and what serves its calls; nothing serves a network, whose weights are all there is.
Taken = tuple[Facts, Initializer | Implementer | Builder | None]
_IN_PIECES = (
    f"not judged as a network, for ties and dead units: weights of {LARGE // 10**6} MB and more are read in pieces "
    "(--kind network reads them whole)"
)


def take(given: Given, options: Options) -> Taken:
    """Look at an object, and build what serves its calls.

    Raises:
        SubjectError: it is nothing that can be checked, or not of the kind that was asked for.
        SubjectFailure: it raises when it is called.
    """
    given = _method_of_instance(_without_partial(given))
    obj = given.obj
    if _may_implement(options):
        follows = is_implementation(obj) and follows_protocol(obj)
        if not follows and sources(obj):
            return _from_scratch(given, options)
        if given.whole_module or is_implementation(obj):
            return _implementation(given)
    return _take_other(given, options)


def _take_other(given: Given, options: Options) -> Taken:
    """Look at what is no network from scratch at first sight."""
    obj, name = given.obj, given.name
    if options.kind == "implementation":
        return _made_implementation(given, options)
    adapter = adapters.adapter_for(obj)
    if reason := adapter.draws_nothing(obj):
        raise SubjectError(f"{name} {reason}")
    given = replace(given, obj=adapter.stands_for(obj))
    refuse_unknown_arguments(given)
    if isinstance(given.obj, type):
        return _from_class(given, options)
    if is_network(given.obj):
        return _network(given, options)
    if (model := model_of(given)) is not None:
        return model
    if (told := takes_module(given.bound)) and not options.call:
        return function_over_modules(given, told, options.seed)
    if randomness_wanted(given.bound) is not None and not options.call:
        return _from_factory(given, options)
    if adapter.is_factory(given.obj) and not options.call:
        facts, serves = take(given.returned(given.built(options.seed)), options)
        return _with_law(facts, _documented_law(given)), serves
    if not callable(given.obj):
        raise SubjectError(f"{name} is {an(type_name(given.obj))}: {NEITHER}")
    settled = _settled(given, options)
    convention = settled.convention
    if convention is None:
        return _from_factory(given, options)
    if convention.whole_network:
        if options.kind == "initializer":
            raise SubjectError(f"{name} is a network, not an initializer")
        drawn = drawn_network(given.bound, name, convention, options)
        return replace(drawn, notes=(*given.notes, *settled.notes, *drawn.notes)), None
    if options.kind == "network":
        raise SubjectError(f"{name} draws single arrays, so it is an initializer, not a network")
    promise = "random" if adapter.promises_random(getattr(given.obj, "__name__", "")) else None
    initializer, draws = _initializer(lambda: given.bound, convention, name, options, given.obj, settled.library)
    return replace(
        initializer, law=_documented_law(given), promise=promise, notes=(*given.notes, *settled.notes)
    ), draws


def _settled(given: Given, options: Options) -> Settled:
    if options.call:
        return Settled(parse_convention(options.call))
    return settle(given.bound, given.obj, given.name, options.layout, options.seed)


def _without_partial(given: Given) -> Given:
    """What a `functools.partial` binds, taken as if it had been bound by the text: a library's law is known with it."""
    while isinstance(given.obj, partial):
        positional = (*given.obj.args, *given.positional)
        given = replace(
            given, obj=given.obj.func, positional=positional, keywords={**given.obj.keywords, **given.keywords}
        )
    return given


def _method_of_instance(given: Given) -> Given:
    """The method of an instance, made without arguments, in place of the function in its class."""
    if not isinstance(given.obj, FunctionType):
        return given
    owner: Any = sys.modules.get(given.obj.__module__)
    *outer, name = given.obj.__qualname__.split(".")
    for part in outer:
        owner = getattr(owner, part, None)
    # A static method is reached by the same name, and is called as it is.
    if not outer or not isinstance(owner, type) or vars(owner).get(name) is not given.obj:
        return given
    instance = made(owner, ".".join(outer), hint=f"; {given.name} is a method, for which an instance is needed")
    note = f"called of one instance of {'.'.join(outer)}, made without arguments"
    return replace(given, obj=getattr(instance, name), calls=given.calls + 1, notes=(*given.notes, note))


def _may_implement(options: Options) -> bool:
    return options.kind in (None, "implementation") and not options.call


def _implementation(given: Given) -> Taken:
    implementer = Implementer(given.obj, given.implementation_name, given.positional, given.keywords)
    calls = given.calls + isinstance(given.obj, type)
    second = declared_second_outputs(implementer)
    unused = tuple(n for n in implementer.offer.unused if n not in {s.told.partition("(")[0] for s in second})
    return replace(implementer.offer, named=given.named, calls=calls, second=second, unused=unused), implementer


def _from_scratch(given: Given, options: Options) -> Taken:
    """Of code that does not follow the protocol but speaks of a network, and is read where it can be."""
    try:
        found = read(given.obj, given.name, given.positional, given.keywords)
    except SubjectError as error:
        try:
            if resembles_protocol(given.obj) and (given.whole_module or is_implementation(given.obj)):
                return _implementation(given)
            if given.whole_module:
                raise
            return _take_other(given, options)
        except SubjectError:
            raise error from None
    implementer = Implementer(found.driver, given.implementation_name)
    implementer.write = found.driver.transcribed
    offer = replace(
        implementer.offer,
        named=given.named,
        calls=given.calls,
        called_as=found.called_as,
        classes=found.driver.takes_classes,
        found=found.found,
        notes=(*implementer.offer.notes, *found.notes),
        unused=(),
        piling=found.piling,
        returned_loss=found.returned_loss,
        second=found.second,
        activation_mentioned=found.mentioned,
        mixed=found.mixed,
    )
    return offer, implementer


def _made_implementation(given: Given, options: Options) -> Taken:
    """Of a class or a function that makes an implementation."""
    if isinstance(given.obj, type) or (callable(given.obj) and is_factory(given.bound, given.name)):
        return take(given.returned(given.built(options.seed)), options)
    raise SubjectError(f"{given.name} offers nothing of the implementation protocol", "no implementation")


def _initializer(
    make: Callable[[], Any], convention: Convention, name: str, options: Options, owner: Any, tried: str | None = None
) -> tuple[InitializerFacts, Initializer]:
    home = adapters.library_of(owner)
    library = tried or (home if adapters.adapter_of(home).draws else _mentioned(owner, convention))
    adapter = adapters.adapter_of(library)
    layout = options.layout or (adapter.layout if library == home else "out_in")
    facts = InitializerFacts(
        name,
        str(convention) + ("" if convention.in_place else f" -> ({layout.replace('_', ', ')})"),
        layout,
        library,
        seeded=convention.seeded,
        in_place=convention.in_place,
        dense_only=convention.dense_only or adapter.dense_only,
    )
    return facts, Initializer(make, convention, layout, library)


def _from_class(given: Given, options: Options) -> Taken:
    cls, name = given.obj, given.name
    instance = given.built(options.seed)
    if (adapter := adapters.first(lambda a: a.is_initializer_class(cls))) is not None:
        convention = parse_convention(options.call) if options.call else Convention(("shape", "dtype"))
        law = adapter.instance_law(instance)
        if given.positional or given.keywords:
            facts, serves = _initializer(lambda: instance, convention, name, options, instance)
            return replace(facts, law=law, one_instance=True), serves
        facts, serves = _initializer(lambda: cls(), convention, name, options, cls)
        called_as = f"{cls.__name__}()(shape, dtype) -> (in, out), a new instance for each draw"
        return replace(facts, law=law, called_as=called_as), serves
    if (model := model_of(given.returned(instance))) is not None and not (
        is_network(instance) or is_implementation(instance)
    ):
        return model
    if not (callable(instance) or is_network(instance) or is_implementation(instance)):
        raise SubjectError(f"{name} is a class whose instances are {NEITHER}")
    return take(given.returned(instance), options)


def _from_factory(given: Given, options: Options) -> Taken:
    result = given.built(options.seed)
    if result is None and (instance := getattr(given.obj, "__self__", None)) is not None:
        result = kept_by(instance)
    if is_network(result):
        return _network(given.returned(result), options)
    told = _may_implement(options) and is_implementation(result)
    if not told and (model := model_of(given.returned(result))) is not None:
        return model
    if told or (callable(result) and not isinstance(result, type)):
        return take(given.returned(result), options)
    raise SubjectError(f"{given.name}() returns {an(type_name(result))}{no_weights(result)}: {NEITHER}")


def _network(given: Given, options: Options) -> Taken:
    """A network of layers in a row; any other model, and one that a recipe is given for, parameter by parameter."""
    if options.kind == "initializer":
        raise SubjectError(f"{given.name} is a network, not an initializer")
    in_file = isinstance(given.obj, WeightsFile) and given.obj.in_file
    by_parameter = options.by_parameter or in_file or (of_library(given) and options.kind is None)
    if by_parameter and (model := model_of(given, *([_IN_PIECES] if in_file else []))) is not None:
        return model
    try:
        return _with_pinned(read_network(given.obj, given.name, options), given, options), None
    except (NetworkError, SubjectError) as error:
        # Layers in a list are meant to be a network; what has names may be any model.
        if options.kind == "network" or is_list_of_layers(given.obj):
            raise
        reason = str(error).removeprefix(f"{given.name}: ")
        note = () if is_nested(given.obj) else (f"not judged as a network, for ties and dead units: {reason}",)
        if (model := model_of(given, *note)) is None:
            raise
        return model


def _with_pinned(facts: NetworkFacts, given: Given, options: Options) -> NetworkFacts:
    """A network with the layers that came out the same when what builds it was called again, with another seed."""
    if given.maker is None:
        return facts
    with Seeded(options.seed + 1):
        again = given.maker.built(options.seed + 1)
    if not is_network(again):
        return facts
    try:
        other = read_network(again, given.name, options)
    except (NetworkError, SubjectError):
        return facts
    same = [np.array_equal(a, b) for a, b in zip(facts.weights, other.weights, strict=False)]
    pinned = tuple(i for i, equal in enumerate(same, 1) if equal)
    return replace(facts, pinned=pinned, rebuilt=len(other.weights) == len(facts.weights))


def _with_law(facts: Facts, law: str | None) -> Facts:
    return replace(facts, law=law) if law and not isinstance(facts, ModelFacts | Offer) else facts


def _documented_law(given: Given) -> str | None:
    if (adapter := adapters.first(lambda a: a.is_initializer(given.obj))) is not None:
        return None if given.positional or given.keywords else adapter.instance_law(given.obj)
    module = getattr(given.obj, "__module__", None)
    if given.positional or not isinstance(module, str) or not module.split(".")[-1].startswith("init"):
        return None
    return adapters.adapter_for(given.obj).known_law(getattr(given.obj, "__name__", ""), **given.keywords)


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
