"""What a document is held to before it is taken for a certificate."""

from __future__ import annotations

from typing import Any

from symcheck.errors import SymcheckError


class MalformedCertificate(SymcheckError, ValueError):
    """A document that is not a certificate, or that contradicts itself."""


def require_agreement(name: str, given: Any, value: Any) -> None:
    """Refuse an entry that is not the one that follows from the others.

    Raises:
        MalformedCertificate: it is of another type, or another value.
    """
    if type(given) is not type(value) or given != value:
        raise MalformedCertificate(f"{name} cannot follow from the rest of the certificate")
