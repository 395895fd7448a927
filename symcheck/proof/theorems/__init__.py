"""The theorems, one text each, and the order in which they are best read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The names of the texts under what they are about.
READING_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "Which units stay tied, and which do not": (
        "constant-init",
        "equitable-partitions",
        "optimizers",
        "zero-init",
        "signs",
        "invariant-subspace",
        "quotient",
        "zero-bias",
        "separate-supports",
        "random-draws",
        "dead-by-sign",
        "rescaling-identity",
        "logistic-regression",
    ),
    "What a layer keeps of the variance of signals and gradients": (
        "he-gain",
        "leaky-gain",
        "scale-power",
        "scale-limit",
        "glorot-compromise",
        "ratio-variance",
        "arc-cosine",
        "constant-rank",
    ),
}
