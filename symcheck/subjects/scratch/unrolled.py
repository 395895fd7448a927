"""Parameters unrolled into one vector: ``cost(theta, n_in, n_hidden, n_out, X, y, lambda) -> J, grad``, as a subject of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any, Literal

import numpy as np

from symcheck.subjects.data import PartFound
from symcheck.subjects.scratch.mentioned import mentioned
from symcheck.subjects.scratch.names import calling_role, making_role
from symcheck.subjects.scratch.reading import quietly
from symcheck.subjects.scratch.returned_loss import number_in
from symcheck.subjects.scratch.sources import Source, arguments, returned
from symcheck.types import Array, Params

Order = Literal["C", "F"]
Targets = Callable[[Array], Array]

_SIZES = ("n_in", "n_hidden", "n_out")
_TRIED = (5, 8, 3)
_SAMPLES = 7
#: How far a gradient of one sample may be from rank one, relative to its size.
_RANK_ONE = 1e-9

#: Forms of targets: what is told, and what is made of unit rows.
_TARGETS: tuple[tuple[str, Targets], ...] = (
    ("y as the number of the class from 1", lambda Y: Y.argmax(axis=1) + 1),
    ("y as a column of numbers of the class from 1", lambda Y: Y.argmax(axis=1)[:, None] + 1),
    ("y as the number of the class from 0", lambda Y: Y.argmax(axis=1)),
    ("y as a column of numbers of the class from 0", lambda Y: Y.argmax(axis=1)[:, None]),
    ("y as unit rows", lambda Y: Y),
)


class Unrolled:
    """One hidden layer whose weights, biases among them as a column, are read from one vector; it offers gradients alone."""

    hidden_layers = 1

    def __init__(
        self,
        function: FunctionType,
        roles: dict[str, str],
        form: tuple[str, Targets],
        order: Order,
        bias: int,
        grad: int,
    ) -> None:
        self._function, self._roles, self._form = function, roles, form
        self._order, self._bias, self._grad = order, bias, grad
        self.activation: str | None = None

    @property
    def tried(self) -> tuple[int, ...]:
        """Widths at which it was called."""
        return _TRIED

    def gradients(self, params: Params, X: Array, Y: Array) -> list[tuple[Array, Array]]:
        """Gradients in the structure of ``params``, with every penalty being 0."""
        thetas = self._thetas(params)
        flat = self._result(params, X, Y)[self._grad]
        parts = np.split(np.ravel(flat), np.cumsum([t.size for t in thetas])[:-1])
        found = []
        for part, t in zip(parts, thetas, strict=True):
            whole = np.asarray(part, float).reshape(t.shape, order=self._order)
            at = 0 if self._bias == 0 else t.shape[1] - 1
            found.append((np.delete(whole, at, axis=1), whole[:, at]))
        return found

    def number_beside(self, params: Params, X: Array, Y: Array) -> tuple[str, float] | None:
        """The loss that the function returns, with its name."""
        return number_in(self._result(params, X, Y), returned(self._function))

    def number_changes(self, params: Params, X: Array, Y: Array) -> bool:
        """Whether the function, called again with the same arguments, returns another loss."""
        return self.number_beside(params, X, Y) != self.number_beside(params, X, Y)

    def _thetas(self, params: Params) -> list[Array]:
        return [np.insert(W, 0 if self._bias == 0 else W.shape[1], b, axis=1) for W, b in params]

    def _result(self, params: Params, X: Array, Y: Array) -> tuple[Any, ...]:
        sizes = (params[0][0].shape[1], *(len(b) for _, b in params))
        theta = np.concatenate([t.ravel(self._order) for t in self._thetas(params)])
        return _called(self._function, self._roles, theta, sizes, X, self._form[1](np.asarray(Y)))

    def transcribed(self, method: str, arguments: Sequence[Any], part: Sequence[int]) -> str:
        """There is no plain way to write a call with a vector that stands for matrices."""
        return ""

    @property
    def found(self) -> tuple[PartFound, ...]:
        """What was found, line by line."""
        names = list(self._roles)
        vector = next(n for n, role in self._roles.items() if role == "vector")
        zeros = [n for n, role in self._roles.items() if role == "none"]
        way = "row by row" if self._order == "C" else "column by column"
        column = "first" if self._bias == 0 else "last"
        return (
            PartFound("parameters", f"{vector}, the matrices of two layers unrolled {way}; bias the {column} column"),
            PartFound("activation", *self._told),
            PartFound(
                "gradients",
                f"{self._function.__name__}({', '.join(names)}): the vector of the result; {self._form[0]}"
                + (f"; {', '.join(zeros)} being 0" if zeros else ""),
            ),
        )

    @property
    def _told(self) -> tuple[str, str]:
        if self.activation is None:
            return "not found, so that gradients are not judged beside right ones", "activation = NAME"
        return f"{self.activation}, named in its code", f"activation = {self.activation!r}"

    @property
    def takes_classes(self) -> bool:
        """Whether targets are handed over as the number of the class."""
        return self._form[0] != _TARGETS[-1][0]


def unrolled(module: Any) -> Unrolled | None:
    """The first function of a module that is called so, with the order of its vector found by trying; None where there is none."""
    if not isinstance(module, ModuleType):
        return None
    source = Source(module, module)
    with quietly():
        for name in source.functions:
            function = getattr(module, name)
            roles = _roles_of(function)
            found = next(_read(function, roles), None) if roles else None
            if found is not None:
                said = source.said("activation")
                words = mentioned(source, None, name)
                found.activation = said if isinstance(said, str) else words[0] if len(words) == 1 else None
                return found
    return None


def _roles_of(function: Any) -> dict[str, str]:
    """What each argument is given; {} where it is no such function."""
    needed = [p.name for p in arguments(function) if p.default is p.empty]
    roles: dict[str, str] = {}
    for name in needed:
        width = making_role(name) if making_role(name) in _SIZES else ""
        calling = calling_role(name)
        roles[name] = width or (calling if calling in ("inputs", "targets", "none") else "vector")
    given = list(roles.values())
    whole = all(given.count(role) == 1 for role in (*_SIZES, "inputs", "targets", "vector"))
    return roles if whole and given.count("none") <= 1 and len(given) <= len(_SIZES) + 4 else {}


def _read(function: FunctionType, roles: dict[str, str]) -> Iterator[Unrolled]:
    """The order in which a single sample has gradients of rank one, with the form of targets whose loss is the smallest."""
    rng = np.random.default_rng(0)
    n, h, k = _TRIED
    theta = rng.standard_normal(h * (n + 1) + k * (h + 1))
    X, Y = rng.standard_normal((_SAMPLES, n)), np.eye(k)[np.arange(_SAMPLES) % k]
    for form, (order, bias, grad) in _placed(function, roles, theta, X, Y):
        best = form, np.inf
        # A network that is sure of the second class has the smallest loss where that is what its number means.
        for other in _TARGETS:
            try:
                result = _called(function, roles, _certain(order), _TRIED, X, other[1](np.eye(k)[[1] * _SAMPLES]))
                loss = next(float(np.ravel(part)[0]) for part in result if np.size(part) == 1)
            except Exception:
                continue
            if np.isfinite(loss) and loss < best[1] - _RANK_ONE:
                best = other, loss
        yield Unrolled(function, roles, best[0], order, bias, grad)


def _placed(
    function: FunctionType, roles: dict[str, str], theta: Array, X: Array, Y: Array
) -> Iterator[tuple[tuple[str, Targets], tuple[Order, int, int]]]:
    """Forms of targets that it takes, with the order of the vector, the column of the bias, and which part the gradients are."""
    n, h, k = _TRIED
    orders: tuple[Order, Order] = ("C", "F")
    for form in _TARGETS:
        try:
            result = _called(function, roles, theta, _TRIED, X, form[1](Y))
            grad = next(i for i, part in enumerate(result) if np.size(part) == theta.size)
            one = np.ravel(_called(function, roles, theta, _TRIED, X[:1], form[1](Y[:1]))[grad])
            still = np.ravel(_called(function, roles, theta, _TRIED, 0 * X[:1], form[1](Y[:1]))[grad])
        except Exception:
            continue
        for order in orders:
            last = one[h * (n + 1) :].reshape((k, h + 1), order=order)
            columns = np.flatnonzero(still[: h * (n + 1)].reshape((h, n + 1), order=order).any(axis=0))
            values = np.linalg.svd(last, compute_uv=False)
            if values[1] <= _RANK_ONE * values[0] and list(columns) in ([0], [n]):
                yield form, (order, 0 if columns[0] == 0 else -1, grad)


def _certain(order: Order) -> Array:
    """A vector under which the second class is certain."""
    n, h, k = _TRIED
    last = np.full((k, h + 1), -2.0)
    last[1] = 2.0
    return np.concatenate([np.full(h * (n + 1), 0.1), last.ravel(order)])


def _called(
    function: FunctionType, roles: dict[str, str], theta: Array, sizes: tuple[int, ...], X: Array, y: Array
) -> tuple[Any, ...]:
    given = {"vector": theta, "inputs": X, "targets": y, "none": 0.0, **dict(zip(_SIZES, sizes, strict=True))}
    result = function(**{name: given[role] for name, role in roles.items()})
    return result if isinstance(result, tuple) else (result,)
