"""A sample's outputs are its own, and gradients are means over the samples: neither depends on the rest of the batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.implementations import gradient_mistake
from symcheck.reference.bounds import unit_of
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import UNFOLLOWED, as_outputs, bounds_of, doubled, gradient_bounds, scene_of, targets_of
from symcheck.suite.failure import Scene, check_close, check_params

SUM = "not all samples of a large batch are in the sum, or it is divided by another number than theirs"
ORDER = "the order of the samples matters: samples are weighed by their place, or one is left out of a sum"


@claim(theorem="forward-pass", needs=("forward",))
@given(case=decimal_problems(min_samples=2))
def test_outputs_of_a_sample_are_its_own(implementation: Implementation, case: Problem) -> None:
    """One by one or all together."""
    whole = implementation.forward(case.params, case.X)
    each = np.concatenate([implementation.forward(case.params, x[None]) for x in case.X])
    if implementation.offer.activation is None or implementation.activation.function is None:
        # Errors cannot be followed through an activation that is not known.
        bound = np.full(whole.shape, max(UNFOLLOWED, 1e4 * unit_of([whole, each])) * float(np.abs(whole).max()))
    else:
        bound = as_outputs(implementation, whole, bounds_of(implementation, case, [whole, each]))[1]
    check_close(
        whole,
        each,
        2 * bound,
        "outputs of the batch, beside those of its samples one by one,",
        Scene(implementation, case.params, case.X),
        "subject.forward(params, X)",
        "something is computed from the whole batch: a mean subtracted, a softmax over the wrong axis",
    )


@claim(theorem="backpropagation", needs=("gradients", "activation", "loss"))
@given(case=decimal_problems(min_samples=12))
def test_gradients_of_a_batch_are_means(implementation: Implementation, case: Problem) -> None:
    """The gradient of a batch is the mean of those of its samples, or their sum where the loss is one."""
    Y = case.targets(implementation.objective)
    whole = implementation.gradients(case.params, case.X, Y)
    each = [implementation.gradients(case.params, x[None], y[None]) for x, y in zip(case.X, Y, strict=True)]
    objective, samples, outputs = implementation.objective, len(Y), Y.shape[1]
    share = objective.scale(samples, outputs) / objective.scale(1, outputs)
    word = "sum" if share == 1 else "mean"
    means = [tuple(share * np.sum([g[l][p] for g in each], axis=0) for p in (0, 1)) for l in range(len(whole))]
    errors = [
        bounds_of(implementation, replace(case, X=case.X[i : i + 1], Y=case.Y[i : i + 1]), whole).gradients_error
        for i in range(len(Y))
    ]
    exact = bounds_of(implementation, case, whole).gradients_error
    bounds = [
        tuple(
            2 * exact[l][p]
            + 2 * share * np.sum([e[l][p] for e in errors], axis=0)
            + 16 * np.finfo(whole[l][p].dtype).eps * share * samples * np.max([np.abs(g[l][p]) for g in each], axis=0)
            for p in (0, 1)
        )
        for l in range(len(whole))
    ]
    check_params(
        whole,
        means,
        bounds,
        f"gradient of the batch, beside the {word} over its samples,",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
        lambda: gradient_mistake(implementation, case, whole) or _of_large_batches(implementation),
    )


def _of_large_batches(implementation: Implementation) -> str | None:
    """What is wrong where gradients of small batches are right."""
    return None if "gradients" in causes_of(implementation).wrong else SUM


@claim(theorem="backpropagation", needs=("gradients",))
@given(case=decimal_problems(min_samples=2), seed=st.integers(0, 2**32 - 1))
def test_gradients_do_not_depend_on_the_order_of_samples(
    implementation: Implementation, case: Problem, seed: int
) -> None:
    """A batch is a set."""
    order = np.random.default_rng(seed).permutation(len(case.X))
    Y = targets_of(implementation, case)
    one = implementation.gradients(case.params, case.X, Y)
    other = implementation.gradients(case.params, case.X[order], Y[order])
    bounds = doubled(doubled(gradient_bounds(implementation, case, [one, other])))
    check_params(
        other,
        one,
        bounds,
        "gradient with the samples in another order,",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
        ORDER,
    )
