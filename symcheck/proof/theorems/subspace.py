"""The general principle: training stays in theta_0 + V if the gradient there lies in V.

For any model: theta[t, p] are its parameters, p = 1..n. V is the span of K vectors V[., q]. For entrywise rules the
parameters are sorted by classes q = 0..K with members p = 1..m[q], each with a sign e, which is 0 in class 0, whose
parameters are frozen: V is then spanned by the signed indicators of the classes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sympy import Symbol, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof, assume, chain, restated
from symcheck.proof.kernel.terms import ZERO, Fact, arrays, index, nested, ranges, smooth

t, p, q, n, K = index("t p q n K")
theta, G, V, u, A, eta, rate = arrays("theta G V u A eta rate")
w, g, M, e, r, B, S, m, gamma, kappa = arrays("w g M e r B S m gamma kappa")
phi, psi = smooth("phi"), smooth("psi")
x, y = Symbol("x"), Symbol("y")

STEP, PARAMETER, VECTOR = (t, 0, oo), (p, 1, n), (q, 1, K)
CLASS, MEMBER = (q, 0, K), (p, 1, m[q])
SIZES = ranges((n, 1, oo), (K, 0, oo))

DEFINITIONS = (
    Fact("update", theta[t + 1, p], theta[t, p] - rate[t, p] * G[t, p], ranges(STEP, PARAMETER),
         words="a gradient step on every parameter"),
    Fact("start-of-coordinates", u[0, q], ZERO, ranges(VECTOR), words="training starts at theta_0"),
    Fact("coordinates", u[t + 1, q], u[t, q] - eta[t] * A[t, q], ranges(STEP, VECTOR),
         words="and moves along V by the coordinates A of the gradient"),
    Fact("entrywise-update", w[t + 1, q, p], w[t, q, p] - phi(t, kappa[t, q, p], M[t, q, p], g[t, q, p]),
         ranges(STEP, CLASS, MEMBER), words="an optimizer's step: a function of the gradient and of what is remembered"),
    Fact("memory-update", M[t + 1, q, p], psi(t, M[t, q, p], g[t, q, p]), ranges(STEP, CLASS, MEMBER),
         words="what is remembered of a parameter, by any function"),
    Fact("class-memory", S[t + 1, q], psi(t, S[t, q], B[t, q]), ranges(STEP, CLASS), words="what is remembered of a class"),
    Fact("start-of-class-coordinates", r[0, q], ZERO, ranges(CLASS), words="training starts at theta_0"),
    Fact("class-coordinates", r[t + 1, q], r[t, q] - phi(t, gamma[t], S[t, q], B[t, q]), ranges(STEP, CLASS),
         words="and moves a class by the step that the rule takes for it"),
)

STAYS = Fact("stays", theta[t, p], theta[0, p] + nested(V[p, q] * u[t, q], VECTOR), ranges(STEP, PARAMETER))
CLASSES = Fact("classes-stay", w[t, q, p], w[0, q, p] + e[q, p] * r[t, q], ranges(STEP, CLASS, MEMBER))
MEMORIES = Fact("memories-agree", M[t, q, p], e[q, p] * S[t, q], ranges(STEP, CLASS, MEMBER))

HYPOTHESES = (
    assume(
        Fact("gradient-in-V", G[t, p], nested(V[p, q] * A[t, q], VECTOR), ranges(STEP, PARAMETER)),
        "at every point of theta_0 + V the gradient lies in V", given=("stays",),
    ),
    assume(
        Fact("one-rate", rate[t, p], eta[t], ranges(STEP, PARAMETER)),
        "one learning rate; it may change from step to step",
    ),
    assume(
        Fact("gradient-in-classes", g[t, q, p], e[q, p] * B[t, q], ranges(STEP, CLASS, MEMBER)),
        "at every such point the gradients of a class are equal up to sign, and those of class 0 are 0",
        given=("classes-stay", "memories-agree"),
    ),
    Hypothesis(
        "odd-rule",
        (
            Fact("odd-rule", phi(t, gamma[t], e[q, p] * x, e[q, p] * y), e[q, p] * phi(t, gamma[t], x, y),
                 ranges(STEP, CLASS, MEMBER), (x, y)),
            Fact("odd-memory", psi(t, e[q, p] * x, e[q, p] * y), e[q, p] * psi(t, x, y),
                 ranges(STEP, CLASS, MEMBER), (x, y)),
        ),
        "the rule is odd: opposite gradients make opposite steps, and so for what is remembered",
    ),
    assume(
        Fact("same-rule", kappa[t, q, p], gamma[t], ranges(STEP, CLASS, MEMBER)),
        "the rule is one for all parameters: it depends on neither their place nor their value",
    ),
    assume(
        Fact("same-memory", M[0, q, p], e[q, p] * S[0, q], ranges(CLASS, MEMBER)),
        "what is remembered agrees at the start, as when it is 0",
    ),
)


def _staying() -> Induction:
    along = nested(V[p, q] * u[t, q], VECTOR)
    moved = nested(V[p, q] * A[t, q], VECTOR)
    first, following = STAYS.substitute(t, 0 * t), STAYS.substitute(t, t + 1)
    base = chain(
        first, (),
        ("count equal terms", theta[0, p] + nested(ZERO, VECTOR), "zeros add up to 0"),
        ("congruence of sums", first.right, "the coordinates start at 0", "start-of-coordinates"),
    )
    step = chain(
        following, ("stays", "gradient-in-V", "one-rate"),
        ("definition", theta[t, p] - rate[t, p] * G[t, p], "one step of training", "update"),
        ("substitute", theta[t, p] - eta[t] * G[t, p], "the learning rate is one for all", "one-rate"),
        ("substitute", theta[0, p] + along - eta[t] * G[t, p], "training was in theta_0 + V before the step", "stays"),
        ("substitute", theta[0, p] + along - eta[t] * moved, "so the gradient lies in V", "gradient-in-V"),
        ("factor out of a sum", theta[0, p] + along + nested(-eta[t] * V[p, q] * A[t, q], VECTOR),
         "the learning rate does not depend on the vector"),
        ("sum rule", theta[0, p] + nested(V[p, q] * (u[t, q] - eta[t] * A[t, q]), VECTOR), "join the sums"),
        ("congruence of sums", following.right, "which are the coordinates after the step", "coordinates"),
    )
    return Induction(
        "staying", t, (STAYS,), (base,), (step,), "in theta_0 + V at the start, and moved along V by every step"
    )


def _classes() -> Induction:
    place, own = (t, q, p), e[q, p]
    step, remembered = phi(t, gamma[t], S[t, q], B[t, q]), psi(t, S[t, q], B[t, q])
    given = ("classes-stay", "memories-agree", "gradient-in-classes", "odd-rule", "odd-memory", "same-rule")

    def parameters(goal: Fact) -> Lemma:
        before = w[0, q, p] + own * r[t, q]
        return chain(
            goal, given,
            ("definition", w[place] - phi(t, kappa[place], M[place], g[place]), "one step of training",
             "entrywise-update"),
            ("substitute", w[place] - phi(t, gamma[t], M[place], g[place]), "the rule is one for all", "same-rule"),
            ("substitute", before - phi(t, gamma[t], M[place], g[place]), "training was in theta_0 + V before the step",
             "classes-stay"),
            ("substitute", before - phi(t, gamma[t], own * S[t, q], g[place]), "what is remembered agrees up to sign",
             "memories-agree"),
            ("substitute", before - phi(t, gamma[t], own * S[t, q], own * B[t, q]), "and so do the gradients",
             "gradient-in-classes"),
            ("substitute", before - own * step, "the rule is odd", "odd-rule"),
            ("definition", goal.right, "which are the coordinates after the step", "class-coordinates"),
        )

    def memories(goal: Fact) -> Lemma:
        return chain(
            goal, given,
            ("definition", psi(t, M[place], g[place]), "what is remembered next", "memory-update"),
            ("substitute", psi(t, own * S[t, q], g[place]), "what was remembered agrees up to sign", "memories-agree"),
            ("substitute", psi(t, own * S[t, q], own * B[t, q]), "and so do the gradients", "gradient-in-classes"),
            ("substitute", own * remembered, "the rule is odd", "odd-memory"),
            ("definition", goal.right, "which is remembered of the class", "class-memory"),
        )

    start = CLASSES.substitute(t, 0 * t)
    return Induction(
        "classes", t, (CLASSES, MEMORIES),
        (
            chain(start, (), ("definition", start.right, "the coordinates start at 0", "start-of-class-coordinates")),
            chain(MEMORIES.substitute(t, 0 * t), ("same-memory",),
                  ("substitute", e[q, p] * S[0, q], "it agrees at the start", "same-memory")),
        ),
        (parameters(CLASSES.substitute(t, t + 1)), memories(MEMORIES.substitute(t, t + 1))),
        "the classes move as one at every step",
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> World:
    """Random classes, signs, vectors and gradients; these are in V only where it is assumed."""
    made = World(rng, {"n": int(rng.integers(2, 5)), "K": int(rng.integers(1, 4))})
    random, vectors = made.random, made.sizes["K"]
    members = [int(v) for v in rng.integers(2, 4, vectors + 1)]

    def sign(class_: int, member: int) -> int:
        return (1, P - 1)[random("e", class_, member) % 2] if class_ else 0

    def odd(name: str) -> Callable[..., int]:
        def value(*arguments: int) -> int:
            *leading, one, other = arguments
            opposite = (-one % P, -other % P)
            if "odd-rule" not in assumed and "odd-memory" not in assumed:
                return random(name, *arguments)
            if (one, other) == opposite:
                return 0
            return random(name, *leading, one, other) if (one, other) < opposite else -random(name, *leading, *opposite)

        return value

    def gradient(t_: int, place: int) -> int:
        if "gradient-in-V" not in assumed:
            return random("G", t_, place)
        return sum(random("V", place, v) * random("A", t_, v) for v in range(1, vectors + 1))

    def class_gradient(t_: int, class_: int, member: int) -> int:
        known = "gradient-in-classes" in assumed
        return sign(class_, member) * random("B", t_, class_) if known else random("g", t_, class_, member)

    def memory(t_: int, class_: int, member: int) -> int:
        known = assumed & {"same-memory", "memories-agree"}
        return sign(class_, member) * random("S", t_, class_) if known else random("M", t_, class_, member)

    made.arrays.update(
        m=lambda class_: members[class_] if 0 <= class_ <= vectors else 0, e=sign, G=gradient, g=class_gradient, M=memory,
        rate=made.shared("rate", "eta", 1, "one-rate" in assumed),
        kappa=made.shared("kappa", "gamma", 1, "same-rule" in assumed),
    )
    made.functions.update(phi=odd("phi"), psi=odd("psi"))
    return made


def invariant_subspace() -> Proof:
    """The principle, for gradient descent and for odd entrywise rules."""
    classes = ("gradient-in-classes", "odd-rule", "odd-memory", "same-rule", "same-memory")
    return Proof(
        "invariant-subspace",
        "Training stays in theta_0 + V",
        "If at every point of theta_0 + V the gradient of the loss lies in V, for every batch, then gradient descent from "
        "theta_0 stays in theta_0 + V for ever. If V is spanned by signed indicators of classes of parameters, the same "
        "holds for every odd entrywise function of the gradient history. Any model, data and loss.",
        HYPOTHESES,
        DEFINITIONS,
        (
            _staying(),
            _classes(),
            restated("descent-stays", STAYS, ("gradient-in-V", "one-rate"), "at every step"),
            restated("entrywise-rules-stay", CLASSES, classes, "at every step"),
        ),
        ("descent-stays", "entrywise-rules-stay"),
        _world,
        {},
        SIZES,
        "Zhao, Luo and Zhang 2025, Architecture Induces Structural Invariant Manifolds (arXiv 2510.09564)",
    )
