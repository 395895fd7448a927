"""sympy's opinion of what the kernel derives: derivatives, integrals and limits of the proofs, done again by sympy alone.

Sizes and free indices become small numbers, so that sympy sees explicit sums; arrays are ``Indexed``, functions uninterpreted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
import sympy
from gone_through import proved

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.terms import Range, Term, rewrite

WIDTH = 2
_KNOWN = {"sin": sympy.sin, "cos": sympy.cos, "exp": sympy.exp}


def to_sympy(e: Term, free: dict[Any, Any], bound: tuple[Any, ...] = ()) -> Any:
    """A term with its sums written out, integer arrays being `WIDTH` everywhere."""
    args = e.args
    if e.op == "number":
        return sympy.Rational(e.head.numerator, e.head.denominator)
    if e.op == "variable":
        return free[e.head]
    if e.op == "bound":
        return bound[-1 - e.head]
    if e.op == "sum":
        low, high = (int(to_sympy(a, free, bound)) for a in args[:2])
        return sympy.Add(*(to_sympy(args[2], free, (*bound, sympy.Integer(v))) for v in range(low, high + 1)))
    if e.op in ("integral", "limit"):
        x = sympy.Symbol(f"x{len(bound)}", real=True)
        before, body = [to_sympy(a, free, bound) for a in args[:-1]], to_sympy(args[-1], free, (*bound, x))
        return sympy.integrate(body, (x, *before)) if e.op == "integral" else sympy.limit(body, x, before[0])
    parts = [to_sympy(a, free, bound) for a in args]
    if e.op == "add":
        return sympy.Add(*parts)
    if e.op == "mul":
        return sympy.Mul(*parts)
    if e.op == "pow":
        return sympy.Pow(*parts)
    if e.op == "delta":
        return sympy.Integer(parts[0] == parts[1])
    if e.op == "entry":
        return sympy.Integer(WIDTH) if e.head in ("n", "m") and args else sympy.Symbol(f"{e.head}{parts}", real=True)
    if e.op == "partial":
        return sympy.diff(parts[0], parts[1])
    if e.op == "function":
        return _function(*e.head, parts)
    raise TypeError(e.op)


def _function(name: str, primes: int, parts: list[Any]) -> Any:
    if name in ("pi", "infinity"):
        return sympy.pi if name == "pi" else sympy.oo
    if name in _KNOWN:
        return _KNOWN[name](*parts)
    x = sympy.Dummy("x", real=True)
    leading = "".join(map(str, parts[:-1]))
    return sympy.Function(f"{name}[{leading}]")(x).diff(x, primes).subs(x, parts[-1]).doit()


def places(checked: Iterable[Checked], rule: str) -> Iterator[tuple[Term, Term]]:
    """The sides of the steps of a rule."""
    yield from ((c.step.left, c.step.right) for c in checked if c.step is not None and c.rule == rule and c.accepted)


def small_numbers(one: Term, other: Term, rng: np.random.Generator) -> dict[Any, Any]:
    """A value for each free variable: a small number for what stands as an index, a symbol for the others.

    What ends a sum is `WIDTH`, so that the indices of what is summed lie in its range.
    """
    indices: set[Any] = set()
    sizes: set[Any] = set()

    def visit(e: Term, around: tuple[Range, ...]) -> Term | None:
        positions = {"entry": e.args, "delta": e.args, "sum": e.args[:2]}.get(e.op, ())
        for p in positions:
            indices.update(p.free)
            sizes.update({p.head} if e.op == "sum" and p.op == "variable" else ())
        return None

    for side in (one, other):
        rewrite(side, visit)
    free = one.free | other.free
    small = {v: WIDTH if v in sizes else int(rng.integers(1, WIDTH + 1)) for v in indices}
    return {v: sympy.Integer(small[v]) if v in small else sympy.Symbol(str(v), positive=True) for v in free}


def agree(one: Term, other: Term) -> bool:
    rng = np.random.default_rng()
    for _ in range(3):
        free = small_numbers(one, other, rng)
        left, right = (to_sympy(side, free) for side in (one, other))
        if sympy.simplify(sympy.expand(left - right)) != 0:
            return False
    return True


RULES = ("differentiate", "fundamental theorem", "take the limit", "product of cosines", "known values", "sum rule",
         "factor out of a sum", "exchange sums")  # fmt: skip


@pytest.mark.parametrize("name", THEOREMS)
def test_sympy_derives_the_same(name: str) -> None:
    tried = [(rule, one, other) for rule in RULES for one, other in places(proved(name).steps, rule)]
    for rule, one, other in tried:
        if any(e.op in ("mean", "partial") and rule != "differentiate" for side in (one, other) for e in side.walk()):
            continue
        assert agree(one, other), (rule, repr(one), repr(other))


def test_sympy_would_notice() -> None:
    from symcheck.proof.kernel.terms import entry, function, mul, number, partial

    square = partial(mul(entry("a", number(1)), entry("a", number(1))), entry("a", number(1)))
    assert agree(square, mul(number(2), entry("a", number(1))))
    assert not agree(square, entry("a", number(1)))
    inner = function("f", mul(number(3), entry("a", number(1))))
    wrong = function("f", mul(number(3), entry("a", number(1))), primes=1)
    assert not agree(partial(inner, entry("a", number(1))), wrong)
    assert agree(partial(inner, entry("a", number(1))), mul(number(3), wrong))
