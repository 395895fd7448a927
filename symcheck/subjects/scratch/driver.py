"""The driver: an author's code as a subject of the protocol, its parameters set and read at every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from typing import Any

import numpy as np

from symcheck.errors import counted
from symcheck.subjects.scratch.chains import Chain
from symcheck.subjects.scratch.depths import Depths, Unfit
from symcheck.subjects.scratch.dropping import is_share
from symcheck.subjects.scratch.forms import as_rows, batches, in_rows, presented, shape_in
from symcheck.subjects.scratch.keeping import seeded
from symcheck.subjects.scratch.matching import named
from symcheck.subjects.scratch.memory import begun, kept
from symcheck.subjects.scratch.playing import RESULT, STATE, Operation, Place, Play
from symcheck.subjects.scratch.reading import SAMPLES, Params, Reading
from symcheck.subjects.scratch.returned_loss import number_in
from symcheck.subjects.scratch.settings import SAID, Settings
from symcheck.subjects.scratch.training import Step, Trained, gradients_given
from symcheck.subjects.scratch.transcript import own_calls
from symcheck.types import Array


class Driver:
    """One implementation of the protocol: ``initialize``, ``forward``, ``gradients``, ``update`` and ``train_step``, as far as
    the code offers them. ``params`` has W in the code's own layout and b of shape (out,).
    """

    def __init__(self, reading: Reading, trained: Trained, settings: Settings) -> None:
        self._reading, self._trained, self.settings = reading, trained, settings
        self._keeper = reading.keeper
        self._depths = Depths(reading, trained)
        self._stepping: dict[int, tuple[tuple[int, ...], Any]] = {}
        for name in SAID:
            if (value := getattr(settings, name)) is not None:
                setattr(self, name, value)
        self.deterministic, self.biases = settings.deterministic, settings.biases
        if settings.rate is not None:
            self.learning_rate = settings.rate
        self.forward: Callable[..., Array] = self._forward
        if self._keeper.making is not None and not self._keeper.slow:
            self.initialize: Callable[..., Params] = self._initialize
        if trained.slopes is not None:
            self.gradients: Callable[..., list[tuple[Any, Any]]] = self._gradients
        if trained.update is not None and (trained.update.remembers or trained.update.keeps):
            self._memory: tuple[tuple[int, ...], dict[str, Any]] | None = None
            self._kept: tuple[tuple[int, ...], Any] | None = None
            self.train_step: Callable[..., Params] = self._remembering_step
        elif trained.update is not None:
            self.update: Callable[..., Params] = self._update
        if trained.step is not None and not hasattr(self, "train_step"):
            self.train_step = self._train_step

    @property
    def takes_classes(self) -> bool:
        """Whether targets are handed over as the number of the class."""
        return any(p is not None and p.targets == "labels" for p in (self._trained.slopes, self._trained.step))

    def works(self, sizes: tuple[int, ...]) -> bool:
        """Whether a network of these widths gives outputs."""
        rng = np.random.default_rng()
        turned = self.settings.layout == "in_out"
        params = [
            (rng.standard_normal((n, m) if turned else (m, n)), rng.standard_normal(m)) for n, m in pairwise(sizes)
        ]
        try:
            return self._forward(params, rng.standard_normal((2, sizes[0]))).shape == (2, sizes[-1])
        except Exception:
            return False

    def __deepcopy__(self, memo: dict[int, Any]) -> Driver:
        """The same code with nothing left of the steps that were made."""
        fresh = Driver(self._reading, self._trained, self.settings)
        fresh._depths = self._depths
        return fresh

    def transcribed(self, method: str, arguments: Sequence[Any], part: Sequence[int]) -> str:
        """A call of ``forward`` or ``gradients`` in the code's own functions, "" where it cannot be written down."""
        params, X, *Y = arguments
        sizes = self._sizes(params)
        with self._keeper.lent(sizes) as root:
            chain = self._chain(root, sizes)
        targets = in_rows(Y[0], sizes[-1]) if Y else None
        return own_calls(
            self._reading, self._trained, chain, self._depths.at(sizes), (method, params, X, targets), part
        )

    def _initialize(self, sizes: Sequence[int], rng: np.random.Generator) -> Params:
        """The parameters of a new network."""
        self._refuse(sizes)
        root = self._keeper.made(sizes, rng)
        return self._read(self._chain(root, sizes), root)

    def _forward(self, params: Params, X: Array) -> Array:
        """Outputs of shape (samples, n_L)."""
        form, sizes = self._reading.form, self._sizes(params)
        depth, parts = self._depths.at(sizes), []
        shapes = shape_in(form, len(X), sizes[-1])
        with self._still(), self._keeper.lent(sizes) as root:
            root = self._chain(root, sizes).write(root, params)
            for x in presented(X, form):
                play = Play(self._keeper, root, x)
                play.place_data()
                array = play.array_at(
                    self._resized(depth.outputs, play.call(self._reading.forward), play.root), play.result
                )
                parts.append(array)
        if parts[0].shape not in shapes:
            # As it came, for whoever looks at shapes.
            return parts[0]
        outputs = as_rows(parts, form)
        return np.asarray(np.exp(outputs)) if self._reading.logs else outputs

    def _gradients(self, params: Params, X: Array, Y: Array) -> list[tuple[Any, Any]]:
        """Gradients of the code's own loss; of one that takes single samples their mean."""
        sizes = self._sizes(params)
        whole = list(self._after_backward(params, X, Y, lambda play: self._slopes_of(play, sizes)))
        flat = whole[0] if len(whole) == 1 else [np.mean(parts, axis=0) for parts in zip(*whole, strict=True)]
        return list(zip(flat[::2], flat[1::2], strict=True))

    def number_beside(self, params: Params, X: Array, Y: Array) -> tuple[str, float] | None:
        """The loss that the last call of a backward returns, with its name; of code that takes single samples their mean."""
        assert self._trained.slopes is not None
        last = self._trained.slopes.operations[-1]
        told = list(self._after_backward(params, X, Y, lambda play: number_in(play.result, play.returned(last))))
        numbers = [number for number in told if number is not None]
        return (numbers[0][0], float(np.mean([n for _, n in numbers]))) if len(numbers) == len(told) else None

    def number_changes(self, params: Params, X: Array, Y: Array) -> bool:
        """Whether a backward that is called again, for the same network and batch, returns another loss, as a running mean is."""
        slopes = self._trained.slopes
        assert slopes is not None
        sizes, told = self._sizes(params), []
        x, y, count = next(batches(X, in_rows(Y, sizes[-1]), slopes.form, slopes.targets))
        with self._still(), self._keeper.lent(sizes) as root:
            for _ in range(2):
                play = self._played(root, params, x, y, None, count, slopes.operations)
                root = play.root
                told.append(number_in(play.result, play.returned(slopes.operations[-1])))
        return told[0] != told[1]

    def _after_backward(self, params: Params, X: Array, Y: Array, read: Callable[[Play], Any]) -> Iterator[Any]:
        """What is read of the network after its backward, for the batch, or for each sample where it takes single ones."""
        slopes = self._trained.slopes
        assert slopes is not None
        sizes = self._sizes(params)
        for x, y, count in batches(X, in_rows(Y, sizes[-1]), slopes.form, slopes.targets):
            with self._still(), self._keeper.lent(sizes) as root:
                yield read(self._played(root, params, x, y, None, count, slopes.operations))

    def _still(self) -> AbstractContextManager[None]:
        """Generators put back afterwards where masks are drawn by which nothing is dropped."""
        slopes = self._trained.slopes
        operations = (self._reading.forward, *(slopes.operations if slopes is not None else ()))
        shares = any(is_share(name, role) for o in operations for name, role in o.binding.given)
        return seeded(0, *self._keeper.homes) if shares or self._keeper.undropped else nullcontext()

    def _slopes_of(self, play: Play, sizes: tuple[int, ...]) -> list[Any]:
        chain, depth = self._chain(play.root, sizes), self._depths.at(sizes)
        if not depth.gradients:
            raise Unfit("gives nothing that has the shapes of the parameters")
        flat: list[Any] = []
        axis = 1 if chain.layout == "out_in" else 0
        for slots, (weight, bias), m in zip(chain.layers, depth.gradients, sizes[1:], strict=True):
            assert weight is not None
            dW = play.array_at(self._resized(weight, play.result, play.root), play.result)
            db: Any = np.zeros(m)
            if slots.extra and dW.shape == slots.weight.shape:
                at = 0 if slots.extra == "first" else -1
                dW, db = np.delete(dW, at, axis), np.take(dW, at, axis)
            elif slots.bias is not None and bias is None:
                raise Unfit(f"gives no gradient of {named(slots.bias, self._keeper.returned())}")
            elif slots.bias is not None and bias is not None:
                db = play.array_at(self._resized(bias, play.result, play.root), play.result)
                # A gradient of another shape than its bias is handed on as it came.
                db = db.reshape(m) if db.shape == slots.bias.shape else db
            flat += [dW, db if self.settings.biases else np.zeros(m)]
        return flat

    def _update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        """The parameters after one update with gradients that are handed over, in place of those that a backward got."""
        slopes, update = self._trained.slopes, self._trained.update
        assert slopes is not None
        assert update is not None
        sizes = self._sizes(params)
        rng = np.random.default_rng(0)
        X, Y = rng.standard_normal((SAMPLES, sizes[0])), np.eye(sizes[-1])[np.arange(SAMPLES) % sizes[-1]]
        x, y, count = next(batches(X, Y, slopes.form, slopes.targets))
        with seeded(0, *self._keeper.homes), self._keeper.lent(sizes) as root:
            if update.keeps and self._kept is not None and self._kept[0] == sizes:
                root = self._kept[1]
            play = self._played(root, params, x, y, learning_rate, count, slopes.operations)
            self._put(play, sizes, slopes.operations[-1], gradients)
            if update.remembers:
                same = self._memory is not None and self._memory[0] == sizes
                play.memory = self._memory[1] if same and self._memory is not None else begun(self._keeper, root)
            result = play.call(update.operation)
            if update.remembers:
                self._memory = (sizes, kept(play.memory, play.parts))
            if update.keeps:
                self._kept = (sizes, play.root)
            return self._new(update.holder(result, play.root), play.root, sizes)

    def _remembering_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        """The parameters after gradients and an update by an optimizer whose memory, handed in or on self, is kept from step to step."""
        return self._update(params, self._gradients(params, X, Y), learning_rate)

    def _put(self, play: Play, sizes: tuple[int, ...], operation: Operation, gradients: Params) -> None:
        chain, depth, result = self._chain(play.root, sizes), self._depths.at(sizes), play.result
        for slots, places, (dW, db) in zip(chain.layers, depth.gradients, gradients, strict=True):
            for place, slot, array in (
                (places[0], slots.weight, chain.whole(slots, dW, db)),
                (places[1], slots.bias, db),
            ):
                if place is None or slot is None:
                    continue
                at = self._resized(place, result, play.root)
                fits = np.size(array) == np.prod(at.leaf.shape, dtype=int)
                shaped = np.reshape(array, at.leaf.shape if fits else slot.shape)
                if place.where == RESULT:
                    result = at.leaf.write(result, shaped)
                else:
                    play.root = at.leaf.write(play.root, shaped)
        play.record(operation, result)
        play.gradients = gradients_given(play, operation)

    def _train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        """The parameters after one step of training; of code that takes single samples, after the mean of their steps.

        What an optimizer remembers is kept from step to step; a deep copy of the driver has forgotten it.
        """
        step = self._trained.step
        assert step is not None
        sizes = self._sizes(params)
        Y = in_rows(Y, sizes[-1])
        after: list[Params] = []
        if step.pairs:
            pairs = [(x, y) for x, y, _ in batches(X, Y, step.form, step.targets)]
            after.append(self._stepped(step, params, sizes, pairs[0][0], pairs[0][1], learning_rate, len(X), pairs))
        else:
            # Of several samples whose steps are averaged each has a memory of its own.
            for sample, (x, y, count) in enumerate(batches(X, Y, step.form, step.targets)):
                after.append(self._stepped(step, params, sizes, x, y, learning_rate, count, None, sample))
        if len(after) == 1:
            return after[0]
        moved = [[(W - V, b - c) for (W, b), (V, c) in zip(one, params, strict=True)] for one in after]
        return [
            (W + np.mean([m[i][0] for m in moved], axis=0), b + np.mean([m[i][1] for m in moved], axis=0))
            for i, (W, b) in enumerate(params)
        ]

    def _stepped(
        self,
        step: Step,
        params: Params,
        sizes: tuple[int, ...],
        x: Any,
        y: Any,
        rate: float,
        count: int,
        pairs: list[tuple[Any, Any]] | None,
        sample: int = 0,
    ) -> Params:
        with seeded(0, *self._keeper.homes), self._keeper.lent(sizes) as root:
            remembered = self._stepping.get(sample)
            if remembered is not None and remembered[0] == sizes and not self._keeper.is_module:
                root = remembered[1]
            play = self._played(root, params, x, y, rate, count, step.operations, pairs)
            self._stepping[sample] = (sizes, play.root)
            return self._new(play.root if step.new == STATE else play.result, play.root, sizes)

    def _new(self, holder: Any, root: Any, sizes: tuple[int, ...]) -> Params:
        return self._read(self._chain(root, sizes), holder)

    def _read(self, chain: Chain, holder: Any) -> Params:
        """The parameters; where not every layer has a bias, the biases that there are stay 0 and are not judged."""
        return [(np.array(W), np.array(b) if self.settings.biases else np.zeros(len(b))) for W, b in chain.read(holder)]

    def _played(
        self,
        root: Any,
        params: Params,
        x: Any,
        y: Any,
        rate: float | None,
        count: int,
        operations: Sequence[Operation],
        pairs: list[tuple[Any, Any]] | None = None,
    ) -> Play:
        root = self._chain(root, self._sizes(params)).write(root, params)
        play = Play(self._keeper, root, x, y, rate, count, pairs)
        play.outputs_at = self._depths.at(self._sizes(params)).outputs
        play.place_data()
        play.prepare_step()
        for operation in operations:
            if operation == self._reading.forward and operation != operations[-1]:
                play.forward(operation)
            else:
                play.call(operation)
        return play

    def _sizes(self, params: Params) -> tuple[int, ...]:
        axis = 1 if self.settings.layout == "out_in" else 0
        sizes = (np.shape(params[0][0])[axis], *(len(b) for _, b in params))
        self._refuse(sizes)
        return sizes

    def _refuse(self, sizes: Sequence[int]) -> None:
        told = self.settings
        if told.sizes is not None and not (
            len(sizes) == len(told.sizes) and all(own in (None, n) for own, n in zip(told.sizes, sizes, strict=True))
        ):
            raise Unfit(f"has the widths {'-'.join('n' if n is None else str(n) for n in told.sizes)} and no others")
        if told.hidden_layers is not None and len(sizes) - 2 != told.hidden_layers:
            raise Unfit(f"has {counted(told.hidden_layers, 'hidden layer')} and no other number of them")

    def _chain(self, root: Any, sizes: Sequence[int]) -> Chain:
        """The chain of this depth, measured in a network of these widths."""
        return self._depths.at(tuple(sizes)).chain.at(root, tuple(sizes))

    def _resized(self, place: Place, result: Any, root: Any) -> Place:
        return Place(place.where, place.leaf.at(result if place.where == RESULT else root))
