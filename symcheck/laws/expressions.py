"""Arithmetic that a user wrote, in the arguments of laws and the bounds of blocks: read from a closed list, never executed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, log, pi, pow, sqrt
from operator import add, mul, neg, sub, truediv
from typing import Any

from symcheck.errors import LawError, did_you_mean
from symcheck.fans import Fans
from symcheck.texts import plain

#: What an expression may ask of the array that is drawn.
QUANTITIES: dict[str, Callable[[Fans], float]] = {
    "fan_in": lambda fans: fans.fan_in,
    "fan_out": lambda fans: fans.fan_out,
    "fan_avg": lambda fans: fans.of_mode("fan_avg"),
    "inputs": lambda fans: fans.inputs,
    "outputs": lambda fans: fans.outputs,
    "kernel": lambda fans: fans.kernel,
}
FUNCTIONS: dict[str, Callable[[float], float]] = {"sqrt": sqrt, "log": log}
CONSTANTS = {"pi": pi}
#: Names with a meaning of their own, which no size may take.
RESERVED = (*QUANTITIES, *FUNCTIONS, *CONSTANTS)

#: Longest text that is read, and the most levels of brackets, signs and operators in it.
LONGEST, DEEPEST = 1000, 60

_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3, "**": 4}
_ATOM = 5


def quoted(text: str) -> str:
    """What a user wrote, as it stands in a sentence."""
    return plain(repr(text), 200)


def read_tree(text: str) -> ast.expr:
    """The syntax tree of one expression, not deeper than :data:`DEEPEST`.

    Raises:
        SyntaxError: it is none.
        LawError: it is too long or too deep to be read.
    """
    if len(text) > LONGEST:
        raise LawError(f"{plain(repr(text), 40)} is longer than {LONGEST:,} characters")
    try:
        with warnings.catch_warnings():
            # Python warns of what it would not run; nothing is run here.
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise
    except ValueError as error:
        raise SyntaxError(str(error)) from None
    except (MemoryError, RecursionError):
        raise _too_deep(text) from None
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep(text)
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return tree


def _too_deep(text: str) -> LawError:
    return LawError(f"{plain(repr(text), 40)} is nested more than {DEEPEST} levels deep")


@dataclass(frozen=True)
class Expression:
    """A number, a name, or an operator or function of other expressions.

    Attributes:
        head: the number, the name, or ``+ - * / **``, ``negative``, or a key of :data:`FUNCTIONS`.
        parts: what the operator or function is applied to.
    """

    head: int | float | str
    parts: tuple[Expression, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names on which its value depends."""
        if self.parts:
            return frozenset().union(*(part.names for part in self.parts))
        return frozenset({self.head} if isinstance(self.head, str) and self.head not in CONSTANTS else ())

    def value(self, known: Mapping[str, float]) -> float:
        """Its value in float64.

        Args:
            known: a value for each of :attr:`names`.

        Raises:
            LawError: a division by zero, no real number, or one beyond float64; names the expression and the values.
        """
        try:
            return self._value(known)
        except ZeroDivisionError:
            raise LawError(f"{self} divides by zero{self._where(known)}") from None
        except OverflowError:
            raise LawError(f"{self} is beyond float64{self._where(known)}") from None
        except ValueError:
            raise LawError(f"{self} is no real number{self._where(known)}") from None

    def _value(self, known: Mapping[str, float]) -> float:
        if not self.parts:
            found = CONSTANTS.get(self.head, known.get(self.head)) if isinstance(self.head, str) else self.head
            assert found is not None
            return float(found)
        values = [part._value(known) for part in self.parts]
        result = _applied(str(self.head), values)
        if not isfinite(result):
            raise OverflowError
        return result

    @property
    def rational(self) -> bool:
        """Whether it is made of numbers, names and ``+ - * /`` alone, so that :meth:`exact` applies."""
        fits = self.head in _EXACTLY if self.parts else self.head not in CONSTANTS
        return fits and all(part.rational for part in self.parts)

    def exact(self, known: Mapping[str, int]) -> Fraction:
        """Its value as a fraction, where it is rational; a number is what it is written as, so that 0.1 is a tenth.

        Raises:
            LawError: a division by zero.
        """
        if not self.parts:
            return Fraction(known[self.head]) if isinstance(self.head, str) else Fraction(repr(self.head))
        values = [part.exact(known) for part in self.parts]
        try:
            return Fraction(_EXACTLY[str(self.head)](*values))
        except ZeroDivisionError:
            raise LawError(f"{self} divides by zero{self._where(known)}") from None

    def with_numbers(self, known: Mapping[str, int]) -> Expression:
        """The expression with numbers in place of some names."""
        if self.parts:
            return Expression(self.head, tuple(part.with_numbers(known) for part in self.parts))
        return Expression(known[self.head]) if isinstance(self.head, str) and self.head in known else self

    def _where(self, known: Mapping[str, float]) -> str:
        values = [f"{name} = {known[name]:g}" for name in sorted(self.names)]
        return f" where {' and '.join(values)}" if values else ""

    def __str__(self) -> str:
        """The text that is read back as this expression, with no bracket that it does not need."""
        head = self.head
        if not self.parts:
            return head if isinstance(head, str) else repr(head)
        binding = self._binding
        if head == "negative":
            return f"-{self.parts[0]._within(binding)}"
        if len(self.parts) == 1:
            return f"{head}({self.parts[0]})"
        left, right = self.parts
        if head == "**":
            return f"{left._within(_ATOM)}**{right._within(_BINDING['negative'])}"
        return f"{left._within(binding)}{head}{right._within(binding + 1)}"

    @property
    def _binding(self) -> int:
        return _BINDING.get(str(self.head), _ATOM) if self.parts else _ATOM

    def _within(self, binding: int) -> str:
        return str(self) if self._binding >= binding else f"({self})"


