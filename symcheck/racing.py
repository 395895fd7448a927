"""The door of the race: which initialization trains best, on real data, over many seeds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from symcheck.activations import get_activation
from symcheck.adapters.digits import digits
from symcheck.admission import count_of, whole
from symcheck.errors import SymcheckError
from symcheck.races.result import Race
from symcheck.races.running import run

#: Learning rates of which each initialization takes its best.
RATES = (0.03, 0.1, 0.3)


def race(
    seeds: int = 20,
    epochs: int = 20,
    *,
    hidden: Sequence[int] = (32, 32),
    activation: str = "relu",
    batch: int = 32,
    rates: Sequence[float] = RATES,
    seed: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Race:
    """Train the reference network on scikit-learn's digits from every initialization of the gallery.

    Plain gradient descent on softmax cross-entropy over mini-batches. A seed stands for a split of the images, their order and the
    weights; it is the same for every initialization, so that differences are taken seed by seed.

    Args:
        seeds: how many, at least 2. epochs: passes over the 1,438 images that are trained on.
        hidden: widths of the hidden layers. batch: images in one step.
        rates: learning rates; each initialization runs with the one that gives it the lowest loss on seeds of their own.
        seed: of it all; fresh by default and shown.
        progress: called with how many of how many trainings are done.

    Raises:
        SymcheckError: scikit-learn is not installed, or an argument makes no sense.
        UnknownActivation: no such activation.
    """
    for value, said in ((seeds, "seeds"), (epochs, "epochs"), (batch, "batch"), *((n, "a width") for n in hidden)):
        count_of(value, said, 100_000)
    if seeds < 2:
        raise SymcheckError("an interval needs 2 seeds at least")
    if not hidden or not rates or not all(0 < rate < float("inf") for rate in rates):
        raise SymcheckError("a race needs a hidden layer, and learning rates that are positive numbers")
    number = secrets.randbelow(2**31) if seed is None else whole(seed, "the seed")
    known = get_activation(activation)
    if known.function is None:
        raise SymcheckError(f"{activation!r} stands for all activations of its class, and cannot be trained with")
    images, labels = digits()
    told = progress or (lambda done, of: None)
    return run(images, labels, tuple(hidden), known.name, seeds, epochs, batch, tuple(rates), number, told)
