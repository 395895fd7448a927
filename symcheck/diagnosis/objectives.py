"""Which losses have the gradients that an implementation gives: measured on several networks of its own kind.

The output layer decides: dW_L and db_L are those of the derivative by z_L, whatever is wrong below. A loss fits where
they are one multiple of its own on every network, and the multiple goes with samples and outputs as a reduction does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.diagnosis.comparing import EXACT
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, fits
from symcheck.reference.bounds import evaluate, unit_of
from symcheck.reference.rounding import UNIT
from symcheck.strategies.frame import Frame
from symcheck.strategies.problem import Problem
from symcheck.subjects.data import Offer
from symcheck.subjects.implementation import Clipped, Implementation, Misbehaviour, paired
from symcheck.types import Array, Params

#: Widths and samples of the networks: unequal, so that every reduction shows.
TRIED = (((3, 4, 2), 5), ((2, 3, 3), 7), ((4, 5, 4), 3), ((3, 4, 3), 1))
#: What is left of the difference of outputs and targets where gradients would be clipped.
_NEARER = (1.0, 2.0**-3, 2.0**-6, 2.0**-10)
#: By how much inputs are larger that are to show what happens far from 0.
FAR = 16.0
#: What code adds inside logarithms or clips probabilities by, at most, and how far that moves a gradient here.
GUARD, GUARDED = 1e-7, 1e-5
#: Factors that people write: a mean, a half, the 2 of its derivative once more.
FACTORS = (1.0, 0.5, 2.0)
#: How far the factors of one loss may be apart, relative to their size, in double precision.
_EXACTLY = 1e-6
#: Outputs that are tried where ``forward`` does not show them.
_OUTPUTS = ("identity", "sigmoid", SOFTMAX, "tanh", "relu")


@dataclass(frozen=True)
class Seen:
    """One network with the outputs and gradients that the implementation gives for it; None where it gives none.

    ``biased`` says whether its layers have biases, which are 0 else, and gradients of them of the right shapes.
    """

    case: Problem
    targets: Array
    outputs: Array | None
    gradients: Params | None
    biased: bool = True


@dataclass(frozen=True)
class Fit:
    """A loss that fits.

    Attributes:
        objective: with its reduction and factor.
        power: by which power of the number of samples the factor is off a reduction; 0 where it is none.
        parts: of the output layer, W, b or both.
        whole: whether every gradient of every layer is that of the objective.
    """

    objective: Objective
    parts: str
    power: int = 0
    whole: bool = False


@dataclass(frozen=True)
class Measured:
    """What was found out.

    Attributes:
        fits: the losses that fit, the likeliest first. alike: those which no network it can be tells from the first.
        nearest: what comes nearest where nothing fits, and ``distance`` how far off it is, relative to its size.
    """

    fits: tuple[Fit, ...] = ()
    alike: tuple[Objective, ...] = ()
    nearest: Objective | None = None
    distance: float = 0.0


def look(subject: Implementation, frame: Frame) -> list[Seen]:
    """Outputs and gradients of the implementation on networks that it can be; fewer where it raises."""
    rng = np.random.default_rng(0)
    found = []
    for wanted, count in TRIED:
        sizes = frame.nearest(wanted)
        samples = frame.samples or count
        params = [
            (rng.standard_normal((n, m)) / np.sqrt(m), 0.5 * frame.biases * rng.standard_normal(n))
            for m, n in pairwise(sizes)
        ]
        X = rng.standard_normal((samples, sizes[0]))
        # Unit rows, or 0 and 1 where there is one output, are targets that every loss takes.
        Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]
        Y = rng.integers(0, 2, (samples, 1)).astype(float) if sizes[-1] == 1 else Y
        case = Problem(params, X, Y)
        try:
            outputs = subject.forward(params, X) if not subject.lacks(("forward",)) else None
        except Misbehaviour:
            outputs = None
        try:
            Y = _unclipped(subject, params, X, Y, outputs)
            gradients = subject.gradients(params, X, Y) if not subject.lacks(("gradients",)) else None
            biased, case = frame.biases, replace(case, Y=Y)
        except Misbehaviour as error:
            # Where biases alone have wrong shapes, dW shows the loss.
            shaped = error.answer.misshapen == "b"
            gradients, biased = (paired(error.answer.arrays) or None) if shaped else None, False
        found.append(Seen(case, Y, outputs, gradients, biased))
    return found


def _unclipped(subject: Implementation, params: Params, X: Array, Y: Array, outputs: Array | None) -> Array:
    """Targets so near to the outputs that gradients are not clipped, if there are any; else those that were given."""
    if subject.offer.clipping is None or outputs is None:
        return Y
    for nearer in _NEARER:
        try:
            subject.gradients(params, X, targets := outputs + nearer * (Y - outputs))
        except Clipped:
            continue
        return targets if nearer < 1 else Y
    return Y


def beyond(subject: Implementation, seen: Sequence[Seen]) -> list[Seen]:
    """The first network with outputs for inputs far from 0, where activations that are cut off show it; [] where it raises."""
    if not seen or subject.lacks(("forward",)):
        return []
    far = replace(seen[0].case, X=FAR * seen[0].case.X)
    try:
        return [Seen(far, seen[0].targets, subject.forward(far.params, far.X), None)]
    except Misbehaviour:
        return []


def forwards(seen: Sequence[Seen], offer: Offer) -> list[tuple[str, str]]:
    """The pairs of a hidden and an output activation whose outputs these are."""
    shown = [s for s in seen if s.outputs is not None]
    hidden = [offer.activation] if offer.activation else list(ACTIVATIONS)
    outputs = [offer.output_activation] if offer.output_activation else ["identity", SOFTMAX, *ACTIVATIONS[1:]]
    return [
        (name, output)
        for name, output in product(hidden, outputs)
        if shown and all(_shows(s, name, output) for s in shown)
    ]


def _shows(seen: Seen, hidden: str, output: str) -> bool:
    case, got = seen.case, seen.outputs
    assert got is not None
    exact = evaluate(case.params, case.X, seen.targets, get_activation(hidden), Objective(output_activation=output))
    return bool(np.abs(got - exact.outputs).max() <= _tolerance(got) * max(1.0, float(np.abs(exact.outputs).max())))


def measure(seen: Sequence[Seen], activation: str, outputs: Sequence[str], losses: Sequence[str] = LOSSES) -> Measured:
    """The losses whose gradients these are.

    Args:
        outputs: the output activations that may be meant; all that are usual where there are none.
        losses: those that may be meant.
    """
    shown = [s for s in seen if s.gradients is not None]
    if not shown:
        return Measured()
    pairs = [(loss, output) for output in outputs or _OUTPUTS for loss in losses if fits(loss, output)]
    found: list[Fit] = []
    nearest: tuple[float, Objective | None] = (np.inf, None)
    for guard in (0.0, GUARD):
        for loss, output in pairs:
            if guard and loss == "squared_error":
                continue
            plain = Objective(loss, "sum", 1.0, output, guard)
            exact = [_exact(s, activation, plain) for s in shown]
            nearest = min(nearest, _distance(shown, exact, plain), key=lambda pair: pair[0])
            found += _fits(shown, exact, plain)
        if found:
            break
    found = [replace(f, whole=gives_all(shown, activation, f.objective)) for f in found]
    found.sort(key=likelihood)
    if not found:
        return Measured(nearest=nearest[1], distance=nearest[0])
    first = found[0]
    alike = tuple(
        f.objective for f in found[1:] if f.whole == first.whole and f.parts == first.parts and f.power == first.power
    )
    return Measured(tuple(found), tuple(o for o in alike if o.factor in FACTORS))


def _exact(seen: Seen, activation: str, objective: Objective) -> Params:
    found = evaluate(seen.case.params, seen.case.X, seen.targets, get_activation(activation), objective).gradients
    return found if seen.biased else [(dW, 0 * db) for dW, db in found]


def _fits(shown: Sequence[Seen], exact: Sequence[Params], plain: Objective) -> Iterator[Fit]:
    ratios = [
        [_ratio(_given(s)[-1][part], e[-1][part], plain.guard) for s, e in zip(shown, exact, strict=True)]
        for part in (0, 1)
    ]
    known = {part: [r for r in found if r is not None] for part, found in zip("Wb", ratios, strict=True)}
    parts = [part for part in "Wb" if len(known[part]) == len(shown)]
    narrow = any(unit_of(_given(s)) > UNIT["float64"] for s in shown)
    both = len(parts) == 2 and np.allclose(known["W"], known["b"], rtol=1e-4 if narrow else 1e-7, atol=0)
    if parts == ["W"] and not shown[0].biased:
        # That is all there is.
        both = True
    for group in ("Wb",) if both else parts:
        for reduction, power in product(REDUCTIONS, (0, -1, 1)):
            factor = factor_of(shown, known[group[0]], reduction, power, 1e-4 if narrow else _EXACTLY)
            if factor is not None:
                objective = replace(plain, reduction=reduction, factor=factor)
                yield Fit(objective, group, power)


def factor_of(
    shown: Sequence[Seen], ratios: Sequence[float], reduction: str, power: int, rounded: float
) -> float | None:
    """The one factor by which all ratios are those of a reduction, times a power of the number of samples.

    Args:
        rounded: how far the factors may be apart, relative to their size.
    """
    shapes = [s.targets.shape for s in shown]
    if power and len({m for m, _ in shapes}) == 1:
        return None
    unit = Objective(reduction=reduction)
    factors = [r / (unit.scale(m, n) * m**power) for r, (m, n) in zip(ratios, shapes, strict=True)]
    factor = float(np.mean(factors))
    if factor == 0 or np.ptp(factors) > rounded * abs(factor):
        return None
    return float(f"{factor:.{6 if rounded <= _EXACTLY else 4}g}")


def _ratio(got: Array, exact: Array, guard: float) -> float | None:
    """The number t with got = t * exact, or None."""
    square = float(np.sum(exact * exact))
    if square == 0 or not np.isfinite(got).all():
        return None
    t = float(np.sum(got * exact)) / square
    allowed = max(_tolerance(got), GUARDED if guard else 0.0) * abs(t) * float(np.abs(exact).max())
    return t if t and (np.abs(got - t * exact) <= allowed).all() else None


def gives_all(shown: Sequence[Seen], activation: str, objective: Objective) -> bool:
    """Whether every gradient of every layer is that of the objective, on all networks."""
    return _gives(shown, activation, objective, slice(None))


def gives_below(seen: Sequence[Seen], activation: str, objective: Objective) -> bool:
    """Whether the gradients of all layers below the last are those of the objective, on all networks, and there are some."""
    shown = [s for s in seen if s.gradients is not None]
    some = [np.any(a) for s in shown for pair in _given(s)[:-1] for a in pair]
    return any(some) and _gives(shown, activation, objective, slice(None, -1))


def _gives(shown: Sequence[Seen], activation: str, objective: Objective, layers: slice) -> bool:
    allowed = GUARDED if objective.guard else 0.0
    for s in shown:
        for pair, wanted in zip(_given(s)[layers], _exact(s, activation, objective)[layers], strict=True):
            for got, exact in zip(pair, wanted, strict=True):
                largest = max(float(np.abs(exact).max()), 1e-12)
                if (np.abs(got - exact) > max(allowed, _tolerance(got)) * largest).any():
                    return False
    return True


def _distance(shown: Sequence[Seen], exact: Sequence[Params], plain: Objective) -> tuple[float, Objective]:
    """How far dW_L is from the nearest multiple of that of a loss, relative to its size, on the worst network."""
    worst = 0.0
    for s, e in zip(shown, exact, strict=True):
        got, own = _given(s)[-1][0].ravel(), e[-1][0].ravel()
        size, square = float(np.linalg.norm(got)), float(own @ own)
        rest = got - (float(got @ own) / square) * own if square else got
        worst = max(worst, float(np.linalg.norm(rest)) / size if size else np.inf)
    return worst, plain


def likelihood(fit: Fit) -> tuple[bool, int, bool, bool, int, int, int]:
    """What one would guess first: all gradients fit, no power of the samples too many, a factor that people write."""
    objective = fit.objective
    usual = FACTORS.index(objective.factor) if objective.factor in FACTORS else len(FACTORS)
    return (
        not fit.whole,
        -len(fit.parts),
        fit.power != 0,
        objective.loss == "binary_cross_entropy" and objective.link == SOFTMAX,
        usual,
        LOSSES.index(objective.loss),
        REDUCTIONS.index(objective.reduction),
    )


def _given(seen: Seen) -> Params:
    assert seen.gradients is not None
    return seen.gradients


def _tolerance(array: Array) -> float:
    return max(EXACT, 1e3 * unit_of(array))
