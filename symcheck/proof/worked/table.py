"""All worked instances, by theorem: what the theorem says in numbers, and a case in which one hypothesis fails."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.proof.worked import constant, draws, gains, layer, logistic, partitions, rectified, signed, variances
from symcheck.proof.worked.calculation import Worked

#: The instances beside each theorem, in the order in which they are read.
WORKED: dict[str, tuple[Callable[[], Worked], ...]] = {
    "constant-init": (constant.all_weights_half, constant.one_weight_changed),
    "equitable-partitions": (partitions.different_rows, partitions.different_column_sums),
    "optimizers": (partitions.momentum, partitions.l1_penalty),
    "zero-init": (constant.all_zero, constant.all_zero_under_sigmoid),
    "signs": (signed.opposite_units, signed.opposite_units_under_relu),
    "invariant-subspace": (signed.equal_factors, signed.unequal_factors),
    "quotient": (partitions.block_of_two, partitions.unequal_columns),
    "zero-bias": (layer.two_samples, layer.one_sample, layer.silent_relus),
    "separate-supports": (layer.one_input_each, layer.one_sample_of_equal_inputs),
    "random-draws": (draws.two_uniform_draws, draws.two_signs, draws.one_draw_copied),
    "dead-by-sign": (rectified.negative_sum, rectified.class_divided),
    "rescaling-identity": (rectified.relu_identity, rectified.tanh_identity),
    "logistic-regression": (logistic.from_zero, logistic.squared_error),
    "he-gain": (gains.signs_of_two_weights, gains.one_weight_twice),
    "leaky-gain": (gains.leaky_outcomes, gains.leaky_at_hes_scale),
    "scale-power": (gains.two_layers, gains.one_layer_scaled),
    "scale-limit": (gains.shares, gains.right_scale),
    "glorot-compromise": (variances.nine_outcomes, variances.forward_scale),
    "ratio-variance": (variances.normal_moments, variances.signs_instead),
    "arc-cosine": (variances.angles_contract, variances.two_signs),
    "constant-rank": (layer.constant_matrix, layer.one_entry_changed),
}


def worked(theorem: str) -> tuple[Worked, ...]:
    """The worked instances beside a theorem; none for a name that is not in the table."""
    return tuple(make() for make in WORKED.get(theorem, ()))
