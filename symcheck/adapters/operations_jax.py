"""Which operation of a function of jax takes a change of its parameters away."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Literal, jaxpr_as_fun

#: Operations that hand their operand on, in other words or to nobody.
_PASSING = {"broadcast_in_dim", "convert_element_type", "copy", "reshape", "slice", "split", "squeeze", "transpose"}
#: Functions that are told by their own name.
_WHOLE = ("softmax", "attention")
#: Operands that are kept.
_LARGEST = 1 << 20

_Step = tuple[str, list[Any]]


def absorber(outputs: Callable[[list[Any]], Any], start: Sequence[Any], moved: Sequence[Any], rounding: float) -> str:
    """The last operation whose operands differ at two points, more than by rounding; "" where they take different ways.

    Args:
        outputs: a pure function of a list of arrays.
    """
    try:
        traced = [jax.make_jaxpr(outputs)(list(point)) for point in (start, moved)]
    except jax.errors.JAXTypeError:
        # What decides by values shows no operations.
        return ""
    runs = [list(_steps(one, list(point))) for one, point in zip(traced, (start, moved), strict=True)]
    if [name for name, _ in runs[0]] != [name for name, _ in runs[1]]:
        return ""
    after = ""
    for (name, some), (_, others) in reversed(list(zip(*runs, strict=True))):
        if name in _PASSING:
            continue
        if any(_differ(a, b, rounding) for a, b in zip(some, others, strict=True)):
            # The largest is subtracted before the exponential of a softmax.
            return "softmax" if (name, after) == ("sub", "exp") else str(name)
        after = name
    return ""


class Environment:
    """What the variables of a traced function stand for while it is evaluated.

    Args:
        values: of its arguments.
    """

    def __init__(self, traced: ClosedJaxpr, values: Sequence[Any]) -> None:
        self._known: dict[Any, Any] = {}
        self.write(traced.jaxpr.invars, values)
        self.write(traced.jaxpr.constvars, traced.consts)

    def read(self, variables: Sequence[Any]) -> list[Any]:
        """What these stand for; literals stand for themselves."""
        return [one.val if isinstance(one, Literal) else self._known[one] for one in variables]

    def write(self, variables: Sequence[Any], values: Sequence[Any]) -> None:
        """Let these stand for values."""
        self._known.update(zip(variables, values, strict=True))


def _steps(traced: ClosedJaxpr, values: Sequence[Any]) -> Generator[_Step, None, list[Any]]:
    """Operations with the floats that they take, in order; returns what the last ones give."""
    known = Environment(traced, values)
    for eqn in traced.jaxpr.eqns:
        operands = known.read(eqn.invars)
        inner = inside(eqn)
        name = str(eqn.params.get("name", eqn.primitive.name))
        if inner is not None:
            if any(word in name for word in _WHOLE):
                yield name, _floats(operands)
                found: Any = jaxpr_as_fun(inner)(*operands)
            else:
                found = yield from _steps(inner, operands)
        else:
            yield eqn.primitive.name, _floats(operands)
            found = bound(eqn, operands)
        known.write(eqn.outvars, found)
    return known.read(traced.jaxpr.outvars)


def inside(eqn: Any) -> ClosedJaxpr | None:
    """The operations that an equation calls once with its own operands; None where it is one operation."""
    inner = eqn.params.get("call_jaxpr", eqn.params.get("jaxpr"))
    return inner if isinstance(inner, ClosedJaxpr) and len(inner.jaxpr.invars) == len(eqn.invars) else None


def bound(eqn: Any, operands: Sequence[Any]) -> list[Any]:
    """What the operation of an equation gives for other operands."""
    found = eqn.primitive.get_bind_params(eqn.params)
    # Functions stand beside parameters before jax 0.8.
    functions, named = found if isinstance(found, tuple) else ((), found)
    given = eqn.primitive.bind(*functions, *operands, **named)
    return list(given) if eqn.primitive.multiple_results else [given]


def _floats(operands: Sequence[Any]) -> list[Any]:
    # Keys of random numbers are no numbers.
    return [
        np.asarray(o) for o in operands if np.size(o) <= _LARGEST and jnp.issubdtype(jnp.result_type(o), jnp.floating)
    ]


def _differ(a: Any, b: Any, rounding: float) -> bool:
    # What is masked may be as large as numbers get.
    with np.errstate(over="ignore", invalid="ignore"):
        return (
            a.shape == b.shape
            and a.size > 0
            and bool(np.abs(a - b).max() > rounding * (np.abs(a).max() + np.abs(b).max()))
        )
