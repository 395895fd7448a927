"""Expressions and equations of the notation, from text to terms.

    W[t, l, i, j]    sigma(l, z)    sigma'(l, z)    sum(j) W[i, j] x[j]    sum(j in 1..n) x[j]    [i = j]
    ∂E[t] / ∂z[t, l, s, i]    mean(x[j]^2)    a b / c    integral(r in 0..infinity) f(r)    limit(L to infinity) f(L)
    mean(v = x[i]) mean(f(v, x[k])): first the mean over x[k] with x[i] held at a value v, then that over these values

Factors that stand beside each other are multiplied; a sum reaches to the end of its product. ``partial`` may be written for ∂.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn

from symcheck.proof.kernel.declared import COMMON
from symcheck.proof.kernel.terms import (
    ONE,
    Term,
    add,
    close,
    delta,
    entry,
    function,
    instantiate,
    mul,
    number,
    partial,
    power,
    variable,
)
from symcheck.proof.text.vocabulary import OUTCOME, NotationError, Vocabulary, range_of

#: Deeper nesting and longer numbers are refused: nobody reads them, and they would take for ever.
DEEPEST, LONGEST_NUMBER, LONGEST_LINE = 40, 12, 2000
#: So many abbreviations are written out in one expression.
MOST_ABBREVIATIONS = 2000
_TOKEN = re.compile(r"\s*(?:([0-9]+)|([A-Za-z_][A-Za-z0-9_]*)('*)|(\.\.|>=|<=|[-+*/^(),=\[\]<>∂Σ]))")
_WORDS = frozenset({"sum", "mean", "partial", "integral", "limit", "in", "to", "for"})


def tokens_of(text: str) -> list[str]:
    """The tokens of a line.

    Raises:
        NotationError: a character that the notation does not have.
    """
    if len(text) > LONGEST_LINE:
        raise NotationError(f"an expression is longer than {LONGEST_LINE} characters")
    found, position = [], 0
    text = text.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise NotationError(f"{text[position:].strip()[:1]!r} is not part of the notation")
        found.append("".join(g for g in token.groups() if g))
        position = token.end()
    return found


class Parser:
    """Reads tokens from left to right.

    Args:
        text: what is written.
        words: what its names stand for.
    """

    def __init__(self, text: str, words: Vocabulary, around: Parser | None = None) -> None:
        self.tokens, self.words, self.position = tokens_of(text), words, 0
        self.depth: int = around.depth + 1 if around else 0
        #: Abbreviations written out so far, those inside of each other too.
        self.written_out: list[str] = around.written_out if around else []

    def peek(self) -> str:
        """The next token, or nothing."""
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        """The next token, which has to be the one that is expected."""
        token = self.peek()
        if not token or (expected and token != expected):
            self.fail(f"{expected!r} is missing" if expected else "something is missing at the end")
        self.position += 1
        return token

    def fail(self, why: str) -> NoReturn:
        """Refuse what is written."""
        before, after = " ".join(self.tokens[: self.position][-6:]), " ".join(self.tokens[self.position :][:4])
        where = f" before {after!r}" if after else f" after {before!r}" if before else ""
        raise NotationError(f"{why}{where}")

    def end(self) -> None:
        """Refuse what is left over."""
        if self.peek():
            self.fail(f"{self.peek()!r} is not expected")

    def expression(self) -> Term:
        """Terms with signs between them."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotationError(f"brackets are nested more than {DEEPEST} deep")
        terms = [self._signed()]
        while self.peek() in ("+", "-"):
            terms.append(self._signed())
        self.depth -= 1
        return add(*terms)

    def _signed(self) -> Term:
        sign = 1
        while self.peek() in ("+", "-"):
            sign = -sign if self.take() == "-" else sign
        product = self.product()
        return product if sign == 1 else mul(number(-1), product)

    def product(self) -> Term:
        """Factors, multiplied or divided."""
        factors = [self._power()]
        while self.peek() in ("*", "/") or self._begins_factor():
            if self.peek() == "/":
                self.take()
                factors.append(power(self._power(), -1))
                continue
            if self.peek() == "*":
                self.take()
            factors.append(self._power())
        # An abbreviation may stand for 1, as the sign of a unit where units have no signs.
        return mul(*(f for f in factors if f != ONE))

    def _begins_factor(self) -> bool:
        token = self.peek()
        return bool(token) and (token[0].isalnum() or token[0] in "_([∂Σ") and token not in ("in", "to", "for")

    def _power(self) -> Term:
        base = self._primary()
        if self.peek() != "^":
            return base
        self.take()
        if self.peek() == "-":
            self.take()
            return power(base, mul(number(-1), self._primary()))
        return power(base, self._primary())

    def _primary(self) -> Term:
        token = self.take()
        if token.isdigit():
            if len(token) > LONGEST_NUMBER:
                raise NotationError(f"the number {token[:6]}... has more than {LONGEST_NUMBER} digits")
            return number(Fraction(token))
        if token == "(":
            inner = self.expression()
            self.take(")")
            return inner
        if token == "[":
            left = self.expression()
            self.take("=")
            right = self.expression()
            self.take("]")
            return delta(left, right)
        if token in ("∂", "partial"):
            return self._derivative(token)
        if token in ("sum", "Σ"):
            return self._sum()
        if token in ("mean", "integral", "limit"):
            return self._binder(token)
        if not (token[0].isalpha() or token[0] == "_") or token in _WORDS:
            self.position -= 1
            self.fail(f"{token!r} is not expected")
        return self._named(token)

    def _derivative(self, sign: str) -> Term:
        body = self._primary()
        self.take("/")
        self.take(sign)
        return partial(body, self._primary())

    def _sum(self) -> Term:
        self.take("(")
        limits = [self._limit()]
        while self.peek() == ",":
            self.take()
            limits.append(self._limit())
        self.take(")")
        body = self.product()
        for name, ends in reversed(limits):
            low, high = ends or self._inferred(name, body)
            body = close("sum", name, (low, high), body)
        return body

    def _limit(self) -> tuple[str, tuple[Term, Term] | None]:
        name = self.name()
        if self.peek() != "in":
            return name, None
        self.take()
        low = self.expression()
        self.take("..")
        return name, (low, self.expression())

    def _inferred(self, name: str, body: Term) -> tuple[Term, Term]:
        found = range_of(name, [body], self.words)
        if found is None or found.low is None or found.high is None:
            raise NotationError(f"nothing says what {name} runs over: write sum({name} in 1..n)")
        return found.low, found.high

    def _binder(self, op: str) -> Term:
        if op == "mean":
            return self._mean()
        self.take("(")
        name = self.name()
        self.take("in" if op == "integral" else "to")
        before = [self.expression()]
        if op == "integral":
            self.take("..")
            before.append(self.expression())
        self.take(")")
        return close(op, name, before, self.product())

    def _mean(self) -> Term:
        self.take("(")
        if self.tokens[self.position + 1 : self.position + 2] != ["="]:
            body = self.expression()
            self.take(")")
            return close("mean", OUTCOME, (), body)
        held: dict[str, Term] = {}
        while not held or self.peek() == ",":
            if held:
                self.take(",")
            name = self.name()
            if name in held:
                raise NotationError(f"{name} stands for something already")
            self.take("=")
            held[name] = self.expression()
        self.take(")")
        # Put in before this mean is closed and after those inside are: there the values are held.
        return close("mean", OUTCOME, (), instantiate(self.product(), held))

    def name(self) -> str:
        """A name of a variable."""
        token = self.take()
        if not (token[0].isalpha() or token[0] == "_") or token in _WORDS or token.endswith("'"):
            self.position -= 1
            self.fail(f"{token!r} is no name of a variable")
        if token in {OUTCOME, *self.words.arrays, *self.words.functions, *self.words.macros, *COMMON}:
            raise NotationError(f"{token} stands for something already")
        return token

    def list(self, closing: str) -> list[Term]:
        """Expressions with commas between them, up to a closing bracket."""
        items: list[Term] = []
        while self.peek() != closing:
            if items:
                self.take(",")
            items.append(self.expression())
        self.take(closing)
        return items

    def _named(self, token: str) -> Term:
        name, primes = token.rstrip("'"), len(token) - len(token.rstrip("'"))
        if name in self.words.macros:
            return self._macro(name)
        if name in self.words.arrays:
            return self._entry(name)
        if name in self.words.functions or name in COMMON:
            arguments = []
            if self.peek() == "(" and {**COMMON, **self.words.functions}[name]:
                self.take()
                arguments = self.list(")")
            takes = {**COMMON, **self.words.functions}[name]
            if len(arguments) != takes:
                raise NotationError(f"{name} takes {takes} arguments, not {len(arguments)}")
            return function(name, *arguments, primes=primes)
        if primes or self.peek() == "[":
            raise NotationError(f"{name} is not declared")
        if name == OUTCOME:
            raise NotationError(f"{name} is the outcome, which is not written")
        return variable(name)

    def _entry(self, name: str) -> Term:
        array = self.words.arrays[name]
        indices = []
        if self.peek() == "[" and len(array.domain) > array.random:
            self.take()
            indices = self.list("]")
        if array.random:
            indices.insert(0, variable(OUTCOME))
        if len(indices) != len(array.domain):
            raise NotationError(
                f"{name} has {len(array.domain) - array.random} indices, not {len(indices) - array.random}"
            )
        return entry(name, *indices)

    def _macro(self, name: str) -> Term:
        parameters, text = self.words.macros[name]
        arguments = []
        if parameters:
            self.take("(")
            arguments = self.list(")")
        if len(arguments) != len(parameters):
            raise NotationError(f"{name} takes {len(parameters)} arguments, not {len(arguments)}")
        if self.depth > DEEPEST:
            raise NotationError(f"{name} is explained by itself")
        self.written_out.append(name)
        if len(self.written_out) > MOST_ABBREVIATIONS:
            raise NotationError(f"more than {MOST_ABBREVIATIONS} abbreviations are written out, as {name}")
        inner = Parser(text, self.words, self)
        body = inner.expression()
        inner.end()
        return instantiate(body, dict(zip(parameters, arguments, strict=True)))


def parsed(text: str, words: Vocabulary, read: Callable[[Parser], Term] = Parser.expression) -> Term:
    """The term that is written.

    Raises:
        NotationError: it is not in the notation.
    """
    parser = Parser(text, words)
    term = read(parser)
    parser.end()
    return term
