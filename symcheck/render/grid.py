"""A plain table with a header line, whose columns are shared out so that no word is broken where all have room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

_GAP = 2
#: Of a status in a cell, or before a line.
STATUS_STYLE = {
    "failed": "bold red",
    "error": "bold red",
    "warned": "yellow",
    "passed": "green",
    "skipped": "dim",
    "xfailed": "yellow",
}


@dataclass(frozen=True)
class Grid:
    """What `grid` makes; printed by rich at the width of the terminal."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | Text]]
    title: str | None

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Table]:
        """The table, as wide as there is room."""
        lines = [
            [line for cell in column for line in str(cell).split("\n")]
            for column in zip(self.columns, *self.rows, strict=True)
        ]
        whole = [max(map(_width, of)) for of in lines]
        least = [max((_width(word) for line in of for word in line.split()), default=0) for of in lines]
        widths = shared_out(whole, least, options.max_width - _GAP * (len(self.columns) - 1))
        table = Table(
            title=self.title,
            box=None,
            padding=(0, _GAP, 0, 0),
            pad_edge=False,
            title_justify="left",
            header_style="bold",
        )
        for column, width in zip(self.columns, widths, strict=True):
            table.add_column(column, overflow="fold", width=width)
        for row in self.rows:
            table.add_row(
                *(Text(cell, style=STATUS_STYLE.get(cell, "")) if isinstance(cell, str) else cell for cell in row)
            )
        yield table


def _width(text: str) -> int:
    return Text(text).cell_len


def shared_out(whole: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The width of each column: as its cells are where there is room, else no less than its longest word where that can be.

    Args:
        whole: widths at which nothing is wrapped. least: of the longest words. room: for all of them together.
    """
    if sum(whole) <= room:
        return list(whole)
    if sum(least) > room:
        # Words are broken, in the widest columns first.
        return _levelled(least, [1] * len(least), room)
    return _levelled(whole, least, room)


def _levelled(most: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths up to one level, which is as high as there is room for."""
    level = max((height for height in range(1, max(most) + 1) if sum(_at(height, most, least)) <= room), default=1)
    widths = _at(level, most, least)
    for place, (width, limit) in enumerate(zip(widths, most, strict=True)):
        if width == level < limit and sum(widths) < room:
            widths[place] += 1
    return widths


def _at(level: int, most: Sequence[int], least: Sequence[int]) -> list[int]:
    return [min(limit, max(floor, level)) for limit, floor in zip(most, least, strict=True)]


def grid(columns: Sequence[str], rows: Sequence[Sequence[str | Text]], title: str | None = None) -> Grid:
    """A plain table with a header line; cells that are a status have its colour."""
    return Grid(columns, rows, title)
