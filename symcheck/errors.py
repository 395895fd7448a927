"""The one exception family of the package: a request that cannot be carried out, and the words its sentence is made of."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SymcheckError(Exception):
    """A request that cannot be carried out; the message is one sentence for the user (exit status 2)."""


class NetworkError(SymcheckError, ValueError):
    """The arrays given do not form a network."""


class LawError(SymcheckError, ValueError):
    """No law has this name, or its arguments do not fit."""


class RecipeError(SymcheckError, ValueError):
    """A recipe cannot be read: its file, a pattern, a block, or a law in it."""


class UnknownOptimizer(SymcheckError, ValueError):
    """No optimizer or optimizer class has this name, or a setting does not fit."""


class SubjectError(SymcheckError):
    """The subject named cannot be found, loaded or recognised as something that can be checked.

    Attributes:
        reason: ``no module``, ``no implementation``, or "" for any other.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class SubjectFailure(Exception):
    """The subject itself failed while it was loaded or called (a finding, not a bad request).

    Attributes:
        kind: raised, hung, died or nonsense.
        subject: the kind of subject that it had shown itself to be, or "".
    """

    def __init__(self, message: str, kind: str, subject: str = "") -> None:
        super().__init__(message)
        self.kind, self.subject = kind, subject


def listed(names: object) -> str:
    """Join names for a sentence: ``a, b or c``."""
    words = [str(n) for n in names]  # type: ignore[attr-defined]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def an(noun: str) -> str:
    """A noun with its indefinite article, by how it is spoken: an int, an ndarray, an MLPClassifier, a user."""
    spelled = noun[:2].isupper() and noun[0] in "AEFHILMNORSX"
    spoken = noun[:1].lower() in "aeio" or noun.lower().startswith(("ndarray", "nd ", "n-", "un", "8"))
    return f"an {noun}" if spelled or spoken else f"a {noun}"


def times(factor: float, digits: int = 7) -> str:
    """``once``, ``0.5 times``."""
    told = f"{factor:.{digits}g}"
    return "once" if told == "1" else f"{told} times"


def percent(share: float) -> str:
    """``1.6 %``, ``310 %``: two digits, never as a power of ten where it can be read."""
    value = 100 * share
    return f"{value:,.0f} %" if 100 <= value < 1e6 else f"{value:.2g} %"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """``1 unit``, ``1,024 units``; ``nouns`` where the plural is not with an s."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def every(count: int, noun: str) -> str:
    """``both units``, ``all 3 units``."""
    return f"both {noun}s" if count == 2 else f"all {count:,} {noun}s"


def close_to(name: str, known: Iterable[str]) -> list[str]:
    """Known names that one may have meant, nearest first; case and underscores count for little."""
    plain: dict[str, list[str]] = {}
    for word in known:
        plain.setdefault(word.lower().replace("_", ""), []).append(word)
    meant = name.lower().replace("_", "")
    near = difflib.get_close_matches(meant, plain, 3, 0.72)
    # What is much less like it than the nearest is not worth naming beside it.
    ratios = [difflib.SequenceMatcher(None, key, meant).ratio() for key in near]
    near = [key for key, ratio in zip(near, ratios, strict=True) if ratio > ratios[0] - 0.05]
    return [word for key in near for word in plain[key]][:3]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean X or Y?`` for the end of a sentence, or nothing."""
    near = close_to(name, known)
    return f"; did you mean {listed(near)}?" if near else ""
