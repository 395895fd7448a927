"""The theorems on the variance of signals and gradients: what a layer keeps of it, and what depth makes of that."""

from __future__ import annotations

from functools import cache

from symcheck.proof import (
    matrix_necessity,
    normal_necessity,
    variance_angle,
    variance_glorot,
    variance_layers,
    variance_limit,
    variance_necessity,
    variance_rank,
    variance_ratio,
)
from symcheck.proof.theorem import Entry

ENTRIES: dict[str, Entry] = {
    "he-gain": Entry(cache(variance_layers.he_gain), variance_necessity.HE),
    "leaky-gain": Entry(cache(variance_layers.leaky_gain), variance_necessity.LEAKY_GAIN),
    "scale-power": Entry(cache(variance_layers.scale_power), variance_necessity.POWER),
    "scale-limit": Entry(cache(variance_limit.scale_limit), variance_necessity.LIMIT),
    "glorot-compromise": Entry(cache(variance_glorot.glorot_compromise), matrix_necessity.GLOROT),
    "ratio-variance": Entry(cache(variance_ratio.ratio_variance), normal_necessity.RATIO),
    "arc-cosine": Entry(cache(variance_angle.arc_cosine), normal_necessity.ANGLE),
    "constant-rank": Entry(cache(variance_rank.constant_rank), matrix_necessity.RANK),
}
