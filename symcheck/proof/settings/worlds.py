"""The worlds of theorems: made by their hypotheses where these are equations, otherwise by the setting that a text names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symcheck.proof.settings.blocks import blocks
from symcheck.proof.settings.dead import dead
from symcheck.proof.settings.equal_sums import equal_sums
from symcheck.proof.settings.equations import Make, made_by
from symcheck.proof.settings.normal_pairs import normal_pairs
from symcheck.proof.settings.odd import classes
from symcheck.proof.settings.random_layers import random_layers
from symcheck.proof.settings.random_matrix import random_matrix
from symcheck.proof.settings.random_rows import random_rows
from symcheck.proof.settings.random_units import random_units
from symcheck.proof.settings.read_backwards import read_backwards
from symcheck.proof.settings.reals import reals
from symcheck.proof.text.theory import Theory
from symcheck.proof.text.vocabulary import NotationError


def world_of(theory: Theory) -> Make:
    """What makes the worlds of a theorem.

    Raises:
        NotationError: the setting that it names is not known.
    """
    facts = {f.name: f for h in theory.hypotheses for f in h.facts} | theory.claims
    narrower = {h.name: h.sizes for h in theory.hypotheses if h.sizes}
    name, *options = theory.world.split()
    # A setting makes worlds in which what is computed comes out as it is assumed to.
    alone = name == "equations"
    basic = made_by(theory.declared, theory.definitions, facts, narrower, frozenset(theory.claims), alone)
    if name not in _SETTINGS:
        raise NotationError(f"there is no world named {name!r}")
    return _SETTINGS[name](theory, basic, tuple(options))


def _equations(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    return basic


#: From a theory, the worlds that its equations make, and what the text adds after the name, to its worlds.
_SETTINGS: Mapping[str, Callable[[Theory, Make, tuple[str, ...]], Make]] = {
    "equal-sums": equal_sums,
    "equations": _equations,
    "normal-pairs": normal_pairs,
    "read-backwards": read_backwards,
    "random-layers": random_layers,
    "random-matrix": random_matrix,
    "random-rows": random_rows,
    "random-units": random_units,
    "blocks": blocks,
    "reals": reals,
    "classes": classes,
    "dead": dead,
}
