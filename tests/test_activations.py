"""The activation table against sympy, finite differences and numerical integration."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy
from autograd import elementwise_grad

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.reference.arithmetic import activate

NAMES = (*ACTIVATIONS, "leaky_relu(0.2)", "elu(0.5)")
TOLERANCE = 1e-9


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def discrepancy(activation, points):
    """Largest difference between the derivative and five-point differences of the function."""
    h = 1e-3
    at = [np.asarray(activation.function(points + k * h)) for k in (-2, -1, 1, 2)]
    differences = (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h)
    return float(np.max(np.abs(activation.derivative(points) - differences)))


def points_off_the_kink(rng):
    return rng.uniform(0.01, 6, 200) * rng.choice([-1.0, 1.0], 200)


@pytest.mark.parametrize("name", NAMES)
def test_derivative_agrees_with_differences(name):
    seed, rng = fresh()
    assert discrepancy(get_activation(name), points_off_the_kink(rng)) < TOLERANCE, f"seed {seed}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_a_derivative_wrong_by_a_thousandth_is_seen(name, factor):
    seed, rng = fresh()
    right = get_activation(name)
    wrong = replace(right, derivative=lambda z: factor * right.derivative(z))
    assert discrepancy(wrong, points_off_the_kink(rng)) > 100 * TOLERANCE, f"seed {seed}"


@pytest.mark.parametrize("name", NAMES)
def test_function_and_derivative_agree_with_the_symbolic_form(name):
    seed, rng = fresh()
    activation = get_activation(name)
    z = sympy.Symbol("z", real=True)
    points = [0.0, -30.0, 30.0, *rng.uniform(-8, 8, 40)]
    with mpmath.workdps(40):
        for expression, function in (
            (activation.expression(), activation.function),
            (sympy.diff(activation.expression(), z), activation.derivative),
        ):
            exact_function = sympy.lambdify(z, expression, "mpmath")
            for point in points:
                exact = exact_function(mpmath.mpf(point))
                error = abs(mpmath.mpf(float(function(np.array(point)))) - exact)
                assert error <= 2e-15 * (2 + abs(exact)), f"seed {seed}, at {point!r}"


@pytest.mark.parametrize("name", NAMES)
def test_float32_is_as_good_as_float32_can_be(name):
    seed, rng = fresh()
    points = rng.uniform(-8, 8, 200).astype(np.float32)
    activation = get_activation(name)
    for function in (activation.function, activation.derivative):
        exact = function(points.astype(np.float64))
        assert np.max(np.abs(function(points) - exact) / (2 + np.abs(exact))) < 1e-6, f"seed {seed}"


@pytest.mark.parametrize("name", NAMES)
def test_gain_keeps_the_second_moment_at_one(name):
    activation = get_activation(name)
    function = sympy.lambdify(sympy.Symbol("z", real=True), activation.expression(), "mpmath")
    with mpmath.workdps(25):
        moment = mpmath.quad(lambda z: function(z) ** 2 * mpmath.npdf(z), [-40, -12, -6, -3, -1, 0, 1, 3, 6, 12, 40])
        assert abs(activation.gain**2 * moment - 1) < 1e-12


@pytest.mark.parametrize(
    ("name", "expected"), [("relu", 0.0), ("leaky_relu", 0.01), ("leaky_relu(0.2)", 0.2), ("elu(0.5)", 0.5)]
)
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_derivative_at_a_kink_is_the_one_of_the_frameworks(name, expected, zero):
    gradient = elementwise_grad(activate)(np.full((2, 3), zero), get_activation(name))
    assert (gradient == expected).all()


@pytest.mark.parametrize(
    "name", [*ACTIVATIONS, "leaky_relu(0.2)", "leaky_relu(0)", "leaky_relu(1)", "elu(0.5)", "elu(0)"]
)
def test_the_symmetry_class_is_that_of_the_function(name):
    row, z = get_activation(name), sympy.Symbol("z", real=True)
    odd = sympy.simplify(row.expression() + row.expression().subs(z, -z)) == 0
    zero = row.expression().subs(z, 0) == 0 and row.function(np.zeros(1)) == 0
    flat = zero and row.derivative(np.zeros(1)) == 0
    assert row.symmetry == ("odd" if odd else "flat" if flat else "zero" if zero else "generic")


@pytest.mark.parametrize("name", [*ACTIVATIONS, "leaky_relu(-0.5)", "leaky_relu(0)", "elu(-1)", "elu(0)"])
def test_monotone_and_homogeneous_are_what_the_function_is(name):
    row = get_activation(name)
    z = np.linspace(-12, 12, 4801)
    values = row.function(z)
    assert row.monotone == bool((np.diff(values) >= -1e-12).all())
    assert row.homogeneous == all(np.allclose(row.function(a * z), a * values, atol=1e-12) for a in (0.25, 3.0))


@pytest.mark.parametrize(
    "name", [*ACTIVATIONS, "leaky_relu(0)", "leaky_relu(-1)", "leaky_relu(3)", "elu(0)", "elu(2)", "elu(-1)"]
)
def test_values_and_slopes_lie_within_the_bounds_of_the_table(name):
    sigma = get_activation(name)
    z = np.concatenate([np.linspace(-40, 40, 100_001), np.random.default_rng().normal(scale=3, size=10_000)])
    values, slopes = sigma.function(z), sigma.derivative(z)
    assert (values >= sigma.low).all()
    assert (values <= sigma.high).all()
    assert (np.abs(slopes) <= sigma.steepest).all()
    # The bounds are not wider than they need be: a sign is known where there is one.
    assert (sigma.low >= 0) == bool((values >= 0).all())
    assert (sigma.high <= 0) == bool((values <= 0).all())
    below = z <= 0
    assert sigma.rectified == bool((values[below] == 0).all() and (slopes[below] == 0).all())
