"""The conditions under which claimed classes, zeros and frozen units are kept by every update.

What satisfies them is kept, by induction on the updates, whoever found it: see the theorem in
`symcheck.symmetry.partition`. Here they are only looked up, layer by layer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.fingerprints import Fingerprinter, Fingerprints, View
from symcheck.symmetry.silence import lasting, maybe_silent, silent
from symcheck.types import Array, Flags, Labels, Signs


def violations(certificate: Certificate, network: Network, rng: Generator) -> Iterator[str]:
    """Every condition that the claims violate, as a sentence; nothing if what is claimed is true.

    The certificate must fit the network's sizes, and its labels and signs must be well formed.
    """
    if certificate.optimizer_class == "noise":
        for layer in certificate.layers:
            if layer.classes < layer.units or layer.zero.any() or layer.frozen.any():
                yield f"layer {layer.layer} is said to keep something under noise on every parameter"
        return
    claims = _Claims(certificate, network, rng)
    for number in range(1, network.depth):
        yield from claims.well_formed(number)
    for number in reversed(range(1, network.depth)):
        yield from claims.layer(number)


class _Claims:
    def __init__(self, certificate: Certificate, network: Network, rng: Generator) -> None:
        self._network, self._layers = network, certificate.layers
        self._kind = certificate.optimizer_class
        self._masked, self._coupled = self._kind == "dropout", self._kind == "coupled"
        self._read = Fingerprinter(network, self._coupled, rng)
        # Classes of deltas of the layer above the one in hand.
        self._above, self._all_frozen, self._last = *output_view(network), True

    def well_formed(self, number: int) -> Iterator[str]:
        layer, symmetry = self._layers[number - 1], self._network.activations[number - 1].symmetry
        zero, labels = layer.zero, layer.labels
        if (layer.signs < 0).any() and symmetry != "odd":
            yield f"layer {number} claims opposite units, but its activation is not odd"
        if zero.any() and symmetry == "generic":
            yield f"layer {number} claims zero units, but its activation need not vanish at zero"
        together = labels == labels[int(np.argmax(zero))]
        if zero.any() and not np.array_equal(together, zero):
            yield f"the zero units of layer {number} are not one class of their own"
        if (layer.signs[zero] < 0).any():
            yield f"a zero unit of layer {number} has a sign"
        if self._masked and (np.bincount(labels)[labels][~zero] > 1).any():
            yield f"layer {number} claims ties between units with random masks of their own"

    def layer(self, number: int) -> Iterator[str]:
        layer, network = self._layers[number - 1], self._network
        zero, frozen, below = layer.zero, layer.frozen, self._zero_below(number)
        inert = network.biases[number - 1] is None and bool(below.all())
        shared = np.bincount(layer.labels)[layer.labels] > 1
        by_signs = network.activations[number - 1].rectified and lasting(self._kind)
        if by_signs and not self._silent(number, np.flatnonzero(zero)):
            yield f"a unit of layer {number} is said to be zero, but its weights and bias let it be positive"
        checked = np.flatnonzero((shared & ~zero) if by_signs else (shared | zero))
        incoming = self._read.incoming(number, checked, self._below(number))
        bias = _numbers(network.biases[number - 1], layer.units)
        if not by_signs and (not incoming.zero[zero[checked]].all() or (bias[zero] != 0).any()):
            yield f"a unit of layer {number} is said to be zero, but its weights or bias do not cancel"
        if not inert and not frozen[zero].all():
            yield f"a unit of layer {number} is said to be zero, but its weights can move"
        live = shared & ~zero
        for members in _classes(layer.labels, live):
            signs = layer.signs[members]
            if (signs * bias[members] != bias[members[0]]).any():
                yield f"units {_some(members)} of layer {number} are said to be tied, but their biases differ"
            still = inert or bool(frozen[members].all())
            if not _alike(incoming, np.searchsorted(checked, members), signs, odd_only=still):
                yield f"units {_some(members)} of layer {number} are said to be tied, but incoming weights differ"
            if not inert and frozen[members].any() and not still:
                yield f"units {_some(members)} of layer {number} are tied, but not all of them are frozen"
        yield from self._deltas(number, inert, shared)

    def _deltas(self, number: int, inert: bool, shared: Flags) -> Iterator[str]:
        layer, network = self._layers[number - 1], self._network
        zero, frozen = layer.zero, layer.frozen
        centred = self._last and network.head == "softmax" and network.sizes[-1] > 2
        moving = shared & ~frozen if not inert else ~frozen
        watched = frozen & zero
        units = np.flatnonzero(moving | watched)
        outgoing = self._read.outgoing(number, units, self._above, centred and not self._coupled)
        balanced = outgoing.zero
        if centred and self._coupled:
            balanced = self._read.outgoing(number, units, self._above, centred).zero
        if not self._all_frozen:
            flat = network.activations[number - 1].symmetry == "flat"
            kept = np.zeros(layer.units, bool)
            kept[units] = balanced
            if (frozen & ~(zero & (kept | flat))).any():
                yield f"a unit of layer {number} is said to be frozen, but its gradient need not vanish"
            if not inert:
                for members in _classes(layer.labels, moving & ~zero):
                    if not _alike(outgoing, np.searchsorted(units, members), layer.signs[members]):
                        yield (
                            f"units {_some(members)} of layer {number} are said to be tied, but outgoing weights differ"
                        )
        labels, signs = layer.labels, layer.signs
        if self._masked:
            labels, signs = np.arange(layer.units), np.ones(layer.units, np.int8)
        elif inert and not self._all_frozen:
            labels, signs = _grouped(outgoing, units, layer.units, either_sign=bool(zero.all()))
        self._above = View.of(labels, signs, np.flatnonzero(~frozen))
        self._all_frozen, self._last = bool(frozen.all()), False

    def _silent(self, number: int, units: Labels) -> bool:
        network, view = self._network, self._below(number)
        able = maybe_silent(network, number, self._kind)[units].all()
        return bool(able and silent(network, number, units, view.columns, view.signs, view.starts).all())

    def _zero_below(self, number: int) -> Flags:
        return self._layers[number - 2].zero if number > 1 else np.zeros(self._network.sizes[0], bool)

    def _below(self, number: int) -> View:
        live = np.flatnonzero(~self._zero_below(number))
        if number == 1:
            return View.of(live, np.ones(live.size, np.int8), live)
        layer = self._layers[number - 2]
        return View.of(layer.labels, layer.signs, live)


def output_view(network: Network) -> tuple[View, bool]:
    """Classes of the deltas of the outputs, and whether all are zero: those of a softmax head sum to zero."""
    count = network.sizes[-1]
    signs = np.ones(count, np.int8)
    if network.head == "softmax" and count <= 2:
        signs[1:] = -1
        live = np.arange(count if count == 2 else 0)
        return View.of(np.zeros(count, np.intp), signs, live), count == 1
    return View.of(np.arange(count), signs, np.arange(count)), False


def _classes(labels: Labels, of: Flags) -> Iterator[Labels]:
    """Members of each class, first the one that the signs refer to."""
    units = np.flatnonzero(of)
    units = units[np.argsort(labels[units], kind="stable")]
    ordered = labels[units]
    return iter(np.split(units, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1) if units.size else [])


def _alike(prints: Fingerprints, places: Labels, signs: Signs, odd_only: bool = False) -> bool:
    plus, minus = (prints.plus_odd, prints.minus_odd) if odd_only else (prints.plus, prints.minus)
    signed = np.where(signs < 0, minus[places], plus[places])
    return bool((signed == signed[0]).all())


def _grouped(prints: Fingerprints, units: Labels, count: int, either_sign: bool) -> tuple[Labels, Signs]:
    """Classes of equal fingerprints; all other units together, which no one reads."""
    labels, signs = np.full(count, -1), np.ones(count, np.int8)
    seen: dict[int, int] = {}
    for unit, plus, minus in zip(units, prints.plus, prints.minus, strict=True):
        if either_sign and minus in seen and plus not in seen:
            labels[unit], signs[unit] = seen[minus], -1
        else:
            labels[unit] = seen.setdefault(plus, len(seen))
    return labels, signs


def _numbers(bias: Array | None, count: int) -> Array:
    """Biases as numbers that can be negated without overflow."""
    if bias is None:
        return np.zeros(count)
    return bias.astype(object) if bias.dtype.kind in "iu" else bias.astype(np.float64)


def _some(members: Labels) -> str:
    shown = ", ".join(str(unit + 1) for unit in members[:4])
    return f"{shown} and others" if len(members) > 4 else shown
