"""Which optimizer takes the steps that an implementation takes: recognised, or named with what is wrong in it.

Every step is judged from the parameters that the implementation itself had before it, so that errors do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, sqrt

import numpy as np

from symcheck.activations import get_activation
from symcheck.diagnosis.optimizer_faults import written_wrongly
from symcheck.diagnosis.step_faults import InPart, Still, Uphill
from symcheck.errors import UnknownOptimizer
from symcheck.objective import Objective
from symcheck.reference.bounds import evaluate
from symcheck.reference.optimizers import SGD, Momentum, Nesterov, Optimizer, optimizer
from symcheck.strategies.frame import Frame
from symcheck.subjects.data import Offer
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array, NetworkParams, Params

#: Relative agreement of a step with a rule; forms of Adam differ in where epsilon stands by less than that.
_AGREE = 1e-4
#: The share of that up to which no other rule is meant: small penalties differ by more.
CLOSE = 0.02
#: Smaller gradients, beside the largest one, are left out: epsilon and rounding decide their steps.
_SMALL = 1e-3
STEPS = 4
#: The learning rate of a walk.
RATE = 0.125


@dataclass(frozen=True)
class Walk:
    """A run of training steps: parameters before the first and after each, on one batch at one learning rate.

    ``fresh`` are the first steps that it takes from each of these parameters, as if it had taken none before; ``biased``
    says whether its layers have biases, which are 0 else.
    """

    params: Sequence[Params]
    fresh: Sequence[Params]
    X: Array
    Y: Array
    rate: float
    biased: bool = True

    def steps(self) -> list[Array]:
        """What each step subtracts, by the learning rate, in one row."""
        return [(_flat(one) - _flat(other)) / self.rate for one, other in pairwise(self.params)]

    def first_steps(self) -> list[Array]:
        """The same of the steps that are first ones."""
        return [(_flat(one) - _flat(other)) / self.rate for one, other in zip(self.params, self.fresh, strict=False)]


def rule_of(offer: Offer) -> Optimizer | None:
    """The reference's optimizer with the declared settings, or None where it knows none of this name."""
    try:
        return optimizer(offer.optimizer, **dict(offer.settings))
    except UnknownOptimizer:
        return None


def first_batch(subject: Implementation, frame: Frame, rate: float = RATE) -> tuple[Params, Array, Array, float]:
    """Parameters, inputs, targets and learning rate of a walk's first step."""
    rng = np.random.default_rng(0)
    sizes = frame.nearest((3, 5, 4, 2))
    params: Params = [
        (rng.standard_normal((n, m)) / sqrt(m), 0.5 * frame.biases * rng.standard_normal(n)) for m, n in pairwise(sizes)
    ]
    X = rng.standard_normal((frame.samples or 6, sizes[0]))
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], len(X))]
    Y = rng.integers(0, 2, (len(X), 1)).astype(float) if sizes[-1] == 1 else Y
    return params, X, Y, subject.offer.rate or rate


def walk(subject: Implementation, frame: Frame, rate: float = RATE) -> Walk | None:
    """Training steps on a network that the subject can be; None where it raises.

    Args:
        rate: the learning rate, unless it has one of its own.
    """
    params, X, Y, rate = first_batch(subject, frame, rate)
    try:
        taken = [params]
        for step in range(STEPS):
            taken.append(subject.step(taken[-1], X, Y, rate, fresh=step == 0))
        fresh = [subject.step(p, X, Y, rate, fresh=True) for p in taken[:-1]]
    except Misbehaviour:
        return None
    return Walk(taken, fresh, X, Y, rate, frame.biases)


def linear_rule(found: Walk) -> Optimizer | None:
    """Gradient descent, momentum or Nesterov's, told without knowing the gradients; None for any other."""
    return _linear_rule(found, slice(None)) or _linear_rule_of_part(found)


def _linear_rule_of_part(found: Walk) -> Momentum | None:
    """Momentum that some arrays have, while the rest takes steps as plain as those of gradient descent."""
    for _, part, layer in parts_of(found):
        other = InPart(rule=SGD(), other=SGD(), part=part, layer=layer)
        own = _counted(found.params[0], lambda k, p, depth, o=other: not o.holds(k, p, depth))  # type: ignore[misc]
        if not own.any() or own.all():
            continue
        rule = _linear_rule(found, own)
        if isinstance(rule, Momentum) and isinstance(_linear_rule(found, ~own), SGD):
            return rule
    return None


def _linear_rule(found: Walk, own: Array | slice) -> Optimizer | None:
    """The rule by which some of the parameters move."""
    steps, first = ([step[own] for step in taken] for taken in (found.steps(), found.first_steps()))
    size = max(float(np.abs(s).max()) for s in steps)
    allowed = 1e-7 * size + 1e-14 * max(float(np.abs(_flat(p)).max()) for p in found.params) / found.rate

    def near(got: Array, wanted: Array) -> bool:
        return bool(np.isfinite(got).all() and (np.abs(got - wanted) <= allowed).all())

    if all(near(s, f) for s, f in zip(steps, first, strict=True)):
        return None if equal_steps(found) else SGD()
    share = float((steps[1] - first[1]) @ first[0]) / (float(first[0] @ first[0]) or 1.0)
    # A sum of all gradients, which is no optimizer, has a share of 1 but for rounding.
    if not 0 < _rounded(share) < 1 or not near(steps[1], first[1] + share * first[0]):
        return None
    if near(steps[2], first[2] + share * first[1] + share**2 * first[0]):
        return Momentum(momentum=_rounded(share))
    # The first step is (1 + m) times the gradient, and what an older one leaves is m^2 of it and more.
    momentum = (share + sqrt(share * share + 4 * share)) / 2
    if momentum < 1 and near(steps[2], first[2] + share * (first[1] + momentum * first[0])):
        return Nesterov(momentum=_rounded(momentum))
    return None


