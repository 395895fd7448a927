"""Smallest counterexamples, found and shrunk by Hypothesis, on the autograd reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from symcheck.proof.needed import Necessity
from symcheck.reference import State, gradients, hidden, optimizer, trajectory

#: A difference on the reference that no rounding explains: it is 1e10 times larger.
VISIBLE = 1e-5


#: Finds the smallest case, given the name of the hypothesis.
Found = Callable[[str], Necessity]
Words = str | Callable[..., str]


def smallest(shows: str, case: Any, measure: Callable[..., float], words: Words) -> Found:
    """The smallest case that shows a hypothesis to be needed, once it is asked for.

    Args:
        shows: what goes wrong.
        case: a Hypothesis strategy for tuples of small integers, or how many of them from -2 to 2.
        measure: by how much the conclusion fails; 0 where another hypothesis fails too.
        words: the case in words, with places for its numbers, or from these.
    """

    def found(hypothesis: str) -> Necessity:
        from hypothesis import HealthCheck, Phase, find, settings

        chosen = settings(
            max_examples=2000,
            database=None,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        numbers = find(
            integers(case) if isinstance(case, int) else case, lambda c: measure(*c) > VISIBLE, settings=chosen
        )
        told = words.format(*numbers) if isinstance(words, str) else words(*numbers)
        return Necessity(hypothesis, told, shows, measure(*numbers))

    return found


def smallest_law(
    shows: str,
    case: Any,
    make: Callable[..., Any],
    words: Words,
    gap: Callable[[Any], Any] = lambda made: made.gap(),
    alone: str = "",
) -> Found:
    """The same of finite laws, which know exactly which hypotheses do not hold: only one may.

    Args:
        make: from the numbers of a case to what has ``broken()``, the names of the hypotheses that do not hold.
        gap: how far the conclusion is from being true of it.
        alone: the name of the hypothesis there, if it is another one.
    """

    def found(hypothesis: str) -> Necessity:
        def measure(*numbers: int) -> float:
            made = make(*numbers)
            return float(gap(made)) if made.broken() == {alone or hypothesis} else 0.0

        return smallest(shows, case, measure, words)(hypothesis)

    return found


def integers(count: int, low: int = -2, high: int = 2) -> Any:
    """A strategy for tuples of integers."""
    from hypothesis import strategies

    return strategies.tuples(*[strategies.integers(low, high)] * count)


def params_from(*layers: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    """Parameters from nested lists."""
    return [(np.array(w, dtype=float), None if b is None else np.array(b, dtype=float)) for w, b in layers]


def separation(
    params: Any,
    X: Any,
    Y: Any,
    activation: Any = "tanh",
    rates: Any = 0.5,
    steps: int = 2,
    tied_at_start: bool = True,
    signs: tuple[int, int] = (1, 1),
    rule: Any = "sgd",
) -> float:
    """How far the two units of the first hidden layer, with their signs, move apart in training.

    It is 0 if they are apart before training and ``tied_at_start`` asks that they are not.
    """
    batch = (np.array(X, dtype=float), np.array(Y, dtype=float))
    if tied_at_start and _apart(params, batch[0], activation, signs) > 0:
        return 0.0
    after = trajectory(params, batch, activation, "mse", rule, rates, steps)
    return max(_apart(p, batch[0], activation, signs) for p in (params, *after))


def separation_after(later: Iterator[Any], X: Any, activation: Any = "tanh", signs: tuple[int, int] = (1, 1)) -> float:
    """How far apart the two units are after two steps of some other way of training."""
    batch = np.array(X, dtype=float)
    return max(_apart(p, batch, activation, signs) for p in islice(later, 2))


def with_memory(params: Any, X: Any, Y: Any, velocity: Any) -> Iterator[Any]:
    """Training with momentum, which starts with a velocity in the first layer."""
    rule = optimizer("momentum")
    start = rule.init(params)
    state = State(0, ((np.array(velocity, dtype=float),), *start.slots[1:]))
    batch = (np.array(X, dtype=float), np.array(Y, dtype=float))
    while True:
        params, state = rule.step(params, gradients(params, *batch, "tanh", "mse"), state, 0.5)
        yield params


def rectified_descent(params: Any, X: Any, Y: Any) -> Iterator[Any]:
    """Training with an entrywise rule that is not odd: only positive gradients are followed."""
    batch = (np.array(X, dtype=float), np.array(Y, dtype=float))
    while True:
        slopes = gradients(params, *batch, "tanh", "mse")
        params = [
            tuple(
                value - 0.5 * np.maximum(np.asarray(slope), 0) for value, slope in zip(layer, layer_slopes, strict=True)
            )
            for layer, layer_slopes in zip(params, slopes, strict=True)
        ]
        yield params


def movement(params: Any, X: Any, Y: Any, activation: str = "tanh", steps: int = 2) -> float:
    """How far a weight gets from its start in training."""
    batch = (np.array(X, dtype=float), np.array(Y, dtype=float))
    return max(
        float(np.max(np.abs(new - old)))
        for after in trajectory(params, batch, activation, "mse", "sgd", 0.5, steps)
        for (new, _), (old, _) in zip(after, params, strict=True)
    )


def hidden_activations(params: Any, X: Any, activation: Any) -> Any:
    """Activations of the first hidden layer, shape (samples, units)."""
    return hidden(params, np.array(X, dtype=float), activation)[0]


def _apart(params: Any, X: Any, activation: Any, signs: tuple[int, int]) -> float:
    first = hidden(params, X, activation)[0] * np.array(signs)
    return float(np.max(np.abs(first - first[:, :1])))
