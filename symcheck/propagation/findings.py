"""Findings about a signal: what is lost, at which layer, and the sentence that mends it."""

from __future__ import annotations

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


def report_of(signal: Signal) -> Report:
    """The findings as a report."""
    found = [_scale(signal), *_totals(signal), *_passage(signal), _units(signal), _loss(signal), _reached(signal)]
    notes = [f"fed with {signal.fed}", *_reach_of_the_test(signal)]
    if signal.draws > 1:
        notes.append(f"looked at {signal.draws} builds")
    return Report(
        signal.name, "model", found, law="none asked for" if signal.stack is None else _law(signal.stack),
        false_alarm_rate=signal.alpha, notes=notes,
    )  # fmt: skip


def _law(stack: StackJudged) -> str:
    return f"gain {stack.asked:g}" if stack.asked else "gains that lose least"


def _scale(signal: Signal) -> Finding:
    """Whether the weights of the hidden layers have the scale at which least of the signal is lost, or the one asked for."""
    check, stack = "model.gain", signal.stack
    if stack is None:
        why = (
            "the weights of a hidden layer are all zero"
            if signal.reached.zero
            else "its layers are no plain stack with known activations"
        )
        return Finding(check, "skipped", "statistical", f"no gain is predicted: {why}; what was measured is judged")
    if not (signal.independent or stack.asked):
        why = "the weights pass the signal as independent ones do not, on which it would rest"
        return Finding(check, "skipped", "statistical", f"no gain is predicted: {why}; what was measured is judged")
    stretch, p = stack.stretch, stack.scale.p_value
    found: dict[str, Any] = {"measured": stretch.gain, "expected": stretch.use, "p_value": p}
    if stack.asked:
        off = sqrt(stack.scale.square) - 1
        text = f"the gain of {counted(stack.layers, 'hidden layer')} together is {off:+.2%} off {stack.asked:.6g}"
        status = "failed" if p < signal.alpha / 2 else "passed"
        small = f"; {_decidable(stack, signal.alpha)}"
        return Finding(
            check,
            status,
            "statistical",
            text + small,
            **found,
            diagnosis=_remedy(stretch) if status == "failed" else None,
        )
    lost = f"{_times(stack.loss)} on the way through {counted(stack.layers, 'hidden layer')}, {_times(stack.least_loss)} at the best gains"
    if stack.excess > log(signal.most):
        return Finding(
            check,
            "failed",
            "statistical",
            f"{_what(stretch)}: {lost}",
            **found,
            diagnosis=_remedy(stretch, stack.by_biases),
        )
    if stack.excess > USUAL * stack.usual:
        return Finding(
            check,
            "warned",
            "statistical",
            f"{_what(stretch)}: {lost}",
            **found,
            diagnosis=_remedy(stretch, stack.by_biases),
        )
    text = f"predicted for these weights, the second moment changes by {lost}; {_decidable(stack, signal.alpha)}"
    return Finding(check, "passed", "statistical", text, **found)


def _decidable(stack: StackJudged, alpha: float) -> str:
    least = stack.scale.decidable(alpha / 2)
    return f"a gain off by less than {least:.2g} of itself in all of them is not decidable at this depth and width"


def _what(stretch: Stretch) -> str:
    several = stretch.last > stretch.first
    where = f"layers {stretch.first} to {stretch.last}" if several else f"layer {stretch.first}"
    each = " each multiply" if several else " multiplies"
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


def _totals(signal: Signal) -> list[Finding]:
    """The measured totals; they decide where no gains are predicted."""
    total, stack = signal.totals, signal.stack
    decides = stack is None or stack.layers < len(signal.layers) - 1 or not signal.independent
    wide = log(signal.most) + _WIDE * total.usual
    found = []
    for direction, value, text in (
        ("forward", total.forward, "the second moment of the last layer's inputs is {} times that of the first one's"),
        (
            "backward",
            total.backward,
            "the gradient's squared norm at the first layer's inputs is {} times that at the last one's",
        ),
    ):
        check = f"model.{direction}"
        if isnan(value):
            found.append(Finding(check, "skipped", "observed", f"nothing comes {direction}: {_nothing(signal)}"))
            continue
        off = value <= 0 or abs(log(value)) > wide
        expected = _predicted(signal, direction)
        unlike = value > 0 and expected is not None and abs(log(value) - log(expected)) > wide
        message = text.format(f"{value:.3g}")
        if value <= 0:
            found.append(
                Finding(check, "failed", "observed", f"{message}: nothing comes through", measured=value, expected=1.0)
            )
        elif (decides or unlike) and off:
            message += (
                f"; chance does {_times(_WIDE * total.usual)} at most, and a factor of {signal.most:g} is let pass"
            )
            found.append(
                Finding(
                    check, "failed", "observed", f"{message}. {_step(signal, direction)}", measured=value, expected=1.0
                )
            )
        else:
            found.append(Finding(check, "passed", "observed", message, measured=value, expected=expected))
    apart = total.separation
    if isnan(apart):
        found.append(
            Finding("model.separation", "skipped", "observed", "one sample only: how far inputs are apart is not seen")
        )
    else:
        lost = apart < 1 / signal.most
        message = f"inputs are {apart:.3g} times as far apart at the last layer as at the first, beside their size"
        found.append(Finding("model.separation", "warned" if lost else "passed", "observed", message, measured=apart))
    return found


def _predicted(signal: Signal, direction: str) -> float | None:
    each = [r.predicted_forward if direction == "forward" else r.predicted_backward for r in signal.factors]
    known = [value for value in each if value]
    return exp(sum(map(log, known))) if known and len(known) == len(each) else None


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
        parts.append(f"{saturated[0]:.2g} of the values of {saturated[1]} are within 1 % of a limit")
    if silent[0]:
        parts.append(f"{silent[1].dead} of {silent[1].outputs} units of {silent[1].name} are 0 on all samples")
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
    if not reached.unreached:
        text = f"the loss reaches all {reached.trained} trainable arrays"
        return Finding("model.reached", "passed", "observed", text, measured=reached.trained)
    names = ", ".join(reached.unreached[:4]) + (", ..." if len(reached.unreached) > 4 else "")
    text = f"the loss does not reach {len(reached.unreached)} of {reached.trained} trainable arrays: {names}"
    if reached.zero:
        behind = f"{reached.zero[0]} is zero, and they may move once it does: symcheck reach decides it"
        return Finding("model.reached", "warned", "observed", text, measured=len(reached.unreached), diagnosis=behind)
    return Finding("model.reached", "failed", "observed", text, measured=len(reached.unreached), expected=0)


def _reach_of_the_test(signal: Signal) -> list[str]:
    stack = signal.stack
    if stack is None:
        return []
    return [
        f"lost is a change by more than a factor of {signal.most:g} beyond the best gains'; chance alone does {_times(stack.usual)} to a "
        "network of this depth and these widths (one standard deviation)"
    ]
