"""Random functions respect the class they stand for, and nothing else."""

import numpy as np
import pytest

from symcheck.activations import get_activation
from symcheck.exact import field
from symcheck.exact.field import P
from symcheck.exact.random_functions import RandomActivations, RandomFunction

CLASSES = {"any": "generic", "gelu": "zero", "relu": "flat", "tanh": "odd", "identity": "linear"}


@pytest.fixture
def rng():
    return np.random.default_rng()


def arguments(rng):
    """Shape (1, 2, 1002), with 0 and 1 and -1 among them."""
    values = field.random(rng, (1, 2, 1002))
    values[:, :, :3] = 0, 1, P - 1
    return values


def test_values_are_distinct_and_spread(rng):
    values = RandomFunction(rng)(np.arange(20_000, dtype=np.uint64))
    assert values.max() < P
    assert len(np.unique(values)) == 20_000  # a collision has probability 2e8 / 2^61 < 1e-10
    # The mean of n uniform draws is within 8 standard errors but for 1e-15.
    assert abs(values.astype(float).mean() / P - 0.5) < 8 / np.sqrt(12 * 20_000)
    for bit in range(61):
        ones = np.count_nonzero(values >> np.uint64(bit) & np.uint64(1))
        assert abs(ones - 10_000) < 8 * np.sqrt(5_000), bit


def test_function_is_fixed_once_drawn_and_fresh_when_drawn_again(rng):
    a = field.random(rng, (500,))
    first, second = RandomFunction(rng), RandomFunction(rng)
    assert np.array_equal(first(a), first(a))
    assert not np.any(first(a) == second(a))


def test_odd_and_even(rng):
    a = arguments(rng)
    f = RandomFunction(rng)
    assert np.array_equal(f.odd(field.negate(a)), field.negate(f.odd(a)))
    assert np.array_equal(f.even(field.negate(a)), f.even(a))
    assert np.array_equal(f.odd(a) == 0, a == 0)
    assert np.all(f.even(a))


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_has_its_properties_and_no_other(name, rng):
    cls = CLASSES[name]
    z = arguments(rng)
    sigma = RandomActivations([get_activation(name)], rng)
    h, slope = sigma.function(z), sigma.derivative(z)
    opposite, mirrored = sigma.function(field.negate(z)), sigma.derivative(field.negate(z))
    live = z != 0
    assert np.all((h[~live] == 0) == (cls != "generic"))
    assert np.all((slope[~live] == 0) == (cls == "flat"))
    assert np.all(h[live])
    assert np.all(slope[live])
    assert np.array_equal(h == z, np.full(z.shape, True)) == (cls == "linear")
    assert np.all(opposite[live] == field.negate(h)[live]) == (cls in ("odd", "linear"))
    assert np.all(mirrored[live] == slope[live]) == (cls in ("odd", "linear"))
    assert np.all(slope == 1) == (cls == "linear")
    assert not np.any((h == slope)[live & (z != 1)])


def test_networks_side_by_side_keep_their_own_class(rng):
    names = list(CLASSES)
    z = arguments(rng)
    together = RandomActivations([get_activation(n) for n in names], rng)
    z = np.concatenate([z] * len(names))
    h, slope = together.function(z), together.derivative(z)
    zero = z[0] == 0
    for i, name in enumerate(names):
        cls = CLASSES[name]
        assert np.all(h[i][zero] == 0) == (cls != "generic"), name
        assert np.all(slope[i][zero] == 0) == (cls == "flat"), name
        assert np.array_equal(h[i], z[i]) == (cls == "linear"), name
        minus = together.function(field.negate(z))[i]
        assert np.array_equal(minus, field.negate(h[i])) == (cls in ("odd", "linear")), name
