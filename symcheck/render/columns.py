"""Labels with what is said of each beside it, as rows without lines."""

from __future__ import annotations

from rich.table import Table


def columns(gap: int, labels: int, first: int | None = None, *, wrapped: bool = False, pad_edge: bool = True) -> Table:
    """An empty table of labels and a column of text; what is longer than its column goes on below, and nothing is cut off.

    Args:
        gap: spaces between columns. labels: how many columns of labels. first: the width of the first of them.
        wrapped: whether labels may take several lines too. pad_edge: whether the last column has a gap as well.
    """
    table = Table.grid(padding=(0, gap, 0, 0), pad_edge=pad_edge)
    for label in range(labels):
        table.add_column(width=None if label else first, no_wrap=not wrapped, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    return table
