"""Replays the witness of a certificate: classes that it tells apart cannot be one.

It starts from the boldest claim (every layer is one class, zero and frozen) and gives up only what the
weights named by the witness refute. So it never tells apart units that are tied, and when it ends with what
is claimed, and what is claimed is kept by training, then nothing bolder is.

A unit counts twice, as itself and as its negative: unit i is node i, its negative is node n + i. A unit that
shares a class with its own negative is zero so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.random import Generator

from symcheck.network import Network
from symcheck.symmetry.conditions import output_view
from symcheck.symmetry.fingerprints import Fingerprinter, Fingerprints, View
from symcheck.symmetry.silence import maybe_silent, silent
from symcheck.symmetry.units import numbered
from symcheck.symmetry.witness import MalformedWitness, Read, indices
from symcheck.types import Array, Flags, Labels, Signs


class ReplayedLayer:
    """What is not refuted yet of the n units of a hidden layer.

    Attributes:
        activations, deltas: class of each of the 2n nodes.
        zero, frozen: shape (n,).
        silent: shape (n,): zero by the signs of the weights.
    """

    def __init__(self, count: int, symmetry: str) -> None:
        self.symmetry = symmetry
        self.silent = np.ones(count, bool)
        self.activations = np.zeros(2 * count, np.intp)
        self.deltas = np.zeros(2 * count, np.intp)
        # Classes that also tell apart what only moving weights do.
        self.weights = np.zeros(2 * count, np.intp)
        self.zero, self.frozen = np.full(count, symmetry != "generic"), np.ones(count, bool)
        self.pushed, self.pulled = np.zeros(count, bool), np.zeros(count, bool)

    @property
    def count(self) -> int:
        """Number of units."""
        return len(self.zero)

    @property
    def size(self) -> tuple[int, ...]:
        """How far it is refined: what is different afterwards has another size."""
        parts = (self.activations, self.deltas, self.weights)
        flags = (self.zero, self.frozen, self.silent, self.pushed, self.pulled)
        return (*(int(p.max()) for p in parts), *(int(f.sum()) for f in flags))

    @property
    def separated(self) -> bool:
        """Whether no two units are equal up to sign and none is zero."""
        labels, _, live = classes_of_nodes(self.activations)
        return bool((live & ~self.zero).all()) and len(np.unique(labels)) == self.count


class Replay:
    """The state of all hidden layers of a network while a witness is replayed.

    Args:
        network: the network.
        kind: an optimizer class other than noise.
        rng: as for `Fingerprinter`.
    """

    def __init__(self, network: Network, kind: str, rng: Generator) -> None:
        self._network, self._masked = network, kind == "dropout"
        self._coupled = kind == "coupled"
        self._repeated: set[Read] = set()
        self._read = Fingerprinter(network, self._coupled, rng)
        self._outputs, self._mute = output_view(network)
        hidden = zip(network.sizes[1:-1], network.activations, strict=True)
        self.layers = [ReplayedLayer(n, sigma.symmetry) for n, sigma in hidden]
        for number, (layer, bias) in enumerate(zip(self.layers, network.biases, strict=False), 1):
            layer.silent &= maybe_silent(network, number, kind)
            if bias is not None:
                values = bias.astype(object) if bias.dtype.kind in "iu" else bias.astype(np.float64)
                signed = np.concatenate([values, -values])
                layer.activations = _split(layer.activations, np.unique(signed, return_inverse=True)[1])
                layer.pushed |= np.asarray(values != 0, bool)
        self._settle(range(len(self.layers)))

    def step(self, read: Read) -> None:
        """Look at weights, unless nothing has changed since they were looked at.

        Raises:
            MalformedWitness: the step names a layer or units that do not exist, or parts of classes.
        """
        if read in self._repeated:
            return
        if not 1 <= read.layer <= len(self.layers):
            raise MalformedWitness(f"a step of the witness names layer {read.layer}, which is not hidden")
        layer = self.layers[read.layer - 1]
        before = layer.size
        units = indices(read.units, layer.count)
        nodes = np.concatenate([units, layer.count + units])
        if read.side == "sign":
            self._refute_silence(read, units)
        elif read.side == "incoming":
            prints = self._read.incoming(read.layer, units, self._below(read))
            layer.weights = _told(layer.activations, layer.weights, nodes, prints.plus, prints.minus)
            layer.activations = _told(layer.activations, layer.activations, nodes, prints.plus_odd, prints.minus_odd)
            layer.pushed[units] |= ~prints.zero
        else:
            prints, balanced = self._outgoing(read, units)
            layer.deltas = _told(layer.deltas, layer.deltas, nodes, prints.plus, prints.minus)
            layer.pulled[units] |= ~balanced
        if layer.size != before:
            self._repeated.clear()
            self._settle([read.layer - 1])
        self._repeated.add(read)

    def _refute_silence(self, read: Read, units: Labels) -> None:
        view = self._below(read)
        still = silent(self._network, read.layer, units, view.columns, view.signs, view.starts)
        self.layers[read.layer - 1].silent[units] &= still

    def _settle(self, changed: Iterable[int]) -> None:
        """Draw all conclusions that need no look at weights, in layers of which something has changed, and beside them."""
        left = set(changed)
        while left:
            number = left.pop()
            if self._conclude(number):
                self._repeated.clear()
                left |= {number - 1, number, number + 1} & set(range(len(self.layers)))

    def _conclude(self, i: int) -> bool:
        layer = self.layers[i]
        before = layer.size
        inert = self._network.biases[i] is None and i > 0 and bool(self.layers[i - 1].zero.all())
        quiet = self._mute if i + 1 == len(self.layers) else bool(self.layers[i + 1].frozen.all())
        layer.zero &= (~layer.pushed & (layer.frozen | inert)) | layer.silent
        layer.frozen &= quiet | (layer.zero & (~layer.pulled | (layer.symmetry == "flat")))
        zero = np.tile(layer.zero, 2)
        side = np.repeat([0, 1], layer.count)
        unit = np.tile(np.arange(layer.count), 2)
        mirrored = np.where(zero | (layer.symmetry == "odd"), 0, side)
        moving = np.tile(~layer.frozen & (not inert), 2)
        layer.activations = _split(
            layer.activations, zero, mirrored, np.where(moving, layer.deltas, -1), np.where(moving, layer.weights, -1)
        )
        if self._masked:
            layer.activations = _split(layer.activations, np.where(zero, -1, unit))
            layer.deltas = _split(layer.deltas, np.where(np.tile(layer.frozen, 2), -1, unit))
        layer.deltas = _split(layer.deltas, layer.activations)
        layer.weights = _split(layer.weights, layer.activations)
        return before != layer.size

    def _below(self, read: Read) -> View:
        if read.layer == 1:
            count = self._network.sizes[0]
            every = np.arange(count)
            return View.of(every, np.ones(count, np.int8), indices(read.neighbours, count))
        below = self.layers[read.layer - 2]
        return _view(below.activations, below.zero, indices(read.neighbours, below.count))

    def _outgoing(self, read: Read, units: Labels) -> tuple[Fingerprints, Flags]:
        number = read.layer
        if number < len(self.layers):
            above = self.layers[number]
            view = _view(above.deltas, above.frozen, indices(read.neighbours, above.count))
            prints = self._read.outgoing(number, units, view, centred=False)
            return prints, prints.zero
        count = self._network.sizes[-1]
        named = indices(read.neighbours, count)
        if self._network.head == "softmax" and count <= 2:
            if named.size != self._outputs.columns.size:
                raise MalformedWitness("a step of the witness names one of two outputs of a softmax head")
            prints = self._read.outgoing(number, units, self._outputs, centred=False)
            return prints, prints.zero
        view = View.of(np.arange(count), np.ones(count, np.int8), named)
        softmax = self._network.head == "softmax"
        prints = self._read.outgoing(number, units, view, centred=softmax and not self._coupled)
        if softmax and self._coupled:
            return prints, self._read.outgoing(number, units, view, centred=True).zero
        return prints, prints.zero


def replay(network: Network, kind: str, witness: Sequence[Read], rng: Generator) -> tuple[Replay, list[bool]]:
    """The state after all steps, and which layers were separated before any outgoing weight was read.

    Raises:
        MalformedWitness: a step that names what does not exist, or parts of classes.
    """
    state = Replay(network, kind, rng)
    first = next((i for i, read in enumerate(witness) if read.side == "outgoing"), len(witness))
    for read in witness[:first]:
        state.step(read)
    at_start = [layer.separated for layer in state.layers]
    for read in witness[first:]:
        state.step(read)
    return state, at_start


def classes_of_nodes(nodes: Labels) -> tuple[Labels, Signs, Flags]:
    """Class and sign of each unit from those of its two nodes, and whether they differ."""
    plus, minus = np.split(nodes, 2)
    return np.minimum(plus, minus), np.where(plus <= minus, 1, -1).astype(np.int8), plus != minus


def _view(nodes: Labels, absent: Flags, named: Labels) -> View:
    labels, signs, live = classes_of_nodes(nodes)
    live = live & ~absent
    columns = named[live[named]]
    touched = np.isin(labels, labels[columns]) & live
    if np.count_nonzero(touched) != columns.size:
        raise MalformedWitness("a step of the witness names a part of a class")
    return View.of(labels, signs, columns)


def _told(whole: Labels, labels: Labels, nodes: Labels, plus: Array, minus: Array) -> Labels:
    """Labels with the named nodes told apart by digests; ``whole`` are classes that must be named entirely."""
    named = np.zeros(len(labels), bool)
    named[nodes] = True
    if np.isin(whole[~named], whole[named]).any():
        raise MalformedWitness("a step of the witness tells a part of a class apart")
    digests = np.concatenate([plus, minus])
    keys = np.full(len(labels), -1)
    seen: dict[int, int] = {}
    keys[nodes] = [seen.setdefault(d, len(seen)) for d in digests]
    return _split(labels, keys)


def _split(labels: Labels, *keys: Array) -> Labels:
    return numbered(labels, *keys)
