"""Python that repeats what was seen: in an author's own functions where they can be written down, else in the protocol's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from symcheck.subjects.implementation import Implementation
from symcheck.subjects.repeat import import_code
from symcheck.suite.literals import arrays_code, params_code
from symcheck.types import Array

#: What is printed of a call: outputs, or W or b of a layer of its gradients.
_PRINTED = re.compile(r"subject\.(?:(forward)\(params, X\)|(gradients)\(params, X, Y\)(?:\[(\d+)\](?:\[([01])\])?)?)")
#: A call of gradients, with what is printed of it.
_GRADIENTS = re.compile(r"subject\.gradients\(params, X, Y\)((?:\[\d+\])*)")


def reproduction(subject: Implementation, params: Any, X: Array | None, Y: Array | None, expression: str) -> str:
    """The lines.

    Args:
        expression: what is printed, in ``subject``, ``params``, ``X`` and ``Y``.
    """
    imported = ["import numpy as np", import_code(subject.offer)]
    if own := _own_calls(subject, params, X, Y, expression):
        # They speak of the module, whatever of it was named.
        imported[1] = import_code(replace(subject.offer, name=subject.offer.name.partition(":")[0]), own=True)
        return "\n".join([*imported, own])
    offer = subject.offer
    if offer.layout == "in_out":
        params = [(np.asarray(W).T, b) for W, b in params]
    if offer.columns:
        params = [(W, np.reshape(b, (-1, 1))) for W, b in params]
    targets = np.argmax(Y, axis=1) if Y is not None and subject.labels else Y
    given = [(name, a) for name, a in (("X", X), ("Y", targets)) if a is not None]
    if offer.features_first:
        given = [(name, np.asarray(a).T) for name, a in given]
    lines = [*imported, params_code(params), *(arrays_code(name, a) for name, a in given)]
    printed = expression
    if subject.by_steps and (called := _GRADIENTS.fullmatch(expression)):
        lines.append(f"after = subject.train_step(params, X, Y, {subject.rate!r})")
        at = called[1]
        share = "" if subject.rate == 1 else f" / {subject.rate!r}"
        printed = f"(params{at} - after{at}){share}" if at.count("[") == 2 else f"after{at}"
    return "\n".join([*(line for line in lines if line), f"print({printed})"])


def _own_calls(subject: Implementation, params: Any, X: Array | None, Y: Array | None, expression: str) -> str:
    printed = _PRINTED.fullmatch(expression)
    name = subject.offer.name
    if printed is None or X is None or (printed[2] and Y is None) or not subject.offer.named or name.endswith(")"):
        return ""
    if printed[1]:
        return subject.transcript("forward", params, X, None, ())
    part = (int(printed[3]), int(printed[4] or 0)) if printed[3] else ()
    return subject.transcript("gradients", params, X, Y, part)
