"""An objective in words, and by what the gradients of one differ from those of another."""

from __future__ import annotations

from dataclasses import replace

from symcheck.objective import SOFTMAX, Objective
from symcheck.subjects.settlement import Settlement

_LOSSES = {
    "squared_error": "squared error",
    "binary_cross_entropy": "binary cross-entropy",
    "softmax_cross_entropy": "softmax cross-entropy",
}
_REDUCED = {
    "sum": "summed {}",
    "samples": "{} averaged over the samples",
    "mean": "{} averaged over samples and outputs",
}


def objective_words(objective: Objective) -> str:
    """``half the summed squared error through a sigmoid output``."""
    factor = {1.0: "the", 0.5: "half the", 2.0: "twice the"}.get(objective.factor, f"{objective.factor:g} times the")
    return f"{factor} {_REDUCED[objective.reduction].format(_LOSSES[objective.loss])}{_outputs(objective)}"


def _outputs(objective: Objective) -> str:
    if objective.loss == "softmax_cross_entropy":
        return ""
    if objective.output_activation == "identity":
        return " of linear outputs" if objective.loss == "squared_error" else " of logits"
    return f" through a {objective.output_activation} output"


def once_more(power: int) -> str:
    """What an average too many, or one too few, does to gradients: ``divided by the number of samples once more``."""
    times = {1: "once", 2: "twice"}.get(abs(power), f"{abs(power)} times")
    return f"{'divided' if power < 0 else 'multiplied'} by the number of samples {times} more"


_SAME = "they are the same"


def by_what(got: Objective, meant: Objective) -> str:
    """By what the gradients of one objective are off those of another."""
    if (got.loss, got.link) != (meant.loss, meant.link):
        if got.loss == "binary_cross_entropy" and meant.loss == "squared_error" and got.link == meant.link:
            rest = by_what(replace(got, loss="squared_error", factor=got.factor / 2), meant)
            return slope_missing(got) + (f", and {rest}" if rest != _SAME else "")
        if got.loss == meant.loss and SOFTMAX not in (got.link, meant.link):
            return f"the outputs go through {got.link}, not {meant.link}"
        return f"the loss is {_LOSSES[got.loss]}{_outputs(got)}"
    samples, outputs = (a - b for a, b in zip(got.powers, meant.powers, strict=True))
    ratio = got.factor / meant.factor
    above = [f"{abs(ratio):g}"] if abs(ratio) > 1 else []
    below = [f"{1 / abs(ratio):g}"] if abs(ratio) < 1 else []
    for power, letter in ((samples, "m"), (outputs, "n")):
        (above if power > 0 else below).extend([letter] * abs(power))
    size = f"too large by {' '.join(above)}" if above else ""
    if below:
        size = f"{size} and too small by {' '.join(below)}" if size else f"too small by {' '.join(below)}"
    counts = [f"{what} {letter}" for letter, what in (("m", "samples"), ("n", "outputs")) if letter in above + below]
    sign = "of the wrong sign" if ratio < 0 else ""
    told = " and ".join(part for part in (size, sign) if part)
    if not told:
        return _SAME
    return f"they are {told}" + (f" (the number of {' and of '.join(counts)})" if counts else "")


def slope_missing(objective: Objective) -> str:
    """What is left out where the gradients of a binary cross-entropy are meant to be those of a squared error."""
    slope = {"sigmoid": " a (1 - a)"}.get(objective.link, "")
    return f"the {objective.link}'s derivative{slope} of the output layer is missing"


def meant_by(found: Settlement) -> str:
    """What says which loss is meant, where it is another one than gradients are those of."""
    return "the loss that it returns beside them is" if found.returned else "declared is"
