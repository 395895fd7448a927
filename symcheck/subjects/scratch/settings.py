"""Settings: what is known of an author's network beside its functions, declared, seen by trying, or mentioned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.activations import UnknownActivation, get_activation
from symcheck.errors import SubjectError
from symcheck.subjects.scratch.mentioned import guessed, mentioned
from symcheck.subjects.scratch.probing import SOFTMAX
from symcheck.subjects.scratch.reading import Reading
from symcheck.subjects.scratch.training import Trained

#: Whence an activation is known.
DECLARED, SEEN, MENTIONED, UNUSED, UNKNOWN = "declared", "seen", "mentioned", "unused", "unknown"


@dataclass(frozen=True)
class Settings:
    """What is known of the code beside its functions, in the words of the protocol; None where it is not known.

    Attributes:
        features_first: whether the code itself takes (features, samples); the driver is always given samples in rows.
        sizes: where the widths are fixed. hidden_layers: where their number is.
        biases: whether every layer has one.
    """

    layout: str = "out_in"
    activation: str | None = None
    output_activation: str | None = None
    features_first: bool = False
    sizes: tuple[int, ...] | None = None
    hidden_layers: int | None = None
    biases: bool = True
    loss: str | None = None
    reduction: str | None = None
    loss_factor: float | None = None
    optimizer: str = "sgd"
    deterministic: bool = False
    law: str | None = None


@dataclass(frozen=True)
class Known:
    """The settings, with whence they are known.

    Attributes:
        activations: of `DECLARED`, `SEEN`, `MENTIONED`, `UNUSED` (named, and not in the outputs), `UNKNOWN`.
        fixed_draws: whether every initialization gives the same weights, whatever generators are seeded with.
        global_draws: whether it draws from a global generator.
    """

    settings: Settings
    activations: str
    fixed_draws: bool = False
    global_draws: bool = False


def settings_of(reading: Reading, trained: Trained) -> Known:
    """What is known of a network that was read.

    Raises:
        SubjectError: an attribute that says what is no activation.
    """
    source = reading.keeper.source
    activation, output, whence = _activations(reading)
    fixed = global_draws = False
    if reading.keeper.making is not None:
        fixed, global_draws = _draws(reading)
    making = reading.keeper.making
    free = making is not None and making.takes_widths and not _tail_fixed(reading)
    settings = Settings(
        reading.chain.layout,
        activation,
        output,
        reading.form == "columns",
        _declared_sizes(source.said("sizes"), source.of_class) or (None if free else reading.sizes),
        (making.hidden if free and making is not None else None)
        if source.said("hidden_layers") is None
        else int(source.said("hidden_layers")),
        all(slots.biased for slots in reading.chain.layers),
        _text(source.said("loss")),
        _text(source.said("reduction")),
        _number(source.said("loss_factor")),
        _text(source.said("optimizer")) or "sgd",
        fixed or source.said("deterministic") is True,
        _text(source.said("law")),
    )
    return Known(settings, whence, fixed, global_draws)


def _tail_fixed(reading: Reading) -> bool:
    """Whether the number of outputs cannot be asked for."""
    making = reading.keeper.making
    assert making is not None
    return not {"n_out", "sizes", "rest", "star", "dicts", "unit", "targets"} & set(making.roles)


def _activations(reading: Reading) -> tuple[str | None, str | None, str]:
    source = reading.keeper.source
    activation, output = _named(source.said("activation")), _named(source.said("output_activation"))
    whence = DECLARED if activation else UNKNOWN
    seen = reading.seen
    with reading.keeper.lent(reading.sizes) as root:
        words = mentioned(source, root, reading.forward.name)
    if seen is not None:
        of_hidden = seen.activation
        others = [word for word in words if word != seen.output]
        if of_hidden == "identity" and len(others) == 1 and not activation:
            # Layers without an activation, in code that names one: it is the one that was meant.
            return others[0], output or seen.output, UNUSED
        return activation or of_hidden, output or seen.output, whence if activation else SEEN
    hidden, last = guessed(words, reading.tried)
    if activation is None and hidden is not None:
        whence = MENTIONED
    return activation or hidden, output or last, whence


def _named(value: Any) -> str | None:
    """The activation that an attribute names; None where it holds something else, as a function of the author's."""
    if not isinstance(value, str):
        return None
    if value == SOFTMAX:
        return value
    try:
        return get_activation(value).name
    except UnknownActivation as error:
        raise SubjectError(str(error)) from None


def _draws(reading: Reading) -> tuple[bool, bool]:
    """Whether two seeds give the same weights, and whether global generators are drawn from."""
    keeper, sizes = reading.keeper, reading.sizes
    read = []
    for seed in (1, 2):
        root = keeper.made(sizes, np.random.default_rng(seed))
        read.append([W.copy() for W, _ in reading.chain.read(root)])
    making = keeper.making
    same = all(np.array_equal(a, b) for a, b in zip(*read, strict=True))
    return same, not same and making is not None and not making.seeded


def _declared_sizes(value: Any, of_class: bool) -> tuple[int, ...] | None:
    whole = isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(n, int) for n in value)
    return tuple(value) if whole and len(value) > 1 and not of_class else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
