"""A certificate on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from symcheck.errors import counted
from symcheck.network import input_range_named
from symcheck.render.columns import columns
from symcheck.symmetry.optimizers import trained_with
from symcheck.symmetry.sentences import tied_units
from symcheck.texts import plain

#: Classes of a layer that are listed.
_CLASSES = 6
_STYLE = {"broken": "bold green", "tied": "bold red", "dead": "bold red", "undecided": "bold yellow"}


def show_certificate(certificate: Any, notes: Sequence[str], extra: Sequence[str], console: Console) -> None:
    """Print what was judged with notes on it, a line for each hidden layer, the verdict, and what is to be said of it."""
    names = list(dict.fromkeys(certificate.activations))
    biases = "with biases" if all(certificate.biases) else "no biases" if not any(certificate.biases) else "some biases"
    architecture = f"{'-'.join(map(str, certificate.sizes))}   {'/'.join(names) or 'no hidden layer'}"
    console.print(Text(plain(f"{architecture}   {certificate.head} head   {biases}")))
    given = f"{input_range_named(certificate.inputs)}   {trained_with(certificate.optimizer_class)}"
    console.print(Text("\n".join(map(plain, (given, *notes))) + "\n"))
    table = columns(3, 3)
    for layer in certificate.layers:
        classes = f"{layer.classes:,} class{'es' if layer.classes != 1 else ''}"
        table.add_row(f"layer {layer.layer}", counted(layer.units, "unit"), classes, Text(_said(layer)))
    if certificate.layers:
        console.print(table)
    console.print(
        Text("\nverdict: ").append(certificate.verdict_in_words, style=_STYLE[certificate.verdict]).append("\n")
    )
    for line in extra:
        console.print(Text(plain(line)))


def _said(layer: Any) -> str:
    """The sentence of a layer; and which units are meant, where they are not all."""
    named = tied_units(layer)
    if layer.classes < 2 or not named:
        return str(layer.sentence)
    more = [f"and {counted(len(named) - _CLASSES, 'more class', 'more classes')}"] if len(named) > _CLASSES else []
    listed = "\n".join([*named[:_CLASSES], *more])
    return f"{layer.sentence}\nunits, counted from 1, that are\n{listed}"
