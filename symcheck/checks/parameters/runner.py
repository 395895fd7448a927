"""Runs the checks of a model's parameters and gathers the report."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from symcheck.checks.definition import Check, Skip
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.catalogue import PARAMETER_CHECKS
from symcheck.checks.parameters.sentences import grouped
from symcheck.checks.parameters.surveying import ALONE, Readers, Surveyor
from symcheck.distribution.recognise import Observation, recognise
from symcheck.errors import SubjectFailure, SymcheckError, counted, percent
from symcheck.fans import Layer, layer_of
from symcheck.laws.law import Law
from symcheck.parameters import Parameter
from symcheck.recipes.patterns import escaped
from symcheck.recipes.recipe import Recipe
from symcheck.report import Finding, Report, not_judged
from symcheck.subjects.data import Options
from symcheck.subjects.opening import ModelSubject

#: Entries of one parameter from which it is told what it looks like.
_LOOKED_AT = 1 << 18

Progress = Callable[[str], None]


def run_parameter_checks(
    name: str,
    subject: ModelSubject,
    law: str | Law | Recipe | None,
    options: Options,
    false_alarm_rate: float,
    again: str,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    draws: int | None = None,
    readers: Readers = ALONE,
) -> Report:
    """Run the checks of a model's parameters; arguments are those of `symcheck.check`.

    Args:
        law: a recipe; or one law, to which all weights are held. again: what repeats the run. draws: how often to build.
        readers: of weights that stay in their files.

    Raises:
        SymcheckError: the request cannot be carried out.
    """
    bench = ParameterBench(subject, None, false_alarm_rate, options.seed, draws)
    bench.surveyor = Surveyor(options.seed, readers, progress)
    kind = "recipe" if isinstance(law, Recipe) else "weights" if subject.facts.saved else "model"
    try:
        bench.for_all = isinstance(law, Recipe)
        bench.recipe = law if isinstance(law, Recipe) else _of_weights(bench, law)
        chosen = [check for check in PARAMETER_CHECKS if only is None or check.name in only]
        findings = [
            _run(check, bench, progress, f"{check.name} ({number} of {len(chosen)})")
            for number, check in enumerate(chosen, 1)
        ]
        notes = [*subject.facts.notes, *_notes(bench)]
    except SubjectFailure as failure:
        findings = [Finding("parameter.finite", "error", "exact", str(failure), measured=failure.kind)]
        notes = [*subject.facts.notes]
    report = Report(
        name,
        kind,
        findings,
        called_as=subject.facts.called_as or None,
        layout="out_in",
        law=law if isinstance(law, str) else law.name if isinstance(law, Law) else None,
        seed=options.seed,
        false_alarm_rate=false_alarm_rate,
        notes=notes,
    )
    return replace(report, findings=[f if f.status == "skipped" else replace(f, reproduce=again) for f in findings])


def _of_weights(bench: ParameterBench, law: str | Law | None) -> Recipe | None:
    """The recipe that holds every weight to one law.

    Raises:
        SymcheckError: no parameter is known as a weight.
    """
    if law is None:
        return None
    applied = bench.subject.facts.applied
    weights = [p for p in bench.parameters.values() if p.role == "weight" and not p.shares]
    if applied is not None:
        # What it leaves as it was is none of its draws.
        weights = [p for p in weights if p.name in applied.touched]
    if not weights:
        raise SymcheckError(
            "which parameters the law is for is not plain: none is known as a weight; write it with a pattern, as in "
            "--law '*.weight=he_normal'"
        )
    return Recipe.from_mapping({escaped(p.name): law for p in weights})


def _run(check: Check, bench: ParameterBench, progress: Progress | None, told: str) -> Finding:
    if progress:
        progress(told)
    try:
        return check.judge(bench)
    except (SymcheckError, SubjectFailure):
        raise
    except Exception as error:
        return not_judged(check.name, check.grade, error)


def _notes(bench: ParameterBench) -> list[str]:
    notes = [_size(bench)]
    if bench.factory:
        notes.append(f"built {counted(bench.builds, 'time')} with fresh seeds")
    try:
        held = [h for h in bench.held if h.law.independent]
    except Skip:
        if bench.subject.facts.of_library:
            notes.append(f"no law was given: held to what {bench.subject.facts.library} documents for the layer")
        else:
            notes.append(f"no law was given, so none was tested{_looks(bench)}")
        return notes
    if held:
        notes.append("entries of a parameter are tested as draws of its law, and not for dependence on each other")
        some = [one.name for one in held if bench.tested(one) < one.size]
        if some:
            how = (
                f"of {grouped(some)} not all entries were tested, but as many as show the error below, chosen at random"
            )
            farther = all(bench.among(one) is not None for one in held if one.name in some)
            notes.append(f"{how}; how far out they lie was looked at in all" if farther else how)
        errors = sorted((bench.sees(one), one.name) for one in held)
        (least, _), (most, name) = errors[0], errors[-1]
        notes.append(
            f"an error of {percent(most)} in the standard deviation of {name} would be seen"
            + (f", of {percent(least)} in the largest parameters" if least < most / 1.5 else "")
        )
    return notes


def _size(bench: ParameterBench) -> str:
    numbers = sum(p.values.size for p in bench.parameters.values() if p.values is not None and not p.shares)
    tied = [name for name, p in bench.parameters.items() if p.shares]
    still = [name for name, p in bench.parameters.items() if not p.trained and not p.shares]
    text = f"{counted(len(bench.parameters), 'parameter')}, {numbers:,} numbers"
    text += f"; shared memory: {grouped(tied)}" if tied else ""
    text += f"; not trained: {grouped(still)}" if still else ""
    complex_ = [name for name, p in bench.parameters.items() if p.values is not None and p.values.dtype.kind == "c"]
    return text + (f"; complex numbers, which are not judged: {grouped(complex_)}" if complex_ else "")


def _looks(bench: ParameterBench) -> str:
    """What the weights of unknown layers look like, where they all follow one rule."""
    weights = [
        p for p in bench.valued.values() if p.role in ("weight", "table") and len(p.shape) > 1 and min(p.shape) > 1
    ]
    if not weights:
        return ""
    seen = recognise([Observation(_layer(p), bench.some_of(p, _LOOKED_AT)) for p in weights])
    whose = "its one weight looks" if len(weights) == 1 else f"its {len(weights)} weights together look"
    return f"; {whose} like this: {seen.sentence}" if seen.known else ""


def _layer(p: Parameter) -> Layer:
    return layer_of(p.shape, "out_in") if p.fans is None else Layer(p.outputs, p.inputs, p.kernel)
