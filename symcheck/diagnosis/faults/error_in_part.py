"""Errors of the last layer that are wrong where they are used once, and right where they are used again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symcheck.diagnosis.faults.evaluation import At, Wrong
from symcheck.diagnosis.faults.fault import Fault
from symcheck.types import Array


def of(fault: Fault) -> Iterator[Fault]:
    """A fault of the error, in what goes back from the last layer alone, and in the gradients of the last layer alone."""
    if set(fault.lines) != {"delta"}:
        return
    wrong = fault.lines["delta"]
    for where, lines in (
        ("goes back to the layer below", {"back": _back(wrong)}),
        ("gives dW and db of the last layer", {"weights": _weights(wrong), "bias": _bias(wrong)}),
    ):
        # Where one mistake on the way back gives the same, it says more.
        yield Fault(f"{fault.wrong}, in what {where} alone", lines, fault.remedy, vague=1)


def _last(at: At, wrong: Wrong, right: Array) -> Array:
    return wrong(replace(at, layer=at.depth), right)


def _back(wrong: Wrong) -> Wrong:
    return lambda at, right: _last(at, wrong, at.delta) @ at.above if at.layer == at.depth - 1 else right


def _weights(wrong: Wrong) -> Wrong:
    return lambda at, right: _last(at, wrong, at.delta).T @ at.h if at.layer == at.depth else right


def _bias(wrong: Wrong) -> Wrong:
    return lambda at, right: _last(at, wrong, at.delta).sum(axis=0) if at.layer == at.depth else right
