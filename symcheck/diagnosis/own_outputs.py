"""Gradients beside difference quotients of the subject's own outputs, where its activation is none that is known.

Whatever a network computes, the gradient of a loss L of its outputs o is the sum over samples and outputs of dL/do times the
gradient of o. The second factor is measured on ``forward`` alone; the first is that of a loss, or what the last layer shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from symcheck.diagnosis.objective_sentences import by_what
from symcheck.diagnosis.objectives import FAR, Fit, Seen, factor_of, likelihood
from symcheck.objective import REDUCTIONS, SOFTMAX, Objective, activated
from symcheck.reference.bounds import unit_of
from symcheck.reference.rounding import UNIT
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.settlement import Settlement
from symcheck.types import Array, Params

#: How far a parameter is moved, and half as far: roundings u / h and the third derivative times h^2 are both small.
_STEPS = {True: (2.0**-17, 2.0**-18), False: (2.0**-7, 2.0**-8)}
#: Differences of the slopes on both sides, by the step, beyond which there is a kink between them.
_KINK = 64.0
#: Roundings in a difference of two outputs.
_ROUNDINGS = 64.0
#: How far gradients may be off beside that, relative to the largest.
_SHARE = {True: 1e-6, False: 1e-2}


@dataclass(frozen=True)
class Quotients:
    """Derivatives of the outputs by the parameters.

    Attributes:
        outputs: shape (samples, n_L). jacobian, error: shape (samples n_L, parameters), the latter a bound on its error.
        smooth: whether no kink lies within a step. share: how far what is compared may be off besides, by its size.
    """

    outputs: Array
    jacobian: Array
    error: Array
    smooth: bool
    share: float

    def gradients(self, params: Params, delta: Array) -> tuple[Params, Params]:
        """Gradients of a loss whose derivatives by the outputs are ``delta``, with bounds, in the structure of ``params``."""
        rows = delta.ravel()
        exact, bound = self.jacobian.T @ rows, self.error.T @ np.abs(rows)
        bound = bound + self.share * float(np.abs(exact).max())
        return _shaped(exact, params), _shaped(bound, params)


def quotients(subject: Implementation, params: Params, X: Array) -> Quotients:
    """Derivatives of the outputs by every parameter; those by biases that the subject does not have are 0.

    Raises:
        Misbehaviour: ``forward`` raises.
    """
    outputs = subject.forward(params, X)
    narrow = unit_of(outputs) > UNIT["float64"]
    wide, half = _STEPS[not narrow]
    size = float(np.abs(outputs).max()) + 1.0
    columns, errors, smooth = [], [], True
    leaves = [array for pair in params for array in pair]
    for number, leaf in enumerate(leaves):
        for at in np.ndindex(leaf.shape):
            if number % 2 and not subject.offer.biases:
                columns.append(np.zeros(outputs.size))
                errors.append(np.zeros(outputs.size))
                continue
            slopes = []
            for step in (wide, half):
                up, down = (_moved(subject, leaves, number, at, sign * step, X) for sign in (1, -1))
                slopes.append((up - down) / (2 * step))
                bend = float(np.abs(up - 2 * outputs + down).max()) / step
                allowed = (
                    _KINK * step * (1 + float(np.abs(slopes[-1]).max())) + _ROUNDINGS * unit_of(outputs) * size / step
                )
                smooth = smooth and bend <= allowed
            columns.append(slopes[1].ravel())
            rounded = _ROUNDINGS * unit_of(outputs) * size / half
            errors.append(2 * np.abs(slopes[0] - slopes[1]).ravel() + rounded)
    return Quotients(outputs, np.array(columns).T, np.array(errors).T, smooth, _SHARE[not narrow])


def delta_of(objective: Objective, outputs: Array, Y: Array) -> Array:
    """The derivatives of a loss by what ``forward`` returns: shape (samples, n_L)."""
    scale = objective.scale(*outputs.shape)
    if objective.loss == "squared_error":
        return np.asarray(scale * 2 * (outputs - Y))
    if objective.output_activation == "identity":
        return np.asarray(scale * (activated(outputs, objective.link) - Y))
    if objective.loss == "softmax_cross_entropy":
        return -scale * Y / outputs
    return np.asarray(scale * (outputs - Y) / (outputs * (1 - outputs)))


def shown_delta(found: Quotients, params: Params, got: Params) -> Array | None:
    """The derivatives by the outputs that the last layer's gradients show, of any loss; None where they show none."""
    last = sum(np.size(a) for a in params[-1])
    rows = found.jacobian[:, -last:]
    if len(rows) > last or np.linalg.matrix_rank(rows) < min(len(rows), last) - 1:
        return None
    flat = np.concatenate([np.ravel(a) for a in got[-1]])
    return np.asarray(np.linalg.lstsq(rows.T, flat, rcond=1e-9)[0]).reshape(found.outputs.shape)


