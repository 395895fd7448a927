"""The update rules by hand, their settings, clipping, penalties and purity."""

import warnings
from math import sqrt

import numpy as np
import pytest

from symcheck.errors import NetworkError, SymcheckError, UnknownOptimizer
from symcheck.reference import OPTIMIZERS, BatchError, Optimizer, optimizer

SETTINGS = ({}, {"l1": 0.1}, {"l2": 0.1}, {"clip_value": 0.1}, {"clip_norm": 0.1})


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def scalar(value):
    return [(np.array([[value]]), None)]


def walked(rule, value, slopes, rate):
    """The parameter of a 1-1 network after each of these gradients."""
    params, state, path = scalar(value), rule.init(scalar(value)), []
    for slope in slopes:
        params, state = rule.step(params, scalar(slope), state, rate)
        path.append(float(params[0][0][0, 0]))
    return path


def random_pairs(rng, dtype=np.float64):
    shapes = [((3, 2), (3,)), ((3, 3), None), ((2, 3), (2,))]
    return [
        (rng.standard_normal(w).astype(dtype), None if b is None else rng.standard_normal(b).astype(dtype))
        for w, b in shapes
    ]


def test_two_steps_by_hand():
    expected = {
        "sgd": [1 - 0.2, 1 - 0.2 + 0.1],
        "signsgd": [0.9, 1.0],
        "momentum": [1 - 0.2, 0.8 - 0.1 * (0.9 * 2 - 1)],
        "nesterov": [1 - 0.1 * (2 + 0.9 * 2), 0.62 - 0.1 * (-1 + 0.9 * 0.8)],
        "rmsprop": [1 - 0.1 * 2 / sqrt(0.04), 0 + 0.1 / sqrt(0.99 * 0.04 + 0.01)],
        "adam": [0.9, 0.9 - 0.1 * (0.9 * 0.2 - 0.1) / 0.19 / sqrt((0.999 * 0.004 + 0.001) / 0.001999)],
        "adamw": [0.899, 0.899 * 0.999 - 0.1 * (0.9 * 0.2 - 0.1) / 0.19 / sqrt((0.999 * 0.004 + 0.001) / 0.001999)],
    }
    assert set(expected) == set(OPTIMIZERS)
    for name, path in expected.items():
        exact = {"epsilon": 0.0} if name in ("rmsprop", "adam", "adamw") else {}
        computed = walked(optimizer(name, **exact), 1.0, [2.0, -1.0], 0.1)
        assert computed == pytest.approx(path, rel=1e-13, abs=1e-14), name


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_penalties_are_added_to_the_gradient(name):
    seed, rng = fresh()
    params, slopes = random_pairs(rng), random_pairs(rng)
    penalised = [
        tuple(None if p is None else g + 0.3 * p + 0.2 * np.sign(p) for p, g in zip(*pairs, strict=True))
        for pairs in zip(params, slopes, strict=True)
    ]
    plain, coupled = optimizer(name), optimizer(name, l1=0.2, l2=0.3)
    expected, _ = plain.step(params, penalised, plain.init(params), 0.1)
    computed, _ = coupled.step(params, slopes, coupled.init(params), 0.1)
    for pair, reference in zip(computed, expected, strict=True):
        for a, b in zip(pair, reference, strict=True):
            assert (a is None) == (b is None)
            if a is not None:
                np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14, err_msg=f"seed {seed}")


def test_l1_leaves_a_zero_parameter_alone():
    assert walked(optimizer("sgd", l1=0.5), 0.0, [0.0], 1.0) == [0.0]
    assert walked(optimizer("sgd", l1=0.5), -1.0, [0.0], 1.0) == [-0.5]


