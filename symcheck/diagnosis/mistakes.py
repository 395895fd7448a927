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
from symcheck.diagnosis.comparing import Leaves, agree, leaves
from symcheck.diagnosis.explaining import Got, candidates, explain, gives_gradients, gives_outputs
from symcheck.diagnosis.faults.hypothesis import right_gradients
from symcheck.diagnosis.step import Step
from symcheck.diagnosis.trial import Trial
from symcheck.diagnosis.trials import trials
from symcheck.diagnosis.updates import update_mistakes
from symcheck.objective import Objective, UnknownLoss, get_objective
from symcheck.strategies.frame import FREE, Frame
from symcheck.subjects.messages import Answer
from symcheck.types import Array

#: Mistakes that cannot be told apart are named up to so many.
MOST_NAMED = 3


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
    found = Got(case, gradients=given)
    if right_gradients(case) is None or not found.gradients_wrong:
        return None
    return _explained([found], of_outputs=False) or _where(case, given)


def diagnose_gradients(
    gradients: Callable[[Any, Any, Any], Any],
    activation: str,
    loss: str | Objective,
    rng: Generator,
    frame: Frame = FREE,
) -> str | None:
    """The mistake that explains what ``gradients(params, X, Y)`` gives on several random networks.

    Args:
        rng: for the parameters and batches. frame: the widths and numbers of samples that it can have.
    """
    seen = []
    for case in trials(get_activation(activation).name, get_objective(loss), rng, frame):
        given = _asked(lambda case=case: gradients(_copied(case), case.X.copy(), case.Y.copy()))  # type: ignore[misc]
        arrays = given if isinstance(given, Answer) else leaves(given, case.biased)
        seen.append(Got(case, gradients=Answer(error="no pairs", kind="nonsense") if arrays is None else arrays))
    return _explained(seen, of_outputs=False)


def diagnose_outputs(
    forward: Callable[[Any, Any], Any],
    activation: str,
    rng: Generator,
    loss: str | Objective = "mse",
    frame: Frame = FREE,
) -> str | None:
    """The same for ``forward(params, X)``."""
    seen = []
    for case in trials(get_activation(activation).name, get_objective(loss), rng, frame):
        given = _asked(lambda case=case: forward(_copied(case), case.X.copy()))  # type: ignore[misc]
        array = given if isinstance(given, Answer) else _array(given)
        seen.append(Got(case, outputs=Answer(error="no array", kind="nonsense") if array is None else array))
    return _explained(seen, of_outputs=True)


def likely_forward_mistake(params: Any, X: Any, activation: str, got: Any, loss: str | Objective = "mse") -> str | None:
    """The mistake that explains these outputs; arguments and result are as in `likely_mistake`."""
    labels = np.zeros((len(np.asarray(X)), len(params[-1][0])))
    case = _case(params, X, labels, activation, loss)
    given = _array(got)
    if case is None or given is None or right_gradients(case) is None:
        return None
    return _explained([Got(case, outputs=given)], of_outputs=True)


def likely_update_mistake(params: Any, gradients: Any, learning_rate: float, got: Any) -> str | None:
    """The mistake that explains these parameters after one update from ``params`` along ``gradients``."""
    biased = [b is not None for _, b in params]
    given, start, slopes = (leaves(pairs, biased) for pairs in (got, params, gradients))
    if given is None or start is None or slopes is None:
        return None
    if agree(given, [p - learning_rate * g for p, g in zip(start, slopes, strict=True)]):
        return None
    found = list(update_mistakes(Step(start, slopes, learning_rate, tuple(biased)), given))
    return ", or ".join(m.sentence for m in found[:MOST_NAMED]) or None


def _explained(seen: list[Got], of_outputs: bool) -> str | None:
    """What all networks on which something is wrong have in common."""
    wrong = [s for s in seen if (s.outputs_wrong if of_outputs else s.gradients_wrong)]
    if not wrong:
        return None
    found = explain(seen, wrong, candidates(seen), gives_outputs if of_outputs else gives_gradients)
    if found is None:
        return None
    return ", or ".join(h.sentence(wrong[0].trial) for h in found.mistakes[:MOST_NAMED])


def _asked(call: Callable[[], Any]) -> Any:
    """The result of a stranger's function, or that it raises."""
    try:
        return call()
    except Exception as error:
        answer = getattr(error, "answer", None)
        return answer if isinstance(answer, Answer) else Answer(error="raises", kind="raised")


def _copied(case: Trial) -> list[tuple[Array, Array]]:
    return [(W.copy(), b.copy()) for W, b in case.params]


def _where(case: Trial, given: Leaves) -> str | None:
    """Where the gradients go wrong, when no mistake is known that does it."""
    right = right_gradients(case)
    if right is None or len(given) != len(right):
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
