"""What was measured of a signal, judged by itself: totals, how inputs part, single units, the first loss, what is reached."""

from __future__ import annotations

from math import exp, isfinite, isnan, log

from symcheck.errors import counted
from symcheck.propagation.signal import Signal
from symcheck.propagation.wording import layer_numbered, some_of, times
from symcheck.report import Finding

#: Standard deviations of the logarithm that a measured total may be off by chance.
_WIDE = 6.5
#: Parts of a layer's values that are saturated, and of its units that never answer.
_MUCH = 0.5
#: A first squared error that is too large for targets of variance 1.
_LARGE = 10.0
#: Sums of logarithms of which the exponential is a number.
_NUMBERS = 700.0
#: Differences of inputs are no more than rounding below this square of a part of their size.
_ROUNDED = 1e-28


def observed(signal: Signal) -> list[Finding]:
    """All findings that rest on what was measured."""
    return [*_totals(signal), *_passage(signal), _units(signal), _loss(signal), _reached(signal)]


def lost(signal: Signal) -> bool:
    """Whether a measured total is lost, forward or backward."""
    return any(map(_is_off, _measured(signal)))


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
            message += f"; let pass are {times(_WIDE * total.usual)}, which chance does at most, times {signal.most:g}. {_step(signal, direction)}"
        status = "failed" if _is_off(measured) else "passed"
        found.append(Finding(check, status, "observed", message, measured=value, expected=expected))
    return [*found, _separation(signal)]


def _separation(signal: Signal) -> Finding:
    check, apart = "model.separation", signal.totals.separation
    if isnan(apart):
        why = f"how far inputs are apart is not seen: {_not_finite(signal) or 'there is one sample only, or all are alike'}"
        return Finding(check, "skipped", "observed", why)
    expected = _predicted(signal, "apart")
    beside = "" if expected is None else f" (predicted {expected:.3g})"
    lost = apart < 1 / signal.most
    message = f"inputs are {apart:.3g} times as far apart at the last layer as at the first, beside their size{beside}"
    if apart < _ROUNDED:
        message = f"inputs are not told apart at the last layer, but for rounding{beside}"
    elif lost:
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


def largest_change(signal: Signal, direction: str) -> int | None:
    """The number, from 1, of the layer that makes more than half of a measured total; None where none does."""
    each = [row.forward if direction == "forward" else row.backward for row in signal.factors]
    held = {number: abs(log(value)) for number, value in enumerate(each, 1) if isfinite(value) and value > 0}
    number = max(held, key=lambda number: held[number], default=None)
    total = signal.totals.forward if direction == "forward" else signal.totals.backward
    if number is None or (isfinite(total) and total > 0 and held[number] <= abs(log(total)) / 2):
        return None
    return number


def _step(signal: Signal, direction: str) -> str:
    """The layer that does most of it, where there is one."""
    number = largest_change(signal, direction)
    if number is None:
        return "No layer does most of it."
    row = signal.factors[number - 1]
    factor = row.forward if direction == "forward" else row.backward
    return f"Most of it at {layer_numbered(signal.layers, number)}, by {factor:.3g}."


def _passage(signal: Signal) -> list[Finding]:
    """Whether weights pass the signal as independent ones do."""
    found = []
    for one in signal.passages:
        seen = one.p_value < signal.alpha / 4
        where = (
            f"{layer_numbered(signal.layers, one.layer)} stands out" if one.layer else "all layers together stand out"
        )
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


def _not_finite(signal: Signal) -> str:
    """From which layer on signals are not finite; "" where all are."""
    first = next((n for n, layer in enumerate(signal.layers, 1) if not isfinite(layer.output_square)), 0)
    return f"signals have no finite square from {layer_numbered(signal.layers, first)} on" if first else ""


def _units(signal: Signal) -> Finding:
    """Saturation and silence."""
    if where := _not_finite(signal):
        return Finding("model.units", "skipped", "observed", where)
    numbers = range(1, len(signal.layers) + 1)
    saturated = max(((layer.saturated or 0.0, -n) for n, layer in zip(numbers, signal.layers, strict=True)))
    silent = max(((layer.dead / layer.outputs, -n) for n, layer in zip(numbers, signal.layers, strict=True)))
    for_ever = sum(layer.dead_for_ever for layer in signal.layers)
    parts = []
    if saturated[0]:
        parts.append(
            f"{saturated[0]:.2g} of the values of {layer_numbered(signal.layers, -saturated[1])} are within 1 % of a limit"
        )
    if silent[0]:
        layer, named = signal.layers[-silent[1] - 1], layer_numbered(signal.layers, -silent[1])
        parts.append(f"units of {named} that are 0 on all samples: {layer.dead:,} of {layer.outputs:,}")
    if for_ever:
        parts.append(f"{counted(for_ever, 'unit')} on every input, by the signs of their weights")
    whole = silent[0] == 1
    bad = "failed" if whole else "warned" if for_ever or saturated[0] > _MUCH else "passed"
    message = "; ".join(parts) or "no unit is saturated, and none is 0 on all samples"
    return Finding("model.units", bad, "observed", message, measured=max(saturated[0], silent[0]))


def _loss(signal: Signal) -> Finding:
    loss = signal.first_loss
    if not isfinite(loss.loss):
        text = f"the outputs are not finite{f': {where}' if (where := _not_finite(signal)) else ''}"
        return Finding("model.first_loss", "failed", "observed", text, measured=str(loss.loss))
    if loss.head == "softmax":
        text = f"the first cross-entropy is {loss.loss:.4g}; a network that knows nothing has ln({loss.classes}) = {loss.nothing:.4g}"
        far = loss.loss > 2 * loss.nothing
    else:
        text = f"the first squared error for targets of variance 1 is {loss.loss:.4g}; one that knows nothing has 1"
        far = loss.loss > _LARGE
    return Finding(
        "model.first_loss", "warned" if far else "passed", "observed", text, measured=loss.loss, expected=loss.nothing
    )


def _reached(signal: Signal) -> Finding:
    reached = signal.reached
    if not reached.trained:
        return Finding("model.reached", "skipped", "observed", "no parameter is trainable")
    if not isfinite(signal.first_loss.loss):
        return Finding(
            "model.reached", "skipped", "observed", "the first loss is not finite, and gradients of it tell nothing"
        )
    if reached.unreached:
        text = f"the loss does not reach {len(reached.unreached)} of {reached.trained} trainable arrays: {some_of(reached.unreached)}"
        return Finding("model.reached", "failed", "observed", text, measured=len(reached.unreached), expected=0)
    text = f"the loss reaches all {counted(reached.trained, 'trainable array')}"
    if reached.late:
        text += f"; {len(reached.late)} of them after a few steps only, behind factors that start at zero: {some_of(reached.late)}"
    return Finding("model.reached", "passed", "observed", text, measured=reached.trained)
