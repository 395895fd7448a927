"""Which mistakes of backpropagation give the gradients that were got: all that fit, simplest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symcheck.counterexamples.implementations.forward import ForwardDifferences
from symcheck.counterexamples.implementations.mlp import CorrectMLP
from symcheck.diagnosis.candidates import hypotheses, with_updated_weights
from symcheck.diagnosis.comparing import EXACT, Leaves, Mistake, agree, fitted, leaves, narrow_type, same_shapes
from symcheck.objective import Objective
from symcheck.types import Array, Params

#: Factors that a half, or the 2 of a square, leaves behind.
_TWOS = ((0.5, "a factor 2 lost"), (2.0, "a factor 2 too much"))


@dataclass(frozen=True)
class Trial:
    """One call of ``gradients``: its arguments in float64, with the biases that are None as zeros."""

    params: Params
    biased: tuple[bool, ...]
    X: Array
    Y: Array
    activation: str
    objective: Objective

    def gradients_of(self, implementation: CorrectMLP, X: Array | None = None, Y: Array | None = None) -> Leaves | None:
        """The gradients by an implementation, or None where the shapes do not allow its mistake."""
        inputs, targets = self.X if X is None else X, self.Y if Y is None else Y
        copies = [(W.copy(), b.copy()) for W, b in self.params]
        try:
            with np.errstate(all="ignore"):
                return leaves(implementation.gradients(copies, inputs.copy(), targets.copy()), self.biased)
        except (ValueError, IndexError):
            return None

    @property
    def right(self) -> CorrectMLP:
        """The correct implementation."""
        return CorrectMLP(self.activation, self.objective)


def mistakes(case: Trial, got: Leaves) -> Iterator[Mistake]:
    """All mistakes that reproduce ``got``, which is not right, simplest first."""
    right = case.gradients_of(case.right)
    assert right is not None
    yield from _whole_factor(case, got, right)
    for words, implementation in hypotheses(case.params, case.activation, case.objective):
        wrong = case.gradients_of(implementation)
        if wrong is not None and agree(got, wrong):
            yield Mistake(words, words)
    for find in (_narrow, _clipped, _samples, _slope_factor, _updated_weights, _smoothed, _penalty, _differences):
        yield from find(case, got, right)


def _whole_factor(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    """A named factor on all gradients together."""
    samples, outputs = len(case.X), case.Y.shape[1]
    named: list[tuple[float, str, str]] = [(-1.0, "sign of the gradient is wrong", "")]
    if case.objective.name == "mse":
        named += [
            (0.5, "factor 2 of the square lost", ""),
            (outputs, "squared error summed over the outputs", f" ({outputs}), not averaged"),
            (outputs / 2, "half the squared error summed over the outputs", f" ({outputs})"),
            (samples * outputs, "squared error summed over samples and outputs", f" ({samples} x {outputs})"),
            (
                samples * outputs / 2,
                "half the squared error summed over samples and outputs",
                f" ({samples} x {outputs})",
            ),
        ]
    elif case.objective.name == "softmax_cross_entropy":
        named += [(1 / outputs, "loss averaged over the classes too", f" ({outputs})")]
    if case.objective.reduction == "sum":
        named += [
            (1 / samples, "loss averaged over the samples", f" ({samples}), not summed"),
            (
                1 / (samples * outputs),
                "loss averaged over samples and outputs",
                f" ({samples} x {outputs}), not summed",
            ),
        ]
    else:
        named += [
            (1 / samples, "loss averaged twice", f" over the {samples} samples"),
            (samples, "loss not averaged over the samples", f" ({samples})"),
        ]
    if case.objective.reduction == "samples" and case.objective.name != "softmax_cross_entropy":
        named += [(1 / outputs, "loss averaged over the outputs too", f" ({outputs})")]
    if case.objective.name != "mse":
        named += [(0.5, "a factor 2 lost", "")]
        if case.objective.reduction != "sum":
            named += [(samples * f, f"{w}, and not averaged over the samples", f" ({samples})") for f, w in _TWOS]
        else:
            named += [(f / samples, f"{w}, and averaged over the samples", f" ({samples})") for f, w in _TWOS]
    named += [(2.0, "a factor 2 too much", "")]
    if not any(a.any() for a in right):
        return
    for factor, name, detail in named:
        if agree(got, [factor * a for a in right]):
            yield Mistake(name, name + detail)
    descending = fitted(got, [0 * a for a in right], right)
    if descending is not None and not any(abs(descending / factor - 1) < EXACT for factor, *_ in named):
        yield Mistake("factor", f"every gradient is {descending:.6g} times the right one")


def _narrow(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    """A narrow type: every value is of it, or the arguments were rounded to float32."""
    narrow = narrow_type(got, right)
    if narrow is not None:
        name, digits = narrow
        yield Mistake(f"{name} inside", f"{name} inside: the gradients are {name} values, right to {digits} digits")
        return
    rounded = [(W.astype(np.float32).astype(float), b.astype(np.float32).astype(float)) for W, b in case.params]
    X = case.X.astype(np.float32).astype(float)
    for words, params, inputs in (("X is", case.params, X), ("params are", rounded, case.X), ("both are", rounded, X)):
        given = Trial(params, case.biased, inputs, case.Y, case.activation, case.objective)
        wrong = given.gradients_of(case.right)
        if wrong is not None and agree(got, wrong):
            yield Mistake("float32 inside", f"float32 inside: {words} rounded to it")
            return


def _clipped(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    if not same_shapes(got, right):
        return
    bound = max(float(np.abs(a).max()) for a in got)
    cut = [np.clip(a, -bound, bound) for a in right]
    if bound > 0 and agree(got, cut) and not agree(got, right):
        yield Mistake("clipped", f"gradients are clipped at {bound:.6g}")
        return
    norms = [float(np.sqrt(sum(np.sum(a * a) for a in arrays))) for arrays in (got, right)]
    rounded = float(f"{norms[0]:.3g}")
    if 0 < norms[0] < norms[1] and abs(norms[0] / rounded - 1) < EXACT:
        factor = norms[0] / norms[1]
        if agree(got, [factor * a for a in right]):
            yield Mistake("clipped by norm", f"gradients are clipped to the norm {rounded:g}")


def _samples(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    """Weights of the samples other than 1/N; the gradient is the sum of theirs."""
    count = len(case.X)
    if count < 2 or not same_shapes(got, right):
        return
    each = [case.gradients_of(case.right, case.X[n : n + 1], case.Y[n : n + 1]) for n in range(count)]
    columns = np.array([np.concatenate([a.ravel() for a in one or right]) for one in each]).T
    target = np.concatenate([a.ravel() for a in got])
    if not (np.isfinite(columns).all() and np.isfinite(target).all()):
        return
    subsets = [(f"only the first {k} samples are used", np.arange(count) < k) for k in range(1, count)]
    dropped = [(f"sample {n + 1} of {count} is left out of the gradients", np.arange(count) != n) for n in range(count)]
    found = False
    for words, used in (*dropped, *subsets):
        for total in {count, int(used.sum())}:
            if not found and agree(got, _like(columns @ (used / total), right)):
                yield Mistake("dropped" if "left out" in words else words, words)
                found = True
    weights, _, rank, _ = np.linalg.lstsq(columns, target, rcond=None)
    even = np.ptp(weights) <= EXACT * float(np.abs(weights).max())
    if not found and not even and rank == count < len(target) and agree(got, _like(columns @ weights, right)):
        shown = ", ".join(f"{w * count:.4g}" for w in weights)
        yield Mistake("samples", f"samples do not weigh alike: {shown} where all should weigh 1")


def _like(flat: Array, arrays: Leaves) -> Leaves:
    ends = np.cumsum([a.size for a in arrays])[:-1]
    return [part.reshape(a.shape) for part, a in zip(np.split(flat, ends), arrays, strict=True)]


def _layers(arrays: Leaves, biased: tuple[bool, ...]) -> list[Leaves]:
    rest = iter(arrays)
    return [[next(rest) for _ in range(1 + has)] for has in biased]


def _slope_factor(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    """A factor c on the derivative: layer L - k is off by c^k."""
    depth = len(case.params)
    if depth < 2:
        return
    given, wanted = _layers(got, case.biased), _layers(right, case.biased)
    factor = fitted(given[-2], [0 * a for a in wanted[-2]], wanted[-2])
    if factor is None or abs(factor - 1) < EXACT:
        return
    powers = [[factor ** (depth - 1 - layer) * a for a in arrays] for layer, arrays in enumerate(wanted)]
    if agree(got, [a for arrays in powers for a in arrays]):
        words = f"derivative of the activation is wrong by the factor {factor:.10g}"
        yield Mistake("derivative factor", words)


def _updated_weights(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    """The layer below the last is linear in the learning rate; the layers below that have to follow."""
    if len(case.params) < 2:
        return
    moved = case.gradients_of(with_updated_weights(1.0, case.activation, case.objective))
    assert moved is not None
    given, wanted, there = (_layers(arrays, case.biased)[-2] for arrays in (got, right, moved))
    if not same_shapes(given, wanted):
        return
    rate = fitted(given, wanted, [a - b for a, b in zip(there, wanted, strict=True)])
    if rate is None:
        return
    wrong = case.gradients_of(with_updated_weights(rate, case.activation, case.objective))
    if wrong is not None and agree(got, wrong):
        yield Mistake("updated W", f"delta uses the updated W (learning rate {rate:.6g})")


def _smoothed(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    if not case.objective.classes:
        return
    even = case.gradients_of(case.right, Y=np.full_like(case.Y, 1 / case.Y.shape[1]))
    assert even is not None
    share = fitted(got, right, [a - b for a, b in zip(even, right, strict=True)])
    if share is not None and 0 < share < 1:
        yield Mistake("smoothed", f"labels are smoothed: {share:.6g} of the uniform distribution is mixed in")


def _penalty(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    every = leaves(case.params, case.biased)
    weights = leaves([(W, 0 * b) for W, b in case.params], case.biased)
    for words, direction in (("", every), (" (weights only)", weights)):
        if direction is None:
            continue
        strength = fitted(got, right, direction)
        if strength is not None:
            yield Mistake("penalty", f"{strength:.6g} times the parameters is added: an L2 penalty{words}")
            return


def _differences(case: Trial, got: Leaves, right: Leaves) -> Iterator[Mistake]:
    """Forward differences: reproduced up to their own rounding, which must be small beside their error."""
    if not same_shapes(got, right):
        return
    error = max(float(np.abs(g - r).max()) for g, r in zip(got, right, strict=True))
    largest = max(float(np.abs(r).max()) for r in right)
    if not 0 < error < 0.1 * largest:
        return
    for exponent in range(-3, -8, -1):
        implementation = ForwardDifferences(case.activation, case.objective)
        implementation.step = 10.0**exponent
        wrong = case.gradients_of(implementation)
        if wrong is None:
            continue
        remaining = max(float(np.abs(g - w).max()) for g, w in zip(got, wrong, strict=True))
        if remaining <= 1e-3 * error:
            yield Mistake("differences", f"gradients are finite differences of step {implementation.step:g}")
            return
