"""The one door: opens whatever a user hands over, once, and judges it by what its kind asks for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symcheck.admission import (
    MOST_WORKERS,
    count_of,
    range_of,
    real,
    refuse_nonsense,
    refuse_shapes,
    refuse_unknown,
    whole,
)
from symcheck.checks.parameters.runner import run_parameter_checks
from symcheck.checks.parameters.surveying import ALONE, Readers
from symcheck.checks.runner import load_failure, run_checks
from symcheck.errors import SubjectFailure, SymcheckError, an
from symcheck.laws.law import Law
from symcheck.recipes.given import Given, promise_of
from symcheck.recipes.recipe import MOST_DRAWS, Recipe
from symcheck.report import Finding, Report
from symcheck.subjects.data import CALL_LIMIT, NetworkFacts, Offer, Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.known_as import known_as
from symcheck.subjects.misnamed import names_a_module
from symcheck.subjects.opening import ModelSubject, open_subject, subject_name, text_of
from symcheck.subjects.repeat import run_again
from symcheck.subjects.waiting import telling
from symcheck.texts import plain

#: Chance that a sound subject fails anything in a whole run, unless another is asked for.
FALSE_ALARMS = 1e-9


@dataclass(frozen=True)
class OpenedSubject:
    """A subject past the door: an implementation, for the properties, or anything else with what the checks found.

    Attributes:
        kind: ``initializer``, ``network`` or ``implementation``.
        implementation: to be closed by whoever opened it.
        report: of the checks, or of a subject that could not be loaded.
        failure: why it could not be loaded, in one sentence that names it.
    """

    name: str
    kind: str
    implementation: Implementation | None = None
    report: Report | None = None
    failure: str = ""

    @property
    def called_as(self) -> str:
        """How it is called."""
        if self.implementation is not None:
            return self.implementation.called_as
        return (self.report.called_as if self.report else None) or ""

    def finding(self, name: str) -> Finding:
        """What a check said."""
        assert self.report is not None
        return next(f for f in self.report.findings if f.check == name)


def check(
    subject: Any,
    law: Given = None,
    *,
    recipe: str | Path | Recipe | None = None,
    draws: int | None = None,
    workers: int = 1,
    dask: str | None = None,
    kind: str | None = None,
    activation: str | None = None,
    head: str | None = None,
    inputs: str | Sequence[float] | None = None,
    optimizer: str = "sgd",
    call: str | None = None,
    layout: str | None = None,
    shapes: str | None = None,
    seed: int | None = None,
    false_alarm_rate: float = FALSE_ALARMS,
    timeout: float = CALL_LIMIT,
    only: str | Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
    figures: bool = False,
) -> Report:
    """Judge an initializer, a network, or an implementation of the protocol.

    Args:
        subject: an initializer (any callable that draws an array), a network (a :class:`symcheck.Network`, a list or
            dictionary of arrays, a torch, keras or scikit-learn model), an implementation (an instance, class or module
            with ``initialize``, ``forward``, ``gradients``, ``update``), or text: ``package.module:attribute``,
            ``file.py:attribute``, ``weights.npz``, ``weights.safetensors``, or a law such as ``constant(0.5)``.
        law: what an initializer promises, a network's weights were drawn from, or ``initialize`` draws; by default the
            documented law of a known library function. For a model with named parameters ``{pattern: law}``.
        recipe: a TOML file of such laws, or a :class:`symcheck.recipes.recipe.Recipe`.
        draws: how often a model is built (default: as often as its parameters need to show 5 % of their scale).
        workers: threads that read a file of weights that is too large to be held in memory.
        dask: the address of a dask scheduler whose workers read such a file; they must find it under the same name.
        kind: ``initializer``, ``network`` or ``implementation``, where it is not plain.
        activation: of the hidden layers (default: the model's own, else relu).
        head: ``linear`` or ``softmax`` (default: the model's own, else linear).
        inputs: the numbers (low, high) between which the network's inputs lie, or ``nonnegative`` (default: the
            network's own, else any).
        optimizer: what the network is to be trained with; it decides which ties last.
        call: how an initializer is called, such as ``f(shape, rng)``.
        layout: ``out_in`` or ``in_out``.
        shapes: what an initializer is for: ``dense``, ``kernels`` or ``all``. By default it is held to what it draws, and
            what is wrong only in kernels is a warning where it may be meant for matrices.
        seed: of every draw; fresh by default and shown in the report.
        false_alarm_rate: chance that a sound subject fails anything in the whole run.
        timeout: seconds each call may take; one that builds a model, three times as long.
        only: the name of the check to run, or several.
        progress: called with the name of each check before it runs, and which of how many it is.
        figures: whether the report of an initializer or a network keeps what `symcheck.plot` draws, as ``report.drawn``.

    Returns:
        The report; ``report.passed`` is the verdict.

    Raises:
        SymcheckError: the request cannot be carried out.
    """
    number = secrets.randbelow(2**31) if seed is None else whole(seed, "the seed")
    promise = promise_of(law, recipe)
    by_parameter = isinstance(promise, Recipe) or draws is not None
    limit = real(timeout, "the time limit")
    options = Options(kind, call, layout, activation, head, range_of(inputs), shapes, by_parameter, limit, number)
    if draws is not None:
        count_of(draws, "draws", MOST_DRAWS)
    false_alarm_rate = real(false_alarm_rate, "the false-alarm rate")
    only = (only,) if isinstance(only, str) else only
    readers = Readers(count_of(workers, "workers", MOST_WORKERS), dask or "")
    opened = open_and_check(
        subject, promise, options, optimizer, false_alarm_rate, only, progress, draws, readers, figures
    )
    if opened.implementation is None:
        assert opened.report is not None
        return opened.report
    # The suite needs pytest and hypothesis, which nothing else does.
    from symcheck.suite.findings import check_implementation

    try:
        _refuse_options(options, optimizer)
        return check_implementation(
            opened.implementation,
            _one_law(promise, Offer.kind),
            seed=number,
            false_alarm_rate=false_alarm_rate,
            only=only,
            progress=progress,
            again=_again(subject, promise, options, optimizer, false_alarm_rate, None),
        )
    finally:
        opened.implementation.close()


def open_and_check(
    subject: Any,
    law: str | Law | Recipe | None,
    options: Options,
    optimizer: str = "sgd",
    false_alarm_rate: float = FALSE_ALARMS,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
    draws: int | None = None,
    readers: Readers = ALONE,
    figures: bool = False,
) -> OpenedSubject:
    """Open a subject; one that is no implementation is judged by the checks at once. Arguments are those of `check`.

    Raises:
        SymcheckError: there is no such thing, or it is nothing that can be judged.
    """
    refuse_nonsense(options, law, optimizer, false_alarm_rate)
    refuse_unknown(only)
    name = subject_name(subject)
    again = _again(subject, law, options, optimizer, false_alarm_rate, draws)
    try:
        with telling(progress):
            opened = open_subject(subject, options)
    except SubjectFailure as failure:
        # A file of code is named without saying what in it is meant where it is a network from scratch.
        unsaid = Offer.kind if (text := text_of(subject)) and names_a_module(text) else "initializer"
        kind = failure.subject or options.kind or unsaid
        report = load_failure(name, kind, failure, options.seed, false_alarm_rate, again)
        sentence = str(failure) if name in str(failure) else f"{name} {failure}"
        return OpenedSubject(report.name, kind, None, report, plain(sentence))
    if isinstance(opened, Implementation):
        if not opened.offer.named:
            opened.offer = replace(opened.offer, known=known_as(subject))
        return OpenedSubject(plain(opened.name), opened.offer.kind, opened)
    if isinstance(opened, ModelSubject):
        try:
            report = run_parameter_checks(
                name, opened, law, options, false_alarm_rate, again, only, progress, draws, readers
            )
        finally:
            opened.close()
        return OpenedSubject(report.name, report.kind, None, report)
    try:
        if options.inputs is not None and not isinstance(opened, NetworkFacts):
            raise SymcheckError("inputs is for networks, and the subject is an initializer")
        law = _one_law(law, "an initializer" if not isinstance(opened, NetworkFacts) else "a network")
        if options.shapes is not None:
            refuse_shapes(options.shapes, opened)
        report = run_checks(name, opened, law, options, optimizer, false_alarm_rate, again, only, progress, figures)
    finally:
        opened.close()
    return OpenedSubject(report.name, report.kind, None, report)


def _one_law(law: str | Law | Recipe | None, kind: str) -> str | Law | None:
    if isinstance(law, Recipe):
        raise SymcheckError(f"laws by pattern are for models with named parameters, and the subject is {an(kind)}")
    return law


def _again(
    subject: Any,
    law: str | Law | Recipe | None,
    options: Options,
    optimizer: str,
    false_alarm_rate: float,
    draws: int | None,
) -> str:
    """What repeats the run, with everything in it that is not as it is by default."""
    settings = {
        "law": law.name if isinstance(law, Law) else _rules_of(law) if isinstance(law, Recipe) else law,
        "draws": draws,
        "kind": options.kind,
        "call": options.call,
        "layout": options.layout,
        "shapes": options.shapes,
        "activation": options.activation,
        "head": options.head,
        "inputs": None if options.inputs is None else ",".join(map(repr, options.inputs)),
        "optimizer": None if optimizer == "sgd" else optimizer,
        "timeout": None if options.call_limit == CALL_LIMIT else options.call_limit,
        "false_alarm_rate": None if false_alarm_rate == FALSE_ALARMS else false_alarm_rate,
        "seed": options.seed,
    }
    named = text_of(subject) is not None
    return run_again(subject_name(subject), named, settings, ("", "") if named else known_as(subject))


def _rules_of(recipe: Recipe) -> dict[str, str]:
    return {str(rule.target): rule.spelling for rule in recipe.rules}


def _refuse_options(options: Options, optimizer: str) -> None:
    given = {n: getattr(options, n) for n in ("call", "layout", "activation", "head", "inputs", "shapes")}
    names = [name for name, value in given.items() if value is not None]
    names += ["optimizer"] if optimizer != "sgd" else []
    if names:
        raise SymcheckError(f"{names[0]} is for initializers and networks, and the subject is an implementation")
