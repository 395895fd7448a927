"""A third party's network as the property suite sees it: four pure functions in (out, in) layout, or one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
from symcheck.objective import Objective, get_objective
from symcheck.penalty import Carried, without
from symcheck.subjects.data import CALL_LIMIT, Offer, Options
from symcheck.subjects.host import DirectHost, Host
from symcheck.subjects.messages import Answer, Call, Transcribe, Written
from symcheck.subjects.settlement import Settlement
from symcheck.subjects.shown import context, widths
from symcheck.texts import plain
from symcheck.types import Array, Params

#: Settings under which a step is no multiple of the gradient, nor of that and the parameters.
_NOT_LINEAR = {"l1", "clip_value", "clip_norm"}


class Misbehaviour(AssertionError):
    """A call that raises, hangs, kills its process or returns nonsense; the message is one sentence.

    Attributes:
        answer: what came back in place of arrays.
    """

    def __init__(self, sentence: str, answer: Answer) -> None:
        super().__init__(plain(sentence))
        self.answer = answer


class Clipped(Misbehaviour):
    """Gradients so large that the subject clips them, which is said of it: this example shows nothing of them.

    ``limit`` is what they are clipped at, in words.
    """

    def __init__(self, limit: str) -> None:
        super().__init__("its gradients are clipped", Answer())
        self.limit = limit


class Implementation:
    """A from-scratch network.

    ``params`` is a list of (W, b), W of shape (out, in), b of shape (out,), whatever the subject's own layout; every
    value returned is a fresh array of the right shape with finite entries.

    Attributes:
        name: what a report calls it.
        exact: whether rows that are equal stay equal to the last bit; true of the reference only.
        offer: what is known of it: what it says, and what was measured where it says nothing.
        promised: the loss that it declares, where that is complete, however it was measured.
        undecided: why nothing that needs its loss is judged, where it is not known; else "".
        settlement: what was measured where its declarations leave something open; None before that.
        seen: the last `Answer`, for what a call does beside its result.
        printed: the first line that any call printed.
        labels: whether it takes integer labels and not unit rows, as it turned out.
    """

    def __init__(self, host: Host, facts: Offer, limit: float = CALL_LIMIT, exact: bool = False) -> None:
        self._host, self._limit, self.exact = host, limit, exact
        self._given_up: dict[str, str] = {}
        self.offer = facts
        self.promised = facts.objective
        self.undecided = ""
        self.settlement: Settlement | None = None
        self.name = facts.name
        self.seen = Answer()
        self.printed = ""
        self.labels = False
        self._carried: Carried | None = None
        self._takes_clipped = False

    @contextmanager
    def taking_clipped(self) -> Iterator[None]:
        """Give gradients and steps as they come inside, where they are clipped as well."""
        before, self._takes_clipped = self._takes_clipped, True
        try:
            yield
        finally:
            self._takes_clipped = before

    @property
    def activation(self) -> Activation:
        """The activation of the hidden layers."""
        return get_activation(str(self.offer.activation))

    @property
    def stopped(self) -> bool:
        """Whether a method hung or ended its process, and is not called again."""
        return bool(self._given_up)

    @property
    def objective(self) -> Objective:
        """What it minimizes; only where that is known."""
        assert self.offer.objective is not None
        return self.offer.objective

    @property
    def promised(self) -> Objective | None:
        """The objective that its gradients are held to, where that is another than it has."""
        return self._promised

    @promised.setter
    def promised(self, objective: Objective | None) -> None:
        self._promised = objective and replace(objective, unit_rows=self.offer.classes)

    @property
    def by_steps(self) -> bool:
        """Whether its gradients are read off its training steps."""
        return "gradients" not in self.offer.methods and "train_step" in self.offer.methods

    @property
    def rate(self) -> float:
        """The learning rate at which gradients are read off a training step."""
        return self.offer.rate or 1.0

    @property
    def first_step(self) -> float:
        """How many times learning rate and gradient the first step of its optimizer subtracts; 0 where it is no multiple."""
        settings = dict(self.offer.settings)
        if self.offer.optimizer not in ("sgd", "momentum", "nesterov") or set(settings) & _NOT_LINEAR:
            return 0.0
        velocity = 1 - settings.get("dampening", 0.0)
        if self.offer.optimizer == "nesterov":
            return 1 + settings.get("momentum", 0.9) * velocity
        return velocity if self.offer.optimizer == "momentum" else 1.0

    @property
    def called_as(self) -> str:
        """How it is called, for the header."""
        forms = {
            "initialize": "initialize(sizes, rng)",
            "forward": "forward(params, X)",
            "gradients": "gradients(params, X, Y)",
            "update": "update(params, gradients, learning_rate)",
            "train_step": "train_step(params, X, Y, learning_rate)",
        }
        return f"{self.offer.called_as}: {', '.join(forms[m] for m in self.offer.methods)}"

    def lacks(self, needs: Sequence[str]) -> str:
        """Why a property that needs these methods and attributes is skipped; "" when nothing is missing."""
        for need in needs:
            if need == "activation":
                if self.offer.activation is None:
                    return "it does not say its activation: give it an attribute activation"
            elif need == "loss":
                if self.offer.objective is None:
                    return self.undecided or "it does not say its loss: give it an attribute loss"
            elif need == "biases":
                if not self.offer.biases:
                    return "its layers have no biases"
            elif need == "float64":
                if self.offer.dtype == "float32":
                    return self.offer.coarse or "it computes in float32"
            elif need == "sgd":
                if self.offer.optimizer != "sgd" or self.offer.settings:
                    named = self.offer.optimizer
                    named = f"gradient descent with {self.offer.settings[0][0]}" if named == "sgd" else named
                    return f"its update is {named}, not plain gradient descent"
            elif need == "gradients" and self.by_steps:
                if not self.first_step:
                    return f"it has no gradients, and they cannot be read off a step of {self.offer.optimizer}"
            elif need == "steps":
                if "train_step" not in self.offer.methods:
                    missing = [m for m in ("gradients", "update") if m not in self.offer.methods]
                    if missing:
                        return f"it has no {missing[0]}"
            elif need not in self.offer.methods:
                return f"it has no {need}"
        return ""

    def initialize(self, sizes: Sequence[int], seed: int) -> Params:
        """Parameters for these widths, from ``numpy.random.default_rng(seed)``.

        Raises:
            Misbehaviour: with one sentence; so do the other methods.
        """
        answer = self._ask(Call("initialize", sizes=[int(n) for n in sizes], seed=seed), f"{widths(sizes)} network")
        return paired(answer.arrays)

    def forward(self, params: Any, X: Any) -> Array:
        """Outputs of the last layer, after the output activation if it has one: shape (samples, n_L)."""
        call = Call("forward", len(params), arrays=[*_flat(params), np.asarray(X)])
        return self._rounded(self._ask(call, context(params, X)).arrays)[0]

    def gradients(self, params: Any, X: Any, Y: Any) -> Params:
        """Gradients of the loss in the structure of ``params``, or what a training step subtracts, by its learning rate;
        ``Y`` has the outputs' shape."""
        if self.by_steps:
            after = self.train_step(params, X, Y, self.rate, fresh=True)
            share, decay = self.rate * self.first_step, dict(self.offer.settings).get("l2", 0.0)

            def read(before: Array, moved: Array) -> Array:
                # In the precision of the step, by which it is judged.
                return np.asarray((before - moved) / share - decay * before, dtype=moved.dtype)

            return [(read(W, V), read(b, c)) for (W, b), (V, c) in zip(params, after, strict=True)]
        found = self._whole("gradients", self._with_targets(Call("gradients"), params, X, Y))
        penalty = self.offer.penalty
        return found if penalty is None else penalty.taken_off(found, params, len(X))

    def train_step(self, params: Any, X: Any, Y: Any, learning_rate: float, fresh: bool = True) -> Params:
        """The parameters after one training step; ``fresh`` where nothing is to remain of earlier ones."""
        after = self._with_targets(Call("train_step", learning_rate=learning_rate, fresh=fresh), params, X, Y)
        if self.offer.clips_in == "train_step" and (fresh or self.offer.optimizer == "sgd"):
            share = learning_rate * self.first_step
            moved = [((W - V) / share, (b - c) / share) for (W, b), (V, c) in zip(params, after, strict=True)]
            self._whole("train_step", moved)
        penalty = self.offer.penalty
        if penalty is None or not self.first_step:
            return after
        settings = dict(self.offer.settings)
        momentum = 0.0 if self.offer.optimizer == "sgd" else settings.get("momentum", 0.9)
        known = (momentum, settings.get("dampening", 0.0), self.offer.optimizer == "nesterov")
        if fresh or self._carried is None:
            self._carried = Carried(*known)
        return self._carried.taken_off(after, penalty.terms(params, len(X)), learning_rate, fresh)

    def as_stepped(self, gradients: Params, params: Params, samples: int) -> Params:
        """Gradients as its training steps take them: with the penalty, where these are no multiple of it that could be taken off."""
        penalty = self.offer.penalty
        if penalty is None or self.first_step or "train_step" not in self.offer.methods:
            return gradients
        return without(gradients, [(-W, -b) for W, b in penalty.terms(params, samples)])

    def _whole(self, method: str, gradients: Params) -> Params:
        """The gradients, where this method does not clip them.

        Raises:
            Clipped: it does.
        """
        clipping = self.offer.clipping if self.offer.clips_in == method and not self._takes_clipped else None
        if clipping is not None and clipping.reached(gradients):
            raise Clipped(clipping.told)
        return gradients

    def step(self, params: Any, X: Any, Y: Any, learning_rate: float, fresh: bool) -> Params:
        """The parameters after one step, by ``train_step`` or by ``gradients`` and ``update``."""
        if "train_step" in self.offer.methods:
            return self.train_step(params, X, Y, learning_rate, fresh)
        return self.update(params, self.gradients(params, X, Y), learning_rate, fresh)

    def _with_targets(self, call: Call, params: Any, X: Any, Y: Any) -> Params:
        """The answer to a call with targets: of the outputs' shape, or integer labels."""
        try:
            return self._batch(call, params, X, self._targets(Y))
        except Misbehaviour:
            takes_labels = self.offer.loss in (None, "softmax_cross_entropy") and np.ndim(Y) == 2 and np.shape(Y)[1] > 1
            if self.labels or not takes_labels or call.method in self._given_up:
                raise
            # Where unit rows make it raise, integer labels may be what it takes; if not, the first error stands.
            first, self.labels = self.seen, True
            try:
                return self._batch(call, params, X, self._targets(Y))
            except Misbehaviour:
                self.labels, self.seen = False, first
            raise

    def _batch(self, call: Call, params: Any, X: Any, Y: Any) -> Params:
        call = replace(call, depth=len(params), arrays=[*_flat(params), np.asarray(X), Y])
        return paired(self._rounded(self._ask(call, context(params, X)).arrays))

    def _rounded(self, arrays: Sequence[Array]) -> Sequence[Array]:
        """What came back, in the precision in which it was computed, by which it is judged; beyond its range as it is."""
        if self.offer.dtype != "float32":
            return arrays
        with np.errstate(over="ignore"):
            single = [a.astype(np.float32) for a in arrays]
        return [s if np.isfinite(s).all() else a for s, a in zip(single, arrays, strict=True)]

    def _targets(self, Y: Any) -> Array:
        return np.argmax(Y, axis=1) if self.labels else np.asarray(Y)

    def update(self, params: Any, gradients: Any, learning_rate: float, fresh: bool | None = None) -> Params:
        """The parameters after one update; ``fresh`` where nothing is to remain of earlier ones, None: where its optimizer is
        one that remembers."""
        self._whole("update", gradients)
        fresh = self.offer.optimizer != "sgd" if fresh is None else fresh
        arrays = [*_flat(params), *_flat(gradients)]
        call = Call("update", len(params), learning_rate=learning_rate, arrays=arrays, fresh=fresh)
        return paired(self._rounded(self._ask(call, context(params)).arrays))

    def transcript(self, method: str, params: Any, X: Any, Y: Any, part: Sequence[int]) -> str:
        """A call of ``forward`` or ``gradients`` as Python in the functions of an author's own code; "" where there is none."""
        if not self.offer.found:
            return ""
        arrays = [*_flat(params), np.asarray(X), *([] if Y is None else [self._targets(Y)])]
        with suppress(SymcheckError, SubjectFailure):
            reply = self._host.ask(Transcribe(Call(method, len(params), arrays=arrays), tuple(part)), self._limit)
            assert isinstance(reply, Written)
            return reply.text
        return ""

    def close(self) -> None:
        """End whatever is still running."""
        self._host.close()

    def _ask(self, call: Call, what: str) -> Answer:
        if call.method in self._given_up:
            raise Misbehaviour(self._given_up[call.method], Answer(error=self._given_up[call.method]))
        try:
            answer: Answer = self._host.ask(call, self._limit)
        except SubjectFailure as failure:
            answer = Answer(error=str(failure), kind=failure.kind)
        self.seen = answer
        if answer.printed and not self.printed:
            self.printed = f"{call.method} prints, first {answer.printed!r}"
        if not answer.error:
            return answer
        own = answer.error.startswith(call.method)
        sentence = f"{'' if own else call.method + ' '}{answer.error} [{what}]"
        if answer.kind in ("hung", "died"):
            # Every further call would take as long again, so the sentence stands for all of them.
            sentence += f"; {call.method} is not called again"
            self._given_up[call.method] = sentence
        raise Misbehaviour(sentence, answer)


def reference_implementation(activation: str, loss: str | Objective) -> Implementation:
    """The reference network as a subject."""
    from symcheck.reference import ReferenceMLP

    name = f"reference ({activation}, {get_objective(loss).name})"
    host = DirectHost(ReferenceMLP(activation, loss), name)
    facts = host.open(Options(kind="implementation"))
    assert isinstance(facts, Offer)
    return Implementation(host, replace(facts, name=name), exact=True)


def paired(arrays: Sequence[Array]) -> Params:
    """[W_1, b_1, W_2, ...] as [(W_1, b_1), ...]."""
    if len(arrays) % 2:
        raise SubjectError("weights and biases do not come in pairs")
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def _flat(params: Any) -> list[Array]:
    return [np.asarray(a) for pair in params for a in pair]
