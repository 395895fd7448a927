"""Making: how a network of given widths is made, by a constructor or an initializer, told by names and by trying."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from symcheck.subjects.scratch.architecture import architecture
from symcheck.subjects.scratch.names import making_role
from symcheck.subjects.scratch.sources import arguments
from symcheck.texts import LONGEST_NAME, plain

#: Roles that say how many units there are.
_WIDTHS = ("sizes", "n_in", "n_hidden", "hidden", "rest", "n_out", "dicts")
#: What a required argument that is none of the network's is given.
_OTHER = ("rng", "seed", "inputs", "targets", "rate", "scale")
#: Samples of the data that a constructor asks for.
SAMPLES = 11
_RATE, _SCALE = 0.125, 0.5


@dataclass(frozen=True)
class Making:
    """One way to make a network.

    Attributes:
        given: pairs of an argument's name and its role; ``star`` takes the widths one by one.
        hidden: how many hidden layers it can have; None for any number, which a list of widths gives.
        more: units that every hidden layer has beside those that were asked for, as where one is meant for a bias.
        widths: whether it can be told the widths at all.
    """

    function: Callable[..., Any]
    given: tuple[tuple[str, str], ...]
    tuples: bool = False
    more: int = 0

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the arguments."""
        return tuple(role for _, role in self.given)

    @property
    def hidden(self) -> int | None:
        """How many hidden layers the arguments speak of; None for any number."""
        if {"sizes", "hidden", "rest", "star", "dicts"} & set(self.roles):
            return None
        return sum(role in ("n_hidden", "unit") for role in self.roles) - 2 * ("unit" in self.roles)

    @property
    def takes_widths(self) -> bool:
        """Whether it is told the widths."""
        return any(role in (*_WIDTHS, "star", "unit") for role in self.roles)

    def free(self, count: int) -> tuple[bool, ...]:
        """For each of so many layers, inputs first, whether its width can be asked for."""
        ends = {"sizes", "star", "unit", "dicts"}
        roles = set(self.roles)
        # Of a width that is made larger the smallest is none.
        hidden = bool(roles & (ends | {"n_hidden", "hidden", "rest"})) and not self.more
        # One width that several layers have cannot be another one for each.
        hidden = hidden and (self.hidden is None or self.hidden >= count - 2)
        return (
            bool(roles & (ends | {"n_in", "inputs"})),
            *[hidden] * (count - 2),
            bool(roles & (ends | {"n_out", "rest", "targets", "labels"})),
        )

    def arguments(self, sizes: Sequence[int]) -> dict[str, Any]:
        """What arguments were given that say the widths, by their names: code may ask for the same again."""
        if "star" in self.roles:
            return {}
        values = self._values(sizes, np.random.default_rng(0))
        return {name: values[name] for name, role in self.given if role in (*_WIDTHS, "unit")}

    @property
    def takes_data(self) -> bool:
        """Whether it is given the data at once."""
        return "inputs" in self.roles

    @property
    def seeded(self) -> bool:
        """Whether it is handed its randomness."""
        return bool({"rng", "seed", "random_state"} & set(self.roles))

    def fits(self, sizes: Sequence[int]) -> bool:
        """Whether it can be asked for these widths."""
        return self.takes_widths and self.hidden in (None, len(sizes) - 2)

    def __call__(self, sizes: Sequence[int], rng: np.random.Generator) -> Any:
        """A network; whatever the user's code raises is raised."""
        sizes = [n - self.more * (0 < i < len(sizes) - 1) for i, n in enumerate(sizes)]
        star = [int(n) for n in sizes] if "star" in self.roles else []
        return self.function(*star, **self._values(sizes, rng))

    def as_found(self, asked: Sequence[int], found: Sequence[int]) -> Making:
        """The same with what every hidden layer has beside what was asked for."""
        beside = (
            {own - n for own, n in zip(found[1:-1], asked[1:-1], strict=True)} if len(found) == len(asked) else set()
        )
        return replace(self, more=beside.pop()) if len(beside) == 1 and min(beside) > 0 else self

    def _values(self, sizes: Sequence[int], rng: np.random.Generator) -> dict[str, Any]:
        values: dict[str, Any] = {}
        hidden, units = list(sizes[1:-1]), list(sizes)
        for name, role in self.given:
            if role == "star":
                continue
            if role == "n_hidden":
                values[name] = int(hidden.pop(0))
            elif role == "unit":
                values[name] = int(units.pop(0))
            else:
                values[name] = self._value(role, [int(n) for n in sizes], rng)
        return values

    def _value(self, role: str, sizes: list[int], rng: np.random.Generator) -> Any:
        lists = {"sizes": sizes, "hidden": sizes[1:-1], "rest": sizes[1:]}
        if role in lists:
            return tuple(lists[role]) if self.tuples else list(lists[role])
        if role == "dicts":
            return architecture(self.function, sizes)
        # Every class occurs, for code that counts them.
        samples = max(SAMPLES, sizes[-1])
        if role in ("inputs", "targets"):
            return rng.standard_normal((samples, sizes[0 if role == "inputs" else -1]))
        if role == "labels":
            return np.arange(samples) % sizes[-1]
        if role == "random_state":
            return np.random.RandomState(int(rng.integers(2**31)))
        return {
            "n_in": sizes[0],
            "n_out": sizes[-1],
            "rng": rng,
            "seed": int(rng.integers(2**31)),
            "rate": _RATE,
            "scale": _SCALE,
        }[role]

    def told(self, name: str) -> str:
        """The call, as its author wrote it."""
        return f"{name}({', '.join('*' * (role == 'star') + argument for argument, role in self.given)})"

    def guessed(self, name: str, sizes: Sequence[int]) -> str:
        """The call with what was tried for each argument: ``Net(alpha = [5, 8, 3])``."""
        values = self._values(sizes, np.random.default_rng(0))
        star = [", ".join(map(str, sizes))] if "star" in self.roles else []
        named = [f"{argument} = {_short(values[argument])}" for argument, role in self.given if role != "star"]
        return f"{name}({', '.join([*star, *named])})"


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "a generator" if isinstance(value, np.random.Generator) else plain(repr(value), LONGEST_NAME)


