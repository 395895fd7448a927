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
#: ``log`` is the natural one.
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

    def exact(self, known: Mapping[str, int]) -> Fraction:
        """Its value as a fraction, where it was read as rational; a number is what it is written as, so that 0.1 is a tenth.

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


def parse_expression(text: str, names: Collection[str], rational: bool = False) -> Expression:
    """Read arithmetic in numbers, some names, ``pi``, ``sqrt`` and ``log``.

    Args:
        rational: whether only ``+ - * /`` are read, and no ``pi``, so that :meth:`Expression.exact` applies.

    Raises:
        LawError: it is something else, or too long or too deep.
    """
    try:
        tree = read_tree(text)
    except SyntaxError:
        raise LawError(f"{quoted(text)} is not arithmetic that can be read") from None
    return _Reader(text, tuple(names), rational).read(tree)


def expression_of(tree: ast.expr, text: str, names: Collection[str]) -> Expression:
    """The expression that a syntax tree of :func:`read_tree` spells.

    Args:
        text: where it is from, for sentences.
        names: that it may use.

    Raises:
        LawError: it holds anything else than numbers, these names, ``+ - * / **`` and what is known to all.
    """
    return _Reader(text, tuple(names), rational=False).read(tree)


@dataclass(frozen=True)
class _Reader:
    """What one text is read with; the arguments of :func:`parse_expression`."""

    text: str
    names: tuple[str, ...]
    rational: bool

    @property
    def _functions(self) -> tuple[str, ...]:
        return () if self.rational else tuple(FUNCTIONS)

    @property
    def _known(self) -> tuple[str, ...]:
        return self.names if self.rational else (*self.names, *CONSTANTS)

    def read(self, tree: ast.expr) -> Expression:
        match tree:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                if not _as_float(number) < inf:
                    raise LawError(f"a number in {quoted(self.text)} is beyond float64")
                return Expression(number)
            case ast.Name(id=name):
                return Expression(self._name(name))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Expression("negative", (self.read(operand),))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.BinOp(op=ast.BitXor()) if not self.rational:
                raise LawError(f"{quoted(self.text)}: a power is written **, not ^")
            case ast.BinOp(left=left, op=operator, right=right) if self._operator(operator):
                return Expression(self._operator(operator), (self.read(left), self.read(right)))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords) if self._functions:
                if name not in self._functions:
                    near = did_you_mean(name, self._functions) or f"; known are {', '.join(self._functions)}"
                    raise LawError(f"no function is named {quoted(name)}{near}")
                if len(arguments) != 1 or keywords:
                    raise LawError(f"{name} takes one argument, in {quoted(self.text)}")
                return Expression(name, (self.read(arguments[0]),))
        operators = "+ - * /" if self.rational else "+ - * / **"
        known = ", ".join([*self._known, *self._functions])
        raise LawError(f"{quoted(self.text)} must be arithmetic ({operators}) in numbers and {known}")

    def _operator(self, operator: ast.operator) -> str:
        head = _OPERATORS.get(type(operator), "")
        return "" if self.rational and head not in _EXACTLY else head

    def _name(self, name: str) -> str:
        if name in self._known:
            return name
        if name in self._functions:
            raise LawError(f"{name} takes one argument, in {quoted(self.text)}")
        near = did_you_mean(name, [*self._known, *self._functions]) or f"; known are {', '.join(self._known)}"
        raise LawError(f"no quantity is named {quoted(name)}{near}")


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf
