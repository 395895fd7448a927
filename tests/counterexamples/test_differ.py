"""Every fault differs from the correct implementation in the way that it says."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

from symcheck import reference
from symcheck.counterexamples.implementations import ALL, CorrectMLP, backward
from symcheck.counterexamples.implementations import forward as forward_faults
from symcheck.counterexamples.implementations import initialization as initialization_faults
from symcheck.counterexamples.implementations import loss as loss_faults
from symcheck.counterexamples.implementations import state as state_faults
from symcheck.counterexamples.implementations import update as update_faults
from symcheck.network import Network
from symcheck.symmetry import certify

SAMPLES = 40
ARITHMETIC = (*backward.FAULTS, *loss_faults.FAULTS, *forward_faults.FAULTS)


#: Slight because they show on special cases only.
SELDOM = (backward.ReluDerivativeOneHalfAtZero, backward.GradientsClippedAtOne, forward_faults.SoftmaxOverflows)
#: Slight in each unit; how much of it reaches the outputs depends on the weights.
IN_EACH_UNIT = (forward_faults.LeakInsteadOfRelu, forward_faults.UnitsWeightedByPlace)


def generator():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def batch(mlp, sizes, rng, samples=SAMPLES):
    X = rng.standard_normal((samples, sizes[0]))
    Y = rng.standard_normal((samples, sizes[-1]))
    if mlp.loss == "softmax_cross_entropy":
        Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]
    return X, Y


def case(mlp, rng, samples=SAMPLES):
    while True:
        drawn = CorrectMLP(mlp.activation, mlp.loss).initialize(mlp.tried_with, rng)
        params = [(W, 0.5 * rng.standard_normal(b.shape)) for W, b in drawn]
        X, Y = batch(mlp, mlp.tried_with, rng, samples)
        # Dead ReLU units would hide a fault; whether they are dead does not depend on the subject.
        if mlp.activation != "relu" or all(
            ((h > 0).mean(axis=0) > 0.1).all() for h in reference.hidden(params, X, "relu")
        ):
            break
    if type(mlp) is backward.ReluDerivativeOneHalfAtZero:
        params[0][0][0], params[0][1][0] = 0.0, 0.0
    if type(mlp) is backward.GradientsClippedAtOne:
        Y = np.full_like(Y, 100.0)
    if type(mlp) is forward_faults.SoftmaxOverflows:
        params[-1] = (1e6 * params[-1][0], params[-1][1])
    if type(mlp) is forward_faults.SingleSampleSqueezed:
        X, Y = X[:1], Y[:1]
    return params, X, Y


def flat(pairs):
    return np.concatenate([np.ravel(a) for pair in pairs for a in pair])


def relative_error(got, wanted):
    return np.linalg.norm(got - wanted) / np.linalg.norm(wanted)


@pytest.mark.parametrize("fault", ARITHMETIC, ids=lambda f: f.__name__)
def test_it_gives_something_else_than_the_reference(fault):
    mlp = fault()
    params, X, Y = case(mlp, generator())
    outputs = mlp.forward(deepcopy(params), X.copy())
    slopes = mlp.gradients(deepcopy(params), X.copy(), Y.copy())
    right = reference.forward(params, X, mlp.activation)
    wanted = reference.gradients(params, X, Y, mlp.activation, mlp.loss)
    shapes = [a.shape for pair in slopes for a in pair] != [a.shape for pair in wanted for a in pair]
    same_outputs = outputs.shape == right.shape and relative_error(outputs, right) < 1e-9
    if fault in (*backward.FAULTS, *loss_faults.FAULTS):
        assert same_outputs
    same_gradients = not shapes and relative_error(flat(slopes), flat(wanted)) < 1e-9
    assert not (same_outputs and same_gradients)
    # What one sample of a batch weighs has no bound; what is lost with it is told below.
    if fault.severity == "slight" and fault not in (*SELDOM, *IN_EACH_UNIT, loss_faults.OneSampleDropped):
        assert relative_error(outputs, right) < 0.05
        off = np.abs(flat(slopes) - flat(wanted)) / np.abs(flat(wanted)).max()
        assert np.median(off) < 0.05


def test_a_sample_that_is_dropped_is_the_last_one_alone():
    mlp = loss_faults.OneSampleDropped()
    params, X, Y = case(mlp, generator())
    wanted = reference.gradients(params, X[:-1], Y[:-1], mlp.activation, mlp.loss)
    assert len(X) > 1
    assert relative_error(flat(mlp.gradients(params, X, Y)), flat(wanted) * (len(X) - 1) / len(X)) < 1e-9


@pytest.mark.parametrize("fault", IN_EACH_UNIT, ids=lambda f: f.__name__)
def test_units_are_off_by_at_most_a_hundredth(fault):
    mlp, right = fault(), CorrectMLP(fault.activation)
    z = np.linspace(-2, 2, 24).reshape(6, 4)
    off = np.abs(mlp.activate(z) - right.activate(z))
    assert 0 < off.max() <= 0.01 * np.abs(z).max()


def gradients(fault):
    mlp = fault()
    params, X, Y = case(mlp, generator())
    return mlp.gradients(params, X, Y), reference.gradients(params, X, Y, mlp.activation, mlp.loss), (params, X, Y)


@pytest.mark.parametrize(
    ("fault", "factor"),
    [
        (loss_faults.LossAveragedTwice, 1 / SAMPLES),
        (loss_faults.LossNotAveraged, SAMPLES),
        (loss_faults.SquaredErrorSummedOverOutputs, 2),
        (loss_faults.FactorTwoOfTheSquareLost, 0.5),
        (backward.GradientSignWrong, -1),
    ],
)
def test_a_factor_is_on_all_gradients(fault, factor):
    got, right, _ = gradients(fault)
    assert np.allclose(flat(got), factor * flat(right), rtol=1e-9)


def test_faults_of_the_bias_leave_the_weights_alone():
    for fault in (backward.BiasGradientForgotten, backward.BiasGradientSummedOverFeatures):
        got, right, _ = gradients(fault)
        assert all(np.allclose(dW, rW) for (dW, _), (rW, _) in zip(got, right, strict=True))
    assert all(db.shape == (SAMPLES,) for _, db in gradients(backward.BiasGradientSummedOverFeatures)[0])
    assert not any(db.any() for _, db in gradients(backward.BiasGradientForgotten)[0])


def test_the_last_layer_is_right_where_the_fault_lies_below_it():
    below = (backward.TransposeMissing, backward.DerivativeForgotten, backward.DeltaUsesUpdatedWeights)
    for fault in (*below, backward.DerivativeWrongByATenthOfAPercent):
        got, right, _ = gradients(fault)
        assert np.allclose(flat(got[-1:]), flat(right[-1:]), rtol=1e-12)
        assert not np.allclose(flat(got[:-1]), flat(right[:-1]), rtol=1e-6)


def test_the_slope_is_off_by_a_tenth_of_a_percent_a_layer():
    got, right, _ = gradients(backward.DerivativeWrongByATenthOfAPercent)
    for k, (mine, theirs) in enumerate(zip(reversed(got), reversed(right), strict=True)):
        assert np.allclose(flat([mine]), 1.001**k * flat([theirs]), rtol=1e-9)


def test_some_faults_do_not_show_on_small_cases():
    rng = generator()
    for fault, sizes, samples in (
        (backward.FirstDerivativeMissingWhenDeep, (3, 4, 2), 5),
        (backward.OnlyThreeUnitsGoBack, (3, 3, 3, 2), 5),
        (loss_faults.OnlyEightSamplesUsed, (3, 4, 2), 8),
        (forward_faults.SingleSampleSqueezed, (3, 4, 2), 2),
        *((fault, (3, 4, 2), 5) for fault in SELDOM),
    ):
        mlp = fault()
        params = CorrectMLP().initialize(sizes, rng)
        X, Y = batch(mlp, sizes, rng, samples)
        if mlp.loss == "mse":
            # Errors so small that no gradient reaches 1.
            Y = reference.forward(params, X, mlp.activation) + 1e-6 * Y
        wanted = reference.gradients(params, X, Y, mlp.activation, mlp.loss)
        assert np.allclose(flat(mlp.gradients(params, X, Y)), flat(wanted), rtol=1e-6, atol=1e-12)
        assert np.allclose(mlp.forward(params, X), reference.forward(params, X, mlp.activation))


def test_dropped_and_ignored_samples_have_no_part():
    for fault, last in ((loss_faults.OneSampleDropped, SAMPLES - 1), (loss_faults.OnlyEightSamplesUsed, 8)):
        mlp, rng = fault(), generator()
        params, X, Y = case(mlp, rng)
        before = flat(mlp.gradients(params, X, Y))
        X[last:], Y[last:] = rng.standard_normal(X[last:].shape), 3.0
        assert (flat(mlp.gradients(params, X, Y)) == before).all()


def test_softmax_overflows_for_large_outputs_only():
    mlp, rng = forward_faults.SoftmaxOverflows(), generator()
    params, X, Y = case(mlp, rng)
    assert np.isnan(flat(mlp.gradients(params, X, Y))).any()
    assert np.isfinite(flat(reference.gradients(params, X, Y, mlp.activation, mlp.loss))).all()


@pytest.mark.parametrize("fault", [f for f in update_faults.FAULTS if f.shown_by == "update"], ids=lambda f: f.__name__)
def test_updates_differ(fault):
    mlp, rng = fault(), generator()
    params, X, Y = case(mlp, rng)
    slopes = reference.gradients(params, X, Y, mlp.activation)
    right = flat(reference.ReferenceMLP().update(params, slopes, 0.1))
    got = flat(mlp.update(params, slopes, 0.1))
    assert not np.allclose(got, right, rtol=1e-9, atol=0)
    assert fault.severity == "gross" or relative_error(got, right) < 0.05
    # The second call gives the same: nothing is kept.
    assert (flat(mlp.update(params, slopes, 0.1)) == got).all()


def changed(call, arguments):
    kept = deepcopy(arguments)
    call(*arguments)
    return [
        flat([[a]]).tobytes() != flat([[b]]).tobytes() for a, b in zip(_arrays(arguments), _arrays(kept), strict=True)
    ]


def _arrays(value):
    if isinstance(value, np.ndarray):
        return [value]
    return [a for part in value for a in _arrays(part)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize("fault", [f for f in ALL if f.shown_by == "purity"], ids=lambda f: f.__name__)
def test_impure_ones_change_something_that_is_not_theirs(fault):
    mlp, rng = fault(), generator()
    params, X, Y = case(mlp, rng)
    X[0, 0] = 4.0
    if fault is initialization_faults.GlobalGeneratorSeeded:
        # Whatever ran before may have left it at the very seed that the fault sets.
        np.random.seed(1)
        before = np.random.get_state()[1].copy()
        mlp.initialize(mlp.tried_with, rng)
        assert (np.random.get_state()[1] != before).any()
        return
    if fault is state_faults.GradientsReturnsItsBuffers:
        first = mlp.gradients(params, X, Y)
        kept = flat(first).copy()
        mlp.gradients(params, X + 1, Y)
        assert (flat(first) != kept).any()
        return
    slopes = reference.gradients(params, X, Y, mlp.activation)
    seen = changed(mlp.gradients, (params, X, Y)), changed(mlp.update, (params, slopes, 0.1))
    assert any(seen[0]) or any(seen[1])
    correct = CorrectMLP()
    assert not any(changed(correct.gradients, (params, X, Y)))
    assert not any(changed(correct.update, (params, slopes, 0.1)))


@pytest.mark.parametrize("fault", [f for f in ALL if f.shown_by == "determinism"], ids=lambda f: f.__name__)
def test_indeterminate_ones_give_two_answers_or_one_too_few(fault):
    mlp, rng = fault(), generator()
    params, X, Y = case(mlp, rng)
    if fault in initialization_faults.FAULTS:
        one, again, other = (flat(mlp.initialize(mlp.tried_with, np.random.default_rng(s))) for s in (1, 1, 2))
        assert (one != again).any() or (one == other).all()
        return
    mlp.forward(params, X + 1)
    slopes = mlp.gradients(params, X, Y)
    kept = flat(slopes).copy()
    mlp.forward(params, X)
    repeated = (flat(mlp.gradients(params, X, Y)) == kept).all()
    updated = flat(mlp.update(params, slopes, 0.1)).copy()
    assert not repeated or (flat(mlp.update(params, slopes, 0.1)) != updated).any()


@pytest.mark.parametrize("fault", [f for f in initialization_faults.FAULTS if f.shown_by == "symmetry"])
def test_tied_starts_are_certified_as_such(fault):
    mlp = fault()
    params = mlp.initialize(mlp.tried_with, generator())
    network = Network([W for W, _ in params], [b for _, b in params], mlp.activation)
    assert certify(network).verdict != "broken"
    right = CorrectMLP(mlp.activation).initialize(mlp.tried_with, generator())
    # A narrow ReLU may be dead by chance, which is no tie.
    activation = "gelu" if mlp.activation == "relu" else mlp.activation
    assert certify(Network([W for W, _ in right], [b for _, b in right], activation)).verdict == "broken"


def test_tied_units_come_apart_by_their_place():
    mlp, rng = state_faults.TiesBrokenByPlace(), generator()
    params = [(np.full((n, m), 0.5), np.zeros(n)) for m, n in ((3, 4), (4, 4), (4, 2))]
    X, Y = batch(mlp, (3, 4, 4, 2), rng)
    got, right = mlp.gradients(params, X, Y)[0][0], reference.gradients(params, X, Y, "tanh")[0][0]
    assert (right == right[0]).all()
    assert (np.abs(got - got[0]).max(axis=1)[1:] > 0).all()
    assert np.allclose(got, right, rtol=1e-6)


def test_faulty_laws_are_off_as_they_say():
    sizes, rng = (400, 100, 100, 400), generator()
    spread = {
        f: [float(W.std()) for W, _ in f().initialize(sizes, rng)]
        for f in (
            initialization_faults.HeWithoutTheTwo,
            initialization_faults.FanOutInsteadOfFanIn,
            initialization_faults.StdFourPercentTooLarge,
        )
    }
    tanh = CorrectMLP().gain()
    # 10,000 draws and more: seven standard errors are 5 % of the std, with a chance below 1e-10 to be beyond.
    assert np.allclose(spread[initialization_faults.HeWithoutTheTwo][:2], [1 / 20, 1 / 10], rtol=0.05)
    assert np.allclose(spread[initialization_faults.FanOutInsteadOfFanIn], [tanh / 10, tanh / 10, 1 / 20], rtol=0.05)
    drawn = initialization_faults.StdFourPercentTooLarge().initialize((3, 2), np.random.default_rng(1))
    right = CorrectMLP().initialize((3, 2), np.random.default_rng(1))
    assert np.allclose(drawn[0][0], 1.04 * right[0][0])


def test_shared_and_duplicated_weights():
    rng = generator()
    for fault, part in ((initialization_faults.LayersShareOneArray, 0), (initialization_faults.BiasesShareOneArray, 1)):
        params = fault().initialize((3, 3, 3, 3), rng)
        assert np.shares_memory(params[0][part], params[2][part])
    rows = initialization_faults.RowsDuplicated().initialize((3, 4, 2), rng)
    assert all(np.array_equal(W, np.broadcast_to(W[0], W.shape)) for W, _ in rows)
