"""Text that somebody else wrote, as it may be shown: one place makes it safe for a terminal, JSON, HTML and pytest."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from collections.abc import Iterable
from traceback import walk_tb
from typing import Any

#: Characters of a line that are shown, and of a name that stands in a sentence.
LONGEST_LINE, LONGEST_NAME = 2000, 80
#: Characters that are looked at where only the first line is wanted.
_MOST = 100_000
#: Files that are no user's own: of this package, of what is installed, of Python itself.
_LIBRARIES = re.compile(
    rf"^{re.escape(os.path.dirname(__file__))}|[/\\](site-packages|dist-packages|lib[/\\]python3[^/\\]*)[/\\]"
)


def plain(text: object, longest: int | None = LONGEST_LINE) -> str:
    """A text on one line that shows what it holds and does nothing: no control character, no ANSI sequence, no change of
    writing direction and no lone surrogate is left in it, each is spelled as Python would (``\\x1b``).

    Args:
        longest: characters that are kept; of a longer text the number of the others is told.
    """
    whole = exact_text(text)
    kept = whole if longest is None or len(whole) <= longest else whole[:longest]
    more = len(whole) - len(kept)
    shown = kept if kept.isprintable() else "".join(map(_spelled, kept))
    return f"{shown}… ({more:,} characters more)" if more else shown


def plain_lines(text: object, longest: int | None = LONGEST_LINE) -> str:
    """The same of a text whose line breaks are meant; ``longest`` counts for each line."""
    return "\n".join(plain(line, longest) for line in exact_text(text).split("\n"))


def first_line(error: BaseException) -> str:
    """The first line of an exception's message, with an ellipsis where there is more; its type where there is none."""
    try:
        lines = [line.strip() for line in exact_text(str(error))[:_MOST].splitlines() if line.strip()]
    except BaseException:
        # What the exception's own __str__ raises says nothing of what went wrong before.
        lines = []
    if not lines:
        return type_name(error)
    text = lines[0] if len(lines[0]) <= 200 else lines[0][:199].rstrip() + "…"
    return plain(f"{text} …" if len(lines) > 1 and not text.endswith("…") else text)


def describe(error: BaseException) -> str:
    """An exception in one line: its type and the first line of its message."""
    name, line = type_name(error), first_line(error)
    return name if line == name else f"{name}: {line}"


def traced(error: BaseException) -> str:
    """An exception in one line, with the innermost line of the user's own files that it passed through."""
    traceback = BaseException.__dict__["__traceback__"].__get__(error)
    steps = [(frame.f_code.co_filename, line) for frame, line in walk_tb(traceback)]
    own = [(name, line) for name, line in steps if not _LIBRARIES.search(name) and os.path.isabs(name)]
    where = f" ({os.path.basename(own[-1][0])}, line {own[-1][1]})" if own else ""
    return describe(error) + where


def type_name(value: object) -> str:
    """The name of the type of a value, whatever its metaclass says."""
    return plain(type.__dict__["__name__"].__get__(type(value)), LONGEST_NAME)


def exact_text(text: object) -> str:
    """A text without what a subclass of str may do at every step."""
    return str.__str__(text) if issubclass(type(text), str) else str(text)


def plain_values(value: Any) -> Any:
    """Figures as JSON can hold them: texts made plain, numbers that are not finite as text, arrays as lists."""
    if isinstance(value, dict):
        return {plain(k): plain_values(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(v) for v in value]
    if isinstance(value, str):
        return plain_lines(value, None)
    if hasattr(value, "item"):
        return plain_values(value.item() if getattr(value, "ndim", 0) == 0 else value.tolist())
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value


def command_line(words: Iterable[str]) -> str:
    """A command to be pasted into a shell; what cannot be printed is spelled so that the shell reads it back."""
    return " ".join(map(_word, words))


def _word(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    spelled = re.sub(r"[\\']", r"\\\g<0>", word)
    return f"$'{''.join(c if c.isprintable() else _as_bytes(c) for c in spelled)}'"


def _as_bytes(character: str) -> str:
    return "".join(
        f"\\x{byte:02x}"
        for byte in character.encode(errors="surrogateescape" if _escaped(character) else "surrogatepass")
    )


def _escaped(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _spelled(character: str) -> str:
    # Spaces of all widths only look odd.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()
