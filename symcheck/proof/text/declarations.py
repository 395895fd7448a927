"""The directives that declare: sizes, arrays, functions, the order of computation, definitions, and the texts about a theorem."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from symcheck.proof.kernel.declared import COMMON
from symcheck.proof.kernel.proofs import Array
from symcheck.proof.kernel.steps import Order
from symcheck.proof.kernel.terms import ONE, OUTCOMES, Fact, Range, Term, number, variable
from symcheck.proof.text.expressions import parsed
from symcheck.proof.text.outline import Line
from symcheck.proof.text.statements import equation, ranges
from symcheck.proof.text.theory import Theory
from symcheck.proof.text.vocabulary import OUTCOME, NotationError, Vocabulary

_SIGNATURE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:[\[(]([^\])]*)[\])])?")


def _theorem(theory: Theory, line: Line) -> None:
    """``theorem NAME``, under it the title."""
    if len(line.text.split()) != 2:
        raise NotationError("it begins: theorem NAME, in one word")
    theory.name, theory.title = line.rest, _paragraph(line)


def _paragraph(line: Line) -> str:
    return " ".join(" ".join(i.text.split()) for i in line.inner)


def _says(theory: Theory, line: Line) -> None:
    """``says``, under it what the theorem says."""
    theory.statement = _paragraph(line)


def _source(theory: Theory, line: Line) -> None:
    theory.sources = f"{line.rest} {_paragraph(line)}".strip()


def _instance(theory: Theory, line: Line) -> None:
    theory.instance_of = f"{line.rest} {_paragraph(line)}".strip()


def _world(theory: Theory, line: Line) -> None:
    theory.world = line.rest


def sizes_of(line: Line, words: Vocabulary) -> list[Range]:
    """``size L, N in 1..``."""
    return ranges(line.columns()[0].partition(" ")[2], words)


def _size(theory: Theory, line: Line) -> None:
    for r in sizes_of(line, theory.words):
        theory.sizes[r.name] = r
        theory.meanings[r.name] = line.columns()[1]


def _signatures(text: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    position = 0
    while position < len(text):
        m = _SIGNATURE.match(text, position)
        if m is None:
            raise NotationError(f"{text[position:]!r} is no array: write W[t, l, i, j], with its indices")
        found.append((m[1], tuple(v.strip() for v in (m[2] or "").split(",") if v.strip())))
        rest = text[m.end() :].lstrip()
        position = len(text) - len(rest)
        if rest and not rest.startswith(","):
            raise NotationError(f"{rest!r} is not expected")
        if rest:
            position += 1 + len(rest[1:]) - len(rest[1:].lstrip())
    if not found:
        raise NotationError("a name is missing")
    return found


def _arrays(theory: Theory, line: Line, least: int | None = None, random: bool = False) -> None:
    """``array W[t, l, i, j]   for t in 0.., l in 1..L, i in 1..n[l]``: what is not said has no ends."""
    said, spans, words = _parts(line)
    for name, indices in _signatures(said):
        domain = [Range(OUTCOME, ONE, variable(OUTCOMES))] if random else []
        known = {r.name: r for r in ranges(spans, theory.words)} if spans else {}
        domain += [known.get(i, Range(i)) for i in indices]
        if name in {*theory.functions, *theory.macros}:
            raise NotationError(f"{name} stands for something already")
        theory.arrays[name] = Array(name, tuple(domain), least, random)
        theory.meanings[name] = words


def _parts(line: Line) -> tuple[str, str, str]:
    said, *more = re.split(r"\s{2,}", line.text)
    said = said.split(maxsplit=1)[1] if len(said.split(maxsplit=1)) > 1 else ""
    spans = next((m[4:] for m in more if m.startswith("for ")), "")
    words = next((m for m in more if not m.startswith("for ") and not m.startswith("least ")), "")
    return said, spans, words


def _integers(theory: Theory, line: Line) -> None:
    """``integers n[l]   least 1``: an array of integers."""
    least = re.search(r"\bleast (\d{1,6})\b", line.text)
    if least is None:
        raise NotationError("an array of integers says its least value: integers n[l]   least 1")
    _arrays(theory, line, int(least[1]))


def _random(theory: Theory, line: Line) -> None:
    """``random z[l, i]   for ...``: an array of random variables."""
    theory.sizes.setdefault(OUTCOMES, Range(OUTCOMES, ONE))
    _arrays(theory, line, random=True)


def _functions(theory: Theory, line: Line) -> None:
    """``function sigma(l, v)``."""
    said, _, words = _parts(line)
    for name, arguments in _signatures(said):
        if name in {*theory.arrays, *theory.macros}:
            raise NotationError(f"{name} stands for something already")
        theory.functions[name] = len(arguments)
        theory.meanings[name] = words


def _let(theory: Theory, line: Line) -> None:
    """``let name(a, b) = expression``: an abbreviation. The first one of a name stands, so that a text can choose
    for what it uses."""
    said, _, body = line.rest.partition("=")
    signatures = _signatures(said.strip())
    if len(signatures) != 1 or not body.strip():
        raise NotationError("an abbreviation is written: let name(a, b) = expression")
    ((name, parameters),) = signatures
    if name in {*theory.arrays, *theory.functions, *theory.sizes, *COMMON, OUTCOME}:
        raise NotationError(f"{name} stands for something already")
    theory.macros.setdefault(name, (parameters, body.strip()))


def _order(theory: Theory, line: Line) -> None:
    """``order W[t, l, i, j]   step t, used 3 l``, or ``made 3 l + 1``, ``last``, ``after all``: its place in the computation."""
    said, *more = re.split(r"\s{2,}", line.text)
    words = theory.words
    parts = [p.partition(" ") for p in ", ".join(more).split(", ")]
    places = {word: rest.strip() for word, _, rest in parts}
    if unknown := places.keys() - {"step", "made", "used", "last", "after"}:
        raise NotationError(f"{', '.join(sorted(unknown)) or 'nothing'} says no place in the order of computation")
    if empty := [word for word in ("step", "made", "used") if places.get(word) == ""]:
        raise NotationError(f"a place is missing after {', '.join(empty)}")
    if not places.keys() & {"made", "used", "last", "after"}:
        raise NotationError("an order says where an array is made or used: order z[t, l, i]   step t, made 3 l + 1")

    def place(name: str, other: Term) -> Term:
        return parsed(places[name], words) if places.get(name) else other

    late = 1 if "last" in places else 2 if "after" in places else 0
    for name, indices in _signatures(said.partition(" ")[2].strip()):
        made = place("made", number(0))
        theory.order[name] = Order(indices, place("step", number(0)), made, place("used", made), late)


def _any(theory: Theory, line: Line) -> None:
    """``any E[t] of z[t, L, s, o]   in words``: any function of these entries."""
    said, words = line.columns()
    left, _, right = said.partition(" ")[2].partition(" of ")
    fact = equation(f"any {left}", f"{left} = {right}", theory.words, theory.sizes)
    theory.outputs.append(replace(fact, words=words))


def _define(theory: Theory, line: Line) -> None:
    """``define NAME   in words``, under it the equation."""
    said, words = line.columns()
    parts = said.split(maxsplit=1)
    if len(parts) != 2 or len(line.inner) != 1:
        raise NotationError("a definition is written: define NAME   in words, under it one equation")
    if parts[1] in theory.facts():
        raise NotationError(f"{parts[1]} stands for something already")
    try:
        fact: Fact = equation(parts[1], line.inner[0].text, theory.words, theory.sizes)
    except NotationError as wrong:
        raise line.inner[0].error(str(wrong)) from None
    theory.definitions[parts[1]] = replace(fact, words=words)


DIRECTIVES: Mapping[str, Callable[[Theory, Line], None]] = {
    "theorem": _theorem,
    "says": _says,
    "source": _source,
    "instance": _instance,
    "world": _world,
    "size": _size,
    "array": _arrays,
    "integers": _integers,
    "random": _random,
    "function": _functions,
    "let": _let,
    "order": _order,
    "any": _any,
    "define": _define,
}
