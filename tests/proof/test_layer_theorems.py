"""Theorems on one layer and in real numbers: accepted in every world, rejected without a hypothesis and with anything changed."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of, shared, theorem_text

#: What is written, and what is put in its place; then the theorem is false, or not shown.
TAMPERED = [
    ("constant-rank", "W[i, j] W[o, k] = W[i, k] W[o, j]", "W[i, j] W[o, k] = W[i, k] x[o, j]"),
    ("constant-rank", "    = w^2", "    = w^3"),
    ("constant-rank", "z[first, i] = z[second, i]", "z[first, i] = z[s, i]"),
    ("constant-rank", "  sum(j) x[first, j] = sum(j) x[second, j]", "  sum(j) x[first, j] = 2 sum(j) x[second, j]"),
    ("constant-rank", "  sum(i) delta[first, i] = sum(i) delta[second, i]", "  delta[first, 1] = delta[second, 1]"),
    ("constant-rank", "  W[i, j] = w\n", "  W[i, 1] = w\n"),
    ("constant-rank", "  <- pre-activation ", "  <- carried-back "),
    ("zero-bias", "  b[i] = 0", "  b[i] = W[i, 1]"),
    ("zero-bias", "conclude equal-rows   W[first, j] = W[second, j]", "conclude equal-rows   W[first, j] = W[i, j]"),
    ("zero-bias", "tau(sigma(v)) = v", "tau(sigma(v)) = v^2"),
    ("zero-bias", "h[s, first] = h[s, second]", "h[1, first] = h[1, second]"),
    ("zero-bias", "sum(s) A[j, s] x[s, k] = [j = k]", "sum(s) A[j, s] x[s, k] = [j = k] + 1"),
    ("zero-bias", "  zero-biases              the bias is 0\n", ""),
    ("zero-bias", "rho(sigma(v), sigma(-v)) = v", "rho(sigma(v), sigma(-v)) = -v"),
    ("zero-bias", "z_opposite[s, i] = -z[s, i]", "z_opposite[s, i] = z[s, i]"),
    ("zero-bias", "  tied-on-opposites             on the opposite inputs too\n", ""),
    ("separate-supports", "w[j] reciprocal[j] = 1", "w[j] reciprocal[j] = w[j]"),
    ("separate-supports", "W[i, j] = K[i, j] w[j]", "W[i, j] = K[i, j] + w[j]"),
    ("separate-supports", "    = K[first, j] (w[j] reciprocal[j])", "    = K[first, j] (w[j] / w[j])"),
    ("logistic-regression", "(p(z[s]) - y[s]) x[s, k]", "(y[s] - p(z[s])) x[s, k]"),
    ("logistic-regression", "(p(z[s]) - y[s]) x[s, k]", "(p(z[s]) - y[s])"),
    ("logistic-regression", "H = sum(s) S''(z[s]) direction(s)^2", "H = sum(s) S''(z[s]) direction(s)"),
    ("logistic-regression", "H = sum(s) S''(z[s]) direction(s)^2", "H = sum(s) S'(z[s]) direction(s)^2"),
    ("logistic-regression", "p(r) (1 - p(r))", "p(r)^2"),
    ("logistic-regression", "S''(r) >= 0   for r real", "S''(r) >= 0   for r >= 0"),
    ("logistic-regression", "conclude convex   H >= 0", "conclude convex   -H >= 0"),
    ("logistic-regression", "conclude convex   H >= 0", "conclude convex   H - 1 >= 0"),
    ("arc-cosine", "integral(r in 0..infinity)", "integral(r in 1..infinity)"),
    ("arc-cosine", "ell(3) = 2", "ell(3) = 3"),
    ("arc-cosine", "-(r^2 + 2) exp", "-(r^2 + 1) exp"),
    ("arc-cosine", "theta - pi / 2..pi / 2", "theta - pi..pi / 2"),
    ("arc-cosine", "theta - pi / 2..pi / 2", "theta - pi / 2..pi"),
    ("arc-cosine", "cos(phi) cos(phi - theta)", "cos(phi) cos(phi + theta)"),
    ("arc-cosine", "cos(2 phi - theta)", "cos(2 phi + theta)"),
    ("arc-cosine", "sin(theta) + (pi - theta) cos(theta)", "sin(theta) - (pi - theta) cos(theta)"),
    ("arc-cosine", "sin(theta) + (pi - theta) cos(theta)", "sin(theta) + (pi + theta) cos(theta)"),
    ("arc-cosine", "conclude slope-at-one   S(0) = 1", "conclude slope-at-one   S(pi) = 1"),
    ("arc-cosine", "conclude one-stays   kappa(0) = 1", "conclude one-stays   kappa(pi) = 1"),
    ("arc-cosine", "1 / pi integral(t in 0..theta) t sin(t)", "1 / pi integral(t in 0..theta) t cos(t)"),
    ("arc-cosine", "S(theta) (∂cos(theta) / ∂theta)", "S(theta) (∂sin(theta) / ∂theta)"),
    ("scale-limit", "lost(L, small(a)) = 1", "lost(L, small(a)) = 0"),
    ("scale-limit", "lost(L, small(a)) = 1   for a > 0", "lost(L, small(a)) = 1   for a >= 0"),
    ("scale-limit", "lost(L, small(a)) = 1   for a > 0", "lost(L, small(a)) = 1   for a real"),
    ("scale-limit", "small(a) = exp(-a)", "small(a) = exp(a)"),
    ("scale-limit", "small(a) = exp(-a)", "small(a) = 1"),
    ("scale-limit", "1 - s^(2 L)", "1 - s^(-2 L)"),
    ("scale-limit", "large(a) = exp(a)", "large(a) = exp(-a)"),
]


#: The first of each theorem; the others in a stage of CI.
FIRST = {row[0]: row for row in reversed(TAMPERED)}.values()


def _whole(theorem: str) -> str:
    """The text of a theorem with the texts that it uses in their places."""
    lines = (theorem_text(theorem) or "").splitlines()
    while used := [n for n, line in enumerate(lines) if line.startswith("use ")]:
        lines[used[0] : used[0] + 1] = (shared(lines[used[0]].split()[1]) or "").splitlines()
    return "\n".join(lines) + "\n"


@pytest.mark.usefixtures("one_world")
@pytest.mark.parametrize(
    ("theorem", "written", "instead"),
    [pytest.param(*row, marks=() if row in FIRST else pytest.mark.soak) for row in TAMPERED],
)
def test_a_tampered_theorem_is_rejected(theorem: str, written: str, instead: str) -> None:
    text = _whole(theorem)
    assert written in text
    assert not check_proof(proof_of(text.replace(written, instead), theorem))[0]
