"""What training can reach, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from symcheck.errors import counted
from symcheck.reachability.result import Reach
from symcheck.reachability.ties import FrozenPart, MovingTogether, TiedSlices
from symcheck.texts import LONGEST_NAME, plain

#: Rows that are shown of each kind, and members of a group.
_ROWS, _MEMBERS = 12, 6


def show_reach(found: Reach, console: Console) -> None:
    """Print the count, a line for each tied or frozen part with what ties it, and the evidence."""
    head = f"{counted(found.parameters, 'parameter')}   training can move in {counted(found.reachable, 'dimension')}"
    console.print(Text(f"{head}   {found.frozen:,} never move"))
    rows = [
        *_most([(f.parameter, frozen_sentence(f)) for f in found.frozen_parameters], "parameters with frozen entries"),
        *_most([(g.parameter, tied_sentence(g)) for g in found.groups], "parameters with tied slices"),
        *_most([(t.second, together_sentence(t)) for t in found.together], "pairs of parameters that move together"),
    ]
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column()
    table.add_column(ratio=1)
    for name, sentence in rows:
        table.add_row(Text(f"  {plain(name, LONGEST_NAME)}"), Text(sentence))
    console.print(table)
    if rows:
        console.print(Text(f"from any other start the architecture leaves {counted(found.architecture, 'dimension')}"))
    console.print(Text(evidence(found)))


def fault_sentence(fault: TiedSlices | FrozenPart | MovingTogether) -> str:
    """One parameter with what is wrong with it."""
    if isinstance(fault, FrozenPart):
        return f"{fault.parameter}: {frozen_sentence(fault)}"
    if isinstance(fault, TiedSlices):
        return f"{fault.parameter}: {tied_sentence(fault)}"
    return f"{fault.second}: {together_sentence(fault)}"


def frozen_sentence(part: FrozenPart) -> str:
    """How much of a parameter is frozen, and by what."""
    return f"{part.frozen:,} of {part.of:,} frozen{_by(part.by_initialization > 0)}"


def tied_sentence(group: TiedSlices) -> str:
    """Which slices of a parameter are tied, and by what."""
    first = group.tied[0]
    shown = ", ".join(map(str, first[:_MEMBERS])) + (", ..." if len(first) > _MEMBERS else "")
    more = f" and {counted(len(group.tied) - 1, 'more group')}" if len(group.tied) > 1 else ""
    return (
        f"axis {group.axis}: {group.distinct:,} of {group.of:,} move apart; alike are {shown}{more}"
        f"{_by(group.by_initialization)}"
    )


def together_sentence(pair: MovingTogether) -> str:
    """How much of a parameter moves with another one, and by what."""
    entries = counted(pair.entries, "entry", "entries")
    return f"{entries} move with {plain(pair.first, LONGEST_NAME)}{_by(pair.by_initialization)}"


def evidence(found: Reach) -> str:
    """The grade, and what it rests on."""
    rounds = counted(found.rounds, "round")
    if found.gap is None:
        return f"exact, {rounds}: what is tied and frozen is so for every activation with the same zeros and signs, what moves for almost all"
    gap = f"{found.gap.equal:.0e} / {found.gap.different:.0e}" if found.reachable else f"{found.gap.equal:.0e} / none"
    return (
        f"observed in float64, {rounds}, for the inputs and regions tried, gap between equal and different gradients {gap}\n"
        f"fed with {plain(found.fed)}"
    )


def _by(initialization: bool) -> str:
    return ": by the initialization" if initialization else ": by the architecture, wherever it starts"


def _most(rows: list[tuple[str, str]], what: str) -> list[tuple[str, str]]:
    return rows if len(rows) <= _ROWS else [*rows[:_ROWS], ("", f"{len(rows) - _ROWS:,} more {what}")]
