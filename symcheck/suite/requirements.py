"""What a property needs of a subject beyond its methods: raised as a failure, as undecided, or as a skip where it is missing."""

from __future__ import annotations

import pytest

from symcheck.subjects.implementation import Implementation
from symcheck.suite.failure import PropertyFailure, Undecided
from symcheck.suite.settlement_sentences import NO_OPTIMIZER, PILED, piled_gradients, unknown_activation, unknown_loss


def require_loss(subject: Implementation) -> None:
    """Skip what needs the subject's loss where that is not known.

    Raises:
        PropertyFailure: its gradients are those of no loss at all.
        Undecided: they may be those of a loss that is not known, and it does not say that its loss is another one.
        pytest.skip.Exception: its loss is not known for another reason.
    """
    settled = subject.settlement
    if subject.offer.objective is None and settled is not None and (settled.nearest is not None or settled.against):
        if settled.against:
            raise PropertyFailure(unknown_loss(settled))
        raise Undecided(unknown_loss(settled))
    if lacking := subject.lacks(("loss",)):
        pytest.skip(lacking)


def require_activation(subject: Implementation) -> None:
    """Skip what needs the subject's activation.

    Raises:
        Undecided: its outputs were looked at, and are those of none that is known.
        pytest.skip.Exception: it is not known for another reason.
    """
    settled = subject.settlement
    if settled is not None and settled.unknown:
        raise Undecided(unknown_activation(settled))
    if lacking := subject.lacks(("activation",)):
        pytest.skip(lacking)


def require_no_piling(subject: Implementation) -> None:
    """Refuse gradients that are added to those of the call before, where no step is known to set them back.

    Raises:
        PropertyFailure: they are.
    """
    if subject.offer.piling and ("train_step" not in subject.offer.methods or unknown_steps(subject)):
        raise PropertyFailure(piled_gradients(subject.offer.piling), mistake=PILED)


def unknown_steps(subject: Implementation) -> str:
    """That its steps are those of no known optimizer, where it names none and they were looked at; else ""."""
    settled = subject.settlement
    return NO_OPTIMIZER if settled is not None and settled.optimizer == "" else ""
