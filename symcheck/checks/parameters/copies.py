"""Do parameters, or parts of them, hold the same random numbers? Whole arrays, slices, rows, columns, shards and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.checks.definition import Skip, Verdict, failed, parameter_check, passed
from symcheck.checks.network_copies import LEAST
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.randomness import looks_drawn
from symcheck.checks.parameters.sentences import first_few
from symcheck.distribution.formats import format_named
from symcheck.distribution.shape import family_of
from symcheck.errors import counted
from symcheck.parameters import Parameter
from symcheck.types import Array, Floats

#: Rows and columns of one parameter that are looked at; of more, those that begin shards.
_MOST_LINES = 1 << 14
#: Numbers that show how a parameter is distributed.
_LOOKED_AT = 1 << 18
#: In formats that are coarser than this, numbers that are merely proportional cannot be told from chance.
_FINE = 2.0**-20


@dataclass(frozen=True)
class Strand:
    """Numbers of a parameter in a row, from some place on, in one of its orders.

    Attributes:
        order: 0 as they are stored, 1 for the transpose. start: index of its row there. rows: all that follow.
    """

    parameter: Parameter
    order: int
    start: int

    def head(self, count: int) -> Array:
        """The first numbers from there on."""
        matrix = _matrix(self.parameter, self.order)
        rows = -(-count // matrix.shape[1])
        return matrix[self.start : self.start + rows].reshape(-1)[:count]

    @property
    def left(self) -> int:
        """How many numbers follow."""
        matrix = _matrix(self.parameter, self.order)
        return (len(matrix) - self.start) * int(matrix.shape[1])

    @property
    def width(self) -> int:
        """Numbers of one of its rows."""
        return int(_matrix(self.parameter, self.order).shape[1])

    def named(self, length: int) -> str:
        """What so many numbers from there on are called."""
        matrix = _matrix(self.parameter, self.order)
        name = self.parameter.name
        if self.start == 0 and length >= matrix.size:
            return name + (" transposed" if self.order else "")
        if length < self.width:
            return f"the first {length:,} numbers of {'column' if self.order else 'row'} {self.start} of {name}"
        last = self.start + length // self.width
        index = f"{self.start}" if last == self.start + 1 else f"{self.start}:{last}"
        return f"{name}[:, {index}]" if self.order else f"{name}[{index}]"


@parameter_check("rounding")
def copies(bench: ParameterBench) -> Verdict:
    """No two parameters, and no two slices, shards, rows or columns, hold the same random numbers, whatever their scale;
    but for those that share memory or that the recipe says are equal.

    Causes: One seed or key for several parameters, cloned layers (copy.deepcopy), members of an ensemble from one key, shards
    that were each drawn from the same seed, a keras initializer object with a seed in several layers.
    Remedy: Draw everything from one generator, or split keys; initialize again what was cloned.
    """
    # What is not trained is computed from the others, or a frozen copy on purpose: a target network, a moving average.
    trained = [p for p in bench.valued.values() if p.trained and looks_drawn(p)]
    random = [p for p in trained if p.name in bench.redrawn or _familiar(p)]
    if not random:
        raise Skip("no parameter looks random")
    found = find_copies(random, _meant(bench))
    if found:
        return failed(
            first_few(found, "such pairs"),
            measured=len(found),
            expected=0,
            diagnosis="They were copied, or drawn from one seed: the second adds no randomness of its own.",
        )
    return passed(f"no two of {counted(len(random), 'random parameter')}, nor parts of them, hold the same numbers")


def _familiar(p: Parameter) -> bool:
    """Whether its numbers are distributed as draws are: a table of cosines, which repeats itself, is not."""
    assert p.values is not None
    return family_of(p.values.reshape(-1)[:_LOOKED_AT]) != "unfamiliar"


def _meant(bench: ParameterBench) -> set[frozenset[str]]:
    groups = bench.assignment.groups if bench.recipe is not None else ()
    return {frozenset((a.parameter, b.parameter)) for g in groups for a in g.members for b in g.members}


def find_copies(parameters: Sequence[Parameter], meant: set[frozenset[str]] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Pairs that hold the same numbers up to a factor, in words; each pair of parameters once.

    Args:
        parameters: of at least 16 different numbers each.
        meant: pairs that are to be equal.
    """
    strands = [s for p in parameters for s in _strands(p)]
    if not strands:
        return []
    heads = np.stack([_unit(s.head(LEAST)) for s in strands])
    longest: dict[frozenset[tuple[str, int]], tuple[int, str]] = {}
    for i, j in _alike(heads, [_tolerance(s.parameter) for s in strands]):
        first, second = sorted((strands[i], strands[j]), key=lambda s: (s.order, s.start))
        pair = frozenset((first.parameter.name, second.parameter.name))
        if first.parameter is second.parameter and first.start == second.start == 0:
            # The same entries, in two orders.
            continue
        if pair in meant and first.parameter is not second.parameter:
            continue
        key = frozenset(((first.parameter.name, first.order), (second.parameter.name, second.order)))
        if (told := _told(first, second)) and told[0] > longest.get(key, (0, ""))[0]:
            longest[key] = told
    # What is equal in one order is so, in part at least, in the others, which is not said twice.
    best: dict[frozenset[str], tuple[bool, int, str]] = {}
    for key, (length, sentence) in longest.items():
        names, plainly = frozenset(name for name, _ in key), all(order == 0 for _, order in key)
        best[names] = max(best.get(names, (False, 0, "")), (plainly, length, sentence))
    return [sentence for _, _, sentence in best.values()]


