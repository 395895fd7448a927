"""A constant weight matrix has rank one: whole subspaces are lost, forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import oo

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import Fact, arrays, index, nested, ranges

i, j, k, o, n, m = index("i j k o n m")
W, x, y, d, e, w, z, t, b, a = arrays("W x y d e w z t b a")

_OUT, _IN = (i, 1, m), (j, 1, n)


def _fact(name: str, left: Any, right: Any, *limits: Any, words: str = "") -> Fact:
    return Fact(name, left, right, ranges(*limits), words=words)


DEFINITIONS = (
    _fact("forward", z[i], nested(W[i, j] * x[j], _IN), _OUT, words="what the layer makes of an input x"),
    _fact("forward-other", t[i], nested(W[i, j] * y[j], _IN), _OUT, words="and of another input y"),
    _fact("backward", b[j], nested(W[i, j] * d[i], _OUT), _IN, words="what it carries back of a gradient d"),
    _fact("backward-other", a[j], nested(W[i, j] * e[i], _OUT), _IN, words="and of another gradient e"),
)
_SUMS = {array: nested(array[j], _IN) for array in (x, y)} | {array: nested(array[i], _OUT) for array in (d, e)}
_W = w[0]
_CONSTANT = _fact("constant-weights", W[i, j], _W, _OUT, _IN)
_INPUTS = _fact("equal-input-sums", _SUMS[x], _SUMS[y])
_GRADIENTS = _fact("equal-gradient-sums", _SUMS[d], _SUMS[e])

HYPOTHESES = (
    assume(_CONSTANT, "all weights of the layer are equal"),
    assume(_INPUTS, "the entries of the two inputs have the same sum"),
    assume(_GRADIENTS, "the entries of the two gradients have the same sum"),
)


def _through(name: str, first: Any, second: Any, sources: tuple[Any, Any], limits: tuple[Any, Any], own: Any) -> Lemma:
    """``first`` = ``second``: both are w times a sum, and the sums agree."""
    limit, free = limits
    definitions = {"collapse": ("forward", "forward-other"), "collapse-back": ("backward", "backward-other")}[name]
    agree = _INPUTS.name if name == "collapse" else _GRADIENTS.name

    def written(source: Any) -> tuple[Any, Any, Any]:
        term = source[limit[0]]
        return nested(W[i, j] * term, limit), nested(_W * term, limit), _W * nested(term, limit)

    (one, two, three), (six, five, four) = written(sources[0]), written(sources[1])
    return chain(
        _fact(name, first, second, free), (_CONSTANT.name, agree),
        ("definition", one, "what the layer does", definitions[0]),
        ("congruence of sums", two, "all weights are equal", _CONSTANT.name),
        ("factor out of a sum", three, "only the sum of the entries is left"),
        ("substitute", four, "which is the same for the other one", agree),
        ("factor out of a sum", five, "put the weight back into the sum"),
        ("congruence of sums", six, "as the weights", _CONSTANT.name),
        ("definition", second, "what the layer does with the other one", definitions[1]),
    )


def _minors() -> Lemma:
    """Every 2 x 2 minor vanishes: W[i, j] W[o, k] = W[i, k] W[o, j]."""
    goal = _fact("rank-one", W[i, j] * W[o, k], W[i, k] * W[o, j], _OUT, (o, 1, m), _IN, (k, 1, n))
    rest = (_CONSTANT.name,)
    return chain(
        goal, rest,
        ("substitute", _W**2, "all weights are equal", *rest),
        ("substitute", goal.right, "the other two as well: every 2 x 2 minor is 0", *rest),
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> World:
    """Random weights, inputs and gradients; equal only where it is assumed."""
    sizes = {"n": 2 + int(rng.integers(2)), "m": 2 + int(rng.integers(2))}
    made = World(rng, sizes)

    def last_closes(name: str, other: str, length: int, closed: bool) -> Callable[[int], int]:
        def entry(at: int) -> int:
            if not closed or at != length:
                return made.random(name, at)
            target = sum(made.random(other, p) for p in range(1, length + 1))
            return (target - sum(made.random(name, p) for p in range(1, length))) % P

        return entry

    made.arrays["y"] = last_closes("y", "x", sizes["n"], _INPUTS.name in assumed)
    made.arrays["e"] = last_closes("e", "d", sizes["m"], _GRADIENTS.name in assumed)
    if _CONSTANT.name in assumed:
        made.arrays["W"] = lambda row, column: made.random("w", 0)
    return made


def constant_rank() -> Proof:
    """Constant weights have rank one."""
    return Proof(
        "constant-rank",
        "Constant weights have rank one: inputs with equal sums collapse, and so do gradients",
        "If all weights of a layer are equal, every 2 x 2 minor of W vanishes; two inputs whose entries have the same sum "
        "give the same pre-activations, so that the n - 1 dimensions of inputs of sum 0 are lost; and two gradients with the "
        "same sum are carried back alike, so that m - 1 dimensions of gradients are lost.",
        HYPOTHESES,
        DEFINITIONS,
        (
            _minors(),
            _through("collapse", z[i], t[i], (x, y), (_IN, _OUT), i),
            _through("collapse-back", b[j], a[j], (d, e), (_OUT, _IN), j),
        ),
        ("rank-one", "collapse", "collapse-back"),
        _world,
        {},
        ranges((n, 1, oo), (m, 1, oo)),
        "Goodfellow, Bengio, Courville 2016, section 8.4",
    )
