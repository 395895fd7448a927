"""A backward pass of jax in stochastic arithmetic: what each operation takes is moved as rounding might have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr

from symcheck.adapters.operations_jax import Environment, bound, inside
from symcheck.types import Array

#: Operations that round nothing, and compare or hand on what they take: it is moved where it is summed.
_EXACT = {
    *(
        "broadcast_in_dim",
        "concatenate",
        "convert_element_type",
        "copy",
        "dynamic_slice",
        "dynamic_update_slice",
        "gather",
    ),
    *("neg", "pad", "reshape", "rev", "select_n", "slice", "split", "squeeze", "transpose"),
    *(
        "argmax",
        "argmin",
        "clamp",
        "eq",
        "ge",
        "gt",
        "le",
        "lt",
        "max",
        "min",
        "ne",
        "reduce_max",
        "reduce_min",
        "sort",
    ),
    *("ceil", "floor", "is_finite", "pow", "rem", "round", "sign"),
}
#: So many amounts are drawn for all operations, of which one takes half from a place of its own: a prime, by which no axis is divided.
_DRAWN = 65521
#: From the place of one operand to that of the next.
_STRIDE = 7919


def amounts(seed: int | None) -> Array:
    """By how many eps numbers are moved; by none for None. Drawn outside, because random numbers take long to compile."""
    if seed is None:
        return np.zeros(2 * _DRAWN, np.float32)
    return np.random.default_rng(seed).integers(0, 8, 2 * _DRAWN).astype(np.float32) + np.float32(0.5)


class Jitter:
    """Moves numbers.

    Args:
        amounts: an array of jax of what `amounts` gives.
    """

    def __init__(self, amounts: Any) -> None:
        self._amounts, self._places = amounts, count()

    def pulled(self, pull: Any, cotangents: list[Any]) -> Any:
        """What a pullback gives, every operation of it in this arithmetic.

        Args:
            pull: of `jax.vjp`. What the forward pass keeps for it is moved once more than what comes of it.
        """
        # What a pullback has in it is what the forward pass keeps.
        leaves, structure = jax.tree.flatten(pull)
        pull = jax.tree.unflatten(structure, self._moved(leaves))
        traced, shapes = jax.make_jaxpr(pull, return_shape=True)(cotangents)
        return jax.tree.unflatten(jax.tree.structure(shapes), self._run(traced, cotangents))

    def _run(self, traced: ClosedJaxpr, values: Sequence[Any]) -> list[Any]:
        known = Environment(traced, values)
        for eqn in traced.jaxpr.eqns:
            operands = known.read(eqn.invars)
            inner, name = inside(eqn), eqn.primitive.name
            if not any(map(_rounds, operands)):
                # Random numbers are drawn by many operations on integers.
                found = bound(eqn, operands)
            elif name == "scan":
                found = self._scan(eqn.params, operands)
            elif inner is not None:
                found = self._run(inner, operands)
            else:
                found = bound(eqn, operands if name in _EXACT else self._moved(operands))
            known.write(eqn.outvars, found)
        return known.read(traced.jaxpr.outvars)

    def _scan(self, params: dict[str, Any], operands: list[Any]) -> list[Any]:
        kept, begun = params["num_consts"], params["num_consts"] + params["num_carry"]

        def step(carried: Any, row: Any) -> Any:
            found = self._run(params["jaxpr"], [*operands[:kept], *carried, *row])
            return found[: params["num_carry"]], found[params["num_carry"] :]

        carried, rows = jax.lax.scan(
            step,
            operands[kept:begun],
            operands[begun:],
            length=params["length"],
            reverse=params["reverse"],
            unroll=params["unroll"],
        )
        return [*carried, *rows]

    def _moved(self, operands: Sequence[Any]) -> list[Any]:
        """Each by some eps of its own, towards 0.

        What is narrower than what it is computed with is a constant, which is what it is: its eps is no rounding of this arithmetic.
        """
        eps = min((_eps(one) for one in operands if _floats(one)), default=0.0)
        return [self._shifted(one) if _floats(one) and _eps(one) <= eps else one for one in operands]

    def _shifted(self, one: Any) -> Any:
        begin = next(self._places) * _STRIDE % _DRAWN
        amount = jax.lax.slice(self._amounts, (begin,), (begin + min(one.size, _DRAWN),))
        if one.size > _DRAWN:
            rounds = -(-one.size // _DRAWN)
            amount = jnp.broadcast_to(amount, (rounds, _DRAWN)).reshape(-1)[: one.size]
        return one * (1 - amount.reshape(one.shape).astype(one.dtype) * jnp.finfo(one.dtype).eps)


def _rounds(one: Any) -> bool:
    return bool(jnp.issubdtype(jnp.result_type(one), jnp.inexact))


def _floats(one: Any) -> bool:
    return isinstance(one, jax.Array) and jnp.issubdtype(one.dtype, jnp.floating)


def _eps(one: Any) -> float:
    return float(jnp.finfo(one.dtype).eps)
