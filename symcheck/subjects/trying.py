"""How a function is called, where its signature leaves that open: the few plausible calls are tried, and one that works is kept.

What works is told by what comes back: an array of the shape asked for, a target that was written, or arrays of a network. Two
orders of one call that both work are settled by the shape that comes back, and what was assumed is said.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectError, listed
from symcheck.fans import Layer
from symcheck.subjects.conventions import BESIDE, Convention, parameters_of, read_convention, role_of
from symcheck.subjects.drawn import network_arguments
from symcheck.subjects.initializer import SOURCES, Initializer, shape_of, to_array
from symcheck.subjects.modules import takes_module
from symcheck.subjects.reading import is_network
from symcheck.texts import describe

#: What is asked for: sides that differ, as a matrix, and as a kernel where no matrix comes.
_LAYERS = (Layer(7, 5), Layer(7, 5, (3, 3)))
#: What is asked for one after the other, of networks of a fixed depth.
_WIDTHS = (5, 7, 6, 4, 8, 3, 9, 10)


@dataclass(frozen=True)
class Settled:
    """How a function is called.

    Attributes:
        convention: None for a factory, that takes nothing with a role.
        library: whose target it takes, where that was found by trying.
        notes: what was found by trying, and what was assumed.
    """

    convention: Convention | None
    library: str | None = None
    notes: tuple[str, ...] = ()


def settle(function: Callable[..., Any], owner: Any, name: str, layout: str | None, seed: int) -> Settled:
    """Find out how a function is called: read it off the signature, or try.

    Args:
        owner: the function without what is bound to it.
        layout: of the arrays, if the user said so.

    Raises:
        SubjectError: it takes a module, or it stays open how it is called.
    """
    if reason := takes_module(function):
        raise SubjectError(
            f"{name} is a function over modules ({reason}): it changes a layer or a model that it is given, and draws no array; "
            "check a model that it was applied to"
        )
    try:
        read, error = read_convention(function, name), None
    except SubjectError as left_open:
        read, error = None, left_open
    parameters = parameters_of(function)
    if parameters is None or not _worth_trying(read, error, parameters, owner):
        if error is not None:
            raise error
        return Settled(read)
    trial = _Trial(function, layout or "out_in", seed)
    if (found := trial.run(parameters)) is not None:
        return found
    if error is None:
        return Settled(read)
    raise SubjectError(f"{error}; tried: {listed(trial.tried)}" if trial.tried else str(error), error.reason)


def _worth_trying(
    read: Convention | None, error: SubjectError | None, parameters: list[inspect.Parameter], owner: Any
) -> bool:
    if error is not None:
        required = [p for p in _required(parameters) if role_of(p) not in BESIDE]
        # Beside a shape or a list of sizes, other arguments are settings, of which no value is known.
        return len(required) == 1 or not any(role_of(p) in ("shape", "sizes", "tensor") for p in required)
    if read is None:
        return any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return not read.certain and not adapters.adapter_of(adapters.library_of(owner)).draws


def _required(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p for p in parameters if p.default is p.empty and p.kind in kinds]


class _Trial:
    """The calls of one function."""

    def __init__(self, function: Callable[..., Any], layout: str, seed: int) -> None:
        self._function, self._layout, self._seed = function, layout, seed
        #: What was tried, and what came of it.
        self.tried: list[str] = []

    def run(self, parameters: list[inspect.Parameter]) -> Settled | None:
        """The first call that works."""
        asked = [p for p in _required(parameters) if role_of(p) not in BESIDE]
        if len(asked) > 1:
            return self._of_numbers(parameters, asked)
        variadic = not asked and any(p.kind is p.VAR_POSITIONAL for p in parameters)
        if not asked and not variadic:
            return None
        filled = bool(asked) and role_of(asked[0]) == "tensor"
        roles = (
            ("star_shape", "shape", "tensor") if variadic else ("tensor", "shape") if filled else ("shape", "tensor")
        )
        for layer in _LAYERS:
            for role in roles:
                for library in self._libraries(role):
                    if (found := self._one(_with_roles(parameters, [role]), library, layer)) is not None:
                        return found
        return None

    def _libraries(self, role: str) -> Iterator[str | None]:
        """Whose targets are tried: torch's where it is imported, and numpy's."""
        if role == "tensor" and any(adapter is adapters.adapter_of("torch") for adapter in adapters.loaded()):
            yield "torch"
        yield None

    def _one(self, convention: Convention, library: str | None, layer: Layer) -> Settled | None:
        came = self._attempt(convention, library, layer)
        if came is None:
            return None
        result, target = came
        if target is not None and _written(target):
            return _by_trying(convention, library)
        if target is not None and _shape(result) == layer.shape(self._layout):
            roles = tuple("like" if role == "tensor" else role for role in convention.positional)
            return _by_trying(Convention(roles, convention.keywords), library)
        if target is None and _shape(result) == layer.shape(self._layout):
            return _by_trying(convention, library)
        if target is None and not layer.kernel and _is_network(result):
            roles = tuple("sizes" if role == "shape" else role for role in convention.positional)
            return _by_trying(Convention(roles, convention.keywords), library)
        self.tried.append(f"{convention} gives {_told(result)}")
        return None

    def _of_numbers(self, parameters: list[inspect.Parameter], asked: list[inspect.Parameter]) -> Settled | None:
        """Two sides, in either order; a list of sizes and a number; or all widths of a network."""
        if len(asked) > len(_WIDTHS):
            return None
        if len(asked) == 2:
            named = [role_of(p) for p in asked]
            convention = _with_roles(parameters, ["fan_in", "fan_out"])
            came = self._attempt(convention, None, _LAYERS[0])
            if came is not None and (shape := _shape(came[0])) in ((7, 5), (5, 7)):
                return self._sides(parameters, named, asked, shape)
            if came is not None and not _is_network(came[0]):
                self.tried.append(f"{convention} gives {_told(came[0])}")
            if came is None:
                return self._one(_with_roles(parameters, ["sizes", "index"]), None, _LAYERS[0])
        return self._of_widths(_with_roles(parameters, ["width"] * len(asked)))

    def _of_widths(self, convention: Convention) -> Settled | None:
        positional, keywords = network_arguments(convention, self._seed, (), _WIDTHS)
        shown = f"f({', '.join(map(str, positional))})"
        try:
            result = self._function(*positional, **keywords)
        except Exception as error:
            self.tried.append(f"{shown} raises {describe(error)}")
            return None
        if _is_network(result):
            return _by_trying(convention, None)
        self.tried.append(f"{shown} gives {_told(result)}")
        return None

    def _sides(
        self,
        parameters: list[inspect.Parameter],
        named: list[str | None],
        asked: list[inspect.Parameter],
        shape: tuple[int, ...],
    ) -> Settled:
        """Which of two sides is which: by the one that a name tells, else by where they stand in the shape."""
        # It was called as f(5, 7).
        first_leads = shape == (5, 7)
        first_is_out = first_leads == (self._layout == "out_in")
        if "fan_in" in named or "fan_out" in named:
            first_is_out = named[0] == "fan_out" or (named[0] is None and named[1] == "fan_in")
            return _by_trying(_with_roles(parameters, _order(first_is_out)), None)
        convention = _with_roles(parameters, _order(first_is_out))
        names, other = ", ".join(p.name for p in asked), "in_out" if self._layout == "out_in" else "out_in"
        comes = "the order in which they were given" if first_leads else "the other order"
        assumed = (
            f"assumed: f({names}) is f({', '.join(_order(first_is_out))}), since the sides come back in {comes} "
            f"and arrays are read as ({self._layout.replace('_', ', ')}); --layout {other} takes it the other way round"
        )
        return Settled(convention, None, (_FOUND, assumed))

    def _attempt(self, convention: Convention, library: str | None, layer: Layer) -> tuple[Any, Any] | None:
        seeded, raised = {"rng", "random_state", "key"} & set(convention.roles), ""
        for source in SOURCES if seeded else SOURCES[:1]:
            serves = Initializer(lambda: self._function, convention, self._layout, library, source)
            try:
                return serves.attempt(layer, self._seed)
            except Exception as error:
                raised = f"{convention} raises {describe(error)}"
        if raised not in self.tried:
            self.tried.append(raised)
        return None


_FOUND = "how it is called was found by trying"


def _by_trying(convention: Convention, library: str | None) -> Settled:
    return Settled(convention, library, (_FOUND,))


def _order(first_is_out: bool) -> list[str]:
    return ["fan_out", "fan_in"] if first_is_out else ["fan_in", "fan_out"]


def _with_roles(parameters: list[inspect.Parameter], roles: list[str]) -> Convention:
    """The convention in which the required arguments that say what to draw have these roles, in order."""
    positional: list[str] = []
    keywords: dict[str, str] = {}
    left, required = list(roles), _required(parameters)
    for p in parameters:
        role = role_of(p)
        if p.kind is p.VAR_POSITIONAL and left:
            positional.append(left.pop(0))
        elif p in required:
            taken = role if role in BESIDE else left.pop(0)
            assert taken is not None
            if p.kind is p.KEYWORD_ONLY:
                keywords[p.name] = taken
            else:
                positional.append(taken)
        elif (
            role in ("rng", "random_state", "seed") and p.kind is not p.VAR_KEYWORD and p.kind is not p.POSITIONAL_ONLY
        ):
            keywords[p.name] = role
    return Convention(tuple(positional), keywords)


def _shape(result: Any) -> tuple[int, ...] | None:
    shape = shape_of(result)
    return shape if shape is not None and not isinstance(to_array(result), str) else None


def _is_network(result: Any) -> bool:
    try:
        return result is not None and is_network(result)
    except Exception:
        return False


def _written(target: Any) -> bool:
    converted = to_array(target)
    return not isinstance(converted, str) and not np.isnan(converted[0]).all()


def _told(result: Any) -> str:
    shape = _shape(result)
    return (
        f"an array of shape {shape}"
        if shape is not None
        else "nothing"
        if result is None
        else f"a {type(result).__name__}"
    )
