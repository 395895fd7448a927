"""The theorems on the variance of signals and gradients: what a layer keeps of it, and what depth makes of that."""

from __future__ import annotations

from functools import cache

from symcheck.proof.theorem import Entry
from symcheck.proof.theorems import arc_cosine as variance_angle
from symcheck.proof.theorems import constant_rank as variance_rank
from symcheck.proof.theorems import gains as variance_layers
from symcheck.proof.theorems import glorot as variance_glorot
from symcheck.proof.theorems import matrix_necessity, normal_necessity, variance_necessity
from symcheck.proof.theorems import ratio_variance as variance_ratio
from symcheck.proof.theorems import scale_limit as variance_limit

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
