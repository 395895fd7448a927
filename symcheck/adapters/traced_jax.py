"""A function of jax run operation by operation, with every product of a weight and what depends on the inputs noted.

A weight is whatever depends on parameters alone. That holds for layers of any library on jax, and for functions of one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symcheck.types import Array

_PRODUCTS = ("dot_general", "conv_general_dilated")
#: Operations that move entries and change none.
_LAYOUT = (
    "transpose",
    "reshape",
    "squeeze",
    "broadcast_in_dim",
    "convert_element_type",
    "copy",
    "copy_p",
    "expand_dims",
)
#: Operations that run another program several times, or on a condition.
_LOOPS = ("scan", "while", "cond")


@dataclass(frozen=True, eq=False)
class Product:
    """A weight times inputs.

    Attributes:
        parameters: the places of those that the weight is made of. whole: whether it is one of them, up to its layout.
        inputs, outputs: as they are in the program. weight: shape (units, fan_in).
        bias: shape (units,) or None.
        rows: from arrays of the layout of the inputs, or of the outputs, to (samples, numbers).
        taps, coverage: of a convolution's kernel; None of a matrix.
    """

    parameters: frozenset[int]
    whole: bool
    inputs: Any
    outputs: Any
    weight: Array
    bias: Array | None
    rows: tuple[Callable[[Any], Any], Callable[[Any], Any]]
    taps: int | None = None
    coverage: float = 1.0


def _same(array: Any) -> Any:
    return array


@dataclass(frozen=True, eq=False)
class _Held:
    """A value with what it depends on, and which product's outputs it is, with the way back to their layout."""

    value: Any
    parameters: frozenset[int] = frozenset()
    fed: bool = False
    whole: bool = False
    product: int | None = None
    back: Callable[[Any], Any] = _same

    @property
    def weight(self) -> bool:
        return bool(self.parameters) and not self.fed


