"""Why weights must be random: theorems whose proofs are data that a small kernel checks.

Reading order: in `kernel` the language (`terms`), `rules`, the two judges (`judges`, `evaluate`) and `check`; in `settings`
what theorems speak of: `network` and `blocks` for ties, `expectation` and `random_layers` for variances, `calculus`; then
`theorems`, from `constant` (the main one) and `equitable` (the general one) on. The modules named after `necessity` say
why each hypothesis is needed; `needed` judges such counterexamples where a theorem's text writes them as lines of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symcheck.proof.theorem import Theorem

__all__ = ["THEOREMS", "prove"]

#: Theorems on which units stay tied, and which do not.
SYMMETRY = (
    "constant-init",
    "equitable-partitions",
    "optimizers",
    "zero-init",
    "signs",
    "invariant-subspace",
    "quotient",
    "zero-bias",
    "separate-supports",
    "logistic-regression",
)
#: Theorems on the variance of signals.
VARIANCE = (
    "he-gain",
    "leaky-gain",
    "scale-power",
    "scale-limit",
    "glorot-compromise",
    "ratio-variance",
    "arc-cosine",
    "constant-rank",
)
#: The names of all theorems, in reading order.
THEOREMS = (*SYMMETRY, *VARIANCE)


def prove(name: str, without: Sequence[str] = ()) -> Theorem:
    """Let the kernel go through the proof of a theorem, with hypotheses dropped if wanted.

    Raises:
        SymcheckError: no such theorem or hypothesis; the message lists those there are.
    """
    from symcheck.proof import theorem
    from symcheck.proof.library import ENTRIES

    return theorem.proved(ENTRIES, name, without)
