"""A signal by layer, forward and backward: measured beside the theory with its band, where it is lost, and what is right."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from symcheck.errors import SymcheckError, counted
from symcheck.plots.style import BAND, INKS, MEASURED, PROMISED, QUIET, figure, literal, plain
from symcheck.propagation.course import DEVIATIONS, Course, SignalLoss, courses
from symcheck.propagation.signal import Signal
from symcheck.propagation.wording import called
from symcheck.report import Report
from symcheck.types import Array, Floats

#: Of the course at the best gains, and of the layers at fault.
_BEST, _FAULT = INKS[2], INKS[4]
#: Layers whose names have room below the axis, and letters of one.
_NAMED, _LETTERS = 12, 14
#: Exponents of ten that an axis and its margins have room for.
_RANGE = 250.0
#: The least factor, up and down, that an axis spans.
_LEAST = 3.0


def signal_figure(signal: Signal) -> Any:
    """The figure: two panels, the inputs of each layer from the first to the last, on a scale of powers.

    Raises:
        SymcheckError: fewer than two layers were followed.
    """
    if len(signal.layers) < 2:
        raise SymcheckError(f"there is nothing to draw of {signal.name}: only one layer is followed")
    drawn = figure(12, 5.2)
    labels: dict[str, Any] = {}
    titles = {
        "forward": ("Forward: second moment of each layer's inputs", "times that of the first layer's inputs"),
        "backward": ("Backward: squared gradient at each layer's inputs", "times that at the last layer's inputs"),
    }
    for axes, course in zip(drawn.subplots(1, 2), courses(signal), strict=True):
        title, unit = titles[course.direction]
        plain(axes, title, _axis(signal), unit)
        _course(axes, course, len(signal.layers))
        _ticks(axes, signal)
        labels |= {label: handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    drawn.legend(labels.values(), labels.keys(), loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    drawn.suptitle(_title(signal), x=0.01, ha="left", fontsize=10)
    return drawn


def _course(axes: Any, course: Course, layers: int) -> None:
    places = np.arange(1, layers + 1)
    axes.set_yscale("log")
    if course.fault is not None:
        fault = course.fault
        # From the inputs of the first of them to what comes out of the last one.
        axes.axvspan(fault.first, fault.last + 1, color=_FAULT, alpha=0.3, hatch="//", linewidth=0, label=_fault(fault))
    for number in course.unknown:
        axes.axvspan(
            number, number + 1, facecolor="none", edgecolor=BAND, hatch="..", linewidth=0, label="nothing is predicted"
        )
    # A layer joins its inputs to the next one's: where nothing is predicted of it, the line is broken.
    for part in np.split(places, course.unknown):
        if len(part) > 1:
            _theory(axes, course, part)
    if np.isfinite(course.best).all():
        axes.plot(
            places,
            _power(course.best),
            color=_BEST,
            linestyle=":",
            linewidth=2,
            label="right: the gains that lose least",
        )
    axes.plot(
        places, _power(course.measured), color=MEASURED, marker="o", markersize=4, linestyle="none", label="measured"
    )
    _notes(axes, course, layers)
    _limits(axes, course)
    axes.set_xlim(0.5, layers + 0.5)


def _theory(axes: Any, course: Course, part: Array) -> None:
    band, predicted = (course.low[part - 1], course.high[part - 1]), course.predicted[part - 1]
    axes.fill_between(
        part,
        *map(_power, band),
        color=BAND,
        label=f"chance: {DEVIATIONS:g} standard deviations, to first order in depth / width",
    )
    axes.plot(
        part,
        _power(predicted),
        color=PROMISED,
        linestyle="--",
        linewidth=1.4,
        label="theory of wide layers, for the scale of the weights",
    )


def _notes(axes: Any, course: Course, layers: int) -> None:
    missing = int(np.isnan(course.measured).sum())
    notes = [f"nothing was seen at {counted(missing, 'layer')}: zero, or not finite"] if missing else []
    if len(course.unknown) == layers - 1:
        notes.append("nothing is predicted of any of these layers")
    if notes:
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 2}
        axes.text(0.02, 0.02, "\n".join(notes), transform=axes.transAxes, fontsize=8, color=QUIET, bbox=behind)


def _limits(axes: Any, course: Course) -> None:
    shown = np.concatenate([course.measured, course.low, course.high, course.best])
    shown = shown[np.isfinite(shown)]
    # A picture of what hardly moves does not magnify it.
    low, high = min(shown.min(), -log(_LEAST)), max(shown.max(), log(_LEAST))
    margin = 0.06 * (high - low)
    axes.set_ylim(*_power(np.array([low - margin, high + margin])))
    axes.tick_params(which="both", labelsize=8)
    if high - low < log(100):
        for which in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
            which(lambda value, _: f"{value:g}" if f"{value:.0e}"[0] in "125" else "")


def _power(logarithms: Floats) -> Floats:
    """What the axis shows; what no number is stands at the end of it."""
    limit = _RANGE * log(10)
    return np.exp(np.clip(logarithms, -limit, limit))


def _fault(fault: SignalLoss) -> str:
    where = f"layer {fault.first}" if fault.first == fault.last else f"layers {fault.first} to {fault.last}"
    if fault.stretch is None:
        return f"lost, most of it in {where}"
    return f"lost in {where}: gain {fault.stretch.gain:.3g}, use {fault.stretch.use:.4g}"


def _axis(signal: Signal) -> str:
    return "layer" if len(signal.layers) <= _NAMED else "layer, counted from 1"


def _ticks(axes: Any, signal: Signal) -> None:
    number = len(signal.layers)
    if number > _NAMED:
        axes.xaxis.get_major_locator().set_params(integer=True)
        return
    names = ["" if of.name.startswith("layer ") else literal(_end(called(of))) for of in signal.layers]
    names = [f"{place}\n{name}".rstrip() for place, name in enumerate(names, 1)]
    axes.set_xticks(range(1, number + 1), names, fontsize=7)


def _end(name: str) -> str:
    """The end of a name, which tells layers apart, with a sign where the beginning is left out."""
    return name if len(name) <= _LETTERS else f"…{name[1 - _LETTERS :]}"


def _title(signal: Signal) -> str:
    name = literal(signal.name)
    told = [name if signal.report is None else f"{name}: {_verdict(signal.report)}"]
    if not signal.independent:
        told.append("the weights do not pass the signal as independent ones do, on which theory and band rest")
    if signal.draws > 1:
        banded = any(row.predicted_forward is not None for row in signal.factors)
        told.append(f"{signal.draws} builds: their geometric means{' and the band of these' if banded else ''}")
    return "\n".join(told)


def _verdict(report: Report) -> str:
    by_status = (
        (status, [f.check.split(".")[1] for f in report.findings if f.status == status])
        for status in ("failed", "warned")
    )
    told = [f"{status}: {', '.join(names)}" for status, names in by_status if names]
    return "; ".join(told) or f"{counted(report.counts['passed'], 'check')} passed"
