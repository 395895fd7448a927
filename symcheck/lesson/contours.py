"""Where a function of the plane changes its sign, as lines."""

from __future__ import annotations

from symcheck.types import Floats

#: A piece of a line: from (column, row) to (column, row), in units of the grid.
Segment = tuple[tuple[float, float], tuple[float, float]]


def zero_line(values: Floats) -> list[Segment]:
    """The line on which values are 0, linear between neighbours: a segment for each triangle that it crosses.

    Args:
        values: shape (rows, columns), at the corners of a grid.
    """
    rows, columns = values.shape
    found: list[Segment] = []
    for r in range(rows - 1):
        for c in range(columns - 1):
            corners = ((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1))
            for triangle in (corners[:3], (corners[0], *corners[2:])):
                crossed = [
                    point
                    for one, other in zip(triangle, (*triangle[1:], triangle[0]), strict=True)
                    if (point := _crossing(one, other, values)) is not None
                ]
                if len(crossed) == 2:
                    found.append((crossed[0], crossed[1]))
    return found


def _crossing(one: tuple[int, int], other: tuple[int, int], values: Floats) -> tuple[float, float] | None:
    a, b = float(values[one[1], one[0]]), float(values[other[1], other[0]])
    if (a > 0) == (b > 0):
        return None
    share = a / (a - b)
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
