"""A theorem that somebody else wrote: read with care, and gone through by the same kernel, which trusts nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from symcheck.errors import SymcheckError
from symcheck.proof import THEOREMS
from symcheck.proof.changes import changes
from symcheck.proof.kernel.proofs import Proof
from symcheck.proof.library import proof_of, shared
from symcheck.proof.text.outline import Line, TextError, outlined
from symcheck.proof.theorem import Theorem, proved
from symcheck.texts import first_line

#: Longer files are not read.
MOST_BYTES = 200_000


def read(path: str) -> str:
    """The text of a file.

    Raises:
        TextError: there is none, or it is no text that a theorem can be written in.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise TextError(path, 0, "this is a folder, not a text")
        if not file.is_file():
            raise TextError(path, 0, "there is no such file")
        if (size := file.stat().st_size) > MOST_BYTES:
            raise TextError(path, 0, f"{size:,} bytes are too many: a theorem has at most {MOST_BYTES:,}")
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise TextError(path, 0, f"this is no text in UTF-8 (byte {wrong.start})") from None
    except (OSError, ValueError) as wrong:
        raise TextError(path, 0, f"it cannot be read: {getattr(wrong, 'strerror', None) or wrong}") from None
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        for letter in line:
            if letter != "\t" and (unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029"):
                raise TextError(path, number, f"the control character U+{ord(letter):04X} cannot stand in a theorem")
    return text


def gone_through(path: str, without: tuple[str, ...] = ()) -> Theorem:
    """Let the kernel go through the proof in a file.

    Raises:
        TextError: it is no theorem; the message names file and line.
        SymcheckError: there is no such hypothesis to be dropped.
    """
    text = read(path)
    if not any(line.word == "theorem" for line in outlined(text, path)):
        raise TextError(path, 1, "a theorem begins with the line: theorem NAME")
    try:
        proof = proof_of(text, path)
        _cases_hold(proof, text, path)
        return proved(proof, without, shown=False)
    except TextError as wrong:
        if wrong.line:
            raise
        raise _placed(wrong.why, text, path) from wrong
    except ValueError as wrong:
        raise _placed(str(wrong), text, path) from wrong
    except (RecursionError, MemoryError, OverflowError, ZeroDivisionError, KeyError, IndexError, TypeError) as wrong:
        raise TextError(path, 0, f"this is no theorem that can be checked: {_cause(wrong)}") from wrong


def unchecked_cases(proof: Proof) -> bool:
    """Whether there are lines ``needed`` that nobody judges: of another theorem than one of the library."""
    own = any(h.needed for h in proof.hypotheses)
    return own and (proof.name not in THEOREMS or bool(changes(proof)))


def _cases_hold(proof: Proof, text: str, path: str) -> None:
    """Judge the cases of a theorem of the library that stand in the file itself.

    Raises:
        TextError: one does not show what it is there to show.
    """
    places = dict(_cases(outlined(text, path)))
    written = [h for h in proof.hypotheses if h.needed and h.name in places]
    if not written or unchecked_cases(proof):
        return
    # What judges cases trains networks; a theorem by itself does not.
    from symcheck.proof.needed import counterexample

    for h in written:
        try:
            counterexample(proof.name, h.name, h.needed)
        except SymcheckError as wrong:
            raise places[h.name].error(str(wrong)) from wrong


def _cases(lines: tuple[Line, ...]) -> Iterator[tuple[str, Line]]:
    """The lines ``needed``, each with the hypothesis that it is about."""
    for line in lines:
        if line.word == "needed" and line.rest:
            yield line.rest.split()[0], line
        elif line.word == "given" and line.rest:
            yield from ((line.rest.split()[0], inner) for inner in line.inner if inner.word == "needed")


def _cause(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "something in it is nested too deep"
    return "it needs too much memory" if isinstance(error, MemoryError) else first_line(error)


def _placed(message: str, text: str, path: str) -> TextError:
    """What is wrong, at the line of what the message speaks of."""
    places = {name: line for line in _all(outlined(text, path)) for name in _named(line)}
    words = re.findall(r"[^\s(),']+", message)
    # A message says at its end where it found what is wrong.
    line = next((places[w] for w in reversed(words) if w in places), None)
    return TextError(path, 0, message) if line is None else line.error(message)


def _all(lines: tuple[Line, ...]) -> Iterator[Line]:
    for line in lines:
        if line.word == "use" and (text := shared(line.rest)) is not None:
            yield from _all(outlined(text, f"settings/{line.rest}.txt"))
        yield line
        yield from line.inner


def _named(line: Line) -> list[str]:
    """What a line gives a name to."""
    said = line.columns()[0].split()
    if line.word in ("world", "given", "define", "claim", "lemma", "conclude", "start", "keep"):
        return said[1:2]
    if line.word in ("array", "integers", "random", "function", "size", "let"):
        return re.findall(r"([A-Za-z_][A-Za-z0-9_]*)(?=[\[(,\s]|$)", line.columns()[0].split(maxsplit=1)[-1])
    return []
