"""The gallery: the initializations that the source texts name, so that each can be judged by name."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.laws.law import Law
from symcheck.laws.names import parse_law

#: Layer widths of the networks that gallery entries are judged in: wide enough that no ReLU is dead by chance, nor
#: so rarely active that no input is found.
SIZES = (64, 64, 64, 4)


@dataclass(frozen=True)
class GalleryEntry:
    """One initialization: the law of the weights, that of the biases, and what is said of it."""

    weights: str
    biases: str
    said: str


#: By the name a user writes.
GALLERY: dict[str, GalleryEntry] = {
    "zeros": GalleryEntry("zeros", "zeros", "all weights zero"),
    "constant(0.5)": GalleryEntry("constant(0.5)", "zeros", "an average weight as a sensible default"),
    "constant(1)": GalleryEntry("constant(1)", "zeros", "all ones: each unit gets the sum of the inputs"),
    "constant(0.1)": GalleryEntry("constant(0.1)", "zeros", "non-zero but close to 0"),
    "0.01 * randn": GalleryEntry("0.01 * randn", "zeros", "very small random values"),
    "10 * randn": GalleryEntry("10 * randn", "zeros", "large random values"),
    "he_normal": GalleryEntry(
        "he_normal", "zeros", "randn(layer_size[l], layer_size[l-1]) * sqrt(2 / layer_size[l-1])"
    ),
    "he_normal(gain=2)": GalleryEntry("he_normal(gain=2)", "zeros", "He with an extra scale factor"),
    "zero bias with random W": GalleryEntry("0.01 * randn", "zeros", "b = 0 is fine once W is random"),
    "random bias with constant W": GalleryEntry("constant(0.5)", "0.01 * randn", "b drawn at random, W constant"),
}

_VERBATIM = {entry.said: name for name, entry in GALLERY.items() if entry.said.startswith("randn(")}


def gallery_law(name: str) -> Law:
    """The law of the weights a name stands for: a gallery entry's, or any law's own.

    Raises:
        LawError: no such entry or law.
    """
    name = _VERBATIM.get(name, name)
    return parse_law(GALLERY[name].weights if name in GALLERY else name)


def about_biases(name: str) -> bool:
    """Whether a name stands for an entry that is about weights and biases together, and so for a network."""
    return name in GALLERY and " with " in name