def _strands(p: Parameter) -> Iterator[Strand]:
    for order in (0, 1) if len(p.shape) > 1 and 1 not in p.shape[:2] else (0,):
        matrix = _matrix(p, order)
        rows, width = matrix.shape
        if matrix.size < LEAST:
            continue
        last = rows - -(-LEAST // width)
        starts = range(last + 1)
        if len(starts) > _MOST_LINES or width < LEAST:
            # A shard begins where a whole number of equal parts ends.
            shards = {rows * k // n for n in range(1, 65) if rows % n == 0 for k in range(n)}
            starts = sorted(s for s in shards if s <= last)  # type: ignore[assignment]
        yield from (Strand(p, order, start) for start in starts)


def _matrix(p: Parameter, order: int) -> Array:
    """Its values as rows of numbers that lie next to each other in this order of axes."""
    assert p.values is not None
    values = p.values
    if values.ndim < 2:
        return values.reshape(1, -1)
    if order:
        values = np.swapaxes(values, 0, 1)
    return values.reshape(len(values), -1)


def _unit(head: Array) -> Floats:
    """Numbers divided by the largest of them, so that scale does not count; signs do, up to all of them."""
    values = head.astype(np.float64)
    top = values[np.abs(values).argmax()]
    return values / top if top else values


def _tolerance(p: Parameter) -> float:
    epsilon = format_named(p.dtype).epsilon
    return 8 * epsilon if epsilon <= _FINE else 0.0


def _alike(heads: Floats, tolerances: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that agree up to rounding; every row that agrees with another is in some pair."""
    # Along one random direction what agrees is near; the order along it brings it together.
    direction = np.random.default_rng().uniform(1, 2, heads.shape[1])
    along = heads @ direction
    order = np.argsort(along, kind="stable")
    for place, i in enumerate(order):
        for j in order[place + 1 : place + 1 + 64]:
            tolerance = max(tolerances[i], tolerances[j])
            if along[j] - along[i] > 2 * heads.shape[1] * tolerance:
                break
            if np.abs(heads[i] - heads[j]).max() <= tolerance and heads[i].any():
                yield int(i), int(j)
                break


def _told(first: Strand, second: Strand) -> tuple[int, str] | None:
    """How far two strands that begin alike are alike, in numbers and in words; None where that is chance or a pattern."""
    tolerance = max(_tolerance(first.parameter), _tolerance(second.parameter))
    length = min(first.left, second.left)
    if first.parameter is second.parameter and first.order == second.order:
        # Two parts of one array: no longer than the distance between them.
        length = min(length, abs(second.start - first.start) * first.width)
    one, other = (s.head(length).astype(np.float64) for s in (first, second))
    top = int(np.abs(one[:LEAST]).argmax())
    if not one[top]:
        return None
    ratio = other[top] / one[top]
    scale = np.abs(other[:LEAST]).max()
    same = np.abs(other - ratio * one) <= tolerance * max(scale, float(np.finfo(np.float64).tiny))
    agree = length if same.all() else int(same.argmin())
    if agree < LEAST or np.unique(np.abs(one[:agree])).size < LEAST:
        return None
    if abs(ratio - 1) > tolerance and not tolerance:
        return None
    factor = "" if abs(ratio - 1) <= tolerance else f" times {ratio:.4g}"
    return agree, f"{second.named(agree)} is {first.named(agree)}{factor}"
