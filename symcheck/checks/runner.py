"""Runs the checks of a subject and gathers the report."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from symcheck.activations import get_activation
from symcheck.checks.bench import InitializerBench, NetworkBench
from symcheck.checks.catalogue import checks_of
from symcheck.checks.contract import call as call_check
from symcheck.checks.definition import Skip, Verdict
from symcheck.checks.law import visible_errors
from symcheck.checks.networks import finite as finite_check
from symcheck.distribution.recognise import recognise
from symcheck.errors import SymcheckError, listed
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.network import Network
from symcheck.report import Finding, Report
from symcheck.subjects.model import KINDS, Description, IsImplementation, Options, SubjectFailure
from symcheck.subjects.opening import network_of, open_subject, subject_name
from symcheck.symmetry.optimizers import optimizer_class

Progress = Callable[[str], None]


def check(
    subject: Any,
    law: str | Law | None = None,
    *,
    kind: str | None = None,
    activation: str | None = None,
    head: str | None = None,
    optimizer: str = "sgd",
    call: str | None = None,
    layout: str | None = None,
    seed: int | None = None,
    false_alarm_rate: float = 1e-9,
    timeout: float = 10.0,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Judge an initializer or a network.

    Args:
        subject: an initializer (any callable that draws an array), a network (a :class:`symcheck.Network`, a list or
            dictionary of arrays, a torch, keras or scikit-learn model), or text: ``package.module:attribute``,
            ``file.py:attribute``, ``weights.npz``, ``weights.safetensors``, or a law such as ``constant(0.5)``.
        law: what an initializer promises, or a network's weights were drawn from; by default the documented law of a
            known library function.
        kind: ``initializer`` or ``network``, where it is not plain.
        activation: of the hidden layers (default: the model's own, else relu).
        head: ``linear`` or ``softmax`` (default: the model's own, else linear).
        optimizer: what the network is to be trained with; it decides which ties last.
        call: how an initializer is called, such as ``f(shape, rng)``.
        layout: ``out_in`` or ``in_out``.
        seed: of every draw; fresh by default and shown in the report.
        false_alarm_rate: chance that a sound subject fails anything in the whole run.
        timeout: seconds each call may take; one that builds a model, three times as long.
        only: names of the checks to run.
        progress: called with the name of each check before it runs.

    Returns:
        The report; ``report.passed`` is the verdict.

    Raises:
        SymcheckError: the request cannot be carried out; `IsImplementation` where the subject is one.
    """
    if not 0 < false_alarm_rate < 1:
        raise SymcheckError(f"the false-alarm rate must lie between 0 and 1, not {false_alarm_rate!r}")
    if kind not in (None, *KINDS):
        raise SymcheckError(f"kind must be {listed(KINDS)}, not {kind!r}")
    if not timeout > 0:
        raise SymcheckError(f"the time limit must be positive, not {timeout!r}")
    if seed is not None and seed < 0:
        raise SymcheckError(f"the seed must not be negative, not {seed}")
    optimizer_class(optimizer)
    number = secrets.randbelow(2**31) if seed is None else seed
    options = Options(kind, call, layout, activation, head, timeout, number)
    if layout is not None and layout not in ("out_in", "in_out"):
        raise SymcheckError(f"layout must be out_in or in_out, not {layout!r}")
    if law is not None:
        parse_law(law)
    name, opened = subject_name(subject), None
    try:
        opened = open_subject(subject, options)
        description = opened.description
        if description.kind == "implementation":
            raise IsImplementation(f"{name} offers the implementation protocol, which the property suite judges")
        taken, notes = _take_law(law, opened.law, description)
        if description.kind == "network":
            network = network_of(description)
            notes.insert(0, _architecture(network))
            bench: Any = NetworkBench(network, description, taken, optimizer, false_alarm_rate)
        else:
            hidden = get_activation(activation or "relu").name
            bench = InitializerBench(opened.host, taken, number, false_alarm_rate, hidden, optimizer)
        findings = list(_run(bench, description.kind, only, progress))
        if description.kind == "initializer":
            notes += _initializer_notes(bench)
    except SubjectFailure as failure:
        return _could_not_load(name, kind or "initializer", failure, number, false_alarm_rate)
    finally:
        if opened is not None:
            opened.host.close()
    report = Report(
        name,
        description.kind,
        findings,
        called_as=getattr(bench, "called_as", None),
        layout=getattr(bench, "layout", description.layout),
        law=taken.name if taken else None,
        seed=number,
        false_alarm_rate=false_alarm_rate,
        notes=[*description.notes, *notes],
    )
    return replace(report, findings=[_with_reproduction(f, report, law, options) for f in findings])


