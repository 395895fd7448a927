"""Certificates as a forger would change them: each keeps the document consistent wherever it can."""

from dataclasses import replace

import numpy as np

from symcheck.symmetry import certify
from symcheck.symmetry.units import numbered

CLAIMS = ("labels", "signs", "zero", "frozen", "separates_at")


def same_claims(one, other):
    return all(
        np.array_equal(getattr(a, field), getattr(b, field))
        for a, b in zip(one.layers, other.layers, strict=True)
        for field in CLAIMS
    )


def forged(certificate, index, labels=None, signs=None, zero=None, frozen=None):
    """A consistent certificate with other entries in one layer; None if they are the entries it has."""
    layer = certificate.layers[index]
    labels = numbered(layer.labels if labels is None else labels)
    zero = layer.zero if zero is None else zero
    frozen = layer.frozen if frozen is None else frozen
    signs = (layer.signs if signs is None else signs).copy()
    first = np.unique(labels, return_index=True)[1]
    signs = np.where(zero, 1, signs * signs[first][labels]).astype(np.int8)
    never = len(first) < len(labels) or bool(zero.any())
    step = None if never else layer.separates_at or 0
    new = replace(layer, labels=labels, signs=signs, zero=zero, frozen=frozen, separates_at=step)
    changed = replace(certificate, layers=(*certificate.layers[:index], new, *certificate.layers[index + 1 :]))
    return None if same_claims(changed, certificate) else changed


def any_layer(certificate, rng, having=None):
    """A layer; one with a unit of the given flag, if there is one."""
    able = [i for i, layer in enumerate(certificate.layers) if having is None or getattr(layer, having).any()]
    return int(rng.choice(able or len(certificate.layers)))


def merged(certificate, rng):
    """Two classes become one."""
    i = any_layer(certificate, rng)
    layer = certificate.layers[i]
    if layer.classes < 2:
        return None
    a, b = rng.choice(layer.classes, 2, replace=False)
    return forged(certificate, i, labels=np.where(layer.labels == b, a, layer.labels))


def split(certificate, rng):
    """A unit leaves its class."""
    i = any_layer(certificate, rng)
    layer = certificate.layers[i]
    shared = np.flatnonzero(np.bincount(layer.labels)[layer.labels] > 1)
    if not shared.size:
        return None
    labels = layer.labels.copy()
    labels[rng.choice(shared)] = layer.classes
    return forged(certificate, i, labels=labels)


def swapped(certificate, rng):
    """Two units change their classes."""
    i = any_layer(certificate, rng)
    layer = certificate.layers[i]
    labels = layer.labels.copy()
    a, b = rng.integers(layer.units, size=2)
    labels[[a, b]] = labels[[b, a]]
    return forged(certificate, i, labels=labels)


def sign_flipped(certificate, rng):
    """A unit of a class changes its sign."""
    i = any_layer(certificate, rng)
    layer = certificate.layers[i]
    first = np.unique(layer.labels, return_index=True)[1]
    others = np.setdiff1d(np.flatnonzero(~layer.zero), first)
    if not others.size:
        return None
    signs = layer.signs.copy()
    signs[rng.choice(others)] *= -1
    return forged(certificate, i, signs=signs)


def zero_set(certificate, rng):
    """A live unit is said to be zero, and joins the class of those."""
    i = any_layer(certificate, rng)
    layer = certificate.layers[i]
    if layer.zero.all():
        return None
    zero = layer.zero.copy()
    zero[rng.choice(np.flatnonzero(~zero))] = True
    return forged(certificate, i, labels=np.where(zero, -1, layer.labels), zero=zero)


def zero_cleared(certificate, rng):
    """A zero unit is said to be alive, in a class of its own."""
    i = any_layer(certificate, rng, "zero")
    layer = certificate.layers[i]
    if not layer.zero.any():
        return None
    unit = rng.choice(np.flatnonzero(layer.zero))
    zero, labels = layer.zero.copy(), layer.labels.copy()
    zero[unit], labels[unit] = False, layer.classes
    return forged(certificate, i, labels=labels, zero=zero)


def zeros_cleared(certificate, rng):
    """The class of zero units is said to be alive."""
    i = any_layer(certificate, rng, "zero")
    return forged(certificate, i, zero=np.zeros_like(certificate.layers[i].zero))


def frozen_set(certificate, rng):
    """A unit that moves is said to be frozen."""
    i = any_layer(certificate, rng)
    frozen = certificate.layers[i].frozen.copy()
    frozen[rng.integers(len(frozen))] = True
    return forged(certificate, i, frozen=frozen)


def layer_frozen(certificate, rng):
    """A layer is said to be frozen as a whole, with all of those above."""
    i = any_layer(certificate, rng)
    for k in range(i, len(certificate.layers)):
        changed = forged(certificate, k, frozen=np.ones_like(certificate.layers[k].frozen))
        certificate = changed or certificate
    return changed


def frozen_cleared(certificate, rng):
    """A frozen unit is said to move."""
    i = any_layer(certificate, rng, "frozen")
    frozen = certificate.layers[i].frozen.copy()
    frozen[rng.permutation(np.flatnonzero(frozen))[:1]] = False
    return forged(certificate, i, frozen=frozen)


