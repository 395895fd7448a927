"""What s^(2 L) does as the depth L grows: it vanishes for |s| < 1 and explodes for |s| > 1."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
from sympy import Limit, Symbol, exp, oo

from symcheck.proof.kernel.proofs import Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import ONE, ZERO, Fact, Range, smooth
from symcheck.proof.settings.calculus import RealWorld

a, L, s = Symbol("a", positive=True), Symbol("L"), Symbol("s")
lost, undone = smooth("lost"), smooth("undone")


def _fact(name: str, left: Any, right: Any, values: tuple[Any, ...] = (L,), words: str = "") -> Fact:
    return Fact(name, left, right, values=values, words=words)


#: Shares of the mean square, which is q_L = s^(2 L) q_0 by the theorem scale-power.
DEFINITIONS = (
    _fact(
        "lost", lost(L, s), 1 - s ** (2 * L), (L, s), "the share of the mean square that L layers take: 1 - q_L / q_0"
    ),
    _fact(
        "undone", undone(L, s), 1 - s ** (-2 * L), (L, s), "1 - q_0 / q_L, which tends to 1 exactly when q_L explodes"
    ),
)
HYPOTHESES = (
    assume(_fact("shrinks", smooth("small")(0), exp(-a), ()), "0 < s < 1: s = exp(-a) with a > 0"),
    assume(_fact("grows", smooth("large")(0), exp(a), ()), "s > 1: s = exp(a) with a > 0"),
)
_SMALL, _LARGE = HYPOTHESES[0].facts[0].left, HYPOTHESES[1].facts[0].left


def _tends(name: str, share: Any, factor: Any, definition: str, given: str) -> Lemma:
    written = 1 - factor ** (2 * L if share == lost else -2 * L)
    put = 1 - exp(-2 * a * L)
    start = Limit(share(L, factor), L, oo)
    return chain(
        _fact(name, start, ONE, ()), (given,),
        ("definition", Limit(written, L, oo), "what the share is", definition),
        ("substitute", Limit(put, L, oo), "with this factor", given),
        ("take the limit", ONE, "exp(-2 a L) tends to 0 for a > 0"),
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> RealWorld:
    """A factor below one and a factor above one, where these are assumed; elsewhere they are on the other side."""
    made = RealWorld(rng)
    for name, hypothesis, sign in (("small", "shrinks", -1), ("large", "grows", 1)):
        side = sign if hypothesis in assumed else -sign
        made.real_functions[name] = lambda at, side=side: mpmath.exp(side * made.real("a"))
    return made


def scale_limit() -> Proof:
    """With s < 1 all of the signal is lost, with s > 1 it explodes."""
    return Proof(
        "scale-limit",
        "With a factor s below 1 the signal vanishes with depth, with s above 1 it explodes",
        "By scale-power the mean square after L layers is s^(2 L) times that of the input. As L grows, the share that is "
        "lost tends to 1 for 0 < s < 1; for s > 1 the input's share in the result tends to 0, the signal explodes. (Second "
        "judge: forty digits, not exact.)",
        HYPOTHESES,
        DEFINITIONS,
        (
            _tends("vanishes", lost, _SMALL, "lost", "shrinks"),
            _tends("explodes", undone, _LARGE, "undone", "grows"),
        ),
        ("vanishes", "explodes"),
        _world,
        {},
        (Range(a, ZERO, oo),),
        "He, Zhang, Ren, Sun 2015, section 2.2",
    )