@dataclass
class Trace:
    """One run.

    Attributes:
        shifts: added to the inputs and outputs of each product, so that gradients there can be taken; None to note products.
        products: in the order in which they were met.
        tables: places of parameters that rows are taken of.
    """

    shifts: Sequence[tuple[Any, Any]] | None = None
    products: list[Product] = field(default_factory=list)
    tables: set[int] = field(default_factory=set)
    met: int = 0

    def run(self, closed: Any, values: Sequence[Any], fed: Sequence[Any]) -> list[Any]:
        """The outputs of a program of parameters and inputs."""
        held = [_Held(v, frozenset([i]), whole=True) for i, v in enumerate(values)] + [_Held(v, fed=True) for v in fed]
        return [one.value for one in self._evaluate(closed.jaxpr, [_Held(c) for c in closed.consts], held)]

    def _evaluate(self, jaxpr: Any, consts: Sequence[_Held], args: Sequence[_Held]) -> list[_Held]:
        known: dict[Any, _Held] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*consts, *args], strict=True))

        def read(atom: Any) -> _Held:
            return _Held(atom.val) if hasattr(atom, "val") else known[atom]

        for equation in jaxpr.eqns:
            outs = self._applied(equation, [read(atom) for atom in equation.invars])
            known.update(zip(equation.outvars, outs, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def _applied(self, equation: Any, given: list[_Held]) -> list[_Held]:
        name = equation.primitive.name
        inner = None if name in _LOOPS else _inner(equation)
        if inner is not None and _multiplies(inner[0]):
            return self._evaluate(inner[0], [_Held(c) for c in inner[1]], given)
        if name in _PRODUCTS and sorted((one.weight, one.fed) for one in given) == [(False, True), (True, False)]:
            return [self._product(equation, given)]
        found = _bound(equation, [one.value for one in given])
        parameters = frozenset().union(*(one.parameters for one in given)) if given else frozenset()
        fed = any(one.fed for one in given)
        if name == "gather":
            self.tables |= given[0].parameters
        held = [_Held(value, parameters, fed) for value in found]
        if name in _LAYOUT:
            held = [self._laid_out(equation, given[0], held[0])]
        elif name == "add" and (place := next((i for i in (0, 1) if given[i].product is not None), None)) is not None:
            held = [self._with_bias(given[place], given[1 - place], held[0])]
        return held

    def _laid_out(self, equation: Any, before: _Held, after: _Held) -> _Held:
        after = replace(after, whole=before.whole)
        name, shape = equation.primitive.name, np.shape(before.value)
        if before.product is None or np.size(after.value) != np.size(before.value):
            return after
        if name == "transpose":
            order = np.argsort(equation.params["permutation"]).tolist()
            return replace(after, product=before.product, back=lambda one: before.back(jnp.transpose(one, order)))
        return replace(after, product=before.product, back=lambda one: before.back(jnp.reshape(one, shape)))

    def _with_bias(self, outputs: _Held, other: _Held, sums: _Held) -> _Held:
        if not other.weight or np.shape(outputs.value) != np.shape(sums.value) or self.shifts is not None:
            return sums
        place = outputs.product
        assert place is not None
        product = self.products[place]
        bias = np.asarray(product.rows[1](outputs.back(jnp.broadcast_to(other.value, np.shape(sums.value)))))
        units = len(product.weight)
        by_unit = bias[0].reshape(units, -1)
        if product.bias is None and np.ptp(bias, axis=0).max() == 0 and np.ptp(by_unit, axis=1).max() == 0:
            self.products[place] = replace(product, outputs=outputs.back(sums.value), bias=by_unit[:, 0])
        return sums

    def _product(self, equation: Any, given: list[_Held]) -> _Held:
        side = 0 if given[0].weight else 1
        weight, values = given[side], [one.value for one in given]
        place = self.met
        self.met += 1
        if self.shifts is None:
            out = _bound(equation, values)[0]
            made = _matrix if equation.primitive.name == "dot_general" else _convolution
            noted = made(equation.params, side, values, out)
            if noted is not None:
                self.products.append(replace(noted, parameters=weight.parameters, whole=weight.whole))
                return _Held(out, weight.parameters, True, product=place)
            self.met -= 1
            return _Held(out, weight.parameters, True)
        below, above = self.shifts[place] if place < len(self.shifts) else (0.0, 0.0)
        if np.shape(below) != np.shape(values[1 - side]):
            # One that was not noted, as of groups.
            self.met -= 1
            return _Held(_bound(equation, values)[0], weight.parameters, True)
        values[1 - side] = values[1 - side] + below
        return _Held(_bound(equation, values)[0] + above, weight.parameters, True)


def _bound(equation: Any, values: Sequence[Any]) -> list[Any]:
    parameters = equation.primitive.get_bind_params(equation.params)
    # Versions before 0.10 hand over the functions within apart from the other parameters.
    functions, parameters = parameters if isinstance(parameters, tuple) else ((), parameters)
    found = equation.primitive.bind(*functions, *values, **parameters)
    return list(found) if equation.primitive.multiple_results else [found]


def _inner(equation: Any) -> tuple[Any, Sequence[Any]] | None:
    """The one program that an operation runs once, with its constants."""
    for value in equation.params.values():
        jaxpr = getattr(value, "jaxpr", value)
        if hasattr(jaxpr, "eqns") and len(jaxpr.invars) == len(equation.invars):
            return jaxpr, getattr(value, "consts", ())
    return None


def _multiplies(jaxpr: Any) -> bool:
    return any(
        equation.primitive.name in _PRODUCTS or any(map(_multiplies, _programs(equation))) for equation in jaxpr.eqns
    )


def _programs(equation: Any) -> Iterator[Any]:
    for value in equation.params.values():
        jaxpr = getattr(value, "jaxpr", value)
        if hasattr(jaxpr, "eqns"):
            yield jaxpr


def _matrix(params: Any, side: int, values: Sequence[Any], out: Any) -> Product | None:
    """A product of a matrix; None where there are several side by side."""
    contracted, batched = params["dimension_numbers"]
    if batched[0]:
        return None
    weight, inputs = values[side], values[1 - side]
    fan_in = int(np.prod([weight.shape[i] for i in contracted[side]]))
    units = int(np.prod(weight.shape)) // fan_in
    free = weight.ndim - len(contracted[side])

    def rows_of_inputs(array: Any) -> Any:
        axes = list(contracted[1 - side])
        kept = [i for i in range(inputs.ndim) if i not in axes]
        return jnp.transpose(array, kept + axes).reshape(-1, fan_in)

    def rows_of_outputs(array: Any) -> Any:
        # Free axes of the first operand come first.
        axes = list(range(free)) if side == 0 else list(range(out.ndim - free, out.ndim))
        kept = [i for i in range(out.ndim) if i not in axes]
        return jnp.transpose(array, kept + axes).reshape(-1, units)

    axes = list(contracted[side])
    matrix = jnp.transpose(weight, [i for i in range(weight.ndim) if i not in axes] + axes).reshape(units, fan_in)
    none: frozenset[int] = frozenset()
    return Product(none, False, inputs, out, np.asarray(matrix), None, (rows_of_inputs, rows_of_outputs))


def _convolution(params: Any, side: int, values: Sequence[Any], out: Any) -> Product | None:
    if side == 0 or params["batch_group_count"] != 1:
        return None
    inputs, kernel = values
    numbers = params["dimension_numbers"]
    matrix = jnp.transpose(kernel, numbers.rhs_spec)
    size, window = [inputs.shape[i] for i in numbers.lhs_spec[2:]], matrix.shape[2:]
    met = jax.lax.conv_general_dilated(
        jnp.ones((1, 1, *size)),
        jnp.ones((1, 1, *window)),
        params["window_strides"],
        params["padding"],
        params["lhs_dilation"],
        params["rhs_dilation"],
    )

    def rows(spec: Any) -> Callable[[Any], Any]:
        return lambda array: jnp.transpose(array, spec).reshape(array.shape[spec[0]], -1)

    return Product(
        frozenset(),
        False,
        inputs,
        out,
        np.asarray(matrix.reshape(len(matrix), -1)),
        None,
        (rows(numbers.lhs_spec), rows(numbers.out_spec)),
        int(np.prod(window)),
        float(met.mean()) / int(np.prod(window)),
    )
