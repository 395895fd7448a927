"""All worked instances, by theorem: what the theorem says in numbers, and a case in which one hypothesis fails."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.proof.worked import constant
from symcheck.proof.worked.calculation import Worked

#: The instances beside each theorem, in the order in which they are read.
WORKED: dict[str, tuple[Callable[[], Worked], ...]] = {
    "constant-init": (constant.all_weights_half, constant.one_weight_changed),
    "zero-init": (constant.all_zero, constant.all_zero_under_sigmoid),
}


def worked(theorem: str) -> tuple[Worked, ...]:
    return tuple(make() for make in WORKED.get(theorem, ()))
