"""One-line assertions for a user's own tests."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from symcheck.checking import check
from symcheck.checks import contract, networks, randomness
from symcheck.checks.symmetry import symmetry
from symcheck.errors import SymcheckError, counted, did_you_mean
from symcheck.subjects.data import Offer

_OF_INITIALIZERS = (symmetry, randomness.constant, contract.call)
#: Faults that a failure lists.
_MOST = 20
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


def assert_trainable(model: Any, inputs: Any = None, allow: Sequence[str] = (), head: str = "linear") -> None:
    """Fail where a model's initialization ties or freezes parameters that would move from another start.

    A ReLU that no input opened fails too, as undecided where nothing proves that none does. What the architecture itself ties or freezes (key biases under a softmax, biases before a normalization) is no fault.

    Args:
        model, inputs, head: as for :func:`symcheck.reach`.
        allow: patterns of parameters that may be frozen or tied, such as ``"blocks.*.gate"``.

    Raises:
        AssertionError: with one line for each parameter.
        SymcheckError: the model cannot be judged, or a pattern matches no parameter.
    """
    from symcheck.reaching import faults, reach
    from symcheck.render.reach import fault_lines

    if isinstance(allow, str):
        allow = (allow,)
    found = reach(model, inputs, head)
    for pattern in allow:
        if not any(fnmatchcase(name, pattern) for name in found.classes):
            raise SymcheckError(f"no parameter matches {pattern!r}{did_you_mean(pattern, found.classes)}")
    if wrong := faults(found, allow):
        lines = fault_lines(found, wrong)
        if len(lines) > _MOST:
            lines[_MOST:] = [f"and {len(lines) - _MOST:,} more"]
        rest = f", and {found.undecided:,} are undecided" if found.undecided else " only"
        head_line = f"training can move {counted(found.parameters, 'parameter')} in {counted(found.reachable, 'dimension')}{rest}"
        raise AssertionError("\n".join([head_line, *lines]))


def assert_signal_survives(model: Any, inputs: Any = None, **options: Any) -> None:
    """Fail where the signal through a model at its initialization is lost on the way, forward or backward.

    Warnings do not fail; with ``most=10`` less than the usual factor of 1000 is a loss, and with ``gain="relu"`` (or a number)
    every hidden layer has to have that gain.

    Args:
        model, inputs, options: as for :func:`symcheck.signal`.

    Raises:
        AssertionError: with one line for each thing that is wrong, and what mends it.
        SymcheckError: the model cannot be followed.
    """
    from symcheck.propagating import signal

    report = signal(model, inputs, **options).report
    assert report is not None
    if not report.passed:
        lines = [f"{f.check}: {f.message}" + (f"; {f.diagnosis}" if f.diagnosis else "") for f in report.failures]
        raise AssertionError("\n".join([f"the signal through {report.name} does not survive", *lines]))
