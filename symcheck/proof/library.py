"""The theorems of the library, from their texts."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from symcheck.proof.kernel.proofs import Proof
from symcheck.proof.settings.worlds import world_of
from symcheck.proof.text.elaborate import elaborated
from symcheck.proof.text.outline import TextError
from symcheck.proof.text.theory import Theory
from symcheck.proof.text.vocabulary import NotationError

#: Names of texts; no path is one.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")


def shared(name: str) -> str | None:
    """A text that theorems use: declarations, definitions, lemmas."""
    return _text("settings", name)


def theorem_text(name: str) -> str | None:
    """The text of a theorem of the library."""
    return _text("theorems", name)


def _text(folder: str, name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return None
    file = files("symcheck.proof") / folder / f"{name}.txt"
    return file.read_text(encoding="utf-8") if file.is_file() else None


@cache
def load(name: str) -> Proof:
    """A theorem of the library.

    Raises:
        KeyError: there is none of that name.
    """
    text = theorem_text(name)
    if text is None:
        raise KeyError(name)
    return proof_of(text, f"theorems/{name}.txt")


def proof_of(text: str, source: str) -> Proof:
    """The proof that a text says.

    Raises:
        TextError: it is not in the notation; the message names file and line.
    """
    try:
        return made(elaborated(text, source, shared))
    except NotationError as wrong:
        raise TextError(source, 0, str(wrong)) from None
    except RecursionError:
        raise TextError(source, 0, "it is nested too deep to be read") from None


def made(theory: Theory) -> Proof:
    """The proof of a theory, with its worlds."""
    return Proof(
        theory.name,
        theory.title,
        theory.statement,
        theory.declared,
        tuple(theory.hypotheses),
        tuple(theory.definitions.values()),
        tuple(theory.parts),
        tuple(theory.conclusions),
        world_of(theory),
        theory.sources,
        theory.instance_of,
    )