def own_loss(subject: Implementation, seen: Sequence[Seen]) -> Fit | None:
    """The likeliest loss whose gradients these are by the quotients: those of the last layer at least; None: none that is known."""
    shown = [(s, q) for s, q in _measured(subject, seen) if s.gradients is not None]
    if not shown:
        return None
    found = []
    for plain in _candidates([q.outputs for _, q in shown]):
        exact = [q.gradients(s.case.params, delta_of(plain, q.outputs, s.targets)) for s, q in shown]
        ratios = [_ratio(s, g[-1:], e[-1:]) for (s, _), (g, e) in zip(shown, exact, strict=True)]
        if any(r is None for r in ratios):
            continue
        known = [r for r in ratios if r is not None]
        whole = all(_ratio(s, g, e) is not None for (s, _), (g, e) in zip(shown, exact, strict=True))
        for reduction in REDUCTIONS:
            factor = factor_of([s for s, _ in shown], known, reduction, 0, 1e-5)
            if factor is not None:
                found.append(Fit(Objective(plain.loss, reduction, factor, plain.output_activation), "Wb", 0, whole))
    return min(found, key=likelihood, default=None)


def consistent(subject: Implementation, seen: Sequence[Seen]) -> bool:
    """Whether the gradients of single samples follow from the subject's own outputs, of whatever loss, on every network seen."""
    compared = 0
    for s in seen:
        if s.gradients is None or s.outputs is None or not s.biased:
            continue
        count = subject.offer.samples or 1
        params, X, Y = s.case.params, s.case.X[:count], s.targets[:count]
        try:
            got, found = subject.gradients(params, X, Y), quotients(subject, params, X)
        except Misbehaviour:
            return False
        delta = shown_delta(found, params, got)
        if not found.smooth or delta is None:
            continue
        wanted, bounds = found.gradients(params, delta)
        triples = zip(_flat(got), _flat(wanted), _flat(bounds), strict=True)
        if any((np.abs(a - b) > 4 * c).any() for a, b, c in triples):
            return False
        compared += 1
    return compared > 1


def by_outputs(subject: Implementation, seen: Sequence[Seen], found: Settlement) -> Settlement:
    """The settlement where outputs are those of no activation: gradients are held to difference quotients of them."""
    subject.undecided = "its outputs are those of no activation that is known"
    if subject.lacks(("forward",)) or subject.lacks(("gradients",)) or all(s.outputs is None for s in seen):
        return found
    fit = own_loss(subject, seen)
    promised = subject.offer.objective
    found = replace(found, by_outputs=True, guessed=promised is None)
    if fit is None:
        return found
    other = promised is not None and promised != fit.objective
    return replace(found, objective=fit.objective, whole=fit.whole, promised=promised if other else None)


def slope_mistake(subject: Implementation, sizes: Sequence[int]) -> str | None:
    """What is wrong with the slope, where the last hidden delta is W^T delta times a factor that does not depend on W.

    Args:
        sizes: of a network that the subject can be, with one hidden layer or more.
    """
    if len(sizes) < 3 or not subject.offer.biases or subject.offer.samples not in (None, 1):
        return None
    # Slopes that are wrong far from 0 alone are those of activations that are cut off.
    return _slope_mistake(subject, sizes, 1.0) or _slope_mistake(subject, sizes, FAR)


