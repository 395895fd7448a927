"""Equations with the ranges of their variables: what `for` says, and what follows from the arrays they stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symcheck.proof.kernel.terms import Fact, Range, Term, ends
from symcheck.proof.text.expressions import Parser
from symcheck.proof.text.vocabulary import OUTCOME, NotationError, Vocabulary, range_of

_FOR = re.compile(r"(?:^|\s)for\s+")


def equation(
    name: str,
    text: str,
    words: Vocabulary,
    sizes: Mapping[str, Range],
    more: tuple[Range, ...] = (),
    functions: tuple[tuple[str, int], ...] = (),
) -> Fact:
    """A fact from its text: ``left = right   for i in 1..n, v real``.

    Args:
        more: ranges that are known from elsewhere.

    Raises:
        NotationError: it is not in the notation, or nothing says what a variable ranges over.
    """
    said, *spans = _FOR.split(text, maxsplit=1)
    explicit = {r.name: r for r in more}
    if spans:
        explicit |= {r.name: r for r in ranges(spans[0], words)}
    if known := explicit.keys() & sizes.keys():
        raise NotationError(f"{', '.join(sorted(known))} stands for something already")
    inner = Vocabulary(words.arrays, {**words.functions, **dict(functions)}, words.macros)
    parser = Parser(said, inner)
    left = parser.expression()
    relation = parser.take()
    if relation not in ("=", ">="):
        parser.position -= 1
        parser.fail("'=' is missing")
    right = parser.expression()
    parser.end()
    if relation == ">=" and (right.op != "number" or right.head):
        raise NotationError("an inequality compares with 0: write ... >= 0")
    return Fact(name, left, right, ranged([left, right], explicit, inner, sizes), functions, relation)


def ranges(text: str, words: Vocabulary) -> list[Range]:
    """What `for` says: ``i, k in 1..n[l], v real, u >= 0, a > 0, t >= 0``."""
    parser = Parser(text, words)
    found: list[Range] = []
    waiting: list[str] = []
    while True:
        waiting.append(parser.name())
        if parser.peek() == ",":
            parser.take()
            continue
        found += [_range(n, parser) for n in waiting[-1:]]
        found = [*found[:-1], *(_named(n, found[-1]) for n in waiting)]
        waiting = []
        if len({r.name for r in found}) < len(found):
            raise NotationError(f"{found[-1].name} has two ranges")
        if not parser.peek():
            return found
        parser.take(",")


def _named(name: str, range_: Range) -> Range:
    return Range(name, range_.low, range_.high, range_.kind)


def _range(name: str, parser: Parser) -> Range:
    word = parser.take()
    if word == "real":
        return Range(name, kind="real")
    if word in (">=", ">"):
        parser.take("0")
        return Range(name, kind="nonnegative" if word == ">=" else "positive")
    if word != "in":
        parser.position -= 1
        parser.fail(f"what {name} ranges over is missing: write {name} in 1..n, {name} real or {name} >= 0,")
    low = parser.expression()
    parser.take("..")
    high = None if parser.peek() in ("", ",") else parser.expression()
    return Range(name, low, high)


def ranged(
    terms: list[Term], explicit: Mapping[str, Range], words: Vocabulary, sizes: Mapping[str, Range]
) -> tuple[Range, ...]:
    """The ranges of all free variables, each after those that its own ends mention.

    Raises:
        NotationError: nothing says what one ranges over.
    """
    found: dict[str, Range] = {}
    wanted = _in_order(terms)
    while wanted:
        name = wanted.pop(0)
        if name in found or name in sizes:
            continue
        range_ = explicit.get(name) or range_of(name, terms, words)
        if range_ is None and name == OUTCOME:
            range_ = range_of(name, terms, words)
        if range_ is None:
            raise NotationError(f"nothing says what {name} ranges over: add 'for {name} in ...', or declare it")
        found[name] = Range(name, range_.low, range_.high, range_.kind)
        wanted += [n for e in ends(range_) for n in _in_order([e])]
    return tuple(_sorted(found))


def _in_order(terms: list[Term]) -> list[str]:
    return list(dict.fromkeys(str(t.head) for term in terms for t in term.walk() if t.op == "variable"))


def _sorted(found: dict[str, Range]) -> list[Range]:
    placed: dict[str, Range] = {}
    while len(placed) < len(found):
        ready = [
            n
            for n, r in found.items()
            if n not in placed and all(v in placed or v not in found for e in ends(r) for v in e.free)
        ]
        if not ready:
            raise NotationError(f"the ranges of {', '.join(n for n in found if n not in placed)} go round in a circle")
        placed[ready[0]] = found[ready[0]]
    return list(placed.values())
