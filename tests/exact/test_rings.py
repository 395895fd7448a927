"""Rings in which equality proves equality, against fractions and against built collisions."""

from fractions import Fraction
from itertools import combinations
from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import SymcheckError
from symcheck.exact.residues import NotExact
from symcheck.exact.rings import (
    MODULI,
    IntegerRing,
    ResidueRing,
    _multiples,
    _span,
    exact_in_field,
    exact_in_float64,
    rings,
)

finite = st.floats(allow_nan=False, allow_infinity=False)
dyadic = st.builds(lambda m, e: m * 2.0**e, st.integers(-8, 8), st.integers(-70, 70))
dtypes = st.sampled_from([np.float16, np.float32, np.float64, np.int8, np.int64, np.uint64])


def fractions(values):
    return [Fraction(v.item()) for v in np.asarray(values).reshape(-1)]


def equal_in(chosen, first, second):
    return all(ring.total(ring.encode(first)) == ring.total(ring.encode(second)) for ring in chosen)


@st.composite
def pairs_of_sums(draw):
    """Two lists, often with equal sums: the second rearranges, splits or narrowly misses the first."""
    first = draw(st.lists(st.one_of(dyadic, finite), min_size=1, max_size=8))
    change = draw(st.sampled_from(["same", "split", "shifted", "lifted", "other"]))
    second = list(first)
    if change == "split":
        second = [v for x in first for v in ((x / 2, x / 2) if abs(x) > 1e-300 else (x,))]
    elif change == "shifted":
        second[0] += draw(dyadic)
    elif change == "lifted":  # multiplied by a power of two that one or several moduli cannot see
        places = sum(draw(st.lists(st.sampled_from(MODULI), min_size=1, max_size=3)))
        second = [x * 2.0**places if abs(x) < 1e200 else x for x in second]
    elif change == "other":
        second = draw(st.lists(st.one_of(dyadic, finite), min_size=1, max_size=8))
    return np.array(first), np.array(draw(st.permutations(second)))


@given(pairs_of_sums())
def test_equality_in_all_rings_is_equality(pair):
    first, second = pair
    chosen = rings([first, second], len(first) + len(second))
    assert equal_in(chosen, first, second) == (sum(fractions(first)) == sum(fractions(second)))


@given(st.lists(st.sampled_from(MODULI), min_size=1, max_size=6, unique=True), st.integers(-400, 400))
def test_difference_that_vanishes_modulo_chosen_moduli_is_told_apart(hidden_from, exponent):
    """sum(first) - sum(second) is built as a product of moduli times a power of two."""
    product = 1
    for bits in hidden_from:
        product *= 2**bits - 1
    limbs = [(product >> s) & (2**32 - 1) for s in range(0, product.bit_length(), 32)]
    first = np.array([float(limb) * 2.0 ** (32 * i + exponent) for i, limb in enumerate(limbs)])
    second = np.zeros(1)
    chosen = rings([first, second], len(limbs) + 1)
    assert not equal_in(chosen, first, second)
    for bits in hidden_from:
        assert equal_in([ResidueRing(bits)], first, second)


def test_moduli_are_pairwise_coprime():
    assert all(gcd(2**a - 1, 2**b - 1) == 1 for a, b in combinations(MODULI, 2))


@given(
    dtypes.flatmap(
        lambda d: st.lists(dyadic if d == np.float64 else st.integers(0, 100), max_size=9).map(
            lambda v: np.array(v).astype(d)
        )
    )
)
def test_span_encloses_the_values(array):
    span = _span(array)
    if span is None:
        assert not array.any()
        return
    low, high = span
    for value in fractions(array):
        assert abs(value) < Fraction(2) ** high
        assert (value / Fraction(2) ** low).denominator == 1


@pytest.mark.parametrize("value", [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1.0, -3.0])
def test_span_at_the_ends_of_the_range(value):
    low, high = _span(np.array([[0.0, value], [-0.0, value]]))
    assert abs(Fraction(value)) < Fraction(2) ** high
    assert (Fraction(value) / Fraction(2) ** low).denominator == 1
    # Not wider than one number of this format can be.
    assert high - low == 53


def test_number_of_rings():
    rng = np.random.default_rng()
    normal = rng.normal(size=(300, 300))
    normal[0, :2] = 1e-9, 3.0
    assert exact_in_field([normal.astype(np.float16)], 2**17)
    assert exact_in_field([np.arange(100, dtype=np.int32)], 2**30)
    assert exact_in_field([np.zeros((3, 3))], 10)
    assert exact_in_field([np.full((512, 512), np.float32(0.1))], 2**20)
    assert len(rings([normal.astype(np.float32)], 2**17)) == 2
    assert len(rings([normal], 2**17)) <= 3
    every_float32 = np.array([1e-45, 3.4e38], np.float32)
    assert len(rings([every_float32], 2**17)) <= len(MODULI)
    assert rings([np.array([5e-324, 1.7e308])], 2) == (ResidueRing(61), IntegerRing(-1074))


