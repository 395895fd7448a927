"""Limits: which widths and depths a network can have, as its arguments say and as trying shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symcheck.subjects.scratch.making import Making

Widths = tuple[int | None, ...]

#: A width of hidden layers that code takes which fails at one unit.
_SOME = 4


def frames(making: Making | None, sizes: Sequence[int]) -> Iterator[Widths | None]:
    """What may be free, from everything to nothing: widths of all layers, None for one that is free; None for any depth."""
    count = len(sizes)
    free = making.free(count) if making is not None else (False,) * count
    if making is not None and making.hidden is None and all(free):
        yield None
        for hidden in dict.fromkeys((count - 2, 1, 2)):
            yield (None,) * (hidden + 2)
    own: Widths = tuple(None if may else n for may, n in zip(free, sizes, strict=True))
    depths = [own]
    if making is not None and making.hidden is None and all(free):
        depths = [(None,) * 3, own]
    for widths in depths:
        yield widths
        wide = (widths[0], *(_SOME if n is None else n for n in widths[1:-1]), widths[-1])
        yield wide
        for narrowed in (widths, wide):
            yield (*narrowed[:-1], 1 if narrowed[-1] is None else narrowed[-1])
    yield tuple(sizes)


def allowed(making: Making | None, sizes: Sequence[int], works: Callable[[tuple[int, ...]], bool]) -> Widths | None:
    """The first of the frames in which every network that is tried works; ``sizes`` themselves where none does.

    Args:
        works: whether a network of these widths gives outputs.
    """
    if making is None:
        return tuple(sizes)
    known: dict[tuple[int, ...], bool] = {}
    for frame in frames(making, sizes):
        tried = list(_tried(frame))
        for network in tried:
            if network not in known:
                known[network] = works(network)
            if not known[network]:
                break
        else:
            return frame
    return tuple(sizes)


def _tried(frame: Widths | None) -> Iterator[tuple[int, ...]]:
    if frame is None:
        yield from ((1, 1), (3, 2), (1, 1, 1), (2, 1, 2), (3, 2, 1), (2, 3, 1, 2), (2, 1, 4, 2, 1, 3))
        return
    for filling in ((1, 1, 1), (2, 1, 3), (3, 2, 1), (2, 3, 2)):
        first, hidden, last = filling
        # Hidden layers of one width may be those of an argument that is the width of all of them.
        inner = (n or hidden + i for i, n in enumerate(frame[1:-1]))
        yield (frame[0] or first, *inner, frame[-1] or last)
