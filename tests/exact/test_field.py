"""GF(2^61 - 1) against Python's integers and fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from symcheck.errors import SymcheckError
from symcheck.exact import field, residues
from symcheck.exact.field import P

EDGES = [0, 1, 2, 2**30 - 1, 2**30, 2**31 - 1, 2**31, 2**32, 2**60, P - 2, P - 1]
elements = st.one_of(st.sampled_from(EDGES), st.integers(0, P - 1))
lists = st.lists(elements, min_size=1, max_size=40)
MODULI = (61, 59, 58, 57, 55, 53)


def arr(values):
    return np.array(values, dtype=np.uint64)


def image(value, bits=61):
    value, modulus = Fraction(value), 2**bits - 1
    return value.numerator * pow(value.denominator, -1, modulus) % modulus


@given(st.lists(st.tuples(elements, elements), min_size=1, max_size=40))
def test_ring_operations_match_python(pairs):
    a, b = arr([x for x, _ in pairs]), arr([y for _, y in pairs])
    assert field.add(a, b).tolist() == [(x + y) % P for x, y in pairs]
    assert field.subtract(a, b).tolist() == [(x - y) % P for x, y in pairs]
    assert field.multiply(a, b).tolist() == [x * y % P for x, y in pairs]
    assert field.negate(a).tolist() == [-x % P for x, _ in pairs]


@given(lists, st.integers(0, 2**70))
def test_power_and_inverse_match_python(values, exponent):
    a = arr(values)
    assert field.power(a, exponent).tolist() == [pow(x, exponent, P) for x in values]
    if all(values):
        assert field.inverse(a).tolist() == [pow(x, -1, P) for x in values]
    else:
        with pytest.raises(ZeroDivisionError):
            field.inverse(a)


@given(st.integers(0, 2**64 - 1), st.integers(-300, 300), st.sampled_from(MODULI))
def test_fold_and_rotate(value, places, bits):
    modulus = 2**bits - 1
    folded = residues.fold(arr([value]), bits)
    assert folded.tolist() == [value % modulus]
    assert residues.rotate(folded, places, bits).tolist() == [value * pow(2, places, modulus) % modulus]


@given(lists, st.sampled_from(MODULI))
def test_total_along_each_axis(values, bits):
    modulus = 2**bits - 1
    values = [v % modulus for v in values]
    a = np.stack([arr(values), arr(values)[::-1]])
    columns = [sum(int(v) for v in column) % modulus for column in a.T]
    assert residues.total(a, 1, bits).tolist() == [sum(values) % modulus] * 2
    assert residues.total(a, 0, bits).tolist() == columns
    for axes in (None, (0, -1)):
        assert int(residues.total(a, axes, bits)) == 2 * sum(values) % modulus


def test_total_of_many_largest_elements(monkeypatch):
    a = np.full(2**20 + 3, P - 1, np.uint64)
    assert int(field.total(a)) == -(2**20 + 3) % P
    monkeypatch.setattr(residues, "_TERMS", 1000)
    assert int(field.total(a)) == -(2**20 + 3) % P


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 2), (4, 64, 4), (2, 2048, 3), (2, 4500, 1)])
@pytest.mark.parametrize("largest", [False, True])
def test_matmul_is_exact(shape, largest):
    rows, inner, columns = shape
    rng = np.random.default_rng()
    a, b = field.random(rng, (rows, inner)), field.random(rng, (inner, columns))
    if largest:
        a[:], b[:] = P - 1, P - 1
    expected = (a.astype(object) @ b.astype(object)) % P
    assert field.matmul(a, b).tolist() == expected.tolist()


def test_matmul_of_long_rows_with_large_limbs():
    rng = np.random.default_rng()
    shapes = ((2, 30_000), (30_000, 2))
    a, b = (np.uint64(P - 1) - rng.integers(0, 2**12, shape, dtype=np.uint64) for shape in shapes)
    assert field.matmul(a, b).tolist() == ((a.astype(object) @ b.astype(object)) % P).tolist()


def test_matmul_broadcasts_leading_dimensions():
    rng = np.random.default_rng()
    a, b = field.random(rng, (5, 1, 3, 4)), field.random(rng, (7, 4, 2))
    product = field.matmul(a, b)
    assert product.shape == (5, 7, 3, 2)
    assert np.array_equal(product[3, 6], field.matmul(a[3, 0], b[6]))


def test_random_covers_the_field():
    draws = field.random(np.random.default_rng(), (4000,))
    # Each bound fails with probability (1 - 1/8)^4000 < 1e-200.
    assert draws.dtype == np.uint64
    assert draws.max() < P
    assert draws.max() >= P - P // 8
    assert draws.min() < P // 8


float_arrays = st.sampled_from([np.float16, np.float32, np.float64]).flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        hnp.array_shapes(max_dims=2, max_side=12),
        elements=st.floats(allow_nan=False, allow_infinity=False, width=np.dtype(dtype).itemsize * 8),
    )
)
integer_arrays = hnp.arrays(
    st.one_of(hnp.integer_dtypes(), hnp.unsigned_integer_dtypes()), hnp.array_shapes(max_dims=2, max_side=8)
)


@given(st.one_of(float_arrays, integer_arrays), st.sampled_from(MODULI))
def test_encode_is_the_exact_image(array, bits):
    expected = [image(v.item(), bits) for v in array.reshape(-1)]
    assert residues.encode(array, bits).reshape(-1).tolist() == expected
    assert residues.encode(array.T, bits).T.reshape(-1).tolist() == expected


@given(float_arrays)
def test_sums_of_images_are_images_of_exact_sums(array):
    exact = sum(Fraction(v.item()) for v in array.reshape(-1))
    assert int(field.total(field.encode(array))) == image(exact)


def test_encode_reads_every_16_bit_pattern():
    patterns = np.arange(2**16, dtype=np.uint16)
    half = patterns.view(np.float16)
    half = half[np.isfinite(half)]
    assert np.array_equal(field.encode(half), field.encode(half.astype(np.float64)))
    ml_dtypes = pytest.importorskip("ml_dtypes")
    brain = patterns.view(ml_dtypes.bfloat16)
    brain = brain[np.isfinite(brain.astype(np.float32))]
    assert len(brain) == 2**16 - 2 * 2**7
    assert np.array_equal(field.encode(brain), field.encode(brain.astype(np.float64)))


def test_encode_edges():
    tiny = np.array([5e-324, -5e-324, -0.0, 0.0, 2.2250738585072014e-308, 1.7976931348623157e308])
    assert field.encode(tiny).tolist() == [image(v) for v in tiny]
    assert field.encode(np.array([-(2**63)], np.int64)).tolist() == [-(2**63) % P]
    assert field.encode(np.array([2**64 - 1], np.uint64)).tolist() == [(2**64 - 1) % P]
    assert field.encode(np.float32(0.5)).shape == ()
    assert field.encode(np.zeros((0, 3))).shape == (0, 3)
    swapped = np.array([1.5, -2.25], np.dtype(np.float32).newbyteorder())
    assert field.encode(swapped).tolist() == [image(1.5), image(-2.25)]
    big = np.random.default_rng().normal(size=(211, 307)).astype(np.float32)
    picked = [(0, 0), (53, 200), (210, 306)]
    assert [int(field.encode(big)[p]) for p in picked] == [image(big[p].item()) for p in picked]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, "bfloat16"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_encode_rejects_what_is_not_finite(dtype, bad):
    dtype = pytest.importorskip("ml_dtypes").bfloat16 if dtype == "bfloat16" else dtype
    with pytest.raises(SymcheckError, match="NaN or infinity"):
        field.encode(np.array([0.0, bad, 1.0]).astype(dtype))


@pytest.mark.parametrize("bad", [np.array([1j]), np.array(["a"]), np.array([1], object), np.array([True])])
def test_encode_rejects_other_types(bad):
    with pytest.raises(SymcheckError, match="exact image"):
        field.encode(bad)


def test_powers_of_two_61_apart_collide_and_other_moduli_tell_them_apart():
    values = np.array([1.0, 2.0**61])
    first, second = field.encode(values)
    assert first == second
    for bits in MODULI[1:]:
        first, second = residues.encode(values, bits)
        assert first != second
