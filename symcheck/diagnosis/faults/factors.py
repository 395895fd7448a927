"""Factors on all gradients together: what is forgotten, doubled or divided by another number."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import isclose

from symcheck.diagnosis.faults.evaluation import Evaluation, Replaced, evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective

#: What to write where the name does not say it.
_REMEDIES = {
    "loss averaged twice": "divide by the number of samples once: in delta, or in dW and db, and not in both",
    "loss not averaged over the samples": "divide by the number of samples, in delta or in dW and db",
    "sign of the gradient is wrong": "the error is output - target where gradients are subtracted",
    "learning rate applied twice": "multiply by it once, where the parameters are moved",
}
Figure = Callable[[Trial], float]


def samples(trial: Trial) -> int:
    """How many there are in the batch."""
    return len(trial.X)


def outputs(trial: Trial) -> int:
    """How many the network has."""
    return trial.sizes[-1]


def inputs(trial: Trial) -> int:
    """How many the network has."""
    return trial.sizes[0]


def times(factor: Figure) -> Callable[[Trial], Evaluation | None]:
    """The right pass with its gradients multiplied by a factor."""

    def evaluation(trial: Trial) -> Evaluation | None:
        right = evaluate(trial, {})
        if right is None or right.gradients is None:
            return right
        by = factor(trial)
        return Evaluation(right.outputs, [(by * dW, by * db) for dW, db in right.gradients])

    return evaluation


def named_factors(objective: Objective, rated: bool) -> Iterator[Hypothesis]:
    """The factors that have a name, for gradients of an objective; where they are read off steps at a rate
    other than 1, which alone shows what is done with it (``rated``), for these."""
    rows: list[tuple[Figure, str, Callable[[Trial], str]]] = [(lambda t: -1.0, "sign of the gradient is wrong", _plain)]
    if rated:
        rows += [
            (lambda t: t.rate or 1.0, "learning rate applied twice", _plain),
            (lambda t: 1 / (t.rate or 1.0), "learning rate is not applied", _plain),
            (lambda t: -(t.rate or 1.0), "learning rate applied twice, and the sign of the step is wrong", _plain),
        ]
    rows += _of_squares(objective) + _of_classes(objective)
    rows += _summed() if objective.reduction == "sum" else _averaged()
    if objective.reduction == "samples" and objective.name != "softmax_cross_entropy":
        rows.append((lambda t: 1 / outputs(t), "loss averaged over the outputs too", _outputs))
    if objective.name != "mse":
        rows.append((lambda t: 0.5, "a factor 2 lost", _plain))
        for factor, words in ((0.5, "a factor 2 lost"), (2.0, "a factor 2 too much")):
            rows.append(_with_samples(factor, words, objective.reduction == "sum"))
    rows.append((lambda t: 2.0, "a factor 2 too much", _plain))
    for figure, name, detail in rows:
        yield Hypothesis(name, times(figure), _REMEDIES.get(name, ""), detail, replaced=_in_delta(figure))


def _in_delta(factor: Figure) -> Callable[[Trial], Replaced]:
    return lambda trial: Replaced({"delta": lambda at, right: factor(trial) * right})


#: How far apart a factor that is read off rounded gradients and the product that it is may be.
_EQUAL = 1e-6
#: What is multiplied by or divided by, and up to which power.
_COUNTED = (("2", 2), ("the number of samples", 2), ("the number of outputs", 1))


def products(trial: Trial, factor: float) -> Iterator[Hypothesis]:
    """The products of powers of 2 and of the numbers of samples and outputs that are a factor on one network, simplest
    first: how it came about they do not say."""
    for words, figure in product_figures(trial, factor):
        yield Hypothesis(f"every gradient is {words}", times(figure), vague=1, family="every gradient off by a product")


def product_figures(trial: Trial, factor: float) -> Iterator[tuple[str, Figure]]:
    """The same products, each with words that say how much too large or too small it makes what it is a factor of."""
    ranges = [range(-most, most + 1) for _, most in _COUNTED]
    for powers in sorted(itertools.product(*ranges), key=lambda powers: sum(map(abs, powers))):
        figure = _product(powers)
        if not any(powers) or not isclose(figure(trial), abs(factor), rel_tol=_EQUAL):
            continue
        size = [_too(kind, powers, above) for kind, above in (("large", True), ("small", False))]
        told = " and ".join(part for part in (*size, "of the wrong sign" if factor < 0 else "") if part)
        yield told, figure if factor > 0 else lambda t, figure=figure: -figure(t)  # type: ignore[misc]


def _too(kind: str, powers: tuple[int, ...], above: bool) -> str:
    named = [
        f"the square of {name}" if abs(power) == 2 and name != "2" else {2: "4"}.get(abs(power), name)
        for (name, _), power in zip(_COUNTED, powers, strict=True)
        if power and (power > 0) is above
    ]
    return f"too {kind} by {' times '.join(named)}" if named else ""


def _product(powers: tuple[int, ...]) -> Figure:
    two, over_samples, over_outputs = powers
    return lambda t: 2.0**two * float(samples(t)) ** over_samples * float(outputs(t)) ** over_outputs


Row = tuple[Figure, str, Callable[[Trial], str]]


def _of_squares(objective: Objective) -> list[Row]:
    if objective.name != "mse":
        return []
    return [
        (lambda t: 0.5, "factor 2 of the square lost", _plain),
        (lambda t: outputs(t), "squared error summed over the outputs", lambda t: f" ({outputs(t)}), not averaged"),
        (lambda t: outputs(t) / 2, "half the squared error summed over the outputs", _outputs),
        (lambda t: samples(t) * outputs(t), "squared error summed over samples and outputs", _both),
        (lambda t: samples(t) * outputs(t) / 2, "half the squared error summed over samples and outputs", _both),
    ]


def _of_classes(objective: Objective) -> list[Row]:
    if objective.name != "softmax_cross_entropy":
        return []
    return [(lambda t: 1 / outputs(t), "loss averaged over the classes too", _outputs)]


def _summed() -> list[Row]:
    return [
        (lambda t: 1 / samples(t), "loss averaged over the samples", lambda t: f" ({samples(t)}), not summed"),
        (
            lambda t: 1 / (samples(t) * outputs(t)),
            "loss averaged over samples and outputs",
            lambda t: f"{_both(t)}, not summed",
        ),
        (lambda t: 1 / inputs(t), "loss divided by the number of inputs", lambda t: f" ({inputs(t)}), not summed"),
    ]


def _averaged() -> list[Row]:
    return [
        (lambda t: 1 / samples(t), "loss averaged twice", lambda t: f" over the {samples(t)} samples"),
        (samples, "loss not averaged over the samples", lambda t: f" ({samples(t)})"),
        *_of_other_counts(),
        (
            lambda t: samples(t) / (samples(t) - 1) if samples(t) > 1 else float("nan"),
            "loss divided by the number of samples less one",
            lambda t: f" ({samples(t) - 1}, not {samples(t)})",
        ),
    ]


def _of_other_counts() -> list[Row]:
    """What a mean is divided by in the place of the number of samples."""
    return [
        (
            lambda t: samples(t) / inputs(t),
            "loss divided by the number of inputs, not of samples",
            lambda t: f" ({inputs(t)}, not {samples(t)})",
        ),
        (
            lambda t: samples(t) / outputs(t),
            "loss divided by the number of outputs, not of samples",
            lambda t: f" ({outputs(t)}, not {samples(t)})",
        ),
    ]


def by_another_count(objective: Objective) -> Iterator[Hypothesis]:
    """The gradients of a mean that is divided by the number of inputs or outputs."""
    for figure, name, detail in _of_other_counts() if objective.reduction != "sum" else []:
        yield Hypothesis(name, times(figure), "", detail, replaced=_in_delta(figure))


def _with_samples(factor: float, words: str, summed: bool) -> Row:
    if summed:
        return lambda t: factor / samples(t), f"{words}, and averaged over the samples", lambda t: f" ({samples(t)})"
    return lambda t: factor * samples(t), f"{words}, and not averaged over the samples", lambda t: f" ({samples(t)})"


def _plain(trial: Trial) -> str:
    return ""


def _outputs(trial: Trial) -> str:
    return f" ({outputs(trial)})"


def _both(trial: Trial) -> str:
    return f" ({samples(trial)} x {outputs(trial)})"
