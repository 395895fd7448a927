"""Training: how gradients, a step and an update are got, and the trials on which that is found out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.subjects.scratch.chains import Chain
from symcheck.subjects.scratch.forms import BATCHES, presented, presented_targets
from symcheck.subjects.scratch.keeping import Keeper, rates_beside, rates_of
from symcheck.subjects.scratch.names import bare, calling_role
from symcheck.subjects.scratch.playing import STATE, Operation, Place, Play
from symcheck.subjects.scratch.reading import SAMPLES, Params, Reading, out_in, random_params
from symcheck.types import Array

#: The rate that is tried: a power of two, so that dividing by it loses nothing.
RATE = 2.0**-7
#: Functions that are tried in one role.
MOST_TRIED = 8
#: A width that no other number of a trial is.
EQUAL = 6
#: How often parameters, and inputs for each of them, are drawn where a layer of ReLU would be zero.
_REDRAWN = 32

Places = list[tuple[Place | None, Place | None]]


@dataclass(frozen=True)
class Slopes:
    """How gradients are got: calls after each other, of which the last gives them.

    Attributes:
        targets: of `targets_of`. form: of the inputs. places: for each layer of weights and bias.
        exact: whether every gradient has the shape of its parameter.
    """

    operations: tuple[Operation, ...]
    form: str
    targets: str
    places: Places
    exact: bool


@dataclass(frozen=True)
class Step:
    """How one step of training is made.

    Attributes:
        rate: ``argument``, ``attribute``, ``global`` of the module beside a class, or "" where the code has no learning rate that can be set.
        new: where the new parameters are.
        pairs: whether it takes a list of samples with their targets.
        whole: whether it moves the weights of every layer, and those of every input, by a multiple of the rate.
        finite: whether what it leaves are numbers.
    """

    operations: tuple[Operation, ...]
    form: str
    targets: str
    rate: str
    new: str
    pairs: bool
    whole: bool
    finite: bool = True


@dataclass(frozen=True)
class Update:
    """How parameters are updated, after gradients were got: the call, and where the new parameters are.

    Attributes:
        remembers: whether it is handed what an optimizer keeps, and gives it back. keeps: whether it keeps something on self
            by which a second update with the same gradients is another one.
        part: which part of a tuple that it returns the parameters are; None where they are all of it.
    """

    operation: Operation
    new: str
    rate: str
    remembers: bool = False
    part: int | None = None
    keeps: bool = False

    def holder(self, result: Any, root: Any) -> Any:
        """What holds the new parameters."""
        if self.new == STATE:
            return root
        return result if self.part is None else result[self.part]


@dataclass
class Trained:
    """What was found; None for what was not."""

    slopes: Slopes | None = None
    step: Step | None = None
    update: Update | None = None


@dataclass
class Trial:
    """One network with one batch, on which functions are tried in turn."""

    reading: Reading
    chain: Chain
    form: str
    targets: str
    params: Params
    X: Array
    Y: Array

    @property
    def keeper(self) -> Keeper:
        """What lends the network."""
        return self.reading.keeper

    def play(self, root: Any, rate: float) -> Play:
        """The network with the parameters and the first batch."""
        root = self.chain.write(root, self.params)
        x, y = next(presented(self.X, self.form)), next(presented_targets(self.Y, self.form, self.targets))
        play = Play(self.keeper, root, x, y, rate, SAMPLES if self.form in BATCHES else 1)
        play.outputs_at = self.reading.outputs
        play.place_data()
        play.prepare_step()
        return play

    def operations(self, name: str) -> list[Operation]:
        """Ways to call a function after a forward."""
        with self.keeper.lent(self.chain.sizes) as root:
            play = self.play(root, RATE)
            with suppress(Exception):
                # A forward of single samples may not take what a training of several does.
                play.forward(self.reading.forward)
            return list(play.operations(name))

    @property
    def takes_data(self) -> bool:
        """Whether the data went to the constructor."""
        making = self.keeper.making
        return making is not None and making.takes_data

    def returned(self, operation: Operation) -> None:
        """Forget what other guesses at the arguments of a call raised: its author's call is one that returns."""
        # Code that returns where all widths are equal alone raises in its author's call as well.
        if len(set(self.chain.sizes)) > 1:
            self.reading.returning.add(operation.told)
            self.reading.problems.pop(operation.told, None)

    def raised(self, operation: Operation, error: Exception) -> None:
        """Keep what a function raised, for whoever asks why it was not taken."""
        if operation.told in self.reading.returning:
            return
        self.reading.problems.setdefault(operation.told, f"{type(error).__name__}: {error}"[:200])


