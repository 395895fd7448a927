"""Which law is this? Opens whatever a user hands over and names the law of what it draws or holds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip
from symcheck.checks.network_law import form_of
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.draft import draft
from symcheck.checks.parameters.identified import identified, pattern_groups
from symcheck.diagnosis.identification import identify_draws
from symcheck.diagnosis.identification_report import Identification, Part
from symcheck.diagnosis.identified import Identified
from symcheck.distribution.formats import FloatFormat
from symcheck.distribution.recognise import Observation
from symcheck.errors import SubjectError, SubjectFailure, SymcheckError, counted, listed
from symcheck.fans import LAYOUTS, Layer
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.recipes.recipe import Recipe
from symcheck.subjects.data import CALL_LIMIT, NetworkFacts, Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import InitializerSubject, ModelSubject, open_subject, subject_name
from symcheck.texts import plain


def identify(
    subject: Any,
    *,
    kind: str | None = None,
    call: str | None = None,
    layout: str | None = None,
    seed: int | None = None,
    false_alarm_rate: float = 1e-9,
    timeout: float = CALL_LIMIT,
) -> Identification:
    """Name the law of an initializer, of a network's layers, or of a law's own sampler.

    Args:
        subject: as for :func:`symcheck.check`.
        kind: ``initializer`` or ``network``, where it is not plain.
        call: how an initializer is called. layout: ``out_in`` or ``in_out``.
        seed: of every draw; fresh by default.
        false_alarm_rate: the chance that the law that is followed is missing from the answer.
        timeout: seconds each call may take.

    Raises:
        SymcheckError: the request cannot be carried out, or nothing came back that could be identified.
        SubjectFailure: it raises or hangs, while it is loaded or for every shape that it is asked for.
    """
    if not 0 < false_alarm_rate < 1:
        raise SymcheckError(f"the false-alarm rate must lie between 0 and 1, not {false_alarm_rate!r}")
    if layout not in (None, *LAYOUTS):
        raise SymcheckError(f"layout must be {listed(LAYOUTS)}, not {layout!r}")
    number = secrets.randbelow(2**31) if seed is None else seed
    options = Options(kind, call, layout, call_limit=timeout, seed=number)
    opened = open_subject(subject, options)
    try:
        if isinstance(opened, Implementation):
            raise SubjectError(
                f"{subject_name(subject)} is an implementation; identify is for initializers and networks: name the "
                "function that draws"
            )
        name = plain(subject_name(subject))
        if isinstance(opened, NetworkFacts):
            return _of_network(name, opened, number, false_alarm_rate)
        if isinstance(opened, ModelSubject):
            return _of_model(name, opened, number, false_alarm_rate)
        return _of_initializer(name, opened, number, false_alarm_rate)
    finally:
        opened.close()


def draft_recipe(subject: Any, *, seed: int | None = None, timeout: float = CALL_LIMIT) -> Recipe:
    """A first recipe for a model with named parameters, from what they are found to be.

    Args:
        subject: as for :func:`symcheck.check`.
        seed: of every draw; fresh by default.
        timeout: seconds each call may take.

    Raises:
        SymcheckError: it cannot be opened, or has no named parameters.
        SubjectFailure: it raises or hangs.
    """
    number = secrets.randbelow(2**31) if seed is None else seed
    opened = open_subject(subject, Options(by_parameter=True, call_limit=timeout, seed=number))
    try:
        if not isinstance(opened, ModelSubject):
            raise SubjectError(f"{subject_name(subject)} has no named parameters that a recipe could be for")
        return draft(ParameterBench(opened, None, 1e-9, number))
    finally:
        opened.close()


def _documented(opened: InitializerSubject | NetworkFacts) -> Law | None:
    facts = opened if isinstance(opened, NetworkFacts) else opened.facts
    return None if facts.law is None else parse_law(facts.law)


def _of_initializer(name: str, opened: InitializerSubject, seed: int, rate: float) -> Identification:
    bench = InitializerBench(opened, None, seed, rate)
    observations: list[Observation] = []
    forms: list[FloatFormat] = []
    reason = "it draws nothing"
    asked = tuple(dict.fromkeys((*bench.layers, *bench.kernels.drawn)))
    for layer in asked:
        try:
            observations.append(Observation(layer, bench.oriented(layer)))
        except Skip as skip:
            reason = str(skip)
            continue
        forms.append(bench.form(layer))
    if not observations:
        raise SubjectFailure(reason, "raised", "initializer")
    left_out = len(asked) - len(observations)
    notes = [*opened.facts.notes, *([f"{counted(left_out, 'shape')} could not be drawn: {reason}"] if left_out else [])]
    if not bench.kernels_only and not bench.kernels.drawn:
        notes.append("only matrices were drawn, no convolution kernels")
    found = identify_draws(observations, forms=forms, documented=_documented(opened), false_alarm_rate=rate, seed=seed)
    what = "all shapes"
    return Identification(
        name, "initializer", (Part(what, found),), rate, seed, bench.called_as, bench.layout, tuple(map(plain, notes))
    )


def _of_model(name: str, opened: ModelSubject, seed: int, rate: float) -> Identification:
    """A part for each pattern of names: parameters of repeated blocks are taken to follow one law."""
    bench = ParameterBench(opened, None, rate, seed)
    groups = pattern_groups(bench)
    parts = [
        Part(
            f"{pattern} ({len(members)})" if len(members) > 1 else members[0].name,
            identified(bench, members, rate / len(groups)),
        )
        for pattern, members in groups.items()
    ]
    if not parts:
        raise SubjectError(f"{name} holds no parameter that could be identified")
    notes = tuple(map(plain, opened.facts.notes))
    return Identification(name, "model", tuple(parts), rate, seed, opened.facts.called_as or None, "out_in", notes)


def _of_network(name: str, facts: NetworkFacts, seed: int, rate: float) -> Identification:
    network, documented = facts.network(), _documented(facts)
    layers = [Observation(Layer(*w.shape), np.asarray(w)) for w in network.weights]
    forms = [form_of(w) for w in network.weights]
    # All layers together are one more answer beside those of each.
    share = rate / (len(layers) + 1)

    def found(which: Sequence[int]) -> Identified:
        some, their = [layers[i] for i in which], [forms[i] for i in which]
        return identify_draws(some, forms=their, documented=documented, false_alarm_rate=share, seed=seed)

    # A zero head is no draw, and hides no law of the layers below it.
    drawn = [i for i, o in enumerate(layers) if float(np.min(o.sample)) != float(np.max(o.sample))]
    together = drawn or list(range(len(layers)))
    parts = [Part("all layers" if len(together) == len(layers) else "all layers that are no constant", found(together))]
    parts += [Part(f"layer {i + 1}, {o.layer}", found([i])) for i, o in enumerate(layers) if len(layers) > 1]
    return Identification(name, "network", tuple(parts), rate, seed, None, facts.layout, tuple(map(plain, facts.notes)))
