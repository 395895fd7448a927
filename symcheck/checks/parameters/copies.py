"""Do parameters, or parts of them, hold the same random numbers? Whole arrays, slices, rows, columns, shards and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.randomness import looks_drawn
from symcheck.checks.parameters.sentences import first_few, grouped
from symcheck.checks.parameters.strands import HEAD, MOST_TURNED, Strand, agreement, most_lines, partly, strands, units
from symcheck.distribution.formats import format_named
from symcheck.distribution.shape import family_of
from symcheck.errors import counted
from symcheck.file_arrays import entries_of
from symcheck.parameters import Parameter
from symcheck.types import Floats

#: Numbers that show how a parameter is distributed.
_LOOKED_AT = 1 << 16
#: Strands that are compared with each in the order that brings them together, and pairs that are compared at a time.
_NEIGHBOURS, _AT_ONCE = 65, 1 << 16
#: Numbers in common of which it is asked whether there are more than a few different ones.
_FEW = 1 << 16
#: In formats that are coarser than this, numbers that are merely proportional cannot be told from chance.
_FINE = 2.0**-20


@parameter_check("rounding")
def copies(bench: ParameterBench) -> UnfiledFinding:
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
    found = find_copies(random, _meant(bench), np.random.default_rng([bench.seed, 11]))
    if found:
        return failed(
            first_few(found, "such pairs"),
            measured=len(found),
            expected=0,
            diagnosis="They were copied, or drawn from one seed: the second adds no randomness of its own.",
        )
    beside = [p.name for p in trained if p not in random]
    more = f"; not looked at, for following no known distribution: {grouped(beside)}" if beside else ""
    long = [p.name for p in random if partly(p, most_lines(len(random)))]
    more += f"; of {grouped(long)} not every row and column, but shards of equal size" if long else ""
    return passed(
        f"no two of {counted(len(random), 'random parameter')}, nor parts of them, hold the same numbers{more}"
    )


def _familiar(p: Parameter) -> bool:
    """Whether its numbers are distributed as draws are: a table of cosines, which repeats itself, is not."""
    assert p.values is not None
    return family_of(entries_of(p.values, 0, _LOOKED_AT)) != "unfamiliar"


def _meant(bench: ParameterBench) -> set[frozenset[str]]:
    groups = bench.assignment.groups if bench.recipe is not None else ()
    return {frozenset((a.parameter, b.parameter)) for g in groups for a in g.members for b in g.members}


def find_copies(parameters: Sequence[Parameter], meant: set[frozenset[str]], rng: np.random.Generator) -> list[str]:
    """Pairs that hold the same numbers up to a factor, in words; each pair of parameters once.

    Args:
        parameters: of at least 16 different numbers each.
        meant: pairs that are to be equal.
        rng: of the direction along which strands are put in order.
    """
    most = most_lines(len(parameters))
    found = [(chosen, units(heads)) for p in parameters for chosen, heads in strands(p, most)]
    if not found:
        return []
    begun = [strand for chosen, _ in found for strand in chosen]
    heads = np.concatenate([heads for _, heads in found])
    found.clear()
    pairs = _alike(heads, np.array([_tolerance(strand.parameter) for strand in begun]), rng)
    alike = [sorted((begun[i], begun[j]), key=lambda s: (s.order, s.start)) for i, j in pairs]
    best: dict[frozenset[str], tuple[bool, int, str]] = {}
    # The longest first, and those as they are stored: what lies in what was found is not looked at again.
    for first, second in sorted(alike, key=_first_looked_at):
        names = frozenset((first.parameter.name, second.parameter.name))
        plainly = first.order == second.order == 0
        if first.parameter is second.parameter and first.start == second.start == 0:
            # The same entries, in two orders.
            continue
        if names in meant and first.parameter is not second.parameter:
            continue
        if (plainly, _common(first, second)) <= best.get(names, (False, 0, ""))[:2]:
            # What is equal in one order is so, in part at least, in the others, which is not said twice.
            continue
        if (told := _told(first, second)) and (plainly, told[0]) > best.get(names, (False, 0, ""))[:2]:
            best[names] = (plainly, *told)
    return [sentence for _, _, sentence in best.values()]


def _tolerance(p: Parameter) -> float:
    epsilon = format_named(p.dtype).epsilon
    return 8 * epsilon if epsilon <= _FINE else 0.0


def _alike(heads: Floats, tolerances: Floats, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Pairs of rows that agree up to rounding; every row that agrees with another is in some pair."""
    # Along one random direction what agrees is near; the order along it brings it together.
    along = heads @ rng.uniform(1, 2, heads.shape[1])
    order = np.argsort(along, kind="stable")
    alone = np.asarray(heads.any(axis=1))[order]
    for apart in range(1, min(_NEIGHBOURS, len(order))):
        one, other = order[:-apart], order[apart:]
        tolerance = np.maximum(tolerances[one], tolerances[other])
        near = along[other] - along[one] <= 2 * heads.shape[1] * tolerance
        if not near.any():
            return
        places = np.flatnonzero(near & alone[:-apart])
        for begin in range(0, len(places), _AT_ONCE):
            at = places[begin : begin + _AT_ONCE]
            same = np.abs(heads[one[at]] - heads[other[at]]).max(axis=1) <= tolerance[at]
            alone[at[same]] = False
            yield from zip(one[at[same]].tolist(), other[at[same]].tolist(), strict=True)


def _first_looked_at(pair: Sequence[Strand]) -> tuple[int, int, list[int], list[str]]:
    return sum(s.order for s in pair), -_common(*pair), [s.start for s in pair], [s.parameter.name for s in pair]


def _common(first: Strand, second: Strand) -> int:
    """How many numbers two strands may have in common; two parts of one array, no more than lie between them."""
    length = min(first.left, second.left)
    if first.parameter is second.parameter and first.order == second.order:
        length = min(length, abs(second.start - first.start) * first.width)
    return min(length, MOST_TURNED) if first.turned or second.turned else length


def _told(first: Strand, second: Strand) -> tuple[int, str] | None:
    """How far two strands that begin alike are alike, in numbers and in words; None where that is chance or a pattern."""
    tolerance = max(_tolerance(first.parameter), _tolerance(second.parameter))
    length = _common(first, second)
    one, other = (s.numbers(0, min(HEAD, length)).astype(np.float64) for s in (first, second))
    top = int(np.abs(one).argmax())
    if not one[top]:
        return None
    ratio = float(other[top] / one[top])
    allowed = tolerance * max(float(np.abs(other).max()), float(np.finfo(np.float64).tiny))
    agree = agreement(first, second, length, ratio, allowed)
    if agree < HEAD or np.unique(np.abs(first.numbers(0, min(agree, _FEW)))).size < HEAD:
        return None
    if abs(ratio - 1) > tolerance and not tolerance:
        return None
    factor = "" if abs(ratio - 1) <= tolerance else f" times {ratio:.4g}"
    more = first.turned or second.turned
    capped = ", and no more was compared" if more and agree == MOST_TURNED else ""
    return agree, f"{second.named(agree)} is {first.named(agree)}{factor}{capped}"
