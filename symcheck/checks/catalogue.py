"""Every check, in the order in which a report tells them."""

from __future__ import annotations

from symcheck.checks import (
    atoms,
    contract,
    dependence,
    kernels,
    law,
    network_copies,
    network_law,
    network_strength,
    network_structure,
    networks,
    randomness,
    structure,
    symmetry,
    ties,
)
from symcheck.checks.definition import Check
from symcheck.checks.parameters.catalogue import PARAMETER_CHECKS

_FAMILIES: tuple[tuple[Check, ...], ...] = (
    (contract.call, contract.shape, contract.dtype, contract.finite, contract.written, contract.input, contract.shared),
    (ties.ties, ties.near_ties),
    (dependence.independence,),
    (law.scale, law.mean, law.bounds, law.family, atoms.atoms, kernels.kernels),
    (symmetry.symmetry,),
    (randomness.constant, randomness.seed, randomness.other_seed, randomness.fresh),
    (structure.structure, structure.haar),
    (network_strength.near_ties, network_strength.strength),
    (network_copies.fresh, network_copies.other_seed),
    (networks.finite, networks.shared, networks.ties, networks.dead),
    (network_law.scale, network_law.mean, network_law.bounds, network_law.family, network_law.atoms),
    (network_structure.structure,),
)
CHECKS = (*(check for family in _FAMILIES for check in family), *PARAMETER_CHECKS)


def checks_of(kind: str) -> list[Check]:
    """The checks of a kind of subject."""
    return [check for check in CHECKS if check.kind == kind]
