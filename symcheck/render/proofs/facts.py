"""What a theorem assumes, defines and speaks of, and references to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from symcheck.proof.kernel.proofs import Array, Hypothesis, Induction
from symcheck.proof.kernel.terms import Fact, Range, Term, entry, variable
from symcheck.proof.text.vocabulary import OUTCOME
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, Heading, Items, Line, Paragraph, Ref
from symcheck.render.formulas.boxes import Box, Name
from symcheck.render.formulas.notation import box, said, span, spans
from symcheck.render.formulas.prose import prose

#: The size that counts the outcomes, which nobody writes.
_OUTCOMES = "Omega"


def stated(fact: Fact) -> Line:
    """An equation with what its variables range over, and the functions that it holds for."""
    return (said(fact), *_for(spans(fact.ranges), fact.functions))


def _for(ranges: Iterable[Box], functions: Sequence[tuple[str, int]] = ()) -> Line:
    listed: list[str | Box] = []
    for b in ranges:
        listed += [", ", b]
    for name, _ in functions:
        listed += [", ", "every function ", Name(name)]
    return ("   for ", *listed[1:]) if listed else ()


class References:
    """Where in the document each fact of a theorem is stated.

    Args:
        theorem: whose facts these are; names are looked up among them.
    """

    def __init__(self, theorem: Theorem) -> None:
        self._theorem = theorem.name
        self._known = {f.name: f.name for f in (*theorem.definitions, *theorem.proof.declared.outputs)}
        self._known |= {f.name: h.name for h in theorem.assumptions for f in h.facts}
        for part in theorem.parts:
            names = [c.name for c in part.claims] if isinstance(part, Induction) else [part.goal.name]
            self._known |= {name: name for name in names}

    def anchor(self, name: str) -> str:
        """The place of what has this name."""
        return f"{self._theorem}.{name}"

    def to(self, name: str) -> str | Ref:
        """A reference to a fact, its mere name where it is stated nowhere."""
        return Ref(name, self.anchor(self._known[name])) if name in self._known else name


def statement(theorem: Theorem, refs: References) -> Iterator[Block]:
    """What is said in general, and of what."""
    lost = theorem.without and not theorem.accepted
    yield Heading(2, "No longer shown" if lost else "In general")
    yield Paragraph(prose(theorem.statement))
    if theorem.assumptions:
        yield Heading(2, "Assumed")
        yield Items(
            tuple(_assumed(h) for h in theorem.assumptions), tuple(refs.anchor(h.name) for h in theorem.assumptions)
        )
    letters = tuple(_letters(theorem))
    if letters:
        yield Heading(2, "Letters")
        yield Items(letters)
    facts = _in_order(theorem)
    if facts:
        yield Heading(2, "Definitions")
        yield Items(tuple(_defined(f, theorem) for f in facts), tuple(refs.anchor(f.name) for f in facts))


def _assumed(hypothesis: Hypothesis) -> tuple[Line, ...]:
    sizes = tuple((b,) for b in spans(hypothesis.sizes))
    return ((f"{hypothesis.name}: ", *prose(hypothesis.words)), *map(stated, hypothesis.facts), *sizes)


def _letters(theorem: Theorem) -> Iterator[tuple[Line, ...]]:
    """What is declared with its meaning, in one line what has the same."""
    declared = theorem.proof.declared
    shown: list[tuple[str, Box]] = [(r.name, span(r)) for r in declared.sizes if r.name != _OUTCOMES]
    shown += [(array.name, box(_entry(array))) for array in declared.arrays.values()]
    functions: list[tuple[str, Box]] = [(name, Name(name)) for name in declared.functions]
    for about, letters in (("", shown), ("a function", functions)):
        for words, group in groupby(letters, lambda one: declared.words.get(one[0], "")):
            listed = [part for _, b in group for part in (", ", b)]
            yield ((*listed[1:], *_meaning(words, about)),)


def _entry(array: Array) -> Term:
    return entry(array.name, *(variable(r.name) for r in array.domain))


def _meaning(words: str, otherwise: str = "") -> Line:
    shown = words or otherwise
    return (": ", *prose(shown)) if shown else ()


def _in_order(theorem: Theorem) -> list[Fact]:
    """The definitions; what is any function of other things stands before what is said of it."""
    waiting = list(theorem.proof.declared.outputs)
    found: list[Fact] = []
    for fact in theorem.definitions:
        mentioned = {t.head for t in fact.right.walk() if t.op == "entry"}
        found += [o for o in waiting if o.left.head in mentioned]
        waiting = [o for o in waiting if o.left.head not in mentioned]
        found.append(fact)
    return [*found, *waiting]


def _defined(fact: Fact, theorem: Theorem) -> tuple[Line, ...]:
    words: Line = (*prose(fact.words or fact.name), ":")
    if fact not in theorem.proof.declared.outputs:
        return words, stated(fact)
    own = [r for r in fact.ranges if r.name in fact.left.free]
    over = [r for r in fact.ranges if r.name not in fact.left.free]
    return words, (
        box(fact.left),
        " is any differentiable function of ",
        box(fact.right),
        *_for(_shown(over)),
        *_each(own),
    )


def _shown(ranges: Iterable[Range]) -> list[Box]:
    return spans(r for r in ranges if r.name != OUTCOME)


def _each(ranges: Iterable[Range]) -> Line:
    listed = [part for b in _shown(ranges) for part in (", ", b)]
    return ("; one for each ", *listed[1:]) if listed else ()
