"""Unusual arrays give the right answer, and unusable ones a sentence: never a wrong answer, never a traceback of numpy."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from symcheck.errors import SymcheckError
from symcheck.network import Network
from symcheck.symmetry import certify, verify
from symcheck.symmetry.near_ties import near_ties
from symcheck.symmetry.strength import strength

FIELDS = ("labels", "signs", "zero", "frozen", "separates_at")


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def claims(network):
    return [[np.asarray(getattr(layer, f)).tolist() for f in FIELDS] for layer in certify(network).layers]


def subject(rng, dtype=float):
    """Integers of one digit: two units of layer 1 are tied, two of layer 2 share all but one weight."""
    weights = [rng.integers(-9, 10, (n, m)) for m, n in ((5, 12), (12, 9), (9, 4))]
    weights[0][7], weights[1][:, 7] = weights[0][2], weights[1][:, 2]
    weights[1][5], weights[2][:, 5] = weights[1][1], weights[2][:, 1]
    weights[2][3, 5] += 1
    biases = [np.arange(12) % 5, np.zeros(9, int), np.ones(4, int)]
    return [w.astype(dtype) for w in weights], [b.astype(dtype) for b in biases]


def strided(w):
    return np.repeat(np.repeat(w, 3, axis=0), 2, axis=1)[::3, ::2]


def reversed_(w):
    return np.ascontiguousarray(w[::-1, ::-1])[::-1, ::-1]


def read_only(w):
    w = w.copy()
    w.flags.writeable = False
    return w


def swapped_bytes(w):
    return w.astype(w.dtype.newbyteorder())


def unaligned(w):
    raw = np.zeros(w.nbytes + 1, np.uint8)
    view = raw[1:].view(w.dtype).reshape(w.shape)
    view[...] = w
    return view


LAYOUTS = (strided, reversed_, read_only, swapped_bytes, unaligned, np.asfortranarray, np.ndarray.tolist)
DTYPES = ("float16", "float32", "float64", "int8", "int16", "int64", "bfloat16")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_neither_dtype_nor_layout_matters(rng, layout, dtype):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
        if layout in (swapped_bytes, np.ndarray.tolist):
            pytest.skip("has no other byte order, and a list of it no dtype")
    state = rng.bit_generator.state
    weights, biases = subject(rng)
    expected = claims(Network(weights, biases, "any"))
    assert expected[0][0][7] == 2
    rng.bit_generator.state = state
    weights, biases = subject(rng, dtype)
    network = Network([layout(w) for w in weights], biases, "any")
    assert claims(network) == expected
    assert verify(certify(network).to_json(), network)
    assert len(strength(network)) == 2
    near_ties(network)


def test_broadcast_arrays(rng):
    weights = [np.broadcast_to(np.float32(0.1), (6, 4)), np.broadcast_to(rng.normal(size=(3, 1)), (3, 6))]
    assert claims(Network(weights, None, "tanh"))[0][0] == [0] * 6


def test_extreme_integers():
    """-2^63 has no positive counterpart, and neither -128: sums do not wrap."""
    for dtype in (np.int8, np.int64):
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        weights = [np.array([[low], [high], [low]], dtype), np.ones((1, 3), dtype)]
        network = Network(weights, [np.array([0, 0, 0], dtype), None], "tanh")
        for optimizer in ("sgd", "coupled"):
            assert certify(network, optimizer).layers[0].labels.tolist() == [0, 1, 0]
            assert verify(certify(network, optimizer), network)
    top = np.iinfo(np.uint64).max
    weights = [np.array([[top], [top - np.uint64(1)]], np.uint64), np.ones((1, 2))]
    assert claims(Network(weights, None, "any"))[0][0] == [0, 1]


@pytest.mark.parametrize("dtype", [np.int64, np.float64, ">f8", "<f8", np.float32, ">f4", "<f4"])
def test_numbers_with_one_residue_are_told_apart_in_every_dtype(dtype):
    """-2^63 = -4 modulo 2^61 - 1, and the magnitude of -2^63 is no number of 64 bits with a sign."""
    for one, other in ((-(2**63), -4), (-4, -(2**63)), (2**61, 1), (1, 2**61)):
        network = Network([np.array([[one], [other]], dtype), np.ones((1, 2))], None, "any")
        assert claims(network)[0][0] == [0, 1]
        network = Network([np.ones((2, 1)), np.array([[one, other]], dtype)], None, "any")
        assert claims(network)[0][0] == [0, 1]


def test_signs_of_zero_do_not_matter(rng):
    weights = [np.array([[0.0, 1.0], [-0.0, 1.0]]), np.array([[0.0, -0.0]])]
    for optimizer in ("sgd", "coupled"):
        assert certify(Network(weights, None, "any"), optimizer).layers[0].classes == 1


@pytest.mark.parametrize("power", [61, 122, 59, 58, 57, 55, 53, 61 * 3])
def test_powers_of_two_that_some_ring_takes_for_one(power):
    """2^k = 1 modulo 2^k - 1: each of the rings confuses some pair, and all of them together none."""
    far = 2.0**power
    incoming = Network([np.array([[1.0], [far]]), np.ones((1, 2))], None, "any")
    outgoing = Network([np.ones((2, 1)), np.array([[1.0, 1 / far]])], None, "any")
    biases = Network([np.ones((2, 1)), np.ones((1, 2))], [np.array([1.0, far]), None], "any")
    turned = Network([np.ones((2, 1)), np.ones((1, 2))], [np.array([far, 1.0]), None], "any")
    for network in (incoming, outgoing, biases, turned):
        assert claims(network)[0][0] == [0, 1]
        tied = certify(Network([np.ones((2, 1)), np.ones((1, 2))], network.biases, "any"))
        merged = replace(
            certify(network), layers=(replace(tied.layers[0], labels=np.zeros(2, np.intp), separates_at=None),)
        )
        assert not verify(merged.to_json(), network), "the verifier takes them for equal"


@pytest.mark.parametrize("optimizer", ["sgd", "coupled"])
@pytest.mark.parametrize("pair", [np.array([2**62, 2**62 + 1]), np.array([2**64 - 1, 2**64 - 2], np.uint64)])
def test_integer_biases_that_float64_takes_for_equal(pair, optimizer):
    weights = [np.ones((4, 1)), np.ones((1, 4))]
    network = Network(weights, [np.concatenate([pair, pair]), None], "tanh")
    certificate = certify(network, optimizer)
    (layer,) = certificate.layers
    assert layer.labels.tolist() == [0, 1, 0, 1]
    assert verify(certificate.to_json(), network)
    merged = replace(layer, labels=np.zeros(4, np.intp))
    assert "biases differ" in verify(replace(certificate, layers=(merged,)).to_json(), network).reason


@pytest.mark.parametrize("optimizer", ["sgd", "coupled"])
def test_equal_weights_of_opposite_units_are_not_taken_for_zero(optimizer):
    """A weight of 2^61 - 1 has residue 0, and so would be its own negative."""
    one, other = np.array([[1], [-1]]), np.full((1, 2), 2**61 - 1)
    for weights in ([one, other], [other.T, one.T]):
        network = Network(weights, None, "tanh")
        certificate = certify(network, optimizer)
        assert certificate.layers[0].labels.tolist() == [0, 1]
        assert verify(certificate.to_json(), network)
        anti = replace(certificate.layers[0], labels=np.zeros(2, np.intp), signs=np.array([1, -1]), separates_at=None)
        assert not verify(replace(certificate, layers=(anti,)).to_json(), network)


def test_a_bias_that_the_field_takes_for_zero_keeps_a_unit_alive():
    for bias in ([2**61 - 1] * 2, [2**61 - 1, 0], [0, 1 - 2**61]):
        network = Network([np.zeros((2, 1)), np.zeros((1, 2))], [np.array(bias), None], "relu")
        certificate = certify(network)
        (layer,) = certificate.layers
        assert layer.zero.tolist() == [value <= 0 for value in bias]
        assert not layer.frozen[np.array(bias) > 0].any()
        assert verify(certificate.to_json(), network)


def test_differences_that_all_six_moduli_divide():
    """The product of the moduli in exact integers: found different by arithmetic on integers."""
    product = 1
    for bits in (61, 59, 58, 57, 55, 53):
        product *= 2**bits - 1
    parts = []
    while product:
        parts.append(float(product >> max(0, product.bit_length() - 53) << max(0, product.bit_length() - 53)))
        product -= int(parts[-1])
    first = np.ones((1, len(parts))), np.array([parts, [0.0] * len(parts)])
    network = Network([first[0].T, first[1], np.ones((1, 2))], None, "any")
    assert claims(network)[1][0] == [0, 1]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16"])
@pytest.mark.parametrize("optimizer", ["sgd", "coupled"])
def test_not_finite_where_it_is_read(bad, dtype, optimizer):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    # All units are tied but for the bad one, so that every weight is read.
    for place in ((0, 0), (2, 3), (3, 4)):
        for layer in (0, 1):
            weights = [np.full((5, 5), 0.5), np.full((5, 5), 0.5)]
            weights[layer][place] = bad
            network = Network([w.astype(dtype) for w in weights], None, "tanh")
            with pytest.raises(SymcheckError, match="NaN or infinity"):
                certify(network, optimizer)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite_biases_are_refused(bad):
    network = Network([np.ones((3, 2)), np.ones((1, 3))], [np.array([0.0, bad, 0.0]), None], "tanh")
    with pytest.raises(SymcheckError, match="NaN or infinity"):
        certify(network)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite_where_nothing_reads_it(rng, bad):
    """The first columns tell all units apart; finiteness is a check of its own."""
    weights = [rng.normal(size=(6, 50)), rng.normal(size=(60, 6))]
    weights[0][:, 30], weights[1][40] = bad, bad
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        certificate = certify(Network(weights, None, "tanh"))
    assert certificate.verdict == "broken"
    assert certificate.layers[0].separates_at == 0
    assert verify(certificate, Network(weights, None, "tanh"))
    # Of a ReLU it takes an input to see that it is not dead, and so all weights.
    with pytest.raises(SymcheckError, match="NaN or infinity"):
        certify(Network(weights, None, "relu"))


def test_infinity_in_equal_rows_is_refused():
    weights = [np.full((4, 40), 0.5), np.ones((1, 4))]
    weights[0][:, 33] = np.inf
    with pytest.raises(SymcheckError, match="NaN or infinity"):
        certify(Network(weights, None, "relu"))


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([np.ones((2, 3)), np.ones((2, 3))], "takes 3 inputs"),
        ([np.ones((0, 3)), np.ones((2, 0))], "is empty"),
        ([np.ones((2, 3)), np.ones((0, 2))], "is empty"),
        ([], "at least one weight matrix"),
        (np.ones((2, 3)), "list of matrices"),
        ([np.ones(3)], "1 dimensions"),
        ([np.ones((1, 2, 3))], "3 dimensions"),
        ([np.array([[1, None]], object)], "dtype object"),
        ([np.array([["1", "2"]])], "dtype"),
        ([np.ones((2, 2), complex)], "dtype complex128"),
        ([np.ones((2, 2), bool)], "dtype bool"),
        ([[[1, 2], [3]]], "not an array of numbers"),
    ],
)
def test_what_is_no_network_is_refused_with_a_sentence(weights, sentence):
    with pytest.raises(SymcheckError, match=sentence) as refused:
        Network(weights)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("biases", "sentence"),
    [
        ([np.zeros(2)], "1 biases for 2"),
        ([np.zeros(3), np.zeros(1)], "3 entries for 2 units"),
        ([np.zeros((2, 1)), None], "2 dimensions"),
        ([np.array([1, None], object), None], "dtype object"),
    ],
)
def test_biases_that_do_not_fit_are_refused_with_a_sentence(biases, sentence):
    with pytest.raises(SymcheckError, match=sentence):
        Network([np.ones((2, 3)), np.ones((1, 2))], biases)


def test_networks_without_hidden_layers_or_with_one_unit():
    assert certify(Network([np.zeros((3, 2))])).verdict == "broken"
    alone = Network([np.zeros((1, 1)), np.zeros((1, 1))], [np.zeros(1)] * 2, "tanh")
    assert certify(alone).verdict == "dead"
    assert certify(Network([np.ones((1, 1)), np.ones((1, 1))], None, "tanh")).verdict == "broken"
    for network in (Network([np.zeros((3, 2))]), alone):
        assert verify(certify(network).to_json(), network)