def step_changed(certificate, rng):
    """Units are said to separate at another step, or never, or at some step after all."""
    i = any_layer(certificate, rng)
    layer = certificate.layers[i]
    others = {None, 0, 1, 2, 3} - {layer.separates_at}
    new = replace(layer, separates_at=sorted(others, key=str)[rng.integers(len(others))])
    return replace(certificate, layers=(*certificate.layers[:i], new, *certificate.layers[i + 1 :]))


def other_class(certificate, rng):
    """The certificate is said to hold for optimizers that keep less."""
    kind = str(rng.choice(["coupled", "dropout", "noise"]))
    fresh = certify(certificate.network, kind)
    return None if same_claims(fresh, certificate) else replace(certificate, optimizer_class=kind)


def other_activation(certificate, rng):
    """Another activation is named, of the same symmetry or not."""
    others = [n for n in ("any", "sigmoid", "tanh", "erf", "relu", "gelu") if n not in certificate.activations]
    return replace(certificate, activations=(str(rng.choice(others)), *certificate.activations[1:]))


def other_head(certificate, rng):
    """The other head is named."""
    return replace(certificate, head="linear" if certificate.head == "softmax" else "softmax")


def other_biases(certificate, rng):
    """A layer is said to have a bias, or to have none."""
    i = int(rng.integers(len(certificate.biases)))
    biases = certificate.biases
    return replace(certificate, biases=(*biases[:i], not biases[i], *biases[i + 1 :]))


def other_inputs(certificate, rng):
    """The network is said to take one input more."""
    return replace(certificate, sizes=(certificate.sizes[0] + 1, *certificate.sizes[1:]))


def without_witness(certificate, rng):
    """No weights are named that tell the classes apart, where biases do not."""
    biased = any(b is not None and b.any() for b in certificate.network.biases)
    if biased or all(layer.classes == 1 for layer in certificate.layers):
        return None
    return replace(certificate, witness=())


def reads_that_do_not_exist(certificate, rng):
    """A step of the witness names a layer, units or neighbours that the network does not have."""
    witness = certificate.witness
    if not witness:
        return None
    i = int(rng.integers(len(witness)))
    faults = (
        {"layer": len(certificate.layers) + 1},
        {"layer": 0},
        {"layer": -1},
        {"units": ((0, 10**6),)},
        {"neighbours": ((-1, 1),)},
        {"units": ((1, 1),)},
        {"neighbours": ((0, 2), (1, 3))},
    )
    wrong = replace(witness[i], **faults[int(rng.integers(len(faults)))])
    return replace(certificate, witness=(*witness[:i], wrong, *witness[i + 1 :]))


FORGERIES = (
    merged,
    split,
    swapped,
    sign_flipped,
    zero_set,
    zero_cleared,
    zeros_cleared,
    frozen_set,
    layer_frozen,
    frozen_cleared,
    step_changed,
    other_class,
    other_activation,
    other_head,
    other_biases,
    other_inputs,
    without_witness,
    reads_that_do_not_exist,
)


def edits(data, rng):
    """Documents that contradict themselves, by what was done to them."""
    layer = int(rng.integers(len(data["layers"])))

    def edited(**changes):
        layers = [dict(given) for given in data["layers"]]
        layers[layer].update(changes)
        return {**data, "layers": layers}

    now = data["layers"][layer]
    yield "verdict", {**data, "verdict": "tied" if data["verdict"] == "broken" else "broken"}
    yield "version", {**data, "certificate": 1}
    yield "another key", {**data, "note": "checked"}
    yield "another key in a layer", edited(note="checked")
    yield "a chance of nothing", {**data, "chance": 0.0}
    yield "names in a list of lists", {**data, "activation": [[name] for name in data["activation"]]}
    yield "other inputs", {**data, "inputs": [0.0, 1.0]}
    yield "a point less of an input", {**data, "points": [[]]}
    yield "no version", {key: value for key, value in data.items() if key != "certificate"}
    yield "no witness", {key: value for key, value in data.items() if key != "witness"}
    yield "a layer less", {**data, "layers": data["layers"][1:]}
    yield "classes", edited(classes=now["classes"] + 1)
    yield "units", edited(units=now["units"] - 1)
    yield "layer number", edited(layer=now["layer"] + 1)
    yield "sentence", edited(sentence="all units are different")
    yield "labels too many", edited(labels=[*now["labels"], 0])
    yield "labels by another number", edited(labels=[label + 1 for label in now["labels"]])
    yield "labels as floats", edited(labels=[float(label) for label in now["labels"]])
    yield "signs of 2", edited(signs=[2 * sign for sign in now["signs"]])
    yield "first sign negative", edited(signs=[-sign for sign in now["signs"]])
    yield "flags as numbers", edited(zero=[int(flag) for flag in now["zero"]])
    yield "step negative", edited(separates_at=-1)
    yield "step true", edited(separates_at=True)
    yield "sizes as text", {**data, "sizes": [str(n) for n in data["sizes"]]}
    yield "size of nothing", {**data, "sizes": [0, *data["sizes"][1:]]}
    yield "optimizer class", {**data, "optimizer_class": "sgd"}
    yield "witness as text", {**data, "witness": "incoming"}
    yield "witness without side", {**data, "witness": [{"layer": 1, "neighbours": [], "units": []}]}
    yield "witness of another side", {**data, "witness": [{"layer": 1, "side": "left", "neighbours": [], "units": []}]}
