"""An identification on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from symcheck.diagnosis.identification_report import Identification
from symcheck.diagnosis.identification_sentences import (
    documented_sentence,
    law_sentence,
    measured_sentence,
    mistake_sentence,
)
from symcheck.errors import counted

#: Layers whose figures are shown one by one.
_SHOWN = 3


def show_identification(identification: Identification, console: Console) -> None:
    """Print each part with its laws, its figures and the nearest mistake."""
    console.print(Text(f"{identification.kind} ", style="bold").append(identification.name, style="cyan"))
    called = f"called as {identification.called_as}   " if identification.called_as else ""
    rate = f"a law that is followed is missing in {identification.false_alarm_rate:g} of runs at most"
    console.print(Padding(Text(f"{called}seed {identification.seed}   {rate}"), (0, 0, 0, 2)))
    for note in identification.notes:
        console.print(Padding(Text(note, style="dim"), (0, 0, 0, 2)))
    for part in identification.parts:
        found = part.found
        console.print()
        console.print(Text(f"{part.name}   ").append(law_sentence(found), style="bold"))
        for sentence in (documented_sentence(found), mistake_sentence(found)):
            if sentence:
                console.print(Padding(Text(sentence, style="bold"), (0, 0, 0, 2)))
        for measured in found.measured[:_SHOWN]:
            console.print(Padding(Text(measured_sentence(measured), style="dim"), (0, 0, 0, 2)))
        if len(found.measured) > _SHOWN:
            console.print(
                Padding(Text(f"and {counted(len(found.measured) - _SHOWN, 'more shape')}", style="dim"), (0, 0, 0, 2))
            )
