"""How far a tie reaches beyond exact arithmetic: bitwise in floating point, or only up to rounding.

In exact arithmetic every certified tie lasts for ever. In floating point, units whose incoming rows, outgoing
columns and biases are equal bit for bit go through the same operations, and stay equal bit for bit as long as
every row of a product is summed in one order. Ties that rest on equal *sums* of different weights (or on opposite
signs) hold only up to rounding from the first step. Where a ReLU is zero because a sum cancels, rounding may make
the sum positive; its slope is then 1 and not nearly 0, and ties break altogether. So it is at any other kink at 0.
"""

from __future__ import annotations

import numpy as np

from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.types import Array

#: From the strongest: nothing is tied or zero; zero or frozen whatever the rounding; bit for bit under one summation order;
#: up to rounding; not even that.
GRADES = ("untied", "exact", "bitwise", "rounding", "kink")

#: What rounding may leave of a sum that cancels, for each of its terms, as a share of them.
_LEFT = 2.0**-51

_SENTENCES = {
    "untied": "nothing is tied",
    "exact": "zero for ever, whatever the rounding",
    "bitwise": "equal bit for bit for ever, as long as every row of a product is summed in one order",
    "rounding": "equal, or zero, up to rounding, which training may amplify: it rests on sums of different weights that agree or cancel",
    "kink": "not even up to rounding: a sum that should cancel may leave a rest, on either side of the kink of its activation",
}


def grades(certificate: Certificate, network: Network) -> tuple[str, ...]:
    """The grade of each hidden layer's ties, one of :data:`GRADES`; the weakest one that occurs in the layer."""
    steady = [_steady(certificate, network, i) for i in range(len(certificate.layers))]
    found = [
        _layer_grade(layer, network.weights[i], network.biases[i], network.weights[i + 1], steady[i])
        for i, layer in enumerate(certificate.layers)
    ]
    hinged = any(
        (a.rectified and not firm) or (a.kinked and not a.rectified and _cancels(certificate, network, i))
        for i, (a, firm) in enumerate(zip(network.activations, steady, strict=True))
    )
    return tuple("kink" if hinged and grade == "rounding" else grade for grade in found)


def grade_sentence(grade: str) -> str:
    """What a grade means, in words."""
    return _SENTENCES[grade]


def _steady(certificate: Certificate, network: Network, i: int) -> bool:
    """Whether the zero units of a layer stay zero whatever the rounding: no sum has to cancel for it.

    Neither the sum that they are fed, nor, where their slope at 0 is not 0, the one that comes back to them.
    """
    zero, activation = certificate.layers[i].zero, network.activations[i]
    if activation.symmetry != "flat" and network.weights[i + 1][:, zero].any():
        return False
    live = ~certificate.layers[i - 1].zero if i else np.ones(network.sizes[0], bool)
    weights = network.weights[i][np.ix_(zero, live)]
    side = network.side_below(i + 1) if network.activations[i].rectified else 0
    # A sum of terms that are not positive is not positive, in whatever order it is rounded.
    return bool((weights <= 0 if side > 0 else weights >= 0).all()) if side else not weights.any()


def _cancels(certificate: Certificate, network: Network, i: int) -> bool:
    """Whether some unit of a hidden layer is fed nothing but sums over tied units that cancel, up to rounding."""
    if not i:
        return False
    below, weights, bias = certificate.layers[i - 1], network.weights[i].astype(np.float64), network.biases[i]
    live = ~below.zero
    sums, sizes = (np.zeros((len(weights), int(below.labels.max()) + 1)) for _ in range(2))
    np.add.at(sums.T, below.labels[live], (weights * below.signs)[:, live].T)
    np.add.at(sizes.T, below.labels[live], np.abs(weights)[:, live].T)
    nothing = (np.abs(sums) <= _LEFT * weights.shape[1] * sizes).all(1) & weights[:, live].any(1)
    return bool((nothing & (True if bias is None else bias == 0)).any())


def _layer_grade(layer: CertifiedLayer, incoming: Array, bias: Array | None, outgoing: Array, steady: bool) -> str:
    if layer.zero.any() and not steady:
        return "rounding"
    if layer.classes == layer.units:
        return "exact" if layer.zero.any() else "untied"
    live = np.flatnonzero(~layer.zero)
    first = np.full(layer.classes, -1)
    first[layer.labels[live[::-1]]] = live[::-1]
    others = live[first[layer.labels[live]] != live]
    if not others.size:
        return "exact"
    if (layer.signs[others] < 0).any():
        return "rounding"
    leaders = first[layer.labels[others]]
    for unit, leader in zip(others, leaders, strict=True):
        same = np.array_equal(incoming[unit], incoming[leader])
        same = same and np.array_equal(outgoing[:, unit], outgoing[:, leader])
        if not same or (bias is not None and bias[unit] != bias[leader]):
            return "rounding"
    return "bitwise"
