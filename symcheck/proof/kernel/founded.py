"""Whether definitions define: there is one value of every entry that satisfies them, whatever all else is.

This is so if no entry is defined twice, and if a definition leads, by whatever it mentions, to no endless chain of others. The first
is seen by indices that are sure to differ. For the second, arrays that are defined by each other need an index each that never
grows along a definition; where it falls, and cannot fall for ever, the definition is out of account, and the rest need
such indices again (as in the order of training steps, and within a step of layers). Or all of them never fall and cannot rise for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symcheck.proof.kernel.algebra import normal
from symcheck.proof.kernel.dependence import distinct, renamed
from symcheck.proof.kernel.proofs import Array
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import BINDERS, ONE, ZERO, Fact, Range, Term, bound_range, open_, variable

#: So many choices of indices are tried for one circle.
_MOST = 2000


@dataclass(frozen=True)
class _Mention:
    """An entry on the right of a definition, with the one on its left.

    Attributes:
        name, ranges: of the definition.
        target, source: the entry that is defined, and the one that it is made from.
        known: of the indices of both.
        sizes: the variables that stand for one integer each.
    """

    name: str
    target: Term
    source: Term
    ranges: tuple[Range, ...]
    known: Known
    sizes: frozenset[Any]


def unfounded(definitions: Sequence[Fact], arrays: Mapping[str, Array], known: Known) -> str:
    """Why definitions may contradict each other, or nothing.

    Args:
        known: the ranges of the sizes, and the least values of arrays of integers.
    """
    entries = [d for d in definitions if d.left.op == "entry"]
    for definition in entries:
        if arrays[definition.left.head].least is not None:
            return f"{definition.name} defines {definition.left.head}, an array of integers: these are given"
        if why := _untold(definition):
            return why
    for place, one in enumerate(entries):
        for other in (d for d in entries[:place] if d.left.head == one.left.head):
            apart = renamed(other)
            if not distinct(one.left, apart.left, known.around((*one.ranges, *apart.ranges))):
                return f"{other.name} and {one.name} may define one entry of {one.left.head} twice"
    return _endless([m for d in entries for m in _mentions(d, known) if _may_be_defined(m, entries)])


def _may_be_defined(m: _Mention, definitions: Sequence[Fact]) -> bool:
    apart = [renamed(d) for d in definitions if d.left.head == m.source.head]
    return any(not distinct(m.source, d.left, m.known.around(d.ranges)) for d in apart)


def _untold(definition: Fact) -> str:
    """Each variable is told by an index in which it stands alone, up to what is added."""
    for r in definition.ranges:
        rests = [normal(index - variable(r.name)) for index in definition.left.args]
        if all(rest.free & set(definition.variables) for rest in rests):
            return f"the indices on the left of {definition.name} do not tell {r.name}"
    return ""


def _mentions(definition: Fact, known: Known) -> Iterator[_Mention]:
    """All entries in it, also those in other indices and by which is derived."""

    def inside(e: Term, around: Known) -> Iterator[tuple[Term, Known]]:
        if e.op == "entry":
            yield e, around
        *outside, last = e.args or (e,)
        for a in outside:
            yield from inside(a, around)
        if e.op in BINDERS:
            name, body = open_(e)
            yield from inside(body, around.around((bound_range(e, name),)))
        elif e.args:
            yield from inside(last, around)

    for source, around in inside(definition.right, known.around(definition.ranges)):
        yield _Mention(definition.name, definition.left, source, definition.ranges, around, frozenset(known.ranges))


def _endless(mentions: list[_Mention]) -> str:
    """Why definitions may lead to each other for ever, or nothing."""
    for circle in _circles(mentions):
        for choice in _choices(circle):
            rest = [m for m in circle if not choice.falls(m)]
            if len(rest) < len(circle) and not _endless(rest):
                break
        else:
            names = ", ".join(sorted({m.name for m in circle}))
            return f"nothing shows that the definitions do not go round in a circle: {names}"
    return ""


def _circles(mentions: list[_Mention]) -> Iterator[list[_Mention]]:
    """The mentions that lie on circles of arrays, those of one circle together."""
    direct: dict[str, set[str]] = {}
    for m in mentions:
        direct.setdefault(m.target.head, set()).add(m.source.head)
    reached: dict[str, set[str]] = {}
    for name in direct:
        found, waiting = set[str](), [name]
        while waiting:
            new = direct.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        reached[name] = found
    together = {n: frozenset(o for o in to if n in reached.get(o, ())) for n, to in reached.items() if n in to}
    for circle in dict.fromkeys(together.values()):
        yield [m for m in mentions if m.target.head in circle and m.source.head in circle]


@dataclass(frozen=True)
class _Choice:
    """An index for each array of a circle.

    Attributes:
        positions: which index, by array.
        sign: 1 where it never grows from what is defined to what is mentioned, -1 where it never falls.
    """

    positions: Mapping[str, int]
    sign: int

    def step(self, m: _Mention) -> Term:
        """How far the index falls."""
        fall = m.target.args[self.positions[m.target.head]] - m.source.args[self.positions[m.source.head]]
        return fall if self.sign > 0 else fall * -1

    def keeps(self, m: _Mention) -> bool:
        """Whether it never grows, if both indices are chosen."""
        chosen = m.target.head in self.positions and m.source.head in self.positions
        return not chosen or m.known.at_least(self.step(m), ZERO)

    def falls(self, m: _Mention) -> bool:
        """Whether it is sure to fall, from a place that has an end which does not move."""
        return m.known.at_least(self.step(m), ONE) and self._ends(m)

    def _ends(self, m: _Mention) -> bool:
        index = m.target.args[self.positions[m.target.head]]
        if index.free <= m.sizes:
            return True
        for r in m.ranges:
            end = r.low if self.sign > 0 else r.high
            if normal(index - variable(r.name)).free <= m.sizes:
                return end is not None and end.free <= m.sizes
        return False


def _choices(circle: list[_Mention]) -> Iterator[_Choice]:
    """All ways to choose an index of each array that never grows, or never falls, from one to the next."""
    # Neighbours come after each other, so that what does not fit together is seen early.
    arrays = list(dict.fromkeys(e.head for m in circle for e in (m.target, m.source)))
    takes = {e.head: len(e.args) for m in circle for e in (m.target, m.source)}
    tried = 0
    for sign in (1, -1):
        waiting = [_Choice({}, sign)]
        while waiting and tried < _MOST:
            choice = waiting.pop()
            if len(choice.positions) == len(arrays):
                yield choice
                continue
            array = arrays[len(choice.positions)]
            for position in reversed(range(takes[array])):
                tried += 1
                more = _Choice({**choice.positions, array: position}, sign)
                if all(map(more.keeps, (m for m in circle if array in (m.target.head, m.source.head)))):
                    waiting.append(more)
