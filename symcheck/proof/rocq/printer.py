"""Terms and facts of the kernel, written in Gallina with the notations of mathcomp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from symcheck.proof.kernel.terms import ZERO, Fact, Range, Term, bound_range, open_, variable
from symcheck.proof.rocq.indices import Affine, NotWritable, affine, argument, bounds, is_natural, written
from symcheck.proof.rocq.names import RING, fresh, function_name, names_of, range_name
from symcheck.proof.rocq.statement import Statement

#: How the notations bind: what binds at most so loosely stands without brackets where this is asked for.
_ATOM, _POSTFIX, _PRODUCT, _SUM, _ADDITION = 0, 3, 40, 41, 50


@dataclass(frozen=True)
class Printer:
    """Writes what a statement says.

    Attributes:
        statement: declares the arrays and functions.
        names: how the variables around are called.
        around: their ranges.
        taken: the names of all else.
    """

    statement: Statement
    names: Mapping[Any, str]
    around: Mapping[Any, Range]
    taken: frozenset[str]

    def fact(self, fact: Fact) -> str:
        """``forall variables, ranges -> left = right``.

        Raises:
            NotWritable: it has no counterpart in Rocq.
        """
        if fact.functions:
            raise NotWritable(f"{fact.name} is about all functions of a kind")
        printer, guards = self, []
        for r in fact.ranges:
            guards += [f"{g} ->" for g in printer.guards(r)]
            printer = printer.inside(r)
        binders = [(printer.names[r.name], "nat" if r.kind == "index" else RING) for r in fact.ranges]
        lines = [f"forall {_grouped(binders)},"] if binders else []
        lines += [" ".join(guards)] if guards else []
        return "\n        ".join([*lines, printer._relation(fact)])

    def inside(self, range_: Range) -> Printer:
        """The printer inside a binder, where its variable has a name that nothing else has.

        Raises:
            NotWritable: the variable stands for something around already, or has no name.
        """
        if range_.name in self.names:
            raise NotWritable(f"{range_.name} stands for two things")
        name = fresh(range_.name, {*self.taken, *self.names.values()})
        return replace(self, names={**self.names, range_.name: name}, around={**self.around, range_.name: range_})

    def guards(self, range_: Range) -> tuple[str, ...]:
        """The range of a variable that is to be bound here, as premises.

        Raises:
            NotWritable: an index may be negative.
        """
        inner = self.inside(range_)
        name = inner.names[range_.name]
        if range_.kind != "index":
            return {"real": (), "nonnegative": (f"0 <= {name}",), "positive": (f"0 < {name}",)}[range_.kind]
        low, high = self._end(range_.low), self._end(range_.high)
        if low is None or not is_natural(low, self.around):
            raise NotWritable(f"{name} may be negative, and indices are natural numbers in Rocq")
        return bounds(None if low == Affine() else low, affine(variable(range_.name)), high, inner._atom)

    def _end(self, end: Term | None) -> Affine | None:
        """An end of a range, which mentions nothing but what is around."""
        if end is None:
            return None
        if unknown := end.free - self.names.keys():
            raise NotWritable(f"nothing is known of {', '.join(sorted(map(str, unknown)))}")
        return affine(end)

    def _relation(self, fact: Fact) -> str:
        left = self.number(fact.left, _ADDITION)
        # Where nothing but counted indices is said, Rocq could not tell the ring.
        ring = "" if self._tells_ring(fact.left) or self._tells_ring(fact.right) else f" :> {RING}"
        if fact.relation == "=":
            return f"{left} = {self.number(fact.right, _ADDITION)}{ring}"
        if fact.right != ZERO or fact.relation not in (">=", "!="):
            raise NotWritable(f"{fact.name} is neither an equation nor compared with 0")
        return f"0 <= {left}{ring}" if fact.relation == ">=" else f"{left} != 0{ring}"

    def _tells_ring(self, term: Term) -> bool:
        return any(t.op in ("function", "entry") and not self._counts(t) for t in term.walk())

    def _counts(self, term: Term) -> bool:
        return term.op == "entry" and term.head in self.statement.integers

    def number(self, term: Term, loosest: int) -> str:
        """An element of the ring, in brackets if it binds more loosely than ``loosest``.

        Raises:
            NotWritable: it has no counterpart in Rocq.
        """
        if term.op not in _WRITERS:
            raise NotWritable(f"{term.op} has no meaning over a ring")
        level, text = _WRITERS[term.op](self, term)
        return text if level <= loosest else f"({text})"

    def _atom(self, term: Term) -> str:
        """A variable, or an entry of an array of natural numbers."""
        if term.op == "entry":
            return self._applied(term.head, term.args, self.statement.integers)
        if term.head not in self.names or self.around[term.head].kind != "index":
            raise NotWritable(f"{term.head} is no index")
        return self.names[term.head]

    def _applied(self, array: str, indices: tuple[Term, ...], declared: Mapping[str, int]) -> str:
        if declared.get(array) != len(indices):
            raise NotWritable(f"{array} with {len(indices)} indices is not declared")
        return " ".join([array, *(self._index(i) for i in indices)])

    def _index(self, term: Term) -> str:
        value = affine(term)
        if not is_natural(value, self.around):
            # Rocq would cut the subtraction off at 0 and read another entry.
            raise NotWritable(f"the index {written(value, self._atom)} may be negative")
        return argument(value, self._atom)


Written = tuple[int, str]


def _number(printer: Printer, term: Term) -> Written:
    value: Fraction = term.head
    if value.denominator > 1:
        raise NotWritable(f"{value} is no element of every ring")
    text = str(abs(value)) if abs(value) < 2 else f"{abs(value)}%:R"
    return (_ADDITION, f"- {text}") if value < 0 else (_POSTFIX, text)


def _variable(printer: Printer, term: Term) -> Written:
    if term.head not in printer.names:
        raise NotWritable(f"nothing is known of {term.head}")
    name = printer.names[term.head]
    return (_POSTFIX, f"{name}%:R") if printer.around[term.head].kind == "index" else (_ATOM, name)


def _entry(printer: Printer, term: Term) -> Written:
    if printer._counts(term):
        return _POSTFIX, f"({printer._atom(term)})%:R"
    # An application binds more tightly than every operation, but its own brackets are needed before a postfix.
    return _PRODUCT - 1, printer._applied(term.head, term.args, printer.statement.arrays)


def _function(printer: Printer, term: Term) -> Written:
    name, *_ = term.head
    if printer.statement.functions.get(name) != len(term.args):
        raise NotWritable(f"the function {name} of {len(term.args)} arguments is not declared")
    *indices, last = term.args
    arguments = [*(printer._index(i) for i in indices), printer.number(last, _ATOM)]
    return _PRODUCT - 1, " ".join([function_name(term.head), *arguments])


def _sum(printer: Printer, term: Term) -> Written:
    name, body = open_(term)
    over = bound_range(term, name)
    inner = printer.inside(over)
    if not is_natural(affine(term.args[0]), printer.around):
        raise NotWritable(f"the index {inner.names[name]} of a sum may be negative")
    # The range of \sum excludes its end. Where end + 1 is negative, cutting it off at 0 leaves the sum empty.
    low, end = written(affine(term.args[0]), printer._atom), argument(affine(term.args[1]) + 1, printer._atom)
    return _SUM, f"\\sum_({low} <= {inner.names[name]} < {end}) {inner.number(body, _SUM)}"


def _add(printer: Printer, term: Term) -> Written:
    text = ""
    for a in term.args:
        positive = _negated(a)
        if not text:
            # A sum at the left of + needs no brackets in Rocq, and readers do.
            text = printer.number(a, _ADDITION if positive is not None else _PRODUCT)
        elif positive is None:
            text += f" + {printer.number(a, _SUM)}"
        else:
            text += f" - {printer.number(positive, _SUM)}"
    return _ADDITION, text


def _negated(term: Term) -> Term | None:
    """What a term is the negative of, if it is written with a minus."""
    first = term.args[0] if term.op == "mul" else term
    if first.op != "number" or first.head >= 0:
        return None
    positive = Term("number", -first.head)
    if term.op != "mul":
        return positive
    rest = term.args[1:] if positive.head == 1 else (positive, *term.args[1:])
    return rest[0] if len(rest) == 1 else Term("mul", None, rest)


def _mul(printer: Printer, term: Term) -> Written:
    positive = _negated(term)
    if positive is not None:
        return _ADDITION, f"- {printer.number(positive, _PRODUCT - 1)}"
    first, *rest = term.args
    return _PRODUCT, " * ".join([printer.number(first, _PRODUCT), *(printer.number(a, _PRODUCT - 1) for a in rest)])


def _pow(printer: Printer, term: Term) -> Written:
    base, exponent = term.args
    if exponent.op != "number" or exponent.head.denominator > 1:
        raise NotWritable("the exponent of a power is not a number")
    text, times = printer.number(base, _POSTFIX), int(exponent.head)
    if times >= 0:
        return _PRODUCT - 1, f"{text} ^+ {times}"
    if base.op != "entry" or base.head not in printer.statement.invertible:
        # In mathcomp 1 / 0 is 0, which would be said of it in silence.
        raise NotWritable("it is divided by what no premise says is not 0")
    return _POSTFIX, f"{text}^-1" if times == -1 else f"{text} ^- {-times}"


def _delta(printer: Printer, term: Term) -> Written:
    one, other = (written(affine(a), printer._atom) for a in term.args)
    return _POSTFIX, f"({one} == {other} :> nat)%:R"


_WRITERS: Final[Mapping[str, Callable[[Printer, Term], Written]]] = {
    "number": _number,
    "variable": _variable,
    "entry": _entry,
    "function": _function,
    "sum": _sum,
    "add": _add,
    "mul": _mul,
    "pow": _pow,
    "delta": _delta,
}


def _grouped(binders: list[tuple[str, str]]) -> str:
    sorts = dict.fromkeys(sort for _, sort in binders)
    groups = [(sort, " ".join(n for n, own in binders if own == sort)) for sort in sorts]
    if len(groups) == 1:
        return f"{groups[0][1]} : {groups[0][0]}"
    return " ".join(f"({names} : {sort})" for sort, names in groups)


def opened(statement: Statement) -> tuple[Printer, tuple[tuple[str, str], ...]]:
    """The printer of what a statement says, outside all binders; and the ranges of its sizes, by name.

    Raises:
        NotWritable: one name stands for two things, or a size may be negative.
    """
    taken = frozenset(names_of(statement))
    printer, guards = Printer(statement, {}, {}, frozenset()), []
    for r in statement.sizes:
        bounded = printer.guards(r)
        guards += [(range_name(r), " /\\ ".join(bounded))] if bounded else []
        printer = printer.inside(r)
    return replace(printer, taken=taken), tuple(guards)
