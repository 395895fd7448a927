"""The likely mistake behind what an implementation gave: the one that reproduces it, or what the call shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcheck.diagnosis.causes import causes_of
from symcheck.objective import Objective
from symcheck.reference.bounds import evaluate, unit_of
from symcheck.strategies.problem import Problem
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.messages import Answer, Sharing
from symcheck.types import Array

#: The relative errors that values of single precision leave in a small network.
_LEFT_BY_SINGLE = (2.0**-30, 2.0**-16)

#: What is wrong where outputs differ from call to call.
RANDOM_OUTPUTS = "outputs are random: dropout left on, or noise is drawn in forward"


def gradient_mistake(subject: Implementation, case: Problem, got: Any) -> str | None:
    """What is wrong with gradients, if it is a known mistake.

    The smallest failing case fits many mistakes, so it is looked at only where larger networks show nothing.
    """
    from symcheck.diagnosis.mistakes import likely_mistake

    if not subject.offer.biases and any(np.any(db) for _, db in got):
        return "biases = False is declared, and yet biases have gradients"
    causes = causes_of(subject)
    if cause := causes.spoiling("gradients"):
        return cause.sentence
    if causes.wrong:
        return None
    if not subject.lacks(("forward",)) and _outputs_differ(subject, case):
        return (
            "forward gives other outputs than the network for these inputs, where they are right for smaller ones: "
            f"what is computed there is no {subject.activation.name} (a limit, a clip), and gradients go astray with it"
        )
    loss = subject.promised or subject.objective
    params = case.params if subject.offer.biases else [(W, None) for W, _ in case.params]
    return likely_mistake(params, case.X, case.targets(loss), subject.activation.name, loss, got)


def _outputs_differ(subject: Implementation, case: Problem) -> bool:
    """Whether already the outputs are wrong for the numbers of which gradients are."""
    objective = Objective(output_activation=subject.offer.output_activation or "identity")
    try:
        got = subject.forward(case.params, case.X)
    except Misbehaviour:
        return False
    exact = evaluate(case.params, case.X, np.zeros_like(got), subject.activation, objective, unit=unit_of(got))
    return bool((np.abs(got - exact.outputs) > 2 * exact.outputs_error).any())


def output_mistake(subject: Implementation, case: Problem, got: Any) -> str | None:
    """What is wrong with outputs, if it is a known mistake; larger networks go first, as for gradients."""
    from symcheck.diagnosis.mistakes import likely_forward_mistake

    causes = causes_of(subject)
    if cause := causes.spoiling("outputs"):
        return cause.sentence
    if "outputs" in causes.wrong:
        return unknown_outputs(subject)
    objective = subject.offer.objective or Objective(output_activation=subject.offer.output_activation or "identity")
    return likely_forward_mistake(case.params, case.X, subject.activation.name, got, objective)


def unknown_outputs(subject: Implementation) -> str:
    """What is left to say of outputs that are wrong, and that no known mistake gives."""
    return (
        f"forward computes another function than a network with {subject.activation.name} units, and by no known mistake "
        "(another activation would do it, or inputs that are changed first)"
    )


def update_mistake(subject: Implementation, params: Any, gradients: Any, rate: float, got: Any) -> str | None:
    """What is wrong with an update, if it is a known mistake; larger networks go first."""
    from symcheck.diagnosis.mistakes import likely_update_mistake

    causes = causes_of(subject)
    if cause := causes.spoiling("update"):
        return cause.sentence
    return None if "update" in causes.wrong else likely_update_mistake(params, gradients, rate, got)


def step_mistake(subject: Implementation) -> str | None:
    """What is wrong with the steps of an optimizer, if it is a known mistake, seen on a larger network."""
    causes = causes_of(subject)
    return next((c.sentence for c in causes.found), None)


def call_mistake(subject: Implementation, samples: int, error: Misbehaviour) -> str | None:
    """What is wrong with gradients of a batch of ``samples`` that raise or have other shapes."""
    if cause := causes_of(subject).spoiling("gradients"):
        return cause.sentence
    answer = error.answer
    if answer.misshapen == "b" and tuple(answer.shape) == (samples,):
        return "db is summed over features instead of samples: write delta.sum(axis=0)"
    if answer.misfit == "transposed":
        return "dW is transposed: write delta.T @ h, not h.T @ delta"
    return None


def precision_mistake(subject: Implementation, got: Any, exact: Any) -> str | None:
    """What is wrong with gradients that are not right to float64's rounding: a known mistake, or the precision that an
    error of this size comes from; None where it is larger than single precision leaves, or smaller."""
    causes = causes_of(subject)
    if cause := causes.spoiling("gradients"):
        return cause.sentence
    if causes.wrong:
        return None
    pairs = list(zip(_arrays(got), _arrays(exact), strict=True))
    size = max(float(np.abs(b).max()) for _, b in pairs) or 1.0
    error = max(float(np.abs(a - b).max()) for a, b in pairs) / size
    if _LEFT_BY_SINGLE[0] < error < _LEFT_BY_SINGLE[1]:
        return "float32 inside: something is cast down, or the gradients are finite differences"
    return None


def memory_mistake(method: str, results: list[Any]) -> str:
    """Why the same arguments give other results: three calls, one after the other."""
    first, second, third = (np.concatenate([np.ravel(a) for a in _arrays(r)]) for r in results)
    if np.allclose(third - second, second - first, rtol=1e-6, atol=0) and (second != first).any():
        return f"{method} accumulate from call to call: a sum is never set back to zero"
    if (second == third).all():
        return f"{method} uses what the last forward has cached"
    return f"{method} are random: dropout left on, noise is drawn, or an order is that of a set"


def sharing_mistake(method: str, shared: Sharing) -> tuple[str, str]:
    """Memory that the result of a method shares with something else: what it is, and what is wrong with that."""
    if shared.whose == "argument":
        told = f"{method} returns a view of its argument {shared.parts[0]}; return arrays of its own"
        return told, f"{method} returns a view of its argument"
    if shared.whose == "result":
        told = f"{method} returns one array for {' and '.join(shared.parts)}: they would train as one"
        weights = any(part.startswith("W") for part in shared.parts)
        return told, f"{'weights' if weights else 'biases'} of layers share one array"
    told = f"{method} returns a view of its own state: the next call changes what the last one returned"
    if method == "initialize":
        return told, "initialize returns the same arrays at every call"
    return told, f"{method} returns views of its own state"


def overwriting_mistake(method: str, changed: Sequence[str]) -> str:
    """What is wrong where arguments of a method are written into."""
    names = " and ".join(changed)
    if method == "update":
        what = "the gradients" if names == "gradients" else "its arguments"
        return f"update changes {what} in place"
    return f"{names} {'is' if names in ('X', 'Y') else 'are'} changed in place"


def start_mistake(weights: Sequence[Array]) -> str:
    """Why the units of freshly initialized layers are tied or dead."""
    if all((w == 0).all() for w in weights):
        return "all weights start at zero"
    if all((w == w[0, 0]).all() for w in weights):
        return "all weights start equal"
    zero = [i for i, w in enumerate(weights, 1) if (w == 0).all()]
    if zero:
        return f"{'first' if zero[0] == 1 else f'{zero[0]}th'} layer starts at zero"
    return "two units start alike, incoming and outgoing weights both"


def spread_mistake(ratio: float, shape: tuple[int, ...]) -> str:
    """Why weights of shape (out, in) are spread by this factor of what their law has."""
    if abs(ratio - 0.5**0.5) < 0.02:
        return "the factor 2 of He's variance is missing"
    if abs(ratio - (shape[1] / shape[0]) ** 0.5) < 0.02:
        return "fan_out instead of fan_in"
    return f"std is too {'large' if ratio > 1 else 'small'} by the factor {ratio:.3g}"


def pinned_mistake(seen: Answer) -> str:
    """Why another seed gives the same start; ``seen`` is the last answer of ``initialize``."""
    if seen.state:
        return "global numpy random used: draw from the generator that is handed over"
    if seen.shared:
        return "initialize returns the same arrays at every call"
    return "seed pinned inside: draw from the generator that is handed over"


def _arrays(result: Any) -> list[Any]:
    return [a for pair in result for a in pair] if isinstance(result, list) else [result]
