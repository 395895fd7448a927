"""Opens whatever a user names or hands over: an object, a file of weights, an entry of the gallery, a law, code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.errors import NetworkError, SubjectError, an
from symcheck.laws.gallery import GALLERY, about_biases, gallery_law
from symcheck.laws.law import Law
from symcheck.network import Network
from symcheck.subjects.files import SUFFIXES, read_arrays
from symcheck.subjects.hosts import Host, ProcessHost, ThreadHost
from symcheck.subjects.misnamed import refuse_misnamed
from symcheck.subjects.model import Description, Options


@dataclass(frozen=True)
class Opened:
    """A subject ready to be judged; ``law`` is the one its own name stands for, if it is the name of a law."""

    host: Host
    law: Law | None = None

    @property
    def description(self) -> Description:
        """What was found out about it."""
        return self.host.description


def subject_name(subject: Any) -> str:
    """What a report calls the subject."""
    if isinstance(subject, str):
        return subject
    module, qualified = getattr(subject, "__module__", None), getattr(subject, "__qualname__", None)
    return f"{module}:{qualified}" if module and qualified else f"<{type(subject).__name__}>"


def open_subject(subject: Any, options: Options) -> Opened:
    """Open a subject.

    Raises:
        SymcheckError: there is no such thing, or it is nothing that can be judged.
        SubjectFailure: it raises or hangs while it is loaded.
    """
    name = subject_name(subject)
    if not isinstance(subject, str):
        return Opened(ThreadHost(subject, name, options))
    if subject.endswith(SUFFIXES):
        return Opened(ThreadHost(read_arrays(Path(subject)), name, options))
    if about_biases(subject):
        from symcheck.reference.samplers import sample_gallery

        return Opened(ThreadHost(sample_gallery(subject, options.seed, "relu"), name, options))
    if ":" in subject:
        return Opened(ProcessHost(subject, options))
    refuse_misnamed(subject)
    law = gallery_law(subject)
    host = ThreadHost(reference_initializer(law), name, options)
    host.description.called_as = "reference sampler of the law"
    return Opened(host, law)


def open_network(
    subject: Any,
    options: Options,
    activations: tuple[str, ...] | None = None,
    head: str | None = None,
    notes: list[str] | None = None,
) -> Network:
    """Open a subject as a network; a gallery entry stands for a small network drawn that way.

    Args:
        activations, head: to take where neither the subject nor the options tell them.
        notes: takes sentences on how the subject was read.

    Raises:
        SymcheckError: there is no such thing, or it is an initializer.
        SubjectFailure: it raises or hangs while it is loaded.
    """
    if isinstance(subject, Network):
        return subject
    if isinstance(subject, str) and subject in GALLERY:
        from symcheck.reference.samplers import sample_gallery

        return sample_gallery(subject, options.seed, options.activation or "relu")
    opened = open_subject(subject, options)
    opened.host.close()
    if opened.description.kind != "network":
        raise SubjectError(
            f"{subject_name(subject)} is {an(opened.description.kind)}; a certificate is about the weights of a network "
            f"(symcheck check judges {opened.description.kind}s)"
        )
    description = opened.description
    if description.shared:
        first, second = description.shared[0]
        raise SubjectError(
            f"{subject_name(subject)}: layers {first} and {second} share one array, and a certificate is about layers that "
            "are trained apart"
        )
    if (
        activations is not None
        and not description.activation_known
        and len(activations) == len(description.activations)
    ):
        description.activations = list(activations)
    if head is not None and options.head is None:
        description.head = head
    if notes is not None:
        notes += description.notes
    return network_of(description)


def network_of(description: Description) -> Network:
    """The network that a description of one carries."""
    depth = len(description.with_bias)
    rest = iter(description.arrays[depth:])
    biases = [next(rest) if has else None for has in description.with_bias]
    try:
        return Network(description.arrays[:depth], biases, description.activations, description.head)
    except NetworkError as error:
        raise NetworkError(f"{description.name}: {error}") from error


def reference_initializer(law: Law) -> Callable[..., Any]:
    """The reference sampler of a law as an initializer ``f(shape, rng)`` in (out, in) layout."""
    from symcheck.reference.samplers import sample

    def reference(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return sample(law, shape, rng)

    return reference