def _applied(head: str, values: list[float]) -> float:
    if head in FUNCTIONS:
        return FUNCTIONS[head](values[0])
    if head == "**":
        return pow(values[0], values[1])
    return float(_EXACTLY[head](*values))


_EXACTLY: dict[str, Callable[..., Any]] = {"+": add, "-": sub, "*": mul, "/": truediv, "negative": neg}


def parse_expression(text: str, names: Collection[str]) -> Expression:
    """Read arithmetic in numbers, some names, ``pi``, ``sqrt`` and ``log``.

    Raises:
        LawError: it is something else, or too long or too deep.
    """
    try:
        tree = read_tree(text)
    except SyntaxError:
        raise LawError(f"{quoted(text)} is not arithmetic that can be read") from None
    return expression_of(tree, text, names)


def expression_of(tree: ast.expr, text: str, names: Collection[str]) -> Expression:
    """The expression that a syntax tree of :func:`read_tree` spells.

    Args:
        text: where it is from, for sentences.
        names: that it may use.

    Raises:
        LawError: it holds anything else than numbers, these names, ``+ - * / **`` and functions of the list.
    """
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if not -inf < _as_float(number) < inf:
                raise LawError(f"a number in {quoted(text)} is beyond float64")
            return Expression(number)
        case ast.Name(id=name):
            return Expression(_known(name, text, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Expression("negative", (expression_of(operand, text, names),))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return expression_of(operand, text, names)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            parts = (expression_of(left, text, names), expression_of(right, text, names))
            return Expression(_OPERATORS[type(operator)], parts)
        case ast.BinOp(op=ast.BitXor()):
            raise LawError(f"{quoted(text)}: a power is written **, not ^")
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            if name not in FUNCTIONS:
                near = did_you_mean(name, FUNCTIONS) or f"; known are {', '.join(FUNCTIONS)}"
                raise LawError(f"no function is named {quoted(name)}{near}")
            if len(arguments) != 1 or keywords:
                raise LawError(f"{name} takes one argument, in {quoted(text)}")
            return Expression(name, (expression_of(arguments[0], text, names),))
    known = ", ".join([*names, *CONSTANTS, *FUNCTIONS])
    raise LawError(f"{quoted(text)} must be arithmetic (+ - * / **) in numbers and {known}")


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf


def _known(name: str, text: str, names: Collection[str]) -> str:
    if name in names or name in CONSTANTS:
        return name
    if name in FUNCTIONS:
        raise LawError(f"{name} takes one argument, in {quoted(text)}")
    known = [*names, *CONSTANTS]
    near = did_you_mean(name, [*known, *FUNCTIONS]) or f"; known are {', '.join(known)}"
    raise LawError(f"no quantity is named {quoted(name)}{near}")