def trial_of(reading: Reading, form: str, targets: str, sizes: tuple[int, ...]) -> Trial:
    """A trial on a network of these widths.

    Raises:
        Exception: it cannot be made.
    """
    with reading.keeper.lent(sizes) as root:
        chain = reading.chain.at(root, sizes)
    rng = np.random.default_rng()
    classes = max(sizes[-1], 2)
    params, X = alive(chain, rng, SAMPLES)
    return Trial(reading, chain, form, targets, params, X, np.eye(classes)[np.arange(SAMPLES) % classes, : sizes[-1]])


def alive(chain: Chain, rng: np.random.Generator, samples: int) -> tuple[Params, Array]:
    """Random parameters and inputs, shape (samples, n_0), with a unit above zero in every hidden layer for every sample.

    A single sample for which a whole layer of ReLU is zero moves no weight before it, as if the code forgot them.
    """
    params, X = random_params(chain, rng), rng.standard_normal((samples, chain.sizes[0]))
    for tried in range(1, _REDRAWN**2):
        dead = ~_reaching(chain, params, X)
        if not dead.any():
            break
        if tried % _REDRAWN == 0:
            params = random_params(chain, rng)
        X[dead] = rng.standard_normal((int(dead.sum()), X.shape[1]))
    return params, X


def _reaching(chain: Chain, params: Params, X: Array) -> Array:
    """For which samples some unit of every hidden layer of ReLU is above zero, shape (samples,)."""
    h, reached = X, np.ones(len(X), dtype=bool)
    for W, b in out_in(chain, params)[:-1]:
        h = np.maximum(h @ W.T + b, 0.0)
        reached &= (h > 0).any(axis=1)
    return reached


def equal_widths(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """As many layers of one width, for code that raises wherever widths differ."""
    return (EQUAL,) * len(sizes)


def changed(chain: Chain, params: Params, holder: Any) -> bool:
    """Whether what holds the parameters has others than these; the same ones rounded to single precision are no others."""
    try:
        now = chain.read(holder)
    except Exception:
        return False
    return any(
        a.shape == b.shape and not np.array_equal(a, b) and not np.array_equal(np.float32(a), np.float32(b))
        for p, q in zip(now, params, strict=True)
        for a, b in zip(p, q, strict=True)
    )


def rate_of(play: Play, operations: Sequence[Operation]) -> str:
    """How the learning rate is set."""
    if any(operation.binding.gives("rate") for operation in operations):
        return "argument"
    owner = play.keeper.source.owner if play.keeper.is_module else play.root
    if rates_of(owner):
        return "attribute"
    return "global" if rates_beside(play.keeper.source.home if play.keeper.source.of_class else None) else ""


def gradients_given(play: Play, operation: Operation) -> Any:
    """What a backward returned, as an update takes it: the part that holds gradients where it returns a loss as well."""
    result, names = play.result, play.returned(operation)
    if isinstance(result, tuple) and len(names) == len(result):
        speaking = [
            part
            for name, part in zip(names, result, strict=True)
            if calling_role(name) == "gradients" or bare(name) == "grads"
        ]
        if speaking:
            return speaking[0]
    # The dimension of a list of arrays of several shapes is not defined.
    if isinstance(result, tuple) and len(result) == 2 and not isinstance(result[0], dict | list | tuple):
        return result[1] if np.ndim(result[0]) == 0 else result
    return result
