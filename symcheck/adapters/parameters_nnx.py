"""The variables of flax's nnx modules, by their paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import jax
from flax import nnx

from symcheck.adapters.fans_flax import fans
from symcheck.adapters.held import AdaptedParameter, joined, told
from symcheck.laws.flax_layers import DEFAULTS, NNX_INNER, NNX_LAYERS
from symcheck.laws.layers import rule_of
from symcheck.parameters import Documented, Parameter

_Path = tuple[Any, ...]


def held_by(model: nnx.Module) -> list[AdaptedParameter]:
    """Every variable of every module but counters and keys of randomness, and every array that is no variable.

    A variable that two modules share is told once, by the first path to it. What an initializer was given at construction
    nnx modules do not keep: the laws are those of the defaults, for classes whose ``__init__`` is flax's own.
    """
    found = [(path, node) for path, node in nnx.iter_graph(model) if not any(_is_inner(p) for p in path)]
    modules = {path: node for path, node in found if isinstance(node, nnx.Module)}
    leaves = [(path, node) for path, node in found if isinstance(node, nnx.Variable | jax.Array)]
    kept = [(path, node) for path, node in leaves if not isinstance(node, nnx.RngState)]
    return [_described(path, node, modules) for path, node in kept]


def _is_inner(part: Any) -> bool:
    return isinstance(part, str) and part.startswith("_pytree__")


def _described(path: _Path, node: Any, modules: Mapping[_Path, Any]) -> AdaptedParameter:
    owner, name = modules.get(path[:-1]), str(path[-1])
    kind = _kind(owner, NNX_LAYERS)
    rule = rule_of(NNX_LAYERS.get(kind, {}), name)
    array = node if isinstance(node, jax.Array) else node.get_value() if hasattr(node, "get_value") else node.value
    shape = tuple(getattr(array, "shape", ()))
    beside = shape if rule is None or rule.role != "bias" else _kernel_shape(owner)
    attributes = dict(vars(owner)) if owner is not None else {}
    trained = isinstance(node, nnx.Param)
    parameter = told(
        joined(*map(str, path)),
        shape,
        kind,
        rule,
        DEFAULTS,
        fans(kind, name, beside, attributes) if kind else None,
        documented=_draws_as(owner, kind),
        trained=trained,
    )
    if not trained:
        parameter = replace(parameter, role="state")
    return AdaptedParameter(_as_what_is_around(parameter, path, modules), array)


def _kernel_shape(owner: Any) -> tuple[int, ...]:
    return tuple(getattr(vars(owner).get("kernel"), "shape", ()))


def _kind(owner: Any, known: Mapping[str, Any]) -> str:
    """The first class a module descends from that the table knows; empty where it knows none."""
    bases = [b for b in type(owner).__mro__ if b.__module__.startswith("flax.nnx")]
    return next((name for b in bases if (name := f"flax.nnx.{b.__name__}") in known), "")


def _draws_as(owner: Any, kind: str) -> bool:
    return bool(kind) and type(owner).__init__ is getattr(nnx, kind.rpartition(".")[2]).__init__


def _as_what_is_around(parameter: Parameter, path: _Path, modules: Mapping[_Path, Any]) -> Parameter:
    """With the law that a layer around its own gives it: nnx draws in ``__init__``, from the outside in."""
    for depth in range(len(path) - 1):
        kind = _kind(modules.get(path[:depth]), NNX_INNER)
        below = joined(*map(str, path[depth:]))
        for pattern, law in NNX_INNER.get(kind, {}).items():
            if parameter.documented and fnmatchcase(below, pattern) and _draws_as(modules[path[:depth]], kind):
                return replace(parameter, documented=(Documented(law, kind),))
    return parameter
