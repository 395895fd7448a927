"""Opens whatever a user names or hands over: an object, a file of weights, an entry of the gallery, a law, code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from symcheck.errors import SubjectError, SubjectFailure, an
from symcheck.laws.gallery import GALLERY, about_biases, gallery_law
from symcheck.laws.law import Law
from symcheck.network import Network
from symcheck.subjects.data import InitializerFacts, ModelFacts, NetworkFacts, Offer, Options
from symcheck.subjects.files import names_weights, read_weights
from symcheck.subjects.host import CALLED, Host, ProcessHost, ThreadHost
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.messages import Build, Built, Draw, Request
from symcheck.subjects.misnamed import names_a_module, refuse_misnamed
from symcheck.texts import LONGEST_NAME, exact_text, plain, type_name


@dataclass
class InitializerSubject:
    """An initializer ready to be drawn from; ``law`` is the one its own name stands for, if it is the name of a law."""

    facts: InitializerFacts
    host: Host
    limit: float
    law: Law | None = None
    _ended: Draw | None = None

    def draw(self, request: Request) -> list[Draw]:
        """Draw; a call that hangs or ends its process comes back as a draw with an error, and is the last one."""
        if self._ended is None:
            try:
                return list(self.host.ask(request, self.limit * request.count, CALLED).draws)
            except SubjectFailure as failure:
                draw = Draw(error=str(failure), kind=failure.kind)
                if failure.kind == "raised":
                    return [draw]
                self._ended = draw
        return [self._ended]

    def close(self) -> None:
        """End whatever is still running."""
        self.host.close()


@dataclass
class ModelSubject:
    """A model whose parameters can be asked for, several times where it is built afresh."""

    facts: ModelFacts
    host: Host
    limit: float

    def build(self, seed: int, names: Sequence[str] | None = None) -> Built:
        """Its parameters, with the values of those named, built from a seed.

        Raises:
            SubjectFailure: it raises, hangs or dies meanwhile, or is something else than it was.
        """
        built: Built = self.host.ask(Build(seed, names), self.limit, CALLED)
        return built

    def close(self) -> None:
        """End whatever is still running."""
        self.host.close()


Opened = InitializerSubject | NetworkFacts | ModelSubject | Implementation


def text_of(subject: Any) -> str | None:
    """The text that names a subject: text itself, or a path; None for an object."""
    if issubclass(type(subject), str | PurePath):
        return exact_text(subject)
    return None


def subject_name(subject: Any) -> str:
    """What a report calls the subject."""
    if (text := text_of(subject)) is not None:
        return text
    try:
        parts = [getattr(subject, name, None) for name in ("__module__", "__qualname__")]
    except Exception:
        parts = []
    if parts and all(part and issubclass(type(part), str) for part in parts):
        return plain(":".join(map(exact_text, parts)), 2 * LONGEST_NAME)
    return f"<{type_name(subject)}>"


def open_subject(subject: Any, options: Options) -> Opened:
    """Open a subject: what kind it is, is decided in the process or thread in which it is going to live.

    Raises:
        SymcheckError: there is no such thing, or it is nothing that can be judged.
        SubjectFailure: it raises or hangs while it is loaded.
    """
    if issubclass(type(subject), Implementation):
        return subject  # type: ignore[no-any-return]
    name, text = subject_name(subject), text_of(subject)
    return _opened(ThreadHost(subject, name), options) if text is None else _open_named(text, options)


def _open_named(subject: str, options: Options) -> Opened:
    if ":" in subject and not names_weights(subject):
        return _opened(ProcessHost(subject), options)
    if names_a_module(subject) and options.kind in (None, "implementation"):
        return _opened_module(subject, options)
    if options.kind == "implementation":
        raise SubjectError(f"{subject} names no implementation")
    if names_weights(subject):
        return _opened(ThreadHost(read_weights(Path(subject), whole=options.kind == "network"), subject), options)
    if about_biases(subject):
        from symcheck.reference.samplers import sample_gallery

        return _opened(ThreadHost(sample_gallery(subject, options.seed, "relu"), subject), options)
    refuse_misnamed(subject)
    law = gallery_law(subject)
    opened = _opened(ThreadHost(reference_initializer(law), subject), options)
    if isinstance(opened, InitializerSubject):
        opened.facts, opened.law = replace(opened.facts, called_as="reference sampler of the law"), law
    return opened


def _opened(host: Host, options: Options) -> Opened:
    try:
        facts = host.open(options)
    except BaseException:
        host.close()
        raise
    if isinstance(facts, Offer):
        return Implementation(host, facts, options.call_limit)
    if isinstance(facts, InitializerFacts):
        return InitializerSubject(facts, host, options.call_limit)
    if isinstance(facts, ModelFacts):
        return ModelSubject(facts, host, options.build_limit)
    host.close()
    return facts


def _opened_module(subject: str, options: Options) -> Opened:
    try:
        return _opened(ProcessHost(subject), options)
    except SubjectError as error:
        if options.kind is None and error.reason:
            try:
                refuse_misnamed(subject)
            except SubjectError as better:
                message = f"{error}; {better}" if error.reason == "no module" else str(better)
                raise SubjectError(message) from error
        raise


def open_network(
    subject: Any,
    options: Options,
    activations: tuple[str, ...] | None = None,
    head: str | None = None,
    inputs: tuple[float, float] | None = None,
    notes: list[str] | None = None,
) -> Network:
    """Open a subject as a network; a gallery entry stands for a small network drawn that way.

    Args:
        activations, head, inputs: to take where neither the subject nor the options tell them.
        notes: takes sentences on how the subject was read.

    Raises:
        SymcheckError: there is no such thing, or it is an initializer.
        SubjectFailure: it raises or hangs while it is loaded.
    """
    given = (options.activation, options.head, options.layout)
    if isinstance(subject, Network) and given == (None, None, None) and options.inputs in (None, subject.inputs):
        return subject
    if (text := text_of(subject)) is not None and text in GALLERY:
        from symcheck.reference.samplers import sample_gallery

        return sample_gallery(text, options.seed, options.activation or "relu")
    facts = open_subject(subject, options)
    if isinstance(facts, ModelSubject):
        facts.close()
        # Why it is no network is said by the attempt to read it as one.
        facts = open_subject(subject, replace(options, kind="network"))
    if not isinstance(facts, NetworkFacts):
        facts.close()
        kind = (facts.offer if isinstance(facts, Implementation) else facts.facts).kind
        raise SubjectError(
            f"{subject_name(subject)} is {an(kind)}; a certificate is about the weights of a network "
            f"(symcheck check judges {kind}s)"
        )
    if facts.shared:
        first, second = facts.shared[0]
        raise SubjectError(
            f"{subject_name(subject)}: layers {first} and {second} share one array, and a certificate is about layers that "
            "are trained apart"
        )
    if activations is not None and not facts.activation_known and len(activations) == len(facts.activations):
        facts = replace(facts, activations=activations)
    if head is not None and options.head is None:
        facts = replace(facts, head=head)
    if inputs is not None and options.inputs is None:
        facts = replace(facts, inputs=inputs)
    if notes is not None:
        notes += facts.notes
    return facts.network()


def reference_initializer(law: Law) -> Callable[..., Any]:
    """The reference sampler of a law as an initializer ``f(shape, rng)`` in (out, in) layout."""
    from symcheck.reference.samplers import sample

    def reference(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return sample(law, shape, rng)

    return reference
