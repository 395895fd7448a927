"""The names that things have in Rocq: one name, one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from symcheck.proof.kernel.terms import Fresh, Range
from symcheck.proof.rocq.indices import NotWritable
from symcheck.proof.rocq.statement import Statement, terms_of

#: The ring of all numbers of a theorem.
RING: Final = "K"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*'*")
#: Words that Rocq and ssreflect keep for themselves, and names that the proofs use.
_RESERVED: Final = frozenset(
    {
        "as",
        "at",
        "by",
        "cofix",
        "do",
        "else",
        "end",
        "exists",
        "exists2",
        "fix",
        "for",
        "forall",
        "fun",
        "have",
        "if",
        "in",
    }
    | {"is", "isn", "let", "match", "mod", "of", "Prop", "return", "Set", "SProp", "suff", "then", "Type", "using"}
    | {"where", "with", "without", "wlog", RING, f"{RING}_ring", "ring_of", "equal_in", "same", "inside"}
)


def fact_name(name: str) -> str:
    """How a fact is called as a premise.

    Raises:
        NotWritable: it cannot be.
    """
    return checked(name.replace("-", "_"))


def function_name(head: tuple[str, int]) -> str:
    """How a function, or its derivative, is called."""
    return checked(head[0] + "'" * head[1])


def range_name(range_: Range) -> str:
    """How the range of a size is called as a premise."""
    return checked(f"{range_.name}_range")


def checked(name: str) -> str:
    """A name, if it is one in Rocq.

    Raises:
        NotWritable: it is not.
    """
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise NotWritable(f"nothing can be called {name!r} in Rocq")
    return name


def fresh(name: Any, taken: Iterable[str]) -> str:
    """A name for a bound variable that neither Rocq nor anything else around has.

    Raises:
        NotWritable: what it should be called is no name.
    """
    hint = name.hint if isinstance(name, Fresh) else str(name)
    if not _NAME.fullmatch(hint):
        raise NotWritable(f"nothing can be called {hint!r} in Rocq")
    avoided = {*taken, *_RESERVED}
    numbered = (f"{hint}{number}" for number in range(1, len(avoided) + 2))
    return hint if hint not in avoided else next(n for n in numbered if n not in avoided)


def names_of(statement: Statement) -> tuple[str, ...]:
    """The names that a statement gives, for all it speaks of.

    Raises:
        NotWritable: one name stands for two things, or is none.
    """
    functions = sorted({t.head for t in terms_of(statement.facts) if t.op == "function"})
    names = (
        *(name for r in statement.sizes for name in (checked(str(r.name)), range_name(r))),
        *(checked(a) for a in (*statement.integers, *statement.arrays)),
        *(function_name(head) for head in functions),
        *(fact_name(f.name) for f in statement.premises),
    )
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise NotWritable(f"{', '.join(twice)} stands for more than one thing in {statement.name}")
    return names
