"""Optimizers of the reference with their settings, and learning rates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from symcheck.reference.optimizers import OPTIMIZERS, Optimizer, optimizer
from symcheck.strategies.number import Numbers, dyadics
from symcheck.strategies.validation import choices, number_bounds

#: Simplest first.
_NAMES = ("sgd", "momentum", "nesterov", "signsgd", "rmsprop", "adam", "adamw")
#: Under these an L2 penalty adds a multiple of the parameter itself to the step.
_LINEAR_IN_THE_GRADIENT = ("sgd", "momentum", "nesterov")


def optimizers(
    *, names: Collection[str] = _NAMES, settings: bool = True, equitable: bool = False
) -> st.SearchStrategy[Optimizer]:
    """Optimizers of `symcheck.reference`; shrinks to plain gradient descent.

    Args:
        names: of ``symcheck.reference.OPTIMIZERS``.
        settings: whether rates, penalties and clipping are drawn; False takes every default.
        equitable: only those under which every equitable partition stays tied, not the block-constant ones
            alone: no L1 penalty anywhere, and L2 only under gradient descent and its momentum forms.

    Raises:
        InvalidArgument: an unknown name, or none.
    """
    wanted = choices(names, "names", tuple(OPTIMIZERS))
    chosen = st.sampled_from(sorted(wanted, key=(*_NAMES, *OPTIMIZERS).index))
    if not settings:
        return chosen.map(optimizer)
    return chosen.flatmap(lambda name: st.builds(optimizer, st.just(name), **_settings(name, equitable)))


def learning_rates(*, min_rate: float = 2**-10, max_rate: float = 1.0) -> Numbers:
    """Powers of two and other dyadic fractions between the bounds; shrinks to the largest simple one.

    Raises:
        InvalidArgument: a bound that is not positive, or bounds that leave nothing.
    """
    number_bounds(min_rate, max_rate, "rate", above=0)
    powers = [2.0**-k for k in range(-10, 21) if min_rate <= 2.0**-k <= max_rate]
    # From the middle outwards in size of the exponent: 1 reads best.
    powers.sort(key=lambda rate: max(rate, 1 / rate))
    others = dyadics(min_value=min_rate, max_value=max_rate, denominator=2**20)
    return st.sampled_from(powers) | others if powers else others


def _settings(name: str, equitable: bool) -> dict[str, Any]:
    rates = dyadics(min_value=0.0, max_value=0.9375, denominator=16)
    penalties = st.just(0.0) | dyadics(min_value=0.0, max_value=0.5, denominator=64)
    bounds = st.none() | dyadics(min_value=0.125, max_value=4.0, denominator=8)
    values: dict[str, Any] = {
        "momentum": rates,
        "dampening": rates,
        "decay": penalties if name == "adamw" else rates,
        "beta1": rates,
        "beta2": rates,
        "epsilon": st.sampled_from((1e-8, 1e-6, 1e-3)),
        "eps_root": st.sampled_from((0.0, 1e-8, 1e-3)),
    }
    own = {field.name for field in fields(OPTIMIZERS[name])}
    drawn = {setting: values[setting] for setting in values if setting in own}
    drawn |= {"clip_value": bounds, "clip_norm": bounds}
    if not equitable or name in _LINEAR_IN_THE_GRADIENT:
        drawn["l2"] = penalties
    if not equitable:
        drawn["l1"] = penalties
    return drawn
