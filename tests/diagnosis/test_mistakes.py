"""The mistake behind wrong gradients, outputs or updates is named rightly, or not at all."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from symcheck import reference
from symcheck.activations import ACTIVATIONS
from symcheck.counterexamples.implementations import CORRECT, UNUSUAL, CorrectMLP, backward
from symcheck.counterexamples.implementations import forward as forward_faults
from symcheck.counterexamples.implementations import loss as loss_faults
from symcheck.counterexamples.implementations import state as state_faults
from symcheck.counterexamples.implementations import update as update_faults
from symcheck.diagnosis.mistakes import (
    diagnose_gradients,
    diagnose_outputs,
    likely_forward_mistake,
    likely_mistake,
    likely_update_mistake,
)

SQUARE = (3, 3, 3, 3)
#: What the arguments of one call do not show, or what happens to outputs only.
NOT_IN_GRADIENTS = (
    forward_faults.OutputActivated,
    forward_faults.SingleSampleSqueezed,
    forward_faults.UnitsWeightedByPlace,
)
NAMED = [f for f in (*backward.FAULTS, *loss_faults.FAULTS, *forward_faults.FAULTS) if f not in NOT_IN_GRADIENTS]


def generator():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def case(sizes, loss, rng, samples=11):
    # Weights and biases of this size keep ReLU units alive for some of the samples and dead for others.
    params = [
        (rng.standard_normal((n, m)) / np.sqrt(m), 0.3 + 0.3 * rng.standard_normal(n)) for m, n in pairwise(sizes)
    ]
    X, Y = rng.standard_normal((samples, sizes[0])), rng.standard_normal((samples, sizes[-1]))
    if loss == "softmax_cross_entropy":
        Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)]
    return params, X, Y


def case_of(fault, mlp, rng):
    sizes = SQUARE if fault.tried_with == SQUARE else (3, 5, 4, 2)
    params, X, Y = case(sizes, mlp.loss, rng)
    if fault is backward.ReluDerivativeOneHalfAtZero:
        params[1][0][0], params[1][1][0] = 0.0, 0.0
        # Every unit that the dead one feeds is alive, so that a gradient reaches it.
        params[2] = (np.abs(params[2][0]), params[2][1])
    if fault is backward.GradientsClippedAtOne:
        Y = np.full_like(Y, 100.0)
    if fault is forward_faults.SoftmaxOverflows:
        params[-1] = (1e6 * params[-1][0], params[-1][1])
    return params, X, Y


@pytest.mark.first(7)
@pytest.mark.parametrize("fault", NAMED, ids=lambda f: f.__name__)
def test_each_fault_of_the_gradients_is_named(fault):
    rng, mlp = generator(), fault()
    params, X, Y = case_of(fault, mlp, rng)
    got = mlp.gradients([(W.copy(), b.copy()) for W, b in params], X.copy(), Y.copy())
    found = likely_mistake(params, X, Y, mlp.activation, mlp.loss, got)
    assert found is not None
    assert fault.likely_mistake in found


@pytest.mark.first(8)
@pytest.mark.parametrize("loss", ["mse", "softmax_cross_entropy"])
@pytest.mark.parametrize(
    "fault",
    # ReLU's own fault, and the clipping of gradients that reach 1: those of the cross-entropy seldom do.
    [f for f in backward.FAULTS if f.activation == "tanh" and f is not backward.GradientsClippedAtOne],
    ids=lambda f: f.__name__,
)
def test_faults_are_named_under_either_loss(fault, loss):
    rng, mlp = generator(), fault("sigmoid", loss)
    params, X, Y = case_of(fault, mlp, rng)
    found = likely_mistake(params, X, Y, "sigmoid", loss, mlp.gradients(params, X, Y))
    assert found is not None
    assert fault.likely_mistake in found


@pytest.mark.parametrize("loss", ["mse", "softmax_cross_entropy"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_right_gradients_and_outputs_get_no_diagnosis(activation, loss):
    params, X, Y = case((3, 5, 4, 2), loss, generator())
    right = reference.gradients(params, X, Y, activation, loss)
    assert likely_mistake(params, X, Y, activation, loss, right) is None
    assert likely_forward_mistake(params, X, activation, reference.forward(params, X, activation)) is None
    updated = reference.ReferenceMLP(activation, loss).update(params, right, 0.1)
    assert likely_update_mistake(params, right, 0.1, updated) is None


@pytest.mark.parametrize("kind", [*CORRECT, *UNUSUAL], ids=lambda c: c.__name__)
def test_correct_implementations_get_no_diagnosis(kind):
    mlp = kind()
    assert diagnose_gradients(mlp.gradients, mlp.activation, mlp.loss, generator()) is None


def test_a_dropped_sample_is_named_with_its_number_for_either_mean():
    params, X, Y = case((3, 5, 4, 2), "mse", generator())
    kept = np.arange(11) != 4
    got = reference.gradients(params, X[kept], Y[kept], "tanh")
    assert likely_mistake(params, X, Y, "tanh", "mse", got) == "sample 5 is left out of the gradients"
    scaled = [(dW * 10 / 11, db * 10 / 11) for dW, db in got]
    assert likely_mistake(params, X, Y, "tanh", "mse", scaled) == "sample 5 is left out of the gradients"


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.5, "factor 2 of the square lost"),
        (-1, "sign of the gradient is wrong"),
        (11, "loss not averaged over the samples"),
        (1 / 11, "loss averaged twice"),
        (1.37, "every gradient is 1.37 times the right one"),
        (33, "squared error summed over samples and outputs"),
        (16.5, "half the squared error summed over samples and outputs"),
    ],
)
def test_factors_are_named(factor, words):
    params, X, Y = case((2, 4, 3), "mse", generator())
    right = reference.gradients(params, X, Y, "tanh")
    found = likely_mistake(params, X, Y, "tanh", "mse", [(factor * dW, factor * db) for dW, db in right])
    assert found is not None
    assert words in found
    assert ", or " not in found


def test_what_was_written_elsewhere_is_named_too():
    rng = generator()
    params, X, Y = case((3, 5, 4, 2), "mse", rng)
    right = reference.gradients(params, X, Y, "tanh")
    clipped = [(np.clip(dW, -0.05, 0.05), np.clip(db, -0.05, 0.05)) for dW, db in right]
    assert likely_mistake(params, X, Y, "tanh", "mse", clipped) == "gradients are clipped at 0.05"
    decayed = [(dW + 0.25 * W, db) for (dW, db), (W, _) in zip(right, params, strict=True)]
    assert "L2 penalty (weights only)" in str(likely_mistake(params, X, Y, "tanh", "mse", decayed))
    other = reference.gradients(params, X, Y, "erf")
    assert likely_mistake(params, X, Y, "tanh", "mse", other) == "activation is erf, not tanh"
    single = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]
    low = reference.gradients(single, X, Y, "tanh")
    assert "float32 inside" in str(likely_mistake(params, X, Y, "tanh", "mse", low))
    transposed = [(dW.T, db) for dW, db in right]
    assert likely_mistake(params, X, Y, "tanh", "mse", transposed) == "dW is transposed"


def test_the_updated_weights_are_found_with_their_learning_rate():
    params, X, Y = case((3, 4, 4, 2), "mse", generator())
    h = [X, *reference.hidden(params, X, "sigmoid")]
    delta = 2 * (reference.forward(params, X, "sigmoid") - Y) / Y.size
    W = [w.copy() for w, _ in params]
    got = []
    for l in (2, 1, 0):
        dW, db = delta.T @ h[l], delta.sum(0)
        W[l] -= 0.3 * dW
        got.insert(0, (dW, db))
        delta = (delta @ W[l]) * (h[l] * (1 - h[l]))
    found = likely_mistake(params, X, Y, "sigmoid", "mse", got)
    assert found == "delta uses the updated W (learning rate 0.3)"


def test_layers_without_bias_and_integer_labels():
    params, X, Y = case((3, 5, 2), "softmax_cross_entropy", generator())
    params = [(params[0][0], None), params[1]]
    labels = Y.argmax(axis=1)
    right = reference.gradients(params, X, Y, "tanh", "softmax_cross_entropy")
    assert likely_mistake(params, X, labels, "tanh", "softmax_cross_entropy", right) is None
    got = [(-dW, None if db is None else -db) for dW, db in right]
    found = likely_mistake(params, X, labels, "tanh", "softmax_cross_entropy", got)
    assert found == "sign of the gradient is wrong"


def test_unknown_mistakes_get_a_place_or_nothing():
    rng = generator()
    params, X, Y = case((3, 5, 4, 2), "mse", rng)
    right = reference.gradients(params, X, Y, "tanh")
    noisy = [(dW + rng.standard_normal(dW.shape), db + rng.standard_normal(db.shape)) for dW, db in right]
    assert likely_mistake(params, X, Y, "tanh", "mse", noisy) is None
    one = [noisy[0], *right[1:]]
    expected = "only dW1, db1 are wrong: the other gradients are right"
    assert likely_mistake(params, X, Y, "tanh", "mse", one) == expected
    one = [*right[:2], (right[2][0], noisy[2][1])]
    assert likely_mistake(params, X, Y, "tanh", "mse", one) == "only db3 is wrong: the other gradients are right"


@pytest.mark.parametrize("got", [None, 3.0, [], [(1, 2, 3)], [("a", "b")] * 3, [(np.zeros((1, 1)), None)] * 3])
def test_nonsense_gets_no_diagnosis_and_no_error(got):
    params, X, Y = case((3, 5, 4, 2), "mse", generator())
    assert likely_mistake(params, X, Y, "tanh", "mse", got) is None
    assert likely_forward_mistake(params, X, "tanh", got) is None
    assert likely_update_mistake(params, params, 0.1, got) is None


def test_a_case_that_cannot_be_computed_gets_no_diagnosis():
    params, X, Y = case((3, 5, 4, 2), "mse", generator())
    assert likely_mistake(params, X, Y, "any", "mse", params) is None
    assert likely_mistake(params, X, Y, "tanh", "huber", params) is None
    assert likely_mistake(params, X[:, :2], Y, "tanh", "mse", params) is None
    assert likely_forward_mistake(params, X[:, :2], "tanh", Y) is None


def test_nothing_is_written_into_the_arguments():
    params, X, Y = case((3, 3, 3), "mse", generator())
    right = reference.gradients(params, X, Y, "tanh")
    arrays = [X, Y, *(a for pair in (*params, *right) for a in pair)]
    for array in arrays:
        array.flags.writeable = False
    doubled = [(2.5 * dW, 2.5 * db) for dW, db in right]
    assert likely_mistake(params, X, Y, "tanh", "mse", doubled) == "every gradient is 2.5 times the right one"
    assert "unchanged" in str(likely_update_mistake(params, right, 0.1, params))
    assert "times the right one" in str(
        likely_forward_mistake(params, X, "tanh", 3 * reference.forward(params, X, "tanh"))
    )


def test_alternatives_are_all_named_where_a_case_cannot_tell_them_apart():
    params, X, Y = [(np.array([[1.0]]), np.array([0.5]))], np.array([[1.0], [2.0]]), np.array([[0.0], [0.0]])
    right = reference.gradients(params, X, Y, "tanh")
    halved = [(dW / 2, db / 2) for dW, db in right]
    found = str(likely_mistake(params, X, Y, "tanh", "mse", halved))
    assert "factor 2 of the square lost" in found
    assert "loss averaged twice" in found
    # On cases of its own choice they are told apart.
    rng = generator()
    assert diagnose_gradients(loss_faults.LossAveragedTwice().gradients, "tanh", "mse", rng).startswith(
        "loss averaged twice"
    )
    assert diagnose_gradients(loss_faults.FactorTwoOfTheSquareLost().gradients, "tanh", "mse", rng) == (
        "factor 2 of the square lost"
    )


@pytest.mark.first(7)
@pytest.mark.parametrize("fault", NAMED, ids=lambda f: f.__name__)
def test_one_name_fits_all_cases(fault):
    mlp = fault()
    found = diagnose_gradients(mlp.gradients, mlp.activation, mlp.loss, generator())
    assert found is not None
    assert fault.likely_mistake in found


@pytest.mark.parametrize(
    "fault", [backward.BiasGradientSummedOverFeatures, backward.TransposeMissing, backward.WeightGradientTransposed]
)
def test_what_raises_on_unequal_widths_is_named_on_equal_ones(fault):
    def gradients(params, X, Y):
        found = fault().gradients(params, X, Y)
        if [a.shape for pair in found for a in pair] != [a.shape for pair in params for a in pair]:
            raise ValueError("shapes differ")
        return found

    assert diagnose_gradients(gradients, "tanh", "mse", generator()) == fault.likely_mistake


def test_random_gradients_have_no_name_in_common():
    assert diagnose_gradients(state_faults.NoiseOnTheGradients().gradients, "tanh", "mse", generator()) is None

    def raises(params, X, Y):
        raise RuntimeError("no")

    assert diagnose_gradients(raises, "tanh", "mse", generator()) is None


@pytest.mark.parametrize(
    "fault",
    [
        forward_faults.BiasAddedTwice,
        forward_faults.BiasIgnored,
        forward_faults.OutputActivated,
        forward_faults.ActivationForgotten,
        forward_faults.LeakInsteadOfRelu,
        forward_faults.BatchMeanSubtracted,
        forward_faults.Float32Inside,
        forward_faults.Float16Inside,
        forward_faults.LastUnitSwitchedOff,
    ],
    ids=lambda f: f.__name__,
)
def test_each_fault_of_the_outputs_is_named(fault):
    mlp = fault()
    params, X, _ = case((3, 5, 4, 2), mlp.loss, generator())
    found = likely_forward_mistake(params, X, mlp.activation, mlp.forward(params, X))
    assert found is not None
    assert fault.likely_mistake in found


@pytest.mark.parametrize(
    "fault", [f for f in forward_faults.FAULTS if f.shown_by in ("forward", "batching")], ids=lambda f: f.__name__
)
def test_one_name_fits_all_outputs(fault):
    mlp = fault()
    found = diagnose_outputs(mlp.forward, mlp.activation, generator())
    assert found is not None
    assert fault.likely_mistake in found


@pytest.mark.parametrize("kind", [*CORRECT, *UNUSUAL], ids=lambda c: c.__name__)
def test_right_outputs_get_no_diagnosis_in_any_case(kind):
    assert diagnose_outputs(kind().forward, kind.activation, generator()) is None


def test_more_mistakes_of_the_outputs():
    params, X, _ = case(SQUARE, "mse", generator())
    right = reference.forward(params, X, "tanh")
    h = X
    for l, (W, b) in enumerate(params):
        h = h @ W + b
        h = np.tanh(h) if l < 2 else h
    assert likely_forward_mistake(params, X, "tanh", h) == "W.T missing in the forward pass"
    assert likely_forward_mistake(params, X, "tanh", right - params[-1][1]) == "bias is not added in the last layer"
    assert "transposed" in str(likely_forward_mistake(params, X, "tanh", right.T))
    powers = np.exp(right)
    softmax = powers / powers.sum(axis=1, keepdims=True)
    assert "softmax is applied already" in str(likely_forward_mistake(params, X, "tanh", softmax))
    one = forward_faults.SingleSampleSqueezed().forward(params, X[:1])
    assert likely_forward_mistake(params, X[:1], "tanh", one) == "outputs are squeezed"
    (W1, b1), (W2, b2), (W3, b3) = params
    linear = np.tanh((X @ W1.T + b1) @ W2.T + b2) @ W3.T + b3
    assert likely_forward_mistake(params, X, "tanh", linear) == "activation is missing in hidden layer 1"


@pytest.mark.parametrize("fault", [f for f in update_faults.FAULTS if f.shown_by == "update"], ids=lambda f: f.__name__)
@pytest.mark.parametrize("rate", [0.1, 0.01])
def test_each_fault_of_the_update_is_named(fault, rate):
    params, X, Y = case(SQUARE, "mse", generator())
    slopes = reference.gradients(params, X, Y, "tanh")
    found = likely_update_mistake(params, slopes, rate, fault().update(params, slopes, rate))
    assert found is not None
    assert fault.likely_mistake in found


def test_more_mistakes_of_the_update():
    params, X, Y = case((3, 4, 2), "mse", generator())
    slopes = reference.gradients(params, X, Y, "tanh")

    def named(step):
        return likely_update_mistake(params, slopes, 0.1, CorrectMLP().update(params, slopes, step))

    assert named(1.0) == "learning rate is not applied"
    assert named(0.05) == "the step is 0.5 times learning_rate * gradient"
