"""What draws were identified as, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.diagnosis.identified import Identified, Measured
from symcheck.diagnosis.scale_sentences import scale_sentence
from symcheck.distribution.shape import word

#: Why nothing was identified.
_UNTOLD = {
    "not_finite": "some entries are not finite numbers, so it is no law",
    "single": "a single number tells no law",
    "extreme": "the entries are too large or too small to be told from overflow, and were not identified",
}


def law_sentence(found: Identified) -> str:
    """Which laws it may be."""
    if found.family in _UNTOLD:
        return _UNTOLD[found.family]
    if found.law is None:
        draws = "entries of no familiar distribution" if found.family == "unfamiliar" else f"{word(found.family)} draws"
        return f"{draws} of no law of the catalogue"
    others = [law.name for law in found.consistent[1:]]
    if found.exact:
        return f"{found.law.name}, entry by entry"
    if not others:
        return f"{found.law.name}: no other law of the catalogue is consistent with the draws"
    return f"{found.law.name}, or {_either(others)}: the shapes that were drawn do not tell them apart"


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def documented_sentence(found: Identified) -> str | None:
    """What the library documents, and whether it holds."""
    if found.documented is None:
        return None
    return f"its library documents {found.documented.name}: {'so it is' if found.holds else 'the draws are not of it'}"


def mistake_sentence(found: Identified) -> str | None:
    """The nearest known mistake."""
    return None if found.mistake is None else scale_sentence(found.mistake)


def measured_sentence(measured: Measured) -> str:
    """The scale of one layer, with its interval."""
    between = (
        "" if measured.interval is None else f", between {measured.interval.low:.4g} and {measured.interval.high:.4g}"
    )
    return f"std {measured.std:.4g}{between}   mean {measured.mean:.3g}   {measured.draws:,} draws at {measured.layer}"
