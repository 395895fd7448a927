"""Hypothesis strategies for whatever symcheck's properties speak of.

Names are resolved when they are first used. Every strategy is a plural noun with keyword-only options, checks
them at once, and shrinks towards the smallest case that can be read: one unit a layer, small integers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_PUBLIC = {
    name: f"symcheck.strategies.{module}"
    for module, names in {
        "architecture": "architectures",
        "batch": "batches inputs",
        "initializer": "seeds shapes",
        "law": "laws",
        "layers": "biases BIAS_KINDS",
        "names": "activations heads losses",
        "network": "networks parameters tied_networks",
        "number": "dyadics",
        "optimizer": "learning_rates optimizers",
        "problem": "Problem problems",
        "weight": "weights WEIGHT_KINDS",
    }.items()
    for name in names.split()
}

__all__ = [*_PUBLIC]  # noqa: PLE0604

if TYPE_CHECKING:
    from symcheck.strategies.architecture import architectures as architectures
    from symcheck.strategies.batch import batches as batches
    from symcheck.strategies.batch import inputs as inputs
    from symcheck.strategies.initializer import seeds as seeds
    from symcheck.strategies.initializer import shapes as shapes
    from symcheck.strategies.law import laws as laws
    from symcheck.strategies.layers import BIAS_KINDS as BIAS_KINDS
    from symcheck.strategies.layers import biases as biases
    from symcheck.strategies.names import activations as activations
    from symcheck.strategies.names import heads as heads
    from symcheck.strategies.names import losses as losses
    from symcheck.strategies.network import networks as networks
    from symcheck.strategies.network import parameters as parameters
    from symcheck.strategies.network import tied_networks as tied_networks
    from symcheck.strategies.number import dyadics as dyadics
    from symcheck.strategies.optimizer import learning_rates as learning_rates
    from symcheck.strategies.optimizer import optimizers as optimizers
    from symcheck.strategies.problem import Problem as Problem
    from symcheck.strategies.problem import problems as problems
    from symcheck.strategies.weight import WEIGHT_KINDS as WEIGHT_KINDS
    from symcheck.strategies.weight import weights as weights


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'symcheck.strategies' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
