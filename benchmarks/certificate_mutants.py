"""Certificates changed at every field: claims as a forger would change them, and documents as an accident would.

A forger keeps the document consistent: verdict, counts and sentences follow the claims that were changed, so that only
the weights speak against it. An accident changes any value at any depth, or the text itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from symcheck.strategies.choices import Choices
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.optimizers import OPTIMIZER_CLASSES
from symcheck.symmetry.units import numbered
from symcheck.symmetry.witness import SIDES, Read

Document = Any
JUNK: tuple[Document, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        1.0,
        0.0,
        -0.0,
        "",
        "tanh",
        "linear",
        [],
        {},
        [[]],
        [0],
        [None],
        [True],
        {"a": 1},
    ),
    *(
        2**31,
        2**63,
        -(2**63),
        2**64,
        10**40,
        1e308,
        float("nan"),
        inf,
        -inf,
        "\ud800",
        "\x1b[31m",
        "<b>",
        "a\nb",
        "9" * 5000,
    ),
)


def mutant(c: Choices, certificate: Certificate) -> tuple[str, str]:
    """The kind of one mutant, and its text."""
    if c.chance(0.5):
        kind = c.one_of(list(CLAIMS))
        changed = CLAIMS[kind](c, certificate)
        return kind, json.dumps(changed.as_dict())
    if c.chance(0.8):
        document = certificate.as_dict()
        for _ in range(c.integer(1, 2)):
            document = edited(c, document)
        return "edited", json.dumps(document)
    kind = c.one_of(list(TEXTS))
    return kind, TEXTS[kind](c, certificate.to_json())


def edited(c: Choices, document: Document) -> Document:
    """One value at any depth is exchanged, removed, repeated, wrapped or given a neighbour."""
    at_leaf = not isinstance(document, list | dict) or not document
    if at_leaf or c.chance(0.12):
        return _other(c, document)
    if isinstance(document, dict):
        key = c.one_of(sorted(document))
        what = c.integer(0, 19)
        if what == 0:
            return {name: value for name, value in document.items() if name != key}
        if what == 1:
            return {**document, c.one_of(("extra", "", "Verdict", key + " ")): document[key]}
        return {**document, key: edited(c, document[key])}
    place, what = c.integer(0, len(document) - 1), c.integer(0, 19)
    if what == 0:
        return [*document[:place], *document[place + 1 :]]
    if what == 1:
        return [*document[:place], document[place], *document[place:]]
    if what == 2:
        return [document[k] for k in c.order(len(document))]
    return [*document[:place], edited(c, document[place]), *document[place + 1 :]]


def _other(c: Choices, value: Document) -> Document:
    near: list[Document] = [[value], str(value)]
    if isinstance(value, bool):
        near += [not value, int(value)] * 2
    elif isinstance(value, int):
        near += [value + 1, value - 1, -value, float(value)]
    elif isinstance(value, float):
        near += [-value, 2 * value, value + 1, float(np.nextafter(value, inf))]
    return c.one_of(near) if c.chance(0.5) else c.one_of(JUNK)


def _layer(c: Choices, certificate: Certificate) -> int:
    return c.integer(0, len(certificate.layers) - 1)


def _with(certificate: Certificate, place: int, layer: CertifiedLayer, **changes: Any) -> Certificate:
    """The certificate with claims of one layer changed, and signs and steps made to fit where that is possible."""
    layer = replace(layer, **changes)
    labels = numbered(layer.labels)
    first = np.unique(labels, return_index=True)[1]
    signs = np.where(layer.zero, 1, layer.signs * layer.signs[first][labels]).astype(np.int8)
    step = layer.separates_at
    if "separates_at" not in changes:
        never = len(first) < len(labels) or bool(layer.zero.any()) or bool(layer.undecided.any())
        step = None if never else step or 0
    layer = replace(layer, labels=labels, signs=signs, separates_at=step)
    return replace(certificate, layers=(*certificate.layers[:place], layer, *certificate.layers[place + 1 :]))


def labels(c: Choices, certificate: Certificate) -> Certificate:
    """Two classes become one, a unit leaves its class, or two units change their classes."""
    place = _layer(c, certificate)
    layer = certificate.layers[place]
    new = layer.labels.copy()
    i, k = c.integer(0, layer.units - 1), c.integer(0, layer.units - 1)
    what = c.integer(0, 2)
    if what == 0:
        new[new == new[k]] = new[i]
    elif what == 1:
        new[i] = layer.classes
    else:
        new[[i, k]] = new[[k, i]]
    return _with(certificate, place, layer, labels=new)


def signs(c: Choices, certificate: Certificate) -> Certificate:
    """A unit changes its sign."""
    place = _layer(c, certificate)
    layer = certificate.layers[place]
    new = layer.signs.copy()
    new[c.integer(0, layer.units - 1)] *= -1
    return _with(certificate, place, layer, signs=new)


def zero(c: Choices, certificate: Certificate) -> Certificate:
    """A unit is said to be zero for ever, with a class and activity that fit, or not to be."""
    place = _layer(c, certificate)
    layer = certificate.layers[place]
    unit = c.integer(0, layer.units - 1)
    new = layer.zero.copy()
    new[unit] ^= True
    classes = np.where(new, -1, layer.labels)
    if not new[unit]:
        classes[unit] = layer.classes
    changes: dict[str, Any] = {"labels": classes, "zero": new}
    if c.chance(0.7):
        changes["frozen"] = layer.frozen | new if new[unit] else layer.frozen & (np.arange(layer.units) != unit)
    if layer.active is not None and c.chance(0.7):
        changes["active"] = layer.active & ~new
        changes["undecided"] = ~(new | changes["active"]) if c.chance(0.5) else layer.undecided & ~new
    return _with(certificate, place, layer, **changes)


def flag(c: Choices, certificate: Certificate) -> Certificate:
    """A unit, or a whole layer, changes one of its other flags."""
    place = _layer(c, certificate)
    layer = certificate.layers[place]
    name = c.one_of(("frozen", "undecided", "active"))
    old = getattr(layer, name)
    if old is None:
        return _with(certificate, place, layer, active=np.full(layer.units, c.chance(0.5)))
    new = old.copy()
    if c.chance(0.2):
        new[:] = ~new.all()
    else:
        new[c.integer(0, layer.units - 1)] ^= True
    changes: dict[str, Any] = {name: None if name == "active" and c.chance(0.1) else new}
    if name == "active" and changes["active"] is not None:
        changes["undecided"] = (layer.undecided & ~new) | ~(layer.zero | new)
    return _with(certificate, place, layer, **changes)


def step(c: Choices, certificate: Certificate) -> Certificate:
    """Units are said to separate at another step, or never."""
    place = _layer(c, certificate)
    return _with(certificate, place, certificate.layers[place], separates_at=c.one_of((None, 0, 1, 2, 3, 4, 10**6)))


def about_the_network(c: Choices, certificate: Certificate) -> Certificate:
    """Another head, activation, range of inputs, size, bias or class of optimizers is named."""
    names = ("relu", "tanh", "identity", "any", "sigmoid", "leaky_relu", "leaky_relu(0)", "ReLU", "nothing")
    bounds = ((-inf, inf), (0.0, inf), (0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (-inf, 0.0), (0.0, 5e-324))
    place = c.integer(0, len(certificate.sizes) - 1)
    sizes, biases = list(certificate.sizes), list(certificate.biases)
    sizes[place] += 1
    biases[place - 1] ^= True
    changes: tuple[dict[str, Any], ...] = (
        {"head": "linear" if certificate.head == "softmax" else "softmax"},
        {"activations": (*certificate.activations[:-1], c.one_of(names))},
        {"inputs": c.one_of(bounds)},
        {"sizes": tuple(sizes)},
        {"biases": tuple(biases)},
        {"optimizer_class": c.one_of(OPTIMIZER_CLASSES)},
        {"optimizer_class": c.one_of(OPTIMIZER_CLASSES)},
    )
    return replace(certificate, **c.one_of(changes))


def witness(c: Choices, certificate: Certificate) -> Certificate:
    """Reads are dropped, repeated, exchanged, cut short, sent elsewhere or made up."""
    reads = list(certificate.witness)
    what = c.integer(0, 6)
    if not reads or what == 0:
        count = certificate.sizes[1]
        ranges = c.one_of((((0, count),), ((0, 1),), ((0, count + 1),), (), ((-1, 1),), ((1, 0),), ((0, 10**9),)))
        reads.append(Read(c.integer(0, len(certificate.layers) + 1), c.one_of(SIDES), ranges, ranges))
    elif what == 1:
        reads.pop(c.integer(0, len(reads) - 1))
    elif what == 2:
        place = c.integer(0, len(reads) - 1)
        reads[place:place] = [reads[place]] * c.one_of((1, 2, 50))
    elif what == 3:
        reads = [reads[k] for k in c.order(len(reads))]
    elif what == 4:
        reads = []
    else:
        place = c.integer(0, len(reads) - 1)
        one = reads[place]
        changes: tuple[dict[str, Any], ...] = (
            {"side": c.one_of(SIDES)},
            {"layer": one.layer + c.one_of((1, -1))},
            {"units": one.units[1:] or ((0, 1),)},
            {"neighbours": one.neighbours[:-1] or ((0, 1),)},
            {"neighbours": (*one.neighbours, *one.neighbours)},
        )
        reads[place] = replace(one, **c.one_of(changes))
    return replace(certificate, witness=tuple(reads))


def points(c: Choices, certificate: Certificate) -> Certificate:
    """Points are dropped, moved, or sent out of the range of the inputs; or there is one more."""
    old = certificate.points
    what = c.integer(0, 3)
    if not len(old) or what == 0:
        size = c.one_of((0.0, 1.0, -1.0, 1e300, 5e-324))
        return replace(certificate, points=np.concatenate([old, size * c.numbers(1, certificate.sizes[0])]))
    if what == 1:
        return replace(certificate, points=np.delete(old, c.integer(0, len(old) - 1), 0))
    new = old.copy()
    new[c.integer(0, len(old) - 1)] *= c.one_of((-1.0, 0.0, 2.0, 1e-300, 1e300))
    return replace(certificate, points=np.nan_to_num(new))


#: Changes of claims, by name; each takes (choices, certificate).
CLAIMS: dict[str, Callable[[Choices, Certificate], Certificate]] = {
    kind.__name__: kind for kind in (labels, signs, zero, flag, step, about_the_network, witness, points)
}


def _key_twice(c: Choices, text: str) -> str:
    key, value = c.one_of(list(json.loads(text).items()))
    return text[:-1] + f", {json.dumps(key)}: {json.dumps(value)}}}"


def _same_text(c: Choices, text: str) -> str:
    """The same document, written in another way."""
    data = json.loads(text)
    return c.one_of((json.dumps(data, indent=1), json.dumps(data, sort_keys=True), f"\n {text}\t", text))


#: Changes of the text, by name; each takes (choices, text).
TEXTS: dict[str, Callable[[Choices, str], str]] = {
    "key twice": _key_twice,
    "written in another way": _same_text,
    "cut": lambda c, text: text[: c.integer(0, len(text) - 1)],
    "followed by more": lambda c, text: text + c.one_of(("}", " {}", text, "\0")),
    "deep": lambda c, text: text.replace("[", "[" * 10 ** c.integer(2, 5), 1),
    "huge number": lambda c, text: text.replace("0", c.one_of(("1e400", "9" * 10**4, "-" + "9" * 5000)), 1),
    "not a number": lambda c, text: text.replace("0", c.one_of(("NaN", "Infinity", "-Infinity")), 1),
}
