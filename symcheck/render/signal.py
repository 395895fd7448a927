"""A signal on its way through a model, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from rich.console import Console

from symcheck.propagation.judged import LayerFactors
from symcheck.propagation.layers import SignalLayer
from symcheck.propagation.signal import Signal
from symcheck.propagation.wording import beside
from symcheck.render.grid import grid
from symcheck.render.terminal import show_report
from symcheck.texts import LONGEST_NAME, plain

#: Rows at each end of a long table.
_ENDS = 4
#: Letters of a name, and of what follows a layer, that a narrow terminal has room for.
_NARROW, _NAME, _THEN, _WHOLE = 80, 6, 7, 15
_NORMS = {"": "", "batch": "bn ", "layer": "ln ", "rms": "rms "}


def show_signal(signal: Signal, console: Console, verbose: bool = False) -> None:
    """Print the layers, numbered from 1, measured beside predicted, and the findings.

    Args:
        verbose: every layer, and not the first and last only.
    """
    named = any(beside(layer) for layer in signal.layers)
    rows = [
        _row(number, layer, factors, _NAME + max(0, console.width - _NARROW) if named else 0)
        for number, (layer, factors) in enumerate(zip(signal.layers, [*signal.factors, None], strict=True), 1)
    ]
    if len(rows) > 2 * _ENDS + 1 and not verbose:
        left = f"{len(rows) - 2 * _ENDS} more"
        rows = [*rows[:_ENDS], [left, *[""] * (len(rows[0]) - 1)], *rows[-_ENDS:]]
    columns = ["layer", *(["name"] if named else [])]
    console.print(grid([*columns, "gain", "then", "moment", "forward", "theory", "backward", "theory", "apart"], rows))
    console.print()
    if signal.report is not None:
        show_report(signal.report, console, verbose)


def _row(number: int, layer: SignalLayer, factors: LayerFactors | None, letters: int) -> Sequence[str]:
    apart = layer.input_apart / layer.input_square if layer.input_square else 0.0
    return [
        f"{number}",
        *([_short(plain(layer.name, LONGEST_NAME), letters)] if letters else []),
        f"{layer.gain:.3g}",
        _then(layer, most=_THEN if letters == _NAME else _WHOLE),
        _figure(layer.input_square),
        *(
            [
                _figure(f)
                for f in (factors.forward, factors.predicted_forward, factors.backward, factors.predicted_backward)
            ]
            if factors
            else [""] * 4
        ),
        _figure(apart),
    ]


def _then(layer: SignalLayer, most: int) -> str:
    """What follows a layer; of a long name the beginning."""
    what = f"{_NORMS[layer.norm]}{layer.activation}" if layer.activation else "+ skip" if layer.added else ""
    return what if len(what) <= most else f"{what[: most - 1]}…"


def _short(name: str, most: int) -> str:
    """The end of a long name, which tells layers of one kind apart."""
    return name if len(name) <= most else f"…{name[1 - most :]}"


def _figure(value: float | None) -> str:
    return (
        ""
        if value is None or not isfinite(value)
        else f"{value:.3g}"
        if value == 0 or 1e-3 < abs(value) < 1e4
        else f"{value:.0e}"
    )
