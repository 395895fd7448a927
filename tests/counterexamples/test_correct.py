"""The correct implementation agrees with the reference, and so do those that only look odd."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from symcheck import reference
from symcheck.activations import ACTIVATIONS
from symcheck.counterexamples.implementations import (
    ALL,
    CORRECT,
    CORRECT_OBJECTIVES,
    CORRECT_STEPS,
    CORRECT_VECTORS,
    FAMILIES,
    PAIRED,
    STYLES,
    UNUSUAL,
    CorrectMLP,
    FaultyMLP,
)
from symcheck.reference import ReferenceMLP

EVERY = (*ALL, *PAIRED)
LOSSES = ("mse", "softmax_cross_entropy")


def case(sizes, loss, samples=7):
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    rng = np.random.default_rng(seed)
    params = [(rng.standard_normal((n_out, n_in)), rng.standard_normal(n_out)) for n_in, n_out in pairwise(sizes)]
    Y = rng.standard_normal((samples, sizes[-1]))
    if loss == "softmax_cross_entropy":
        Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]
    return params, rng.standard_normal((samples, sizes[0])), Y


def assert_pairs_close(got, wanted, relative=1e-12):
    for (dW, db), (rW, rb) in zip(got, wanted, strict=True):
        for g, r in ((dW, rW), (db, rb)):
            assert g.shape == r.shape
            assert np.abs(g - r).max() <= relative * max(1.0, float(np.abs(r).max()))


@pytest.mark.parametrize("sizes", [(3, 2), (2, 4, 3), (3, 5, 4, 4, 2)])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_agrees_with_the_reference(activation, loss, sizes):
    params, X, Y = case(sizes, loss)
    mlp = CorrectMLP(activation, loss)
    outputs = reference.forward(params, X, activation)
    assert np.abs(mlp.forward(params, X) - outputs).max() <= 1e-12 * max(1.0, float(np.abs(outputs).max()))
    slopes = reference.gradients(params, X, Y, activation, loss)
    assert_pairs_close(mlp.gradients(params, X, Y), slopes)
    assert_pairs_close(mlp.update(params, slopes, 0.125), ReferenceMLP(activation, loss).update(params, slopes, 0.125))


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_it_draws_what_the_reference_draws(activation):
    drawn = CorrectMLP(activation).initialize((3, 4, 2), np.random.default_rng(5))
    wanted = ReferenceMLP(activation).initialize((3, 4, 2), np.random.default_rng(5))
    assert_pairs_close(drawn, wanted)


@pytest.mark.parametrize("kind", [*CORRECT, *UNUSUAL, *STYLES], ids=lambda c: c.__name__)
def test_nothing_is_wrong_with_what_must_pass(kind):
    mlp = kind()
    params, X, Y = case(mlp.tried_with, mlp.loss)
    given = turned(params) if mlp.layout == "in_out" else params
    got = mlp.gradients(given, X, Y)
    wanted = reference.gradients(params, X, Y, mlp.activation, mlp.loss)
    assert_pairs_close(turned(got) if mlp.layout == "in_out" else got, wanted)
    assert np.allclose(mlp.forward(given, X), reference.forward(params, X, mlp.activation), rtol=1e-12, atol=1e-12)


def turned(pairs):
    return [(W.T, b) for W, b in pairs]


def test_correct_classes_cover_both_losses_and_three_activations():
    assert {(c.activation, c.loss) for c in CORRECT} == {(a, l) for a in ("tanh", "relu", "sigmoid") for l in LOSSES}


def test_every_fault_says_what_it_is():
    assert len(ALL) >= 30
    assert len(EVERY) == len({f.__name__ for f in EVERY})
    assert not {*EVERY} & {*CORRECT, *UNUSUAL, *CORRECT_OBJECTIVES, *CORRECT_STEPS, *STYLES, *CORRECT_VECTORS}
    for fault in EVERY:
        assert fault.severity in ("gross", "slight")
        assert fault.shown_by in FAMILIES
        assert len(fault.fault.split()) >= 4
        assert fault.likely_mistake
        assert fault().layout == "out_in"


def test_no_fault_is_left_out():
    def below(kind):
        return {kind, *(c for child in kind.__subclasses__() for c in below(child))}

    public = {c for c in below(FaultyMLP) - {FaultyMLP} if not c.__name__.startswith("_")}
    assert {c for c in public if c.__module__.startswith("symcheck.")} == {*EVERY}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_gross_and_a_slight_fault(family):
    assert {f.severity for f in ALL if f.shown_by == family} == {"gross", "slight"}
