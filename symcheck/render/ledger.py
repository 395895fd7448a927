"""The ledger of claims on a terminal: a table, or one claim with all its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from symcheck.render.grid import grid

_STYLE = {
    "proved": "green",
    "tested": "green",
    "needs a hypothesis": "yellow",
    "refuted": "red",
    "failing": "bold red",
    "open": "dim",
    "not established": "dim",
    "not run": "dim",
}
_PLURAL = {"property": "properties", "hypothesis": "hypotheses"}


def styled(statuses: Sequence[str]) -> Text:
    """The statuses of the parts of a claim."""
    shown = Text()
    for status in dict.fromkeys(statuses):
        shown.append("; " if shown else "").append(status, style=_STYLE[status])
    return shown


def kinds_counted(kinds: Sequence[str]) -> str:
    """How much evidence there is of each kind."""
    counts = Counter(kinds)
    return ", ".join(f"{n} {kind if n == 1 else _PLURAL.get(kind, kind + 's')}" for kind, n in counts.items())


def show_ledger(rows: Sequence[tuple[Any, Sequence[str], Sequence[str]]], console: Console) -> None:
    """Print a row for each (claim, statuses, kinds of evidence)."""
    cells = [[c.id, c.says, styled(statuses), kinds_counted(kinds)] for c, statuses, kinds in rows]
    console.print(grid(["", "the claim, as it is made", "status", "evidence"], cells))
    totals = Counter(s for _, statuses, _ in rows for s in dict.fromkeys(statuses))
    console.print("\n" + ", ".join(f"{n} {status}" for status, n in totals.items()), style="dim")


def show_claim(
    claim: Any, sources: Sequence[str], judged: Any, evidence: Sequence[Sequence[tuple[str, str]]], console: Console
) -> None:
    """Print one claim: what it says precisely, and its evidence, run or (``judged`` is None) only named."""
    console.print(Text(f"{claim.id}   {claim.says}", style="bold"))
    for source in sources:
        console.print(f"said in {source}", style="dim")
    for number, part in enumerate(claim.parts):
        status = judged.statuses[number] if judged else "not run"
        console.print()
        console.print(Text(part.statement + "   ").append(status, style=_STYLE[status]))
        for entry in judged.outcomes[number] if judged else evidence[number]:
            _show_evidence(entry, console)


def _show_evidence(entry: Any, console: Console) -> None:
    if isinstance(entry, tuple):
        kind, name = entry
        console.print(Padding(Text(f"{kind:<10} {name}"), (0, 0, 0, 2), expand=False))
        return
    word = _word(entry)
    style = "bold red" if word == "FAILS" else "dim" if word == "open" else ""
    short = entry.kind in ("theorem", "property", "check") and entry.holds
    line = Text(f"{entry.kind:<10} {entry.name}   ").append(word, style=style)
    console.print(Padding(line.append(f"   {entry.says}", style="dim") if short else line, (0, 0, 0, 2), expand=False))
    if not short and entry.says:
        figures = f": {entry.figures}" if entry.figures else ""
        console.print(Padding(Text(entry.says + figures), (0, 0, 0, 13), expand=False))


def _word(outcome: Any) -> str:
    if outcome.role == "missing":
        return "open"
    words = {"refutes": "refutes it", "limits": "limits it", "proves": "holds", "tests": "holds"}
    return words[outcome.role] if outcome.holds else "FAILS"
