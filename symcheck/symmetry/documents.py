"""What a document is held to before it is taken for a certificate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from symcheck.errors import SymcheckError
from symcheck.types import Flags, Floats, Labels

#: Of what a message repeats of a document.
_SHOWN = 60


class MalformedCertificate(SymcheckError, ValueError):
    """A document that is not a certificate, or that contradicts itself."""


def read_json(text: str) -> Any:
    """The value that JSON spells.

    Raises:
        MalformedCertificate: not JSON, or an object that has one key twice.
    """
    try:
        return json.loads(text, object_pairs_hook=_without_repetition)
    except MalformedCertificate:
        raise
    except (ValueError, TypeError, RecursionError):
        raise MalformedCertificate("the certificate is not JSON") from None


def _without_repetition(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MalformedCertificate("the certificate has one key twice")
    return found


def require_keys(what: str, data: Any, keys: Sequence[str]) -> None:
    """Refuse what is no dictionary with these keys and no others.

    Raises:
        MalformedCertificate: it is not.
    """
    if not isinstance(data, dict):
        raise MalformedCertificate(f"{what} is not an object with keys")
    if missing := [key for key in keys if key not in data]:
        raise MalformedCertificate(f"{what} has no {missing[0]!r}")
    if extra := [key for key in data if key not in keys]:
        raise MalformedCertificate(f"{what} has an unknown key {str(extra[0])[:_SHOWN]!r}")


def whole_numbers(name: str, data: Any, count: int | None = None) -> Labels:
    """A list of so many integers that an index may have; True is none.

    Raises:
        MalformedCertificate: something else.
    """
    entries = _list(name, data, count)
    if any(type(one) is not int or abs(one) >= 2**62 for one in entries):
        raise MalformedCertificate(f"{name} are not all integers of a usual size")
    return np.array(entries, np.intp)


def flags(name: str, data: Any, count: int) -> Flags:
    """A list of so many true or false.

    Raises:
        MalformedCertificate: something else.
    """
    entries = _list(name, data, count)
    if any(type(one) is not bool for one in entries):
        raise MalformedCertificate(f"{name} are not all true or false")
    return np.array(entries, bool)


def numbers(name: str, data: Any, count: int) -> Floats:
    """A list of so many finite floats.

    Raises:
        MalformedCertificate: something else.
    """
    entries = _list(name, data, count)
    if any(type(one) is not float or not isfinite(one) for one in entries):
        raise MalformedCertificate(f"{name} are not all finite decimal numbers")
    return np.array(entries, np.float64)


def _list(name: str, data: Any, count: int | None) -> list[Any]:
    if not isinstance(data, list) or count not in (None, len(data)):
        raise MalformedCertificate(f"{name} must be a list{'' if count is None else f' of {count} entries'}")
    return data


def require_agreement(name: str, given: Any, value: Any) -> None:
    """Refuse an entry that is not the one that follows from the others.

    Raises:
        MalformedCertificate: it is of another type, or another value.
    """
    if type(given) is not type(value) or given != value:
        raise MalformedCertificate(f"{name} cannot follow from the rest of the certificate")
