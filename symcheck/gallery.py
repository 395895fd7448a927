"""The gallery: the initializations that the source texts name, so that each can be judged by name."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from symcheck.law_names import parse_law
from symcheck.laws import Law
from symcheck.network import Network

#: Layer widths of the networks that gallery entries are judged in.
SIZES = (8, 16, 16, 4)


@dataclass(frozen=True)
class Entry:
    """One initialization: the law of the weights, that of the biases, and what is said of it."""

    weights: str
    biases: str
    said: str


#: By the name a user writes.
GALLERY: dict[str, Entry] = {
    "zeros": Entry("zeros", "zeros", "all weights zero"),
    "constant(0.5)": Entry("constant(0.5)", "zeros", "an average weight as a sensible default"),
    "constant(1)": Entry("constant(1)", "zeros", "all ones: each unit gets the sum of the inputs"),
    "constant(0.1)": Entry("constant(0.1)", "zeros", "non-zero but close to 0"),
    "0.01 * randn": Entry("0.01 * randn", "zeros", "very small random values"),
    "10 * randn": Entry("10 * randn", "zeros", "large random values"),
    "he_normal": Entry("he_normal", "zeros", "randn(layer_size[l], layer_size[l-1]) * sqrt(2 / layer_size[l-1])"),
    "he_normal(gain=2)": Entry("he_normal(gain=2)", "zeros", "He with an extra scale factor"),
    "zero bias with random W": Entry("0.01 * randn", "zeros", "b = 0 is fine once W is random"),
    "random bias with constant W": Entry("constant(0.5)", "0.01 * randn", "b drawn at random, W constant"),
}

_VERBATIM = {entry.said: name for name, entry in GALLERY.items() if entry.said.startswith("randn(")}


def gallery_law(name: str) -> Law:
    """The law of the weights a name stands for: a gallery entry's, or any law's own.

    Raises:
        LawError: no such entry or law.
    """
    name = _VERBATIM.get(name, name)
    return parse_law(GALLERY[name].weights if name in GALLERY else name)


def gallery_network(name: str, seed: int) -> Network | None:
    """The network of an entry that is about weights and biases together; None for the ones about weights alone."""
    return draw_network(name, seed, "relu") if " with " in name else None


def draw_network(name: str, seed: int, activation: str) -> Network:
    """A network of the gallery's widths drawn as the entry says."""
    import numpy as np

    from symcheck.reference.samplers import sample

    rng = np.random.default_rng(seed)
    entry = GALLERY[name]
    law, bias_law = parse_law(entry.weights), parse_law(entry.biases)
    weights = [sample(law, (out, n), rng) for n, out in itertools.pairwise(SIZES)]
    biases = [sample(bias_law, (1, n), rng)[0] for n in SIZES[1:]]
    return Network(weights, biases, activation)
