"""The one exception family of the package: a request that cannot be carried out."""


class SymcheckError(Exception):
    """A request that cannot be carried out; the message is one sentence for the user (exit status 2)."""


class NetworkError(SymcheckError, ValueError):
    """The arrays given do not form a network."""


class LawError(SymcheckError, ValueError):
    """No law has this name, or its arguments do not fit."""


class SubjectError(SymcheckError):
    """The subject named cannot be found, loaded or recognised as something that can be checked."""


def listed(names: object) -> str:
    """Join names for a sentence: ``a, b or c``."""
    words = [str(n) for n in names]  # type: ignore[attr-defined]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