def equal_steps(found: Walk) -> bool:
    """Whether a first step is of one size wherever the gradient is not small, as those are that divide by it."""
    sizes = np.abs(found.first_steps()[0])
    large = sizes[sizes > 0.5 * sizes.max()]
    return bool(len(large) > max(2, 0.7 * np.count_nonzero(sizes)) and np.ptp(large) <= 1e-2 * large.max())


def slopes_of(found: Walk, activation: str, objective: Objective) -> list[Params]:
    """The reference's gradients at the parameters before each step."""
    sigma = get_activation(activation)
    Y = objective.targets(found.Y) if objective.classes else found.Y
    slopes = [evaluate(p, found.X, Y, sigma, objective).gradients for p in found.params[:-1]]
    return slopes if found.biased else [[(dW, 0 * db) for dW, db in each] for each in slopes]


def follows(
    found: Walk, rule: Optimizer, slopes: Sequence[Params], counted: Callable[[int, str, int], bool] | None = None
) -> bool:
    """Whether every step is that of a rule for these gradients.

    Args:
        counted: of a layer, W or b, and the number of layers, whether that array counts; None: every one.
    """
    return distance_from(found, rule, slopes, counted) <= 1


def distance_from(
    found: Walk, rule: Optimizer, slopes: Sequence[Params], counted: Callable[[int, str, int], bool] | None = None
) -> float:
    """How far the steps are from those of a rule, relative to what still is one; infinite where a step is farther."""
    worst = 0.0
    state = rule.init(found.params[0])
    own = np.ones(len(_flat(found.params[0])), bool) if counted is None else _counted(found.params[0], counted)
    for (before, after), slope in zip(pairwise(found.params), slopes, strict=True):
        expected, state = rule.step(before, slope, state, found.rate)
        start, size = _flat(before), np.abs(_flat(slope))
        wanted = (start - _flat(expected)) / found.rate
        got = (start - _flat(after)) / found.rate
        seen = own & (size > _SMALL * size.max())
        allowed = _AGREE * np.abs(wanted).max() + 1e-14 * np.abs(start).max() / found.rate
        if not np.isfinite(wanted[seen]).all() or not (np.abs(got - wanted)[seen] <= allowed).all():
            return inf
        worst = max(worst, float(np.abs(got - wanted)[seen].max(initial=0.0)) / (allowed or 1.0))
    return worst


def _counted(params: Params, counted: Callable[[int, str, int], bool]) -> Array:
    parts = [
        (counted(k, part, len(params)), a.size)
        for k, pair in enumerate(params)
        for part, a in zip("Wb", pair, strict=True)
    ]
    return np.repeat([has for has, _ in parts], [size for _, size in parts])


def mistakes_of_steps(found: Walk, rule: Optimizer, slopes: Sequence[Params]) -> Iterator[str]:
    """The mistakes that make the steps of a rule what they are, simplest first."""
    for words, _ in wrong_rules(found, rule, slopes):
        yield words


def wrong_rules(found: Walk, rule: Optimizer, slopes: Sequence[Params]) -> Iterator[tuple[str, Optimizer]]:
    """The same with the rules that they are the steps of."""
    own = linear_rule(found)
    momenta = [r.momentum for r in (own, rule) if isinstance(r, Momentum) and type(own) is type(rule)]
    if own is not None and len(set(momenta)) == 2:
        yield f"momentum is {momenta[0]:g}, not {momenta[1]:g}", own
        return
    if follows(found, uphill := Uphill(rule=rule), slopes):
        yield "the sign of the step is wrong: it goes uphill", uphill
    whole = False
    for words, form in written_wrongly(rule, found.biased):
        if follows(found, form, slopes):
            whole = True
            yield words, form
    if not whole and not follows(found, uphill, slopes):
        yield from of_parts(found, rule, slopes)


#: The arrays of which one line of an update may be wrong: weights or biases, of all layers or of the first or last.
_PARTS: tuple[tuple[str, str, int | None], ...] = (
    ("biases", "b", None),
    ("weights", "W", None),
    ("last layer", "Wb", -1),
    ("first layer", "Wb", 0),
    ("weights of the last layer", "W", -1),
    ("weights of the first layer", "W", 0),
    ("biases of the last layer", "b", -1),
    ("biases of the first layer", "b", 0),
)


def parts_of(found: Walk) -> list[tuple[str, str, int | None]]:
    """Those that a walk has, in words, as W, b or both, and with the layer; without biases one line moves the weights."""
    return [part for part in _PARTS if found.biased or "b" not in part[1]]


def of_parts(found: Walk, rule: Optimizer, slopes: Sequence[Params]) -> Iterator[tuple[str, Optimizer]]:
    """The rules with which one part goes wrong while the rest follows the right one."""
    for whose, part, layer in parts_of(found):
        other = InPart(rule=rule, other=rule, part=part, layer=layer)
        if not follows(found, rule, slopes, counted=lambda k, own, depth, o=other: not o.holds(k, own, depth)):  # type: ignore[misc]
            continue
        forms = [
            ("nothing is subtracted", Still()),
            ("the sign of the step is wrong: it goes uphill", Uphill(rule=rule)),
            *written_wrongly(rule, found.biased),
        ]
        hits = [(words, form) for words, form in forms if follows(found, form, slopes, counted=other.holds)]
        for words, form in hits:
            yield f"of the {whose} alone, {words}", replace(other, other=form)
        if hits:
            return


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _flat(params: NetworkParams | Params) -> Array:
    return np.concatenate([np.asarray(a, float).ravel() for pair in params for a in pair])
