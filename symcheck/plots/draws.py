"""Draws beside their law: density, quantiles with the band of chance, and the scale in every shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.drawn import Drawn, DrawnEntries, DrawnScale
from symcheck.plots.style import BAND, MEASURED, PROMISED, QUIET, figure, plain
from symcheck.types import Floats


def draws_figure(drawn: Drawn) -> Any:
    """The figure: three panels; without a law the draws alone."""
    made = figure(12, 3.9)
    density, quantiles, scale = made.subplots(1, 3)
    law = drawn.law or "no law"
    _density(density, drawn.entries, law)
    _quantiles(quantiles, drawn.entries, law)
    _scales(scale, drawn.scales, law)
    return made


def _density(axes: Any, entries: DrawnEntries, law: str) -> None:
    axes.stairs(
        entries.density, entries.edges, color=MEASURED, fill=True, alpha=0.35, label=f"{entries.number:,} draws"
    )
    if entries.promised_density is not None:
        axes.stairs(entries.promised_density, entries.edges, color=PROMISED, linewidth=1.6, linestyle="--", label=law)
    plain(axes, f"Density, {entries.shape}", "entry", "density")
    axes.legend(fontsize=8, frameon=False)


def _quantiles(axes: Any, entries: DrawnEntries, law: str) -> None:
    if entries.promised is None or entries.low is None or entries.high is None:
        axes.plot(entries.shares, entries.quantiles, color=MEASURED, marker="o", markersize=3, linestyle="none")
        plain(axes, "Quantiles", "share of the draws below", "entry")
        return
    promised = entries.promised
    axes.fill_between(
        promised,
        _shown(entries.low, promised),
        _shown(entries.high, promised),
        color=BAND,
        label="where chance leaves them",
    )
    axes.plot(promised, promised, color=PROMISED, linestyle="--", linewidth=1.2, label=law)
    axes.plot(promised, entries.quantiles, color=MEASURED, marker="o", markersize=3, linestyle="none", label="draws")
    plain(axes, "Quantiles", f"of {law}", "of the draws")
    shown = np.concatenate([promised, entries.quantiles])
    margin = 0.15 * float(np.ptp(shown))
    axes.set_ylim(float(shown.min()) - margin, float(shown.max()) + margin)
    axes.legend(fontsize=8, frameon=False)


def _shown(ends: Floats, promised: Floats) -> Floats:
    """Ends of a band; one without an end ends with the picture."""
    span = promised[-1] - promised[0]
    return np.clip(ends, promised[0] - span, promised[-1] + span)


def _scales(axes: Any, scales: tuple[DrawnScale, ...], law: str) -> None:
    places = np.arange(len(scales))
    if any(s.promised is None for s in scales):
        axes.plot(places, [s.measured for s in scales], color=MEASURED, marker="o", linestyle="none")
        # On a logarithmic scale 0 has no place.
        if all(s.measured > 0 for s in scales):
            axes.set_yscale("log")
        plain(axes, "Standard deviation by shape", "", "standard deviation")
    else:
        ratios = [s.measured / (s.promised or 1.0) for s in scales]
        errors = np.array([s.error or 0.0 for s in scales])
        axes.bar(places, 2 * errors, bottom=1 - errors, width=0.7, color=BAND, label="not told from the law")
        axes.axhline(1, color=PROMISED, linestyle="--", linewidth=1.2, label=law)
        axes.plot(places, ratios, color=MEASURED, marker="o", linestyle="none", label="draws")
        shown = [*ratios, *(1 + sign * min(error, 0.5) for error in errors for sign in (-1, 1))]
        axes.set_ylim(max(0.0, min(shown) - 0.05), max(shown) + 0.05)
        plain(axes, "Standard deviation beside the law's", "", "ratio")
        axes.legend(fontsize=8, frameon=False)
    axes.set_xticks(places, [s.shape for s in scales], rotation=60, ha="right", fontsize=7, color=QUIET)
