"""Two initializations side by side, on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from symcheck.errors import counted, percent
from symcheck.render.grid import grid
from symcheck.texts import LONGEST_NAME, plain

_WORDS = {
    "shape": "other shapes",
    "entries": "other fixed numbers",
    "randomness": "one is drawn, the other is not",
    "location": "another centre",
    "scale": "another scale",
    "distribution": "another distribution",
}


def show_comparison(comparison: Any, console: Console) -> None:
    """Print the parameters that differ, and what was compared."""
    first, second = comparison.names
    console.print(Text(f"first   {first}\nsecond  {second}", style="bold"))
    for note in comparison.notes:
        console.print(Text(plain(note), style="dim"))
    built = " and ".join(counted(n, "time") for n in comparison.builds)
    console.print(
        Text(f"seed {comparison.seed}   drawn {built}   false alarms <= {comparison.false_alarm_rate:g}", style="dim")
    )
    different = [row for row in comparison.rows if row.verdict != "same"]
    if different:
        cells = [
            [
                plain(row.name, LONGEST_NAME),
                row.verdict if row.verdict.startswith("only") else _WORDS[row.how],
                row.first,
                row.second,
                "" if row.p_value is None else "p < 1e-300" if row.p_value < 1e-300 else f"p = {row.p_value:.2g}",
            ]
            for row in different
        ]
        console.print()
        console.print(grid(["parameter", "difference", "first", "second", ""], cells))
    same = [row for row in comparison.rows if row.verdict == "same"]
    equal = sum(row.how == "equal" for row in same)
    sees = [row.sees for row in same if row.sees is not None]
    seen = f"; a change of the scale by {percent(max(sees))} would be seen in each" if sees else ""
    text = Text("\n").append("different" if different else "same", style="bold red" if different else "bold green")
    text.append(
        f": {counted(len(different), 'parameter')} of {len(comparison.rows)} differ{'s' if len(different) == 1 else ''}"
    )
    text.append(f"; {equal} equal entry by entry, {len(same) - equal} drawn alike{seen}")
    console.print(text)
    console.print(
        Text(
            "Entries of a parameter are compared as independent draws: copies and dependence are what check looks for.",
            style="dim",
        )
    )
