"""The units of a network by class, beside the same network drawn at random: what is tied has one colour and one letter."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.plots.style import INKS, QUIET, figure
from symcheck.symmetry import Certificate

#: Units of a layer that are drawn; of a wider one the first ones are, and the rest is told of.
MOST = 24
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWX"


def partition_figure(certificate: Certificate) -> Any:
    """The figure: a column for each layer; units of one class share colour and letter, a bar over the letter turns the sign.

    Beside it the same widths with every unit a class of its own, which is what random weights give.
    """
    drawn = figure(9, 1.2 + 0.28 * min(MOST, max(certificate.sizes)))
    left, right = drawn.subplots(1, 2, sharey=True)
    labels = [layer.labels for layer in certificate.layers]
    _network(
        left,
        certificate,
        labels,
        [layer.signs for layer in certificate.layers],
        [layer.zero for layer in certificate.layers],
    )
    left.set_title(f"This network: {certificate.verdict_in_words}", loc="left", fontsize=10)
    apart = [np.arange(len(of)) for of in labels]
    _network(right, certificate, apart, [np.ones(len(of)) for of in labels], [np.zeros(len(of), bool) for of in labels])
    left.set_xlabel(
        "one letter: equal for ever; a bar over it: with the opposite sign; 0: zero for ever", loc="left", fontsize=8
    )
    right.set_title("The same widths, symmetry broken", loc="left", fontsize=10)
    return drawn


def _network(axes: Any, certificate: Certificate, labels: Any, signs: Any, zero: Any) -> None:
    sizes = certificate.sizes
    for layer, size in enumerate(sizes):
        shown = min(size, MOST)
        live: dict[int, int] = {}
        for unit in range(shown):
            y = _height(unit, shown)
            hidden = 0 < layer < len(sizes) - 1
            silent = hidden and bool(zero[layer - 1][unit])
            number = live.setdefault(int(labels[layer - 1][unit]), len(live)) if hidden and not silent else -1
            ink = "white" if not hidden or silent else INKS[number % len(INKS)]
            axes.scatter(layer, y, s=150, color=ink, edgecolors=QUIET, linewidths=0.8, zorder=2)
            if hidden:
                text = "0" if silent else _LETTERS[number] if number < len(_LETTERS) else str(number + 1)
                over = "\u0305" if signs[layer - 1][unit] < 0 else ""
                axes.text(
                    layer,
                    y,
                    text + over,
                    ha="center",
                    va="center",
                    fontsize=7,
                    color=QUIET if silent else "white",
                    zorder=3,
                )
        if size > shown:
            axes.text(
                layer,
                _height(shown, shown),
                f"{size - shown:,} more",
                ha="center",
                va="center",
                fontsize=7,
                color=QUIET,
            )
    for layer in range(len(sizes) - 1):
        for below in range(min(sizes[layer], MOST)):
            for above in range(min(sizes[layer + 1], MOST)):
                ends = [_height(below, min(sizes[layer], MOST)), _height(above, min(sizes[layer + 1], MOST))]
                axes.plot([layer, layer + 1], ends, color="#DDDDDD", linewidth=0.4, zorder=1)
    axes.set_xticks(
        range(len(sizes)), ["inputs", *(f"layer {i}" for i in range(1, len(sizes) - 1)), "outputs"], fontsize=8
    )
    axes.set_yticks([])
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.margins(0.12, 0.06)


def _height(unit: int, of: int) -> float:
    return (of - 1) / 2 - unit
