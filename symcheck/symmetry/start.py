"""Which units of a network are equal before any update: one exact look at all weights, layer by layer."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from symcheck.network import Network
from symcheck.symmetry.fingerprints import Fingerprinter, View
from symcheck.symmetry.silence import maybe_silent, silent
from symcheck.types import Flags, Labels, Signs


def separated_at_start(network: Network, kind: str, rng: Generator) -> list[bool]:
    """For each hidden layer whether no two units are equal up to sign, and none is zero, before update 0.

    For all but exceptional activations of each class, and for ReLU as far as signs tell that a unit is zero.

    Args:
        network: all its weights are read.
        kind: a class of optimizers; masks of dropout tell all units apart that are not zero.
        rng: draws the keys of digests.

    Raises:
        NotExact: NaN or infinity among the weights.
    """
    read = Fingerprinter(network, False, rng)
    below = np.arange(network.sizes[0])
    view = View.of(below, np.ones(below.size, np.int8), below)
    found = []
    for number in range(1, network.depth):
        labels, signs, zero = _classes(network, number, view, read)
        if kind == "dropout":
            labels, signs = np.arange(labels.size), np.ones_like(signs)
        found.append(not zero.any() and len(np.unique(labels)) == labels.size)
        view = View.of(labels, signs, np.flatnonzero(~zero))
    return found


def _classes(network: Network, number: int, view: View, read: Fingerprinter) -> tuple[Labels, Signs, Flags]:
    sigma, units = network.activations[number - 1], np.arange(network.sizes[number])
    bias = np.zeros(units.size) if network.biases[number - 1] is None else network.biases[number - 1]
    assert bias is not None
    prints = read.incoming(number, units, view)
    zero = prints.zero & (bias == 0) & (sigma.symmetry != "generic")
    # Silence counts here whatever it is that moves the weights later.
    able = np.flatnonzero(maybe_silent(network, number, "noise"))
    zero[able] |= silent(network, number, able, view.columns, view.signs, view.starts)
    labels, signs = np.zeros(bias.size, np.intp), np.ones(bias.size, np.int8)
    seen: dict[tuple[int, object], int] = {}
    for unit, plus, minus, shift in zip(units, prints.plus, prints.minus, bias.tolist(), strict=True):
        if sigma.symmetry == "odd" and (minus, -shift) in seen:
            labels[unit], signs[unit] = seen[minus, -shift], -1
        else:
            labels[unit] = seen.setdefault((plus, shift), len(seen))
    return labels, signs, zero
