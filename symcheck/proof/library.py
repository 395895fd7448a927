"""All theorems, by name, in the order in which they are best read."""

from __future__ import annotations

from functools import cache

from symcheck.proof import variance
from symcheck.proof.theorem import Entry
from symcheck.proof.theorems import (
    blocks_necessity,
    constant,
    constant_necessity,
    equitable,
    independence,
    layer_necessity,
    logistic,
    optimizers,
    quotient,
    subspace,
    zero,
)
from symcheck.proof.theorems import signs as odd

#: Which units stay tied, and which do not.
SYMMETRY: dict[str, Entry] = {
    "constant-init": Entry(cache(constant.constant_init), constant_necessity.CONSTANT),
    "equitable-partitions": Entry(cache(equitable.equitable_partitions), blocks_necessity.EQUITABLE),
    "optimizers": Entry(cache(optimizers.optimizers), blocks_necessity.OPTIMIZERS),
    "zero-init": Entry(cache(zero.zero_init), blocks_necessity.ZERO),
    "signs": Entry(cache(odd.signs), blocks_necessity.SIGNS),
    "invariant-subspace": Entry(cache(subspace.invariant_subspace), blocks_necessity.SUBSPACE),
    "quotient": Entry(cache(quotient.quotient), blocks_necessity.EQUITABLE),
    "zero-bias": Entry(cache(independence.zero_bias), layer_necessity.ZERO_BIAS),
    "separate-supports": Entry(cache(independence.separate_supports), layer_necessity.SUPPORTS),
    "logistic-regression": Entry(cache(logistic.logistic_regression), layer_necessity.LOGISTIC),
}

ENTRIES: dict[str, Entry] = {**SYMMETRY, **variance.ENTRIES}
