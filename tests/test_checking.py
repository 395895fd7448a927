"""The Python doors: check and assert_breaks_symmetry on objects."""

import json

import numpy as np
import pytest

import symcheck
from symcheck.errors import NetworkError, SubjectError, SymcheckError


def he(shape, rng):  # type: ignore[no-untyped-def]
    return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)


def half(shape):  # type: ignore[no-untyped-def]
    return np.full(shape, 0.5)


def test_check_on_objects() -> None:
    report = symcheck.check(he, law="he_normal")
    assert report.passed
    assert report.kind == "initializer"
    assert report.called_as == "f(shape, rng) -> (out, in)"
    assert json.loads(report.to_json())["verdict"] == "passed"
    rng = np.random.default_rng()
    for network in (
        [rng.standard_normal((4, 3)), rng.standard_normal((2, 4))],
        [(rng.standard_normal((4, 3)), np.zeros(4)), (rng.standard_normal((2, 4)), np.zeros(2))],
        {"W1": rng.standard_normal((4, 3)), "W2": rng.standard_normal((2, 4))},
        symcheck.Network([rng.standard_normal((4, 3)), rng.standard_normal((2, 4))]),
    ):
        report = symcheck.check(network)
        assert report.passed, report.failures
        assert report.kind == "network"


def test_the_global_generators_are_left_as_they_were() -> None:
    def follows_numpy(shape):  # type: ignore[no-untyped-def]
        return np.random.standard_normal(shape)

    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    assert symcheck.check(follows_numpy).passed
    assert np.array_equal(np.random.get_state()[1], before)


def test_fan_in_fan_out_in_either_layout() -> None:
    def out_in(fan_in, fan_out, rng):  # type: ignore[no-untyped-def]
        return rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in))

    def in_out(fan_in, fan_out, rng):  # type: ignore[no-untyped-def]
        return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))

    for function, layout in [(out_in, "out_in"), (in_out, "in_out")]:
        report = symcheck.check(function, law="he_normal")
        assert report.passed, report.failures
        assert report.layout == layout
        assert report.called_as.endswith(f"-> ({layout.replace('_', ', ')})")


def test_a_layout_that_was_taken_wrongly_is_diagnosed() -> None:
    def in_out(shape, rng):  # type: ignore[no-untyped-def]
        return rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)

    report = symcheck.check(in_out, law="he_normal")
    assert not report.passed
    assert "swapped" in next(f for f in report.failures if f.check == "initializer.scale").diagnosis
    assert symcheck.check(in_out, law="he_normal", layout="in_out").passed


def test_forced_calls() -> None:
    def unclear(a, b):  # type: ignore[no-untyped-def]
        return np.random.normal(0, np.sqrt(2 / a), (b, a))

    assert any("assumed: f(a, b) is f(fan_in, fan_out)" in note for note in symcheck.check(unclear).notes)
    assert symcheck.check(unclear, law="he_normal", call="f(fan_in, fan_out)").passed
    assert not symcheck.check(unclear, law="he_normal", call="f(fan_out, fan_in)").passed


def test_assert_breaks_symmetry() -> None:
    symcheck.assert_breaks_symmetry(he)
    symcheck.assert_breaks_symmetry("0.01 * randn")
    rng = np.random.default_rng()
    symcheck.assert_breaks_symmetry([rng.standard_normal((4, 3)), np.zeros((2, 4))])
    for tied in (half, "constant(0.5)", [np.ones((4, 3)), np.ones((2, 4))]):
        with pytest.raises(AssertionError, match="does not break symmetry"):
            symcheck.assert_breaks_symmetry(tied)


def test_zero_at_start_schemes_are_no_false_alarm() -> None:
    """A zero last layer and zero biases come alive by themselves."""
    rng = np.random.default_rng()
    weights = [rng.standard_normal((8, 5)), abs(rng.standard_normal((8, 8))), np.zeros((3, 8))]
    biases = [np.zeros(8), np.zeros(8), np.zeros(3)]
    for activation in ("relu", "tanh", "sigmoid", "gelu"):
        report = symcheck.check(symcheck.Network(weights, biases, activation))
        assert report.passed, report.failures


def test_what_cannot_be_checked() -> None:
    for subject, error in [
        (3, SubjectError),
        (object(), SubjectError),
        ([np.ones((3, 2)), np.ones((4, 4))], NetworkError),
        ([1, 2, 3], NetworkError),
        (np.ones((3, 3)), SubjectError),
    ]:
        with pytest.raises(error) as caught:
            symcheck.check(subject)
        assert isinstance(caught.value, SymcheckError)
        assert "\n" not in str(caught.value)


def test_layers_that_share_an_array() -> None:
    w = np.random.default_rng().standard_normal((6, 6))
    report = symcheck.check([w, w, w])
    assert "share one array" in next(f for f in report.failures if f.check == "network.shared").message
    assert not any(f.check in ("network.ties", "network.fresh") for f in report.failures), "one cause, one failure"
    with pytest.raises(AssertionError, match="share one array"):
        symcheck.assert_breaks_symmetry([w, w])
    copied = symcheck.check([w, w.copy(), w + 1], activation="tanh")
    assert [f.check for f in copied.failures] == ["network.fresh"]
    assert "layers 1 and 2 hold the same random numbers" in copied.failures[0].message


def test_only_an_initializer_can_be_one() -> None:
    with pytest.raises(SubjectError, match="is a network, not an initializer"):
        symcheck.check([np.ones((3, 2)), np.ones((1, 3))], kind="initializer")