def _slope_mistake(subject: Implementation, sizes: Sequence[int], scale: float) -> str | None:
    rng = np.random.default_rng(0)
    below = [(rng.standard_normal((n, m)) / np.sqrt(m), 0.5 * rng.standard_normal(n)) for m, n in pairwise(sizes[:-1])]
    X, Y = scale * rng.standard_normal((1, sizes[0])), np.eye(sizes[-1])[:1]
    factors, own, allowed = [], [], []
    try:
        for _ in range(2):
            params = [*below, (rng.standard_normal((sizes[-1], sizes[-2])), 0.5 * rng.standard_normal(sizes[-1]))]
            got, found = subject.gradients(params, X, Y), quotients(subject, params, X)
            back = params[-1][0].T @ got[-1][1]
            delta = shown_delta(found, params, got)
            if delta is None or not found.smooth or (np.abs(back) < 1e-6 * np.abs(back).max()).any():
                return None
            exact, bounds = found.gradients(params, delta)
            if any((np.abs(a - b) > 4 * c).any() for a, b, c in zip(got[-1], exact[-1], bounds[-1], strict=True)):
                return None
            factors.append(got[-2][1] / back)
            own.append(exact[-2][1] / back)
            allowed.append(4 * bounds[-2][1] / np.abs(back))
    except Misbehaviour:
        return None
    # What does not hang on the weights above is a function of z alone.
    if not np.allclose(factors[0], factors[1], rtol=1e-6, atol=1e-9):
        return None
    if (np.abs(own[0] - own[1]) > allowed[0] + allowed[1]).any():
        return (
            "derivative of the hidden activation is no factor for each unit, as backward has it: what forward computes in a "
            "hidden unit depends on the z of the others as well, as in a softmax, so it is a matrix"
        )
    if (np.abs(factors[1] - own[1]) <= allowed[1]).all():
        return None
    if np.allclose(factors[1], 1.0, rtol=1e-9):
        return "derivative of the hidden activation is missing: backward multiplies W^T delta by nothing"
    worst = int(np.argmax(np.abs(factors[1] - own[1])))
    at = f" at z = {float((below[0][0] @ X[0] + below[0][1])[worst]):.4g}" if len(sizes) == 3 else ""
    # A slope of 0 is measured as what rounding makes of it.
    slope = 0.0 if abs(own[1][worst]) <= allowed[1][worst] else own[1][worst]
    return (
        f"derivative of the hidden activation is wrong: backward multiplies by {factors[1][worst]:.6g}{at}, where the slope of "
        f"what forward computes is {slope:.6g}"
    )


def own_mistake(subject: Implementation, sizes: Sequence[int]) -> str:
    """What is wrong with gradients that are not those of the subject's own outputs."""
    found = subject.settlement
    if found is not None and found.promised is not None and found.objective is not None and found.whole:
        return by_what(found.objective, found.promised)
    return slope_mistake(subject, sizes) or "backward gives other gradients than those of what forward computes"


def _measured(subject: Implementation, seen: Sequence[Seen]) -> Iterator[tuple[Seen, Quotients]]:
    for s in seen:
        if s.outputs is None:
            continue
        try:
            found = quotients(subject, s.case.params, s.case.X)
        except Misbehaviour:
            continue
        if found.smooth:
            yield s, found


def _candidates(outputs: Sequence[Array]) -> Iterator[Objective]:
    """Every loss of outputs such as these, summed."""
    shares = all(o.shape[1] > 1 and (o > 0).all() and np.allclose(o.sum(axis=1), 1, atol=1e-6) for o in outputs)
    between = all(((o > 0) & (o < 1)).all() for o in outputs)
    output = SOFTMAX if shares else "sigmoid" if between else "identity"
    yield Objective("squared_error", "sum", 1.0, output)
    if shares or output == "identity":
        yield Objective("softmax_cross_entropy", "sum", 1.0, output)
    yield Objective("binary_cross_entropy", "sum", 1.0, output)


def _ratio(seen: Seen, exact: Params, bounds: Params) -> float | None:
    """The number t with got = t * exact in these layers, the last ones; or None."""
    assert seen.gradients is not None
    keep: Callable[[Params], list[Array]] = lambda p: [a for W, b in p for a in ((W, b) if seen.biased else (W,))]  # noqa: E731
    got, own, bound = (
        np.concatenate([a.ravel() for a in keep(p)]) for p in (seen.gradients[-len(exact) :], exact, bounds)
    )
    square = float(own @ own)
    if not square or not np.isfinite(got).all():
        return None
    t = float(got @ own) / square
    return t if t and (np.abs(got - t * own) <= 4 * abs(t) * bound).all() else None


def _moved(
    subject: Implementation, leaves: list[Array], number: int, at: tuple[int, ...], by: float, X: Array
) -> Array:
    other = list(leaves)
    other[number] = leaves[number].astype(float)
    other[number][at] += by
    return np.asarray(subject.forward(list(zip(other[::2], other[1::2], strict=True)), X), float)


def _flat(pairs: Params) -> list[Array]:
    return [array for pair in pairs for array in pair]


def _shaped(flat: Array, params: Params) -> Params:
    parts = iter(np.split(flat, np.cumsum([np.size(a) for pair in params for a in pair])[:-1]))
    return [(next(parts).reshape(np.shape(W)), next(parts).reshape(np.shape(b))) for W, b in params]
