"""Settings: what is known of an author's network beside its functions, declared, seen by trying, or mentioned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symcheck.activations import UnknownActivation, get_activation
from symcheck.errors import SubjectError
from symcheck.subjects.scratch.limits import Widths, allowed
from symcheck.subjects.scratch.mentioned import guessed, mentioned
from symcheck.subjects.scratch.probing import SOFTMAX
from symcheck.subjects.scratch.reading import Reading
from symcheck.subjects.scratch.training import Trained

#: What is handed on as attributes of the protocol where it is known.
SAID = (
    *("layout", "activation", "output_activation", "sizes", "hidden_layers", "loss", "reduction"),
    *("loss_factor", "optimizer", "law", "l2", "dtype"),
)
#: Whence an activation is known.
DECLARED, SEEN, MENTIONED, UNUSED, UNKNOWN = "declared", "seen", "mentioned", "unused", "unknown"


@dataclass(frozen=True)
class Settings:
    """What is known of the code beside its functions, in the words of the protocol; None where it is not known.

    Attributes:
        features_first: whether the code itself takes (features, samples); the driver is always given samples in rows.
        sizes: widths of all layers where some are fixed, None for one that is free. hidden_layers: their number, where that
            alone is fixed.
        rate: the only learning rate that there is, where the code has none.
        biases: whether every layer has one.
    """

    layout: str = "out_in"
    activation: str | None = None
    output_activation: str | None = None
    features_first: bool = False
    sizes: Widths | None = None
    hidden_layers: int | None = None
    biases: bool = True
    loss: str | None = None
    reduction: str | None = None
    loss_factor: float | None = None
    optimizer: str | None = None
    deterministic: bool = False
    law: str | None = None
    rate: float | None = None
    l2: float | None = None
    dtype: str | None = None


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
    if reading.keeper.making is not None and not reading.keeper.slow:
        fixed, global_draws = _draws(reading)
    sizes, hidden = source.said("sizes"), source.said("hidden_layers")
    settings = Settings(
        reading.chain.layout,
        activation,
        output,
        reading.form == "columns",
        tuple(sizes) if isinstance(sizes, list | tuple) else None,
        hidden if isinstance(hidden, int) else None,
        all(slots.biased for slots in reading.chain.layers),
        _text(source.said("loss")),
        _text(source.said("reduction")),
        _number(source.said("loss_factor")),
        _text(source.said("optimizer")) or _spoken(trained),
        fixed or source.said("deterministic") is True,
        _text(source.said("law")),
        1.0 if trained.step is not None and not trained.step.rate else None,
        _number(source.said("l2")),
        "float32" if source.said("dtype") in ("float32", np.float32) or _kept_in_single(reading) else None,
    )
    return Known(settings, whence, fixed, global_draws)


def within_limits(known: Known, reading: Reading, works: Callable[[tuple[int, ...]], bool]) -> Known:
    """The settings with the widths that the code can have, where it does not say them."""
    told = known.settings
    if told.sizes is not None or told.hidden_layers is not None:
        return known
    if reading.keeper.slow:
        return replace(known, settings=replace(told, sizes=reading.sizes))
    widths = allowed(reading.keeper.making, reading.sizes, works)
    free = widths is not None and all(n is None for n in widths)
    if widths is None or not free:
        return replace(known, settings=replace(told, sizes=widths))
    return replace(known, settings=replace(told, hidden_layers=len(widths) - 2))


def _activations(reading: Reading) -> tuple[str | None, str | None, str]:
    source = reading.keeper.source
    activation, output = _named(source.said("activation")), _named(source.said("output_activation"))
    whence = DECLARED if activation else UNKNOWN
    seen = reading.seen
    with reading.keeper.lent(reading.sizes) as root:
        words = mentioned(source, root, reading.forward.name)
    if seen is not None:
        of_hidden = seen.activation
        others = [word for word in words if word not in (seen.output, SOFTMAX)]
        if of_hidden == "identity" and len(others) == 1 and not activation:
            # Layers without an activation, in code that names one: it is the one that was meant.
            return others[0], output or seen.output, UNUSED
        return activation or of_hidden, output or seen.output, whence if activation else SEEN
    hidden, last = guessed(words, reading.tried)
    if activation is None and hidden is not None:
        whence = MENTIONED
    return activation or hidden, output or last, whence


def _kept_in_single(reading: Reading) -> bool:
    """Whether its weights are made in single precision, and nothing says that another one is meant."""
    keeper = reading.keeper
    if keeper.source.said("dtype") is not None:
        return False
    with keeper.lent(reading.sizes) as root:
        return all(slots.weight.read(root).dtype == np.float32 for slots in reading.chain.layers)


def _spoken(trained: Trained) -> str | None:
    """The optimizer of whose name an update speaks that keeps a memory; only one that has usual settings."""
    update = trained.update
    return "adam" if update is not None and update.remembers and "adam" in update.operation.name.lower() else None


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


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
