"""Facts as sentences, where several checks or commands say the same: entries that are not finite, certificates, p-values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcheck.errors import counted, every
from symcheck.network import Network, NotFinite


def p_shown(p: float) -> str:
    """A p-value for a message."""
    return "p < 1e-300" if p < 1e-300 else f"p = {p:.2g}"


def are(number: int) -> str:
    """The verb for so many."""
    return "is" if number == 1 else "are"


def not_finite(number: int, size: int, entries: str, first: Any, where: Sequence[int]) -> str:
    """How many entries are NaN or infinite, and the first of them."""
    return f"{number} of {size} {entries} {are(number)} not finite, first {first} at {where}"


def network_not_finite(found: NotFinite) -> str:
    """`not_finite` of a network's weights or biases, with their layer."""
    parts = found.part if found.size == 1 else {"weight": "weights", "bias": "biases"}[found.part]
    return not_finite(found.number, found.size, f"{parts} of layer {found.layer}", found.first, found.where)


def verdict_sentence(certificate: Any) -> str:
    """What a certificate says of the hidden units, in one sentence."""
    layers = list(certificate.layers)
    if all(layer.units > 1 and layer.classes == 1 and not layer.zero.any() for layer in layers):
        frozen = (
            ", and their incoming weights never have a gradient" if all(layer.frozen.all() for layer in layers) else ""
        )
        return f"all units of each hidden layer stay equal for ever{frozen}"
    if all(layer.units > 1 and layer.zero.all() for layer in layers):
        return "all units of each hidden layer stay equal for ever: they give zero, and no incoming weight ever has a gradient"
    parts = [
        _layer_text(i, [*_dead_text(layer), *_tied_text(layer), *_still_text(layer)])
        for i, layer in enumerate(layers, 1)
    ]
    if any(parts):
        return "; ".join(filter(None, parts))
    open_ = [text for text in (not_seen_to_separate(certificate), not_seen_active(certificate)) if text]
    return "; ".join(open_) if open_ else "symmetry is broken: every hidden unit is its own class"


def ties_sentence(certificate: Any) -> str:
    """Which units stay equal for ever, layer by layer; of dead ones only that they are."""
    if not any(layer.zero.any() for layer in certificate.layers):
        return verdict_sentence(certificate)
    parts = []
    for i, layer in enumerate(certificate.layers, 1):
        dead = int(layer.zero.sum())
        alike = [f"{dead} of {layer.units} units stay equal for ever, as they are dead"] if dead > 1 else []
        parts.append(_layer_text(i, [*alike, *_tied_text(layer)]))
    return "; ".join(filter(None, parts))


def not_seen_to_separate(certificate: Any) -> str:
    """Units of which it is not decided whether they separate, layer by layer; empty where there are none."""
    return _undecided(certificate, False, "neither proved tied nor seen to separate")


def not_seen_active(certificate: Any) -> str:
    """ReLUs that are neither proved dead nor were seen active, layer by layer; empty where there are none."""
    return _undecided(certificate, True, "neither proved dead nor seen active")


def _undecided(certificate: Any, of_activity: bool, what: str) -> str:
    texts, total = [], 0
    for i, layer in enumerate(certificate.layers, 1):
        unseen = np.zeros(layer.units, bool) if layer.active is None else layer.undecided & ~layer.active
        if count := int((unseen if of_activity else layer.undecided & ~unseen).sum()):
            texts.append(f"{count} of {counted(layer.units, 'unit')} of layer {i}")
            total += count
    return f"{', '.join(texts)} {are(total)} {what}" if texts else ""


_KINDS = {
    "generic": "activations",
    "zero": "activations that vanish at 0",
    "flat": "activations that vanish at 0 with their slope",
    "odd": "odd activations",
    "linear": "linear activations",
}


def decided_for(network: Network) -> str:
    """For which activations something was decided that no proof forbids: a named one may be exceptional."""
    return f"as decided for all but exceptional {kinds_of(network)}"


def kinds_of(network: Network) -> str:
    """The kinds of activations that a network stands for, in words."""
    kinds = dict.fromkeys("linear" if a.linear else a.symmetry for a in network.activations)
    return " and ".join(_KINDS[kind] for kind in kinds)


def layers_named(numbers: Sequence[int]) -> str:
    """``layer 3``, ``layers 1 and 2``, ``layers 1 to 4``, with the verb's number left to the sentence."""
    if len(numbers) == 1:
        return f"layer {numbers[0]}"
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"layers {numbers[0]} to {numbers[-1]}"
    return f"layers {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _layer_text(number: int, texts: Sequence[str]) -> str:
    return f"layer {number}: {', '.join(texts)}" if texts else ""


def _dead_text(layer: Any) -> list[str]:
    dead = int(layer.zero.sum())
    return (
        [f"{dead} of {counted(layer.units, 'unit')} {'gives' if dead == 1 else 'give'} zero for ever"] if dead else []
    )


def _tied_text(layer: Any) -> list[str]:
    groups = [g for g in _groups(layer) if len(g) > 1]
    if not groups:
        return []
    tied = sum(len(g) for g in groups)
    opposite = any((layer.signs[g] != layer.signs[g[0]]).any() for g in groups)
    how = "stay equal or opposite" if opposite else "stay equal"
    if len(groups) == 1 and tied == layer.units:
        return [f"{every(tied, 'unit')} {how} for ever"]
    example = " and ".join(str(int(u) + 1) for u in groups[0][:2])
    return [f"{tied} of {layer.units} units {how} for ever in {counted(len(groups), 'group')}, such as units {example}"]


def _still_text(layer: Any) -> list[str]:
    still = int((layer.frozen & ~layer.zero).sum())
    units = counted(layer.units, "unit")
    return [f"the incoming weights of {still} of {units} never have a gradient"] if still else []


def _groups(layer: Any) -> list[NDArray[np.intp]]:
    labels = np.asarray(layer.labels)
    alive = ~np.asarray(layer.zero)
    order = np.argsort(labels[alive], kind="stable")
    units = np.flatnonzero(alive)[order]
    return np.split(units, np.flatnonzero(np.diff(labels[units])) + 1) if units.size else []
