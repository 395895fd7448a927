"""Theorems on ties: accepted in every world, rejected without a hypothesis and with anything changed."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel import judges
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.proofs import Lemma
from symcheck.proof.library import load, proof_of, shared, theorem_text

#: What is written, and what is put in its place; then the theorem is false, or not shown.
TAMPERED = [
    # The row sums of the whole layer do not do for those of every block, nor rows for columns.
    ("equitable-partitions", "  sum(c) W[0, l, I, a, J, c] = R[0, l, I, J]", "  W[0, l, I, a, J, 1] = R[0, l, I, J]"),
    (
        "equitable-partitions",
        "  sum(a) W[0, l, I, a, J, c] = C[0, l, I, J]",
        "  sum(c) W[0, l, I, a, J, c] = C[0, l, I, J]",
    ),
    ("equitable-partitions", "H[t, l, s, I]   for l in 1..L-1\n  forward", "H[t, l, s, I]   for l in 1..L\n  forward"),
    (
        "equitable-partitions",
        "H[t, l, s, I]   for l in 1..L-1\n  forward",
        "H[t, l, s, a]   for l in 1..L-1\n  forward",
    ),
    ("equitable-partitions", "- eta[t, l] m[l-1, J] gradient", "- eta[t, l] m[l, I] gradient"),
    ("equitable-partitions", "- eta[t, l] m[l, I] gradient", "- eta[t, l] gradient"),
    ("equitable-partitions", "sum(O) D[t, l+1, s, O] C[t, l+1, O, I]", "sum(O) D[t, l+1, s, O] R[t, l+1, O, I]"),
    ("equitable-partitions", "  b[0, l, I, a] = B[0, l, I]", "  b[0, l, I, 1] = B[0, l, I]"),
    ("signs", "let sign(l, I, a) = e[l, I, a]", "let sign(l, I, a) = e[l, I, 1]"),
    ("signs", "  e[l, I, a]^2 = 1", "  e[l, I, a]^3 = 1"),
    ("signs", "sigma'(l, e[l, I, a] v) = sigma'(l, v)", "sigma'(l, e[l, I, a] v) = e[l, I, a] sigma'(l, v)"),
    ("signs", "b[0, l, I, a] = e[l, I, a] B[0, l, I]", "b[0, l, I, a] = B[0, l, I]"),
    ("quotient", "- eta[t, l] m[l-1, J] / m[l, I] Gamma", "- eta[t, l] m[l, I] / m[l-1, J] Gamma"),
    ("quotient", "- eta[t, l] / m[l, I] gamma", "- eta[t, l] gamma"),
    ("quotient", "  delta[t, L, s, I, a] = d[t, L, s, I] / m[L, I]", "  delta[t, L, s, I, a] = d[t, L, s, I]"),
    (
        "quotient",
        "integers m[l, I]   for l in 0..L, I in 1..n[l]   least 1",
        "integers m[l, I]   for l in 0..L, I in 1..n[l]   least 0",
    ),
    ("optimizers", "= decay[t, l] W[t, l, I, a, J, c] - phi", "= decay[t, l] W[t, l, I, a, J, c]^2 - phi"),
    ("optimizers", "  K[t, l, I, a, J, c] = kappa[t, l]", "  K[t, l, I, a, J, c] = W[t, l, I, a, J, c]"),
    ("optimizers", "  M[0, l, I, a, J, c] = S[0, l, I, J]", "  M[0, l, I, a, J, c] = R[0, l, I, J]"),
    ("optimizers", "- m[l-1, J] phi(t, l, kappa[t, l]", "- phi(t, l, kappa[t, l]"),
    ("invariant-subspace", "  G[t, p] = sum(q) V[p, q] A[t, q]", "  G[t, p] = sum(q) V[p, q]^2 A[t, q]"),
    ("invariant-subspace", "  rate[t, p] = eta[t]", "  rate[t, p] = eta[p]"),
    ("invariant-subspace", "  u[0, q] = 0", "  u[0, q] = 1"),
    ("invariant-subspace", "= e[q, p] phi(t, gamma[t], x, y)", "= phi(t, gamma[t], x, y)"),
    ("invariant-subspace", "  M[0, q, p] = e[q, p] S[0, q]", "  M[0, q, p] = S[0, q]"),
    ("zero-init", "  sigma(l, 0) = 0", "  sigma(l, 1) = 0"),
    ("zero-init", "  size L in 2..\n", "  size L in 1..\n"),
    (
        "zero-init",
        "claim frozen-biases             b[t, l, i] = 0      for l in 1..L-1",
        "claim frozen-biases   b[t, l, i] = 0   for l in 1..L",
    ),
    ("zero-init", "  cases l <= L-1: frozen-below", "  cases l <= L: frozen-below"),
    ("dead-by-sign", "  x[t, s, J, c] >= 0\n", "  -x[t, s, J, c] >= 0\n"),
    ("dead-by-sign", "sigma(l, v) >= 0   for l in 1..u-1, v real", "sigma(l, v) >= 0   for l in 1..u-2, v real"),
    ("dead-by-sign", "sigma(l, v) >= 0   for l in 1..u-1, v real", "sigma(l, v) >= 0   for l in 1..u-1, v >= 0"),
    ("dead-by-sign", "= h[t, u-1, s, J, 1]\n", "= h[t, u-1, s, 1, c]\n"),
    ("dead-by-sign", "  -sum(c) W[0, u, P, q, J, c] >= 0", "  sum(c) W[0, u, P, q, J, c] >= 0"),
    ("dead-by-sign", "  -sum(c) W[0, u, P, q, J, c] >= 0", "  -sum(J, c) W[0, u, P, q, J, c] >= 0"),
    ("dead-by-sign", "  -b[0, u, P, q] >= 0", "  1 - b[0, u, P, q] >= 0"),
    ("dead-by-sign", "sigma'(u, -v) = 0   for v >= 0", "sigma'(u, v) = 0   for v >= 0"),
    ("dead-by-sign", "lemma silent   h[t, u, s, P, q] = 0", "lemma silent   h[t, u, s, P, 1] = 0"),
    ("rescaling-identity", "sigma(u, v) = sigma'(u, v) v", "sigma(u, v) = 2 sigma'(u, v) v"),
    ("rescaling-identity", "sigma(u, v) = sigma'(u, v) v", "sigma(u+1, v) = sigma'(u+1, v) v"),
    ("rescaling-identity", "size u in 1..L-1", "size u in 1..L"),
    ("rescaling-identity", " + b[t, u, i] g[t, u, i]", ""),
    (
        "rescaling-identity",
        " = sum(o) W[t, u+1, o, i] G[t, u+1, o, i]",
        " = sum(o) W[t, u+1, o, i] G[t, u+1, o, i] + b[t, u, i]",
    ),
]


#: The first of each theorem; the others in a stage of CI.
FIRST = {row[0]: row for row in reversed(TAMPERED)}.values()


def _whole(theorem: str) -> str:
    """The text of a theorem with the texts that it uses in their places."""
    lines = (theorem_text(theorem) or "").splitlines()
    while used := [n for n, line in enumerate(lines) if line.startswith("use ")]:
        lines[used[0] : used[0] + 1] = (shared(lines[used[0]].split()[1]) or "").splitlines()
    return "\n".join(lines) + "\n"


@pytest.mark.first(2)
@pytest.mark.usefixtures("one_world")
@pytest.mark.parametrize(
    ("theorem", "written", "instead"),
    [pytest.param(*row, marks=() if row in FIRST else pytest.mark.soak) for row in TAMPERED],
)
def test_a_tampered_theorem_is_rejected(theorem: str, written: str, instead: str) -> None:
    text = _whole(theorem)
    assert written in text
    assert not check_proof(proof_of(text.replace(written, instead), theorem))[0]


def _silent_without(missing: str) -> bool:
    """Whether the unit of dead-by-sign is silent in worlds of all its facts but one, by evaluation alone."""
    proof = load("dead-by-sign")
    assumed = frozenset(f.name for h in proof.hypotheses for f in h.facts) - {missing}
    silent = next(p for p in proof.parts if isinstance(p, Lemma) and p.goal.name == "silent").goal
    worlds = judges.drawn(proof.world, proof.definitions, assumed, 0, 1)
    return judges.numeric(silent.left, silent.right, silent.ranges, worlds).accepted


def test_the_unit_is_silent_in_its_worlds_and_only_by_its_hypotheses() -> None:
    assert all(_silent_without("") for _ in range(5))
    for fact in ("non-negative-inputs", "inputs", "non-positive-sums", "non-positive-bias", "relu"):
        assert not all(_silent_without(fact) for _ in range(20)), fact