@given(st.lists(st.one_of(finite, dyadic), min_size=1, max_size=9), st.integers(-5, 0))
def test_integer_ring_is_exact(values, spare):
    array = np.array(values)
    low = (_span(array) or (0, 0))[0] + spare
    ring = IntegerRing(low)
    images = ring.encode(array)
    assert [Fraction(int(v)) * Fraction(2) ** low for v in images] == fractions(array)
    assert Fraction(int(ring.total(images))) * Fraction(2) ** low == sum(fractions(array))
    assert not ring.add(images, ring.negate(images)).any()
    assert not ring.subtract(images, images).any()


def test_integers_in_the_integer_ring():
    assert IntegerRing(-3).encode(np.array([[2**62, -1]])).tolist() == [[2**65, -8]]
    assert IntegerRing(2).encode(np.array([[2**62, -4], [0, 8]])).tolist() == [[2**60, -1], [0, 2]]
    assert IntegerRing(0).encode(np.array([2**64 - 1], np.uint64)).tolist() == [2**64 - 1]


@given(st.lists(st.one_of(dyadic, finite), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_float64_sums_where_they_are_said_to_be_exact(values, random):
    if exact_in_float64([np.array(values)], len(values)):
        total = sum(map(Fraction, values))
        for _ in range(3):
            random.shuffle(values)
            assert Fraction(float(np.cumsum(values)[-1])) == total


def test_float64_sums_are_exact_where_it_matters():
    rng = np.random.default_rng()
    assert exact_in_float64([rng.integers(-100, 100, (9, 9))], 2**20)
    assert exact_in_float64([rng.uniform(0.5, 1.0, (9, 9)).astype(np.float32)], 2**20)
    assert exact_in_float64([np.zeros(3)], 3)
    assert exact_in_float64([np.full((9, 9), 0.5), np.eye(9)], 2**20)
    assert not exact_in_float64([np.full((9, 9), 1 / 3)], 2)
    assert exact_in_field([np.full((9, 9), 0.5), np.full(9, 2.0**-50)], 2**9)
    assert not exact_in_field([np.full((9, 9), 0.5), np.full(9, 2.0**-50)], 2**12)
    assert not exact_in_field([np.array([1e-300, 1e300])], 2)
    assert not exact_in_float64([np.array([1.0, 2.0**-53])], 2)
    assert not exact_in_float64([np.array([2.0**52], np.float32), np.array([1.0], np.float32)], 2)
    assert not exact_in_float64([np.array([1.7e308])], 4)
    assert not exact_in_float64([np.array([2**52], np.int64)], 4)


@given(st.lists(st.one_of(dyadic, finite), min_size=1, max_size=9), st.integers(-910, 100))
def test_multiples_are_never_claimed_wrongly(values, low):
    array = np.array([v for v in values if abs(v) < 2.0 ** min(low + 62, 1000)])
    if _multiples(array, low):
        assert all((v / Fraction(2) ** low).denominator == 1 for v in fractions(array))


def test_bfloat16_is_read():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    array = np.random.default_rng().uniform(0.5, 4, (30, 40)).astype(bfloat16)
    assert exact_in_float64([array], 2**30)
    for value in (2.0**-133, 2.0**-126, 1.0, -1.5, 255 * 2.0**120):
        low, high = _span(np.array([value, 0], bfloat16))
        assert abs(Fraction(value)) < Fraction(2) ** high
        assert (Fraction(value) / Fraction(2) ** low).denominator == 1
        assert high - low == 8
    assert exact_in_field([array.T], 2**30)
    assert IntegerRing(-20).encode(array[0]).tolist() == [int(float(v) * 2**20) for v in array[0]]
    with pytest.raises(NotExact, match="NaN"):
        rings([np.array([np.nan], bfloat16)], 2)


def test_layouts_do_not_matter():
    a = np.random.default_rng().normal(size=(40, 60)).astype(np.float32)
    assert _span(a) == _span(a.T) == _span(a[::-1].astype(a.dtype.newbyteorder()))
    a.flags.writeable = False
    assert _span(a[::1]) == _span(a)
    assert _span(a[:0]) is None


@pytest.mark.parametrize("bad", [np.nan, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_not_finite_is_refused(bad, dtype):
    values = np.array([1.0, bad], dtype)
    with pytest.raises(SymcheckError, match="NaN or infinity"):
        rings([values], 2)
    with pytest.raises(NotExact, match="NaN or infinity"):
        IntegerRing(-1074).encode(values)


def test_other_types_are_refused():
    with pytest.raises(NotExact, match="exact image"):
        rings([np.array([1j])], 2)
