"""A flax linen module with its variables: the layers are known where the module tells of them without being called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from flax import linen

from symcheck.adapters.fans_flax import fans
from symcheck.adapters.held import AdaptedParameter, joined, told
from symcheck.laws.flax_layers import DEFAULTS, LINEN_LAYERS
from symcheck.laws.layers import DocumentedLaw, rule_of

#: Where a module's class draws what it documents.
_DRAWING = ("__call__", "setup")
_TRAINED = "params"

_Path = tuple[str, ...]


def held_by(module: linen.Module, variables: Mapping[str, Any]) -> list[AdaptedParameter]:
    """Every array of the variables, by its path; of collections other than ``params`` as state.

    Submodules that come into being in a compact ``__call__`` are not known before it is called: their parameters have no layer.
    """
    whole = variables if _TRAINED in variables else {_TRAINED: variables}
    modules = dict(_known(_bound(module, whole), ()))
    found: list[AdaptedParameter] = []
    for collection, tree in whole.items():
        arrays = dict(_arrays(tree, ()))
        found += [_described(str(collection), path, arrays, modules) for path in arrays]
    return found


def _bound(module: linen.Module, variables: Mapping[str, Any]) -> Any:
    try:
        return module.bind(variables)
    except Exception:
        # A module that cannot be bound to what it comes with is known by its own class only.
        return module


def _known(module: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    """A module and its submodules that are set up before any call, by path."""
    yield path, module
    try:
        # Any attribute that is missing makes linen set the module up.
        hasattr(module, "")
        children = dict(module._state.children)
    except Exception:
        return
    for name, child in children.items():
        if isinstance(child, linen.Module):
            yield from _known(child, (*path, str(name)))


def _arrays(tree: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    if isinstance(tree, Mapping):
        for name, part in tree.items():
            yield from _arrays(part, (*path, str(name)))
    elif isinstance(tree, linen.Partitioned):
        yield path, tree.value
    else:
        yield path, tree


def _described(
    collection: str, path: _Path, arrays: Mapping[_Path, Any], modules: Mapping[_Path, Any]
) -> AdaptedParameter:
    owner, kind, name, rule = _owner(path, modules)
    shape = tuple(getattr(arrays[path], "shape", ()))
    beside = shape
    if rule is not None and rule.role == "bias":
        beside = tuple(getattr(arrays.get((*path[:-1], "kernel")), "shape", ()))
    attributes = dict(vars(owner)) if owner is not None else {}
    parameter = told(
        joined(collection, *path),
        shape,
        kind,
        rule,
        _defaults(owner, kind),
        fans(kind, name, beside, attributes) if kind else None,
        documented=bool(kind) and _draws_as(owner, kind),
        trained=collection == _TRAINED,
    )
    if collection != _TRAINED:
        parameter = replace(parameter, role="state")
    return AdaptedParameter(parameter, arrays[path])


def _owner(path: _Path, modules: Mapping[_Path, Any]) -> tuple[Any, str, str, DocumentedLaw | None]:
    """The innermost module around a parameter whose kind has a rule for it: itself, its kind, the name in it, the rule."""
    for depth in range(len(path) - 1, -1, -1):
        owner = modules.get(path[:depth])
        kind = _kind(owner) if owner is not None else ""
        name = joined(*path[depth:])
        if (rule := rule_of(LINEN_LAYERS.get(kind, {}), name)) is not None:
            return owner, kind, name, rule
    return None, "", path[-1] if path else "", None


def _kind(owner: Any) -> str:
    bases = [b for b in type(owner).__mro__ if b.__module__.startswith("flax.linen")]
    return next((name for b in bases if (name := f"flax.linen.{b.__name__}") in LINEN_LAYERS), "")


def _known_class(kind: str) -> Any:
    return getattr(linen, kind.rpartition(".")[2])


def _draws_as(owner: Any, kind: str) -> bool:
    return all(getattr(type(owner), m, None) is getattr(_known_class(kind), m, None) for m in _DRAWING)


def _defaults(owner: Any, kind: str) -> dict[str, object]:
    """The laws of those initializers of a layer that are the defaults of its kind."""
    if not kind:
        return {}
    given = {f.name: f.default for f in fields(_known_class(kind)) if f.name in DEFAULTS}
    kept = {name: vars(owner).get(name) for name in given}
    if isinstance(slope := kept.get("negative_slope_init"), float):
        return {"negative_slope_init": slope}
    return {name: DEFAULTS[name] for name, default in given.items() if kept[name] is default}
