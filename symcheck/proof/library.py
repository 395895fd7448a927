"""All theorems, by name, in the order in which they are best read."""

from __future__ import annotations

from functools import cache

from symcheck.proof.theorem import TheoremEntry
from symcheck.proof.theorems import (
    arc_cosine,
    blocks_necessity,
    constant,
    constant_rank,
    equitable,
    gains,
    glorot,
    independence,
    layer_necessity,
    logistic,
    matrix_necessity,
    normal_necessity,
    optimizers,
    quotient,
    ratio_variance,
    scale_limit,
    signs,
    subspace,
    variance_necessity,
    zero,
)

#: Which units stay tied, and which do not.
SYMMETRY: dict[str, TheoremEntry] = {
    "constant-init": TheoremEntry(cache(constant.constant_init), blocks_necessity.CONSTANT),
    "equitable-partitions": TheoremEntry(cache(equitable.equitable_partitions), blocks_necessity.EQUITABLE),
    "optimizers": TheoremEntry(cache(optimizers.optimizers_keep_ties), blocks_necessity.OPTIMIZERS),
    "zero-init": TheoremEntry(cache(zero.zero_init), blocks_necessity.ZERO),
    "signs": TheoremEntry(cache(signs.signs), blocks_necessity.SIGNS),
    "invariant-subspace": TheoremEntry(cache(subspace.invariant_subspace), blocks_necessity.SUBSPACE),
    "quotient": TheoremEntry(cache(quotient.network_of_blocks), blocks_necessity.EQUITABLE),
    "zero-bias": TheoremEntry(cache(independence.zero_bias), layer_necessity.ZERO_BIAS),
    "separate-supports": TheoremEntry(cache(independence.separate_supports), layer_necessity.SUPPORTS),
    "logistic-regression": TheoremEntry(cache(logistic.logistic_regression), layer_necessity.LOGISTIC),
}

#: What a layer keeps of the variance of signals and gradients, and what depth makes of that.
VARIANCE: dict[str, TheoremEntry] = {
    "he-gain": TheoremEntry(cache(gains.he_gain), variance_necessity.HE),
    "leaky-gain": TheoremEntry(cache(gains.leaky_gain), variance_necessity.LEAKY_GAIN),
    "scale-power": TheoremEntry(cache(gains.scale_power), variance_necessity.POWER),
    "scale-limit": TheoremEntry(cache(scale_limit.scale_limit), variance_necessity.LIMIT),
    "glorot-compromise": TheoremEntry(cache(glorot.glorot_compromise), matrix_necessity.GLOROT),
    "ratio-variance": TheoremEntry(cache(ratio_variance.ratio_variance), normal_necessity.RATIO),
    "arc-cosine": TheoremEntry(cache(arc_cosine.arc_cosine), normal_necessity.ANGLE),
    "constant-rank": TheoremEntry(cache(constant_rank.constant_rank), matrix_necessity.RANK),
}

ENTRIES: dict[str, TheoremEntry] = {**SYMMETRY, **VARIANCE}
