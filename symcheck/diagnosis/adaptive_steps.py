"""Which optimizer that divides by the size of the gradient takes the steps of an implementation, and of which loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from symcheck.diagnosis.optimizer_faults import otherwise_set, wrong_forms
from symcheck.diagnosis.optimizer_steps import CLOSE, Walk, distance_from, follows, of_parts, slopes_of
from symcheck.objective import REDUCTIONS, Objective, fits
from symcheck.reference.optimizers import Adam, AdamW, Optimizer, RMSprop, SignSGD
from symcheck.types import Params

#: What is added inside a root, usually; less leaves no trace.
_INSIDE = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
#: What divides the gradient by its size, as it is usually set.
USUAL: tuple[Optimizer, ...] = (
    Adam(),
    SignSGD(),
    *(RMSprop(decay=d) for d in (0.9, 0.99, 0.999)),
    *(Adam(beta2=b) for b in (0.99, 0.9, 0.95)),
)
#: The likeliest of these.
_LIKELY = (Adam(), RMSprop(decay=0.9), RMSprop(decay=0.99))
#: The same as it is set less often.
ADAPTIVE: tuple[Optimizer, ...] = (
    *USUAL,
    *(form for rule in (Adam(), RMSprop(decay=0.9)) for form in otherwise_set(rule) if form not in USUAL),
    # With epsilon inside the root, as optax and Keras have it.
    *(Adam(epsilon=0.0, eps_root=e) for e in _INSIDE),
    *(RMSprop(decay=d, epsilon=0.0, eps_root=e) for d in (0.9, 0.99, 0.999) for e in _INSIDE),
)


def adaptive_rule(
    found: Walk, rules: Sequence[Optimizer], activation: str, outputs: Sequence[str], losses: Sequence[str]
) -> tuple[Optimizer, Objective] | None:
    """The rule among these whose steps they are, or whose steps a known mistake makes them, and for which loss."""
    objectives = [
        Objective(loss, "samples", 1.0, output) for output in outputs for loss in losses if fits(loss, output)
    ]
    slopes = {o: slopes_of(found, activation, o) for o in scaled(objectives)}
    named = rules not in (ADAPTIVE, USUAL)
    usual = [rule for rule in rules if named or rule in USUAL]
    near = [
        (distance, rule, objective)
        for rule, objective in product((*rules, *with_penalties(usual, found.biased)), objectives)
        if (distance := distance_from(found, rule, slopes[objective])) <= CLOSE
    ]
    if near:
        return min(near, key=lambda each: each[0])[1:]
    # A penalty inside is of a size beside that of the loss, which such rules divide out.
    decayed = [rule for rule in with_penalties(usual) if type(rule) is AdamW]
    for rule, objective in product((*rules, *decayed), objectives):
        # What is added inside a root is of a size beside the gradients.
        for each in scaled([objective]) if getattr(rule, "eps_root", 0.0) else [objective]:
            if follows(found, rule, slopes[each]):
                return rule, each
    # A mistake may show the scale that the right rule divides out; that is looked at for the likeliest rules alone.
    likely = [rule for rule in usual if named or rule in _LIKELY]
    for rule, objective in (*product(usual, objectives), *product(likely, slopes)):
        if any(follows(found, form, slopes[objective]) for form in wrong_forms(rule, found.biased, named)):
            return rule, objective
    if not named and (penalised := _with_l2(found, likely, slopes)) is not None:
        return penalised
    for rule, objective in product(usual, objectives):
        if any(of_parts(found, rule, slopes[objective])):
            return rule, objective
    return None


def scaled(objectives: Iterable[Objective]) -> Iterator[Objective]:
    """These losses as they come, then by every usual reduction and factor."""
    objectives = list(objectives)
    others = (
        replace(o, reduction=reduction, factor=factor)
        for o, factor, reduction in product(objectives, (1.0, 0.5), REDUCTIONS)
    )
    yield from dict.fromkeys((*objectives, *others))


def _with_l2(
    found: Walk, rules: Sequence[Optimizer], slopes: Mapping[Objective, Sequence[Params]]
) -> tuple[Optimizer, Objective] | None:
    """The rule among these with an L2 penalty inside, and the loss beside which its factor is a usual one: of the two together
    steps show no scale."""
    plain = [rule for rule in rules if rule.slots and not (rule.l1 or rule.l2)]
    along = sorted(slopes.items(), key=lambda pair: _unusual(pair[0]))
    for factor, (objective, gradients), rule in product(_FACTORS, along, plain):
        for penalised in _by_l2(rule, factor, found.biased):
            if follows(found, penalised, gradients):
                return penalised, objective
    return None


def _by_l2(rule: Optimizer, factor: float, biased: bool) -> Iterator[Optimizer]:
    """The rule with an L2 penalty of a factor, on all parameters, and on the weights alone where there are biases."""
    yield replace(rule, l2=factor)
    if biased:
        yield replace(rule, l2=factor, l2_bias=0.0)


def _unusual(objective: Objective) -> tuple[float, int]:
    """How seldom a loss is written so: a mean before a sum, and a whole before a half."""
    return -objective.factor, REDUCTIONS.index(objective.reduction)


#: Factors of a penalty that is seen in the steps alone, the roundest first.
_FACTORS = (0.1, 0.01, 0.001, 1e-4, 0.05, 0.005, 5e-4, 0.02, 0.002)


def with_penalties(rules: Sequence[Optimizer], biased: bool = True) -> Iterator[Optimizer]:
    """These rules with a penalty beside the gradient that they divide, and Adam with a decay of the parameters, at usual factors.

    Args:
        biased: whether the layers have biases, on which there may be none.
    """
    for rule in rules:
        if type(rule) is Adam:
            yield from (AdamW(beta1=rule.beta1, beta2=rule.beta2, decay=factor) for factor in _FACTORS)
        if rule.slots and not (rule.l1 or rule.l2):
            for factor in _FACTORS:
                yield from _by_l2(rule, factor, biased)
                yield replace(rule, l1=factor)
