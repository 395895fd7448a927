"""Certificates as JSON documents."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from symcheck.errors import SymcheckError
from symcheck.network import HEADS
from symcheck.symmetry.certificate import Certificate, CertifiedLayer
from symcheck.symmetry.optimizers import OPTIMIZER_CLASSES
from symcheck.symmetry.witness import Read

#: Version of the document; a reader refuses others.
VERSION = 1


class MalformedCertificate(SymcheckError, ValueError):
    """A document that is not a certificate, or that contradicts itself."""


def as_dict(certificate: Certificate) -> dict[str, Any]:
    """The document of a certificate, as plain data."""
    names = certificate.activations
    return {
        "certificate": VERSION,
        "verdict": certificate.verdict,
        "activation": names[0] if names and len(set(names)) == 1 else list(names),
        "head": certificate.head,
        "optimizer_class": certificate.optimizer_class,
        "sizes": list(certificate.sizes),
        "biases": list(certificate.biases),
        "layers": [_layer_dict(layer) for layer in certificate.layers],
        "witness": [read.as_dict() for read in certificate.witness],
    }


def from_json(text: str) -> Certificate:
    """The certificate in a document.

    Raises:
        MalformedCertificate: not JSON, another version, missing or misshapen entries, or entries that
            contradict each other, such as a verdict that does not follow from the layers.
    """
    try:
        data = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise MalformedCertificate("the certificate is not JSON") from None
    return from_dict(data)


def from_dict(data: Any) -> Certificate:
    """The certificate in a document read as plain data; raises as `from_json` does."""
    if not isinstance(data, dict) or data.get("certificate") != VERSION:
        raise MalformedCertificate(f"this is not a certificate of version {VERSION}")
    try:
        certificate = _read(data)
    except KeyError as error:
        raise MalformedCertificate(f"the certificate has no {error.args[0]!r}") from None
    except (TypeError, ValueError, OverflowError, IndexError) as error:
        if isinstance(error, SymcheckError):
            raise MalformedCertificate(str(error)) from None
        raise MalformedCertificate(f"the certificate is misshapen: {error}") from None
    for key, value in as_dict(certificate).items():
        if key != "layers":
            _agree(f"the certificate's {key}", data[key], value)
    for layer, given in zip(certificate.layers, data["layers"], strict=True):
        for key, value in _layer_dict(layer).items():
            _agree(f"{key} of layer {layer.layer}", given[key], value)
    return certificate


def _layer_dict(layer: CertifiedLayer) -> dict[str, Any]:
    return {
        "layer": layer.layer,
        "units": layer.units,
        "classes": layer.classes,
        "labels": layer.labels.tolist(),
        "signs": layer.signs.tolist(),
        "zero": layer.zero.tolist(),
        "frozen": layer.frozen.tolist(),
        "separates_at": layer.separates_at,
        "sentence": layer.sentence,
    }


def _read(data: dict[str, Any]) -> Certificate:
    sizes = tuple(int(n) for n in data["sizes"])
    if len(sizes) < 2 or min(sizes) < 1:
        raise MalformedCertificate("the certificate's sizes are not those of a network")
    hidden = sizes[1:-1]
    names = data["activation"]
    names = (names,) * len(hidden) if isinstance(names, str) else tuple(names)
    biases = tuple(data["biases"])
    if len(names) != len(hidden) or len(biases) != len(sizes) - 1 or len(data["layers"]) != len(hidden):
        raise MalformedCertificate("the certificate's activations, biases or layers do not fit its sizes")
    if any(not isinstance(b, bool) for b in biases):
        raise MalformedCertificate("the certificate's biases must be true or false")
    for name, known in ((data["head"], HEADS), (data["optimizer_class"], OPTIMIZER_CLASSES)):
        if name not in known:
            raise MalformedCertificate(f"the certificate names {name!r} as head or optimizer class")
    layers = tuple(_layer(i, n, given) for i, (n, given) in enumerate(zip(hidden, data["layers"], strict=True), 1))
    witness = tuple(Read.from_dict(step) for step in data["witness"])
    return Certificate(sizes, names, data["head"], biases, data["optimizer_class"], layers, witness)


def _layer(number: int, units: int, data: Any) -> CertifiedLayer:
    labels = np.array(data["labels"])
    signs = np.array(data["signs"])
    flags = [np.array(data[key]) for key in ("zero", "frozen")]
    arrays = (labels, signs, *flags)
    if any(a.shape != (units,) for a in arrays):
        raise MalformedCertificate(f"layer {number} needs labels, signs and flags for {units} units")
    if any(a.dtype.kind != "i" for a in arrays[:2]) or any(a.dtype != bool for a in flags):
        raise MalformedCertificate(f"layer {number} has labels, signs or flags of a wrong type")
    first = np.unique(labels, return_index=True)[1]
    if not np.array_equal(labels[np.sort(first)], np.arange(len(first))):
        raise MalformedCertificate(f"the labels of layer {number} are not numbered by first appearance")
    if not np.isin(signs, (1, -1)).all() or (signs[first] != 1).any():
        raise MalformedCertificate(f"the signs of layer {number} are not 1 and -1, with 1 first in each class")
    step = data["separates_at"]
    if step is not None and (not isinstance(step, int) or isinstance(step, bool) or step < 0):
        raise MalformedCertificate(f"separates_at of layer {number} is neither null nor a number of steps")
    zero, frozen = flags
    return CertifiedLayer(number, labels, signs.astype(np.int8), zero, frozen, step)


def _agree(name: str, given: Any, value: Any) -> None:
    if type(given) is not type(value) or given != value:
        raise MalformedCertificate(f"{name} cannot follow from the rest of the certificate")
