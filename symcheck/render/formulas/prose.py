"""Formulas in sentences: ``at step t all W_l[i, j] = w_l`` has three of them, and the rest is words."""

from __future__ import annotations

import re
from collections.abc import Callable

from symcheck.render.formulas.boxes import (
    LETTERS,
    Application,
    Bars,
    Box,
    Bracketed,
    Derivative,
    Fraction,
    Name,
    Number,
    Operator,
    Row,
    Scripts,
)

_NUMBER, _NAME = re.compile(r"\d+(?:\.\d+)?(?![\w.]\w)"), re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)?")
#: Where a formula can begin: not inside a word, a number or what is joined by a dash.
_BEGIN = re.compile(r"(?<![\w.'\-/)\]^|])(?=[A-Za-z0-9(\[∂|-])")
_RELATION = re.compile(r"\s*(>=|<=|=|>|<)\s*(?![=])")
_PLUS = re.compile(r"\s+([+-])\s+")
_TIGHT_PLUS = re.compile(r"\s*([+-])\s*")
_SPACE = re.compile(r"\s*")
#: A product of vectors; a full stop is followed by a space.
_DOT = re.compile(r"\.(?=[A-Za-z]\w*\[)| \. (?=[A-Za-z])")
#: Letters that are words of English when they stand alone.
_ARTICLES = frozenset("aAI")
_FUNCTIONS = frozenset({"tanh", "relu", "sigmoid", "exp", "sin", "cos", "arccos", "sqrt", "max", "min", "log", "sign"})


class _NoFormula(Exception):
    """What stands here is no formula."""


def prose(words: str) -> tuple[str | Box, ...]:
    """A sentence with its formulas as boxes."""
    parts: list[str | Box] = []
    done = start = 0
    while (begin := _BEGIN.search(words, start)) is not None:
        reader = _Reader(words, begin.start())
        try:
            found = reader.formula()
        except _NoFormula:
            found = None
        if found is None or not reader.mathematical(found, begin.start()):
            start = _after_word(words, begin.start())
            continue
        parts += [words[done : begin.start()]] if begin.start() > done else []
        parts.append(found)
        done = start = reader.position
    return (*parts, words[done:]) if done < len(words) or not parts else tuple(parts)


def formula(written: str) -> Box | None:
    """All that is written as one formula, None where it is none."""
    reader = _Reader(written.strip(), 0)
    try:
        # Here letters are meant by their names, and so are signs without spaces.
        found = reader.within(reader.formula)
    except _NoFormula:
        return None
    return found if reader.position == len(reader.text) else None


def _after_word(words: str, position: int) -> int:
    name = re.compile(r"\w+|.").match(words, position)
    return name.end() if name else position + 1


