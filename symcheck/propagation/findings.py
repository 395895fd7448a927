"""Findings about a signal: what is lost, at which layer, and the sentence that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, log, sqrt
from typing import Any

from symcheck.errors import counted
from symcheck.propagation.judged import USUAL, StackJudged, Stretch
from symcheck.propagation.observed import lost, observed
from symcheck.propagation.signal import Signal
from symcheck.propagation.wording import layer_numbered, times
from symcheck.report import Finding, Report

#: Changes of a logarithm that are none in print.
_KEPT = 5e-3
#: A relative error that only orthogonal weights have.
_EXACT = 2e-4


def report_of(signal: Signal) -> Report:
    """The findings as a report."""
    found = [_scale(signal), *observed(signal)]
    notes = [f"fed with {signal.fed}", *_not_tested(signal), *_reach_of_the_test(signal)]
    asked = signal.stack.asked if signal.stack is not None else None
    return Report(
        signal.name, "model", found, law=f"gain {asked:g}" if asked else None, seed=signal.seed,
        false_alarm_rate=signal.alpha, notes=notes, holds_to_laws=asked is not None,
    )  # fmt: skip


def _not_tested(signal: Signal) -> list[str]:
    notes = []
    if signal.not_followed:
        first, more = signal.not_followed[:2], len(signal.not_followed) - 2
        notes.append(f"not followed, and so not tested: {', '.join(first)}{f' and {more} more' if more > 0 else ''}")
    factors, known = len(signal.factors), sum(row.predicted_forward is not None for row in signal.factors)
    if known < factors:
        notes.append(
            f"theory stands beside {known} of {factors} factors; the others, of layers followed by what is not known (pooling, "
            "attention, several branches), are measured and not predicted"
        )
    if signal.draws > 1:
        notes.append(f"looked at {signal.draws} builds, whose figures are put together")
    elif signal.fixed:
        notes.append("looked at one build, because the next one had the same weights: its generators are seeded")
    return notes


def _scale(signal: Signal) -> Finding:
    """Whether the weights have the scale at which least of the signal is lost, or the one asked for."""
    check, stack = "model.gain", signal.stack
    why = _undecided(signal)
    if stack is None or why:
        return Finding(check, "skipped", "statistical", f"no gain is predicted: {why}; what was measured is judged")
    stretch, p = stack.stretch, stack.scale.p_value
    found: dict[str, Any] = {"measured": stretch.gain, "expected": stretch.use, "p_value": p}
    least = _decidable(stack, signal.alpha)
    if stack.asked:
        off = sqrt(stack.scale.square) - 1
        text = (
            f"the gain of {counted(stack.layers, 'hidden layer')} together is {off:+.2%} off {stack.asked:.6g}; {least}"
        )
        status = "failed" if p < signal.alpha / 2 else "passed"
        remedy = _remedy(stretch) if status == "failed" else None
        return Finding(check, status, "statistical", text, **found, diagnosis=remedy)
    changes = _changes(stack)
    message = f"{_what(stretch, signal)}; {_changes(stack, f'; the best gains do {times(stack.least_loss)}')}"
    remedy = _remedy(stretch, stack.by_biases)
    if not stack.whole and not lost(signal) and stack.excess > USUAL * stack.usual:
        part = f"{stack.layers} of {len(signal.layers) - 1} factors are predicted, of layers followed by what is known"
        text = (
            f"{part}; they lose more than the model, for which the rest of it makes up, and what was measured is judged"
        )
        return Finding(check, "passed", "statistical", text, **found)
    if stack.excess > log(signal.most):
        return Finding(check, "failed", "statistical", message, **found, diagnosis=remedy)
    if stack.excess > USUAL * stack.usual and stack.unit.p_value >= signal.alpha / 2:
        text = f"{changes}; these are the gains that keep the second moment of signals, as symcheck gain tells them"
        return Finding(check, "passed", "statistical", text, **found)
    if stack.excess > USUAL * stack.usual:
        text = f"{message}: more than chance does, but no factor of {signal.most:g} for certain (--most)"
        return Finding(check, "warned", "statistical", text, **found, diagnosis=remedy)
    return Finding(check, "passed", "statistical", f"{changes}; {least}", **found)


def _undecided(signal: Signal) -> str:
    """Why no gain is predicted; "" where one is."""
    stack = signal.stack
    if stack is None:
        return (
            "the weights of a hidden layer are all zero"
            if signal.reached.zero
            else "of no layer it is known what stands between it and the next one"
        )
    # What is lost for all to see needs no band.
    if stack.heavy and (stack.asked or not lost(signal)):
        return f"entries of {_some(stack.heavy)} have longer tails than normal ones, of which no band is known"
    if not (signal.independent or stack.asked):
        return "the weights pass the signal as independent ones do not, on which it would rest"
    return ""


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more layers" if len(names) > 3 else "")


def _changes(stack: StackJudged, beside: str = "") -> str:
    """The largest changes on the way, in total."""
    forward, backward = stack.changes
    over = f"{counted(stack.layers, 'hidden layer')}" if stack.whole else counted(stack.layers, "followed layer")
    return f"predicted of second moments over {over}: signals {_grow(forward)} forward, gradients {_grow(backward)} backward{beside}"


def _grow(logarithm: float) -> str:
    if abs(logarithm) < _KEPT:
        return "keep their size"
    return f"{'grow' if logarithm > 0 else 'shrink'} by {times(abs(logarithm))}"


def _decidable(stack: StackJudged, alpha: float) -> str:
    least = stack.scale.decidable(alpha / 2)
    if least < _EXACT:
        return "weights that are orthogonal have their gain without any chance"
    return f"a gain off by less than {least:.2g} of itself in all of them is not decidable at this depth and width"


def _what(stretch: Stretch, signal: Signal) -> str:
    several = stretch.last > stretch.first
    where = f"layers {stretch.first} to {stretch.last} of {stretch.of} each multiply"
    if not several:
        where = f"{layer_numbered(signal.layers, stretch.first)} multiplies"
    moment = "the second moment" if stretch.direction == "forward" else "the gradient's second moment"
    seen = f"{stretch.measured:.3g} {stretch.direction} (predicted {stretch.predicted:.3g})"
    if not isfinite(stretch.measured):
        seen = f"{stretch.predicted:.3g} {stretch.direction}, as predicted from their scale: none was seen"
    return f"{where} {moment} by {seen}"


def _remedy(stretch: Stretch, by_biases: bool = False) -> str:
    whose = stretch.law or "these weights"
    if by_biases:
        return f"{whose} under {stretch.activation}: gain {stretch.gain:.3g} loses no more than chance does. The biases change the second moment: start them at zero."
    text = f"{whose} under {stretch.activation}: gain {stretch.gain:.3g}; use gain {_gain(stretch.use)}, variance {_gain(stretch.use, squared=True)}/fan_in."
    if stretch.floor:
        text += (
            " Forward the random biases keep the second moment up, a floor that carries no signal: start them at zero."
        )
    return text


def _gain(gain: float, squared: bool = False) -> str:
    if abs(gain**2 - 2) < 1e-9:
        return "2" if squared else "sqrt(2)"
    return f"{gain**2 if squared else gain:.4g}"


def _reach_of_the_test(signal: Signal) -> list[str]:
    stack = signal.stack
    if stack is None:
        return []
    return [
        f"lost is a change by more than a factor of {signal.most:g} beyond the best gains'; chance alone does {times(stack.usual)} to a "
        "network of this depth and these widths (one standard deviation)"
    ]
