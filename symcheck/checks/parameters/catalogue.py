"""The checks of parameters, in the order in which a report tells them."""

from __future__ import annotations

from symcheck.checks.definition import Check
from symcheck.checks.parameters import applied, copies, defaults, law, randomness, recipe, structure, values

PARAMETER_CHECKS: tuple[Check, ...] = (
    applied.applied,
    *(values.finite, values.written),
    *(recipe.covered, recipe.equal),
    *(law.scale, law.mean, law.bounds, law.family, law.atoms, structure.structure),
    defaults.default,
    *(randomness.constants, randomness.fresh, randomness.seed),
    copies.copies,
)
