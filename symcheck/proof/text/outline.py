"""A text as its blocks: directives at the margin, what belongs to them indented, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symcheck.errors import SymcheckError

#: Longer texts are refused.
MOST_LINES = 3000
_COLUMNS = re.compile(r"\s{2,}|\t")


class TextError(SymcheckError):
    """What is written is no theorem; the message names the file and the line."""

    def __init__(self, source: str, line: int, why: str) -> None:
        super().__init__(f"{source}, line {line}: {why}" if line else f"{source}: {why}")
        self.source, self.line, self.why = source, line, why


@dataclass(frozen=True)
class Line:
    """A line with what is indented under it.

    Attributes:
        source, number: the name of its file and its number there.
        text: without indentation and comments.
        inner: the lines indented under it.
    """

    source: str
    number: int
    text: str
    inner: tuple[Line, ...] = ()

    @property
    def word(self) -> str:
        """Its first word."""
        return self.text.split(maxsplit=1)[0]

    @property
    def rest(self) -> str:
        """What follows the first word."""
        parts = self.text.split(maxsplit=1)
        return parts[1] if len(parts) > 1 else ""

    def columns(self) -> tuple[str, str]:
        """What stands before and after the first wide space."""
        first, *rest = _COLUMNS.split(self.text, maxsplit=1)
        return first.strip(), rest[0].strip() if rest else ""

    def error(self, why: str) -> TextError:
        """What is wrong here."""
        return TextError(self.source, self.number, why)


@dataclass
class _Open:
    number: int
    indent: int
    text: str
    inner: list[_Open] = field(default_factory=list)


def outlined(text: str, source: str) -> tuple[Line, ...]:
    """The blocks of a text.

    Raises:
        TextError: an indentation that belongs to nothing, or too long a text.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise TextError(source, 0, f"a theorem has at most {MOST_LINES} lines")
    top = _Open(0, -1, "")
    around = [top]
    for number, written in enumerate(lines, 1):
        if hidden := next((c for c in written if not c.isprintable() and c != "\t"), ""):
            # A comment that ends where nobody sees it, or words that are shown in another order, say something else.
            raise TextError(source, number, f"the character {hidden!r} is not shown")
        shown = _without_comment(written).expandtabs(8).rstrip()
        if not shown.strip():
            continue
        indent = len(shown) - len(shown.lstrip())
        while around[-1].indent >= indent:
            around.pop()
        if around[-1] is top and indent:
            raise TextError(source, number, "this line is indented under nothing")
        if len(around) > 8:
            raise TextError(source, number, "this line is indented too deep")
        opened = _Open(number, indent, shown.strip())
        around[-1].inner.append(opened)
        around.append(opened)
    return tuple(_closed(o, source) for o in top.inner)


def _without_comment(line: str) -> str:
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0]


def _closed(opened: _Open, source: str) -> Line:
    return Line(source, opened.number, opened.text, tuple(_closed(o, source) for o in opened.inner))
