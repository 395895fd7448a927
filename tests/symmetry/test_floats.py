"""Sums by splitting are exact where they are given at all, against sums of fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.symmetry.floats import FloatSums

DTYPES = (np.float16, np.float32, np.float64)
#: How many binary orders of magnitude the terms spread over, about: from one part, over two parts, to none.
SPREADS = st.sampled_from([0, 8, 20, 28, 36, 44, 60, 200])


@st.composite
def terms(draw):
    """A matrix in either memory order, signs of its columns, and where runs of columns start."""
    dtype, spread = np.dtype(draw(st.sampled_from(DTYPES))), draw(SPREADS)
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 9))
    bits = np.finfo(dtype).nmant + 1
    significands = st.integers(-(2**bits) + 1, 2**bits - 1)
    exponents = st.integers(-spread // 2, spread - spread // 2)
    scale = draw(st.sampled_from([0, 900, -900])) if dtype == np.float64 else 0
    entries = st.builds(lambda m, e: float(m * Fraction(2) ** (e + scale - bits)), significands, exponents)
    values = draw(st.lists(entries, min_size=rows * columns, max_size=rows * columns))
    with np.errstate(over="ignore"):
        matrix = np.array(values).astype(dtype).reshape(rows, columns)
    signs = np.array(draw(st.lists(st.sampled_from([1, -1]), min_size=columns, max_size=columns)), np.int8)
    starts = np.array(sorted({0, *draw(st.lists(st.integers(0, columns - 1), max_size=3))}))
    return np.asfortranarray(matrix) if draw(st.booleans()) else matrix, signs, starts


def exact(matrix, signs, starts):
    ends = [*starts[1:], matrix.shape[1]]
    return [
        [sum(int(signs[j]) * Fraction(float(row[j])) for j in range(a, b)) for a, b in zip(starts, ends, strict=True)]
        for row in matrix
    ]


def together(high, low):
    pairs = zip(high.ravel().tolist(), low.ravel().tolist(), strict=True)
    sums = iter([Fraction(a) + Fraction(b) for a, b in pairs])
    return [[next(sums) for _ in row] for row in high]


@settings(deadline=None)
@given(st.lists(terms(), min_size=1, max_size=3))
def test_the_two_parts_are_the_exact_sum(matrices):
    sums = FloatSums()
    for matrix, signs, starts in matrices:
        before = matrix.copy()
        parts = sums(matrix, signs, starts)
        assert np.array_equal(matrix, before, equal_nan=True)
        if parts is None:
            continue
        assert all(part.shape == (len(matrix), starts.size) and part.dtype == np.float64 for part in parts)
        assert together(*parts) == exact(matrix, signs, starts)


@pytest.mark.parametrize("order", ["C", "F"])
def test_ordinary_weights_are_summed_in_one_or_two_parts(order):
    rng = np.random.default_rng()
    signs, starts = rng.choice([1, -1], 64).astype(np.int8), np.array([0, 32])
    for dtype, split in ((np.float16, False), (np.float32, False), (np.float64, True)):
        matrix = np.array(rng.uniform(0.25, 1, (5, 64)), dtype, order=order)
        high, low = FloatSums()(matrix, signs, starts)
        assert bool(low.any()) == split
        assert together(high, low) == exact(matrix, signs, starts)


def test_terms_all_of_one_sign_that_fill_the_bound():
    """The largest sums that the exponents allow: neither part may be rounded."""
    for columns in (1, 2, 3, 7, 8, 1023, 1024):
        for value in (1 - 2.0**-53, 1.0, 2 - 2.0**-52):
            matrix = np.full((1, columns), value)
            parts = FloatSums()(matrix, np.ones(columns, np.int8), np.zeros(1, np.intp))
            assert together(*parts) == [[columns * Fraction(value)]]


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[1.0, 1e-300]]),
        np.array([[1e302, 1e290]]),
        np.array([[1.0, np.inf]]),
        np.array([[np.nan, 1.0]]),
        np.array([[1, 2]]),
        np.zeros((0, 2)),
        np.array([[1.0, 2.0]]).astype(np.dtype(float).newbyteorder()),
    ],
)
def test_what_splitting_cannot_sum_is_left_to_residues(matrix):
    assert FloatSums()(matrix, np.ones(2, np.int8), np.zeros(1, np.intp)) is None


def test_zeros_sum_to_zero():
    for part in FloatSums()(np.array([[0.0, -0.0], [0.0, 0.0]]), np.array([1, -1], np.int8), np.arange(2)):
        assert part.shape == (2, 2)
        assert not part.any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_extremes_are_those_of_the_magnitudes(dtype):
    tiny, huge = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max
    sums = FloatSums()
    for values, expected in (
        ([[0.0, -2.0], [0.5, 1.0]], [2, 0.5]),
        ([[0.0, -0.0], [0.0, 0.0]], [0, 0]),
        ([[tiny, -huge], [0.0, 1.0]], [huge, tiny]),
        ([[-0.25, 0.0]], [0.25, 0.25]),
    ):
        for order in ("C", "F"):
            assert sums.extremes(np.array(values, dtype, order=order)).tolist() == np.array(expected, dtype).tolist()
    assert np.isnan(sums.extremes(np.array([[1.0, np.nan]], dtype))[0])