class _Reader:
    """Reads a formula from a place on, as far as it goes."""

    def __init__(self, text: str, position: int) -> None:
        self.text, self.position, self.inside, self.bars = text, position, 0, False

    def mathematical(self, found: Box, start: int) -> bool:
        """Whether it is worth setting as a formula: not a mere number, an article or a word."""
        shown = self.text[start : self.position]
        following = self.text[self.position : self.position + 2]
        if following[:1] in ("-", "'", "’", "_", "/") or re.match(r"\w|\.\w", following):
            return False
        if isinstance(found, Name) and "_" not in shown:
            return shown not in _ARTICLES
        if isinstance(found, Number) or not re.search(r"[A-Za-z∂/]|^-", shown):
            return False
        return bool(re.search(r"[\[\](^=_<>+/∂|]|\s-\s|^-", shown))

    def formula(self) -> Box:
        """Sides with relations between them."""
        parts: list[Box] = [self._side()]
        while (relation := self._operator(_RELATION)) is not None:
            mark = self.position
            self.position = relation.end()
            try:
                parts += [Operator(relation[1]), self._side(list_allowed=True)]
            except _NoFormula:
                self.position = mark
                break
        return Row(tuple(parts)) if len(parts) > 1 else parts[0]

    def _operator(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.position)

    def _tried(self, read: Callable[[], Box]) -> Box | None:
        mark = self.position
        try:
            return read()
        except _NoFormula:
            self.position = mark
            return None

    def _side(self, list_allowed: bool = False) -> Box:
        """Terms, or a vector where there can be one."""
        if list_allowed and self.text.startswith(("(", "["), self.position) and (vector := self._tried(self._vector)):
            return vector
        parts: list[Box] = [Operator("-")] if self._take("-") else []
        parts.append(self._product())
        while (sign := self._operator(_TIGHT_PLUS if self.inside else _PLUS)) is not None:
            mark, self.position = self.position, sign.end()
            following = self._tried(self._product)
            if following is None:
                self.position = mark
                break
            parts += [Operator(sign[1]), following]
        return Row(tuple(parts)) if len(parts) > 1 else parts[0]

    def _vector(self) -> Box:
        square = self._take("[")
        if not square:
            self._expect("(")
        items = self._list("]" if square else ")", self._component)
        if len(items) < 2 and not square:
            raise _NoFormula
        return Bracketed(_listed(items), square)

    def _component(self) -> Box:
        return self._vector() if self.text.startswith("[", self.position) else self._side()

    def _product(self) -> Box:
        factors = [self._power()]
        while True:
            mark = self.position
            if (over := re.compile(r" ?/ ?").match(self.text, self.position)) is not None:
                self.position = over.end()
                below = self._tried(self._power)
                if below is None:
                    self.position = mark
                    break
                factors[-1] = self._divided(factors[-1], below)
                continue
            if self.text.startswith("]", self.position - 1) and (dot := self._operator(_DOT)) is not None:
                self.position = dot.end()
                factors += [Operator("."), self._power()]
                continue
            space = _SPACE.match(self.text, self.position)
            self.position = space.end() if space else self.position
            bar = not self.bars and self.text.startswith("|", self.position)
            begins = bar or re.match(r"[\w(∂]" if self.inside else r"[A-Za-z(∂]", self.text[self.position :])
            following = self._tried(self._power) if begins and (bar or self.position > mark) else None
            if following is None or (isinstance(following, Name) and following.text in _ARTICLES):
                self.position = mark
                break
            factors.append(following)
        return Row(tuple(factors)) if len(factors) > 1 else factors[0]

    @staticmethod
    def _divided(above: Box, below: Box) -> Box:
        return Fraction(*(b.body if isinstance(b, Bracketed) and not b.square else b for b in (above, below)))

    def _power(self) -> Box:
        base = self._primary()
        if self._take("^"):
            base = Scripts(base, above=self._primary())
        return base

    def _primary(self) -> Box:
        if self._take("("):
            inner = self.within(self._side)
            self._expect(")")
            return Bracketed(inner)
        if self._take("["):
            inner = self.within(self.formula)
            self._expect("]")
            return Bracketed(inner, square=True)
        if self._take("∂"):
            return self._derivative()
        if not self.bars and self._take("|"):
            return self._bars()
        if (number := _NUMBER.match(self.text, self.position)) is not None:
            self.position = number.end()
            return Number(number[0])
        return self._named()

    def _bars(self) -> Box:
        self.bars = True
        try:
            inner = self.within(self._side)
        finally:
            self.bars = False
        self._expect("|")
        return Bars(inner)

    def _derivative(self) -> Box:
        of = self._primary()
        self._expect("/")
        self._expect("∂")
        return Derivative(of, self._primary())

    def _named(self) -> Box:
        name = _NAME.match(self.text, self.position)
        if name is None:
            raise _NoFormula
        self.position = name.end()
        primes = re.compile(r"'*(?=\()").match(self.text, self.position)
        self.position = primes.end() if primes else self.position
        shown = Name(name[0] + (primes[0] if primes else ""))
        if self._take("_("):
            return Scripts(shown, below=_listed(self._list(")")))
        if self._take("["):
            items = self._list("]")
            # E[t] is the loss at a step; a mean is taken of more than indices.
            if name[0] == "E" and len(items) == 1 and _has_function(items[0]):
                return Application(Name("expectation"), Bracketed(items[0], square=True))
            applied = Scripts(shown, below=_listed(items))
            return Application(applied, Bracketed(_listed(self._list(")")))) if self._take("(") else applied
        if self.text.startswith("(", self.position) and (len(name[0]) == 1 or name[0] in _FUNCTIONS | LETTERS.keys()):
            self._take("(")
            return Application(shown, Bracketed(_listed(self._list(")"))))
        letters = name[0].partition("_")[0]
        if len(letters) > 1 and "_" not in name[0] and letters not in LETTERS:
            raise _NoFormula
        if letters in LETTERS and "_" not in name[0] and not self.inside and self._is_word():
            raise _NoFormula
        return shown

    def _is_word(self) -> bool:
        """Whether a letter's name stands in a sentence as a word: no operator follows it."""
        return not re.match(r"\s*(?:[\^/*=<>+]|- )|\s\(", self.text[self.position :])

    def _list(self, closing: str, read: Callable[[], Box] | None = None) -> list[Box]:
        items = [self.within(read or self._index)]
        while self._take(","):
            self._take(" ")
            items.append(self.within(read or self._index))
        self._expect(closing)
        return items

    def _index(self) -> Box:
        return Operator(":") if self._take(":") else self._side()

    def within(self, read: Callable[[], Box]) -> Box:
        """What is read where names and signs are parts of a formula."""
        self.inside += 1
        if self.inside > 20:
            raise _NoFormula
        try:
            return read()
        finally:
            self.inside -= 1

    def _take(self, expected: str) -> bool:
        found = self.text.startswith(expected, self.position)
        self.position += len(expected) * found
        return found

    def _expect(self, expected: str) -> None:
        if not self._take(expected):
            raise _NoFormula


def _listed(items: list[Box]) -> Box:
    parts: list[Box] = []
    for item in items:
        parts += [Operator(","), item] if parts else [item]
    return Row(tuple(parts)) if len(parts) > 1 else parts[0]


def _has_function(b: Box) -> bool:
    if isinstance(b, Row):
        return any(map(_has_function, b.parts))
    return isinstance(b, Application) or (isinstance(b, Scripts) and b.above is not None)
