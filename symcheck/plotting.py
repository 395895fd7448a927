"""The door of pictures: what was found, drawn into a file."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from io import StringIO
from typing import Any

from symcheck.drawn import Drawn
from symcheck.errors import SymcheckError, an
from symcheck.plots.draws import draws_figure
from symcheck.plots.partition import partition_figure
from symcheck.plots.race import race_figure
from symcheck.plots.signal import signal_figure
from symcheck.plots.style import format_of, save
from symcheck.propagation.signal import Signal
from symcheck.races.result import Race
from symcheck.report import Report
from symcheck.symmetry import Certificate
from symcheck.texts import type_name

#: Why a report has no picture, by the kind of its subject.
_UNDRAWN = {
    "initializer": "its draws are kept with figures=True, where it could be called, all checks were run and no entry is beyond 1e100, nor all below 1e-100",
    "network": "its certificate is kept with figures=True, where it has hidden layers and all its weights are finite and its own",
}


def _report_figure(report: Report) -> Any:
    if isinstance(report.drawn, Drawn):
        return draws_figure(report.drawn)
    if isinstance(report.drawn, Certificate):
        return partition_figure(report.drawn)
    why = _UNDRAWN.get(report.kind, "pictures are of initializers, networks, certificates, signals and races")
    raise SymcheckError(f"there is nothing to draw of {report.name}, {an(report.kind)}: {why}")


_FIGURES: dict[type, Callable[[Any], Any]] = {
    Report: _report_figure,
    Certificate: partition_figure,
    Race: race_figure,
    Signal: signal_figure,
}


def plot(result: Any, target: str) -> None:
    """Draw a result into a PNG or an SVG file.

    Args:
        result: a report of an initializer (density, quantiles and scale in every shape beside its law) or of a network, or a
            certificate (units by class, beside the case in which symmetry is broken), a signal (second moments by layer beside the
            theory, and at the gains that lose least) or a race (curves with intervals).
        target: the file, whose name ends with .png or .svg.

    Raises:
        SymcheckError: there is no picture of such a thing, matplotlib is not installed, or the file cannot be written.
    """
    format_of(target)
    save(_figure(result), target)


def _figure(result: Any) -> Any:
    draw = next((draw for kind, draw in _FIGURES.items() if isinstance(result, kind)), None)
    if draw is None:
        raise SymcheckError(f"there is no picture of {an(type_name(result))}")
    return draw(result)


def picture(result: Any) -> str:
    """The picture of a result as SVG to stand in a page; nothing where there is none, or no matplotlib.

    Args:
        result: as of `plot`.
    """
    if find_spec("matplotlib") is None or (isinstance(result, Report) and result.drawn is None):
        return ""
    written = StringIO()
    _figure(result).savefig(written, format="svg", metadata={"Date": None})
    # What stands before the element is for a file of its own.
    return written.getvalue()[written.getvalue().index("<svg") :]
