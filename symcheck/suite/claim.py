"""What a property says of itself: the claims it stands for, the theorem behind it, what it needs of a subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from symcheck.errors import listed
from symcheck.subjects.implementer import METHODS
from symcheck.suite.lemmas import LEMMAS

F = TypeVar("F", bound=Callable[..., Any])


#: What a property may need of a subject.
NEEDS = {*METHODS, "steps", "activation", "loss", "sgd", "float64", "biases"}


@dataclass(frozen=True)
class PropertyClaim:
    """What is written on a property.

    Attributes:
        ids: claims of the ledger, C1 to C26; none for what every implementation owes.
        theorem: a key of `symcheck.suite.lemmas.LEMMAS`.
        needs: of `NEEDS`: methods of the protocol, ``steps`` for gradients with an update or a training step,
            ``activation``, ``loss``, or ``sgd`` for a plain gradient step, ``float64`` for double precision,
            ``biases`` for layers that have them.
        statistical: how many tests with an error rate the property makes in one run; 0 for an exact one.
        weight: how much dearer one example is than that of an ordinary property; divides the number of examples.
    """

    ids: tuple[str, ...]
    theorem: str
    needs: tuple[str, ...]
    statistical: int = 0
    weight: int = 1


def claim(
    *ids: str, theorem: str, needs: tuple[str, ...] = (), statistical: int = 0, weight: int = 1
) -> Callable[[F], F]:
    """Mark a property of the suite; see `PropertyClaim`."""
    if theorem not in LEMMAS:
        raise ValueError(f"no theorem is named {theorem!r}")
    if unknown := set(needs) - NEEDS:
        raise ValueError(f"a property cannot need {listed(sorted(unknown))}; it may need {listed(sorted(NEEDS))}")
    told = PropertyClaim(ids, theorem, needs, statistical, weight)

    def mark(function: F) -> F:
        function.symcheck_claim = told  # type: ignore[attr-defined]
        return function

    return mark


def claim_of(function: Any) -> PropertyClaim | None:
    """What is written on a property, or None for another function."""
    found = getattr(function, "symcheck_claim", None)
    return found if isinstance(found, PropertyClaim) else None
