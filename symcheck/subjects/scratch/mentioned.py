"""Mentioned: the activations that code speaks of by name, for a forward that computes those of no table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck.subjects.scratch.probing import SOFTMAX
from symcheck.subjects.scratch.sources import Source, words_of
from symcheck.types import Array

_WORDS = {
    "sigmoid": r"sigm|logistic|expit|nonlin|actv",
    "tanh": r"tanh",
    "leaky_relu": r"leaky",
    "relu": r"(?<!leaky_)(?<!leaky)relu|^maximum$",
    "softplus": r"softplus",
    SOFTMAX: r"softmax",
}


def mentioned(source: Source, root: Any, name: str) -> tuple[str, ...]:
    """Activations of whose names the code of a function speaks, or what it calls of the same file does."""
    seen: set[str] = set()
    words: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        function = _function(source, root, current)
        if function is not None:
            told = words_of(function)
            words |= {current, *told}
            waiting += [word for word in told if word.isidentifier()]
    return tuple(a for a, pattern in _WORDS.items() if any(re.search(pattern, w, re.IGNORECASE) for w in words))


def _function(source: Source, root: Any, name: str) -> Callable[..., Any] | None:
    for owner in (root if source.of_class else None, source.owner, source.home):
        found = getattr(owner, name, None) if owner is not None else None
        if (
            callable(found)
            and not isinstance(found, type)
            and getattr(found, "__code__", getattr(found, "__func__", None))
        ):
            return found  # type: ignore[no-any-return]
    return None


def guessed(words: tuple[str, ...], outputs: Array) -> tuple[str | None, str]:
    """The activation of the hidden layers and of the outputs, from what is mentioned and from the outputs' range."""
    total = np.abs(outputs.sum(axis=1) - 1).max()
    shares = outputs.shape[1] > 1 and outputs.min() >= 0
    if shares and (total < 1e-6 or (SOFTMAX in words and outputs.max() <= 1)):
        output = SOFTMAX
    elif "sigmoid" in words and outputs.min() > 0 and outputs.max() < 1:
        output = "sigmoid"
    elif words == ("tanh",) and np.abs(outputs).max() < 1:
        output = "tanh"
    else:
        output = "identity"
    others = [word for word in words if word not in (output, SOFTMAX)]
    # A softmax is one of the outputs.
    both = not others and output in words and output != SOFTMAX
    hidden = others[0] if len(others) == 1 else output if both else None
    return hidden, output
