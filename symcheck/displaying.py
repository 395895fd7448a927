"""Every result in the views of a prompt, a terminal and a notebook, each view found by the kind of the result."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from shutil import get_terminal_size
from typing import Any

from rich.console import Console

from symcheck.certifying import consequences, scope
from symcheck.comparing import Comparison
from symcheck.diagnosis.identification_report import Identification
from symcheck.diagnosis.identification_sentences import law_sentence
from symcheck.errors import counted
from symcheck.proof.theorem import Theorem
from symcheck.propagation.gains import Gain
from symcheck.propagation.signal import Signal
from symcheck.races.result import Race
from symcheck.reachability.result import Reach
from symcheck.render.certificates import show_certificate
from symcheck.render.comparison import show_comparison
from symcheck.render.documents.html import fragment
from symcheck.render.documents.text import as_text as document_text
from symcheck.render.formulas.latex import latex
from symcheck.render.formulas.notation import equation
from symcheck.render.gain import show_gain
from symcheck.render.identification import show_identification
from symcheck.render.proofs import outline
from symcheck.render.race import show_race
from symcheck.render.reach import show_reach
from symcheck.render.signal import show_signal
from symcheck.render.terminal import show_report
from symcheck.report import Report
from symcheck.symmetry import Certificate
from symcheck.texts import LONGEST_NAME, plain

#: Columns beyond which lines are hard to read; a notebook has about as many.
_WIDEST = 100

_BLOCK = (
    '<pre style="white-space:pre;overflow-x:auto;line-height:1.4;font-family:Menlo,Consolas,monospace">{code}</pre>'
)

_Show = Callable[[Any, Console], None]


def _certificate(certificate: Certificate, console: Console) -> None:
    # What training in floating point does is measured by the command and not each time a certificate is looked at.
    network = certificate.network
    told = [] if network is None else [*consequences(certificate, network, drift=False), *scope(certificate, network)]
    show_certificate(certificate, (), told, console)


_TERMINAL: dict[type, _Show] = {
    Report: show_report,
    Certificate: _certificate,
    Identification: show_identification,
    Reach: show_reach,
    Signal: show_signal,
    Gain: show_gain,
    Comparison: show_comparison,
    Race: show_race,
}


def as_text(result: Any) -> str:
    """What the command line shows of a result, without colours, as wide as the terminal up to 100 columns."""
    width = min(get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    if isinstance(result, Theorem):
        return document_text(outline(result, "short"), width).rstrip("\n")
    console = Console(file=StringIO(), width=width, highlight=False, color_system=None)
    _TERMINAL[_kind(result)](result, console)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in written.splitlines()).rstrip("\n")


def as_html(result: Any) -> str:
    """A piece of HTML for a notebook: of a theorem with its formulas as MathML, of anything else the terminal's view."""
    if isinstance(result, Theorem):
        return fragment(outline(result, "short"))
    console = Console(file=StringIO(), width=_WIDEST, highlight=False, record=True, force_jupyter=False)
    _TERMINAL[_kind(result)](result, console)
    return console.export_html(inline_styles=True, code_format=_BLOCK)


def as_latex(theorem: Theorem) -> str:
    """What a theorem concludes, as one displayed formula."""
    equations = (equation(fact.left, fact.right, fact.relation) for fact in theorem.conclusions)
    return r"$$\begin{gathered}" + r" \\ ".join(map(latex, equations)) + r"\end{gathered}$$"


def brief(result: Any) -> str:
    """A result on one line: what it is of, what was found, and the cause of what is wrong."""
    kind = _kind(result)
    return f"<{kind.__name__} {_BRIEF[kind](result)}>"


def _kind(result: Any) -> type:
    return next(kind for kind in _BRIEF if isinstance(result, kind))


def _report(report: Report) -> str:
    return f"{_named(report.name)}: {report.said}"


def _certificate_line(certificate: Certificate) -> str:
    layers = (f"layer {layer.layer}: {layer.sentence}" for layer in certificate.layers)
    sizes = "-".join(map(str, certificate.sizes))
    return f"{sizes} {'/'.join(dict.fromkeys(certificate.activations))}: ".replace(" :", ":") + "; ".join(
        [certificate.verdict_in_words, *layers]
    )


def _theorem(theorem: Theorem) -> str:
    dropped = f" without {', '.join(theorem.without)}" if theorem.without else ""
    failing = theorem.failing_step
    rejected = f"rejected at {failing.lemma}" if failing else "rejected"
    return f"{_named(theorem.name)}{dropped}: {'accepted' if theorem.accepted else rejected}, {counted(len(theorem.steps), 'step')}"


def _identification(identification: Identification) -> str:
    return f"{_named(identification.name)}: {law_sentence(identification.parts[0].found)}"


def _reach(found: Reach) -> str:
    told = f"{counted(found.parameters, 'parameter')}, training can move in {counted(found.reachable, 'dimension')}"
    return f"{told}, {found.frozen:,} never move, {found.grade}"


def _signal(signal: Signal) -> str:
    return f"{_named(signal.name)}: {'not judged' if signal.report is None else signal.report.said}"


def _gain(found: Gain) -> str:
    return f"{_named(found.activation)}: {found.gain:.10g}"


def _comparison(comparison: Comparison) -> str:
    different = [row.name for row in comparison.rows if row.verdict != "same"]
    told = f"different in {', '.join(map(_named, different[:3]))}{', ...' if len(different) > 3 else ''}"
    return f"{' and '.join(map(_named, comparison.names))}: {told if different else 'no difference found'}"


def _race(race: Race) -> str:
    best = max(race.lanes, key=lambda lane: lane.accuracy.mean)
    return f"{counted(race.seeds, 'seed')}: best accuracy {best.accuracy.mean:.1%} from {best.name}"


def _named(name: str) -> str:
    return plain(name, LONGEST_NAME)


_BRIEF: dict[type, Callable[[Any], str]] = {
    Report: _report,
    Certificate: _certificate_line,
    Theorem: _theorem,
    Identification: _identification,
    Reach: _reach,
    Signal: _signal,
    Gain: _gain,
    Comparison: _comparison,
    Race: _race,
}
