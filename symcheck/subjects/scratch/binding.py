"""Bindings: what each argument of a user's function is given, by its name, its role, or by trying."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.sources import arguments

#: What an argument that has a default is given all the same.
_SETTINGS = ("once", "count", "none", "quiet", "rate", "whole")
#: What an argument with a name that says nothing may stand for.
_UNNAMED = ("inputs", "params", "targets", "outputs", "cache", "gradients", "rate")


#: What two arguments are that stand side by side; alone the first is a number of samples.
_RATE_AND_MOMENTUM = {"N": "rate", "M": "none"}
_NUMBERED = re.compile(r"([^\W\d]+?)_?(\d+)")
#: What one of several features is called.
_FEATURES = ("feature", "in", "inp", "i")


@dataclass
class Context:
    """Values that arguments can be given: by their own names, and by roles."""

    names: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)

    def value(self, source: str) -> Any:
        """The value behind ``name:W1`` or a role.

        Raises:
            KeyError: there is none.
        """
        kind, _, name = source.partition(":")
        return self.names[name] if kind == "name" else self.roles[source]


@dataclass(frozen=True)
class Binding:
    """What each argument is given: pairs of its name and ``name:...`` or a role."""

    given: tuple[tuple[str, str], ...]
    positional: frozenset[str] = frozenset()

    def call(self, function: Callable[..., Any], context: Context) -> Any:
        """Call it; whatever it raises is raised."""
        values = [(name, context.value(source)) for name, source in self.given]
        first = [value for name, value in values if name in self.positional]
        return function(*first, **{name: value for name, value in values if name not in self.positional})

    def gives(self, role: str) -> bool:
        """Whether an argument is given what has this role, or a part of it."""
        return any(source.partition(":")[0] == role for _, source in self.given)

    def told(self, name: str) -> str:
        """The call, as its author wrote it."""
        return f"{name}({', '.join(argument for argument, _ in self.given)})"


def bindings(
    function: Callable[..., Any], names: Collection[str], roles: Collection[str], most: int = 12
) -> list[Binding]:
    """Every plausible way to give a function its arguments, the likeliest first; none where one cannot be given.

    Args:
        names: values that are there by name.
        roles: values that are there by role.
    """
    given: list[tuple[str, str | None]] = []
    by_case = _by_case(names)
    positional = set()
    told = {p.name for p in arguments(function)}
    features = {name: f"inputs:{i}" for i, name in enumerate(features_of(function))}
    features = features if set(features.values()) == {role for role in roles if role.startswith("inputs:")} else {}
    for p in arguments(function):
        source = features.get(p.name) or _source(p.name, names, by_case, roles)
        if {"N", "M"} <= told and p.name in _RATE_AND_MOMENTUM:
            source = _RATE_AND_MOMENTUM[p.name] if _RATE_AND_MOMENTUM[p.name] in roles else source
        if p.default is not p.empty and source not in _SETTINGS and not source.startswith("name:"):
            # A target that may be left out is left out where outputs are wanted, and given where it is a role.
            source = source if source in ("targets", "params", "gradients", "cache") and source in roles else ""
        if p.kind is p.POSITIONAL_ONLY:
            positional.add(p.name)
        if source:
            given.append((p.name, source))
        elif p.default is p.empty:
            given.append((p.name, None))
    unknown = [name for name, source in given if source is None]
    if len(unknown) > 3:
        return []
    spare = [role for role in _UNNAMED if role in roles and role not in {source for _, source in given}]
    found = []
    for chosen in permutations(spare, len(unknown)):
        filled = dict(zip(unknown, chosen, strict=True))
        if any(calling_role(name) == "gradients" and role != "gradients" for name, role in filled.items()):
            continue
        found.append(Binding(tuple((n, s or filled[n]) for n, s in given), frozenset(positional)))
    own = {source for _, source in given}
    if "targets" in roles and "targets" not in own and "outputs" in own:
        # What a training calls outputs may be those that are wanted.
        found += [
            Binding(tuple((n, "targets" if s == "outputs" else s) for n, s in b.given), b.positional)
            for b in found
            if b.gives("inputs") and not b.gives("targets")
        ]
    if "outputs" in roles and "outputs" not in own:
        # What a backward calls X may be what the forward gave.
        found += [
            Binding(tuple((n, "outputs" if s == "inputs" else s) for n, s in b.given), b.positional)
            for b in found
            if b.gives("inputs")
        ]
    return found[:most]


def features_of(function: Any) -> list[str]:
    """Arguments that are the features of one sample, ``x1, x2``: those needed that differ in their numbers alone."""
    found: dict[str, list[str]] = {}
    for p in arguments(function):
        stem, number = _NUMBERED.fullmatch(p.name).groups() if _NUMBERED.fullmatch(p.name) else ("", "")  # type: ignore[union-attr]
        if p.default is p.empty and number and (calling_role(stem) == "inputs" or stem in _FEATURES):
            found.setdefault(stem, []).append(p.name)
    return max(found.values(), key=len, default=[]) if max(map(len, found.values()), default=0) > 1 else []


def _source(name: str, names: Collection[str], by_case: Mapping[str, str], roles: Collection[str]) -> str:
    if name in names:
        return f"name:{name}"
    role = calling_role(name)
    if role in roles:
        return role
    return f"name:{by_case[name.lower()]}" if name.lower() in by_case else ""


def _by_case(names: Collection[str]) -> dict[str, str]:
    """Names by their lower case, where it belongs to one alone."""
    lower = [name.lower() for name in names]
    return {name.lower(): name for name in names if lower.count(name.lower()) == 1}
