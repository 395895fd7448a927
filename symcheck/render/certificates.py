"""A certificate on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from symcheck.errors import counted
from symcheck.network import input_range_named
from symcheck.symmetry.optimizers import trained_with
from symcheck.texts import plain

_STYLE = {"broken": "bold green", "tied": "bold red", "dead": "bold red", "undecided": "bold yellow"}


def show_certificate(certificate: Any, notes: Sequence[str], extra: Sequence[str], console: Console) -> None:
    """Print what was judged with notes on it, a line for each hidden layer, the verdict, and what is to be said of it."""
    names = list(dict.fromkeys(certificate.activations))
    biases = "with biases" if all(certificate.biases) else "no biases" if not any(certificate.biases) else "some biases"
    architecture = f"{'-'.join(map(str, certificate.sizes))}   {'/'.join(names) or 'no hidden layer'}"
    console.print(Text(plain(f"{architecture}   {certificate.head} head   {biases}")))
    given = f"{input_range_named(certificate.inputs)}   {trained_with(certificate.optimizer_class)}"
    console.print(Text("\n".join(map(plain, (given, *notes))) + "\n"))
    table = Table.grid(padding=(0, 3, 0, 0))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for layer in certificate.layers:
        classes = f"{layer.classes:,} class{'es' if layer.classes != 1 else ''}"
        table.add_row(f"layer {layer.layer}", counted(layer.units, "unit"), classes, Text(layer.sentence))
    console.print(table)
    console.print(
        Text("\nverdict: ").append(certificate.verdict_in_words, style=_STYLE[certificate.verdict]).append("\n")
    )
    for line in extra:
        console.print(Text(plain(line)))
