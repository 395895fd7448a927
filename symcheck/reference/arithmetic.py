"""Differentiable arithmetic with one summation order for every row.

The theory says that tied units stay equal; a reference that is to show it must not lose the equality to
rounding. BLAS does: it sums rows in the middle of a matrix and rows at its edge in different orders, so that
units with equal rows of ``W`` get columns of ``h @ W.T`` that differ in the last bit. Here every sum over
units, samples or classes goes through `contract`, in which equal rows give bitwise equal results. Its
derivative is again a `contract`, so that the same holds for ``delta_l = delta_{l+1} W`` (units with equal
outgoing columns) and for the gradient ``delta^T h``; autograd's own rules would not go through it.

What remains is elementwise, and an elementwise function gives equal results for equal arguments.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from autograd.extend import defvjp, primitive

from symcheck.activations import Activation, Function, UnknownActivation
from symcheck.types import Array


def _contract(left: Array, right: Array) -> Array:
    # With both operands contiguous along the summed axis, einsum computes each entry by one run of the same
    # inner loop over the same length: where the entry stands in the matrix has no part in it. In another
    # layout the loop runs along a row of the result, and its vector body and its remainder would have to
    # round alike. optimize=True would hand the sum to BLAS.
    rows, columns = np.ascontiguousarray(left), np.ascontiguousarray(right)
    return np.asarray(np.einsum("mk,nk->mn", rows, columns, optimize=False))


def _add_bias(preactivations: Array, bias: Array) -> Array:
    return preactivations + bias


def _activate(preactivations: Array, activation: Activation) -> Array:
    return _elementwise(activation.function, preactivations, activation)


def _elementwise(function: Function | None, preactivations: Array, activation: Activation) -> Array:
    if function is None:
        raise UnknownActivation(f"{activation.name!r} stands for a class of activations: it has no values")
    return np.asarray(function(preactivations), dtype=preactivations.dtype)


#: ``contract(left, right)``: shapes (m, k) and (n, k) to (m, n), the sums of ``left[i, :] * right[j, :]``.
contract: Callable[[Array, Array], Array] = primitive(_contract)

#: ``add_bias(preactivations, bias)``: shapes (samples, n) and (n,) to (samples, n).
add_bias: Callable[[Array, Array], Array] = primitive(_add_bias)

#: ``activate(preactivations, activation)``: elementwise, with the derivative of the activation table.
#: Autograd would take its own subgradient at a kink, and for ReLU at 0 that is 1/2, which revives units that
#: every framework holds dead.
activate: Callable[[Array, Activation], Array] = primitive(_activate)


def sum_rows(matrix: Array) -> Array:
    """Sum over the samples: shape (samples, n) to (n,), all n sums taken in one order."""
    return contract(matrix.T, np.ones((1, matrix.shape[0]), dtype=matrix.dtype))[:, 0]


def sum_columns(matrix: Array) -> Array:
    """Sum over the units, kept as a column: shape (samples, n) to (samples, 1)."""
    return contract(matrix, np.ones((1, matrix.shape[1]), dtype=matrix.dtype))


defvjp(
    contract,
    lambda ans, left, right: lambda g: contract(g, right.T),
    lambda ans, left, right: lambda g: contract(g.T, left.T),
)
defvjp(add_bias, lambda ans, preactivations, bias: lambda g: g, lambda ans, preactivations, bias: lambda g: sum_rows(g))
defvjp(
    activate,
    lambda ans, preactivations, activation: (
        lambda g: g * _elementwise(activation.derivative, preactivations, activation)
    ),
    argnums=(0,),
)