def test_clipping_by_value_and_by_global_norm():
    seed, rng = fresh()
    params, slopes = random_pairs(rng), random_pairs(rng)
    flat = np.concatenate([g.ravel() for pair in slopes for g in pair if g is not None])

    def step(**settings):
        rule = optimizer("sgd", **settings)
        moved, _ = rule.step(params, slopes, rule.init(params), 1.0)
        return np.concatenate(
            [
                (p - q).ravel()
                for a, b in zip(params, moved, strict=True)
                for p, q in zip(a, b, strict=True)
                if p is not None
            ]
        )

    norm = float(np.linalg.norm(flat))
    bounded = np.clip(flat, -0.3, 0.3)
    np.testing.assert_allclose(step(clip_value=0.3), bounded, atol=1e-14, err_msg=f"seed {seed}")
    np.testing.assert_allclose(step(clip_norm=norm / 3), flat / 3, atol=1e-14, err_msg=f"seed {seed}")
    np.testing.assert_array_equal(step(clip_norm=norm * 1.001), step(), err_msg=f"seed {seed}")
    assert not step(clip_value=0.0).any()
    assert not step(clip_norm=0.0).any()


def test_a_gradient_that_overflows_is_no_warning():
    with pytest.warns(RuntimeWarning, match="overflow"):
        np.square(np.array([1e300]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in OPTIMIZERS:
            for settings in SETTINGS:
                path = walked(optimizer(name, **settings), 1.0, [1e300, float("inf"), float("nan")], 0.1)
                # What is no number is not hidden.
                assert np.isfinite(path[0]), (name, settings)
                assert np.isnan(path[2]), (name, settings)


def test_learning_rates_may_differ_between_parameters():
    seed, rng = fresh()
    params, slopes = random_pairs(rng), random_pairs(rng)
    rates = [(0.1, np.array([1.0, 0, 2])), (rng.random((3, 3)), None), (rng.random((2, 1)), 0.0)]
    rule = optimizer("sgd")
    moved, _ = rule.step(params, slopes, rule.init(params), rates)
    for old, new, slope, rate in zip(params, moved, slopes, rates, strict=True):
        for p, q, g, r in zip(old, new, slope, rate, strict=True):
            assert (p is None) == (q is None)
            if p is not None:
                np.testing.assert_allclose(q, p - r * g, rtol=1e-14, atol=1e-15, err_msg=f"seed {seed}")
    constant = [(0.1, 0.1), (0.1, None), (0.1, 0.1)]
    for name in OPTIMIZERS:
        rule = optimizer(name)
        one, _ = rule.step(params, slopes, rule.init(params), 0.1)
        many, _ = rule.step(params, slopes, rule.init(params), constant)
        for a, b in zip(one, many, strict=True):
            np.testing.assert_array_equal(a[0], b[0], err_msg=f"seed {seed}, {name}")


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_written_nothing_is_shared_and_the_dtype_stays(name, settings, dtype):
    seed, rng = fresh()
    rule = optimizer(name, **settings)
    params, slopes = random_pairs(rng, dtype), random_pairs(rng, dtype)
    state = rule.init(params)
    given = [a for pair in (*params, *slopes) for a in pair if a is not None]
    given += [a for slots in state.slots for a in slots]
    before = [a.copy() for a in given]
    arrays = [(np.full((3, 1), 0.1), 0.1), (0.1, None), (0.1, np.full(2, 0.1))]
    for rate in (0.1, np.float64(0.1), arrays):
        moved, after = rule.step(params, slopes, state, rate)
        result = [a for pair in moved for a in pair if a is not None]
        result += [a for slots in after.slots for a in slots]
        assert {a.dtype for a in result} == {np.dtype(dtype)}
        assert after.steps == 1
        for array, copy in zip(given, before, strict=True):
            assert array.tobytes() == copy.tobytes(), f"seed {seed}"
        assert not any(np.shares_memory(r, g) for r in result for g in given), f"seed {seed}"
        again, _ = rule.step(params, slopes, state, rate)
        assert all(
            a.tobytes() == b.tobytes()
            for p, q in zip(moved, again, strict=True)
            for a, b in zip(p, q, strict=True)
            if a is not None
        ), f"seed {seed}"


def test_settings_are_kept_and_an_optimizer_may_stand_for_its_name():
    rule = optimizer("Adam", beta1=0.5, l2=1)
    assert isinstance(rule, Optimizer)
    assert rule == OPTIMIZERS["adam"](beta1=0.5, l2=1.0)
    assert optimizer(rule) is rule


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("adamm", {}, "no optimizer is named 'adamm'; known are sgd, momentum, .* or signsgd"),
        (None, {}, "no optimizer is named None"),
        ("sgd", {"momentum": 0.9}, "sgd has no setting 'momentum'; known are l1, l2, l2_bias, clip_value or"),
        ("momentum", {"momentum": 1.0}, r"momentum must be a number in \[0, 1\), not 1.0"),
        ("adam", {"beta2": 1.5}, r"beta2 must be a number in \[0, 1\), not 1.5"),
        ("rmsprop", {"decay": -0.1}, r"decay must be a number in \[0, 1\), not -0.1"),
        ("adamw", {"decay": -0.1}, "decay must be a number that is finite and not negative"),
        ("sgd", {"l1": float("nan")}, "l1 must be a number that is finite and not negative, not nan"),
        ("sgd", {"l2": "big"}, "l2 must be a number that is finite and not negative, not 'big'"),
        ("sgd", {"l2": None}, "l2 must be a number"),
        ("sgd", {"clip_norm": float("inf")}, "clip_norm must be a number that is finite"),
        (optimizer("sgd"), {"l1": 0.1}, "SGD is made already and takes no settings"),
    ],
)
def test_bad_names_and_settings_get_one_sentence(name, settings, message):
    assert issubclass(UnknownOptimizer, SymcheckError)
    with pytest.raises(UnknownOptimizer, match=message):
        optimizer(name, **settings)