def _architecture(network: Network) -> str:
    activations = list(dict.fromkeys(a.name for a in network.activations))
    biased = sum(b is not None for b in network.biases)
    biases = "with biases" if biased == network.depth else "no biases" if not biased else f"biases in {biased} layers"
    hidden = f", {'/'.join(activations)}" if activations else ", no hidden layer"
    return f"{'-'.join(map(str, network.sizes))}{hidden}, {network.head} head, {biases}"


def _take_law(law: str | Law | None, implied: Law | None, description: Description) -> tuple[Law | None, list[str]]:
    if law is not None:
        library = description.library if description.law else None
        taken = parse_law(law, library)
        plain = parse_law(law)
        if taken.name != plain.name:
            return taken, [f"{plain.name} in {description.library} means {taken.name}, and was taken so"]
        return taken, []
    if implied is not None:
        return implied, []
    if description.law is not None:
        taken = parse_law(description.law)
        return taken, [f"held to its documented law, {taken.name}"]
    return None, []


def _run(bench: Any, kind: str, only: Collection[str] | None, progress: Progress | None) -> Iterable[Finding]:
    for item in checks_of(kind):
        if only is not None and item.name not in only:
            continue
        if progress:
            progress(item.name)
        yield item.judge(bench)


def _initializer_notes(bench: InitializerBench) -> list[str]:
    notes: list[str] = []
    try:
        # Where no array came back there is nothing to say of what was drawn.
        bench.array(bench.layers[0])
        if bench.law is None:
            looks = recognise(bench.observations()).sentence
            notes.append(f"no law was given, so none was tested; it looks like this: {looks}")
        elif visible := visible_errors(bench):
            _, _, least = min(visible, key=lambda row: row[2])
            layer, draws, most = max(visible, key=lambda row: row[2])
            notes.append(
                f"sees an error of {100 * least:.2g} % in the standard deviation of large shapes, and of {100 * most:.2g} % "
                f"in {layer} ({draws:,} draws), missing it once in a million runs"
            )
        if bench.kernels_only:
            narrowing = ", of layers that do not narrow" if bench.never_narrows else ""
            notes.append(f"only convolution kernels were drawn{narrowing}, no matrices")
        elif not bench.draws_convolutions:
            notes.append("only matrices were drawn, no convolution kernels")
    except Skip:
        pass
    return notes


def _could_not_load(name: str, kind: str, failure: SubjectFailure, seed: int, rate: float) -> Report:
    failing = call_check if kind == "initializer" else finite_check
    finding = failing.finding(Verdict("error", str(failure), measured=failure.kind))
    return Report(name, kind, [finding], seed=seed, false_alarm_rate=rate)


def _with_reproduction(finding: Finding, report: Report, law: Any, options: Options) -> Finding:
    if finding.status == "skipped":
        return finding
    settings = {
        "law": law if isinstance(law, str) else getattr(law, "name", None),
        "kind": options.kind,
        "call": options.call,
        "layout": options.layout,
        "activation": options.activation,
        "head": options.head,
        "seed": report.seed,
    }
    given = {k: v for k, v in settings.items() if v is not None}
    command = ["symcheck", "check", report.name, *(w for k, v in given.items() for w in (f"--{k}", str(v)))]
    return replace(finding, reproduce=shlex.join(command))
