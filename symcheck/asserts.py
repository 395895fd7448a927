"""One-line assertions for a user's own tests."""

from __future__ import annotations

from typing import Any

from symcheck.checking import check
from symcheck.checks import contract, networks, randomness
from symcheck.checks.symmetry import symmetry
from symcheck.errors import SymcheckError
from symcheck.subjects.data import Offer

_OF_INITIALIZERS = (symmetry, randomness.constant, contract.call)
_OF_NETWORKS = (networks.finite, networks.shared, networks.ties, networks.dead)


def assert_breaks_symmetry(subject: Any, **options: Any) -> None:
    """Fail unless the subject breaks symmetry: no hidden units tied or dead for ever.

    Args:
        subject, options: as for :func:`symcheck.check`.

    Raises:
        AssertionError: with one line for each thing that is wrong.
        SymcheckError: the subject cannot be judged at all.
    """
    report = check(subject, only=[c.name for c in (*_OF_INITIALIZERS, *_OF_NETWORKS)], **options)
    if report.kind == Offer.kind:
        raise SymcheckError(f"{report.name} is an implementation: symcheck.check judges what it initializes")
    if not report.passed:
        lines = [f"{f.check}: {f.message}" for f in report.failures] or ["no check could be run"]
        raise AssertionError(f"{report.name} does not break symmetry\n" + "\n".join(lines))
