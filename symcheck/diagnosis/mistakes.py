"""Naming the mistake behind wrong gradients, outputs or updates, by trying which mistake reproduces them.

Nothing is guessed: a mistake is named only if it gives what was got, to a relative 1e-9 (3e-6 for float32, 3e-2 for float16). On
a small case several mistakes can agree; then they are all named. `diagnose_gradients` and
`diagnose_outputs` tell them apart on cases of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.activations import get_activation
from symcheck.diagnosis.comparing import Leaves, Mistake, agree, leaves
from symcheck.diagnosis.gradients import Trial, mistakes
from symcheck.diagnosis.outputs import output_mistakes
from symcheck.diagnosis.trials import ordinary_trials, special_trials
from symcheck.diagnosis.updates import update_mistakes
from symcheck.objective import Objective, UnknownLoss, get_objective
from symcheck.strategies.frame import FREE, Frame
from symcheck.types import Array


def likely_mistake(params: Any, X: Any, Y: Any, activation: str, loss: str | Objective, got: Any) -> str | None:
    """The mistake that explains these gradients.

    Args:
        params: [(W, b), ...], W of shape (out, in), b of shape (out,) or None.
        X: shape (samples, n_0).
        Y: the targets, of the outputs' shape; or integer labels for ``softmax_cross_entropy``.
        activation: a name of the activation table.
        loss: ``mse``, ``softmax_cross_entropy`` or an `Objective`.
        got: the gradients that an implementation gave, [(dW, db), ...] in any shapes.

    Returns:
        A sentence; alternatives, at most three, are joined by "or". None where the gradients are right, are no
        list of pairs of arrays, or fit no mistake that is known.
    """
    case = _case(params, X, Y, activation, loss)
    given = None if case is None else leaves(got, case.biased)
    if case is None or given is None:
        return None
    return _joined(_all_mistakes(case, given)) or _where(case, given)


def diagnose_gradients(
    gradients: Callable[[Any, Any, Any], Any],
    activation: str,
    loss: str | Objective,
    rng: Generator,
    frame: Frame = FREE,
) -> str | None:
    """The mistake that explains what ``gradients(params, X, Y)`` gives in every one of several random cases.

    Cases in which the function raises, or is right, are left out. Where it is right in all ordinary ones, cases
    with pre-activations of 0, with large errors and with one sample are tried.

    Args:
        rng: for the parameters and batches. frame: the widths and numbers of samples that it can have.
    """
    name = get_activation(activation).name

    def found(case: Trial) -> list[Mistake] | None:
        copies = [(W.copy(), b.copy()) for W, b in case.params]
        given = leaves(gradients(copies, case.X.copy(), case.Y.copy()), case.biased)
        right = case.gradients_of(case.right)
        return None if given is None or right is None or agree(given, right) else _all_mistakes(case, given)

    return _diagnosed(found, name, get_objective(loss), rng, frame)


def diagnose_outputs(
    forward: Callable[[Any, Any], Any],
    activation: str,
    rng: Generator,
    loss: str | Objective = "mse",
    frame: Frame = FREE,
) -> str | None:
    """The same for ``forward(params, X)``."""
    name = get_activation(activation).name

    def found(case: Trial) -> list[Mistake] | None:
        copies = [(W.copy(), b.copy()) for W, b in case.params]
        given = _array(forward(copies, case.X.copy()))
        return None if given is None else _output_mistakes(case, given)

    return _diagnosed(found, name, get_objective(loss), rng, frame)


def likely_forward_mistake(params: Any, X: Any, activation: str, got: Any, loss: str | Objective = "mse") -> str | None:
    """The mistake that explains these outputs; arguments and result are as in `likely_mistake`."""
    labels = np.zeros((len(np.asarray(X)), len(params[-1][0])))
    case = _case(params, X, labels, activation, loss)
    given = _array(got)
    if case is None or given is None or case.gradients_of(case.right) is None:
        return None
    return _joined(_output_mistakes(case, given) or [])


def likely_update_mistake(params: Any, gradients: Any, learning_rate: float, got: Any) -> str | None:
    """The mistake that explains these parameters after one update from ``params`` along ``gradients``."""
    biased = [b is not None for _, b in params]
    given, start, slopes = (leaves(pairs, biased) for pairs in (got, params, gradients))
    if given is None or start is None or slopes is None:
        return None
    if agree(given, [p - learning_rate * g for p, g in zip(start, slopes, strict=True)]):
        return None
    return _joined(list(update_mistakes(start, slopes, learning_rate, given, biased)))


def _diagnosed(
    found: Callable[[Trial], list[Mistake] | None], activation: str, objective: Objective, rng: Generator, frame: Frame
) -> str | None:
    """What all cases in which something is wrong (``found`` gives a list) have in common."""
    for trials in (ordinary_trials, special_trials):
        common: list[Mistake] | None = None
        for case in trials(activation, objective, rng, frame):
            try:
                here = found(case)
            except Exception:  # the function is a stranger's, and other cases may do
                continue
            if here is not None:
                names = {m.name for m in here}
                common = here if common is None else [m for m in common if m.name in names]
        if common is not None:
            return _joined(common)
    return None


def _output_mistakes(case: Trial, given: Array) -> list[Mistake] | None:
    """None where the outputs are right."""
    with np.errstate(all="ignore"):
        if agree([given], [case.right.forward(case.params, case.X)]):
            return None
        found = list(output_mistakes(case, given))
    # A bare factor says less than any mistake that explains it.
    return [m for m in found if m.name != "factor"] or found


def _all_mistakes(case: Trial, given: Leaves) -> list[Mistake]:
    right = case.gradients_of(case.right)
    if right is None or agree(given, right):
        return []
    found: dict[str, Mistake] = {}
    for mistake in mistakes(case, given):
        found.setdefault(mistake.name, mistake)
    # A bare factor, or weights of the samples, say less than any mistake that explains them.
    for vague in ("samples", "factor"):
        if len(found) > 1:
            found.pop(vague, None)
    return list(found.values())


def _joined(found: list[Mistake]) -> str | None:
    return ", or ".join(m.sentence for m in found[:3]) or None


def _where(case: Trial, given: Leaves) -> str | None:
    """Where the gradients go wrong, when no mistake is known that does it."""
    right = case.gradients_of(case.right)
    if right is None or agree(given, right) or len(given) != len(right):
        return None
    names = [
        f"{part}{layer}" for layer, has in enumerate(case.biased, 1) for part in (("dW", "db") if has else ("dW",))
    ]
    wrong = [n for n, g, r in zip(names, given, right, strict=True) if not agree([g], [r])]
    if len(wrong) == len(names):
        return None
    return f"only {', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong: the other gradients are right"


def _case(params: Any, X: Any, Y: Any, activation: str, loss: str | Objective) -> Trial | None:
    inputs, targets = _array(X), _array(Y)
    row = get_activation(activation)
    if inputs is None or targets is None or row.function is None:
        return None
    try:
        objective = get_objective(loss)
    except UnknownLoss:
        return None
    biased = tuple(b is not None for _, b in params)
    layers = [(np.array(W, float), np.zeros(len(W)) if b is None else np.array(b, float)) for W, b in params]
    if targets.ndim == 1 and objective.classes:
        targets = np.equal.outer(targets, np.arange(len(layers[-1][0]))).astype(float)
    return Trial(layers, biased, inputs, targets, row.name, objective)


def _array(values: Any) -> Array | None:
    try:
        return np.array(values, float)
    except (TypeError, ValueError):
        return None
