"""The indices of all networks: layers l = 1..L, steps t = 0, 1, 2, ..., samples s = 1..N; o numbers the outputs."""

from __future__ import annotations

from sympy import oo

from symcheck.proof.kernel.terms import index

t, l, L, s, N, o = index("t l L s N o")

#: Ranges that come back in every statement.
STEP, LAYER, HIDDEN, SAMPLE = (t, 0, oo), (l, 1, L), (l, 1, L - 1), (s, 1, N)
