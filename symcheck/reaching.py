"""`symcheck.reach`: the door to what training can reach, for models of every library."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from math import prod
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck import adapters
from symcheck.adapters.differentiable import differentiable, is_model, is_torch, network_model
from symcheck.errors import SubjectError, SymcheckError
from symcheck.exact.fields import MERSENNE
from symcheck.exact.interpretation import exact_field
from symcheck.network import HEADS, Network
from symcheck.reachability.decide import exact_reach, explained, observed_reach
from symcheck.reachability.result import Reach
from symcheck.reachability.ties import FrozenPart, MovingTogether, TiedEntries, TiedSlices, UndecidedPart
from symcheck.subjects.find import find, made
from symcheck.symmetry import certify
from symcheck.texts import exact_text
from symcheck.types import Flags

Fault = TiedSlices | TiedEntries | FrozenPart | UndecidedPart | MovingTogether

#: Weights of a layer above which the exact grade would take much longer than gradients do.
_EXACT = 1 << 18
#: Samples of a batch for which only the shape of one is given, and numbers that it holds at most.
_SAMPLES, _LARGEST = 8, 1 << 28


def reach(
    model: Any, inputs: Any = None, head: str = "linear", *, progress: Callable[[int, int], None] | None = None
) -> Reach:
    """What training can ever reach from a model's initial parameters.

    Args:
        model: a `symcheck.Network`, a model of torch, keras, flax (linen, also as ``(module, variables)``, or nnx) or equinox,
            a pair ``(function, params)`` of jax or autograd whose function is called as ``f(params, *inputs)``, or the name of
            a factory that returns one of these, alone or as ``(model, inputs)``.
        inputs: an example batch, a tuple of what the model is called with, or a callable ``inputs(rng)`` that draws one; None to find out what the model takes.
        head: ``softmax`` where the loss is softmax cross-entropy, whose cotangents sum to zero over the last axis.
        progress: is told how many quiet rounds have been seen, and of how many.

    Returns:
        Exact for a network, and for a torch model that is a plain stack of Linear and activations; else observed.

    Raises:
        SymcheckError: no such model, no inputs that it takes, or no clean gap between equal and different gradients.
        SubjectFailure: the factory raises.
    """
    if head not in HEADS:
        raise SymcheckError(f"head must be linear or softmax, not {head!r}")
    if isinstance(model, str):
        model, found = _built(exact_text(model))
        inputs = found if inputs is None else inputs
    rng = np.random.default_rng()
    if isinstance(model, Network):
        network = model if head == model.head else Network(
            model.weights, model.biases, model.activations, head, model.inputs
        )  # fmt: skip
        return _network(network, head, rng)
    # An example that does not fit is refused also where none is needed.
    found = None if inputs is None else differentiable(model, inputs)
    exact = _as_network(model, head, rng)
    if exact is not None:
        return exact if exact.elsewhere is None else explained(
            exact, found or differentiable(model, None), rng, head == "softmax"
        )  # fmt: skip
    return observed_reach(
        found or differentiable(model, None),
        rng,
        centred=head == "softmax",
        progress=progress,
        proved=lambda: _dead(model, head),
    )


def _network(network: Network, head: str, rng: Generator) -> Reach:
    found = exact_reach(network, rng)
    if found.elsewhere is None:
        return found
    try:
        return explained(found, network_model(network), rng, head == "softmax")
    except SymcheckError:
        # An activation that stands for many has no values to try.
        return found


def shaped(text: str) -> Any:
    """What ``--input`` stands for: numbers of a sample's shape, or ids that cover a vocabulary.

    Raises:
        SymcheckError: it is neither, or too much of it.
    """
    if re.fullmatch(r"[1-9]\d*(x[1-9]\d*)*", text):
        shape = _SAMPLES, *map(int, text.split("x"))
        if prod(shape) > _LARGEST:
            raise SymcheckError(f"--input {text}: {_SAMPLES} samples of this shape are more than {_LARGEST:,} numbers")
        return np.ones(shape)
    if tokens := re.fullmatch(r"tokens:([1-9]\d*):([1-9]\d*)", text):
        length, rows = map(int, tokens.groups())
        samples = max(_SAMPLES, -(-rows // length))
        if samples * length > _LARGEST:
            raise SymcheckError(f"--input {text}: one batch would be more than {_LARGEST:,} ids")

        def ids(rng: Generator) -> Any:
            return rng.permuted(np.arange(samples * length) % rows).reshape(samples, length)

        return ids
    raise SymcheckError(f"--input is a sample's shape such as 3x32x32, or tokens:LENGTH:VOCABULARY, not {text!r}")


def faults(found: Reach, allow: Sequence[str] = ()) -> list[Fault]:
    """What the initialization ties or freezes, and the architecture does not, and what no input tried moves from it.

    Args:
        allow: patterns of parameters that may be.
    """

    def allowed(name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in allow)

    return [
        *(f for f in found.frozen_parameters if f.by_initialization and not allowed(f.parameter)),
        *(u for u in found.undecided_parameters if not allowed(u.parameter)),
        *(g for g in found.groups if g.by_initialization and not allowed(g.parameter)),
        *(e for e in found.tied_entries if e.by_initialization and not allowed(e.parameter)),
        *(t for t in found.together if t.by_initialization and not (allowed(t.first) or allowed(t.second))),
    ]


def _built(text: str) -> tuple[Any, Any]:
    """The model and the inputs that a name stands for; a factory is called."""
    obj, positional, keywords = find(text)
    if callable(obj) and not is_model(obj):
        obj = made(obj, text, positional, keywords)
    if not is_model(obj) and isinstance(obj, tuple) and len(obj) == 2 and is_model(obj[0]):
        return obj
    return obj, None


def _stack(model: Any, head: str) -> tuple[Network, list[tuple[str, str | None]]] | None:
    """A torch model that is a plain stack of layers with all its parameters trained, and their names."""
    if not is_torch(model):
        return None
    try:
        parts = adapters.adapter_of("torch").network(model)
    except SubjectError:
        return None
    # What follows the last layer is not in a network.
    if type(list(model.modules())[-1]).__name__ != "Linear":
        return None
    names = _names_of(model, [b is not None for b in parts.biases])
    if names is None or parts.shared or parts.notes or parts.head != "linear":
        return None
    return Network(parts.weights, parts.biases, parts.activations, head), names


def _dead(model: Any, head: str) -> dict[str, Flags]:
    """By parameter what a certificate proves never to move: of a plain stack, what leads to dead units and from them."""
    stack = _stack(model, head)
    if stack is None or stack[0].not_finite():
        return {}
    network, names = stack
    layers = certify(network).layers
    proved: dict[str, Flags] = {}
    for i, (weight, bias) in enumerate(names):
        shape = network.weights[i].shape
        still = layers[i].frozen if i < len(layers) else np.zeros(shape[0], bool)
        fed = layers[i - 1].zero if i else np.zeros(shape[1], bool)
        proved[weight] = still[:, None] | fed
        if bias is not None:
            proved[bias] = still.copy()
    return proved


def _as_network(model: Any, head: str, rng: Generator) -> Reach | None:
    """The exact answer for a torch model that is a plain stack of layers with all its parameters trained."""
    stack = _stack(model, head)
    if stack is None:
        return None
    network, names = stack
    # Of ReLU itself more may be tied than of all functions with its zeros and signs: its own gradients tell.
    if any(a.kinked or a.linear for a in network.activations):
        return None
    if (
        any(w.size > _EXACT for w in network.weights)
        or network.not_finite()
        or exact_field(network, rng) is not MERSENNE
    ):
        return None
    return exact_reach(network, rng, names)


def _names_of(model: Any, biased: list[bool]) -> list[tuple[str, str | None]] | None:
    """The names of each layer's weight and bias; None where they are not, in this order, all that training moves."""
    named = list(model.named_parameters())
    if not all(parameter.requires_grad for _, parameter in named):
        return None
    names = iter(name for name, _ in named)
    pairs = [(next(names, ""), next(names, "") if bias else None) for bias in biased]
    whole = all(w.endswith("weight") and (b is None or b.endswith("bias")) for w, b in pairs)
    return pairs if whole and next(names, None) is None else None