def makings(function: Callable[..., Any]) -> Iterator[Making]:
    """Every plausible way to make a network by calling this, the likeliest first."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    star = [(p.name, "star") for p in parameters if p.kind is p.VAR_POSITIONAL]
    choices: list[list[tuple[str, str] | None]] = []
    unknown = []
    after_inputs = any(making_role(p.name) == "n_in" for p in arguments(function))
    for p in arguments(function):
        role = _of_default(p.default) or making_role(p.name)
        if p.default is p.empty and not role:
            unknown.append(p.name)
        elif role and (p.default is p.empty or role in (*_WIDTHS, "rng", "seed", "random_state")):
            choices.append([(p.name, r) for r in _readings(role, after_inputs)])
    if star and not unknown:
        yield Making(function, tuple(star))
    if unknown:
        yield from _unnamed(function, unknown, choices)
        return
    for chosen in product(*choices):
        given = tuple(pair for pair in chosen if pair is not None)
        yield Making(function, given)
        if {"sizes", "hidden"} & {role for _, role in given}:
            yield Making(function, given, tuples=True)
    needed = {p.name for p in arguments(function) if p.default is p.empty}
    if any(options[0] is not None and options[0][0] not in needed for options in choices):
        # What may be left out may have meant something else.
        for chosen in product(*[options for options in choices if options[0] is not None and options[0][0] in needed]):
            yield Making(function, tuple(pair for pair in chosen if pair is not None))


def _of_default(default: Any) -> str:
    """The role of an argument that is a generator unless another one is handed over."""
    if isinstance(default, np.random.RandomState):
        return "random_state"
    return "rng" if isinstance(default, np.random.Generator) else ""


def _unnamed(
    function: Callable[..., Any], unknown: Sequence[str], choices: Sequence[list[tuple[str, str] | None]]
) -> Iterator[Making]:
    """Where names say nothing: one argument is a list of widths, several are widths in their order."""
    other = tuple(options[0] for options in choices if options[0] is not None and options[0][1] in _OTHER)
    if len(unknown) == 1 and len(other) == len(choices):
        for role in ("sizes", "dicts"):
            yield Making(function, ((unknown[0], role), *other))
    names = [p.name for p in arguments(function) if p.name in unknown or making_role(p.name) in _WIDTHS]
    if len(names) > 1:
        yield Making(function, (*((name, "unit") for name in names), *other))


def _readings(role: str, after_inputs: bool) -> tuple[str, ...]:
    """Roles that an argument of this name may have: hidden widths may be one number or a list, and widths beside that of
    the inputs those of the layers after them.
    """
    if role == "sizes" and after_inputs:
        return ("rest", "hidden", "n_hidden", "sizes")
    return {
        "n_hidden": ("n_hidden", "hidden", "n_out"),
        "hidden": ("hidden", "n_hidden"),
        "sizes": ("sizes", "dicts"),
        "n_out": ("n_out", "rest"),
        "targets": ("targets", "labels"),
    }.get(role, (role,))


@dataclass(frozen=True)
class Staged(Making):
    """A constructor that makes no weights, and a method that does, called after it.

    Attributes:
        method: its name. trains: whether it trains as well, which it does with a learning rate of zero.
    """

    method: str = ""
    trains: bool = False

    def told(self, name: str) -> str:
        """Both calls, as their author wrote them."""
        calls = [
            ", ".join(a.removeprefix(_OF_METHOD) for a, _ in self.given if a.startswith(_OF_METHOD) == second)
            for second in (False, True)
        ]
        return (
            f"{name}({calls[0]}), then {self.method}({calls[1]}){' with a learning rate of 0' if self.trains else ''}"
        )


#: What begins the names of the arguments of the method.
_OF_METHOD = "then:"


def staged(constructor: Callable[..., Any], methods: Sequence[str], trains: Callable[[Any], bool]) -> Iterator[Staged]:
    """Every plausible way to make a network by a constructor and one of these methods.

    Args:
        trains: sets the learning rate of an instance to 0, and says whether there was one.
    """
    for first in makings(constructor):
        if first.takes_data:
            continue
        for method in methods:
            try:
                instance = first((5, 8, 3), np.random.default_rng(0))
                ways = list(makings(getattr(instance, method)))
            except Exception:
                continue
            for second in ways:
                yield _staged(first, method, second, trains)


def _staged(first: Making, method: str, second: Making, trains: Callable[[Any], bool]) -> Staged:
    def made(**values: Any) -> Any:
        instance = first.function(**{n: v for n, v in values.items() if not n.startswith(_OF_METHOD)})
        if second.takes_data and not trains(instance):
            raise TypeError(f"{method} trains, and has no learning rate that could be 0")
        getattr(instance, method)(
            **{n.removeprefix(_OF_METHOD): v for n, v in values.items() if n.startswith(_OF_METHOD)}
        )
        return instance

    given = (*first.given, *((_OF_METHOD + name, role) for name, role in second.given))
    return Staged(made, given, first.tuples, method=method, trains=second.takes_data)