@pytest.mark.parametrize(
    ("slopes", "rate", "message"),
    [
        ([(np.ones((2, 2)), np.ones(2))] * 2, 0.1, "2 gradients for 1 layer"),
        ([(np.ones((2, 3)), np.ones(2))], 0.1, r"gradients\[0\] has shape \(2, 3\) for W, expected \(2, 2\)"),
        ([(np.ones((2, 2)), None)], 0.1, r"gradients\[0\] has shape None for b, expected \(2,\)"),
        ([([[1, 2], [3]], np.ones(2))], 0.1, r"gradients\[0\] is not an array of numbers"),
        ([np.ones(3)], 0.1, r"gradients must be a list of \(W, b\) pairs"),
        ([(np.ones((2, 2)), np.ones(2))], [(0.1, 0.1)] * 2, "2 pairs of learning rates for 1 layer"),
        ([(np.ones((2, 2)), np.ones(2))], [0.1], r"learning_rate must be a list of \(W, b\) pairs"),
        ([(np.ones((2, 2)), np.ones(2))], [(np.ones(3), 0.1)], r"learning_rate\[0\] does not fit W of shape"),
        ([(np.ones((2, 2)), np.ones(2))], [(0.1, np.ones((2, 2)))], r"learning_rate\[0\] does not fit b of"),
        ([(np.ones((2, 2)), np.ones(2))], "fast", r"learning_rate\[0\] does not fit W"),
    ],
)
def test_bad_gradients_and_rates_get_one_sentence(slopes, rate, message):
    params = [(np.ones((2, 2)), np.ones(2))]
    rule = optimizer("sgd")
    with pytest.raises((NetworkError, BatchError), match=message):
        rule.step(params, slopes, rule.init(params), rate)


def test_a_state_of_other_parameters_is_refused():
    params = [(np.ones((2, 2)), np.ones(2))]
    rule = optimizer("adam")
    strangers = (rule.init([(np.ones((2, 2)), None)]), rule.init([(np.ones((2, 1)), np.ones(2))]))
    for state in (*strangers, optimizer("momentum").init(params)):
        with pytest.raises(NetworkError, match="state is not one of Adam for parameters of these shapes"):
            rule.step(params, params, state, 0.1)
