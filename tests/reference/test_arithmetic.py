"""Equal rows give bitwise equal sums, wherever they stand; and the sums are right."""

from itertools import product

import numpy as np
import pytest
from autograd.test_util import check_grads

from symcheck.activations import ACTIVATIONS, UnknownActivation, get_activation
from symcheck.reference.arithmetic import activate, add_bias, contract, sum_columns, sum_rows

DTYPES = (np.float32, np.float64)
SAMPLES = (1, 2, 3, 5, 8, 33)
WIDTHS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65)
NAMES = (*ACTIVATIONS, "leaky_relu(0.2)", "elu(0.5)")


def fresh():
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    return seed, np.random.default_rng(seed)


def layouts(matrix):
    """The same matrix, differently in memory."""
    wide = np.zeros((matrix.shape[0], 2 * matrix.shape[1] + 1), dtype=matrix.dtype)
    wide[:, 1::2] = matrix
    shifted = np.zeros((matrix.shape[0], matrix.shape[1] + 1), dtype=matrix.dtype)
    shifted[:, 1:] = matrix
    return {
        "C": np.ascontiguousarray(matrix),
        "F": np.asfortranarray(matrix),
        "strided": wide[:, 1::2],
        "shifted": shifted[:, 1:],
    }


def shapes_that_treat_rows_differently(multiply, rng, dtype):
    """Shapes in which some of n equal rows come out of ``multiply(left, right)`` unlike the first."""
    faulty = []
    for samples, summed, rows in product(SAMPLES, WIDTHS, WIDTHS):
        left = rng.standard_normal((samples, summed)).astype(dtype)
        equal = np.repeat(rng.standard_normal((1, summed)).astype(dtype), rows, axis=0)
        right_result, left_result = multiply(left, equal), multiply(equal, left)
        if (right_result != right_result[:, :1]).any() or (left_result != left_result[:1]).any():
            faulty.append((samples, summed, rows))
    return faulty


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_rows_give_bitwise_equal_sums(dtype):
    seed, rng = fresh()
    assert shapes_that_treat_rows_differently(contract, rng, dtype) == [], f"seed {seed}"


def test_a_product_that_sums_its_last_row_in_another_order_is_found():
    def last_row_reversed(left, right):
        result = contract(left, right)
        result[:, -1:] = contract(left[:, ::-1], right[-1:, ::-1])
        return result

    seed, rng = fresh()
    assert shapes_that_treat_rows_differently(last_row_reversed, rng, np.float64), f"seed {seed}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", ["C", "F", "strided", "shifted"])
def test_equal_rows_among_others_give_equal_sums_in_any_memory_layout(dtype, layout):
    seed, rng = fresh()
    for samples, summed, rows in product((1, 4, 17), (1, 3, 8, 33, 100), (2, 7, 40)):
        left = layouts(rng.standard_normal((samples, summed)).astype(dtype))[layout]
        kinds = rng.integers(0, 3, rows)
        right = layouts(rng.standard_normal((3, summed)).astype(dtype)[kinds])[layout]
        for result in (contract(left, right), contract(right, left).T):
            for kind in set(kinds):
                same = result[:, kinds == kind]
                assert (same == same[:, :1]).all(), f"seed {seed}, shape {(samples, summed, rows)}"


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_rows_longer_than_a_buffer_of_numpy(dtype):
    seed, rng = fresh()
    for summed in (8191, 8192, 8193, 20001):
        left = rng.standard_normal((3, summed)).astype(dtype)
        right = np.repeat(rng.standard_normal((1, summed)).astype(dtype), 7, axis=0)
        result = contract(left, right)
        assert (result == result[:, :1]).all(), f"seed {seed}, {summed} summands"


@pytest.mark.parametrize("dtype", DTYPES)
def test_contract_is_the_matrix_product(dtype):
    seed, rng = fresh()
    for samples, summed, rows in product((1, 4, 17), (1, 3, 33, 300), (1, 7, 40)):
        left = rng.standard_normal((samples, summed)).astype(dtype)
        right = rng.standard_normal((rows, summed)).astype(dtype)
        exact = left.astype(np.longdouble) @ right.T.astype(np.longdouble)
        # Higham 2002, section 3.1: k eps / (1 - k eps) of the sum of magnitudes, in any order of summation.
        bound = 1.01 * summed * np.finfo(dtype).eps * (np.abs(left) @ np.abs(right).T)
        result = contract(left, right)
        assert result.dtype == dtype
        assert (np.abs(result - exact) <= bound).all(), f"seed {seed}, shape {(samples, summed, rows)}"


def test_sums_over_rows_and_columns():
    for dtype in (np.float32, np.float64):
        matrix = np.arange(12, dtype=dtype).reshape(3, 4)
        assert sum_rows(matrix).tolist() == [12, 15, 18, 21]
        assert sum_columns(matrix).tolist() == [[6], [22], [38]]
        assert sum_rows(matrix).dtype == sum_columns(matrix).dtype == dtype


def test_derivatives_of_the_primitives_of_first_and_second_order():
    _, rng = fresh()
    left, right, bias = rng.standard_normal((4, 3)), rng.standard_normal((5, 3)), rng.standard_normal(5)
    check_grads(contract, modes=["rev"], order=2)(left, right)
    check_grads(add_bias, modes=["rev"], order=2)(contract(left, right), bias)

    def layer(x, w, b):
        return sum_rows(add_bias(contract(x, w), b))

    check_grads(layer, modes=["rev"], order=2)(left, right, bias)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_activations_give_equal_values_for_equal_arguments_wherever_they_stand(name, dtype):
    seed, rng = fresh()
    activation = get_activation(name)
    with np.errstate(over="ignore"):
        for scale, width, samples in product((1, 30, 1e6), (2, 3, 7, 16, 33, 65), (1, 3, 8)):
            values = (rng.standard_normal(5) * scale * 10 ** rng.uniform(-8, 0, 5)).astype(dtype)
            kinds = rng.integers(0, 5, (samples, width))
            for layout, argument in layouts(values[kinds]).items():
                for function in (activation.function, activation.derivative):
                    result = np.asarray(function(argument))
                    for kind in range(5):
                        same = result[kinds == kind]
                        assert (same == same[:1]).all(), f"seed {seed}, {layout}, {(samples, width)}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_activate_keeps_the_dtype(name, dtype):
    from autograd import elementwise_grad

    argument = np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3)
    activation = get_activation(name)
    assert activate(argument, activation).dtype == dtype
    assert elementwise_grad(activate)(argument, activation).dtype == dtype


def test_the_unknown_activation_has_no_values():
    with pytest.raises(UnknownActivation, match="'any' stands for a class of activations: it has no values"):
        activate(np.ones((1, 1)), get_activation("any"))
