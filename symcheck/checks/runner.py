"""Runs the checks of a subject and gathers the report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from symcheck.activations import get_activation
from symcheck.checks.bench import InitializerBench
from symcheck.checks.catalogue import checks_of
from symcheck.checks.contract import call as call_check
from symcheck.checks.contract import not_drawn
from symcheck.checks.definition import Check, Skip
from symcheck.checks.drawing import figures_of
from symcheck.checks.law import LAW_ASPECTS
from symcheck.checks.network_bench import NetworkBench
from symcheck.checks.network_law import network_samples
from symcheck.checks.networks import finite as finite_check
from symcheck.checks.samples import UNDECIDED, samples_and_limit, told_apart
from symcheck.checks.saturation import saturation_note
from symcheck.checks.sensitivity import smallest_errors
from symcheck.displayed import Displayed
from symcheck.distribution.recognise import LECUN, recognise
from symcheck.drawn import Drawn
from symcheck.errors import SubjectFailure, SymcheckError, counted
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.network import Network, input_range_named
from symcheck.report import Finding, Report, not_judged
from symcheck.subjects.data import InitializerFacts, NetworkFacts, Options
from symcheck.subjects.opening import InitializerSubject
from symcheck.symmetry.optimizers import trained_with
from symcheck.texts import describe

Progress = Callable[[str], None]

#: Where a subject that cannot be loaded is told of, by kind, and with which grade.
_LOADED_BY = {
    "initializer": (call_check.name, call_check.grade),
    "network": (finite_check.name, finite_check.grade),
    "implementation": ("implementation.load", "rounding"),
}


def run_checks(
    name: str,
    subject: InitializerSubject | NetworkFacts,
    law: str | Law | None,
    options: Options,
    optimizer: str,
    false_alarm_rate: float,
    again: str,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    figures: bool = False,
) -> Report:
    """Run the checks of an initializer or a network that was opened; arguments are those of `symcheck.check`.

    Args:
        again: what repeats the run.
        figures: whether the report keeps those of a picture.

    Raises:
        SymcheckError: the request cannot be carried out.
    """
    facts = subject if isinstance(subject, NetworkFacts) else subject.facts
    taken, notes = _take_law(law, None if isinstance(subject, NetworkFacts) else subject.law, facts)
    if isinstance(subject, NetworkFacts):
        network = subject.network()
        notes.insert(0, _architecture(network, optimizer))
        bench: Any = NetworkBench(network, subject, taken, optimizer, false_alarm_rate, options.seed)
    else:
        hidden = get_activation(options.activation or "relu").name
        bench = InitializerBench(subject, taken, options.seed, false_alarm_rate, hidden, optimizer, options.shapes)
    findings = list(_run(bench, facts.kind, only, progress))
    if isinstance(bench, InitializerBench):
        findings = _with_breakdown(findings, bench)
        notes += _unless_undrawn(lambda: [*_notes_on_shapes(bench), *_notes_on_draws(bench)])
    elif taken is not None and taken.independent:
        notes += _unless_undrawn(lambda: [smallest_errors(told_apart(network_samples(bench)), bench.alpha, bench.seed)])
    looks, failed = (None, []) if taken is not None else _looks_like(bench)
    # A law that is merely documented is asked for only where all checks are.
    if taken is not None and (law is not None or only is None):
        findings = _with_untested_law(findings, taken)
    report = Report(
        name,
        facts.kind,
        findings,
        called_as=getattr(bench, "called_as", None),
        layout=getattr(bench, "layout", facts.layout),
        law=taken.name if taken else None,
        looks_like=looks,
        seed=options.seed,
        false_alarm_rate=false_alarm_rate,
        notes=[*facts.notes, *notes, *failed],
        drawn=_figures(bench) if figures else None,
    )
    return replace(report, findings=[f if f.status == "skipped" else replace(f, reproduce=again) for f in findings])


def _with_breakdown(findings: list[Finding], bench: InitializerBench) -> list[Finding]:
    """A call that fails while another check draws is a finding too, where it would only have skipped that check."""
    if bench.breakdown is None:
        return findings
    told = call_check.finding(not_drawn(*bench.breakdown, bench))
    return [told if f.check == call_check.name and not f.bad else f for f in findings]


def _with_untested_law(findings: list[Finding], law: Law) -> list[Finding]:
    """A law that no check came to test is not met: the first of the checks that would have says so."""
    tests = [f for f in findings if f.check.split(".")[1] in LAW_ASPECTS]
    first, reasons = next(iter(tests), None), [f.message for f in tests]
    undecided = [text for text in reasons if text.startswith(UNDECIDED)]
    if first is None or any(f.status != "skipped" for f in tests) or (any(f.bad for f in findings) and not undecided):
        return findings
    reason = next(iter(undecided or reasons))
    message = f"{law.name} was not tested: {reason}"
    told = replace(first, status="error", message=message, measured="untested", expected=law.name)
    return [told if f is first else f for f in findings]


def _architecture(network: Network, optimizer: str) -> str:
    activations = list(dict.fromkeys(a.name for a in network.activations))
    biased = sum(b is not None for b in network.biases)
    biases = (
        "with biases"
        if biased == network.depth
        else "no biases"
        if not biased
        else f"biases in {counted(biased, 'layer')}"
    )
    hidden = f", {'/'.join(activations)}" if activations else ", no hidden layer"
    sizes = "-".join(map(str, network.sizes))
    given = f"{input_range_named(network.inputs)}, {trained_with(optimizer)}"
    return f"{sizes}{hidden}, {network.head} head, {biases}, {given}"


def _take_law(
    law: str | Law | None, implied: Law | None, facts: InitializerFacts | NetworkFacts
) -> tuple[Law | None, list[str]]:
    if law is not None:
        library = facts.library if facts.law else None
        taken = parse_law(law, library)
        plain = parse_law(law)
        if taken.name != plain.name:
            return taken, [f"{plain.name} in {facts.library} means {taken.name}, and was taken so"]
        return taken, []
    if implied is not None:
        return implied, []
    if facts.law is not None:
        taken = parse_law(facts.law)
        return taken, [f"held to its documented law, {taken.name}"]
    return None, []


def _run(bench: Any, kind: str, only: Collection[str] | None, progress: Progress | None) -> Iterable[Finding]:
    chosen = [item for item in checks_of(kind) if only is None or item.name in only]
    for number, item in enumerate(chosen, 1):
        if progress:
            progress(f"{item.name} ({number} of {len(chosen)})")
        yield _judged(item, bench)


def _judged(item: Check, bench: Any) -> Finding:
    """What a check finds; one that raises has not judged the subject, and says so."""
    try:
        return item.judge(bench)
    except SymcheckError:
        raise
    except Exception as error:
        return not_judged(item.name, item.grade, error)


def _unless_undrawn(told: Callable[[], list[str]]) -> list[str]:
    """What is told of draws; nothing where there are none."""
    try:
        return told()
    except Skip:
        return []
    except Exception as error:
        return [_not_described(error)]


def _figures(bench: InitializerBench | NetworkBench) -> Drawn | Displayed | None:
    try:
        return figures_of(bench) if isinstance(bench, InitializerBench) else bench.certificate
    except Skip:
        return None


def _not_described(error: Exception) -> str:
    return f"what was drawn could not be described: {describe(error)}"


def _looks_like(bench: InitializerBench | NetworkBench) -> tuple[str | None, list[str]]:
    """What is drawn looks like, in words, and a note where it cannot be told."""
    try:
        seen = recognise(bench.observations())
        halved = isinstance(bench, NetworkBench) and bench.rectified and seen.rule == LECUN
        return seen.sentence + ("; relu follows, and He's law has a 2" if halved else ""), []
    except Skip:
        return None, []
    except Exception as error:
        return None, [_not_described(error)]


def _notes_on_draws(bench: InitializerBench) -> list[str]:
    notes: list[str] = []
    # Where no array came back there is nothing to say of what was drawn.
    bench.array(bench.layers[0])
    if bench.law is not None and bench.law.independent:
        notes.append(smallest_errors(*samples_and_limit(bench), bench.seed))
    form = bench.form(bench.layers[0])
    if bench.law is not None and bench.law.random and form.bits < 24:
        notes.append(f"held to {bench.law.name} as its draws are rounded to {form.name}, which has {form.bits} bits")
    drawn = bench.oriented(bench.layers[0])
    if bench.random and drawn.ndim == 2 and (large := saturation_note(drawn)):
        notes.append(large)
    return notes


def _notes_on_shapes(bench: InitializerBench) -> list[str]:
    """What the subject was not asked for, and what it refused: none of it is judged."""
    notes = []
    if bench.kernels_only:
        narrowing = ", of layers that do not narrow" if bench.never_narrows else ""
        notes.append(f"only convolution kernels were drawn{narrowing}, no matrices")
    elif not bench.kernels.drawn:
        refused = [f": for {layer} it {draw.error}" for layer, draw in bench.kernels.refused[:1]]
        return ["".join(["only matrices were drawn, no convolution kernels", *refused])]
    for layer, draw in bench.kernels.refused:
        axes = "1 axis" if len(layer.kernel) == 1 else f"{len(layer.kernel)} axes"
        notes.append(f"not judged: kernels of {axes}, for which ({layer}) it {draw.error}")
    return notes


def load_failure(name: str, kind: str, failure: SubjectFailure, seed: int, rate: float, again: str) -> Report:
    """The report on a subject that raised, hung or died while it was loaded."""
    check_name, grade = _LOADED_BY[kind]
    finding = Finding(check_name, "error", grade, f"{failure}", measured=failure.kind, reproduce=again)
    return Report(name, kind, [finding], seed=seed, false_alarm_rate=rate)
