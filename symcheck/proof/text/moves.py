"""The steps of a lemma as they are written: moves, each a fact or a rule, forward or back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symcheck.proof.kernel.steps import Choice
from symcheck.proof.kernel.terms import Term
from symcheck.proof.text.expressions import Parser, parsed
from symcheck.proof.text.outline import Line
from symcheck.proof.text.vocabulary import NotationError, Vocabulary

#: Rules without a fact, by the word that stands for them.
RULE_WORDS: Mapping[str, str] = {
    "algebra": "algebra",
    "powers": "add exponents",
    "split": "sum rule",
    "factor": "factor out of a sum",
    "count": "count equal terms",
    "exchange": "exchange sums",
    "collapse": "collapse a sum",
    "differentiate": "differentiate",
    "linearity": "linearity of E",
    "cosines": "product of cosines",
    "values": "known values",
    "limit": "take the limit",
}
#: Moves that say more than one word, as they are written.
MOVES = (
    "through ENTRY over o, k",
    "cases l <= L-1: ONE, OTHER",
    "every FACT phi(u) = u^2",
    "reduce FACT",
    "antiderivative(r) = ...",
)
_CHOICE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\(([^()]*)\)\s*=\s*(.+)")
#: Stands for a step that is left to the reader.
BLANK = "?"


@dataclass(frozen=True)
class Move:
    """One move.

    Attributes:
        line: where it stands.
        rule: the name of a rule; empty for a fact, whose rule follows from what it is.
        facts: the facts that are put in.
        back: whether it leads from the side that follows to the one before.
        optional: whether it is left out where there is no such fact.
        at: terms for variables of the fact.
        choose: functions that are chosen.
        through, over: for the chain rule and for cases.
        target: the side that it leads to, if that is written.
        reason: in words.
    """

    line: Line
    rule: str = ""
    facts: tuple[str, ...] = ()
    back: bool = False
    optional: bool = False
    at: Mapping[str, Term] = field(default_factory=dict)
    choose: Mapping[str, Choice] = field(default_factory=dict)
    through: Term | None = None
    over: tuple[object, ...] = ()
    target: Term | None = None
    reason: str = ""


def moves_of(lines: tuple[Line, ...], words: Vocabulary) -> list[Move]:
    """The moves of a lemma.

    Raises:
        TextError: a line is not in the notation.
    """
    found: list[Move] = []
    for line in lines:
        try:
            said, reason = line.columns()
            if said.startswith("="):
                raise NotationError("a side is written under the step that leads to it")
            parts = [p.strip() for p in said.split(" | ")]
            made = [replace(_move(p, line, words), reason=reason) for p in parts]
            if line.inner:
                (below,) = line.inner[:1]
                if len(line.inner) > 1 or not below.text.startswith("="):
                    raise NotationError("under a step only the side that it leads to can stand: = ...")
                made[-1] = replace(made[-1], target=parsed(below.text[1:], words))
            found += made
        except NotationError as wrong:
            raise line.error(str(wrong)) from None
    return found


def _move(text: str, line: Line, words: Vocabulary) -> Move:
    move = Move(line)
    while True:
        if text.startswith("~"):
            move, text = replace(move, optional=True), text[1:].strip()
        elif text.startswith("<-"):
            move, text = replace(move, back=True), text[2:].strip()
        else:
            break
    if not text:
        raise NotationError("a step is missing")
    word, _, rest = text.partition(" ")
    rest = rest.strip()
    if word == BLANK:
        return replace(move, rule=BLANK)
    if word == "through":
        entry, _, over = rest.partition(" over ")
        names = tuple(n.strip() for n in over.split(",") if n.strip())
        return replace(move, rule="chain rule", through=parsed(entry, words), over=names)
    if word == "cases":
        return _cases(move, rest, words)
    if word == "every":
        return _every(move, rest, words)
    if word.startswith("antiderivative"):
        return _antiderivative(move, text, words)
    if word == "reduce":
        move, word, rest = replace(move, rule="reduce higher powers"), *_split(rest)
        if not word:
            raise NotationError("what is reduced is said by a fact: reduce FACT")
    if word in RULE_WORDS:
        if rest:
            raise NotationError(f"{word} takes nothing; put two spaces before the reason")
        return replace(move, rule=RULE_WORDS[word])
    return replace(move, facts=(word,), at=_at(rest, words))


def _split(text: str) -> tuple[str, str]:
    word, _, rest = text.partition(" ")
    return word, rest.strip()


def _at(text: str, words: Vocabulary) -> dict[str, Term]:
    """``at i = k, l = l + 1``."""
    if not text:
        return {}
    if not text.startswith("at "):
        raise NotationError(f"{text!r} is not expected: write 'at i = k', or two spaces before the reason")
    parser = Parser(text[3:], words)
    found = {}
    while True:
        name = parser.name()
        parser.take("=")
        found[name] = parser.expression()
        if not parser.peek():
            return found
        parser.take(",")


def _cases(move: Move, rest: str, words: Vocabulary) -> Move:
    """``cases l <= L - 1: one, other``."""
    condition, _, facts = rest.partition(":")
    parser = Parser(condition, words)
    name = parser.name()
    parser.take("<=")
    end = parser.expression()
    parser.end()
    names = tuple(n.strip() for n in facts.split(","))
    if len(names) != 2 or not all(names):
        raise NotationError("two cases have two facts: cases l <= L - 1: one, other")
    return replace(move, rule="cases", facts=names, through=parsed(name, words), over=(end,))


def _every(move: Move, rest: str, words: Vocabulary) -> Move:
    """``every NAME phi(u) = u^2; psi(u, w) = u w at i = i``."""
    name, rest = _split(rest)
    said, _, at = rest.partition(" at ")
    choose = {}
    for one in said.split(";"):
        chosen = _CHOICE.fullmatch(one.strip())
        if chosen is None:
            raise NotationError("a choice of functions is written: every NAME phi(u) = u^2")
        variables = tuple(_variable(v, words) for v in chosen[2].split(","))
        choose[chosen[1]] = Choice(variables, parsed(chosen[3], words))
    found = _at(f"at {at}", words) if at else {}
    return replace(move, rule="for every function", facts=(name,), choose=choose, at=found)


def _variable(text: str, words: Vocabulary) -> str:
    parser = Parser(text, words)
    name = parser.name()
    parser.end()
    return name


def _antiderivative(move: Move, text: str, words: Vocabulary) -> Move:
    """``antiderivative(r) = -exp(-r)``."""
    chosen = _CHOICE.fullmatch(text)
    if chosen is None or chosen[1] != "antiderivative":
        raise NotationError("an antiderivative is written: antiderivative(r) = ...")
    choice = Choice((_variable(chosen[2], words),), parsed(chosen[3], words))
    return replace(move, rule="fundamental theorem", choose={"antiderivative": choice})
