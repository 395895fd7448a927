"""Exercises: the text of a theorem with steps left out, to be filled in and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from textwrap import wrap
from typing import Final

from symcheck.proof.library import shared, theorem_text
from symcheck.proof.text.moves import BLANK, MOVES, RULE_WORDS
from symcheck.proof.text.outline import Line, outlined

#: What is left out, from easy to hard.
LEVELS: Final[Mapping[str, str]] = {
    "easy": "one step in every third lemma, with its reason and what kind of step it is",
    "medium": "one step in every lemma, with its reason",
    "hard": "all steps of every lemma",
}
_HEAD = (
    "An exercise on {name}, {level}: left out is {left}. Put in place of each {blank} what leads to the next side: the name "
    "of a fact, which is put in from left to right; <- and its name, from right to left; or a rule: {rules}. Then check it "
    "with: symcheck prove FILE. Several steps go on one line with | between them. It says what is still open, and from where to where it has to lead."
)
#: What the words that begin a part give a name to.
_KINDS = {"define": "a definition", "given": "an assumption", "claim": "a claim of the induction", "lemma": "a lemma"}


def exercise(name: str, level: str) -> str:
    """The text of a theorem of the library with steps left out.

    Args:
        level: a key of `LEVELS`.

    Raises:
        KeyError: no such theorem or level.
    """
    text = theorem_text(name)
    if text is None:
        raise KeyError(name)
    whole = _inlined(text)
    lines = whole.splitlines()
    parts = outlined(whole, name)
    kinds = _kinds(parts)
    proofs = [p for p in map(_moves, _lemmas(parts)) if p]
    chosen = proofs[1::3] or proofs[-1:] if level == "easy" else proofs
    taken = {line.number: _GONE for line in _cases(parts)}
    for moves in chosen:
        taken |= _LEFT_OUT[level](moves, kinds, lines)
    head = _HEAD.format(name=name, level=level, left=LEVELS[level], blank=BLANK, rules=", ".join((*RULE_WORDS, *MOVES)))
    kept = (taken.get(number, line) for number, line in enumerate(lines, 1))
    return "\n".join(
        [*wrap(head, 110, initial_indent="# ", subsequent_indent="# "), "", *(k for k in kept if k != _GONE)]
    )


_GONE = "\0"


def _cases(parts: tuple[Line, ...]) -> Iterator[Line]:
    """The lines that say in which case an assumption is needed: no part of the proof."""
    for part in parts:
        for line in (part, *part.inner) if part.word in ("given", "needed") else ():
            if line.word == "needed":
                yield from (line, *line.inner)


def _inlined(text: str) -> str:
    """The text with the lemmas that it uses written out; mere declarations stay where they are."""
    found = []
    for line in text.splitlines():
        used = shared(line.split(maxsplit=1)[1].strip()) if line.startswith("use ") else None
        has_lemmas = used is not None and re.search(r"^(lemma|induction)\b", used, re.MULTILINE)
        found.append(_inlined(used) if used is not None and has_lemmas else line)
    return "\n".join(found)


def _lemmas(parts: tuple[Line, ...]) -> Iterator[Line]:
    for part in parts:
        if part.word == "induction":
            yield from (inner for inner in part.inner if inner.word in ("start", "keep"))
        elif part.word in ("lemma", "conclude") and part.inner:
            yield part


def _moves(lemma: Line) -> tuple[Line, ...]:
    """The steps of a lemma of which some can be left out: more than one, with a known side at the end."""
    moves = tuple(i for i in lemma.inner if i.word != "using")
    return () if len(moves) < 2 or ">= 0" in lemma.columns()[1] else moves


def _kinds(parts: tuple[Line, ...]) -> dict[str, str]:
    """What kind of fact each name stands for."""
    found = dict.fromkeys(RULE_WORDS, "a rule")
    waiting = list(parts)
    while waiting:
        line = waiting.pop()
        if line.word == "use" and (text := shared(line.rest)) is not None:
            waiting += outlined(text, line.rest)
        if line.word in _KINDS and line.rest:
            found[line.rest.split()[0]] = _KINDS[line.word]
        for inner in line.inner if line.word == "given" else ():
            if re.match(r"[\w-]+:", inner.text):
                found[inner.text.partition(":")[0]] = _KINDS["given"]
    return found


def _one(moves: tuple[Line, ...], kinds: Mapping[str, str] | None, lines: list[str]) -> dict[int, str]:
    """The last step ahead is left out: it leads to where the steps back from the end begin."""
    ahead = [m for m in moves if not m.text.startswith("<-")]
    left = ahead[-1] if ahead else moves[0]
    said, reason = left.columns()
    hints = [reason] if reason else []
    if kinds is not None:
        hints.append(kinds.get(re.sub(r"^(~|<-)\s*", "", said).split()[0], "a rule with more to be said"))
    return {left.number: _blank(lines[left.number - 1], "; ".join(hints))}


def _all(moves: tuple[Line, ...], kinds: Mapping[str, str], lines: list[str]) -> dict[int, str]:
    """All steps are left out, with the sides that are written under them."""
    first, *others = moves
    gone = [first.inner, *((m, *m.inner) for m in others)]
    taken = {line.number: _GONE for group in gone for line in group}
    return {**taken, first.number: _blank(lines[first.number - 1], f"{len(moves)} steps")}


def _blank(line: str, hint: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{BLANK}" + (f"{' ' * 20}# {hint}" if hint else "")


_LEFT_OUT: Mapping[str, Callable[[tuple[Line, ...], Mapping[str, str], list[str]], dict[int, str]]] = {
    "easy": _one,
    "medium": lambda moves, kinds, lines: _one(moves, None, lines),
    "hard": _all,
}
