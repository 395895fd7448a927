"""Findings about a signal: what is lost, at which layer, and the sentence that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isfinite, isnan, log, log10, sqrt
from typing import Any

from symcheck.errors import counted
from symcheck.propagation.judged import USUAL, StackJudged, Stretch
from symcheck.propagation.signal import Signal
from symcheck.report import Finding, Report

#: Standard deviations of the logarithm that a measured total may be off before it is a finding where nothing is predicted.
_WIDE = 6.5
#: Parts of a layer's values that are saturated, and of its units that never answer.
_MUCH = 0.5
#: Changes of a logarithm that are none in print, and sums of them of which the exponential is a number.
_KEPT, _NUMBERS = 5e-3, 700.0
#: A relative error that only orthogonal weights have.
_EXACT = 2e-4


def report_of(signal: Signal) -> Report:
    """The findings as a report."""
    found = [_scale(signal), *_totals(signal), *_passage(signal), _units(signal), _loss(signal), _reached(signal)]
    notes = [f"fed with {signal.fed}", *_not_tested(signal), *_reach_of_the_test(signal)]
    asked = signal.stack.asked if signal.stack is not None else None
    return Report(
        signal.name, "model", found, law=f"gain {asked:g}" if asked else "none asked for", seed=signal.seed,
        false_alarm_rate=signal.alpha, notes=notes,
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
    lost = f"{_what(stretch)}; {_changes(stack, f', where the best gains do {_times(stack.least_loss)}')}"
    remedy = _remedy(stretch, stack.by_biases)
    if not stack.whole and not any(map(_is_off, _measured(signal))) and stack.excess > USUAL * stack.usual:
        part = f"{stack.layers} of {len(signal.layers) - 1} factors are predicted, of layers followed by what is known"
        text = (
            f"{part}; they lose more than the model, for which the rest of it makes up, and what was measured is judged"
        )
        return Finding(check, "passed", "statistical", text, **found)
    if stack.excess > log(signal.most):
        return Finding(check, "failed", "statistical", lost, **found, diagnosis=remedy)
    if stack.excess > USUAL * stack.usual:
        text = f"{lost}: more than chance does, and no loss as long as {signal.most:g} is let pass (--most)"
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
    if stack.heavy:
        return f"entries of {_some(stack.heavy)} have longer tails than normal ones, of which no band is known"
    if not (signal.independent or stack.asked):
        return "the weights pass the signal as independent ones do not, on which it would rest"
    return ""


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more layers" if len(names) > 3 else "")


def _changes(stack: StackJudged, beside: str = "") -> str:
    """The largest changes on the way, in total."""
    forward, backward = stack.changes
    over = f"the {counted(stack.layers, 'hidden layer')}" if stack.whole else counted(stack.layers, "followed layer")
    return f"in second moment, {over} are predicted to {_grow(forward, 'signals')} forward and {_grow(backward, 'gradients')} backward{beside}"


def _grow(logarithm: float, what: str) -> str:
    if abs(logarithm) < _KEPT:
        return f"keep {what}"
    return f"{'grow' if logarithm > 0 else 'shrink'} {what} by {_times(abs(logarithm))}"


def _decidable(stack: StackJudged, alpha: float) -> str:
    least = stack.scale.decidable(alpha / 2)
    if least < _EXACT:
        return "weights that are orthogonal have their gain without any chance"
    return f"a gain off by less than {least:.2g} of itself in all of them is not decidable at this depth and width"


def _what(stretch: Stretch) -> str:
    several = stretch.last > stretch.first
    where = f"layers {stretch.first} to {stretch.last}" if several else f"layer {stretch.first}"
    named = "" if several or stretch.name == f"layer {stretch.first}" else f", {stretch.name},"
    each = f"{named} each multiply" if several else f"{named} multiplies"
    moment = "the second moment" if stretch.direction == "forward" else "the gradient's second moment"
    seen = f"{stretch.measured:.3g} {stretch.direction} (predicted {stretch.predicted:.3g})"
    if not isfinite(stretch.measured):
        seen = f"{stretch.predicted:.3g} {stretch.direction}, as predicted from their scale: none was seen"
    return f"{where} of {stretch.of}{each} {moment} by {seen}"


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


def _times(logarithm: float) -> str:
    """A factor that goes either way."""
    if logarithm < 700:
        factor = exp(logarithm)
        return f"a factor of {factor:.3g}" if factor < 1e6 else f"a factor of 1e{log10(factor):.0f}"
    return f"a factor of 1e{logarithm / log(10):.0f}"


def _measured(signal: Signal) -> tuple[tuple[float, float], ...]:
    """Forward and backward: the total, and what of its logarithm is let pass."""
    wide = log(signal.most) + _WIDE * signal.totals.usual
    return (signal.totals.forward, wide), (signal.totals.backward, wide)


def _is_off(total: tuple[float, float]) -> bool:
    value, wide = total
    return not isnan(value) and (value <= 0 or abs(log(value)) > wide)


def _totals(signal: Signal) -> list[Finding]:
    """The measured totals: what is lost is a failure, whatever was predicted."""
    if len(signal.layers) < 2:
        why = "only one layer is followed, and a signal passes from one to the next"
        return [Finding(f"model.{name}", "skipped", "observed", why) for name in ("forward", "backward", "separation")]
    total = signal.totals
    found = []
    for direction, measured, text in (
        (
            "forward",
            _measured(signal)[0],
            "the second moment of the last layer's inputs is {} times that of the first one's",
        ),
        (
            "backward",
            _measured(signal)[1],
            "the gradient's squared norm at the first layer's inputs is {} times that at the last one's",
        ),
    ):
        check, value = f"model.{direction}", measured[0]
        if isnan(value):
            found.append(Finding(check, "skipped", "observed", f"nothing comes {direction}: {_nothing(signal)}"))
            continue
        expected = _predicted(signal, direction)
        message = text.format(f"{value:.3g}")
        if expected is not None:
            message += f" (predicted {expected:.3g})"
        if value <= 0:
            message += ": nothing comes through"
        elif _is_off(measured):
            message += f"; let pass are {_times(_WIDE * total.usual)}, which chance does at most, times {signal.most:g}. {_step(signal, direction)}"
        status = "failed" if _is_off(measured) else "passed"
        found.append(Finding(check, status, "observed", message, measured=value, expected=expected))
    return [*found, _separation(signal)]


def _separation(signal: Signal) -> Finding:
    check, apart = "model.separation", signal.totals.separation
    if isnan(apart):
        why = "how far inputs are apart is not seen: there is one sample only, or all are alike"
        return Finding(check, "skipped", "observed", why)
    expected = _predicted(signal, "apart")
    beside = "" if expected is None else f" (predicted {expected:.3g})"
    lost = apart < 1 / signal.most
    message = f"inputs are {apart:.3g} times as far apart at the last layer as at the first, beside their size{beside}"
    if lost:
        message += ": the last layer hardly tells them apart"
    return Finding(check, "warned" if lost else "passed", "observed", message, measured=apart, expected=expected)


def _predicted(signal: Signal, what: str) -> float | None:
    known = [value for row in signal.factors if (value := getattr(row, f"predicted_{what}"))]
    logarithm = sum(map(log, known))
    return exp(logarithm) if known and len(known) == len(signal.factors) and abs(logarithm) < _NUMBERS else None


def _nothing(signal: Signal) -> str:
    return (
        f"the weights of {signal.reached.zero[0]} are all zero" if signal.reached.zero else "it is zero or not finite"
    )


def _step(signal: Signal, direction: str) -> str:
    """The layer that changes most."""
    each = [(r.forward if direction == "forward" else r.backward, r.name) for r in signal.factors]
    held = [(value, name) for value, name in each if isfinite(value) and value > 0]
    if not held:
        return ""
    value, name = max(held, key=lambda pair: abs(log(pair[0])))
    return f"Most of it at {name}, by {value:.3g}."


def _passage(signal: Signal) -> list[Finding]:
    """Whether weights pass the signal as independent ones do."""
    found = []
    for one in signal.passages:
        seen = one.p_value < signal.alpha / 4
        where = f"{one.layer} stands out" if one.layer else "all layers together stand out"
        message = (
            f"{where}: independent weights of this size pass such a signal {one.direction} otherwise, whatever it is"
            if seen
            else f"the signal passes {one.direction} as through independent weights ({counted(one.tests, 'test')}, exact for normal ones)"
        )
        found.append(
            Finding(
                f"model.passage_{one.direction}",
                "warned" if seen else "passed",
                "statistical",
                message,
                p_value=one.p_value,
            )
        )
    return found


def _units(signal: Signal) -> Finding:
    """Saturation and silence."""
    saturated = max(((layer.saturated or 0.0, layer.name) for layer in signal.layers), default=(0.0, ""))
    silent = max(((layer.dead / layer.outputs, layer) for layer in signal.layers), key=lambda pair: pair[0])
    for_ever = sum(layer.dead_for_ever for layer in signal.layers)
    parts = []
    if saturated[0]:
        parts.append(f"{saturated[0]:.2g} of the values of layer {saturated[1]} are within 1 % of a limit")
    if silent[0]:
        parts.append(
            f"units of layer {silent[1].name} that are 0 on all samples: {silent[1].dead:,} of {silent[1].outputs:,}"
        )
    if for_ever:
        parts.append(f"{counted(for_ever, 'unit')} on every input, by the signs of their weights")
    whole = silent[0] == 1
    bad = "failed" if whole else "warned" if for_ever or saturated[0] > _MUCH else "passed"
    message = "; ".join(parts) or "no unit is saturated, and none is 0 on all samples"
    return Finding("model.units", bad, "observed", message, measured=max(saturated[0], silent[0]))


def _loss(signal: Signal) -> Finding:
    loss = signal.first_loss
    if not isfinite(loss.loss):
        return Finding("model.first_loss", "failed", "observed", "the outputs are not finite", measured=str(loss.loss))
    if loss.head == "softmax":
        text = f"the first cross-entropy is {loss.loss:.4g}; a network that knows nothing has ln({loss.classes}) = {loss.nothing:.4g}"
        far = loss.loss > 2 * loss.nothing
    else:
        text = f"the first squared error for targets of variance 1 is {loss.loss:.4g}; one that knows nothing has 1"
        far = loss.loss > 1 + signal.most
    return Finding(
        "model.first_loss", "warned" if far else "passed", "observed", text, measured=loss.loss, expected=loss.nothing
    )


def _reached(signal: Signal) -> Finding:
    reached = signal.reached
    if not reached.trained:
        return Finding("model.reached", "skipped", "observed", "no parameter is trainable")
    if reached.unreached:
        text = f"the loss does not reach {len(reached.unreached)} of {reached.trained} trainable arrays: {_some_of(reached.unreached)}"
        return Finding("model.reached", "failed", "observed", text, measured=len(reached.unreached), expected=0)
    text = f"the loss reaches all {counted(reached.trained, 'trainable array')}"
    if reached.late:
        text += f"; {len(reached.late)} of them after a few steps only, behind factors that start at zero: {_some_of(reached.late)}"
    return Finding("model.reached", "passed", "observed", text, measured=reached.trained)


def _some_of(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


def _reach_of_the_test(signal: Signal) -> list[str]:
    stack = signal.stack
    if stack is None:
        return []
    return [
        f"lost is a change by more than a factor of {signal.most:g} beyond the best gains'; chance alone does {_times(stack.usual)} to a "
        "network of this depth and these widths (one standard deviation)"
    ]
