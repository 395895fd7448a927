"""Mistakes of gradients with a figure, read off one network; the others decide whether it is that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from symcheck.counterexamples.implementations.forward import ForwardDifferences
from symcheck.diagnosis.added_penalties import penalty_hypotheses
from symcheck.diagnosis.clipping import Clipping, clippings, one_sided
from symcheck.diagnosis.comparing import EXACT, Leaves, fitted, leaves, narrow_type, parts_of, same_shapes
from symcheck.diagnosis.faults.afterwards import changed
from symcheck.diagnosis.faults.evaluation import Evaluation, Pairs, Wrong, evaluate
from symcheck.diagnosis.faults.factors import product_figures, products, times
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.faults.going_back import updated_weights
from symcheck.diagnosis.faults.hypothesis import Hypothesis, nothing, right_gradients
from symcheck.diagnosis.sampling import sample_hypotheses
from symcheck.diagnosis.trial import Trial
from symcheck.types import Array


def fitted_hypotheses(case: Trial, got: Leaves) -> Iterator[Hypothesis]:
    """What can be behind gradients of one network that are not right, with the figures that they have there."""
    right = right_gradients(case)
    if right is None:
        return
    for find in (
        _narrow,
        _clipped,
        _slope_factor,
        _updated,
        _smoothed,
        penalty_hypotheses,
        _differences,
        _factor,
        _factor_of_part,
    ):
        yield from find(case, got, right)
    yield from sample_hypotheses(case, got)


def _factor(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    factor = fitted(got, [0 * a for a in right], right)
    if factor is not None:
        yield from products(case, factor)
        yield Hypothesis(f"every gradient is {figure(factor)} times the right one", times(lambda t: factor), vague=2)


def _factor_of_part(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    """A factor on dW or db alone, or on both, of one layer or of all."""
    if not same_shapes(got, right):
        return
    places = [(layer, part) for layer, has in enumerate(case.biased, 1) for part in ("Wb" if has else "W")]
    wrong = [i for i, (g, r) in enumerate(zip(got, right, strict=True)) if not case.same([g], [r])]
    if len(wrong) == len(got) or not wrong:
        return
    factor = fitted([got[i] for i in wrong], [0 * right[i] for i in wrong], [right[i] for i in wrong])
    if factor is None:
        return
    parts = "".join(sorted({places[i][1] for i in wrong}))
    named = " and ".join(f"d{part}" for part in parts)
    lines = [{"W": "weights", "b": "bias"}[part] for part in parts]
    for words, figured in product_figures(case, factor):
        scaled = _times(figured)
        yield from Fault(f"{named} is {words}", dict.fromkeys(lines, scaled), each=True, vague=1).hypotheses(case.depth)
    words, constant = f"{named} is {figure(factor)} times what it should be", _times(lambda trial: factor)
    yield from Fault(words, dict.fromkeys(lines, constant), each=True, vague=2).hypotheses(case.depth)


def _times(factor: Callable[[Trial], float]) -> Wrong:
    return lambda at, right: factor(at.trial) * right


def figure(factor: float) -> str:
    """A factor as it is told: never as 1, which would be no mistake."""
    return f"{factor:.6g}" if f"{factor:.6g}" != "1" else f"{factor:.10g}"


def _narrow(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    """A narrow type: every value is of it, or the arguments were rounded to float32."""
    narrow = narrow_type(got, right)
    if narrow is not None:
        name, digits = narrow
        yield narrow_hypothesis(name, digits)
        return
    for words, which in (("X is", "X"), ("params are", "params"), ("both are", "Xparams")):

        def rounded(trial: Trial, which: str = which) -> Evaluation | None:
            X = _single(trial.X) if "X" in which else trial.X
            params = [(_single(W), _single(b)) for W, b in trial.params] if "params" in which else trial.params
            return evaluate(replace(trial, params=params, X=X), {})

        yield Hypothesis(f"float32 inside: {words} rounded to it", rounded, family="float32 inside")


def narrow_hypothesis(name: str, digits: int) -> Hypothesis:
    """Values of a narrow type, right to so many digits."""
    words = f"{name} inside: what is returned are {name} values, right to {digits} digits"
    return Hypothesis(words, nothing, "compute in the type that is given", narrow=(name, digits))


def _single(array: Array) -> Array:
    return array.astype(np.float32).astype(float)


def _clipped(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    for clipping in clippings(got, right, parts_of(case.biased)):
        yield _clipped_by(clipping)


def clipped_on_one_side(cases: Sequence[tuple[Trial, Leaves]]) -> Iterator[Hypothesis]:
    """The clipping behind gradients of several networks, with limits that may each show on another one."""
    known = [(got, right_gradients(trial), parts_of(trial.biased)) for trial, got in cases]
    for clipping in one_sided([(got, right, parts) for got, right, parts in known if right is not None]):
        yield _clipped_by(clipping)


def _clipped_by(clipping: Clipping) -> Hypothesis:
    def clip(trial: Trial, pairs: Pairs) -> Pairs:
        own = leaves(pairs, trial.biased)
        assert own is not None
        rest = iter(clipping.of(own, parts_of(trial.biased)))
        return [(next(rest), next(rest) if has else db) for (_, db), has in zip(pairs, trial.biased, strict=True)]

    return Hypothesis(clipping.words, changed(clip), family=clipping.words)


def _layers(arrays: Leaves, biased: tuple[bool, ...]) -> list[Leaves]:
    rest = iter(arrays)
    return [[next(rest) for _ in range(1 + has)] for has in biased]


def _slope_factor(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    """A factor c on the derivative: layer L - k is off by c^k."""
    if case.depth < 2 or len(got) != len(right):
        return
    given, wanted = _layers(got, case.biased), _layers(right, case.biased)
    factor = fitted(given[-2], [0 * a for a in wanted[-2]], wanted[-2])
    if factor is not None and abs(factor - 1) >= EXACT:
        words = f"derivative of the activation is wrong by the factor {factor:.10g}"
        yield from Fault(words, {"slope": lambda at, slope: slope * factor}, vague=1).hypotheses(0)


def _updated(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    """The layer below the last is linear in the learning rate; the layers below that have to follow."""
    if case.depth < 2 or len(got) != len(right):
        return
    (moving,) = updated_weights(1.0).hypotheses(0)
    moved = moving.evaluation(case)
    there = None if moved is None or moved.gradients is None else leaves(moved.gradients, case.biased)
    assert there is not None
    given, wanted, other = (_layers(arrays, case.biased)[-2] for arrays in (got, right, there))
    if same_shapes(given, wanted):
        rate = fitted(given, wanted, [a - b for a, b in zip(other, wanted, strict=True)])
        if rate is not None:
            yield from updated_weights(rate).hypotheses(0)


def _smoothed(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    if not case.objective.classes:
        return
    even = right_gradients(replace(case, Y=_even(case.Y)))
    assert even is not None
    share = fitted(got, right, [a - b for a, b in zip(even, right, strict=True)])
    if share is not None and 0 < share < 1:
        words = f"labels are smoothed: {share:.6g} of the uniform distribution is mixed in"

        def smoothed(trial: Trial) -> Evaluation | None:
            return evaluate(replace(trial, Y=(1 - share) * trial.Y + share * _even(trial.Y)), {})

        yield Hypothesis(words, smoothed)


def _even(Y: Array) -> Array:
    return np.full_like(Y, 1 / Y.shape[1])


def _differences(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    """Forward differences: reproduced up to their own rounding, which must be small beside their error."""
    if case.objective.name not in ("mse", "softmax_cross_entropy"):
        return
    for exponent in range(-3, -8, -1):

        def accepts(trial: Trial, other: Leaves, step: float = 10.0**exponent) -> bool:
            return _like_differences(trial, other, step, 1e-12)

        if _like_differences(case, got, 10.0**exponent, 0.0):
            words = f"gradients are finite differences of step {10.0**exponent:g}"
            yield Hypothesis(words, nothing, accepts=accepts)
            return


def _like_differences(trial: Trial, got: Leaves, step: float, rounding: float) -> bool:
    """Whether gradients are these differences within a thousandth of their error, and the rounding of the loss besides."""
    right = right_gradients(trial)
    if right is None or not same_shapes(got, right):
        return False
    error = max(float(np.abs(g - r).max()) for g, r in zip(got, right, strict=True))
    largest = max(float(np.abs(r).max()) for r in right)
    if not 0 < error < 0.1 * largest:
        return False
    implementation = ForwardDifferences(trial.activation, trial.objective)
    implementation.step = step
    wrong = trial.gradients_of(implementation)
    if wrong is None:
        return False
    remaining = max(float(np.abs(g - w).max()) for g, w in zip(got, wrong, strict=True))
    return remaining <= max(1e-3 * error, rounding * largest / step)
