"""Models that are judged by their parameters: what builds them, and what is known of them beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symcheck import adapters
from symcheck.errors import SubjectError
from symcheck.subjects.builder import Builder
from symcheck.subjects.data import ModelFacts
from symcheck.subjects.factories import randomness_wanted
from symcheck.subjects.files import WeightsFile
from symcheck.subjects.functions import Applied
from symcheck.subjects.given import Given
from symcheck.subjects.named import read_named, read_parameters


def is_list_of_layers(obj: Any) -> bool:
    """Whether a list or tuple is meant as the layers of a network, and not as a tree of parameters."""
    return isinstance(obj, list | tuple) and not any(
        isinstance(part, Mapping) or adapters.adapter_for(part).has_parameters(part) for part in obj
    )


def is_nested(obj: Any) -> bool:
    """Whether a mapping or a list holds others, as trees of parameters do."""
    parts = obj.values() if isinstance(obj, Mapping) else obj if isinstance(obj, list | tuple) else ()
    return any(isinstance(part, Mapping | list | tuple) for part in parts)


def function_over_modules(given: Given, told: str, seed: int) -> tuple[ModelFacts, Builder]:
    """A function over modules, as what builds a model of one of each layer.

    Args:
        told: by what it is known to take a module.

    Raises:
        SubjectError: no library of modules is there to try it on.
    """
    library = next((a for a in adapters.loaded() if a.zoo() is not None), None)
    if library is None:
        raise SubjectError(f"{given.name} takes a module ({told}), and no library of modules is imported by it")
    function = Applied(given.bound, given.name, "torch")
    first = function(seed)
    notes = (f"taken as a function over modules: {told}", "tried on one of each layer of torch")
    called = function.how
    facts = ModelFacts(
        given.name, built_afresh=True, library="torch", called_as=called, applied=function.facts, notes=notes
    )
    return facts, Builder(given.name, first, read_parameters(first, given.name) or [], function)


def of_library(given: Given) -> bool:
    """Whether a class of a library itself builds it, so that no code of the user's takes part."""
    maker, library = given.maker, adapters.library_of(given.obj)
    if maker is None or not isinstance(maker.obj, type):
        return False
    return adapters.library_of(maker.obj) == library and adapters.adapter_of(library).draws


def model_of(given: Given, *notes: str) -> tuple[ModelFacts, Builder] | None:
    """A model that is judged by its parameters; None where the object has none."""
    found = read_named(given.obj, given.name)
    if found is None or not found.parameters:
        return None
    maker = given.maker
    wanted = (maker and randomness_wanted(maker.bound)) or ()
    facts = ModelFacts(
        given.name,
        saved=maker is None and isinstance(given.obj, WeightsFile | Mapping | list | tuple),
        built_afresh=maker is not None,
        of_library=of_library(given),
        seeded=bool(wanted),
        library=adapters.library_of(given.obj),
        called_as="" if maker is None else f"f({', '.join(wanted)})",
        notes=(*given.notes, *notes, *found.notes),
    )
    return facts, Builder(given.name, given.obj, found.parameters, None if maker is None else maker.built)
