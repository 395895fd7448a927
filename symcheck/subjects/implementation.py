"""A third party's network as the property suite sees it: four pure functions in (out, in) layout, or one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from symcheck.activations import Activation, get_activation
from symcheck.errors import SubjectError, SubjectFailure
from symcheck.subjects.data import CALL_LIMIT, Offer, Options
from symcheck.subjects.host import DirectHost, Host
from symcheck.subjects.messages import Answer, Call
from symcheck.texts import plain
from symcheck.types import Array, Params


class Misbehaviour(AssertionError):
    """A call that raises, hangs, kills its process or returns nonsense; the message is one sentence.

    Attributes:
        answer: what came back in place of arrays.
    """

    def __init__(self, sentence: str, answer: Answer) -> None:
        super().__init__(plain(sentence))
        self.answer = answer


class Implementation:
    """A from-scratch network.

    ``params`` is a list of (W, b), W of shape (out, in), b of shape (out,), whatever the subject's own layout; every
    value returned is a fresh array of the right shape with finite entries.

    Attributes:
        name: what a report calls it.
        exact: whether rows that are equal stay equal to the last bit; true of the reference only.
        seen: the last `Answer`, for what a call does beside its result.
        printed: the first line that any call printed.
        labels: whether it takes integer labels and not unit rows, as it turned out.
    """

    def __init__(self, host: Host, facts: Offer, limit: float = CALL_LIMIT, exact: bool = False) -> None:
        self._host, self._limit, self.exact = host, limit, exact
        self._given_up: dict[str, str] = {}
        self.offer = facts
        self.name = facts.name
        self.seen = Answer()
        self.printed = ""
        self.labels = False

    @property
    def activation(self) -> Activation:
        """The activation of the hidden layers."""
        return get_activation(str(self.offer.activation))

    @property
    def loss(self) -> str:
        """``mse`` or ``softmax_cross_entropy``."""
        return str(self.offer.loss)

    @property
    def called_as(self) -> str:
        """How it is called, for the header."""
        forms = {
            "initialize": "initialize(sizes, rng)",
            "forward": "forward(params, X)",
            "gradients": "gradients(params, X, Y)",
            "update": "update(params, gradients, learning_rate)",
        }
        return f"{self.offer.called_as}: {', '.join(forms[m] for m in self.offer.methods)}"

    def lacks(self, needs: Sequence[str]) -> str:
        """Why a property that needs these methods and attributes is skipped; "" when nothing is missing."""
        for need in needs:
            if need in ("activation", "loss"):
                if getattr(self.offer, need) is None:
                    return f"it does not say its {need}: give it an attribute {need}"
            elif need == "float64":
                if self.offer.dtype == "float32":
                    return "it says that it computes in float32"
            elif need == "sgd":
                if self.offer.optimizer != "sgd":
                    return f"its update is {self.offer.optimizer}, not plain gradient descent"
            elif need not in self.offer.methods:
                return f"it has no {need}"
        return ""

    def initialize(self, sizes: Sequence[int], seed: int) -> Params:
        """Parameters for these widths, from ``numpy.random.default_rng(seed)``.

        Raises:
            Misbehaviour: with one sentence; so do the other methods.
        """
        answer = self._ask(Call("initialize", sizes=[int(n) for n in sizes], seed=seed), f"{_shown(sizes)} network")
        return paired(answer.arrays)

    def forward(self, params: Any, X: Any) -> Array:
        """Outputs of the last layer, before any softmax: shape (samples, n_L)."""
        call = Call("forward", len(params), arrays=[*_flat(params), np.asarray(X)])
        return self._ask(call, _context(params, X)).arrays[0]

    def gradients(self, params: Any, X: Any, Y: Any) -> Params:
        """Gradients of the loss in the structure of ``params``; ``Y`` has the outputs' shape."""
        try:
            return self._gradients(params, X, self._targets(Y))
        except Misbehaviour:
            if self.labels or self.offer.loss != "softmax_cross_entropy" or "gradients" in self._given_up:
                raise
            # Where unit rows make it raise, integer labels may be what it takes; if not, the first error stands.
            first, self.labels = self.seen, True
            try:
                return self._gradients(params, X, self._targets(Y))
            except Misbehaviour:
                self.labels, self.seen = False, first
            raise

    def _gradients(self, params: Any, X: Any, Y: Any) -> Params:
        call = Call("gradients", len(params), arrays=[*_flat(params), np.asarray(X), Y])
        return paired(self._ask(call, _context(params, X)).arrays)

    def _targets(self, Y: Any) -> Array:
        return np.argmax(Y, axis=1) if self.labels else np.asarray(Y)

    def update(self, params: Any, gradients: Any, learning_rate: float) -> Params:
        """The parameters after one update."""
        arrays = [*_flat(params), *_flat(gradients)]
        call = Call("update", len(params), learning_rate=learning_rate, arrays=arrays)
        return paired(self._ask(call, _context(params)).arrays)

    def close(self) -> None:
        """End whatever is still running."""
        self._host.close()

    def _ask(self, call: Call, context: str) -> Answer:
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
        sentence = f"{'' if own else call.method + ' '}{answer.error} [{context}]"
        if answer.kind in ("hung", "died"):
            # Every further call would take as long again, so the sentence stands for all of them.
            sentence += f"; {call.method} is not called again"
            self._given_up[call.method] = sentence
        raise Misbehaviour(sentence, answer)


def reference_implementation(activation: str, loss: str) -> Implementation:
    """The reference network as a subject."""
    from symcheck.reference import ReferenceMLP

    host = DirectHost(ReferenceMLP(activation, loss), f"reference ({activation}, {loss})")
    facts = host.open(Options(kind="implementation"))
    assert isinstance(facts, Offer)
    return Implementation(host, replace(facts, name=f"reference ({activation}, {loss})"), exact=True)


def paired(arrays: Sequence[Array]) -> Params:
    """[W_1, b_1, W_2, ...] as [(W_1, b_1), ...]."""
    if len(arrays) % 2:
        raise SubjectError("weights and biases do not come in pairs")
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def _flat(params: Any) -> list[Array]:
    return [np.asarray(a) for pair in params for a in pair]


def _shown(sizes: Sequence[int]) -> str:
    return "-".join(str(int(n)) for n in sizes)


def _context(params: Any, X: Any = None) -> str:
    sizes = [np.shape(params[0][0])[1], *(len(b) for _, b in params)]
    assert all(np.shape(w) == (out, n) for (w, _), (n, out) in zip(params, pairwise(sizes), strict=True))
    return f"{_shown(sizes)} network" + (f", {len(X)} sample{'s' * (len(X) != 1)}" if X is not None else "")
