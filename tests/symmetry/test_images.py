"""Images of weights: sums of exact ones are those of fractions, and all of them are odd where they say so."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.exact.field import P
from symcheck.exact.field import negate as negate_in_field
from symcheck.exact.residues import NotExact
from symcheck.exact.rings import MODULI, IntegerRing, ResidueRing
from symcheck.network import Network
from symcheck.symmetry import certify, verify
from symcheck.symmetry.decision import FIELD
from symcheck.symmetry.images import Exact, exact_images, hashed_images

LOW = -120
RINGS = [*map(ResidueRing, MODULI), IntegerRing(LOW)]
#: Multiples of 2^LOW; many are small numbers whose sums cancel.
weights = st.one_of(
    st.integers(-2, 2).map(float),
    st.builds(lambda m, e: m * 2.0**e, st.integers(-(2**53) + 1, 2**53 - 1), st.integers(LOW, 60)),
)


def image_of(ring, value):
    """The image of a multiple of 2^LOW in a ring."""
    if isinstance(ring, IntegerRing):
        return int(value / Fraction(2) ** LOW)
    modulus = 2**ring.bits - 1
    return value.numerator * pow(value.denominator, -1, modulus) % modulus


@st.composite
def blocks(draw):
    """A block of weights, signs of its columns, where classes start, and a column to subtract, or None."""
    rows, columns = draw(st.integers(1, 3)), draw(st.sampled_from([1, 2, 5, 9, 20]))
    values = draw(st.lists(weights, min_size=rows * columns, max_size=rows * columns))
    signs = draw(st.lists(st.sampled_from([1, -1]), min_size=columns, max_size=columns))
    starts = draw(st.one_of(st.just(range(columns)), st.sets(st.integers(0, columns - 1), max_size=2)))
    reference = draw(st.one_of(st.none(), st.lists(weights, min_size=rows, max_size=rows)))
    return (
        np.array(values).reshape(rows, columns),
        np.array(signs, np.int8),
        np.array(sorted({0, *starts})),
        None if reference is None else np.array(reference)[:, None],
    )


@pytest.mark.parametrize("ring", RINGS, ids=repr)
@settings(deadline=None)
@given(blocks())
def test_exact_sums_are_those_of_fractions(ring, block):
    matrix, signs, starts, reference = block
    image = Exact(ring, np.random.default_rng())
    ends = [*starts[1:], matrix.shape[1]]
    subtracted = np.zeros((len(matrix), 1)) if reference is None else reference
    expected = [
        [
            sum(((Fraction(row[j]) - Fraction(less)) * int(signs[j]) for j in range(a, b)), Fraction(0))
            for a, b in zip(starts, ends, strict=True)
        ]
        for row, (less,) in zip(matrix.tolist(), subtracted.tolist(), strict=True)
    ]
    found = image.sums(matrix, signs, starts, reference)
    assert found.tolist() == [[image_of(ring, v) for v in row] for row in expected]
    assert image.total(found).tolist() == [[image_of(ring, sum(row))] for row in expected]
    assert image.negate(found).tolist() == [[image_of(ring, -v) for v in row] for row in expected]


@pytest.mark.parametrize("ring", RINGS, ids=repr)
@settings(deadline=None)
@given(st.lists(weights, min_size=1, max_size=6))
def test_lifts_are_odd_and_keep_apart_what_differs(ring, values):
    image = Exact(ring, np.random.default_rng())
    every = np.array([[0.0, *values, *(-v for v in values)]])
    sums = image.encode(every)
    lifted = image.lift(sums)
    assert lifted.dtype == np.uint64
    assert (lifted < P).all()
    assert np.array_equal(image.lift(image.negate(sums)), negate_in_field(lifted))
    assert np.array_equal(lifted == 0, sums == 0)
    for one, other in zip(sums[0], lifted[0], strict=True):
        assert np.array_equal(sums[0] == one, lifted[0] == other)


@settings(deadline=None)
@given(blocks(), st.randoms(use_true_random=False), st.integers(0, 2**32))
def test_hashed_sums_forget_the_order_inside_a_class_and_no_more(block, random, seed):
    matrix, signs, starts, reference = block
    ends = [*starts[1:], matrix.shape[1]]
    order = [j for a, b in zip(starts.tolist(), ends, strict=True) for j in random.sample(range(a, b), int(b - a))]
    for image in hashed_images(np.random.default_rng(seed)):
        found = image.sums(matrix, signs, starts, reference)
        assert np.array_equal(image.sums(matrix[:, order], signs[order], starts, reference), found)
        whole = image.sums(matrix, signs, np.zeros(1, np.intp), reference)
        assert np.array_equal(image.total(found), whole)
        opposite = image.sums(matrix, -signs, starts, reference)
        assert np.array_equal(opposite, image.negate(found) if image.odd else found)
        flipped = image.sums(-matrix, signs, starts, None if reference is None else -reference)
        assert np.array_equal(flipped, image.negate(found) if image.odd else found)
        assert np.array_equal(image.lift(found), found)
        if reference is None:
            # Equal sums of other weights are told apart, and each weight counts as often as it occurs.
            terms = [
                [
                    sum(
                        s * int(image.encode(np.array([v]))[0])
                        for v, s in zip(row[a:b], signs[a:b].tolist(), strict=True)
                    )
                    if image.odd
                    else sum(int(v) for v in image.encode(row[a:b]))
                    for a, b in zip(starts, ends, strict=True)
                ]
                for row in matrix
            ]
            assert found.tolist() == [[t % P for t in row] for row in terms]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64])
def test_hashed_images_depend_on_the_value_alone(dtype):
    values = [0, 1, -1, 2, 100, -100]
    for image in hashed_images(np.random.default_rng()):
        found = image.encode(np.array(values, dtype))
        assert found[0] == 0
        assert len(set(found.tolist())) == (6 if image.odd else 4)
        if dtype in (np.float16, np.float32):
            assert np.array_equal(found, image.encode(np.array(values, np.float64)))
        if dtype == np.int8:
            assert np.array_equal(found, image.encode(np.array(values, np.int64)))
        assert image.encode(np.array([-0.0])) == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_images_of_what_is_not_finite_are_refused(bad):
    for image in (*exact_images(FIELD, np.random.default_rng()), *hashed_images(np.random.default_rng())):
        with pytest.raises(NotExact, match="NaN or infinity"):
            image.encode(np.array([1.0, bad]))


class TestIntegers:
    """Float64 over its whole range: sums are compared as integers."""

    huge, tiny = 1.7e308, 5e-324

    def test_sums_that_vanish_make_a_unit_dead(self):
        middle = np.array([[self.huge, -self.huge], [self.tiny, -self.tiny], [self.huge, self.huge]])
        weights = [np.ones((2, 1)), middle, np.array([[0.0, 0.0, 1.0]])]
        network = Network(weights, [None, np.zeros(3), None], "relu")
        certificate = certify(network)
        assert certificate.layers[1].zero.tolist() == certificate.layers[1].frozen.tolist() == [True, True, False]
        assert verify(certificate.to_json(), network)

    def test_opposite_sums_are_opposite(self):
        middle = np.array([[self.huge, self.tiny], [-self.tiny, -self.huge], [self.huge, 0.0], [0.0, -self.huge]])
        weights = [np.ones((2, 1)), middle, np.array([[1.0, -1.0, 0.5, -0.5]])]
        network = Network(weights, [None, np.zeros(4), None], "tanh")
        layer = certify(network).layers[1]
        assert layer.labels.tolist() == [0, 0, 1, 1]
        assert layer.signs.tolist() == [1, -1, 1, -1]
        assert verify(certify(network).to_json(), network)
