"""A race as curves: training loss and accuracy by epoch, the mean over the seeds with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.plots.style import INKS, MARKERS, figure, plain
from symcheck.races.result import Race, interval_of
from symcheck.types import Array


def race_figure(race: Race) -> Any:
    """The figure; initializations with the same curves lie on each other, and the legend names them all."""
    drawn = figure(10, 4.8)
    left, right = drawn.subplots(1, 2)
    epochs = np.arange(race.epochs + 1)
    for number, lane in enumerate(race.lanes):
        ink, marker = INKS[number % len(INKS)], MARKERS[number % len(MARKERS)]
        for axes, values in ((left, lane.losses), (right, 100 * lane.accuracies)):
            _curve(axes, epochs, values, ink, marker, lane.name)
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
    plain(left, "Training loss", "epoch", "mean cross-entropy")
    left.set_yscale("log")
    plain(right, "Accuracy on images not trained on", "epoch", "%")
    right.set_ylim(0, 100)
    drawn.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    return drawn


def _curve(axes: Any, epochs: Array, values: Array, ink: str, marker: str, name: str) -> None:
    finite = np.isfinite(values).all(axis=0)
    bands = [interval_of(column) for column in values[:, finite].T]
    mean = np.array([band.mean for band in bands])
    axes.plot(
        epochs[finite],
        mean,
        color=ink,
        marker=marker,
        markersize=4,
        markevery=max(1, len(epochs) // 6),
        label=name,
        linewidth=1.4,
    )
    axes.fill_between(
        epochs[finite], [b.low for b in bands], [b.high for b in bands], color=ink, alpha=0.18, linewidth=0
    )
